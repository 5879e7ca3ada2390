// Replays by the capture's own clock: each event has an absolute deadline in ticks.
//
// Nothing adds up: a late event does not delay the next one, so the replay ends when the capture
// did, however long it is. Gaps are waited out spinning; only the far part of a long gap sleeps.
#pragma once

#include <cstdint>

#include "hft/base/clock.hpp"

namespace hft {

class Pacer {
 public:
  /// The event of `first_time_ns` is due now; one `d` ns later is due in d / `speed` ns.
  Pacer(const Clock& clock, std::uint64_t first_time_ns, double speed = 1.0) noexcept
      : clock_(clock), first_time_ns_(first_time_ns), speed_(speed), start_(clock.ticks()) {}

  /// Returns at the deadline of `time_ns`, or when `stop()` is true (asked while waiting). The
  /// answer: how late it is then, in ns; negative only when stopped before the deadline.
  template <class Stop>
  std::int64_t wait_until(std::uint64_t time_ns, Stop stop) const noexcept {
    const std::uint64_t deadline = deadline_of(time_ns);
    for (;;) {
      const auto left = static_cast<std::int64_t>(deadline - clock_.ticks());
      if (left <= 0) return clock_.ticks_to_ns(static_cast<std::uint64_t>(-left));
      if (stop()) return -clock_.ticks_to_ns(static_cast<std::uint64_t>(left));
      if (left > spin_ticks_) sleep_briefly();
    }
  }
  std::int64_t wait_until(std::uint64_t time_ns) const noexcept {
    return wait_until(time_ns, [] { return false; });
  }

  /// In ticks of the clock. Computed from the start, not from the event before.
  std::uint64_t deadline_of(std::uint64_t time_ns) const noexcept {
    const auto after = static_cast<std::int64_t>(time_ns - first_time_ns_);
    if (speed_ == 1.0) return start_ + static_cast<std::uint64_t>(clock_.ns_to_ticks(after));
    const auto scaled = static_cast<std::int64_t>(static_cast<double>(after) / speed_);
    return start_ + static_cast<std::uint64_t>(clock_.ns_to_ticks(scaled));
  }

 private:
  static constexpr std::int64_t spin_ns = 20'000'000;  // a sleep of 1 ms may last ten times that
  static void sleep_briefly() noexcept {
    const timespec millisecond{0, 1'000'000};
    nanosleep(&millisecond, nullptr);
  }

  Clock clock_;
  std::uint64_t first_time_ns_;
  double speed_;
  std::uint64_t start_;
  std::int64_t spin_ticks_ = clock_.ns_to_ticks(spin_ns);
};

}  // namespace hft
