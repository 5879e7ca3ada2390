// What reports do to orders. The facts of an order are added up; its state follows from them.
#include "hft/order/order_states.hpp"

#include <algorithm>
#include <bit>

#include "hft/base/error.hpp"

namespace hft::order {
namespace {

using record::CommandAction;
using record::OrderReport;
using record::ReportAction;

constexpr char dead = 'D';  // of accepted and replaced: nothing of it lives

/// The step that a report is for its order; `send_enter` for what is no order's.
OrderStep step_of(ReportAction action) noexcept {
  switch (action) {
    case ReportAction::accepted:
    case ReportAction::replaced: return OrderStep::accepted;
    case ReportAction::cancelled: return OrderStep::cancelled;
    case ReportAction::executed: return OrderStep::executed;
    case ReportAction::rejected: return OrderStep::rejected;
    case ReportAction::cancel_rejected: return OrderStep::cancel_rejected;
    case ReportAction::cancel_pending: return OrderStep::cancel_pending;
    case ReportAction::modified:
    case ReportAction::restated:
    case ReportAction::priority_updated: return OrderStep::changed;
    case ReportAction::corrected: return OrderStep::corrected;
    case ReportAction::broken: return OrderStep::broken;
    default: return OrderStep::send_enter;
  }
}

/// The table, and what it cannot know: whether the venue has answered for the order at all.
bool is_legal_for(const Order& order, OrderStep step) noexcept {
  const bool answers = step == OrderStep::accepted || step == OrderStep::rejected;
  const bool answered = order.has(fact_accepted) || order.has(fact_rejected);
  return is_legal(order.state, step) && answers != answered;
}

std::uint32_t saturating_add(std::uint32_t a, std::uint32_t b) noexcept {
  return a + b < a ? ~std::uint32_t{0} : a + b;
}

std::uint64_t gone(const Order& order) noexcept {
  return std::uint64_t{order.executed} + order.undone + order.left;
}

/// 64-bit FNV-1a by words, as the digests of books.
std::uint64_t mix(std::uint64_t hash, std::uint64_t word) noexcept {
  return (hash ^ word) * 0x100000001b3;
}

}  // namespace

std::string_view name_of(StateVerdict verdict) noexcept {
  static constexpr std::array<std::string_view, state_verdict_count> names{
      "applied",  "out_of_order",       "duplicate",         "unknown_order", "forgotten",
      "overfill", "illegal_transition", "unknown_execution", "revived"};
  return names[static_cast<std::size_t>(verdict)];
}

OrderStates::OrderStates(const OrderStatesConfig& config)
    : orders_(config.orders), executions_(config.executions) {
  if (std::has_single_bit(config.orders) && config.executions > 0) return;
  throw Error("order states", "orders must be a power of two, and executions above 0",
              "correct the order session's configuration");
}

const Order* OrderStates::find(std::uint32_t client_order_id) const noexcept {
  const Order& order = orders_[client_order_id & (orders_.size() - 1)];
  return client_order_id != 0 && order.client_order_id == client_order_id ? &order : nullptr;
}

Order* OrderStates::find_mutable(std::uint32_t client_order_id) noexcept {
  return const_cast<Order*>(find(client_order_id));
}

CommandVerdict OrderStates::may_send(const record::OrderCommand& command) const noexcept {
  if (command.action != CommandAction::enter) {
    const bool replaces = command.action == CommandAction::replace;
    if (!replaces && command.action != CommandAction::cancel) return CommandVerdict::bad_action;
    const Order* target =
        find(replaces ? command.original_client_order_id : command.client_order_id);
    if (target == nullptr) return CommandVerdict::unknown_order;
    if (is_closed(target->state)) return CommandVerdict::order_closed;
    if (!replaces) return CommandVerdict::sendable;
    if (target->replacement != 0) return CommandVerdict::replace_pending;
  }
  if (command.client_order_id <= newest_) return CommandVerdict::id_used;
  const Order& place = orders_[command.client_order_id & (orders_.size() - 1)];
  return is_closed(place.state) ? CommandVerdict::sendable : CommandVerdict::window_full;
}

void OrderStates::sent(const record::OrderCommand& command) noexcept {
  if (command.action == CommandAction::cancel) {
    Order& order = *find_mutable(command.client_order_id);
    const std::uint32_t keep =
        order.has(fact_cancel_asked) ? std::min(order.keep, command.size) : command.size;
    if (order.size - std::min(order.left, order.size) > keep) {  // else it asks for nothing
      order.keep = keep;
      order.facts |= fact_cancel_asked;
    }
    return settle(order);
  }
  Order& order = start(command.client_order_id);
  order.instrument = command.instrument;
  order.size = command.size;
  order.price_e9 = command.price_e9;
  order.side = command.side;
  order.strategy = command.strategy;
  order.account = command.account;
  order.venue = command.venue;
  order.channel = command.channel;
  order.facts = fact_sent;
  settle(order);
  if (command.action != CommandAction::replace) return;
  Order& original = *find_mutable(command.original_client_order_id);
  order.original = original.client_order_id;
  order.instrument = original.instrument;
  order.side = original.side;
  original.replacement = order.client_order_id;
  settle(original);
}

Order& OrderStates::start(std::uint32_t client_order_id) noexcept {
  Order& order = place_of(client_order_id);
  order = {};
  order.client_order_id = client_order_id;
  newest_ = std::max(newest_, client_order_id);
  return order;
}

StateVerdict OrderStates::apply(OrderReport& report, std::uint32_t original) noexcept {
  lost_ = 0;
  const StateVerdict verdict = judge(report, original);
  ++counts_[static_cast<std::size_t>(verdict)];
  return verdict;
}

StateVerdict OrderStates::judge(OrderReport& report, std::uint32_t original) noexcept {
  const Turn turn = sequence_.mark(record::sequence_number_of(report));
  if (turn == Turn::seen) return StateVerdict::duplicate;
  const OrderStep step = step_of(report.action);
  if (step == OrderStep::send_enter) return StateVerdict::applied;  // of the session, not an order
  Order* order = find_mutable(report.client_order_id);
  if (order == nullptr && adopting_) order = adopt(report);
  if (order == nullptr) {
    return place_of(report.client_order_id).client_order_id > report.client_order_id
               ? StateVerdict::forgotten
               : StateVerdict::unknown_order;
  }
  if (report.instrument == record::instrument_all) report.instrument = order->instrument;
  if (report.side == record::Side::none) report.side = order->side;
  const bool legal = is_legal_for(*order, step);
  if (legal) return carry_out(*order, report, original);
  const bool was_lost = order->state == OrderState::lost;
  const bool was_closed = is_closed(order->state);
  const bool disordered = turn != Turn::next || sequence_.missing() > 0;
  const bool answers_twice = step == OrderStep::accepted && order->has(fact_accepted);
  if (disordered && !answers_twice) {
    const StateVerdict verdict = carry_out(*order, report, original);
    return verdict == StateVerdict::applied ? StateVerdict::out_of_order : verdict;
  }
  if (step == OrderStep::accepted && was_lost) {
    carry_out(*order, report, original);
    return StateVerdict::revived;
  }
  if (step != OrderStep::executed) return StateVerdict::illegal_transition;
  carry_out(*order, report, original);
  return was_closed ? StateVerdict::overfill : StateVerdict::illegal_transition;
}

StateVerdict OrderStates::carry_out(Order& order, OrderReport& report,
                                    std::uint32_t original) noexcept {
  StateVerdict verdict = StateVerdict::applied;
  switch (report.action) {
    case ReportAction::accepted:
    case ReportAction::replaced: verdict = accept(order, report, original); break;
    case ReportAction::executed: verdict = execute(order, report); break;
    case ReportAction::cancelled: verdict = reduce(order, report.size); break;
    case ReportAction::rejected:
      order.facts |= fact_rejected;
      free_original(order);
      break;
    case ReportAction::cancel_rejected:
      order.facts &= static_cast<std::uint16_t>(~(fact_cancel_asked | fact_cancel_waits));
      break;
    case ReportAction::cancel_pending: order.facts |= fact_cancel_asked | fact_cancel_waits; break;
    case ReportAction::broken: verdict = undo(order, report); break;
    case ReportAction::corrected: verdict = correct(order, report); break;
    default: change(order, report);
  }
  settle(order);
  if (is_closed(order.state) && !order.has(fact_gave_way)) lose_replacement(order);
  return verdict;
}

StateVerdict OrderStates::accept(Order& order, const OrderReport& report,
                                 std::uint32_t original) noexcept {
  order.facts |= fact_accepted;
  order.reference = report.reference;
  order.size = report.size;
  order.price_e9 = report.price_e9;
  order.instrument = report.instrument;
  order.side = report.side;
  if (report.reason == dead) order.left = order.size;
  if (report.action != ReportAction::replaced) return StateVerdict::applied;
  if (order.original == 0) order.original = original;
  return give_way(order);
}

/// What `to` replaces leaves. That it is not known here any more changes nothing for `to`.
StateVerdict OrderStates::give_way(const Order& to) noexcept {
  Order* order = find_mutable(to.original);
  if (order == nullptr) return StateVerdict::applied;
  if (order == &to) return StateVerdict::illegal_transition;
  const bool legal = is_legal_for(*order, OrderStep::gave_way) || sequence_.missing() > 0;
  order->facts |= fact_gave_way;
  order->replacement = to.client_order_id;
  settle(*order);
  return legal ? StateVerdict::applied : StateVerdict::illegal_transition;
}

StateVerdict OrderStates::execute(Order& order, const OrderReport& report) noexcept {
  order.executed = saturating_add(order.executed, report.size);
  if (execution_count_ < executions_.size()) {
    executions_[execution_count_++] = {report.reference, report.price_e9, report.size,
                                       order.last_execution};
    order.last_execution = static_cast<std::uint32_t>(execution_count_);
  } else {
    ++executions_unkept_;
  }
  return gone(order) > order.size ? StateVerdict::overfill : StateVerdict::applied;
}

StateVerdict OrderStates::reduce(Order& order, std::uint32_t size) noexcept {
  const bool too_much = size > order.size || gone(order) > order.size - size;
  order.left = saturating_add(order.left, size);
  const std::uint32_t remains = order.size - std::min(order.left, order.size);
  if (order.has(fact_cancel_asked) && remains <= order.keep) {
    order.facts &= static_cast<std::uint16_t>(~(fact_cancel_asked | fact_cancel_waits));
  }
  return too_much ? StateVerdict::illegal_transition : StateVerdict::applied;
}

OrderStates::Execution* OrderStates::execution_of(const Order& order,
                                                  std::uint64_t match_number) noexcept {
  for (std::uint32_t at = order.last_execution; at != 0; at = executions_[at - 1].previous) {
    Execution& execution = executions_[at - 1];
    if (execution.match_number == match_number && execution.size > 0) return &execution;
  }
  return nullptr;
}

StateVerdict OrderStates::undo(Order& order, OrderReport& report) noexcept {
  Execution* execution = execution_of(order, report.reference);
  if (execution == nullptr) return StateVerdict::unknown_execution;
  report.size = execution->size;
  report.price_e9 = execution->price_e9;
  order.executed -= std::min(order.executed, execution->size);
  order.undone = saturating_add(order.undone, execution->size);
  order.facts |= fact_broken;
  execution->size = 0;
  return StateVerdict::applied;
}

StateVerdict OrderStates::correct(const Order& order, const OrderReport& report) noexcept {
  Execution* execution = execution_of(order, report.reference);
  if (execution == nullptr) return StateVerdict::unknown_execution;
  execution->price_e9 = report.price_e9;
  return StateVerdict::applied;
}

/// The venue marked the order otherwise.
void OrderStates::change(Order& order, OrderReport& report) noexcept {
  if (report.action == ReportAction::priority_updated) {
    order.reference = report.reference;
    if (report.price_e9 != record::price_null) order.price_e9 = report.price_e9;
  } else if (report.size > 0) {  // what is open now
    order.size = saturating_add(report.size, static_cast<std::uint32_t>(gone(order)));
  } else {
    report.size = order.open();  // a restatement by OUCH tells what is shown, not what is open
  }
}

/// The order did not come: what it was to replace stays.
void OrderStates::free_original(const Order& order) noexcept {
  Order* original = find_mutable(order.original);
  if (original == nullptr || original->replacement != order.client_order_id) return;
  original->replacement = 0;
  settle(*original);
}

/// What was to replace a closed order is answered by nothing, and so on along the chain.
void OrderStates::lose_replacement(const Order& order) noexcept {
  const Order* closed = &order;
  while (Order* next = find_mutable(closed->replacement)) {
    if (is_closed(next->state) || next->has(fact_accepted)) return;
    next->facts |= fact_lost;
    settle(*next);
    if (lost_ == 0) lost_ = next->client_order_id;
    closed = next;
  }
}

std::uint32_t OrderStates::take_lost() noexcept {
  const std::uint32_t taken = lost_;
  const Order* order = find(taken);
  const Order* next = order == nullptr ? nullptr : find(order->replacement);
  lost_ = next != nullptr && next->state == OrderState::lost ? next->client_order_id : 0;
  return taken;
}

/// After a restart: an order of ours that only the venue remembers.
Order* OrderStates::adopt(const OrderReport& report) noexcept {
  const bool begins = report.action == ReportAction::accepted ||
                      report.action == ReportAction::replaced ||
                      report.action == ReportAction::rejected;
  const Order& place = place_of(report.client_order_id);
  const bool has_room = is_closed(place.state) && place.client_order_id < report.client_order_id;
  if (!begins || !has_room) return nullptr;
  Order& order = start(report.client_order_id);
  order.instrument = report.instrument;
  order.side = report.side;
  order.price_e9 = report.price_e9;
  order.venue = report.venue;
  order.channel = report.channel;
  settle(order);
  return &order;
}

bool OrderStates::settle_unanswered(Order& order, std::uint32_t venue_next,
                                    Reconciled& result) noexcept {
  if (!order.has(fact_accepted)) {
    order.facts |= fact_lost;
    const bool seen = venue_next != 0 && order.client_order_id < venue_next;
    ++(seen ? result.ignored : result.never_received);
    settle(order);
    free_original(order);
    return true;
  }
  if (!order.has(fact_cancel_asked) || order.has(fact_cancel_waits)) return false;
  order.facts &= static_cast<std::uint16_t>(~fact_cancel_asked);
  ++result.cancels_undone;
  settle(order);
  return true;
}

void OrderStates::settle(Order& order) noexcept {
  order.state = state_of(order);
}

OrderState OrderStates::state_of(const Order& order) noexcept {
  if (order.has(fact_rejected)) return OrderState::rejected;
  if (order.has(fact_gave_way)) return OrderState::replaced;
  if (order.has(fact_accepted)) {
    if (gone(order) >= order.size) {
      if (order.left > 0 || gone(order) == 0) return OrderState::cancelled;
      return order.has(fact_broken) ? OrderState::broken : OrderState::filled;
    }
  } else if (order.has(fact_lost)) {
    return OrderState::lost;
  }
  if (order.has(fact_cancel_asked)) return OrderState::pending_cancel;
  if (order.replacement != 0) return OrderState::pending_replace;
  return order.has(fact_accepted) ? OrderState::live : OrderState::pending_new;
}

std::uint64_t OrderStates::digest() const noexcept {
  std::uint64_t hash = 0xcbf29ce484222325;
  for_each([&hash](const Order& order) {
    if (order.state == OrderState::lost) return;  // only who sent it knows of it
    hash = mix(mix(hash, order.client_order_id), static_cast<std::uint64_t>(order.state));
    if (order.state == OrderState::rejected) return;  // the report does not say what it was
    hash = mix(mix(hash, order.reference), static_cast<std::uint64_t>(order.price_e9));
    hash = mix(mix(hash, order.instrument), static_cast<std::uint64_t>(order.side));
    hash = mix(mix(hash, order.size), order.open());
    hash = mix(mix(hash, order.executed), order.undone);
    hash = mix(mix(hash, order.left), order.original);
  });
  return hash;
}

}  // namespace hft::order
