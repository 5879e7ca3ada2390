// Limits as they lie in shared memory: a block for each firm, account, strategy and instrument,
// values at the place that is their number, closed by a checksum.
//
// A store gone astray in our own process is the one thing that would change a limit unseen; hence
// the checksum, which is compared for every order (instruments) or at every time (actors).
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "hft/risk/limit.hpp"

namespace hft::risk {

/// Sum and exclusive-or of all words: any one changed word changes it, in a few vector additions.
constexpr std::uint64_t checksum_of(std::span<const std::int64_t> values) noexcept {
  std::uint64_t sum = 0x6c696d697473;  // so that a block of zeros is not in order
  std::uint64_t mix = 0;
  for (const std::int64_t value : values) {
    sum += static_cast<std::uint64_t>(value);
    mix ^= static_cast<std::uint64_t>(value);
  }
  return sum ^ std::rotl(mix, 32);
}

template <std::size_t places>
struct alignas(64) LimitBlock {
  std::uint64_t stamp;                      // odd while being written (stamped_write.hpp)
  std::array<std::int64_t, places> values;  // limit n at n - 1; 0 where the scope lacks it
  std::uint64_t checksum;                   // of values

  std::int64_t operator[](Limit limit) const noexcept {
    return values[static_cast<std::size_t>(limit) - 1];
  }
  std::int64_t& operator[](Limit limit) noexcept {
    return values[static_cast<std::size_t>(limit) - 1];
  }
  bool is_intact() const noexcept { return checksum == checksum_of(values); }

  /// Whether no limit is missing.
  bool is_complete() const noexcept {
    for (const std::int64_t value : values) {
      if (value == limit_missing) return false;
    }
    return true;
  }

  /// Every limit of the scope missing.
  void clear(record::Scope scope) noexcept {
    values.fill(0);
    for (const LimitInfo& info : limit_table) {
      if ((info.scopes & bit_of(scope)) != 0) (*this)[info.limit] = limit_missing;
    }
    checksum = checksum_of(values);
  }
};

using InstrumentLimits = LimitBlock<22>;
using ActorLimits = LimitBlock<limit_places - 2>;
static_assert(sizeof(InstrumentLimits) == 192 && sizeof(ActorLimits) == 384);

}  // namespace hft::risk
