// Mid price and spread of a touch; the reference that other features measure from.
#pragma once

#include "hft/feature/fixed_point.hpp"
#include "hft/record/touch.hpp"

namespace hft::feature {

/// Whether a touch has a bid and an ask. Features of both sides are null where it has not.
constexpr bool is_two_sided(const record::Touch& touch) noexcept {
  return touch.bid_price_e9 != record::price_null && touch.ask_price_e9 != record::price_null;
}

/// (bid + ask) / 2 in 1e-9 of the quote currency.
constexpr std::int64_t mid_price_e9(const record::Touch& touch) noexcept {
  if (!is_two_sided(touch)) return null;
  return static_cast<std::int64_t>((__int128{touch.bid_price_e9} + touch.ask_price_e9) / 2);
}

/// ask - bid in 1e-9 of the quote currency; negative where the book is crossed.
constexpr std::int64_t spread_e9(const record::Touch& touch) noexcept {
  if (!is_two_sided(touch)) return null;
  return saturated(__int128{touch.ask_price_e9} - touch.bid_price_e9);
}

}  // namespace hft::feature
