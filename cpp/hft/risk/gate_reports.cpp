// What the gate learns from the venue's reports: what is open, what is held, and that something is
// wrong: a fill without an order, or larger than its order, halts everything.
#include <algorithm>

#include "hft/risk/gate.hpp"

namespace hft::risk {

using record::OrderReport;
using record::ReportAction;

namespace {

constexpr std::uint8_t dead_at_once = 'D';

}  // namespace

ReportVerdict Gate::on_report(const OrderReport& report) noexcept {
  tell_time(report.receive_time_ns);
  const ReportVerdict verdict = take_report(report);
  if (verdict == ReportVerdict::fault) {
    kill_switch_.halt(now_ns_, KillSwitch::text("fill fault  "));
    ++shared_.header().faults;
  } else if (verdict != ReportVerdict::applied) {
    ++shared_.header().reports_not_applied;
  }
  shared_.header().now_ns = now_ns_;
  return verdict;
}

ReportVerdict Gate::take_report(const OrderReport& report) noexcept {
  const bool has_session = report.channel < config_.sessions;
  switch (report.action) {
    case ReportAction::session_up:
    case ReportAction::session_down:
      return has_session ? on_session(report) : ReportVerdict::ignored;
    default: break;
  }
  if (report.action == ReportAction::none || report.action >= ReportAction::system) {
    return ReportVerdict::ignored;
  }
  if (has_session && sessions_[report.channel].has_seen(record::sequence_number_of(report))) {
    return ReportVerdict::duplicate;
  }
  return orders_.is_known(report.client_order_id) ? on_order(report) : on_unknown(report);
}

ReportVerdict Gate::on_session(const OrderReport& report) noexcept {
  OrderSession& session = sessions_[report.channel];
  if (report.action == ReportAction::session_up) {
    session.went_up(record::sequence_number_of(report));
  } else {
    session.went_down();
  }
  return ReportVerdict::applied;
}

ReportVerdict Gate::on_unknown(const OrderReport& report) noexcept {
  if (report.action != ReportAction::executed) return ReportVerdict::unknown_order;
  const std::size_t place = place_of(report.instrument);
  const bool is_bid = report.side == record::Side::bid;
  if (place == no_place || !is_given(report.price_e9)) return ReportVerdict::fault;
  if (!is_bid && report.side != record::Side::ask) return ReportVerdict::fault;
  MarketView& market = instruments_[place].market;
  market.is_ours = true;
  if (market.mark_e9 == 0) set_mark(place, report.price_e9);
  const std::int64_t size = is_bid ? std::int64_t{report.size} : -std::int64_t{report.size};
  positions_.trade(place, GateConfig::firm(), size, report.price_e9, market.mark_e9, false);
  return ReportVerdict::fault;
}

ReportVerdict Gate::on_order(const OrderReport& report) noexcept {
  const std::uint32_t id = report.client_order_id;
  OpenOrder& order = orders_.at(id);
  switch (report.action) {
    case ReportAction::accepted: return on_accepted(report);
    case ReportAction::replaced: return on_replaced(report);
    case ReportAction::executed: return on_executed(report);
    case ReportAction::broken: return on_broken(report);
    case ReportAction::rejected:
      if (order.state != OrderState::sent) return ReportVerdict::ignored;
      set_leaves(id, 0);
      order.state = OrderState::refused;
      return ReportVerdict::applied;
    case ReportAction::cancelled:
      if (!order.is_open()) return ReportVerdict::ignored;
      take_answer(order);
      set_leaves(id, order.leaves - std::min(order.leaves, report.size));
      return ReportVerdict::applied;
    case ReportAction::modified: {
      if (!order.is_open()) return ReportVerdict::ignored;
      const std::uint64_t left = report.size - std::min<std::uint64_t>(report.size, order.executed);
      set_leaves(id, std::min(order.leaves, static_cast<std::uint32_t>(left)));
      return ReportVerdict::applied;
    }
    case ReportAction::restated:
      if (!order.is_open()) return ReportVerdict::ignored;
      set_price(order, report.price_e9);
      set_leaves(id, std::min(order.leaves, report.size));
      return ReportVerdict::applied;
    default: return ReportVerdict::ignored;
  }
}

ReportVerdict Gate::on_accepted(const OrderReport& report) noexcept {
  const std::uint32_t id = report.client_order_id;
  OpenOrder& order = orders_.at(id);
  if (order.state == OrderState::refused) return ReportVerdict::fault;
  if (order.state != OrderState::sent) return ReportVerdict::ignored;
  take_answer(order);
  set_price(order, report.price_e9);
  const bool is_dead = report.reason == dead_at_once;
  set_leaves(id, is_dead ? 0 : std::min(order.leaves, report.size));
  return ReportVerdict::applied;
}

ReportVerdict Gate::on_replaced(const OrderReport& report) noexcept {
  const OpenOrder& order = orders_.at(report.client_order_id);
  if (order.state == OrderState::refused) return ReportVerdict::fault;
  const bool is_answer = order.state == OrderState::sent;
  const bool has_original = order.original != 0 && orders_.at(order.original).is_open();
  if (has_original) set_leaves(order.original, 0);
  if (is_answer) return on_accepted(report);
  return has_original ? ReportVerdict::applied : ReportVerdict::ignored;
}

ReportVerdict Gate::on_executed(const OrderReport& report) noexcept {
  const std::uint32_t id = report.client_order_id;
  OpenOrder& order = orders_.at(id);
  const std::size_t place = order.instrument;
  const std::int64_t price = is_given(report.price_e9) ? report.price_e9 : order.price_e9;
  const std::int64_t& mark = instruments_[place].market.mark_e9;
  if (mark == 0) set_mark(place, price);
  bool is_fault = report.size > order.leaves;
  if (order.is_open()) {
    take_answer(order);
    set_leaves(id, order.leaves - std::min(order.leaves, report.size));
  } else {
    is_fault = true;
  }
  order.executed += report.size;
  const bool is_bid = order.side == record::Side::bid;
  const std::int64_t size = is_bid ? std::int64_t{report.size} : -std::int64_t{report.size};
  for (const std::size_t actor : positions_.actors_of(order.strategy, order.account)) {
    positions_.trade(place, actor, size, price, mark, false);
  }
  if (executions_.is_full()) {
    is_fault = true;
  } else {
    order.last_execution =
        executions_.add({report.reference, price, report.size, order.last_execution, false});
  }
  count_execution(order.strategy);
  return is_fault ? ReportVerdict::fault : ReportVerdict::applied;
}

void Gate::count_execution(std::uint8_t strategy) noexcept {
  const ActorLimits& limits = shared_.actor_limits()[config_.strategy(strategy)];
  const std::int64_t window = limits[Limit::repeat_window_ns];
  RepeatWindow& repeats = repeat_windows_[strategy];
  repeats.roll(now_ns_, window == limit_missing ? 0 : static_cast<std::uint64_t>(window));
  ++repeats.executions;
  // A missing limit is the largest number and throttles nobody; it refuses every order anyway.
  if (repeats.executions > limits[Limit::repeat_executions]) {
    kill_switch_.throttle(strategy, now_ns_);
  }
}

ReportVerdict Gate::on_broken(const OrderReport& report) noexcept {
  const OpenOrder& order = orders_.at(report.client_order_id);
  const Executions::Found found = executions_.find(order.last_execution, report.reference);
  if (found.execution == nullptr) {
    return found.was_undone ? ReportVerdict::ignored : ReportVerdict::fault;
  }
  found.execution->is_undone = true;
  const std::int64_t mark = instruments_[order.instrument].market.mark_e9;
  const std::int64_t traded = found.execution->size;
  const std::int64_t size = order.side == record::Side::bid ? traded : -traded;
  for (const std::size_t actor : positions_.actors_of(order.strategy, order.account)) {
    positions_.trade(order.instrument, actor, size, found.execution->price_e9, mark, true);
  }
  return ReportVerdict::applied;
}

void Gate::take_answer(OpenOrder& order) noexcept {
  if (order.state != OrderState::sent) return;
  sessions_[order.channel].answered(order);
  order.state = OrderState::live;
}

/// Never more than there are. At 0 the order is dead.
void Gate::set_leaves(std::uint32_t id, std::uint32_t leaves) noexcept {
  OpenOrder& order = orders_.at(id);
  const bool dies = leaves == 0;
  if (leaves == order.leaves && !dies) return;
  const std::int64_t value =
      value_of(order.price_e9, leaves) - value_of(order.price_e9, order.leaves);
  const std::int64_t size = std::int64_t{leaves} - std::int64_t{order.leaves};
  Instrument& instrument = instruments_[order.instrument];
  order.leaves = leaves;
  if (dies) {
    take_answer(order);
    order.state = OrderState::dead;
    orders_.unlink(id, instrument.own);
  }
  positions_.change_open(order.instrument, positions_.actors_of(order.strategy, order.account),
                         order.side, size, value, dies ? -1 : 0, instrument.market.mark_e9);
}

void Gate::set_price(OpenOrder& order, std::int64_t price_e9) noexcept {
  if (order.is_market || !is_given(price_e9) || price_e9 == order.price_e9) return;
  const std::int64_t value =
      value_of(price_e9, order.leaves) - value_of(order.price_e9, order.leaves);
  order.price_e9 = price_e9;
  Instrument& instrument = instruments_[order.instrument];
  orders_.find_best(order.side, instrument.own);
  positions_.change_open(order.instrument, positions_.actors_of(order.strategy, order.account),
                         order.side, 0, value, 0, instrument.market.mark_e9);
}

}  // namespace hft::risk
