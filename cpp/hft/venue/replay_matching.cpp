#include "hft/venue/replay_matching.hpp"

#include <algorithm>

#include "hft/venue/matcher.hpp"
#include "hft/venue/price_grid.hpp"

namespace hft::venue {

namespace {

using record::OrderCommand;
using record::ReportAction;
using record::Side;

/// Whether an order of this side and limit meets a contra price; price_null: a market order.
bool reaches(Side side, std::int64_t limit_e9, std::int64_t contra_e9) {
  if (limit_e9 == record::price_null) return true;
  return side == Side::bid ? limit_e9 >= contra_e9 : limit_e9 <= contra_e9;
}

/// Whether a resting order at `price` stands before one at `other`.
bool better(Side side, std::int64_t price_e9, std::int64_t other_e9) {
  return side == Side::bid ? price_e9 > other_e9 : price_e9 < other_e9;
}

bool never_rests(const OrderCommand& command) {
  return command.price_e9 == record::price_null ||
         command.time_in_force == record::TimeInForce::immediate;
}

bool bad_price(const OrderCommand& command, std::int64_t tick_e9) {
  if (command.price_e9 == record::price_null) return false;
  if (command.price_e9 <= 0 || command.price_e9 > price_max_e9) return true;
  if (command.price_e9 % price_unit_e9 != 0) return true;
  const PriceGrid grid(static_cast<PriceUnits>(tick_e9 / price_unit_e9));
  return !grid.holds(static_cast<PriceUnits>(command.price_e9 / price_unit_e9));
}

}  // namespace

ReplayMatching::ReplayMatching(const ReplayConfig& config)
    : config_(config), books_(config.books) {}

std::span<const record::OrderReport> ReplayMatching::on_record(const record::Record& record) {
  begin(record.event_time_ns);
  touches_.clear();
  switch (record.kind) {
    case record::Kind::order: on_order_event(record::as<record::OrderEvent>(record)); break;
    case record::Kind::trade: on_trade(record::as<record::TradeEvent>(record)); break;
    case record::Kind::status: on_status(record::as<record::StatusEvent>(record)); break;
    default: break;
  }
  remove_done();
  return reports_;
}

std::span<const record::OrderReport> ReplayMatching::submit(const OrderCommand& command,
                                                            std::uint64_t time_ns) {
  begin(time_ns);
  switch (command.action) {
    case record::CommandAction::enter: enter(command); break;
    case record::CommandAction::replace: replace(command); break;
    case record::CommandAction::cancel: cancel(command); break;
    case record::CommandAction::none: break;
  }
  remove_done();
  return reports_;
}

void ReplayMatching::begin(std::uint64_t time_ns) {
  reports_.clear();
  now_ns_ = std::max(now_ns_, time_ns);
}

std::uint64_t ReplayMatching::size_ahead(std::uint32_t client_order_id) const noexcept {
  for (const OwnOrder& order : orders_) {
    if (order.command.client_order_id == client_order_id) return order.size_ahead;
  }
  return 0;
}

void ReplayMatching::apply_to_books(const record::Record& record) {
  books_.apply({&record, 1}, [&](const record::Touch& touch) { touches_.push_back(touch); });
}

// Commands.

void ReplayMatching::enter(const OrderCommand& command) {
  const char reason = refusal(command);
  OwnOrder order;
  order.command = command;
  order.open = command.size;
  if (reason != 0) return reject(command, reason);
  if (!place_post_only(order.command)) {
    return reject(command, static_cast<char>(RejectReason::post_only));
  }
  work(std::move(order), ReportAction::accepted);
}

char ReplayMatching::refusal(const OrderCommand& command) const {
  const auto letter = [](RejectReason reason) { return static_cast<char>(reason); };
  const char state = books_.trading_state(command.instrument);
  if (state == 'H' || state == 'P' || state == 'Q') return letter(RejectReason::halted);
  if (command.size == 0 || command.size >= size_limit) return letter(RejectReason::bad_size);
  const bool post_only = (command.flags & record::command_post_only) != 0;
  const bool hidden = command.display == record::display_none;
  if ((command.side != Side::bid && command.side != Side::ask) ||
      (post_only && (hidden || never_rests(command)))) {
    return letter(RejectReason::bad_terms);
  }
  if (bad_price(command, config_.tick_e9)) return letter(RejectReason::bad_price);
  if ((command.flags & (record::command_opening_cross | record::command_closing_cross)) != 0) {
    return letter(RejectReason::wrong_cross);  // the feed does not say which cross it was
  }
  return 0;
}

bool ReplayMatching::place_post_only(OrderCommand& command) const {
  if ((command.flags & record::command_post_only) == 0) return true;
  const book::BestPrices best = books_.best_prices(command.instrument);
  const bool bid = command.side == Side::bid;
  const std::int64_t contra = bid ? best.ask_price_e9 : best.bid_price_e9;
  if (contra == record::price_null || !reaches(command.side, command.price_e9, contra)) return true;
  if (config_.post_only == PostOnlyRule::reject) return false;
  const PriceGrid grid(static_cast<PriceUnits>(config_.tick_e9 / price_unit_e9));
  const auto units = static_cast<PriceUnits>(contra / price_unit_e9);
  const PriceUnits moved = bid ? grid.below(units) : grid.above(units);
  command.price_e9 = moved * price_unit_e9;
  return grid.holds(moved);
}

/// Takes what it can; what is left leaves or joins its queue.
void ReplayMatching::work(OwnOrder order, ReportAction answer) {
  order.order_id = next_order_id_++;
  order.arrival = next_arrival_++;
  report(order, answer, order.open, 'L', order.command.price_e9, order.order_id);
  take(order);
  if (order.open == 0) return;
  if (never_rests(order.command)) {
    report(order, ReportAction::cancelled, order.open, static_cast<char>(CancelReason::immediate),
           record::price_null, 0);
    return;
  }
  join_queue(order);
  orders_.push_back(std::move(order));
}

void ReplayMatching::replace(const OrderCommand& command) {
  OwnOrder* old = find(command.original_client_order_id);
  if (old == nullptr) return;  // as the venue does: silently
  OrderCommand whole = command;
  whole.side = old->command.side;
  whole.instrument = old->command.instrument;
  const char reason = refusal(whole);
  if (reason == static_cast<char>(RejectReason::halted)) return reject(command, reason);
  const std::uint32_t open = command.size > old->liable ? command.size - old->liable : 0;
  if (reason != 0 || open == 0) {
    report(*old, ReportAction::cancelled, old->open, static_cast<char>(CancelReason::user),
           record::price_null, 0);
    old->open = 0;
    return;
  }
  if (!place_post_only(whole)) {
    return reject(command, static_cast<char>(RejectReason::post_only));
  }
  if (whole.price_e9 == old->command.price_e9 && whole.display == old->command.display &&
      !never_rests(whole) && open <= old->open) {
    old->command = whole;
    old->open = open;
    report(*old, ReportAction::replaced, open, 'L', whole.price_e9, old->order_id);
    return;
  }
  OwnOrder order;
  order.command = whole;
  order.open = open;
  order.liable = old->liable;
  old->open = 0;
  remove_done();
  work(std::move(order), ReportAction::replaced);
}

void ReplayMatching::cancel(const OrderCommand& command) {
  OwnOrder* order = find(command.client_order_id);
  if (order == nullptr) return;
  const std::uint32_t open = command.size > order->liable ? command.size - order->liable : 0;
  if (open >= order->open) return;
  const std::uint32_t gone = order->open - open;
  order->open = open;
  report(*order, ReportAction::cancelled, gone, static_cast<char>(CancelReason::user),
         record::price_null, 0);
}

/// Trades with the captured orders that ours meets, at their prices, each share once.
void ReplayMatching::take(OwnOrder& order) {
  const Side contra = other_side(order.command.side);
  const book::BestPrices best = books_.best_prices(order.command.instrument);
  const std::int64_t best_e9 = contra == Side::bid ? best.bid_price_e9 : best.ask_price_e9;
  if (best_e9 == record::price_null) return;
  if (!reaches(order.command.side, order.command.price_e9, best_e9)) return;
  const auto levels = books_.depth(order.command.instrument, contra, ~std::size_t{0});
  for (const book::Level& level : levels) {
    if (order.open == 0) return;
    if (!reaches(order.command.side, order.command.price_e9, level.price_e9)) return;
    for (const book::Order& resting :
         books_.orders(order.command.instrument, contra, level.price_e9)) {
      const std::uint32_t size = take_from(order, resting);
      if (size != 0) execute(order, size, level.price_e9, Liquidity::removed);
      if (order.open == 0) return;
    }
  }
}

std::uint32_t ReplayMatching::take_from(OwnOrder& order, const book::Order& resting) {
  const auto found = taken_.find(resting.order_id);
  const std::uint32_t taken = found == taken_.end() ? 0 : found->second;
  if (taken >= resting.size) return 0;
  const std::uint32_t size = std::min(order.open, resting.size - taken);
  taken_[resting.order_id] = taken + size;
  return size;
}

void ReplayMatching::join_queue(OwnOrder& order) {
  for (const book::Order& resting :
       books_.orders(order.command.instrument, order.command.side, order.command.price_e9)) {
    order.ahead.push_back({resting.order_id, resting.size});
    order.size_ahead += resting.size;
  }
}

// The feed.

void ReplayMatching::on_order_event(const record::OrderEvent& event) {
  using record::Action;
  const auto& record = record::as<record::Record>(event);
  if (event.action == Action::clear) {
    forget_queues(event.instrument);
  } else if (event.action != Action::add) {
    const auto order = books_.find(event.order_id);
    if (order && order->instrument == event.instrument) {
      const bool part = event.action == Action::cancel || event.action == Action::execute;
      leaves(event, *order, part ? std::min(event.size, order->size) : order->size);
    }
  }
  apply_to_books(record);
  if (event.action != Action::add || orders_.empty()) return;
  const auto added = books_.find(event.order_id);
  if (!added) return;
  meet({event.instrument, other_side(added->side), added->price_e9, added->size, true});
}

/// `size` shares leave a captured order, executed or not.
void ReplayMatching::leaves(const record::OrderEvent& event, const book::Order& order,
                            std::uint32_t size) {
  if (!taken_.empty()) {
    const auto taken = taken_.find(event.order_id);
    if (taken != taken_.end()) {
      taken->second -= std::min(taken->second, size);
      if (size == order.size || taken->second == 0) taken_.erase(taken);
    }
  }
  // Parts of a cross trade at its price, whatever their own: the cross itself tells who was passed.
  const bool of_a_cross = (event.flags & record::flag_non_printable) != 0;
  if (event.action == record::Action::execute && !of_a_cross) {
    meet({event.instrument, order.side, order.price_e9, size, true});
  }
  for (OwnOrder& own : orders_) {
    if (own.size_ahead == 0 || own.command.side != order.side ||
        own.command.price_e9 != order.price_e9) {
      continue;
    }
    for (Ahead& ahead : own.ahead) {
      if (ahead.order_id != event.order_id) continue;
      const std::uint32_t gone = std::min(size, ahead.size);
      ahead.size -= gone;
      own.size_ahead -= gone;
      break;
    }
  }
}

/// Hidden executions and crosses: only what is strictly worse than our price tells that we were
/// passed by; which side was resting the feed does not say.
void ReplayMatching::on_trade(const record::TradeEvent& trade) {
  if (trade.action != record::TradeAction::trade && trade.action != record::TradeAction::cross) {
    return;
  }
  const std::uint64_t size = std::uint64_t{trade.size_high} << 32 | trade.size;
  for (const Side side : {Side::bid, Side::ask}) {
    meet({trade.instrument, side, trade.price_e9, size, false});
  }
}

void ReplayMatching::on_status(const record::StatusEvent& status) {
  if (status.action == record::StatusAction::session_start) forget_queues(record::instrument_all);
  apply_to_books(record::as<record::Record>(status));
}

/// Our orders that `flow` meets trade, the best price and the earliest first.
void ReplayMatching::meet(Flow flow) {
  while (flow.size > 0) {
    OwnOrder* next = nullptr;
    for (OwnOrder& own : orders_) {
      if (own.open == 0 || own.command.instrument != flow.instrument ||
          own.command.side != flow.resting) {
        continue;
      }
      const bool through = better(flow.resting, own.command.price_e9, flow.price_e9);
      const bool first_there = flow.at_price && own.command.price_e9 == flow.price_e9 &&
                               own.size_ahead == 0 && !own.hidden();
      if (!through && !first_there) continue;
      if (next == nullptr || better(flow.resting, own.command.price_e9, next->command.price_e9) ||
          (own.command.price_e9 == next->command.price_e9 && next->hidden() && !own.hidden())) {
        next = &own;
      }
    }
    if (next == nullptr) return;
    const auto size = static_cast<std::uint32_t>(std::min<std::uint64_t>(flow.size, next->open));
    flow.size -= size;
    execute(*next, size, next->command.price_e9,
            next->hidden() ? Liquidity::added_hidden : Liquidity::added);
  }
}

void ReplayMatching::forget_queues(std::uint32_t instrument) {
  for (OwnOrder& own : orders_) {
    if (instrument != record::instrument_all && own.command.instrument != instrument) continue;
    own.ahead.clear();
    own.size_ahead = 0;
  }
  if (instrument == record::instrument_all) taken_.clear();
}

// Reports.

void ReplayMatching::report(const OwnOrder& order, ReportAction action, std::uint32_t size,
                            char reason, std::int64_t price_e9, std::uint64_t reference) {
  record::OrderReport out{};
  out.event_time_ns = now_ns_;
  out.receive_time_ns = now_ns_;
  out.instrument = order.command.instrument;
  out.kind = record::Kind::order_report;
  out.action = action;
  out.sequence_number = static_cast<std::uint32_t>(next_report_);
  out.sequence_number_high = static_cast<std::uint16_t>(next_report_ >> 32);
  ++next_report_;
  out.reference = reference;
  out.size = size;
  out.side = order.command.side;
  out.reason = static_cast<std::uint8_t>(reason);
  out.price_e9 = price_e9;
  out.client_order_id = order.command.client_order_id;
  out.venue = order.command.venue;
  out.channel = order.command.channel;
  reports_.push_back(out);
}

void ReplayMatching::reject(const OrderCommand& command, char reason) {
  OwnOrder order;
  order.command = command;
  report(order, ReportAction::rejected, command.size, reason, command.price_e9, 0);
}

void ReplayMatching::execute(OwnOrder& order, std::uint32_t size, std::int64_t price_e9,
                             Liquidity liquidity) {
  order.open -= size;
  order.liable += size;
  report(order, ReportAction::executed, size, static_cast<char>(liquidity), price_e9,
         next_match_number_++);
}

void ReplayMatching::remove_done() {
  std::erase_if(orders_, [](const OwnOrder& order) { return order.open == 0; });
}

ReplayMatching::OwnOrder* ReplayMatching::find(std::uint32_t client_order_id) noexcept {
  for (OwnOrder& order : orders_) {
    if (order.command.client_order_id == client_order_id && order.open != 0) return &order;
  }
  return nullptr;
}

}  // namespace hft::venue
