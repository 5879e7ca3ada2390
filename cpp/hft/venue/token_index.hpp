// From an owner's token to the order: a hash table of fixed size, eight bytes an entry.
//
// An entry keeps 32 bits of the hash, which name its home too, so that probing and erasing look at
// an order only where those bits are equal. Linear probing, erased by shifting back: no tombstones,
// which a day of short-lived orders would fill the table with.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "hft/base/memory.hpp"
#include "hft/base/prefetch.hpp"
#include "hft/venue/resting_orders.hpp"

namespace hft::venue {

class TokenIndex {
 public:
  explicit TokenIndex(std::uint32_t max_orders)
      : mask_(std::bit_ceil(std::max(std::uint64_t{max_orders} * 2, std::uint64_t{8})) - 1),
        shift_(32 - std::popcount(mask_)),
        memory_((mask_ + 1) * sizeof(Entry), "order tokens"),
        entries_(memory_.as<Entry>()) {}

  Slot find(const RestingOrders& orders, std::uint32_t owner, std::uint64_t token) const noexcept {
    const std::uint32_t tag = tag_of(owner, token);
    for (std::uint64_t at = tag >> shift_; entries_[at].place != 0; at = (at + 1) & mask_) {
      if (entries_[at].tag != tag) continue;
      const Slot slot = entries_[at].place - 1;
      if (orders[slot].token == token && orders[slot].owner == owner) return slot;
    }
    return no_slot;
  }

  /// Adds a token that is not there.
  void add(std::uint32_t owner, std::uint64_t token, Slot slot) noexcept {
    const std::uint32_t tag = tag_of(owner, token);
    std::uint64_t at = tag >> shift_;
    while (entries_[at].place != 0) at = (at + 1) & mask_;
    entries_[at] = {slot + 1, tag};
  }

  /// Erases the entry of a live order.
  void erase(std::uint32_t owner, std::uint64_t token, Slot slot) noexcept {
    std::uint64_t hole = tag_of(owner, token) >> shift_;
    while (entries_[hole].place != slot + 1) hole = (hole + 1) & mask_;
    // What stands behind the hole moves into it, unless it would come before its home.
    for (std::uint64_t at = (hole + 1) & mask_; entries_[at].place != 0; at = (at + 1) & mask_) {
      const std::uint64_t home = entries_[at].tag >> shift_;
      if (((at - home) & mask_) < ((at - hole) & mask_)) continue;
      entries_[hole] = entries_[at];
      hole = at;
    }
    entries_[hole].place = 0;
  }

  void prefetch(std::uint32_t owner, std::uint64_t token) const noexcept {
    hft::prefetch(&entries_[tag_of(owner, token) >> shift_]);
  }

  /// The order of the token in nearly all cases, without a look at it; or no_slot.
  Slot guess(std::uint32_t owner, std::uint64_t token) const noexcept {
    const std::uint32_t tag = tag_of(owner, token);
    for (std::uint64_t at = tag >> shift_; entries_[at].place != 0; at = (at + 1) & mask_) {
      if (entries_[at].tag == tag) return entries_[at].place - 1;
    }
    return no_slot;
  }

 private:
  struct Entry {
    std::uint32_t place;  // slot + 1; 0: empty
    std::uint32_t tag;
  };

  static std::uint32_t tag_of(std::uint32_t owner, std::uint64_t token) noexcept {
    const std::uint64_t mixed =
        (token ^ std::uint64_t{owner} * 0xd6e8feb86659fd93) * 0x9e3779b97f4a7c15;
    return static_cast<std::uint32_t>(mixed >> 32);
  }

  std::uint64_t mask_;
  int shift_;
  MappedMemory memory_;
  Entry* entries_;
};

}  // namespace hft::venue
