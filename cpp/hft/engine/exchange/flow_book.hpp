// The background flow's owner: what it knows of its orders, and what it asks of the engine next.
//
// Where the market that the flow has in mind and the real book part ways, because clients trade
// with its orders, the flow follows its own: what should be gone is cancelled, what is gone is left
// alone. An execution becomes an immediate order from the other side, so that a client who stands
// in front is filled first.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>
#include <unordered_map>

#include "hft/record/order_event.hpp"
#include "hft/venue/order_terms.hpp"
#include "hft/venue/venue_event.hpp"

namespace hft::engine::exchange {

/// What the flow's owner knows of its orders, and what a record of the source asks of the engine.
class FlowBook {
 public:
  explicit FlowBook(std::uint32_t live_orders);

  enum class Ask : std::uint8_t { nothing, enter, replace, cancel, take };
  struct Step {
    Ask ask = Ask::nothing;
    std::uint64_t token = 0;
    std::uint64_t new_token = 0;
    std::uint32_t size = 0;  // of cancel: in total, as the engine has it
    venue::OrderTerms terms;
    venue::ReplaceTerms replacement;
  };

  /// What the records of one message ask for first. When the engine has answered, ask then().
  Step step(std::span<const record::OrderEvent> records);
  /// What the same message asks for next: after an execution, that what is left too much of the
  /// order leaves; after a replace that the engine would let keep its place, the new order.
  Step then();
  /// An event of the engine about an order of the flow.
  void said(const venue::VenueEvent& event);

 private:
  struct FlowOrder {
    std::int64_t price_e9;
    std::uint32_t instrument;
    record::Side side;
    std::uint32_t wanted;  // what should be open
    std::uint32_t open;    // what is
    std::uint32_t liable;  // executed so far
  };

  Step enter(const record::OrderEvent& add);
  Step replace(const record::OrderEvent& gone, const record::OrderEvent& add);
  Step reduce(std::uint64_t token, std::uint32_t size);
  Step take(const record::OrderEvent& execution);

  std::pmr::unsynchronized_pool_resource pool_;
  std::pmr::unordered_map<std::uint64_t, FlowOrder> orders_;
  std::uint64_t taker_ = std::uint64_t{1} << 63;  // tokens of immediate orders count from here
  std::uint64_t taken_from_ = 0;  // the order that should have been executed; 0: none
  Step next_{};
};

}  // namespace hft::engine::exchange
