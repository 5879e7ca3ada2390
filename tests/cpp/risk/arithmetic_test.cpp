// Integer arithmetic of the gate: its ends, and division-free divisibility against the operator.
#include <gtest/gtest.h>

#include <random>

#include "hft/risk/multiple_of.hpp"
#include "hft/risk/saturating.hpp"

namespace hft::risk {
namespace {

TEST(Saturating, AddStopsAtBothEnds) {
  EXPECT_EQ(saturating_add(most - 1, 1), most);
  EXPECT_EQ(saturating_add(most, 1), most);
  EXPECT_EQ(saturating_add(-most, -1), -most);
  EXPECT_EQ(saturating_add(-most, -2), -most);
  EXPECT_EQ(saturating_add(-3, 5), 2);
}

TEST(Saturating, SubtractStopsAtBothEnds) {
  EXPECT_EQ(saturating_subtract(-most, 1), -most);
  EXPECT_EQ(saturating_subtract(most, -1), most);
  EXPECT_EQ(saturating_subtract(0, std::numeric_limits<std::int64_t>::min()), most);
  EXPECT_EQ(saturating_subtract(3, 5), -2);
}

TEST(Saturating, MultiplyKeepsTheSign) {
  EXPECT_EQ(saturating_multiply(most, 2), most);
  EXPECT_EQ(saturating_multiply(-most, 2), -most);
  EXPECT_EQ(saturating_multiply(most, -2), -most);
  EXPECT_EQ(saturating_multiply(-most, -2), most);
  EXPECT_EQ(saturating_multiply(-3, 5), -15);
}

TEST(Saturating, SumsOfManyAreCutToTheirEnds) {
  EXPECT_EQ(saturate(Sum{most} + 1), most);
  EXPECT_EQ(saturate(-Sum{most} - 1), -most);
  EXPECT_EQ(saturate(-5), -5);
}

TEST(Saturating, ValueIsRoundedUpAndStopsWhereTheProductDoesNotFit) {
  EXPECT_EQ(value_of(100'000'000'000, 100), 10'000'000'000);  // 100.00 x 100 = 10,000.000000
  EXPECT_EQ(value_of(1, 1), 1);
  EXPECT_EQ(value_of(1, 1000), 1);
  EXPECT_EQ(value_of(1, 1001), 2);
  EXPECT_EQ(value_of(most, 1), most / 1000 + 1);
  EXPECT_EQ(value_of(most / 2, 2), most / 1000 + 1);
  EXPECT_EQ(value_of(most / 2 + 1, 2), most);
}

TEST(Saturating, ShareIsTheExactFloor) {
  EXPECT_EQ(share_of(999'999, 1), 0);
  EXPECT_EQ(share_of(1'000'000, 1), 1);
  EXPECT_EQ(share_of(most, 1'000'000), most);
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const auto amount = static_cast<std::int64_t>(random() >> (1 + random() % 63));
    const auto ppm = static_cast<std::int64_t>(random() % 1'000'001);
    ASSERT_EQ(share_of(amount, ppm), static_cast<std::int64_t>(Sum{amount} * ppm / 1'000'000));
  }
}

TEST(Saturating, ExceedingAShareIsExceedingItsFloor) {
  EXPECT_FALSE(exceeds_share(most, most, 1'000'000));
  EXPECT_FALSE(exceeds_share(-most, 0, 0));
  std::mt19937_64 random(3);
  for (int i = 0; i < 100'000; ++i) {
    const auto whole = static_cast<std::int64_t>(random() >> (1 + random() % 63));
    const auto ppm = static_cast<std::int64_t>(random() % 1'000'001);
    const std::int64_t share = share_of(whole, ppm);
    ASSERT_FALSE(exceeds_share(share, whole, ppm));
    ASSERT_TRUE(share == most || exceeds_share(share + 1, whole, ppm));
  }
}

TEST(Saturating, MidpointIsRoundedDown) {
  EXPECT_EQ(midpoint(100, 103), 101);
  EXPECT_EQ(midpoint(103, 100), 101);
  EXPECT_EQ(midpoint(most, most - 2), most - 1);
}

TEST(MultipleOf, AgreesWithTheOperator) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t divisor = (random() >> (random() % 64)) | (i % 2 == 0 ? 0 : 1);
    if (divisor == 0) continue;
    const MultipleOf is_multiple(divisor);
    const std::uint64_t value = random() >> (random() % 64);
    ASSERT_EQ(is_multiple(value), value % divisor == 0) << value << " of " << divisor;
    const std::uint64_t on_it = value - value % divisor;
    ASSERT_TRUE(is_multiple(on_it)) << on_it << " of " << divisor;
    ASSERT_EQ(is_multiple(on_it + 1), divisor == 1) << on_it + 1 << " of " << divisor;
  }
}

TEST(MultipleOf, OfBothIsOfTheLeastCommonOne) {
  const MultipleOf is_multiple = multiple_of_both(6, 4);
  for (std::uint64_t value = 0; value < 100; ++value) {
    EXPECT_EQ(is_multiple(value), value % 12 == 0) << value;
  }
  EXPECT_FALSE(multiple_of_both(0, 4)(4));
  EXPECT_FALSE(multiple_of_both(4, -1)(4));
  EXPECT_FALSE(multiple_of_both(most, most - 1)(static_cast<std::uint64_t>(most)));
}

}  // namespace
}  // namespace hft::risk
