// Background orders: an owner inside the exchange that enters, cancels and takes, by seed or as a
// capture has it.
//
// Where the market that the flow has in mind and the real book part ways, because clients trade
// with its orders, the flow follows its own: what should be gone is cancelled, what is gone is left
// alone. An execution becomes an immediate order from the other side, so that a client who stands
// in front is filled first.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "hft/engine/exchange/options.hpp"
#include "hft/record/order_event.hpp"

namespace hft::engine::exchange {

/// Where the orders come from.
class FlowSource {
 public:
  FlowSource() = default;
  virtual ~FlowSource() = default;
  FlowSource(const FlowSource&) = delete;
  FlowSource& operator=(const FlowSource&) = delete;

  /// The records of the next message (one, or the two of a replace); empty at the end. Their
  /// instruments are those of the exchange.
  virtual std::span<const record::OrderEvent> next() = 0;
  /// When that message is due, ns since the start; ~0: never.
  virtual std::uint64_t due_ns() const noexcept = 0;
  /// Messages to be entered before the day begins.
  virtual std::uint64_t before_open() const noexcept { return 0; }
};

/// Null where the options ask for none. Throws hft::Error: the capture cannot be read, holds no
/// orders of these symbols, or a number is out of range.
std::unique_ptr<FlowSource> make_flow(const FlowOptions& options, const venue::Symbols& symbols);

}  // namespace hft::engine::exchange
