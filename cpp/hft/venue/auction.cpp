#include "hft/venue/auction.hpp"

#include <algorithm>

namespace hft::venue {

namespace {

std::uint64_t distance(std::uint64_t a, std::uint64_t b) noexcept {
  return a > b ? a - b : b - a;
}

/// The best price so far. Offered upwards, so that of equal prices the lowest stays.
class Choice {
 public:
  explicit Choice(PriceUnits reference) noexcept : reference_(reference) {}

  void offer(PriceUnits price, std::uint64_t bids, std::uint64_t asks) noexcept {
    const AuctionPrice offered{price, std::min(bids, asks), bids, asks};
    if (offered.executed > 0 && better(offered)) best_ = offered;
  }
  const AuctionPrice& best() const noexcept { return best_; }

 private:
  bool better(const AuctionPrice& offered) const noexcept {
    if (offered.executed != best_.executed) return offered.executed > best_.executed;
    const std::uint64_t imbalance = distance(offered.bids, offered.asks);
    const std::uint64_t best_imbalance = distance(best_.bids, best_.asks);
    if (imbalance != best_imbalance) return imbalance < best_imbalance;
    return distance(offered.price, reference_) < distance(best_.price, reference_);
  }

  PriceUnits reference_;
  AuctionPrice best_;
};

}  // namespace

void Auction::clear() noexcept {
  points_.clear();
  market_bids_ = market_asks_ = 0;
}

void Auction::add(record::Side side, PriceUnits price, std::uint64_t size) noexcept {
  const bool bid = side == record::Side::bid;
  if (price == market_price) {
    (bid ? market_bids_ : market_asks_) += size;
  } else {
    points_.push_back({price, bid ? size : 0, bid ? 0 : size});
  }
}

void Auction::merge() noexcept {
  std::sort(points_.begin(), points_.end(),
            [](const Point& a, const Point& b) { return a.price < b.price; });
  std::size_t last = 0;
  for (std::size_t i = 1; i < points_.size(); ++i) {
    if (points_[i].price != points_[last].price) {
      points_[++last] = points_[i];
      continue;
    }
    points_[last].bids += points_[i].bids;
    points_[last].asks += points_[i].asks;
  }
  if (!points_.empty()) points_.resize(last + 1);
}

AuctionPrice Auction::find(PriceGrid grid, PriceUnits reference) noexcept {
  merge();
  Choice choice(reference);
  std::uint64_t bids = market_bids_, asks = market_asks_;
  for (const Point& point : points_) bids += point.bids;
  // The range reaches to a reference price outside of all limit prices.
  const bool below = reference != 0 && (points_.empty() || reference < points_.front().price);
  if (below) choice.offer(reference, bids, asks);
  for (std::size_t i = 0; i < points_.size(); ++i) {
    asks += points_[i].asks;
    choice.offer(points_[i].price, bids, asks);
    bids -= points_[i].bids;
    if (i + 1 == points_.size()) break;
    const PriceUnits low = grid.above(points_[i].price), high = grid.below(points_[i + 1].price);
    if (low <= high) choice.offer(std::clamp(reference, low, high), bids, asks);
  }
  if (reference != 0 && !below && reference > points_.back().price) {
    choice.offer(reference, bids, asks);
  }
  return choice.best();
}

}  // namespace hft::venue
