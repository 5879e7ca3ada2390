// Whole-number arithmetic of features: exact, saturating, and rounded in one stated way.
//
// Features are integers so that a GPU or an FPGA equals them bit for bit; every quotient is
// truncated toward zero, which makes a feature of the mirrored book the negative of the book's.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#include "hft/record/record.hpp"

namespace hft::feature {

/// What a feature is where it has no value: the null of prices, so that there is one null.
inline constexpr std::int64_t null = record::price_null;

inline constexpr std::int64_t one_e9 = 1'000'000'000;  // 1 as a ratio in 1e-9

/// ln 2 in 1e-15: what turns a sum that halves in h into a rate, ln 2 / h.
inline constexpr std::int64_t ln2_e15 = 693'147'180'559'945;

constexpr std::int64_t saturated(__int128 value) noexcept {
  constexpr std::int64_t top = std::numeric_limits<std::int64_t>::max();
  return value > top ? top : value < -__int128{top} ? -top : static_cast<std::int64_t>(value);
}

constexpr std::int64_t saturating_add(std::int64_t a, std::int64_t b) noexcept {
  return saturated(__int128{a} + b);
}

/// value * factor / divisor as if without bounds in between, truncated toward zero, saturated.
/// The first line spares a call of the library's 128-bit division where 64 bits are enough.
constexpr std::int64_t mul_div(std::int64_t value, std::int64_t factor, __int128 divisor) noexcept {
  std::int64_t product = 0;
  if (divisor <= std::numeric_limits<std::int64_t>::max() &&
      !__builtin_mul_overflow(value, factor, &product)) {
    return product / static_cast<std::int64_t>(divisor);
  }
  return saturated(__int128{value} * factor / divisor);
}

/// The largest integer whose square is not above `value`.
constexpr std::uint64_t square_root(std::uint64_t value) noexcept {
  std::uint64_t root = 0;
  for (int bit = (static_cast<int>(std::bit_width(value)) + 1) / 2; bit-- > 0;) {
    const std::uint64_t next = root | std::uint64_t{1} << bit;
    if (next <= value / next) root = next;
  }
  return root;
}

}  // namespace hft::feature
