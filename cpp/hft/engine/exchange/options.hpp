// What an exchange shall be: its instruments, accounts, day, background flow, and where it is
// found.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "hft/base/session_date.hpp"
#include "hft/net/socket.hpp"
#include "hft/venue/feed_publisher.hpp"
#include "hft/venue/order_entry.hpp"
#include "hft/venue/soupbin_server.hpp"

namespace hft::engine::exchange {

enum class Protocol : std::uint8_t { ouch50, ouch42 };

struct AccountOptions {
  venue::AccountTerms terms;
  Protocol protocol = Protocol::ouch50;
};

/// What the venue does by itself at a time of its day.
enum class DayAction : std::uint8_t {
  halt,
  pause,
  quote,   // quotation only: orders rest, and match at the cross
  resume,  // trading, through a halt cross where the book meets
  indicate_opening,
  freeze_opening,
  cross_opening,
  indicate_closing,
  freeze_closing,
  cross_closing,
  close,  // no more orders; orders of the day expire
};

struct Scheduled {
  std::uint64_t after_ns = 0;  // since the day began
  DayAction action = DayAction::halt;
  std::uint32_t instrument = 0;  // 0: all
};

/// The order flow of an owner within the exchange, so that there is a market to trade in.
struct FlowOptions {
  double rate = 0;  // messages a second; 0: none, or with a capture: at its own pace
  std::uint64_t seed = 1;
  std::uint32_t live_orders = 1'000;  // entered before the day begins, then held about
  double zipf_exponent = 0.9;         // of the instruments' activity
  std::string capture;                // a file whose orders are entered; empty: made up
  double pace = 1;                    // of the capture's own clock
};

/// All that decides what the exchange says: the same options and inputs make the same bytes.
struct CoreOptions {
  std::vector<std::string> symbols;
  std::vector<AccountOptions> accounts;
  std::vector<Scheduled> schedule;
  FlowOptions flow;
  std::string session;                      // 1 to 10 letters and digits
  std::uint32_t max_orders = 1'000'000;     // live at one time
  std::uint32_t expected_orders = 1 << 16;  // of an account in a day: memory set aside
  std::int64_t tick_e9 = 10'000'000;        // from 1 USD on
  venue::PostOnlyRule post_only = venue::PostOnlyRule::adjust;
  std::uint64_t open_after_ns =
      0;                           // the day begins so long after the start: time to be listened to
  bool open_in_quotation = false;  // the day begins without matching, until a cross
  std::size_t feed_packet_bytes = 1400;
};

struct LineOptions {
  net::SocketAddress destination;
  double loss = 0;  // probability per packet that this line loses it; for tests of the receiver
};

struct ExchangeOptions {
  CoreOptions core;
  net::SocketAddress order_address{0x7f000001, 0};
  std::vector<LineOptions> lines;
  std::string interface;  // of multicast, by name or address; empty: the system chooses
  venue::SoupbinLimits limits;
  std::uint32_t max_clients = 256;  // connections at a time, those not logged in included
  std::string state_file;           // empty: nothing outlives the process
  bool sync_state = false;          // fdatasync before acknowledging: survives a loss of power
  bool busy = false;                // spin instead of waiting: lower latency, a whole core
  /// ns since the epoch. Never goes back: the exchange sees to that.
  std::function<std::uint64_t()> clock;  // empty: the system's
};

}  // namespace hft::engine::exchange
