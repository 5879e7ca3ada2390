// The price of a cross: where most shares are executed (rule 18 of the rules page).
//
// Demand and supply are steps that change at limit prices only, so it is enough to look at each
// limit price, at the price nearest to the reference within each gap between two of them, and at
// the reference price itself.
#pragma once

#include <cstdint>
#include <vector>

#include "hft/venue/price_grid.hpp"

namespace hft::venue {

struct AuctionPrice {
  PriceUnits price = 0;  // 0: nothing can be executed
  std::uint64_t executed = 0;
  std::uint64_t bids = 0;  // shares that would buy at this price
  std::uint64_t asks = 0;
};

class Auction {
 public:
  /// Room for `max_prices`: after that nothing is allocated.
  explicit Auction(std::size_t max_prices) { points_.reserve(max_prices); }

  void clear() noexcept;
  /// Open shares at a limit price, or market_price. The same price may come many times.
  void add(record::Side side, PriceUnits price, std::uint64_t size) noexcept;
  /// `reference` is 0 or a price of the grid.
  AuctionPrice find(PriceGrid grid, PriceUnits reference) noexcept;

 private:
  struct Point {
    PriceUnits price;
    std::uint64_t bids, asks;
  };

  void merge() noexcept;

  std::vector<Point> points_;
  std::uint64_t market_bids_ = 0;
  std::uint64_t market_asks_ = 0;
};

}  // namespace hft::venue
