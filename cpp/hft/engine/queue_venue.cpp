// Queue position and matching of a backtest's orders; the header says by which assumptions.
#include "hft/engine/queue_venue.hpp"

#include <algorithm>

namespace hft::engine {

namespace {

using record::CommandAction;
using record::ReportAction;
using record::Side;

constexpr Side other(Side side) {
  return side == Side::bid ? Side::ask : Side::bid;
}

/// Whether an order of `side` at this price would trade against a price of the other side.
constexpr bool reaches(Side side, std::int64_t price_e9, std::int64_t contra_e9) {
  if (contra_e9 == record::price_null) return false;
  return side == Side::bid ? price_e9 >= contra_e9 : price_e9 <= contra_e9;
}

constexpr bool is_better(Side side, std::int64_t price_e9, std::int64_t than_e9) {
  return side == Side::bid ? price_e9 > than_e9 : price_e9 < than_e9;
}

std::int64_t best_e9(const BookStage& books, std::uint32_t instrument, Side side) {
  const book::BestPrices best = books.best_prices(instrument);
  return side == Side::bid ? best.bid_price_e9 : best.ask_price_e9;
}

constexpr bool is_market(const record::OrderCommand& command) {
  return (command.flags & record::command_market) != 0;
}

}  // namespace

void QueueVenue::on_message(std::uint64_t time_ns, std::span<const record::Record> message,
                            const BookStage& books) {
  time_ns_ = time_ns;
  for (const record::Record& seen : message) {
    if (seen.kind == record::Kind::order) {
      on_order(record::as<record::OrderEvent>(seen), books);
    } else if (seen.kind == record::Kind::trade) {
      on_hidden_trade(record::as<record::TradeEvent>(seen));
    }
  }
  drop_filled();
}

void QueueVenue::on_order(const record::OrderEvent& event, const BookStage& books) {
  if (event.action == record::Action::add) {
    const Side side = event.side == Side::none ? replaced_side_ : event.side;
    if (side != Side::none) {
      meet(event.instrument, other(side), event.price_e9, event.order_id, event.size);
    }
    return;
  }
  const auto order = books.find(event.order_id);
  if (event.action == record::Action::replace) replaced_side_ = order ? order->side : Side::none;
  const bool of_a_cross = (event.flags & record::flag_non_printable) != 0;
  if (event.action != record::Action::execute || of_a_cross || !order) return;
  meet(event.instrument, order->side, order->price_e9, event.order_id, event.size);
}

/// A seller has met hidden bids below ours, or a buyer hidden asks above ours.
void QueueVenue::on_hidden_trade(const record::TradeEvent& event) {
  if (event.action != record::TradeAction::trade) return;
  for (Order& order : orders_) {
    if (order.terms.instrument != event.instrument) continue;
    if (!is_better(order.terms.side, order.terms.price_e9, event.price_e9)) continue;
    fill(order, std::min(order.open, event.size), order.terms.price_e9, 'A');
  }
}

/// `size` shares come to a side at a price, and would have met ours of a better price, and ours of
/// that price that do not stand behind `behind`. Best price first, then in the order they came.
void QueueVenue::meet(std::uint32_t instrument, Side side, std::int64_t price_e9,
                      std::uint64_t behind, std::uint32_t size) {
  while (size > 0) {
    Order* first = nullptr;
    for (Order& order : orders_) {
      const bool ours = order.terms.instrument == instrument && order.terms.side == side &&
                        order.open > 0 && reaches(side, order.terms.price_e9, price_e9) &&
                        (order.terms.price_e9 != price_e9 || !order.ahead.contains(behind));
      if (!ours) continue;
      if (first == nullptr || is_better(side, order.terms.price_e9, first->terms.price_e9)) {
        first = &order;
      }
    }
    if (first == nullptr) return;
    const std::uint32_t traded = std::min(size, first->open);
    fill(*first, traded, first->terms.price_e9, 'A');
    size -= traded;
  }
}

void QueueVenue::submit(std::uint64_t time_ns, const record::OrderCommand& command,
                        const BookStage& books) {
  time_ns_ = time_ns;
  switch (command.action) {
    case CommandAction::enter: enter(command, books); break;
    case CommandAction::replace: replace(command, books); break;
    case CommandAction::cancel: cancel(command); break;
    case CommandAction::none: break;
  }
  drop_filled();
}

/// The letter of OUCH with which a venue would refuse, or 0.
char QueueVenue::refusal(const record::OrderCommand& command, const BookStage& books) const {
  if (books.trading_state(command.instrument) != 'T') return 'H';
  if (command.size == 0 || command.size >= 1'000'000) return 'Z';
  if (!is_market(command) && command.price_e9 <= 0) return 'X';
  const bool takes = reaches(command.side, command.price_e9,
                             best_e9(books, command.instrument, other(command.side)));
  if ((command.flags & record::command_post_only) != 0 && takes) return 'P';
  return '\0';
}

void QueueVenue::enter(const record::OrderCommand& command, const BookStage& books) {
  Order order{command, ++orders_made_, command.size, 0, {}};
  if (const char reason = refusal(command, books)) {
    return report(order, ReportAction::rejected, command.size, reason, command.price_e9);
  }
  report(order, ReportAction::accepted, order.open, 'L', command.price_e9, order.order_id);
  work(std::move(order), books);
}

void QueueVenue::replace(const record::OrderCommand& command, const BookStage& books) {
  const auto old = find(command.original_client_order_id);
  if (old == orders_.end()) return;  // gone: a venue says nothing
  record::OrderCommand terms = command;
  terms.side = old->terms.side;
  Order order{terms, ++orders_made_, 0, old->executed, {}};
  if (const char reason = refusal(terms, books)) {
    return report(order, ReportAction::rejected, command.size, reason, command.price_e9);
  }
  if (command.size <= old->executed) {
    report(*old, ReportAction::cancelled, old->open, 'U', record::price_null);
    orders_.erase(old);
    return;
  }
  order.open = command.size - old->executed;
  const bool keeps_place = terms.price_e9 == old->terms.price_e9 && order.open <= old->open;
  report(order, ReportAction::replaced, order.open, 'L', terms.price_e9, order.order_id);
  if (keeps_place) {
    order.ahead = std::move(old->ahead);
    *old = std::move(order);
    return;
  }
  orders_.erase(old);
  work(std::move(order), books);
}

void QueueVenue::cancel(const record::OrderCommand& command) {
  const auto order = find(command.client_order_id);
  if (order == orders_.end()) return;
  const std::uint32_t keep = command.size > order->executed ? command.size - order->executed : 0;
  if (keep >= order->open) return;
  report(*order, ReportAction::cancelled, order->open - keep, 'U', record::price_null);
  order->open = keep;
}

/// Takes what it can, and what is left leaves or joins its queue.
void QueueVenue::work(Order order, const BookStage& books) {
  take(order, books);
  if (order.open == 0) return;
  const bool rests =
      order.terms.time_in_force != record::TimeInForce::immediate && !is_market(order.terms);
  if (!rests) {
    return report(order, ReportAction::cancelled, order.open, 'I', record::price_null);
  }
  for (const book::Order& before :
       books.orders(order.terms.instrument, order.terms.side, order.terms.price_e9)) {
    order.ahead.insert(before.order_id);
  }
  orders_.push_back(std::move(order));
}

/// From the captured orders in price-time order, those of its own price included.
void QueueVenue::take(Order& order, const BookStage& books) {
  const Side contra = other(order.terms.side);
  constexpr std::size_t levels_max = 64;  // more of a book is nobody's small order
  for (const book::Level& level : books.depth(order.terms.instrument, contra, levels_max)) {
    const bool within =
        is_market(order.terms) || reaches(order.terms.side, order.terms.price_e9, level.price_e9);
    if (!within) return;
    for (const book::Order& resting :
         books.orders(order.terms.instrument, contra, level.price_e9)) {
      std::uint32_t& taken = taken_[resting.order_id];
      const std::uint32_t left = resting.size > taken ? resting.size - taken : 0;
      const std::uint32_t size = std::min(order.open, left);
      if (size == 0) continue;
      taken += size;
      fill(order, size, level.price_e9, 'R');
      if (order.open == 0) return;
    }
  }
}

void QueueVenue::fill(Order& order, std::uint32_t size, std::int64_t price_e9, char liquidity) {
  if (size == 0) return;
  order.open -= size;
  order.executed += size;
  report(order, ReportAction::executed, size, liquidity, price_e9, ++matches_made_);
}

void QueueVenue::drop_filled() {
  std::erase_if(orders_, [](const Order& order) { return order.open == 0; });
}

std::vector<QueueVenue::Order>::iterator QueueVenue::find(std::uint32_t client_order_id) {
  return std::find_if(orders_.begin(), orders_.end(), [&](const Order& order) {
    return order.terms.client_order_id == client_order_id;
  });
}

void QueueVenue::report(const Order& order, ReportAction action, std::uint32_t size, char reason,
                        std::int64_t price_e9, std::uint64_t reference) {
  record::OrderReport out{};
  out.event_time_ns = time_ns_;
  out.instrument = order.terms.instrument;
  out.kind = record::Kind::order_report;
  out.action = action;
  out.sequence_number = ++reports_made_;
  out.reference = reference;
  out.size = size;
  out.side = order.terms.side;
  out.reason = static_cast<std::uint8_t>(reason);
  out.price_e9 = price_e9;
  out.client_order_id = order.terms.client_order_id;
  out.venue = order.terms.venue;
  out.channel = order.terms.channel;
  reports_.push_back(out);
}

}  // namespace hft::engine
