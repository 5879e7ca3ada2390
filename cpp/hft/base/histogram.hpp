// A distribution of times in fixed memory: log-linear buckets, as HdrHistogram has them.
//
// Every power of two is cut into 64 equal buckets, so a value is known to 1/64 (1.6 %) and values
// below 128 exactly. 30 KiB hold any 64-bit value; recording is one increment and never allocates.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace hft {

class Histogram {
 public:
  static constexpr unsigned precision_bits = 6;
  static constexpr std::size_t buckets_per_octave = std::size_t{1} << precision_bits;
  static constexpr std::size_t bucket_count = (64 - precision_bits + 1) * buckets_per_octave;

  void record(std::uint64_t value) noexcept {
    ++counts_[bucket_of(value)];
    ++count_;
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
  }

  void merge(const Histogram& other) noexcept {
    for (std::size_t i = 0; i < bucket_count; ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
  }

  std::uint64_t count() const noexcept { return count_; }
  std::uint64_t min() const noexcept { return count_ == 0 ? 0 : min_; }
  std::uint64_t max() const noexcept { return max_; }

  /// The smallest recorded value, or the bucket bound just above it, that at least `quantile` (0 to
  /// 1) of all values do not exceed; never beyond max(). 0 where nothing was recorded.
  std::uint64_t value_at(double quantile) const noexcept {
    const double wanted = quantile * static_cast<double>(count_);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < bucket_count; ++i) {
      seen += counts_[i];
      if (counts_[i] != 0 && static_cast<double>(seen) >= wanted) {
        return std::min(upper_bound(i), max_);
      }
    }
    return max_;
  }

  std::uint64_t count_in(std::size_t bucket) const noexcept { return counts_[bucket]; }

  static constexpr std::size_t bucket_of(std::uint64_t value) noexcept {
    const unsigned width = static_cast<unsigned>(std::bit_width(value));
    if (width <= precision_bits) return static_cast<std::size_t>(value);
    const unsigned shift =
        width - precision_bits - 1;  // leaves the top 7 bits, the first of them 1
    return (std::size_t{shift} << precision_bits) + static_cast<std::size_t>(value >> shift);
  }

  /// The largest value that falls into a bucket.
  static constexpr std::uint64_t upper_bound(std::size_t bucket) noexcept {
    if (bucket < 2 * buckets_per_octave) return bucket;
    const std::size_t shift = (bucket >> precision_bits) - 1;
    const std::uint64_t top = bucket - (shift << precision_bits);
    return ((top + 1) << shift) - 1;
  }

 private:
  std::array<std::uint64_t, bucket_count> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t min_ = ~std::uint64_t{0};
  std::uint64_t max_ = 0;
};

}  // namespace hft
