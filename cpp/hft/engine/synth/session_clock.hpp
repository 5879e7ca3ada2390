// When the next message of the trading day comes: quiet stretches and bursts, paced so that the
// messages fill the day.
#pragma once

#include <algorithm>
#include <cstdint>

#include "hft/engine/synth/random.hpp"

namespace hft::engine::synth {

class SessionClock {
 public:
  SessionClock(std::uint64_t open_ns, std::uint64_t close_ns, std::uint64_t messages) noexcept
      : now_(open_ns), close_(close_ns), messages_left_(messages) {
    set_pace();
  }

  std::uint64_t advance(Random& random) noexcept {
    if (--messages_left_ % pace_every == 0 && messages_left_ != 0) set_pace();
    now_ = std::min(now_ + gap(random), close_ - 1);
    return now_;
  }

 private:
  // Half of the messages come in bursts, which take next to no time: the other half is spread over
  // all of it.
  static constexpr std::uint32_t burst_one_in = 64;  // quiet messages
  static constexpr std::uint64_t burst_length = 64;  // messages, in the mean
  static constexpr std::uint64_t pace_every = 64;    // messages

  void set_pace() noexcept { pace_ = 2 * ((close_ - now_) / messages_left_); }

  std::uint64_t gap(Random& random) noexcept {
    if (burst_left_ > 0) {
      --burst_left_;
      return std::min<std::uint64_t>(20 + random.below(180), pace_ / 2);
    }
    if (random.below(burst_one_in) == 0) burst_left_ = 8 + random.exponential(burst_length - 8);
    return random.exponential(pace_);
  }

  std::uint64_t now_;  // ns since midnight, New York
  std::uint64_t close_;
  std::uint64_t messages_left_;
  std::uint64_t pace_ = 0;  // mean gap of quiet messages, ns
  std::uint64_t burst_left_ = 0;
};

}  // namespace hft::engine::synth
