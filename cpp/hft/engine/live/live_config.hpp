// What a live engine is made of, and what it shows of itself while it runs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hft/base/session_date.hpp"
#include "hft/book/book_types.hpp"
#include "hft/engine/live/feed_input.hpp"
#include "hft/engine/live/trading.hpp"
#include "hft/engine/strategies.hpp"
#include "hft/risk/gate_config.hpp"

namespace hft::engine {

enum class OrderProtocol : std::uint8_t { ouch50, ouch42 };

struct LiveConfig {
  std::string name = "hftd";  // of the rings /dev/shm/hft.NAME.log and .control
  int core = -1;              // the processor of the thread; -1: any
  bool spin = true;           // false: naps of 50 µs when there is nothing to do
  std::uint64_t log_records = 1 << 18;
  std::uint64_t stop_timeout_ns = 3'000'000'000;
  CivilDate date{};  // the session date: of the feed, the orders and the order ids
  FeedInputConfig feed;
  book::Config books;
  risk::GateConfig gate;
  std::filesystem::path shared_risk;  // file that shows limits and positions; empty: none
  std::optional<std::int64_t>
      clock_offset_ns;  // told to the gate each second; none: it stays blind
  OrderProtocol protocol = OrderProtocol::ouch50;
  net::SocketAddress venue;
  order::GatewayConfig gateway;
  std::filesystem::path client_order_ids;
};

struct StrategyChoice {
  std::string name;
  StrategyParameters parameters;
  std::vector<std::uint32_t> instruments;
  strategy::Identity identity;
};

struct LiveCounts {
  std::uint64_t packets = 0;
  std::uint64_t records = 0;
  std::uint64_t touches = 0;
  std::uint64_t gaps = 0;
  std::uint64_t lost_messages = 0;
  std::uint64_t truncated = 0;
  std::uint64_t kernel_drops = 0;
  std::uint64_t log_records = 0;
  std::uint64_t controls = 0;
  std::uint64_t open_orders = 0;
  bool is_trading = false;  // trade() has taken effect
  bool ended_flat = false;  // all orders were closed when it ended
  TradingCounts trading;
};

}  // namespace hft::engine
