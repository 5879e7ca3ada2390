#include "hft/engine/exchange/flow_book.hpp"

#include <algorithm>
#include <utility>

namespace hft::engine::exchange {

using record::Action;
using record::OrderEvent;

FlowBook::FlowBook(std::uint32_t live_orders) : orders_(&pool_) {
  orders_.reserve(std::size_t{live_orders} * 2);
}

FlowBook::Step FlowBook::step(std::span<const OrderEvent> records) {
  if (records.empty()) return {};
  const OrderEvent& first = records.front();
  switch (first.action) {
    case Action::add: return enter(first);
    case Action::replace: return records.size() == 2 ? replace(first, records[1]) : Step{};
    case Action::remove: return reduce(first.order_id, ~std::uint32_t{0});
    case Action::cancel: return reduce(first.order_id, first.size);
    case Action::execute: return take(first);
    default: return {};
  }
}

FlowBook::Step FlowBook::enter(const OrderEvent& add) {
  const bool is_new =
      orders_.insert({add.order_id, {add.price_e9, add.instrument, add.side, add.size, 0, 0}})
          .second;
  if (!is_new || add.side == record::Side::none) return {};
  Step step{Ask::enter, add.order_id, 0, 0, {}, {}};
  step.terms.instrument = add.instrument;
  step.terms.side = add.side;
  step.terms.size = add.size;
  step.terms.price_e9 = add.price_e9;
  return step;
}

FlowBook::Step FlowBook::replace(const OrderEvent& gone, const OrderEvent& add) {
  const auto found = orders_.find(gone.order_id);
  if (found == orders_.end()) return {};
  const FlowOrder before = found->second;
  orders_.erase(found);
  OrderEvent entered = add;  // ITCH repeats neither of these
  entered.side = before.side;
  entered.instrument = before.instrument;
  Step enters = enter(entered);
  if (enters.ask == Ask::nothing || before.open == 0) return enters;  // a client took the old one
  // A feed's replaced order queues anew; the engine's keeps its place where only shares go.
  if (add.price_e9 == before.price_e9 && add.size <= before.open) {
    next_ = enters;
    return {Ask::cancel, gone.order_id, 0, 0, {}, {}};
  }
  Step step{Ask::replace, gone.order_id, add.order_id, 0, {}, {}};
  step.replacement.size = before.liable + add.size;
  step.replacement.price_e9 = add.price_e9;
  return step;
}

FlowBook::Step FlowBook::reduce(std::uint64_t token, std::uint32_t size) {
  const auto found = orders_.find(token);
  if (found == orders_.end()) return {};
  FlowOrder& order = found->second;
  order.wanted -= std::min(order.wanted, size);
  const bool is_open = order.open > order.wanted;
  const std::uint32_t total = order.wanted == 0 ? 0 : order.liable + order.wanted;
  if (order.wanted == 0 && !is_open) orders_.erase(found);
  return is_open ? Step{Ask::cancel, token, 0, total, {}, {}} : Step{};
}

FlowBook::Step FlowBook::take(const OrderEvent& execution) {
  const auto found = orders_.find(execution.order_id);
  if (found == orders_.end()) return {};
  const FlowOrder& order = found->second;
  taken_from_ = execution.order_id;
  found->second.wanted -= std::min(order.wanted, execution.size);
  Step step{Ask::take, ++taker_, 0, 0, {}, {}};
  step.terms.instrument = order.instrument;
  step.terms.side = order.side == record::Side::bid ? record::Side::ask : record::Side::bid;
  step.terms.size = execution.size;
  step.terms.price_e9 = order.price_e9;
  step.terms.time_in_force = record::TimeInForce::immediate;
  return step;
}

FlowBook::Step FlowBook::then() {
  if (taken_from_ != 0) return reduce(std::exchange(taken_from_, 0), 0);
  return std::exchange(next_, Step{});
}

void FlowBook::said(const venue::VenueEvent& event) {
  using venue::EventKind;
  if (event.kind > venue::last_owner_event) return;
  const auto found = orders_.find(event.token);
  if (found == orders_.end()) return;  // an immediate order
  FlowOrder& order = found->second;
  if (event.kind == EventKind::executed) order.liable += static_cast<std::uint32_t>(event.size);
  if (event.kind == EventKind::accepted || event.kind == EventKind::replaced ||
      event.kind == EventKind::executed || event.kind == EventKind::cancelled)
    order.open = event.open;
  if (order.open == 0 && order.wanted == 0) orders_.erase(found);
}

}  // namespace hft::engine::exchange
