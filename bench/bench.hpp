// What all benchmarks share: small by default, host facts first, floor and ours interleaved in the
// same run, a median with its spread for every figure, one JSON object a line.
#pragma once

#include <pthread.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace bench {

/// True with `--full`: the size that counts. Without, a size that ctest runs in a second.
inline bool full_run(int argc, char** argv) {
  return argc > 1 && std::strcmp(argv[1], "--full") == 0;
}

/// FNV-1a over every byte of a result: the compiler removes work that no checksum sees.
inline std::uint64_t checksum(std::span<const std::byte> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::byte byte : bytes) {
    hash = (hash ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3;
  }
  return hash;
}

/// The value at `quantile` (0 to 1) of unsorted samples.
inline double quantile(std::vector<double> samples, double quantile) {
  if (samples.empty()) return 0;
  std::sort(samples.begin(), samples.end());
  const auto last = static_cast<double>(samples.size() - 1);
  return samples[static_cast<std::size_t>(std::lround(quantile * last))];
}

/// Keeps the calling thread on one processor, so that no measured line moves with it.
inline void pin(unsigned cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu % std::max(1u, std::thread::hardware_concurrency()), &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

inline std::string first_match(const char* file, const std::string& key) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(key, 0) != 0) continue;
    const std::size_t value = line.find_first_not_of(" \t:", key.size());
    return value == std::string::npos ? "" : line.substr(value);
  }
  return "unknown";
}

/// The first line of every benchmark: what it ran on.
inline void report_host(bool full) {
  utsname system{};
  uname(&system);
  double load[1] = {0};
  getloadavg(load, 1);
  const char* governor_file = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";
  std::printf(
      "{\"host\": {\"cpu\": \"%s\", \"cpus\": %u, \"kernel\": \"%s\", \"governor\": \"%s\", "
      "\"isolated\": \"%s\", \"load\": %.2f, \"compiler\": \"%s\", \"full\": %s}}\n",
      first_match("/proc/cpuinfo", "model name").c_str(), std::thread::hardware_concurrency(),
      system.release, first_match(governor_file, "").c_str(),
      first_match("/sys/devices/system/cpu/isolated", "").c_str(), load[0], __VERSION__,
      full ? "true" : "false");
}

/// One figure: a value from each round, and the same rounds' value of the floor it is held against.
struct Figure {
  const char* name;
  const char* unit;
  std::vector<double> rounds;
  std::uint64_t checksum = 0;
};

/// Every round, for compare.py: a median alone cannot tell a difference from noise.
inline void print_values(const char* key, const std::vector<double>& values) {
  std::printf("\"%s\": [", key);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::printf("%s%.4f", i == 0 ? "" : ", ", values[i]);
  }
  std::printf("], ");
}

/// Prints the median of the rounds with its spread and, where there is a floor, the median and
/// spread of the round-by-round ratios (rounds are interleaved, so noise hits both).
inline void report(const Figure& figure, const Figure* floor = nullptr) {
  std::printf("{\"bench\": \"%s\", \"unit\": \"%s\", \"rounds\": %zu, \"median\": %.3f, ",
              figure.name, figure.unit, figure.rounds.size(), quantile(figure.rounds, 0.5));
  std::printf("\"min\": %.3f, \"max\": %.3f, ", quantile(figure.rounds, 0),
              quantile(figure.rounds, 1));
  print_values("values", figure.rounds);
  if (floor != nullptr) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < figure.rounds.size(); ++i) {
      ratios.push_back(figure.rounds[i] / floor->rounds[i]);
    }
    std::printf("\"floor\": \"%s\", \"ratio\": %.3f, \"ratio_min\": %.3f, \"ratio_max\": %.3f, ",
                floor->name, quantile(ratios, 0.5), quantile(ratios, 0), quantile(ratios, 1));
    print_values("ratios", ratios);
  }
  std::printf("\"checksum\": %llu}\n", static_cast<unsigned long long>(figure.checksum));
  std::fflush(stdout);
}

}  // namespace bench
