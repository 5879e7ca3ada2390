// Integer arithmetic that stops at its ends: an overflow becomes the largest number, which every
// limit refuses, where a wrapped one would pass.
#pragma once

#include <cstdint>
#include <limits>

namespace hft::risk {

inline constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

/// Exact sums of many values that each are at most `most`.
__extension__ using Sum = __int128;

constexpr std::int64_t saturate(Sum value) noexcept {
  const auto low = static_cast<std::int64_t>(value);
  if (low == value && low >= -most) [[likely]]
    return low;
  return value < 0 ? -most : most;
}

/// Adds to a sum that is never negative and exact: `shown` is what of it fits, `beyond` the rest,
/// which nearly always is 0 and not looked at.
constexpr void add_exactly(std::int64_t& shown, Sum& beyond, std::int64_t change) noexcept {
  std::int64_t sum = 0;
  if (shown != most && !__builtin_add_overflow(shown, change, &sum)) [[likely]] {
    shown = sum;
    return;
  }
  const Sum exact = beyond + shown + change;
  shown = saturate(exact);
  beyond = exact - shown;
}

constexpr std::int64_t saturating_add(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return b < 0 ? -most : most;
  return sum < -most ? -most : sum;
}

constexpr std::int64_t saturating_subtract(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(a, b, &difference)) return b > 0 ? -most : most;
  return difference < -most ? -most : difference;
}

constexpr std::int64_t saturating_multiply(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return (a < 0) == (b < 0) ? most : -most;
  return product < -most ? -most : product;
}

/// 1e-9 of the currency to 1e-6, upwards; 0 for what is not positive.
constexpr std::int64_t ceil_e6(std::int64_t amount_e9) noexcept {
  if (amount_e9 <= 0) return 0;
  return static_cast<std::int64_t>((static_cast<std::uint64_t>(amount_e9) - 1) / 1000 + 1);
}

/// What `size` shares cost at `price_e9`, in 1e-6 of the currency, upwards; `most` on overflow.
constexpr std::int64_t value_of(std::int64_t price_e9, std::int64_t size) noexcept {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(price_e9, size, &product)) return most;
  return ceil_e6(product);
}

/// floor(amount * ppm / 1e6) for amount >= 0 and ppm from 0 to 1e6: exact in 64 bits, for the
/// division of 128 bits costs 30 ns.
constexpr std::int64_t share_of(std::int64_t amount, std::int64_t ppm) noexcept {
  constexpr std::uint64_t million = 1'000'000;
  const auto all = static_cast<std::uint64_t>(amount);
  const auto parts = static_cast<std::uint64_t>(ppm);
  return static_cast<std::int64_t>(all / million * parts + all % million * parts / million);
}

/// part > share_of(whole, ppm), for whole >= 0: what is no integer lies between the two anyway, so
/// that nothing has to be divided.
constexpr bool exceeds_share(std::int64_t part, std::int64_t whole, std::int64_t ppm) noexcept {
  return Sum{part} * 1'000'000 > Sum{whole} * ppm;
}

/// floor((a + b) / 2) without overflow.
constexpr std::int64_t midpoint(std::int64_t a, std::int64_t b) noexcept {
  return (a & b) + ((a ^ b) >> 1);
}

/// Whether a price is given: positive and not price_null.
constexpr bool is_given(std::int64_t price_e9) noexcept {
  return price_e9 > 0 && price_e9 < most;
}

}  // namespace hft::risk
