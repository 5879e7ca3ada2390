// What a synthetic session shall be, and what it became.
#pragma once

#include <array>
#include <cstdint>

namespace hft::engine::synth {

enum class OrderIds : std::uint8_t {
  dense,   // rising with small gaps, as Nasdaq numbers them
  sparse,  // the same flow, its ids spread over 48 bits, as some venues do
};

/// Shares of the message types while the market is open, in any unit. What opens and closes the
/// day (S R H Y L V K Q) and halts (H J h Q) come on top.
struct Mix {
  std::uint32_t add = 4300;                 // A
  std::uint32_t add_with_mpid = 100;        // F
  std::uint32_t remove = 4100;              // D
  std::uint32_t replace = 700;              // U
  std::uint32_t execute = 300;              // E
  std::uint32_t execute_with_price = 20;    // C
  std::uint32_t cancel = 100;               // X
  std::uint32_t trade = 150;                // P
  std::uint32_t broken_trade = 1;           // B
  std::uint32_t imbalance = 150;            // I
  std::uint32_t participant_position = 60;  // L
  std::uint32_t short_sale = 12;            // Y
  std::uint32_t retail_interest = 7;        // N
};

/// What happens to the packets of one line; each a probability per packet.
struct LineOptions {
  double loss = 0;
  double duplicate = 0;  // sent again a little later
  double reorder = 0;    // overtaken by the next one, where that follows within 200 µs
};

struct Options {
  std::uint64_t seed = 1;
  std::uint64_t messages = 1'000'000;  // of the whole session
  std::uint32_t instruments = 8'300;   // locate codes 1 to this; at most 65,535
  // Reached after a ramp, then held: while A and D alone would miss it, one is taken for the other.
  // 0: 1.5 M, or messages / 13 in a shorter session. Never more than messages / 4.
  std::uint32_t live_orders = 0;
  double zipf_exponent = 0.9;  // of the instruments' activity, 0 to 3
  Mix mix;
  OrderIds order_ids = OrderIds::dense;
  std::uint32_t halts = 20;  // instruments halted and resumed during the day
  bool crosses = true;       // an opening and a closing cross (Q) of every instrument

  std::uint32_t session_date = 20260105;        // yyyymmdd, New York
  std::uint64_t open_ns = 34'200'000'000'000;   // since midnight, New York: 09:30
  std::uint64_t close_ns = 57'600'000'000'000;  // 16:00

  // Of captures only:
  std::array<LineOptions, 2> lines;
  double gap = 0;                              // probability per packet that both lines lose it
  std::uint64_t heartbeat_ns = 1'000'000'000;  // silence before a heartbeat

  bool overwrite = false;  // a file that exists
};

struct LineSummary {
  std::uint64_t packets = 0;  // written, heartbeats and duplicates included
  std::uint64_t heartbeats = 0;
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t reordered = 0;
};

struct Summary {
  std::uint64_t count(char message_type) const noexcept {
    return by_type[static_cast<unsigned char>(message_type)];
  }

  std::uint64_t messages = 0;
  std::array<std::uint64_t, 128> by_type{};  // by the message type's letter
  std::uint64_t bytes = 0;                   // of the file
  std::uint64_t book_messages = 0;           // A F E C X D U
  std::uint64_t deep_messages = 0;           // of these, beyond the 16th level of their side
  std::uint64_t live_orders = 0;             // at the end
  std::uint64_t max_live_orders = 0;
  std::uint64_t max_levels = 0;  // of one side, at any time
  std::uint64_t digest = 0;      // of the books at the end, all messages applied

  // Of captures only:
  std::uint64_t packets = 0;  // distinct ones with messages
  std::array<LineSummary, 2> lines;
  std::uint64_t gaps = 0;          // runs of messages lost on both lines
  std::uint64_t gap_messages = 0;  // messages in them
};

}  // namespace hft::engine::synth
