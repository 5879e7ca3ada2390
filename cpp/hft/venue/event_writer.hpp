// Makes the engine's events: one function an event, so that no field is forgotten at a call.
#pragma once

#include "hft/venue/price_grid.hpp"
#include "hft/venue/resting_orders.hpp"
#include "hft/venue/venue_event.hpp"

namespace hft::venue {

/// What was matched: the same for both sides and for everyone.
struct Match {
  std::uint64_t number;
  std::uint32_t size;
  PriceUnits price;
};

template <class Sink>
class EventWriter {
 public:
  explicit EventWriter(Sink& sink) noexcept : sink_(sink) {}

  /// The time of the input whose events follow.
  void begin(std::uint64_t time_ns) noexcept { time_ns_ = time_ns; }

  // To owners.
  void accepted(const RestingOrder& order) noexcept {
    VenueEvent out = of_order(EventKind::accepted, order);
    out.size = order.open;
    sink_(out);
  }
  void replaced(const RestingOrder& order, std::uint64_t old_token, std::uint32_t size) noexcept {
    VenueEvent out = of_order(EventKind::replaced, order);
    out.original = old_token;
    out.size = size;
    sink_(out);
  }
  void modified(const RestingOrder& order, std::uint64_t old_id, std::uint32_t size) noexcept {
    VenueEvent out = of_order(EventKind::modified, order);
    out.original = old_id;
    out.size = size;
    sink_(out);
  }
  void restated(const RestingOrder& order, std::uint64_t old_id) noexcept {
    VenueEvent out = of_order(EventKind::restated, order);
    out.original = old_id;
    sink_(out);
  }
  void executed(const RestingOrder& order, const Match& match, Liquidity liquidity) noexcept {
    VenueEvent out = of_order(EventKind::executed, order);
    out.match_number = match.number;
    out.size = match.size;
    out.price_e9 = to_price_e9(match.price);
    out.code = static_cast<char>(liquidity);
    sink_(out);
  }
  void cancelled(const RestingOrder& order, std::uint32_t size, CancelReason reason) noexcept {
    VenueEvent out = of_order(EventKind::cancelled, order);
    out.size = size;
    out.code = static_cast<char>(reason);
    sink_(out);
  }
  void self_match(const RestingOrder& order, std::uint32_t size, const Match& avoided) noexcept {
    VenueEvent out = of_order(EventKind::cancelled, order);
    out.size = size;
    out.code = static_cast<char>(CancelReason::self_match);
    out.prevented = avoided.size;
    out.price_e9 = to_price_e9(avoided.price);
    sink_(out);
  }
  void cancel_refused(EventKind kind, const RestingOrder& order) noexcept {
    sink_(of_order(kind, order));
  }
  void rejected(std::uint32_t owner, std::uint64_t token, const OrderTerms& terms,
                RejectReason reason) noexcept {
    VenueEvent out = blank(EventKind::rejected, terms.instrument);
    out.owner = owner;
    out.token = token;
    out.side = terms.side;
    out.size = terms.size;
    out.price_e9 = terms.price_e9;
    out.code = static_cast<char>(reason);
    sink_(out);
  }

  // To everyone.
  void book_add(const RestingOrder& order) noexcept {
    VenueEvent out = of_book(EventKind::book_add, order, order.shown);
    out.side = order.side;
    out.price_e9 = to_price_e9(order.price);
    sink_(out);
  }
  void book_execute(const RestingOrder& order, const Match& match, bool printable) noexcept {
    VenueEvent out = of_book(EventKind::book_execute, order, match.size);
    out.match_number = match.number;
    out.price_e9 = to_price_e9(match.price);
    out.flags = printable ? flag_printable : 0;
    sink_(out);
  }
  void book_cancel(const RestingOrder& order, std::uint32_t size) noexcept {
    sink_(of_book(EventKind::book_cancel, order, size));
  }
  void book_delete(std::uint32_t instrument, std::uint64_t order_id) noexcept {
    VenueEvent out = blank(EventKind::book_delete, instrument);
    out.order_id = order_id;
    sink_(out);
  }
  void book_replace(const RestingOrder& order, std::uint64_t old_id) noexcept {
    VenueEvent out = of_book(EventKind::book_replace, order, order.shown);
    out.original = old_id;
    out.price_e9 = to_price_e9(order.price);
    sink_(out);
  }
  void trade(const RestingOrder& order, const Match& match) noexcept {
    VenueEvent out = blank(EventKind::trade, order.instrument);
    out.match_number = match.number;
    out.size = match.size;
    out.price_e9 = to_price_e9(match.price);
    out.side = order.side;
    out.flags = flag_printable;
    sink_(out);
  }
  void cross_trade(std::uint32_t instrument, std::uint64_t match_number, std::uint64_t size,
                   std::int64_t price_e9, Cross cross) noexcept {
    VenueEvent out = blank(EventKind::cross_trade, instrument);
    out.match_number = match_number;
    out.size = size;
    out.price_e9 = price_e9;
    out.code = static_cast<char>(cross);
    out.flags = flag_printable;
    sink_(out);
  }
  void trading_status(std::uint32_t instrument, TradingState state) noexcept {
    VenueEvent out = blank(EventKind::trading_status, instrument);
    out.code = static_cast<char>(state);
    sink_(out);
  }

 private:
  VenueEvent blank(EventKind kind, std::uint32_t instrument) const noexcept {
    VenueEvent out{};
    out.time_ns = time_ns_;
    out.price_e9 = record::price_null;
    out.instrument = instrument;
    out.kind = kind;
    return out;
  }
  VenueEvent of_order(EventKind kind, const RestingOrder& order) const noexcept {
    VenueEvent out = blank(kind, order.instrument);
    out.order_id = order.order_id;
    out.token = order.token;
    out.price_e9 = to_price_e9(order.price);
    out.owner = order.owner;
    out.open = order.open;
    out.shown = order.shown;
    out.side = order.side;
    return out;
  }
  VenueEvent of_book(EventKind kind, const RestingOrder& order, std::uint32_t size) const noexcept {
    VenueEvent out = blank(kind, order.instrument);
    out.order_id = order.order_id;
    out.size = size;
    return out;
  }

  Sink& sink_;
  std::uint64_t time_ns_ = 0;
};

}  // namespace hft::venue
