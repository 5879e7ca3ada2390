// Floors of memory: lines of a huge-paged area in random order, loaded all at once or one by one;
// and the thread's own processor time, in which ours and the floor are measured.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "hft/base/clock.hpp"
#include "hft/base/memory.hpp"

namespace bench {

inline double thread_ns() {
  return static_cast<double>(hft::system_ns(CLOCK_THREAD_CPUTIME_ID));
}

/// What one of `operations` costs, in ns.
template <class Work>
double ns_per(double operations, Work&& work) {
  const double start = thread_ns();
  work();
  return (thread_ns() - start) / operations;
}

/// Lines of a huge-paged area in random order, each the place of the next.
class RandomLines {
 public:
  explicit RandomLines(std::size_t bytes) : memory_(bytes, "random lines"), lines_(bytes / 64) {
    std::vector<std::uint32_t> order(lines_);
    for (std::uint32_t i = 0; i < lines_; ++i) order[i] = i;
    for (std::uint64_t i = lines_ - 1; i > 0; --i) std::swap(order[i], order[next() % i]);
    for (std::uint32_t i = 0; i < lines_; ++i) line(order[i]) = order[(i + 1) % lines_];
  }
  std::uint64_t independent(std::size_t loads) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < loads; ++i) sum += line(next() % lines_);
    return sum;
  }
  std::uint64_t dependent(std::size_t loads) {
    for (std::size_t i = 0; i < loads; ++i) at_ = line(at_);
    return at_;
  }

 private:
  std::uint64_t& line(std::uint64_t i) { return memory_.as<std::uint64_t>()[i * 8]; }
  std::uint64_t next() {  // xorshift64
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    return state_ ^= state_ << 17;
  }
  hft::MappedMemory memory_;
  std::uint64_t lines_;
  std::uint64_t state_ = 88172645463325252;
  std::uint64_t at_ = 0;
};

}  // namespace bench
