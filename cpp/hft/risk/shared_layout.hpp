// The shared-memory file of a gate, byte by byte: what other processes read of it.
//
//   [ SharedHeader ][ verdict counts ][ actor limits ][ actor totals ][ switches ]
//   [ instruments ][ instrument limits ][ holdings ]
//
// Actors are numbered: 0 the firm, then the accounts, then the strategies. One process writes;
// every block carries a stamp (stamped_write.hpp). The header states where each part begins.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "hft/base/endian.hpp"
#include "hft/base/layout.hpp"
#include "hft/risk/limits.hpp"

namespace hft::risk {

inline constexpr std::uint64_t shared_magic = 0x6b73697220746668;  // "hft risk", little-endian
inline constexpr std::uint32_t shared_version = 1;

struct alignas(128) SharedHeader {
  // Written once by the creator.
  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t header_size;
  std::uint64_t layout_hash;
  std::uint64_t created_time_ns;  // ns since the Unix epoch
  std::uint32_t feeds;
  std::uint32_t instruments;  // of each feed; instrument n lies at (n >> 16) * instruments + locate
  std::uint32_t accounts;
  std::uint32_t strategies;
  std::uint64_t actor_limits_offset;       // ActorLimits[actors]
  std::uint64_t actor_totals_offset;       // ActorTotals[actors]
  std::uint64_t switches_offset;           // Switch[actors + all instruments]
  std::uint64_t instruments_offset;        // SharedInstrument[all instruments]
  std::uint64_t instrument_limits_offset;  // InstrumentLimits[all instruments]
  std::uint64_t holdings_offset;           // Holding[all instruments][actors]
  std::uint64_t verdict_counts_offset;     // u64[64], by Verdict
  std::uint64_t file_size;
  std::uint32_t owner_pid;  // who writes
  std::uint32_t reserved_0;
  std::uint64_t reserved_1;

  // Written by the gate as it runs; single words, no stamp.
  std::uint64_t now_ns;  // of the gate's input
  std::uint64_t controls_applied;
  std::uint64_t controls_refused;
  std::uint64_t reports_not_applied;  // duplicate, unknown, ignored
  std::uint64_t faults;
  std::array<char, 88> reserved_2;
};

/// What an actor has in an instrument, shares.
struct alignas(64) Holding {
  std::uint64_t stamp;
  std::int64_t position;  // signed
  std::int64_t open_bid_size;
  std::int64_t open_ask_size;
  std::int64_t value_e6;  // of the worst size, by the mark
  std::uint64_t open_orders;
  std::uint64_t holders;  // of the firm's: a bit for each actor that has anything here
  std::uint64_t reserved_0;

  /// The largest position that what is open could make, either way.
  constexpr std::int64_t worst_size() const noexcept {
    return std::max(reached(true), reached(false));
  }
  /// The position, bought (bids) or sold short (asks), that all open orders of the side make.
  constexpr std::int64_t reached(bool is_bid) const noexcept {
    return is_bid ? open_bid_size + position : open_ask_size - position;
  }
};

struct alignas(64) ActorTotals {
  std::uint64_t stamp;
  std::int64_t result_e9;  // profit and loss of the day, by marks
  std::int64_t peak_e9;    // the largest it was, at least 0
  std::int64_t executed_value_e6;
  std::int64_t open_value_e6;      // saturated
  std::int64_t exposure_value_e6;  // saturated
  std::uint64_t open_orders;
  std::uint64_t reserved_0;
};

/// What keeps new orders of an actor or instrument from leaving.
struct alignas(32) Switch {
  std::uint64_t stamp;
  std::uint64_t event_time_ns;  // of the latest change
  Alpha<12> reason;             // as given with it
  std::uint8_t killed;
  std::uint8_t throttled;  // strategies
  std::uint8_t halted;     // the firm: a fault, or told so
  std::uint8_t reserved_0;
};

struct alignas(32) SharedInstrument {
  Alpha<8> symbol;           // zeros until named
  std::int64_t mark_e9;      // as of the last time that something was held; 0: none
  std::uint32_t instrument;  // as in records
  std::uint32_t reserved_0;
  std::uint64_t reserved_1;
};

inline constexpr std::size_t verdict_count_places = 64;

}  // namespace hft::risk

HFT_LAYOUT(hft::risk::SharedHeader, 256, magic, version, header_size, layout_hash, created_time_ns,
           feeds, instruments, accounts, strategies, actor_limits_offset, actor_totals_offset,
           switches_offset, instruments_offset, instrument_limits_offset, holdings_offset,
           verdict_counts_offset, file_size, owner_pid, reserved_0, reserved_1, now_ns,
           controls_applied, controls_refused, reports_not_applied, faults, reserved_2);
HFT_LAYOUT(hft::risk::Holding, 64, stamp, position, open_bid_size, open_ask_size, value_e6,
           open_orders, holders, reserved_0);
HFT_LAYOUT(hft::risk::ActorTotals, 64, stamp, result_e9, peak_e9, executed_value_e6, open_value_e6,
           exposure_value_e6, open_orders, reserved_0);
HFT_LAYOUT(hft::risk::Switch, 32, stamp, event_time_ns, reason, killed, throttled, halted,
           reserved_0);
HFT_LAYOUT(hft::risk::SharedInstrument, 32, symbol, mark_e9, instrument, reserved_0, reserved_1);

namespace hft::risk {

/// 64 bits that change with any field of the file, and with any limit's number or name.
consteval std::uint64_t shared_layout_hash() {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::uint64_t table : {hft::layout_hash<SharedHeader>(), hft::layout_hash<Holding>(),
                                    hft::layout_hash<ActorTotals>(), hft::layout_hash<Switch>(),
                                    hft::layout_hash<SharedInstrument>()}) {
    hash = (hash ^ table) * 0x100000001b3;
  }
  for (const LimitInfo& info : limit_table) {
    hash = (hash ^ static_cast<std::uint64_t>(info.limit)) * 0x100000001b3;
    hash = hft::detail::fnv1a(hash, info.name);
  }
  return hash;
}

}  // namespace hft::risk
