// Touch imbalance: which side of the best prices is heavier.
//
// Source: M. D. Gould, J. Bonart, "Queue Imbalance as a One-Tick-Ahead Price Predictor in a Limit
// Order Book", Market Microstructure and Liquidity 2 (2016).
#pragma once

#include "hft/feature/mid_price.hpp"

namespace hft::feature {

/// (bid_size - ask_size) / (bid_size + ask_size) in 1e-9, from -1e9 to 1e9; null where a side is
/// missing.
constexpr std::int64_t touch_imbalance_e9(const record::Touch& touch) noexcept {
  const std::int64_t total = std::int64_t{touch.bid_size} + touch.ask_size;
  if (!is_two_sided(touch) || total == 0) return null;
  // 2^32 * 1e9 < 2^63: no wider integer is needed.
  return (std::int64_t{touch.bid_size} - touch.ask_size) * one_e9 / total;
}

}  // namespace hft::feature
