// The life of an order of ours: its states, what can happen to it, and every legal transition.
//
// One table says it all; docs/orders.md shows the same table, and a test compares the two. What is
// not in the table is either early, late or twice (the session's numbers tell which), or a fault.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hft/record/order_report.hpp"

namespace hft::order {

enum class OrderState : std::uint8_t {
  none,             // no such order
  pending_new,      // sent; the venue has not answered
  live,             // in the venue's hands
  pending_replace,  // as before, and another order is on its way into its place
  pending_cancel,   // as before, and a cancel is on its way
  filled,           // all of it has traded
  cancelled,        // nothing is open, and some of it never traded
  rejected,         // the venue refused it
  replaced,         // another order is in its place
  broken,           // was filled; an execution was undone, nothing is open
  lost,             // the venue has it not: never received, or a replace of what was gone
};
inline constexpr std::size_t order_state_count = 11;

constexpr bool is_closed(OrderState state) noexcept {
  return state == OrderState::none || state >= OrderState::filled;
}

/// What can happen to an order. The first three are our own commands; `gave_way` is what a replace
/// does to the order it replaces; `lost` is what the gateway concludes after a reconnect.
enum class OrderStep : std::uint8_t {
  send_enter,    // of a replace: to the order that shall come
  send_replace,  // to the order that shall leave
  send_cancel,
  accepted,  // and replaced: of the order that comes
  gave_way,
  executed,
  cancelled,
  rejected,
  cancel_rejected,
  cancel_pending,
  changed,  // modified, restated, priority_updated
  corrected,
  broken,
  lost,
};
inline constexpr std::size_t order_step_count = 14;

/// Where a step leads: while some of the order is open, and when nothing is left of it.
/// Both are `none` where the step is not legal. Three cells depend on more than the state: a
/// closing execution makes `cancelled` of `filled` when part of the order was cancelled before; a
/// cancel in part leaves `pending_cancel` only when it was the one asked for; and what falls back
/// to `live` falls back to `pending_replace` while a replace is on its way.
struct Transition {
  OrderState open;
  OrderState closed;
};

constexpr std::string_view name_of(OrderState state) noexcept {
  constexpr std::array<std::string_view, order_state_count> names{
      "none",           "pending_new", "live",      "pending_replace",
      "pending_cancel", "filled",      "cancelled", "rejected",
      "replaced",       "broken",      "lost"};
  return names[static_cast<std::size_t>(state)];
}

constexpr std::string_view name_of(OrderStep step) noexcept {
  constexpr std::array<std::string_view, order_step_count> names{
      "send_enter", "send_replace", "send_cancel",     "accepted",       "gave_way", "executed",
      "cancelled",  "rejected",     "cancel_rejected", "cancel_pending", "changed",  "corrected",
      "broken",     "lost"};
  return names[static_cast<std::size_t>(step)];
}

namespace detail {

using Row = std::array<Transition, order_step_count>;

consteval std::array<Row, order_state_count> make_order_transitions() {
  using enum OrderState;
  std::array<Row, order_state_count> table{};  // all illegal
  const auto set = [&table](OrderState from, OrderStep step, OrderState open, OrderState closed) {
    table[static_cast<std::size_t>(from)][static_cast<std::size_t>(step)] = {open, closed};
  };
  set(none, OrderStep::send_enter, pending_new, none);
  set(pending_new, OrderStep::accepted, live, cancelled);  // closed: accepted and dead at once
  set(pending_new, OrderStep::rejected, rejected, rejected);
  set(pending_new, OrderStep::lost, lost, lost);
  for (const OrderState state : {pending_replace, pending_cancel}) {  // asked before the answer
    set(state, OrderStep::accepted, state, cancelled);
    set(state, OrderStep::rejected, rejected, rejected);
    set(state, OrderStep::lost, lost, lost);
  }
  for (const OrderState state : {pending_new, live, pending_replace, pending_cancel}) {
    set(state, OrderStep::send_cancel, pending_cancel, none);  // a cancel outranks a replace
  }
  set(pending_new, OrderStep::send_replace, pending_replace, none);  // one at a time
  set(live, OrderStep::send_replace, pending_replace, none);
  set(pending_cancel, OrderStep::send_replace, pending_cancel, none);
  for (const OrderState state : {live, pending_replace, pending_cancel}) {
    set(state, OrderStep::gave_way, replaced, replaced);
    set(state, OrderStep::executed, state, filled);
    set(state, OrderStep::cancelled, state == pending_cancel ? live : state, cancelled);
    set(state, OrderStep::cancel_rejected, state == pending_cancel ? live : state, none);
    set(state, OrderStep::cancel_pending, pending_cancel, none);
    set(state, OrderStep::changed, state, cancelled);
  }
  for (const OrderState state : {live, pending_replace, pending_cancel, filled, cancelled, replaced,
                                 broken}) {  // whatever has executions
    set(state, OrderStep::corrected, state, state);
    const OrderState undone = state == filled ? broken : state;
    set(state, OrderStep::broken, undone, undone);
  }
  set(lost, OrderStep::rejected, rejected, rejected);  // a replace of what was gone, said aloud
  return table;
}

inline constexpr std::array<Row, order_state_count> order_transitions = make_order_transitions();

}  // namespace detail

constexpr Transition transition_of(OrderState from, OrderStep step) noexcept {
  return detail::order_transitions[static_cast<std::size_t>(from)][static_cast<std::size_t>(step)];
}
constexpr bool is_legal(OrderState from, OrderStep step) noexcept {
  const Transition to = transition_of(from, step);
  return to.open != OrderState::none || to.closed != OrderState::none;
}

}  // namespace hft::order
