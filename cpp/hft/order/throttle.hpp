// Throttle: at most so many messages a second to a venue, with a burst allowed; a token bucket.
//
// Integers on the time that records say, so that a replay is throttled at the same messages. One
// message costs 1e9 units and a nanosecond earns `rate` of them: nothing is ever rounded.
#pragma once

#include <algorithm>
#include <cstdint>

#include "hft/base/error.hpp"

namespace hft::order {

class Throttle {
 public:
  /// Throws hft::Error when the rate or the burst is 0.
  Throttle(std::uint32_t messages_per_second, std::uint32_t burst)
      : rate_(messages_per_second), full_(std::uint64_t{burst} * message), credit_(full_) {
    if (rate_ > 0 && burst > 0) return;
    throw Error("order session: throttle", "messages_per_second or burst is 0",
                "give the venue's limits of the port");
  }

  /// True when a message may leave now, with `kept` more in hand for those that matter more.
  bool take(std::uint64_t now_ns, std::uint32_t kept = 0) noexcept {
    earn(now_ns);
    if (credit_ < (std::uint64_t{kept} + 1) * message) return false;
    credit_ -= message;
    return true;
  }

 private:
  static constexpr std::uint64_t message = 1'000'000'000;

  void earn(std::uint64_t now_ns) noexcept {
    if (now_ns <= last_ns_) return;  // time that stands or steps back earns nothing
    const std::uint64_t elapsed = now_ns - last_ns_;
    last_ns_ = now_ns;
    const std::uint64_t wanting = full_ - credit_;
    credit_ = elapsed > wanting / rate_ ? full_ : credit_ + elapsed * rate_;
  }

  std::uint64_t rate_;
  std::uint64_t full_;
  std::uint64_t credit_;
  std::uint64_t last_ns_ = 0;
};

}  // namespace hft::order
