// The tick clock agrees with the system's, and the pacer is never early and never drifts.
#include "hft/base/clock.hpp"

#include <gtest/gtest.h>

#include "hft/base/pace.hpp"

namespace hft {
namespace {

std::int64_t difference(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::int64_t>(a - b);
}

TEST(Clock, AgreesWithTheSystemClock) {
  for (const bool use_tsc : {true, false}) {
    if (use_tsc && !has_invariant_tsc()) continue;
    const Clock clock = Clock::calibrate(20'000'000, use_tsc);
    EXPECT_EQ(clock.uses_tsc(), use_tsc);
    for (int i = 0; i < 5; ++i) {
      const std::uint64_t before = system_ns(CLOCK_REALTIME);
      const std::uint64_t now = clock.now_ns();
      const std::uint64_t after = system_ns(CLOCK_REALTIME);
      EXPECT_GT(difference(now, before), -50'000) << "50 us: calibrated on a busy machine";
      EXPECT_LT(difference(now, after), 50'000);
    }
  }
}

TEST(Clock, FallsBackToNanoseconds) {
  const Clock clock = Clock::calibrate(0, false);
  EXPECT_EQ(clock.ticks_per_ns(), 1.0);
  EXPECT_EQ(clock.ns_to_ticks(123), 123);
  EXPECT_EQ(clock.ticks_to_ns(123), 123);
}

TEST(Clock, ConvertsThereAndBackWithinATick) {
  const Clock clock = Clock::calibrate();
  for (const std::int64_t ns : {0L, 1L, 1'000L, 1'000'000'000L, 86'400'000'000'000L, -5'000L}) {
    const auto ticks = static_cast<std::uint64_t>(clock.ns_to_ticks(ns));
    // A day is 1e14 ns; 32 bits of fraction keep it within 2e-10, which is 20 us.
    EXPECT_NEAR(static_cast<double>(clock.ticks_to_ns(ticks)), static_cast<double>(ns),
                2.0 + 1e-9 * static_cast<double>(std::abs(ns)));
  }
}

TEST(Pace, IsNeverEarly) {
  const Clock clock = Clock::calibrate();
  const Pacer pacer(clock, 1'000);
  for (std::uint64_t time_ns = 1'000; time_ns < 2'000'000; time_ns += 50'000) {
    EXPECT_GE(pacer.wait_until(time_ns), 0);
    EXPECT_GE(difference(clock.ticks(), pacer.deadline_of(time_ns)), 0);
  }
}

/// However late one event is, the deadline of the next stands where it stood.
TEST(Pace, DeadlinesDoNotDependOnTheEventsBefore) {
  const Clock clock = Clock::calibrate();
  const Pacer late(clock, 0);
  const std::uint64_t deadline = late.deadline_of(5'000'000);
  const timespec pause{0, 2'000'000};
  nanosleep(&pause, nullptr);
  EXPECT_GE(late.wait_until(1'000), 1'900'000) << "it says how late it is";
  EXPECT_EQ(late.deadline_of(5'000'000), deadline);
  EXPECT_NEAR(static_cast<double>(difference(deadline, late.deadline_of(0))),
              5e6 * clock.ticks_per_ns(), 16);
}

TEST(Pace, SpeedDividesTheWait) {
  const Clock clock = Clock::calibrate();
  const Pacer pacer(clock, 100, 10.0);
  const double ticks =
      static_cast<double>(difference(pacer.deadline_of(1'000'100), pacer.deadline_of(100)));
  EXPECT_NEAR(ticks, 1e5 * clock.ticks_per_ns(), 16);
}

TEST(Pace, AStopEndsALongWait) {
  const Clock clock = Clock::calibrate();
  const Pacer pacer(clock, 0);
  int asked = 0;
  const std::int64_t late = pacer.wait_until(3'600'000'000'000, [&asked] { return ++asked == 3; });
  EXPECT_EQ(asked, 3);
  EXPECT_LT(late, -3'000'000'000'000);
}

}  // namespace
}  // namespace hft
