// Order flow: how much one change of the touch adds to demand less supply, and its decayed sum.
//
// Source: R. Cont, A. Kukanov, S. Stoikov, "The Price Impact of Order Book Events", Journal of
// Financial Econometrics 12 (2014). They add the changes up over fixed intervals; the
// plain sum of order_flow() between two times is theirs, OrderFlowImbalance weighs by age instead.
#pragma once

#include <limits>

#include "hft/feature/decayed_sum.hpp"
#include "hft/record/touch.hpp"

namespace hft::feature {

/// e_n of the paper, in shares:
///   [P^B_n >= P^B_n-1] q^B_n - [P^B_n <= P^B_n-1] q^B_n-1
/// - [P^A_n <= P^A_n-1] q^A_n + [P^A_n >= P^A_n-1] q^A_n-1
/// The paper has no empty side. Here a missing bid is one of size 0 below every price, a missing
/// ask one above (which price_null, the largest integer, is by itself).
constexpr std::int64_t order_flow(const record::Touch& before,
                                  const record::Touch& after) noexcept {
  const auto bid_of = [](const record::Touch& touch) {
    return touch.bid_price_e9 == record::price_null ? std::numeric_limits<std::int64_t>::min()
                                                    : touch.bid_price_e9;
  };
  std::int64_t flow = 0;
  if (bid_of(after) >= bid_of(before)) flow += after.bid_size;
  if (bid_of(after) <= bid_of(before)) flow -= before.bid_size;
  if (after.ask_price_e9 <= before.ask_price_e9) flow -= after.ask_size;
  if (after.ask_price_e9 >= before.ask_price_e9) flow += before.ask_size;
  return flow;
}

/// One instrument's touches, to their flow.
class OrderFlow {
 public:
  /// The flow of this change, in shares; null where there is nothing to compare with: at the first
  /// touch, at a suspect one and at the first behind it. From a book that may be wrong to one that
  /// is right is no flow.
  constexpr std::int64_t on_touch(const record::Touch& touch) noexcept {
    const bool suspect = (touch.flags & record::flag_book_suspect) != 0;
    const std::int64_t flow = known_ && !suspect ? order_flow(last_, touch) : null;
    known_ = !suspect;
    last_ = touch;
    return flow;
  }

 private:
  record::Touch last_{};
  bool known_ = false;
};

/// The flow of one instrument, added up with weights that halve in `half_life_ns`.
class OrderFlowImbalance {
 public:
  explicit constexpr OrderFlowImbalance(std::uint64_t half_life_ns) noexcept : sum_(half_life_ns) {}

  constexpr void on_touch(const record::Touch& touch) noexcept {
    const std::int64_t flow = flow_.on_touch(touch);
    if (flow != null) sum_.add(touch.event_time_ns, flow);
  }

  /// Shares, positive where demand has grown.
  constexpr std::int64_t at(std::uint64_t time_ns) const noexcept { return sum_.at(time_ns); }

 private:
  OrderFlow flow_;
  DecayedSum<> sum_;
};

}  // namespace hft::feature
