// Rates in a second, the repeat window, and which reports were seen.
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

#include "hft/risk/rate_window.hpp"
#include "hft/risk/repeat_window.hpp"
#include "hft/risk/seen_numbers.hpp"

namespace hft::risk {
namespace {

TEST(RateWindow, CountsNineBuckets) {
  RateWindow window;
  window.add(100);
  EXPECT_EQ(window.count(108), 1u);
  EXPECT_EQ(window.count(109), 0u);
}

TEST(RateWindow, RoomEndsAtTheLimit) {
  RateWindow window;
  for (int i = 0; i < 4; ++i) window.add(5);
  EXPECT_TRUE(window.has_room(5, 5));
  window.add(5);
  EXPECT_FALSE(window.has_room(5, 5));
  EXPECT_TRUE(window.has_room(5, 6));
  EXPECT_FALSE(RateWindow{}.has_room(0, 0));
}

TEST(RateWindow, AgreesWithAListOfTimesAndHoldsForAnySecond) {
  std::mt19937_64 random(3);
  RateWindow window;
  std::vector<std::uint64_t> buckets, times;
  std::uint64_t now = 7'000'000'000;
  for (int i = 0; i < 20'000; ++i) {
    now += random() % (i % 100 == 0 ? 3'000'000'000 : 60'000'000);
    const std::uint64_t bucket = RateWindow::bucket_of(now);
    std::uint32_t expected = 0, in_the_last_second = 0;
    for (std::size_t k = buckets.size(); k-- > 0 && buckets[k] + 8 >= bucket;) ++expected;
    for (std::size_t k = times.size(); k-- > 0 && times[k] + 1'000'000'000 > now;) {
      ++in_the_last_second;
    }
    ASSERT_EQ(window.count(bucket), expected);
    ASSERT_LE(in_the_last_second, expected);
    window.add(bucket);
    buckets.push_back(bucket);
    times.push_back(now);
  }
}

TEST(RepeatWindow, BeginsAnewWhenItsTimeIsOver) {
  RepeatWindow window{1'000, 3, 2};
  window.roll(1'999, 1'000);
  EXPECT_EQ(window.orders, 3u);
  window.roll(2'000, 1'000);
  EXPECT_EQ(window.orders, 0u);
  EXPECT_EQ(window.executions, 0u);
  EXPECT_EQ(window.start_ns, 2'000u);
}

TEST(SeenNumbers, AgreesWithASet) {
  std::mt19937_64 random(4);
  SeenNumbers seen;
  std::set<std::uint64_t> known;
  std::uint64_t last = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t forth = random() % 50 == 0 ? random() % 3'000 : random() % 3;
    const std::uint64_t number = random() % 2 == 0 ? last + forth : last - random() % (last + 1);
    if (number == 0) continue;
    const bool is_old = number + SeenNumbers::window <= last;
    ASSERT_EQ(seen.mark(number), is_old || known.count(number) == 1) << number << " of " << last;
    known.insert(number);
    last = std::max(last, number);
  }
}

TEST(SeenNumbers, BeginsAfterANumber) {
  SeenNumbers seen;
  seen.begin_after(500);
  EXPECT_TRUE(seen.mark(500));
  EXPECT_TRUE(seen.mark(1));
  EXPECT_FALSE(seen.mark(502));
  EXPECT_FALSE(seen.mark(501));
  EXPECT_TRUE(seen.mark(501));
  seen.begin_after(0);  // a new session
  EXPECT_FALSE(seen.mark(1));
}

}  // namespace
}  // namespace hft::risk
