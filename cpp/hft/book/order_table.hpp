// Live orders by id: a window over recent ids, and a hash table for all others.
//
// Venues number orders upwards, and most orders die young. So an id near the newest one is an index
// into the window: no hash, no key to compare, and adds write memory in order. When the window
// moves on, what still lives in its oldest slots moves to the hash table. Ids that jump about
// (sparse venues) live in the hash table from the start. Both are of fixed size: memory stays flat
// however many orders a day brings.
#pragma once

#include <bit>
#include <cstdint>

#include "hft/base/memory.hpp"
#include "hft/base/prefetch.hpp"
#include "hft/record/record.hpp"

namespace hft::book {

struct OrderSlot {
  std::uint32_t size;     // remaining; 0: the slot is empty
  std::uint32_t price;    // in price units
  std::uint32_t arrival;  // counts adds (modulo 2^32): the order of a level's queue
  std::uint16_t instrument;
  record::Side side;
  std::uint8_t reserved;
};
static_assert(sizeof(OrderSlot) == 16, "four to a cache line");

class OrderTable {
 public:
  explicit OrderTable(std::uint32_t max_orders)
      : window_mask_(std::bit_ceil(std::uint64_t{max_orders} * 2) - 1),
        hash_mask_(std::bit_ceil(std::uint64_t{max_orders} * 3 / 2) - 1),
        hash_shift_(std::countl_zero(hash_mask_)),
        window_memory_((window_mask_ + 1) * sizeof(OrderSlot), "recent orders"),
        hash_memory_((hash_mask_ + 1) * sizeof(HashEntry), "older orders"),
        window_(window_memory_.as<OrderSlot>()),
        hash_(hash_memory_.as<HashEntry>()),
        window_end_(window_mask_ + 1) {}

  /// The live order, or nullptr. The pointer is good until the next add or erase.
  [[gnu::always_inline]] OrderSlot* find(std::uint64_t order_id) noexcept {
    if (in_window(order_id)) [[likely]] {
      OrderSlot* slot = &window_[order_id & window_mask_];
      if (slot->size != 0) return slot;
      if (!hash_overlaps_window_) [[likely]]
        return nullptr;
    }
    HashEntry* entry = find_entry(order_id);
    return entry->order.size != 0 ? &entry->order : nullptr;
  }

  /// Adds an order that is not in the table.
  [[gnu::always_inline]] void add(std::uint64_t order_id, const OrderSlot& order) noexcept {
    if (!in_window(order_id)) [[unlikely]]
      move_window(order_id);
    if (in_window(order_id)) [[likely]] {
      window_[order_id & window_mask_] = order;
      ++window_count_;
      return;
    }
    HashEntry* entry = find_entry(order_id);
    entry->order = order;
    entry->order_id = order_id;
    ++hash_count_;
    hash_overlaps_window_ |= order_id >= window_end_;
  }

  /// Erases a live order that `find` has just returned.
  [[gnu::always_inline]] void erase(OrderSlot* order) noexcept {
    if (static_cast<std::uint64_t>(order - window_) <= window_mask_) [[likely]] {
      order->size = 0;
      --window_count_;
    } else {
      erase_entry(static_cast<std::uint64_t>(reinterpret_cast<HashEntry*>(order) - hash_));
      --hash_count_;
    }
  }

  /// Where `order_id` is, or would be first looked for: the order itself in nearly all cases.
  [[gnu::always_inline]] const OrderSlot* guess(std::uint64_t order_id) const noexcept {
    const OrderSlot* recent = &window_[order_id & window_mask_];
    const OrderSlot* older = &hash_[home(order_id)].order;
    return in_window(order_id) ? recent : older;
  }

  std::uint64_t count() const noexcept { return window_count_ + hash_count_; }

  /// Calls visit(order_id, const OrderSlot&) for each live order, newest id first in the window;
  /// stops early when `visit` returns false.
  template <class Visit>
  void for_each(Visit&& visit) const {
    std::uint64_t left = window_count_;
    for (std::uint64_t id = window_end_ - 1; left > 0; --id) {
      const OrderSlot& slot = window_[id & window_mask_];
      if (slot.size == 0) continue;
      --left;
      if (!visit(id, slot)) return;
    }
    left = hash_count_;
    for (std::uint64_t i = 0; left > 0; ++i) {
      if (hash_[i].order.size == 0) continue;
      --left;
      if (!visit(hash_[i].order_id, hash_[i].order)) return;
    }
  }

  void clear() noexcept {
    window_memory_.zero();
    hash_memory_.zero();
    window_count_ = hash_count_ = 0;
    window_end_ = window_mask_ + 1;
    hash_overlaps_window_ = false;
  }

  /// Touches the memory that `orders` orders will use.
  void prefault(std::uint64_t orders) noexcept {
    window_memory_.prefault(orders * sizeof(OrderSlot));
    hash_memory_.prefault((hash_mask_ + 1) * sizeof(HashEntry));
  }

 private:
  struct HashEntry {
    OrderSlot order;  // first, so that a pointer to it is a pointer to the entry
    std::uint64_t order_id;
    std::uint64_t reserved;
  };
  static_assert(sizeof(HashEntry) == 32, "two to a cache line");

  // Whether window_end_ - size <= order_id < window_end_, in one comparison: never does the
  // window's end stand before its size, so that no other difference wraps into the range.
  [[gnu::always_inline]] bool in_window(std::uint64_t order_id) const noexcept {
    return window_end_ - 1 - order_id <= window_mask_;
  }
  [[gnu::always_inline]] std::uint64_t home(std::uint64_t order_id) const noexcept {
    return (order_id * 0x9e3779b97f4a7c15) >> hash_shift_;  // Fibonacci hashing
  }

  /// The entry of `order_id`, or the empty one where it would be put. One always is: the table is
  /// larger than the number of orders that its user lets in.
  [[gnu::always_inline]] HashEntry* find_entry(std::uint64_t order_id) const noexcept {
    std::uint64_t at = home(order_id);
    while (hash_[at].order.size != 0 && hash_[at].order_id != order_id) at = (at + 1) & hash_mask_;
    return &hash_[at];
  }

  void erase_entry(std::uint64_t hole) noexcept;
  void move_window(std::uint64_t order_id) noexcept;
  void evict(std::uint64_t order_id, OrderSlot& slot) noexcept;

  std::uint64_t window_mask_;
  std::uint64_t hash_mask_;
  int hash_shift_;
  MappedMemory window_memory_;
  MappedMemory hash_memory_;
  OrderSlot* window_;
  HashEntry* hash_;
  std::uint64_t window_end_;  // one after the newest id of the window
  std::uint64_t window_count_ = 0;
  std::uint64_t hash_count_ = 0;
  bool hash_overlaps_window_ = false;  // an id of the window's range may stand in the hash table
};

}  // namespace hft::book
