// The histogram against sorted values: exact where small, within 1/64 everywhere.
#include "hft/base/histogram.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <random>
#include <vector>

namespace hft {
namespace {

TEST(Histogram, small_values_are_exact) {
  Histogram histogram;
  for (std::uint64_t value = 0; value < 128; ++value) histogram.record(value);
  EXPECT_EQ(histogram.count(), 128u);
  EXPECT_EQ(histogram.min(), 0u);
  EXPECT_EQ(histogram.max(), 127u);
  EXPECT_EQ(histogram.value_at(0.5), 63u);
  EXPECT_EQ(histogram.value_at(1.0), 127u);
}

TEST(Histogram, every_value_lies_in_its_bucket) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t value = random() >> (random() % 64);
    const std::size_t bucket = Histogram::bucket_of(value);
    ASSERT_LT(bucket, Histogram::bucket_count);
    ASSERT_LE(value, Histogram::upper_bound(bucket));
    if (bucket > 0) {
      ASSERT_GT(value, Histogram::upper_bound(bucket - 1));
    }
    ASSERT_LE(Histogram::upper_bound(bucket) - value, value / 64);
  }
}

TEST(Histogram, the_largest_value_has_a_bucket) {
  EXPECT_EQ(Histogram::bucket_of(~std::uint64_t{0}), Histogram::bucket_count - 1);
  EXPECT_EQ(Histogram::upper_bound(Histogram::bucket_count - 1), ~std::uint64_t{0});
}

TEST(Histogram, percentiles_agree_with_sorted_values) {
  std::mt19937_64 random(2);
  auto histogram = std::make_unique<Histogram>();
  std::vector<std::uint64_t> values;
  for (int i = 0; i < 10'000; ++i) {
    values.push_back(
        static_cast<std::uint64_t>(std::exp2(static_cast<double>(random() % 1000) / 40)));
    histogram->record(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double quantile : {0.5, 0.9, 0.99, 0.999}) {
    const auto rank = static_cast<std::size_t>(std::ceil(quantile * 10'000)) - 1;
    const std::uint64_t exact = values[rank];
    EXPECT_GE(histogram->value_at(quantile), exact);
    EXPECT_LE(histogram->value_at(quantile), exact + exact / 64);
  }
  EXPECT_EQ(histogram->value_at(1.0), values.back());
}

TEST(Histogram, merged_equals_recorded_together) {
  Histogram left;
  Histogram right;
  Histogram both;
  for (std::uint64_t value = 1; value < 5'000; value += 7) {
    (value % 2 == 0 ? left : right).record(value);
    both.record(value);
  }
  left.merge(right);
  EXPECT_EQ(left.count(), both.count());
  EXPECT_EQ(left.min(), both.min());
  EXPECT_EQ(left.max(), both.max());
  for (std::size_t i = 0; i < Histogram::bucket_count; ++i) {
    ASSERT_EQ(left.count_in(i), both.count_in(i));
  }
}

TEST(Histogram, an_empty_one_answers_zero) {
  const Histogram histogram;
  EXPECT_EQ(histogram.min(), 0u);
  EXPECT_EQ(histogram.max(), 0u);
  EXPECT_EQ(histogram.value_at(0.5), 0u);
}

}  // namespace
}  // namespace hft
