// The alias table of the Zipf distribution, built in integers.
#include "hft/engine/synth/zipf.hpp"

#include <bit>

namespace hft::engine::synth {

namespace {

// Logarithm to base 2 of `value` > 0, times 2^32: squaring the mantissa shows one bit at a time.
std::uint64_t log2_q32(std::uint32_t value) {
  const auto whole = static_cast<unsigned>(std::bit_width(value)) - 1;
  std::uint64_t mantissa = std::uint64_t{value} << (31 - whole);  // 1 to 2, times 2^31
  std::uint64_t fraction = 0;
  for (int bit = 0; bit < 32; ++bit) {
    mantissa = (mantissa * mantissa) >> 31;
    const std::uint64_t carry = mantissa >> 32;
    fraction = fraction << 1 | carry;
    mantissa >>= carry;
  }
  return std::uint64_t{whole} << 32 | fraction;
}

std::uint64_t square_root(std::uint64_t value) {
  std::uint64_t root = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 31; bit != 0; bit >>= 1) {
    if ((root + bit) * (root + bit) <= value) root += bit;
  }
  return root;
}

// 2^-exponent times 2^30, the exponent times 2^32: a product of square roots of square roots.
std::uint64_t power_of_half_q30(std::uint64_t exponent) {
  const std::uint64_t whole = exponent >> 32;
  if (whole > 30) return 1;  // no rank is without any activity
  std::uint64_t result = std::uint64_t{1} << 31;
  std::uint64_t factor = square_root(std::uint64_t{1} << 63);  // 2^-0.5 times 2^32
  for (int bit = 31; bit >= 0; --bit) {
    if ((exponent >> bit & 1) != 0) result = (result * factor) >> 32;
    factor = square_root(factor << 32);
  }
  return (result >> 1 >> whole) + 1;
}

}  // namespace

Zipf::Zipf(std::uint32_t ranks, std::uint32_t exponent_thousandths) : cells_(ranks) {
  std::vector<std::uint64_t> weights(ranks);  // times `ranks`, so that the mean weight is `total`
  std::uint64_t total = 0;
  for (std::uint32_t rank = 0; rank < ranks; ++rank) {
    const std::uint64_t weight =
        power_of_half_q30(log2_q32(rank + 1) * exponent_thousandths / 1000);
    total += weight;
    weights[rank] = weight * ranks;
  }
  std::vector<std::uint32_t> small;
  std::vector<std::uint32_t> large;
  for (std::uint32_t rank = 0; rank < ranks; ++rank) {
    (weights[rank] < total ? small : large).push_back(rank);
    cells_[rank] = {1 << 24, rank};
  }
  while (!small.empty() && !large.empty()) {  // a large rank fills the rest of a small one's cell
    const std::uint32_t filled = small.back();
    const std::uint32_t filler = large.back();
    small.pop_back();
    cells_[filled] = {static_cast<std::uint32_t>((weights[filled] << 24) / total), filler};
    weights[filler] -= total - weights[filled];
    if (weights[filler] < total) {
      large.pop_back();
      small.push_back(filler);
    }
  }
}

}  // namespace hft::engine::synth
