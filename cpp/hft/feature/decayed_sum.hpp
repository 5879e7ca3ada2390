// A sum whose parts lose half their weight in every half-life of record time.
//
// Exponential weights in whole numbers: time is counted in steps of 1/1024 half-life, and
// 2^(-n/1024) is a product of two entries of 32. A weight is within 0.07 % of the exact one (an age
// is off by at most one step), and every truncation is toward zero.
#pragma once

#include <array>
#include <cstdint>

#include "hft/feature/fixed_point.hpp"

namespace hft::feature {

/// Parts are whole numbers; the sum itself is kept in 2^-fraction_bits, or truncation would eat
/// what decays slowly: up to 1,480 of its smallest units are lost so, and it saturates at 2^63 of
/// them.
template <int fraction_bits = 20>
class DecayedSum {
 public:
  static constexpr std::uint64_t steps_per_half_life = 1024;

  /// The half-life is rounded down to a multiple of 1024 ns, and up to 1024 ns.
  explicit constexpr DecayedSum(std::uint64_t half_life_ns) noexcept
      : step_ns_(half_life_ns < steps_per_half_life ? 1 : half_life_ns / steps_per_half_life) {}

  /// A time before the latest one counts as the latest: clocks of two venues may differ.
  constexpr void add(std::uint64_t time_ns, std::int64_t amount) noexcept {
    value_ = saturating_add(at_fine(time_ns), saturated(__int128{amount} << fraction_bits));
    const std::uint64_t step = time_ns / step_ns_;
    if (step > step_) step_ = step;
  }

  /// The sum as it weighs at a time, truncated toward zero.
  constexpr std::int64_t at(std::uint64_t time_ns) const noexcept {
    return at_fine(time_ns) / (std::int64_t{1} << fraction_bits);
  }

  /// The same in 2^-fraction_bits.
  constexpr std::int64_t at_fine(std::uint64_t time_ns) const noexcept {
    const std::uint64_t step = time_ns / step_ns_;
    return step > step_ ? decayed(value_, step - step_) : value_;
  }

  constexpr std::uint64_t half_life_ns() const noexcept { return step_ns_ * steps_per_half_life; }

  /// value * 2^(-steps / 1024), truncated toward zero. The factor is a product of two entries,
  /// itself truncated to 31 bits behind the point.
  static constexpr std::int64_t decayed(std::int64_t value, std::uint64_t steps) noexcept {
    const std::uint64_t halvings = steps / steps_per_half_life;
    if (halvings > 63) return 0;
    const std::uint64_t factor = (std::uint64_t{coarse[steps / 32 % 32]} * fine[steps % 32]) >> 31;
    const bool negative = value < 0;
    const auto magnitude = static_cast<std::uint64_t>(value);
    const unsigned __int128 product =
        static_cast<unsigned __int128>(negative ? 0 - magnitude : magnitude) * factor;
    const auto left = static_cast<std::int64_t>(product >> (31 + halvings));
    return negative ? -left : left;
  }

  // round(2^31 * 2^(-k/32)) and round(2^31 * 2^(-k/1024)), k from 0 to 31.
  static constexpr std::array<std::uint32_t, 32> coarse{
      0x80000000, 0x7d41d96e, 0x7a92be8b, 0x77f25cce, 0x75606374, 0x72dc8374, 0x70666f76,
      0x6dfddbcc, 0x6ba27e65, 0x69540ec9, 0x6712460b, 0x64dcdec3, 0x62b39509, 0x60962665,
      0x5e8451d0, 0x5c7dd7a4, 0x5a82799a, 0x5891fac1, 0x56ac1f75, 0x54d0ad5a, 0x52ff6b55,
      0x51382182, 0x4f7a9930, 0x4dc69cdd, 0x4c1bf829, 0x4a7a77d4, 0x48e1e9ba, 0x47521cc6,
      0x45cae0f2, 0x444c0740, 0x42d561b4, 0x4166c34c};
  static constexpr std::array<std::uint32_t, 32> fine{
      0x80000000, 0x7fe9d3a9, 0x7fd3ab29, 0x7fbd8680, 0x7fa765ad, 0x7f9148af, 0x7f7b2f85,
      0x7f651a30, 0x7f4f08ae, 0x7f38faff, 0x7f22f122, 0x7f0ceb16, 0x7ef6e8da, 0x7ee0ea6f,
      0x7ecaefd3, 0x7eb4f906, 0x7e9f0606, 0x7e8916d5, 0x7e732b6f, 0x7e5d43d6, 0x7e476009,
      0x7e318006, 0x7e1ba3cd, 0x7e05cb5d, 0x7deff6b6, 0x7dda25d8, 0x7dc458c1, 0x7dae8f70,
      0x7d98c9e6, 0x7d830821, 0x7d6d4a22, 0x7d578fe6};

 private:
  std::uint64_t step_ns_;
  std::uint64_t step_ = 0;  // of the latest part
  std::int64_t value_ = 0;  // in 2^-fraction_bits, as it weighs at step_
};

}  // namespace hft::feature
