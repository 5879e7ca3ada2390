// Live orders by id: a window over recent ids, and a hash table for all others.
//
// Venues number orders upwards, and most orders die young. So an id near the newest one is an index
// into the window: no hash, no key to compare, and adds write memory in order. When the window
// moves on, what still lives in its oldest slots moves to the hash table. Ids that jump about
// (sparse venues) live in the hash table from the start. Both are of fixed size: memory stays flat
// however many orders a day brings.
#pragma once

#include <algorithm>
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
        step_(std::clamp<std::uint64_t>((window_mask_ + 1) / 4, 1, 8)),
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

  /// Where a new order shall stand, or nullptr when one of this id is live. Nothing is added until
  /// `fill`, which must come before any other change of the table.
  [[gnu::always_inline]] OrderSlot* make_place(std::uint64_t order_id) noexcept {
    if (!in_window(order_id)) [[unlikely]]
      move_window(order_id);
    if (in_window(order_id)) [[likely]] {
      OrderSlot* slot = &window_[order_id & window_mask_];
      if (slot->size != 0) return nullptr;
      if (!hash_overlaps_window_) [[likely]]
        return slot;
      return find_entry(order_id)->order.size != 0 ? nullptr : slot;
    }
    HashEntry* entry = find_entry(order_id);
    if (entry->order.size != 0) return nullptr;
    entry->order_id = order_id;
    return &entry->order;
  }

  /// Adds an order at the place that `make_place` has just returned.
  [[gnu::always_inline]] void fill(OrderSlot* place, const OrderSlot& order) noexcept {
    *place = order;
    ++count_;
    if (is_in_window(place)) [[likely]]
      return;
    ++hash_count_;
    hash_overlaps_window_ |= entry_of(place)->order_id >= window_end_;
  }

  /// Erases a live order that `find` has just returned.
  [[gnu::always_inline]] void erase(OrderSlot* order) noexcept {
    --count_;
    if (is_in_window(order)) [[likely]] {
      order->size = 0;
    } else {
      erase_entry(static_cast<std::uint64_t>(entry_of(order) - hash_));
      --hash_count_;
    }
  }

  /// Where `order_id` is, or would be first looked for: the order itself in nearly all cases.
  [[gnu::always_inline]] const OrderSlot* guess(std::uint64_t order_id) const noexcept {
    if (in_window(order_id)) [[likely]]
      return &window_[order_id & window_mask_];
    return &hash_[home(order_id)].order;
  }

  std::uint64_t count() const noexcept { return count_; }

  /// Calls visit(order_id, const OrderSlot&) for each live order, newest id first in the window;
  /// stops early when `visit` returns false.
  template <class Visit>
  void for_each(Visit&& visit) const {
    std::uint64_t left = count_ - hash_count_;
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

  /// Erases each order of which leaves(const OrderSlot&) is true: one pass over the table.
  template <class Leaves>
  void erase_if(Leaves&& leaves) noexcept {
    std::uint64_t left = count_ - hash_count_;
    for (std::uint64_t id = window_end_ - 1; left > 0; --id) {
      OrderSlot& slot = window_[id & window_mask_];
      if (slot.size == 0) continue;
      --left;
      if (leaves(slot)) erase(&slot);
    }
    // What moves into an erased entry's place has not been asked yet, or has stayed before.
    for (std::uint64_t i = 0; hash_count_ > 0 && i <= hash_mask_;) {
      OrderSlot& slot = hash_[i].order;
      if (slot.size != 0 && leaves(slot)) {
        erase(&slot);
      } else {
        ++i;
      }
    }
  }

  void clear() noexcept {
    window_memory_.zero();
    hash_memory_.zero();
    count_ = hash_count_ = 0;
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

  bool is_in_window(const OrderSlot* slot) const noexcept {
    return static_cast<std::uint64_t>(slot - window_) <= window_mask_;
  }
  static HashEntry* entry_of(OrderSlot* slot) noexcept {
    return reinterpret_cast<HashEntry*>(slot);
  }

  void erase_entry(std::uint64_t hole) noexcept;
  void move_window(std::uint64_t order_id) noexcept;
  void ask_for_next() const noexcept;
  void evict(std::uint64_t order_id, OrderSlot& slot) noexcept;

  std::uint64_t window_mask_;
  std::uint64_t hash_mask_;
  int hash_shift_;
  // The window's end is a multiple of it. Few, so that one message in many does not pay for all.
  std::uint64_t step_;
  MappedMemory window_memory_;
  MappedMemory hash_memory_;
  OrderSlot* window_;
  HashEntry* hash_;
  std::uint64_t window_end_;  // one after the newest id that the window can hold
  std::uint64_t count_ = 0;   // of both
  std::uint64_t hash_count_ = 0;
  bool hash_overlaps_window_ = false;  // an id of the window's range may stand in the hash table
};

}  // namespace hft::book
