// Which numbers of a sequence were seen: the newest thousand one by one, so that what comes late is
// told from what comes twice.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace hft::risk {

class SeenNumbers {
 public:
  static constexpr std::uint64_t window = 1024;

  /// All numbers up to `last` were seen, none above it.
  void begin_after(std::uint64_t last) noexcept {
    last_ = last;
    words_.fill(~std::uint64_t{0});
  }

  /// True when `number` was seen, or lies too far back to know. From here on it was.
  bool mark(std::uint64_t number) noexcept {
    if (number > last_) {
      skip_to(number);
    } else if (number + window <= last_ || is_marked(number)) {
      return true;
    }
    word(number) |= bit(number);
    return false;
  }

 private:
  static std::uint64_t bit(std::uint64_t number) noexcept {
    return std::uint64_t{1} << (number % 64);
  }
  std::uint64_t& word(std::uint64_t number) noexcept { return words_[number % window / 64]; }
  bool is_marked(std::uint64_t number) noexcept { return (word(number) & bit(number)) != 0; }

  void skip_to(std::uint64_t number) noexcept {
    const std::uint64_t first = std::max(last_ + 1, number < window ? 0 : number - window + 1);
    for (std::uint64_t n = first; n <= number; ++n) word(n) &= ~bit(n);
    last_ = number;
  }

  std::uint64_t last_ = 0;
  std::array<std::uint64_t, window / 64> words_{};
};

}  // namespace hft::risk
