// All the engine's state about orders: the pool, their tokens, their places in the price levels.
//
// It keeps the three consistent and knows no rule of matching and no event.
#pragma once

#include "hft/book/book_types.hpp"
#include "hft/venue/price_levels.hpp"
#include "hft/venue/resting_orders.hpp"
#include "hft/venue/token_index.hpp"

namespace hft::venue {

inline constexpr record::Side other_side(record::Side side) noexcept {
  return side == record::Side::bid ? record::Side::ask : record::Side::bid;
}

class VenueBooks {
 public:
  VenueBooks(std::uint32_t max_orders, std::uint32_t max_instruments, std::uint32_t max_owners)
      : orders(max_orders, max_owners), tokens(max_orders), levels(max_instruments, max_orders) {}

  Slot find(std::uint32_t owner, std::uint64_t token) const noexcept {
    return tokens.find(orders, owner, token);
  }

  /// Takes in an order that rests nowhere so far.
  Slot add(const RestingOrder& order) noexcept {
    const Slot slot = orders.add(order);
    tokens.add(order.owner, order.token, slot);
    return slot;
  }

  /// Forgets an order that rests nowhere any more.
  void forget(Slot slot) noexcept {
    tokens.erase(orders[slot].owner, orders[slot].token, slot);
    orders.erase(slot);
  }

  void rename(Slot slot, std::uint64_t token) noexcept {
    RestingOrder& order = orders[slot];
    tokens.erase(order.owner, order.token, slot);
    order.token = token;
    tokens.add(order.owner, token, slot);
  }

  /// Puts an order at the tail of its price's queue; false when the price or the memory is full.
  bool link(Slot slot) noexcept {
    RestingOrder& order = orders[slot];
    const std::uint32_t at = levels.find_or_add(side_index(order), key_of(order.side, order.price));
    if (at == no_level) return false;
    Level& level = levels[at];
    if (level.count >= book::level_orders_max || level.size + order.open > 0xffffffff) return false;
    order.level = at;
    level.size += order.open;
    ++level.count;
    append(queue_of(order, level), slot);
    return true;
  }

  void unlink(Slot slot) noexcept {
    const RestingOrder& order = orders[slot];
    Level& level = levels[order.level];
    take(queue_of(order, level), slot);
    level.size -= order.open;
    if (--level.count == 0) levels.erase(side_index(order), order.level);
  }

  /// To the tail of its queue, in the same level.
  void requeue(Slot slot) noexcept {
    const RestingOrder& order = orders[slot];
    Queue& queue = queue_of(order, levels[order.level]);
    take(queue, slot);
    append(queue, slot);
  }

  /// Open shares of a linked order become fewer; what is shown is the caller's.
  void reduce(Slot slot, std::uint32_t size) noexcept {
    RestingOrder& order = orders[slot];
    order.open -= size;
    levels[order.level].size -= size;
  }

  /// The first order of the best price of a book's side, or no_slot.
  Slot front(std::uint32_t instrument, Ladder ladder, record::Side side) const noexcept {
    const std::uint32_t best = levels.best(PriceLevels::side_index(instrument, ladder, side));
    return best == no_level ? no_slot : levels[best].front();
  }

  PriceUnits best_price(std::uint32_t instrument, record::Side side) const noexcept {
    const std::uint32_t best = levels.best(PriceLevels::side_index(instrument, Ladder::book, side));
    return best == no_level ? 0 : price_of(side, levels[best].key);
  }

  static std::uint32_t side_index(const RestingOrder& order) noexcept {
    return PriceLevels::side_index(order.instrument, order.ladder, order.side);
  }

  RestingOrders orders;
  TokenIndex tokens;
  PriceLevels levels;

 private:
  static Queue& queue_of(const RestingOrder& order, Level& level) noexcept {
    return order.hidden() ? level.hidden : level.shown;
  }

  void append(Queue& queue, Slot slot) noexcept {
    RestingOrder& order = orders[slot];
    order.previous = queue.last;
    order.next = no_slot;
    (queue.last == no_slot ? queue.first : orders[queue.last].next) = slot;
    queue.last = slot;
  }

  void take(Queue& queue, Slot slot) noexcept {
    const Slot before = orders[slot].previous, after = orders[slot].next;
    (before == no_slot ? queue.first : orders[before].next) = after;
    (after == no_slot ? queue.last : orders[after].previous) = before;
  }
};

}  // namespace hft::venue
