// Is a price on its tick? Asked with one multiplication: a division costs ten times as much.
//
// A multiple of an odd d times d's inverse modulo 2^64 is the quotient, so it is small; every other
// number's product is larger than any quotient (Granlund and Montgomery 1994, section 9). Powers of
// two in d are rotated out.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <numeric>

namespace hft::risk {

class MultipleOf {
 public:
  /// Nothing but 0 is a multiple of 0.
  constexpr MultipleOf() noexcept = default;

  constexpr explicit MultipleOf(std::uint64_t divisor) noexcept {
    if (divisor == 0) return;
    shift_ = std::countr_zero(divisor);
    const std::uint64_t odd = divisor >> shift_;
    inverse_ = odd;  // right in its low 3 bits; each step doubles them
    for (int step = 0; step < 5; ++step) inverse_ *= 2 - odd * inverse_;
    largest_ = std::numeric_limits<std::uint64_t>::max() / divisor;
  }

  constexpr bool operator()(std::uint64_t value) const noexcept {
    return std::rotr(value * inverse_, shift_) <= largest_;
  }

 private:
  std::uint64_t inverse_ = 1;
  std::uint64_t largest_ = 0;
  int shift_ = 0;
};

/// Multiples of both; of 0 where the least common one does not fit, or either is not positive.
constexpr MultipleOf multiple_of_both(std::int64_t a, std::int64_t b) noexcept {
  if (a <= 0 || b <= 0) return {};
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a / std::gcd(a, b), b, &product)) return {};
  return MultipleOf(static_cast<std::uint64_t>(product));
}

}  // namespace hft::risk
