// The simulated exchange's heart: price-time matching of many instruments on one thread.
//
// Pure: inputs bring their time, and everything that happens is an event to the sink, in order.
// The same inputs give the same events. The rules are docs/venues/simulated-exchange.md; what an
// OUCH message or an ITCH message looks like is known to order entry and to the feed publisher.
// After construction nothing is allocated.
#pragma once

#include <cstdint>

#include "hft/venue/order_terms.hpp"
#include "hft/venue/venue_event.hpp"

namespace hft::venue {

/// `Sink` is called with each `const VenueEvent&`, before the input returns. It must not call the
/// engine.
template <class Sink>
class MatchingEngine {
 public:
  /// Throws hft::Error when the configuration is impossible or memory is refused.
  MatchingEngine(const EngineConfig& config, Sink& sink);

  /// The next instrument, from 0; trading. Before the first order. Throws Error when there are
  /// max_instruments.
  std::uint32_t add_instrument(const InstrumentTerms& terms);

  /// Of all later matches of the owner (0 .. max_owners - 1); at first `allow`.
  void set_self_match(std::uint32_t owner, SelfMatch option) noexcept;

  // Inputs of an owner. `token` is the owner's name of the order; that no token is used twice in a
  // day, also after its order is gone, is order entry's to keep.
  Verdict enter(std::uint64_t time_ns, std::uint32_t owner, std::uint64_t token,
                const OrderTerms& terms) noexcept;
  Verdict replace(std::uint64_t time_ns, std::uint32_t owner, std::uint64_t token,
                  std::uint64_t new_token, const ReplaceTerms& terms) noexcept;
  /// `size`: what the order may execute in total, what it has executed included; 0: all leaves.
  Verdict cancel(std::uint64_t time_ns, std::uint32_t owner, std::uint64_t token,
                 std::uint32_t size) noexcept;
  /// The order has `size` shares in total; keeps its place in the queue where it shrinks.
  Verdict modify(std::uint64_t time_ns, std::uint32_t owner, std::uint64_t token,
                 std::uint32_t size) noexcept;
  /// Cancels all orders of an owner, in the order they came; how many there were.
  std::uint32_t cancel_all(std::uint64_t time_ns, std::uint32_t owner,
                           CancelReason reason) noexcept;

  // Inputs of the venue's own day.
  /// Halted and paused: no orders, but cancels. Quotation: orders rest, and match at the cross.
  /// From quotation to trading a crossed book, and orders for it, go through a halt cross.
  Verdict set_state(std::uint64_t time_ns, std::uint32_t instrument, TradingState state) noexcept;
  /// From here on orders for this cross can be neither entered, replaced, reduced nor cancelled.
  Verdict freeze(std::uint64_t time_ns, std::uint32_t instrument, Cross cross) noexcept;
  /// One price for all; the instrument is in `trading` afterwards.
  Verdict cross(std::uint64_t time_ns, std::uint32_t instrument, Cross cross) noexcept;
  /// Cancels every order of this time in force.
  std::uint32_t expire(std::uint64_t time_ns, record::TimeInForce time_in_force) noexcept;
  /// While closed every new order is rejected; open at first.
  void set_open(bool open) noexcept;

  // Questions.
  Indication indication(std::uint32_t instrument, Cross cross) const noexcept;
  TradingState state(std::uint32_t instrument) const noexcept;
  /// Best price of a side, hidden orders included, or price_null.
  std::int64_t best_price_e9(std::uint32_t instrument, record::Side side) const noexcept;
  std::uint32_t order_count() const noexcept;
  std::uint32_t order_count(std::uint32_t owner) const noexcept;
};

}  // namespace hft::venue
