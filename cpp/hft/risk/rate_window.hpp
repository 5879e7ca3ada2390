// How many in a second? Counted in nine buckets of an eighth of a second, so that no second,
// wherever it begins, holds more than the count says. A list of all times would be exact, and
// would cost a line of memory for each eight orders.
#pragma once

#include <array>
#include <cstdint>

namespace hft::risk {

class RateWindow {
 public:
  static constexpr std::uint64_t bucket_ns = 125'000'000;

  static constexpr std::uint64_t bucket_of(std::uint64_t time_ns) noexcept {
    return time_ns / bucket_ns;
  }

  /// What was added in the second that ends in `bucket`, which never goes back.
  std::uint32_t count(std::uint64_t bucket) noexcept {
    if (bucket != newest_) [[unlikely]]
      advance(bucket);
    return total_;
  }

  bool has_room(std::uint64_t bucket, std::int64_t limit) noexcept {
    return std::int64_t{count(bucket)} + 1 <= limit;
  }

  void add(std::uint64_t bucket) noexcept {
    if (bucket != newest_) [[unlikely]]
      advance(bucket);
    add_again();
  }

  /// To the bucket that was asked for last.
  void add_again() noexcept {
    ++counts_[place_];
    ++total_;
  }

 private:
  static constexpr std::uint32_t places = 9;

  [[gnu::noinline]] void advance(std::uint64_t bucket) noexcept {  // eight times a second
    if (bucket - newest_ >= places) {
      counts_ = {};
      total_ = 0;
      place_ = 0;
      newest_ = bucket;
      return;
    }
    for (; newest_ < bucket; ++newest_) {
      place_ = place_ + 1 == places ? 0 : place_ + 1;
      total_ -= counts_[place_];
      counts_[place_] = 0;
    }
  }

  std::uint64_t newest_ = 0;
  std::array<std::uint32_t, places> counts_{};
  std::uint32_t place_ = 0;
  std::uint32_t total_ = 0;
};

}  // namespace hft::risk
