// The throttle: exact at the message, in integers, on any time.
#include "hft/order/throttle.hpp"

#include <gtest/gtest.h>

namespace hft::order {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

TEST(Throttle, ABurstAndThenTheRate) {
  Throttle throttle(10, 3);
  const std::uint64_t start = 1'412'343'000 * second;
  EXPECT_TRUE(throttle.take(start));
  EXPECT_TRUE(throttle.take(start));
  EXPECT_TRUE(throttle.take(start));
  EXPECT_FALSE(throttle.take(start));
  EXPECT_FALSE(throttle.take(start + second / 10 - 1));
  EXPECT_TRUE(throttle.take(start + second / 10));
  EXPECT_FALSE(throttle.take(start + second / 10));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(throttle.take(start + 100 * second));
  EXPECT_FALSE(throttle.take(start + 100 * second)) << "never more than the burst";
}

TEST(Throttle, LosesNothingToRounding) {
  Throttle throttle(3, 1);  // 333,333,333 and a third ns each
  std::uint64_t taken = 0;
  for (std::uint64_t now = second; now < 101 * second; now += 1'000'003) {
    taken += throttle.take(now) ? 1 : 0;
  }
  EXPECT_GE(taken, 298U);
  EXPECT_LE(taken, 301U);
  Throttle third(3, 1);
  EXPECT_TRUE(third.take(second));
  EXPECT_FALSE(third.take(second + 333'333'333));
  EXPECT_TRUE(third.take(second + 333'333'334));
  Throttle exact(3, 2);
  EXPECT_TRUE(exact.take(second));
  EXPECT_TRUE(exact.take(second));
  EXPECT_FALSE(exact.take(second + 333'333'333));
  EXPECT_TRUE(exact.take(second + 333'333'334));
  EXPECT_FALSE(exact.take(second + 666'666'666));
  EXPECT_TRUE(exact.take(second + 666'666'667));
  EXPECT_TRUE(exact.take(2 * second)) << "three in the second, to the nanosecond";
}

TEST(Throttle, KeepsWhatMattersMore) {
  Throttle throttle(1, 5);
  EXPECT_TRUE(throttle.take(second, 3));
  EXPECT_TRUE(throttle.take(second, 3));
  EXPECT_FALSE(throttle.take(second, 3));
  EXPECT_TRUE(throttle.take(second));
  EXPECT_TRUE(throttle.take(second));
  EXPECT_TRUE(throttle.take(second));
  EXPECT_FALSE(throttle.take(second));
}

TEST(Throttle, TimeThatStepsBackEarnsNothing) {
  Throttle throttle(1, 1);
  EXPECT_TRUE(throttle.take(100 * second));
  EXPECT_FALSE(throttle.take(0));
  EXPECT_FALSE(throttle.take(100 * second));
  EXPECT_TRUE(throttle.take(101 * second));
}

TEST(Throttle, TheLargestRatesAndTimes) {
  Throttle throttle(0xffffffff, 0xffffffff);
  EXPECT_TRUE(throttle.take(0));
  EXPECT_TRUE(throttle.take(~std::uint64_t{0}));
  Throttle slow(1, 0xffffffff);
  EXPECT_TRUE(slow.take(~std::uint64_t{0}, 0xfffffffe));
  EXPECT_FALSE(slow.take(~std::uint64_t{0}, 0xfffffffe));
}

TEST(Throttle, RefusesNone) {
  EXPECT_THROW(Throttle(0, 1), Error);
  EXPECT_THROW(Throttle(1, 0), Error);
}

}  // namespace
}  // namespace hft::order
