#include "hft/book/order_table.hpp"

#include <algorithm>

namespace hft::book {

// Backward-shift deletion: no tombstones, so that searches stay short for ever.
void OrderTable::erase_entry(std::uint64_t hole) noexcept {
  for (std::uint64_t at = (hole + 1) & hash_mask_; hash_[at].order.size != 0;
       at = (at + 1) & hash_mask_) {
    const std::uint64_t distance = (at - home(hash_[at].order_id)) & hash_mask_;
    if (distance < ((at - hole) & hash_mask_)) continue;  // it is at home or after the hole
    hash_[hole] = hash_[at];
    hole = at;
  }
  hash_[hole].order.size = 0;
}

// Makes room for a newer id, and a few more, so that few adds must. A jump of more than half a
// window is a sparse venue's, or an outlier: such an id goes to the hash table. So do the very
// last ids, behind which there is no number for the window's end.
void OrderTable::move_window(std::uint64_t order_id) noexcept {
  const std::uint64_t end = (order_id / step_ + 1) * step_;
  if (end <= order_id) return;
  if (count_ == hash_count_) {
    window_end_ = std::max(end, window_mask_ + 1);
    hash_overlaps_window_ = hash_count_ != 0;
    return;
  }
  if (order_id < window_end_ || order_id - window_end_ > window_mask_ / 2) return;
  for (; window_end_ < end; window_end_ += step_) {
    for (std::uint64_t i = 0; i < step_; ++i) {
      OrderSlot& oldest = window_[(window_end_ + i) & window_mask_];
      if (oldest.size != 0) evict(window_end_ + i - (window_mask_ + 1), oldest);
    }
    ask_for_next();
  }
}

// Survivors move to places in the hash table that are cold lines, and they themselves are cold in
// the window: both are asked for some steps ahead.
void OrderTable::ask_for_next() const noexcept {
  constexpr std::uint64_t survivors_ahead = 32;
  constexpr std::uint64_t slots_ahead = 96;
  constexpr std::uint64_t slots_of_line = 64 / sizeof(OrderSlot);
  for (std::uint64_t i = 0; i < step_; ++i) {
    const std::uint64_t id = window_end_ + survivors_ahead + i;
    if (window_[id & window_mask_].size != 0) prefetch(&hash_[home(id - window_mask_ - 1)]);
  }
  for (std::uint64_t i = 0; i < step_; i += slots_of_line) {
    prefetch(&window_[(window_end_ + slots_ahead + i) & window_mask_]);
  }
}

void OrderTable::evict(std::uint64_t order_id, OrderSlot& slot) noexcept {
  HashEntry* entry = find_entry(order_id);
  entry->order = slot;
  entry->order_id = order_id;
  slot.size = 0;
  ++hash_count_;
}

}  // namespace hft::book
