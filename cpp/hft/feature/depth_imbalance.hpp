// Depth imbalance: which side of the book is heavier over its first levels.
//
// The touch imbalance of Gould and Bonart (touch_imbalance.hpp) with the sizes of a side's first n
// levels added up, as in Á. Cartea, S. Jaimungal, J. Penalva, "Algorithmic and High-Frequency
// Trading" (Cambridge 2015), chapter 12.
#pragma once

#include <span>

#include "hft/book/book_types.hpp"
#include "hft/feature/fixed_point.hpp"

namespace hft::feature {

/// (bids - asks) / (bids + asks) in 1e-9, where each is the size of all levels given, best first;
/// null where a side has none. The caller gives both sides the same number of levels, or what
/// there is.
constexpr std::int64_t depth_imbalance_e9(std::span<const book::Level> bids,
                                          std::span<const book::Level> asks) noexcept {
  std::int64_t bid_size = 0;
  std::int64_t ask_size = 0;
  for (const book::Level& level : bids) bid_size += level.size;
  for (const book::Level& level : asks) ask_size += level.size;
  if (bid_size == 0 || ask_size == 0) return null;
  return mul_div(bid_size - ask_size, one_e9, bid_size + ask_size);
}

}  // namespace hft::feature
