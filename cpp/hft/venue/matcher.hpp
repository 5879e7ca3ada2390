// Continuous matching: an incoming order takes what meets it, and what is left comes to rest
// (rules 6 to 10 of docs/venues/simulated-exchange.md).
#pragma once

#include <algorithm>

#include "hft/venue/event_writer.hpp"
#include "hft/venue/venue_books.hpp"

namespace hft::venue {

/// Whether a limit, or market_price, reaches a contra price.
inline constexpr bool meets(record::Side side, PriceUnits limit, PriceUnits contra) noexcept {
  if (limit == market_price) return true;
  return side == record::Side::bid ? limit >= contra : limit <= contra;
}

inline constexpr bool never_rests(PriceUnits price, record::TimeInForce time_in_force) noexcept {
  return price == market_price || time_in_force == record::TimeInForce::immediate;
}

/// The day's numbers, counted upwards.
struct Counters {
  std::uint64_t order_id;
  std::uint64_t match_number;
};

template <class Sink>
class Matcher {
 public:
  Matcher(VenueBooks& books, EventWriter<Sink>& out, Counters& next) noexcept
      : books_(books), out_(out), next_(next) {}

  /// An order that rests nowhere trades with all that it meets; false when it is gone afterwards.
  /// `last_price` becomes that of the last match.
  bool take(Slot taker_slot, PriceUnits& last_price) noexcept {
    RestingOrder& taker = books_.orders[taker_slot];
    const SelfMatch option = books_.orders.self_match(taker.owner);
    while (taker.open > 0) {
      const Slot maker_slot = contra(taker);
      if (maker_slot == no_slot) return true;
      if (option != SelfMatch::allow && books_.orders[maker_slot].owner == taker.owner) {
        avoid(option, taker_slot, maker_slot);
      } else {
        last_price = trade(taker, maker_slot);
      }
    }
    books_.forget(taker_slot);
    return false;
  }

  /// The rest of an order joins its queue, or is cancelled where it cannot.
  void rest(Slot slot) noexcept {
    const RestingOrder& order = books_.orders[slot];
    if (order.ladder == Ladder::book && never_rests(order.price, order.time_in_force)) {
      drop(slot, CancelReason::immediate);
    } else if (show_and_link(slot)) {
      if (order.shown != 0) out_.book_add(order);
    } else {
      drop(slot, CancelReason::system);
    }
  }

  /// Sets what an order will show and puts it at the tail of its queue; false where that is full.
  bool show_and_link(Slot slot) noexcept {
    RestingOrder& order = books_.orders[slot];
    order.shown = std::min(order.display_size, order.open);
    return books_.link(slot);
  }

  /// All of an order that rests nowhere is cancelled.
  void drop(Slot slot, CancelReason reason) noexcept {
    RestingOrder& order = books_.orders[slot];
    const std::uint32_t size = order.open;
    order.open = order.shown = 0;
    out_.cancelled(order, size, reason);
    books_.forget(slot);
  }

  /// All of a resting order is cancelled.
  void cancel(Slot slot, CancelReason reason) noexcept {
    const RestingOrder& order = books_.orders[slot];
    const bool displayed = !order.hidden();
    const std::uint32_t instrument = order.instrument;
    const std::uint64_t order_id = order.order_id;
    books_.unlink(slot);
    drop(slot, reason);
    if (displayed) out_.book_delete(instrument, order_id);
  }

  /// After a part of what a resting order offered has left it: it leaves, or shows a new part.
  void settle(Slot slot) noexcept {
    RestingOrder& order = books_.orders[slot];
    if (order.open == 0) {
      books_.unlink(slot);
      books_.forget(slot);
    } else if (order.shown == 0 && !order.hidden()) {
      const std::uint64_t old_id = order.order_id;
      order.order_id = next_.order_id++;
      order.shown = std::min(order.display_size, order.open);
      books_.requeue(slot);
      out_.restated(order, old_id);
      out_.book_add(order);
    }
  }

  /// `size` shares of what a resting order offers leave it, for the chain's account.
  void give(Slot slot, std::uint32_t size) noexcept {
    RestingOrder& order = books_.orders[slot];
    books_.reduce(slot, size);
    order.liable += size;
    if (!order.hidden()) order.shown -= size;
  }

 private:
  /// The order that `taker` meets next, or no_slot.
  Slot contra(const RestingOrder& taker) const noexcept {
    const record::Side side = other_side(taker.side);
    const PriceLevels& levels = books_.levels;
    const std::uint32_t index = levels.side_index(taker.instrument, Ladder::book, side);
    const LevelKey key = levels.best_key(index);
    if (key == 0 || !meets(taker.side, taker.price, price_of(side, key))) return no_slot;
    return levels[levels.best(index)].front();
  }

  PriceUnits trade(RestingOrder& taker, Slot maker_slot) noexcept {
    const RestingOrder& maker = books_.orders[maker_slot];
    const Match match{next_.match_number++, std::min(taker.open, maker.offered()), maker.price};
    give(maker_slot, match.size);
    taker.open -= match.size;
    taker.liable += match.size;
    taker.shown = 0;
    out_.executed(maker, match, maker.hidden() ? Liquidity::added_hidden : Liquidity::added);
    out_.executed(taker, match, Liquidity::removed);
    if (maker.hidden()) {
      out_.trade(maker, match);
    } else {
      out_.book_execute(maker, match, true);
    }
    settle(maker_slot);
    return match.price;
  }

  /// A match of two orders of one owner does not happen (rule 10).
  void avoid(SelfMatch option, Slot taker_slot, Slot maker_slot) noexcept {
    RestingOrder& taker = books_.orders[taker_slot];
    RestingOrder& maker = books_.orders[maker_slot];
    const Match avoided{0, std::min(taker.open, maker.offered()), maker.price};
    if (option == SelfMatch::cancel_oldest) {
      avoid_all_of(maker_slot, avoided);
      return;
    }
    if (option == SelfMatch::decrement_both) {
      give(maker_slot, avoided.size);
      out_.self_match(maker, avoided.size, avoided);
      if (!maker.hidden()) leave_book(maker, avoided.size);
      settle(maker_slot);
      taker.liable += avoided.size;
    }
    const std::uint32_t lost = option == SelfMatch::decrement_both ? avoided.size : taker.open;
    taker.open -= lost;
    taker.shown = 0;
    out_.self_match(taker, lost, avoided);
  }

  void avoid_all_of(Slot slot, const Match& avoided) noexcept {
    RestingOrder& order = books_.orders[slot];
    const std::uint32_t size = order.open;
    books_.unlink(slot);
    order.open = order.shown = 0;
    out_.self_match(order, size, avoided);
    if (!order.hidden()) out_.book_delete(order.instrument, order.order_id);
    books_.forget(slot);
  }

  void leave_book(const RestingOrder& order, std::uint32_t size) noexcept {
    if (order.shown == 0) {
      out_.book_delete(order.instrument, order.order_id);
    } else {
      out_.book_cancel(order, size);
    }
  }

  VenueBooks& books_;
  EventWriter<Sink>& out_;
  Counters& next_;
};

}  // namespace hft::venue
