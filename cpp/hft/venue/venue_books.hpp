// All the engine's state about orders: the pool, their tokens, their places in the price levels.
//
// It keeps the three consistent and knows no rule of matching and no event.
#pragma once

#include "hft/base/prefetch.hpp"
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

  /// Asks for the memory that an input about this order will look at, in three steps with some
  /// other inputs' work between them: each step looks at what the one before has asked for.
  void prefetch_token(std::uint32_t owner, std::uint64_t token) const noexcept {
    tokens.prefetch(owner, token);
  }
  void prefetch_order(std::uint32_t owner, std::uint64_t token) const noexcept {
    const Slot slot = tokens.guess(owner, token);
    if (slot != no_slot) prefetch(&orders[slot]);
  }
  void prefetch_neighbours(std::uint32_t owner, std::uint64_t token) const noexcept {
    const Slot slot = tokens.guess(owner, token);
    if (slot == no_slot) return;
    const RestingOrder& order = orders[slot];
    prefetch(&levels[order.level]);
    if (order.previous != no_slot) prefetch(&orders[order.previous]);
    if (order.next != no_slot) prefetch(&orders[order.next]);
  }

  /// The same for an order that comes in.
  void prefetch_sides(std::uint32_t instrument) const noexcept {
    levels.prefetch_sides(instrument);
  }
  void prefetch_best(std::uint32_t instrument, record::Side side) const noexcept {
    levels.prefetch_best(levels.side_index(instrument, Ladder::book, side));
  }
  void prefetch_last(std::uint32_t instrument, record::Side side) const noexcept {
    const std::uint32_t best = levels.best(levels.side_index(instrument, Ladder::book, side));
    if (best != no_level) prefetch(&orders[levels[best].shown.last]);
  }

  /// The first order of the best price of a book's side, or no_slot.
  Slot front(std::uint32_t instrument, Ladder ladder, record::Side side) const noexcept {
    const std::uint32_t best = levels.best(levels.side_index(instrument, ladder, side));
    return best == no_level ? no_slot : levels[best].front();
  }

  PriceUnits best_price(std::uint32_t instrument, record::Side side) const noexcept {
    const LevelKey key = levels.best_key(levels.side_index(instrument, Ladder::book, side));
    return key == 0 ? 0 : price_of(side, key);
  }

  std::uint32_t side_index(const RestingOrder& order) const noexcept {
    return levels.side_index(order.instrument, order.ladder, order.side);
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
