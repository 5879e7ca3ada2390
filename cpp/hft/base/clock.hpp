// The processor's time stamp counter as a clock: about 10 ns a reading, no system call.
//
// Ticks become ns since the Unix epoch by a rate and an offset measured against the system clock.
// Where the counter is not invariant (does not run at one rate through every power state) the ticks
// are the system's monotonic ns instead, and everything else stays as it is.
#pragma once

#include <cstdint>
#include <ctime>

#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

namespace hft {

inline std::uint64_t system_ns(clockid_t id) noexcept {
  timespec now{};
  clock_gettime(id, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u +
         static_cast<std::uint64_t>(now.tv_nsec);
}

/// CPUID 8000'0007h, EDX bit 8: "TSC invariant" (AMD APM volume 3, E.4.6; Intel SDM 17.17.1).
inline bool has_invariant_tsc() noexcept {
#if defined(__x86_64__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(0x80000007, &a, &b, &c, &d) != 0 && (d >> 8 & 1) != 0;
#else
  return false;
#endif
}

/// Ticks and their calibration. Copy it freely; every thread may have its own.
class Clock {
 public:
  /// Measures the rate for `span_ns` (a longer time is more exact: 20 ms give about 2 ppm).
  static Clock calibrate(std::uint64_t span_ns = 20'000'000, bool use_tsc = has_invariant_tsc());

  std::uint64_t ticks() const noexcept {
#if defined(__x86_64__)
    if (use_tsc_) return __rdtsc();
#endif
    return system_ns(CLOCK_MONOTONIC);
  }

  bool uses_tsc() const noexcept {
    return use_tsc_;
  }
  double ticks_per_ns() const noexcept {
    return ticks_per_ns_;
  }

  /// ns since the Unix epoch, by the system clock at calibration; never stepped afterwards.
  std::uint64_t now_ns() const noexcept {
    return to_ns(ticks());
  }
  std::uint64_t to_ns(std::uint64_t ticks_then) const noexcept {
    return epoch_ns_ + static_cast<std::uint64_t>(ticks_to_ns(ticks_then - epoch_ticks_));
  }

  /// Lengths of time. Signed, so that differences may be negative.
  std::int64_t ticks_to_ns(std::uint64_t ticks_difference) const noexcept {
    return scale(static_cast<std::int64_t>(ticks_difference), ns_per_tick_q32_);
  }
  std::int64_t ns_to_ticks(std::int64_t ns) const noexcept {
    return scale(ns, ticks_per_ns_q32_);
  }

 private:
  __extension__ using Wide = __int128;

  Clock(bool use_tsc, double ticks_per_ns, std::uint64_t epoch_ticks,
        std::uint64_t epoch_ns) noexcept
      : use_tsc_(use_tsc),
        ticks_per_ns_(ticks_per_ns),
        ticks_per_ns_q32_(static_cast<std::int64_t>(ticks_per_ns * 0x1p32)),
        ns_per_tick_q32_(static_cast<std::int64_t>(0x1p32 / ticks_per_ns)),
        epoch_ticks_(epoch_ticks),
        epoch_ns_(epoch_ns) {}

  static std::int64_t scale(std::int64_t value, std::int64_t factor_q32) noexcept {
    return static_cast<std::int64_t>((Wide{value} * factor_q32) >> 32);
  }

  bool use_tsc_;
  double ticks_per_ns_;
  std::int64_t ticks_per_ns_q32_;  // 32 bits of fraction: 2e-10 of a rate near 1
  std::int64_t ns_per_tick_q32_;
  std::uint64_t epoch_ticks_;
  std::uint64_t epoch_ns_;
};

namespace detail {

struct ClockPair {
  std::uint64_t ticks;
  std::uint64_t ns;
};

/// Ticks and `id` read at one instant: the narrowest of many attempts, taken in its middle.
template <class Ticks>
ClockPair read_together(Ticks ticks, clockid_t id) {
  ClockPair best{};
  std::uint64_t narrowest = ~0ull;
  for (int attempt = 0; attempt < 64; ++attempt) {
    const std::uint64_t before = ticks();
    const std::uint64_t ns = system_ns(id);
    const std::uint64_t width = ticks() - before;
    if (width >= narrowest) continue;
    narrowest = width;
    best = {before + width / 2, ns};
  }
  return best;
}

}  // namespace detail

inline Clock Clock::calibrate(std::uint64_t span_ns, bool use_tsc) {
  Clock clock(use_tsc, 1.0, 0, 0);
  const auto ticks = [&clock] { return clock.ticks(); };
  if (use_tsc) {
    const detail::ClockPair first = detail::read_together(ticks, CLOCK_MONOTONIC);
    while (system_ns(CLOCK_MONOTONIC) - first.ns < span_ns) {
    }
    const detail::ClockPair last = detail::read_together(ticks, CLOCK_MONOTONIC);
    const double rate =
        static_cast<double>(last.ticks - first.ticks) / static_cast<double>(last.ns - first.ns);
    clock = Clock(use_tsc, rate, 0, 0);
  }
  const detail::ClockPair epoch = detail::read_together(ticks, CLOCK_REALTIME);
  return Clock(use_tsc, clock.ticks_per_ns_, epoch.ticks, epoch.ns);
}

}  // namespace hft
