// Which live order leaves next. Most orders die young, some live all day: half of the victims come
// from the orders added last, their ages spread evenly over orders of magnitude; the rest is any.
//
// Candidates are drawn sixteen ahead and prefetched in two steps, because a random live order is in
// no cache; one that has died meanwhile is passed over.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "hft/engine/synth/market.hpp"
#include "hft/engine/synth/random.hpp"

namespace hft::engine::synth {

class Victims {
 public:
  explicit Victims(const Market& market) : market_(market), recent_(recent_size) {}

  void note_added(std::uint32_t slot) noexcept { recent_[added_++ % recent_size] = slot; }

  /// A live order, or no_slot where hardly any is live.
  std::uint32_t pick(Random& random) noexcept {
    if (market_.slots() == 0) return no_slot;
    for (int attempt = 0; attempt < 64; ++attempt) {
      std::uint32_t& place = ahead_[position_ % ahead_.size()];
      const std::uint32_t slot = place;
      place = draw(random);
      market_.prefetch(place);
      ++position_;
      market_.prefetch_neighbours(ahead_[(position_ + ahead_.size() / 2) % ahead_.size()]);
      if (market_.is_live(slot)) return slot;
    }
    return no_slot;
  }

 private:
  static constexpr std::uint32_t recent_size = 1 << 16;  // orders
  static constexpr std::uint32_t young_of_256 = 140;

  std::uint32_t draw(Random& random) noexcept {
    const std::uint64_t r = random.next();
    if ((r & 255) >= young_of_256) {
      return static_cast<std::uint32_t>(((r >> 32) * market_.slots()) >> 32);
    }
    const auto magnitude = static_cast<std::uint32_t>(4 + (r >> 8 & 7) + (r >> 11 & 3));
    const auto age = static_cast<std::uint32_t>(r >> 32) & ((1U << magnitude) - 1);
    return recent_[(added_ - 1 - age) % recent_size];
  }

  const Market& market_;
  std::vector<std::uint32_t> recent_;  // a ring of slots, in the order they were taken
  std::uint32_t added_ = 0;
  std::array<std::uint32_t, 16> ahead_{};
  std::uint32_t position_ = 0;
};

}  // namespace hft::engine::synth
