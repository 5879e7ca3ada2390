#include "hft/venue/price_levels.hpp"

namespace hft::venue {

namespace {

// Every order may be alone at its price, and every side have outgrown and left behind all smaller
// arrays than its own: with the smallest of eight that is less than 16 entries an order.
constexpr std::uint64_t arena_entries(std::uint32_t max_orders) {
  return std::min(std::uint64_t{max_orders} * 16 + 1024, std::uint64_t{0xfffffffe});
}

}  // namespace

PriceLevels::PriceLevels(std::uint32_t max_instruments, std::uint32_t max_orders)
    : side_memory_(std::size_t{max_instruments} * 2 * ladder_count * sizeof(Side), "price sides"),
      level_memory_(std::size_t{max_orders} * sizeof(Level), "price levels"),
      arena_memory_(arena_entries(max_orders) * sizeof(Entry), "price arrays"),
      sides_(side_memory_.as<Side>()),
      levels_(level_memory_.as<Level>()),
      arena_(arena_memory_.as<Entry>()),
      max_instruments_(max_instruments),
      arena_size_(static_cast<std::uint32_t>(arena_entries(max_orders))) {
  free_blocks_.fill(no_block);
  std::fill_n(sides_, std::size_t{max_instruments} * 2 * ladder_count, empty_side);
}

bool PriceLevels::grow(Side& of) noexcept {
  const std::uint32_t capacity = of.capacity == 0 ? smallest_block : of.capacity * 2;
  std::uint32_t& free = free_blocks_[static_cast<unsigned>(std::countr_zero(capacity))];
  std::uint32_t block = free;
  if (block != no_block) {
    free = arena_[block].level;
  } else {
    if (arena_size_ - arena_used_ < capacity) return false;
    block = arena_used_;
    arena_used_ += capacity;
  }
  if (of.count != 0) std::memcpy(arena_ + block, arena_ + of.block, of.count * sizeof(Entry));
  const Entry best = of.best;
  const std::uint32_t count = of.count;
  if (of.capacity != 0) give_back(of);
  of = {best, block, count, capacity};
  return true;
}

void PriceLevels::give_back(Side& of) noexcept {
  std::uint32_t& free = free_blocks_[static_cast<unsigned>(std::countr_zero(of.capacity))];
  arena_[of.block].level = free;
  free = of.block;
  of = empty_side;
}

}  // namespace hft::venue
