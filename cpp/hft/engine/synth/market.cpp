// Orders in, orders out: the generator's own books.
#include "hft/engine/synth/market.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace hft::engine::synth {

namespace {

// A random order is in no cache; on huge pages at least its translation is. A wish: the kernel's
// refusal costs time only.
void use_huge_pages(void* data, std::size_t size) noexcept {
  constexpr std::size_t page = 4096;
  const std::size_t skip = (page - reinterpret_cast<std::uintptr_t>(data) % page) % page;
  if (size >= skip + page) {
    madvise(static_cast<std::byte*>(data) + skip, (size - skip) / page * page, MADV_HUGEPAGE);
  }
}

}  // namespace

Market::Market(std::uint32_t instruments, std::uint32_t live_orders)
    : sides_((std::size_t{instruments} + 1) * 2) {
  orders_.reserve(live_orders);
  levels_.reserve(live_orders / 2);
  use_huge_pages(orders_.data(), orders_.capacity() * sizeof(Order));
  use_huge_pages(levels_.data(), levels_.capacity() * sizeof(Level));
}

std::uint32_t Market::add(std::uint16_t instrument, unsigned side, std::uint64_t order_id,
                          std::uint32_t price, std::uint32_t size) {
  const std::uint32_t slot = take_slot();
  const std::uint32_t level_index = level_of(at(instrument, side), price ^ mask(side));
  Level& level = levels_[level_index];
  orders_[slot] = {order_id, price,       size,       level.last,
                   no_slot,  level_index, instrument, static_cast<std::uint8_t>(side)};
  (level.count == 0 ? level.first : orders_[level.last].behind) = slot;
  level.last = slot;
  level.size += size;
  ++level.count;
  ++live_orders_;
  return slot;
}

void Market::remove(std::uint32_t slot) noexcept {
  unlink(slot);
  Order& order = orders_[slot];
  Level& level = levels_[order.level];
  level.size -= order.size;
  if (--level.count == 0) drop_level(order);
  order.size = 0;
  order.behind = free_slot_;
  free_slot_ = slot;
  --live_orders_;
}

void Market::reduce(std::uint32_t slot, std::uint32_t size) noexcept {
  Order& order = orders_[slot];
  if (size == order.size) return remove(slot);
  order.size -= size;
  levels_[order.level].size -= size;
}

void Market::prefetch_neighbours(std::uint32_t slot) const noexcept {
  const Order& order = orders_[slot];
  if (order.size == 0) return;
  __builtin_prefetch(&levels_[order.level], 1);
  if (order.ahead != no_slot) __builtin_prefetch(&orders_[order.ahead], 1);
  if (order.behind != no_slot) __builtin_prefetch(&orders_[order.behind], 1);
}

void Market::prefetch_touch(std::uint32_t instrument) const noexcept {
  for (const unsigned side : {0U, 1U}) {
    const Side& entries = at(instrument, side);
    if (!entries.empty()) __builtin_prefetch(&entries.back());
    if (entries.size() > near_levels) __builtin_prefetch(&entries.back() - near_levels / 2);
  }
}

void Market::prefetch_best_levels(std::uint32_t instrument) const noexcept {
  for (const unsigned side : {0U, 1U}) {
    const Side& entries = at(instrument, side);
    if (!entries.empty()) __builtin_prefetch(&levels_[entries.back().level], 1);
  }
}

// The first level of at least `key`: among the near ones most of the time, else among the rest;
// from there by halving without branches, as the answer is anyone's guess.
Market::Side::iterator Market::find(Side& side, std::uint32_t key) noexcept {
  auto first = side.begin();
  std::size_t size = side.size();
  if (size > near_levels) {
    const auto near = side.end() - static_cast<std::ptrdiff_t>(near_levels);
    if (near->key > key) {
      size -= near_levels;
    } else {
      first = near;
      size = near_levels;
    }
  }
  while (size > 0) {
    const std::size_t half = (size + 1) / 2;
    first += first[static_cast<std::ptrdiff_t>(half - 1)].key < key
                 ? static_cast<std::ptrdiff_t>(half)
                 : 0;
    size -= half;
  }
  return first;
}

std::uint32_t Market::level_of(Side& side, std::uint32_t key) {
  const auto found = find(side, key);
  if (found != side.end() && found->key == key) return found->level;
  auto index = static_cast<std::uint32_t>(levels_.size());
  if (free_levels_.empty()) {
    levels_.push_back({});
  } else {
    index = free_levels_.back();
    free_levels_.pop_back();
  }
  levels_[index] = {0, no_slot, no_slot, 0};
  side.insert(found, {key, index});
  max_levels_ = std::max<std::uint64_t>(max_levels_, side.size());
  return index;
}

std::uint32_t Market::take_slot() {
  if (free_slot_ == no_slot) {
    orders_.push_back({});
    return slots_++;
  }
  const std::uint32_t slot = free_slot_;
  free_slot_ = orders_[slot].behind;
  return slot;
}

void Market::unlink(std::uint32_t slot) noexcept {
  const Order& order = orders_[slot];
  Level& level = levels_[order.level];
  (order.ahead == no_slot ? level.first : orders_[order.ahead].behind) = order.behind;
  (order.behind == no_slot ? level.last : orders_[order.behind].ahead) = order.ahead;
}

void Market::drop_level(const Order& order) noexcept {
  Side& side = at(order.instrument, order.side);
  side.erase(find(side, order.price ^ mask(order.side)));
  free_levels_.push_back(order.level);
}

std::uint64_t Market::digest() const noexcept {
  constexpr std::uint64_t price4_to_e9 = 100'000;
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto fold = [&hash](std::uint64_t word) { hash = (hash ^ word) * 0x100000001b3; };
  for (std::size_t instrument = 0; instrument < sides_.size() / 2; ++instrument) {
    if (sides_[instrument * 2].empty() && sides_[instrument * 2 + 1].empty()) continue;
    fold(instrument);
    for (const unsigned side : {0U, 1U}) {
      fold(side + 1);
      const Side& entries = sides_[instrument * 2 + side];
      for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        const Level& level = levels_[entry->level];
        fold((entry->key ^ mask(side)) * price4_to_e9);
        fold(level.size);
        fold(level.count);
        for (std::uint32_t slot = level.first; slot != no_slot; slot = orders_[slot].behind) {
          fold(orders_[slot].order_id);
          fold(orders_[slot].size);
        }
      }
    }
  }
  return hash;
}

}  // namespace hft::engine::synth
