// OutputBuffer: bytes on their way to a socket, in memory taken once.
//
// Whole packets go in or none of them; the socket takes out as many bytes as it has room for. What
// is left moves to the front only when a packet would not fit behind it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

namespace hft::order {

class OutputBuffer {
 public:
  explicit OutputBuffer(std::size_t bytes) : bytes_(bytes) {}

  std::span<const std::byte> pending() const noexcept {
    return {bytes_.data() + begin_, end_ - begin_};
  }
  std::size_t room() const noexcept { return bytes_.size() - (end_ - begin_); }

  /// False, and nothing changed, when there is no room for all of it.
  bool append(std::span<const std::byte> packet) noexcept {
    if (packet.size() > room()) return false;
    if (packet.size() > bytes_.size() - end_) move_to_front();
    std::copy(packet.begin(), packet.end(), bytes_.data() + end_);
    end_ += packet.size();
    return true;
  }

  /// The socket took the first `count` pending bytes.
  void taken(std::size_t count) noexcept {
    begin_ += count < end_ - begin_ ? count : end_ - begin_;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  void clear() noexcept { begin_ = end_ = 0; }

 private:
  void move_to_front() noexcept {
    std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }

  std::vector<std::byte> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace hft::order
