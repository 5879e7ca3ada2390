// Volatility over a short horizon: the mid price's moves squared, added up with decaying weights.
//
// Source: realised variance as in T. G. Andersen, T. Bollerslev, F. X. Diebold, P. Labys, "Modeling
// and Forecasting Realized Volatility", Econometrica 71 (2003), weighted by age as in J. P.
// Morgan/Reuters, "RiskMetrics – Technical Document" (1996). Moves are simple returns: at this
// horizon they differ from logarithmic ones by less than a part in a thousand.
#pragma once

#include "hft/feature/decayed_sum.hpp"
#include "hft/feature/mid_price.hpp"

namespace hft::feature {

class Volatility {
 public:
  explicit constexpr Volatility(std::uint64_t half_life_ns) noexcept : variance_(half_life_ns) {}

  /// A one-sided touch has no mid: the move is measured across it. A suspect one ends the series:
  /// from a book that may be wrong to one that is right is no move.
  constexpr void on_touch(const record::Touch& touch) noexcept {
    if ((touch.flags & record::flag_book_suspect) != 0) {
      last_e9_ = null;
      return;
    }
    const std::int64_t mid_e9 = mid_price_e9(touch);
    if (mid_e9 == null) return;
    if (last_e9_ != null && last_e9_ > 0 && mid_e9 != last_e9_) {
      variance_.add(touch.event_time_ns, squared_e18(mid_e9, last_e9_));
    }
    last_e9_ = mid_e9;
  }

  /// The weighted sum of squared returns, in 1e-18.
  constexpr std::int64_t variance_e18(std::uint64_t time_ns) const noexcept {
    return variance_.at(time_ns);
  }

  /// Relative standard deviation of the mid over one second, in 1e-9: the root of ln 2 / half-life
  /// times the variance. 1e5 is 0.01 % in a second.
  constexpr std::int64_t per_root_second_e9(std::uint64_t time_ns) const noexcept {
    const __int128 divisor = __int128{variance_.half_life_ns()} * 1'000'000;  // 1e15 = 1e9 ns * 1e6
    const std::int64_t per_second_e18 = mul_div(variance_.at(time_ns), ln2_e15, divisor);
    return static_cast<std::int64_t>(square_root(static_cast<std::uint64_t>(per_second_e18)));
  }

 private:
  /// The return in 1e-9, squared; a move of more than 100 % counts as one of 100 %.
  static constexpr std::int64_t squared_e18(std::int64_t mid_e9, std::int64_t last_e9) noexcept {
    const __int128 exact = (__int128{mid_e9} - last_e9) * one_e9 / last_e9;
    const __int128 bounded = exact > one_e9 ? one_e9 : exact < -one_e9 ? -one_e9 : exact;
    const auto move_e9 = static_cast<std::int64_t>(bounded);
    return move_e9 * move_e9;
  }

  DecayedSum<0> variance_;
  std::int64_t last_e9_ = null;
};

}  // namespace hft::feature
