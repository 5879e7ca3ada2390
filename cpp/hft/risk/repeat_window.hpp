// How often a strategy has acted: after so many orders or executions a person must look at it.
//
// A fixed window that begins with the first action after the one before has ended.
#pragma once

#include <cstdint>

namespace hft::risk {

struct RepeatWindow {
  std::uint64_t start_ns = 0;
  std::uint32_t orders = 0;
  std::uint32_t executions = 0;

  void roll(std::uint64_t now_ns, std::uint64_t window_ns) noexcept {
    if (now_ns - start_ns >= window_ns) *this = {now_ns, 0, 0};
  }
};

}  // namespace hft::risk
