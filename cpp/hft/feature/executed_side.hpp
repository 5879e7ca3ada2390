// Which side an execution took: the sign of a trade, where the venue does not tell it.
//
// ITCH names neither side nor price when a displayed order executes. But that order stood at the
// touch, so the touch itself tells: the side that lost size was taken. An execution that no
// displayed order shows is signed by the quote rule of C. M. C. Lee, M. J. Ready, "Inferring Trade
// Direction from Intraday Data", Journal of Finance 46 (1991), without their tick rule at the mid.
#pragma once

#include "hft/feature/mid_price.hpp"

namespace hft::feature {

/// The side of the resting orders that one message took, from the touches before and behind it;
/// none where neither side lost, or both did.
constexpr record::Side executed_side(const record::Touch& before,
                                     const record::Touch& after) noexcept {
  const auto lost = [](std::int64_t price_before, std::uint32_t size_before,
                       std::int64_t price_after, std::uint32_t size_after, bool is_bid) {
    if (price_before == record::price_null) return false;
    if (price_after == record::price_null) return true;
    if (price_after == price_before) return size_after < size_before;
    return is_bid ? price_after < price_before : price_after > price_before;
  };
  const bool bid =
      lost(before.bid_price_e9, before.bid_size, after.bid_price_e9, after.bid_size, true);
  const bool ask =
      lost(before.ask_price_e9, before.ask_size, after.ask_price_e9, after.ask_size, false);
  if (bid == ask) return record::Side::none;
  return bid ? record::Side::bid : record::Side::ask;
}

/// The side of the hidden orders that were taken at a price: bids below the mid, asks above it;
/// none at the mid, or where the touch has no mid.
constexpr record::Side executed_side(std::int64_t price_e9, const record::Touch& touch) noexcept {
  if (!is_two_sided(touch) || price_e9 == record::price_null) return record::Side::none;
  const __int128 twice = __int128{price_e9} * 2;
  const __int128 sum = __int128{touch.bid_price_e9} + touch.ask_price_e9;
  if (twice == sum) return record::Side::none;
  return twice < sum ? record::Side::bid : record::Side::ask;
}

}  // namespace hft::feature
