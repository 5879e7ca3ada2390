#include "hft/feature/fixed_point.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "hft/feature/decayed_sum.hpp"

namespace hft::feature {
namespace {

constexpr std::int64_t top = std::numeric_limits<std::int64_t>::max();

TEST(FixedPoint, quotients_are_truncated_toward_zero_on_both_sides) {
  EXPECT_EQ(mul_div(7, 1, 2), 3);
  EXPECT_EQ(mul_div(-7, 1, 2), -3);
}

TEST(FixedPoint, products_wider_than_64_bits_are_exact) {
  EXPECT_EQ(mul_div(top, 1'000'003, 1'000'003), top);
  EXPECT_EQ(mul_div(-top, 3, 4), -(top / 4 * 3 + 2));  // top = 4 n + 3: 3 top / 4 = 3 n + 2.25
  EXPECT_EQ(mul_div(10, 10, __int128{1} << 70), 0);
}

TEST(FixedPoint, what_does_not_fit_saturates) {
  EXPECT_EQ(mul_div(top, 2, 1), top);
  EXPECT_EQ(mul_div(-top, 2, 1), -top);
  EXPECT_EQ(saturating_add(top, 1), top);
  EXPECT_EQ(saturating_add(-top, -2), -top);
}

TEST(FixedPoint, the_square_root_is_the_largest_whose_square_fits) {
  EXPECT_EQ(square_root(0), 0u);
  for (const std::uint64_t root : {1ull, 2ull, 3ull, 1000ull, 65535ull, 4294967295ull}) {
    EXPECT_EQ(square_root(root * root), root);
    EXPECT_EQ(square_root(root * root - 1), root - 1);
  }
  EXPECT_EQ(square_root(~0ull), 4294967295ull);
}

TEST(DecayedSum, its_tables_are_powers_of_two_rounded_to_31_bits) {
  for (int k = 0; k < 32; ++k) {
    const auto index = static_cast<std::size_t>(k);
    EXPECT_EQ(DecayedSum<>::coarse[index], std::lround(std::exp2(31 - k / 32.0)));
    EXPECT_EQ(DecayedSum<>::fine[index], std::lround(std::exp2(31 - k / 1024.0)));
  }
}

TEST(DecayedSum, every_weight_of_ten_half_lives_is_near_the_exact_one) {
  constexpr std::int64_t value = 1'000'000'000'000;
  for (std::uint64_t steps = 0; steps <= 10 * 1024; ++steps) {
    const double exact = std::exp2(-static_cast<double>(steps) / 1024) * value;
    const auto got = static_cast<double>(DecayedSum<>::decayed(value, steps));
    ASSERT_NEAR(got, exact, exact * 2e-9 + 1) << steps;
    ASSERT_EQ(DecayedSum<>::decayed(-value, steps), -DecayedSum<>::decayed(value, steps));
  }
}

TEST(DecayedSum, half_is_left_after_each_half_life) {
  DecayedSum<> sum(1'024'000);
  sum.add(5'000'000, 800);
  EXPECT_EQ(sum.at(5'000'000), 800);
  EXPECT_EQ(sum.at(5'000'000 + 1'024'000), 400);
  EXPECT_EQ(sum.at(5'000'000 + 3 * 1'024'000), 100);
  EXPECT_EQ(sum.at(~0ull), 0);
}

TEST(DecayedSum, many_small_steps_lose_no_more_than_one_big_one) {
  DecayedSum<> often(1'024'000);
  DecayedSum<> once(1'024'000);
  once.add(0, 1'000'000);
  often.add(0, 1'000'000);
  for (std::uint64_t time_ns = 100; time_ns <= 1'024'000; time_ns += 100) often.add(time_ns, 0);
  EXPECT_NEAR(static_cast<double>(often.at(1'024'000)), 500'000, 1);
  EXPECT_EQ(once.at(1'024'000), 500'000);
}

TEST(DecayedSum, a_time_that_went_back_takes_nothing_away) {
  DecayedSum<> sum(1'024'000);
  sum.add(5'000'000, 800);
  sum.add(1'000'000, 8);
  EXPECT_EQ(sum.at(2'000'000), 808);
  EXPECT_EQ(sum.at(5'000'000 + 1'024'000), 404);
}

TEST(DecayedSum, it_saturates_and_does_not_wrap) {
  DecayedSum<0> sum(1'024'000);
  sum.add(0, top);
  sum.add(0, top);
  EXPECT_EQ(sum.at(0), top);
  DecayedSum<> fine(1'024'000);
  fine.add(0, -top);
  EXPECT_EQ(fine.at_fine(0), -top);
}

TEST(DecayedSum, the_half_life_is_a_multiple_of_its_steps) {
  EXPECT_EQ(DecayedSum<>(1'000'000).half_life_ns(), 999'424u);
  EXPECT_EQ(DecayedSum<>(0).half_life_ns(), 1024u);
}

}  // namespace
}  // namespace hft::feature
