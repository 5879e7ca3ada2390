// Memory for the hot path: mapped once at start, on huge pages where the kernel has them.
//
// Address space is reserved for the configured worst case and becomes memory only where it is
// touched, so that a small session stays small. First touch is slow on virtual machines: what a
// latency-critical engine will use is prefaulted.
#pragma once

#include <cstddef>
#include <utility>

namespace hft {

class MappedMemory {
 public:
  MappedMemory() = default;

  /// Reserves `bytes` of zeroed memory. Throws Error naming `purpose` when the kernel refuses.
  MappedMemory(std::size_t bytes, const char* purpose);
  ~MappedMemory();
  MappedMemory(MappedMemory&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  MappedMemory& operator=(MappedMemory&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }

  template <class T>
  T* as() const noexcept {
    return static_cast<T*>(data_);
  }
  std::size_t size() const noexcept { return size_; }

  /// Touches every page of the first `bytes`, so that the hot path takes no page fault there.
  void prefault(std::size_t bytes) noexcept;

  /// Gives the memory back to the kernel; it reads as zeros again.
  void zero() noexcept;

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace hft
