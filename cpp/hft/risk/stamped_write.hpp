// A change of a block that other processes read: its stamp is odd while it lasts.
//
// One writer and any number of readers, none of whom waits: a reader copies the block, and takes
// the copy when the stamp was even and the same before and after.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <optional>

namespace hft::risk {

class StampedWrite {
 public:
  explicit StampedWrite(std::uint64_t& stamp) noexcept
      : stamp_(stamp), before_(stamp_.load(std::memory_order_relaxed)) {
    stamp_.store(before_ + 1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
  }
  ~StampedWrite() { stamp_.store(before_ + 2, std::memory_order_release); }
  StampedWrite(const StampedWrite&) = delete;
  StampedWrite& operator=(const StampedWrite&) = delete;

 private:
  std::atomic_ref<std::uint64_t> stamp_;
  std::uint64_t before_;
};

/// A whole copy of a block that has a `stamp`; none when the writer was at it `attempts` times.
template <class Block>
std::optional<Block> read_stamped(const Block& block, int attempts = 1000) noexcept {
  // The map may be read-only: loads of an atomic_ref this wide write nothing.
  auto& word = const_cast<std::uint64_t&>(block.stamp);
  const std::atomic_ref<std::uint64_t> stamp(word);
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const std::uint64_t before = stamp.load(std::memory_order_acquire);
    if (before % 2 != 0) continue;
    Block copy;
    std::memcpy(static_cast<void*>(&copy), &block, sizeof copy);
    std::atomic_thread_fence(std::memory_order_acquire);
    if (stamp.load(std::memory_order_relaxed) == before) return copy;
  }
  return std::nullopt;
}

}  // namespace hft::risk
