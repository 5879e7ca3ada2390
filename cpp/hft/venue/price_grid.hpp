// Prices as the engine counts them: 32-bit numbers of 1e-4 USD, and the grid they must stand on.
//
// Rule 4 of docs/venues/simulated-exchange.md: from 1 USD on the instrument's tick, below it one
// unit (US Regulation NMS, Rule 612).
#pragma once

#include <cstdint>

#include "hft/record/record.hpp"
#include "hft/venue/order_terms.hpp"

namespace hft::venue {

using PriceUnits = std::uint32_t;

inline constexpr PriceUnits one_dollar = 10'000;
inline constexpr PriceUnits price_max = price_max_e9 / price_unit_e9;
/// Of a market order. No limit price is 0.
inline constexpr PriceUnits market_price = 0;

inline constexpr std::int64_t to_price_e9(PriceUnits price) noexcept {
  return price == market_price ? record::price_null : price * price_unit_e9;
}

class PriceGrid {
 public:
  explicit constexpr PriceGrid(PriceUnits tick) noexcept : tick_(tick) {}

  constexpr bool holds(PriceUnits price) const noexcept {
    return price > 0 && price <= price_max && (price < one_dollar || price % tick_ == 0);
  }
  /// The next price of the grid; above the largest one it leads out of the grid.
  constexpr PriceUnits above(PriceUnits price) const noexcept {
    return price + (price >= one_dollar ? tick_ : 1);
  }
  /// 0 where there is none.
  constexpr PriceUnits below(PriceUnits price) const noexcept {
    return price - (price > one_dollar ? tick_ : 1);
  }

 private:
  PriceUnits tick_;
};

}  // namespace hft::venue
