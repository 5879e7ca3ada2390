// SequenceWindow: which numbers of a session were seen, exactly, within the last `window` of them.
//
// A transport that counts cannot repeat or swap; a second session, a journal or a fault can. A
// report that was not seen is never taken for a duplicate because a later one came first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hft::order {

enum class Turn : std::uint8_t {
  next,   // the number after the highest
  ahead,  // numbers before it are missing
  late,   // one of the missing
  seen,   // again, or too old to tell
};

class SequenceWindow {
 public:
  static constexpr std::uint64_t window = 1U << 16;  // numbers; 8 KiB of bits

  SequenceWindow() : words_(window / 64) {}

  /// Marks `number`, from 1, as seen.
  Turn mark(std::uint64_t number) noexcept {
    if (number > highest_) return advance(number);
    if (number == 0 || highest_ - number >= window || is_marked(number)) return Turn::seen;
    set(number);
    --missing_;
    return Turn::late;
  }

  std::uint64_t highest() const noexcept { return highest_; }
  /// Numbers below the highest that were not seen and may still come.
  std::uint64_t missing() const noexcept { return missing_; }

 private:
  Turn advance(std::uint64_t number) noexcept {
    const Turn turn = number == highest_ + 1 ? Turn::next : Turn::ahead;
    // Each number that enters the window drives out the one `window` before it.
    const std::uint64_t first = number - highest_ > window ? number - window : highest_;
    if (number - highest_ > window) missing_ = 0;
    for (std::uint64_t n = first + 1; n <= number; ++n) {
      if (number - highest_ <= window && n > window && !is_marked(n)) --missing_;
      clear(n);
    }
    missing_ += number - first - 1;
    highest_ = number;
    set(number);
    return turn;
  }

  bool is_marked(std::uint64_t n) const noexcept {
    return (words_[n % window / 64] >> (n % 64) & 1U) != 0;
  }
  void set(std::uint64_t n) noexcept { words_[n % window / 64] |= std::uint64_t{1} << (n % 64); }
  void clear(std::uint64_t n) noexcept {
    words_[n % window / 64] &= ~(std::uint64_t{1} << (n % 64));
  }

  std::vector<std::uint64_t> words_;
  std::uint64_t highest_ = 0;
  std::uint64_t missing_ = 0;
};

}  // namespace hft::order
