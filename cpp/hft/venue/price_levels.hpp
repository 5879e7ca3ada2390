// The prices of all books: per side a sorted array of keys with the best at its end, and per price
// two queues of orders, displayed and hidden.
//
// A key is the price of a bid, the complement of the price of an ask, and the largest number for a
// market order, so that on both sides a larger key comes first. Most changes are near the best
// price: looking and shifting start there. Arrays lie in one arena, in sizes of powers of two, and
// go back to it when their side empties.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

#include "hft/base/memory.hpp"
#include "hft/base/prefetch.hpp"
#include "hft/venue/resting_orders.hpp"

namespace hft::venue {

using LevelKey = std::uint32_t;
inline constexpr std::uint32_t no_level = 0xffffffff;
inline constexpr LevelKey market_key = 0xffffffff;

inline constexpr LevelKey key_of(record::Side side, PriceUnits price) noexcept {
  if (price == market_price) return market_key;
  return side == record::Side::bid ? price : ~price;
}
inline constexpr PriceUnits price_of(record::Side side, LevelKey key) noexcept {
  if (key == market_key) return market_price;
  return side == record::Side::bid ? key : ~key;
}

struct Queue {
  Slot first = no_slot;
  Slot last = no_slot;
};

struct Level {
  Queue shown, hidden;
  std::uint64_t size;   // open shares of all orders, hidden ones and reserves included
  std::uint32_t count;  // orders
  LevelKey key;         // while free: the next free level

  Slot front() const noexcept { return shown.first != no_slot ? shown.first : hidden.first; }
};
static_assert(sizeof(Level) == 32, "two to a cache line");

class PriceLevels {
 public:
  struct Entry {
    LevelKey key;
    std::uint32_t level;
  };

  PriceLevels(std::uint32_t max_instruments, std::uint32_t max_orders);

  /// The two sides of a book share a cache line; those of all crosses stand behind all books.
  std::uint32_t side_index(std::uint32_t instrument, Ladder ladder,
                           record::Side side) const noexcept {
    const std::uint32_t book = static_cast<std::uint32_t>(ladder) * max_instruments_ + instrument;
    return book * 2 + (side == record::Side::ask ? 1 : 0);
  }

  Level& operator[](std::uint32_t level) noexcept { return levels_[level]; }
  const Level& operator[](std::uint32_t level) const noexcept { return levels_[level]; }

  /// Keys and levels of a side, the worst first.
  std::span<const Entry> entries(std::uint32_t side) const noexcept {
    return {arena_ + sides_[side].block, sides_[side].count};
  }

  /// The best level of a side, or no_level; and its key, 0 where there is none.
  std::uint32_t best(std::uint32_t side) const noexcept { return sides_[side].best.level; }
  LevelKey best_key(std::uint32_t side) const noexcept { return sides_[side].best.key; }

  void prefetch_sides(std::uint32_t instrument) const noexcept {
    prefetch(&sides_[side_index(instrument, Ladder::book, record::Side::bid)]);
  }
  void prefetch_best(std::uint32_t side) const noexcept {
    const Side& of = sides_[side];
    if (of.count == 0) return;
    prefetch(&arena_[of.block + of.count - 1]);
    prefetch(&levels_[of.best.level]);
  }

  /// The level of `key`, made if it is not there; no_level when the arena is used up.
  std::uint32_t find_or_add(std::uint32_t side, LevelKey key) noexcept {
    Side& of = sides_[side];
    if (of.best.key == key) return of.best.level;
    const std::uint32_t at = place(of, key);
    if (at < of.count && arena_[of.block + at].key == key) return arena_[of.block + at].level;
    if (of.count == of.capacity && !grow(of)) return no_level;
    Entry* entry = arena_ + of.block + at;
    std::memmove(entry + 1, entry, (of.count - at) * sizeof(Entry));
    ++of.count;
    *entry = {key, new_level(key)};
    if (at + 1 == of.count) of.best = *entry;
    return entry->level;
  }

  /// Takes out a level that has no orders.
  void erase(std::uint32_t side, std::uint32_t level) noexcept {
    Side& of = sides_[side];
    const std::uint32_t at = place(of, levels_[level].key);
    Entry* entry = arena_ + of.block + at;
    std::memmove(entry, entry + 1, (of.count - at - 1) * sizeof(Entry));
    levels_[level].key = free_level_;
    free_level_ = level;
    if (--of.count == 0) return give_back(of);
    of.best = arena_[of.block + of.count - 1];
  }

 private:
  struct alignas(32) Side {
    Entry best;           // a copy of the last entry, so that looking at it needs no other line
    std::uint32_t block;  // where its entries are in the arena
    std::uint32_t count;
    std::uint32_t capacity;
  };
  static constexpr Side empty_side{{0, no_level}, 0, 0, 0};
  static constexpr std::uint32_t smallest_block = 8;
  static constexpr std::uint32_t no_block = 0xffffffff;
  static constexpr std::uint32_t looked_at_first = 8;

  /// The first entry whose key is not below `key`.
  std::uint32_t place(const Side& of, LevelKey key) const noexcept {
    const Entry* begin = arena_ + of.block;
    std::uint32_t at = of.count;
    const std::uint32_t near = at > looked_at_first ? at - looked_at_first : 0;
    while (at > near && begin[at - 1].key >= key) --at;
    if (at > near || near == 0) return at;
    const auto below = [](const Entry& entry, LevelKey wanted) { return entry.key < wanted; };
    return static_cast<std::uint32_t>(std::lower_bound(begin, begin + at, key, below) - begin);
  }

  std::uint32_t new_level(LevelKey key) noexcept {
    std::uint32_t level = free_level_;
    if (level != no_level) {
      free_level_ = levels_[level].key;
    } else {
      level = used_levels_++;
    }
    levels_[level] = {{}, {}, 0, 0, key};
    return level;
  }

  bool grow(Side& of) noexcept;
  void give_back(Side& of) noexcept;

  MappedMemory side_memory_, level_memory_, arena_memory_;
  Side* sides_;
  Level* levels_;
  Entry* arena_;
  std::uint32_t max_instruments_;
  std::uint32_t arena_size_;
  std::uint32_t arena_used_ = 0;
  std::uint32_t used_levels_ = 0;
  std::uint32_t free_level_ = no_level;
  std::array<std::uint32_t, 32> free_blocks_;  // by the logarithm of their size
};

}  // namespace hft::venue
