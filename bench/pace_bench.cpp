// How late does paced replay hand out an event, and is it still on time at the end?
//
// 0.7 s of gaps as captures have them: bursts within a microsecond, quiet stretches of hundreds.
// Lateness is read off the tick clock; the drift is the middle lateness of the last hundredth of
// the events less that of the first, and once more against the system's monotonic clock. Beside it
// the way that drifts: waiting for each gap from wherever the event before ended.
#include <random>

#include "bench.hpp"
#include "hft/base/pace.hpp"

namespace {

std::vector<std::uint64_t> capture_like_times(double seconds) {
  std::mt19937_64 random(1);  // the same events in every run
  std::vector<std::uint64_t> times{0};
  const auto end = static_cast<std::uint64_t>(seconds * 1e9);
  while (times.back() < end) {
    const std::uint64_t kind = random() % 100;
    const std::uint64_t widest = kind < 70 ? 2'000 : kind < 98 ? 20'000 : 400'000;  // ns
    times.push_back(times.back() + 100 + random() % widest);
  }
  return times;
}

struct Pass {
  double p50, p99, drift, system_drift;  // ns
};

double middle(const std::vector<double>& values, std::size_t begin, std::size_t end) {
  const auto at = [&values](std::size_t i) { return values.begin() + static_cast<long>(i); };
  return bench::quantile({at(begin), at(end)}, 0.5);
}

/// `wait(time)` returns the lateness in ns at the event of that time.
template <class Wait>
Pass replay(const std::vector<std::uint64_t>& times, Wait wait) {
  std::vector<double> late;
  late.reserve(times.size());
  const std::uint64_t system_start = hft::system_ns(CLOCK_MONOTONIC);
  for (const std::uint64_t time_ns : times) late.push_back(static_cast<double>(wait(time_ns)));
  const std::uint64_t system_end = hft::system_ns(CLOCK_MONOTONIC);
  const std::size_t part = times.size() / 100;
  const double drift = middle(late, times.size() - part, times.size()) - middle(late, 0, part);
  const double elapsed = static_cast<double>(system_end - system_start);
  return {bench::quantile(late, 0.5), bench::quantile(late, 0.99), drift,
          elapsed - static_cast<double>(times.back())};
}

Pass absolute(const hft::Clock& clock, const std::vector<std::uint64_t>& times) {
  const hft::Pacer pacer(clock, 0);
  return replay(times, [&](std::uint64_t time_ns) { return pacer.wait_until(time_ns); });
}

/// What Pacer is not: each wait begins where the last one ended.
Pass relative(const hft::Clock& clock, const std::vector<std::uint64_t>& times) {
  const std::uint64_t start = clock.ticks();
  std::uint64_t before = 0;
  return replay(times, [&](std::uint64_t time_ns) {
    const hft::Pacer gap(clock, before);
    gap.wait_until(time_ns);
    before = time_ns;
    return clock.ticks_to_ns(clock.ticks() - start) - static_cast<std::int64_t>(time_ns);
  });
}

double ns_of_one_reading(const hft::Clock& clock) {
  constexpr int readings = 10'000;
  std::uint64_t sum = 0;
  const std::uint64_t start = clock.ticks();
  for (int i = 0; i < readings; ++i) sum += clock.ticks();
  const auto ns = static_cast<double>(clock.ticks_to_ns(clock.ticks() - start));
  return sum == 0 ? 0 : ns / readings;
}

struct Figures {
  bench::Figure p50, p99, drift, system_drift;

  void add(const Pass& pass) {
    p50.rounds.push_back(pass.p50);
    p99.rounds.push_back(pass.p99);
    drift.rounds.push_back(pass.drift);
    system_drift.rounds.push_back(pass.system_drift);
  }
  void report() const {
    for (const bench::Figure* figure : {&p50, &p99, &drift, &system_drift}) bench::report(*figure);
  }
};

}  // namespace

int main(int argc, char** argv) {
  const bool full = bench::full_run(argc, argv);
  bench::report_host(full);
  bench::pin(1);
  const hft::Clock clock = hft::Clock::calibrate(full ? 200'000'000 : 20'000'000);
  const std::vector<std::uint64_t> times = capture_like_times(full ? 0.7 : 0.02);
  bench::Figure reading{"pace.floor.clock_reading", "ns", {}, 0};
  Figures ours{{"pace.absolute.lateness_p50", "ns", {}, 0},
               {"pace.absolute.lateness_p99", "ns", {}, 0},
               {"pace.absolute.drift", "ns", {}, 0},
               {"pace.absolute.drift_to_system_clock", "ns", {}, 0}};
  Figures other{{"pace.relative.lateness_p50", "ns", {}, 0},
                {"pace.relative.lateness_p99", "ns", {}, 0},
                {"pace.relative.drift", "ns", {}, 0},
                {"pace.relative.drift_to_system_clock", "ns", {}, 0}};
  for (int round = 0; round < (full ? 7 : 3); ++round) {
    reading.rounds.push_back(ns_of_one_reading(clock));
    ours.add(absolute(clock, times));
    other.add(relative(clock, times));
  }
  bench::report(reading);
  ours.report();
  other.report();
  return 0;
}
