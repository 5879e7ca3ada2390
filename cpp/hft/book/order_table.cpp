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

// Makes a newer id the window's last. A jump of more than half a window is a sparse venue's, or
// an outlier: such an id goes to the hash table.
void OrderTable::move_window(std::uint64_t order_id) noexcept {
  if (window_count_ == 0 && order_id != ~std::uint64_t{0}) {
    window_end_ = std::max(order_id, window_mask_) + 1;
    hash_overlaps_window_ = hash_count_ != 0;
    return;
  }
  if (order_id < window_end_ || order_id - window_end_ > window_mask_ / 2) return;
  for (; window_end_ <= order_id; ++window_end_) {
    // A survivor's place in the hash table is a cold line: asked for well before it moves there.
    constexpr std::uint64_t ahead = 32;
    const std::uint64_t next = window_end_ + ahead;
    if (window_[next & window_mask_].size != 0) prefetch(&hash_[home(next - window_mask_ - 1)]);
    OrderSlot& oldest = window_[window_end_ & window_mask_];
    if (oldest.size != 0) evict(window_end_ - (window_mask_ + 1), oldest);
  }
}

void OrderTable::evict(std::uint64_t order_id, OrderSlot& slot) noexcept {
  HashEntry* entry = find_entry(order_id);
  entry->order = slot;
  entry->order_id = order_id;
  slot.size = 0;
  --window_count_;
  ++hash_count_;
}

}  // namespace hft::book
