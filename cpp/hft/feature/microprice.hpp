// Microprice: the mid price drawn toward the side that is about to give way.
//
// Source: J. Gatheral, R. Oomen, "Zero-intelligence realized variance estimation", Finance and
// Stochastics 14 (2010), who call the size-weighted mid the microprice. S. Stoikov, "The
// micro-price" (Quantitative Finance 18, 2018) calls it the weighted mid and builds another one
// upon it, which has to be fitted to data and is not this.
#pragma once

#include "hft/feature/mid_price.hpp"

namespace hft::feature {

/// (bid * ask_size + ask * bid_size) / (bid_size + ask_size) in 1e-9 of the quote currency, its
/// distance from the bid truncated toward zero; null where a side is missing.
constexpr std::int64_t microprice_e9(const record::Touch& touch) noexcept {
  const std::int64_t total = std::int64_t{touch.bid_size} + touch.ask_size;
  if (!is_two_sided(touch) || total == 0) return null;
  return touch.bid_price_e9 + mul_div(spread_e9(touch), touch.bid_size, total);
}

}  // namespace hft::feature
