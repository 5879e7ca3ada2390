// A byte source with a buffer of its own: the unread tail is carried to the front when more is put
// behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "hft/net/byte_source.hpp"

namespace hft::net {

class BufferedBytes : public ByteSource {
 protected:
  BufferedBytes(std::string path, std::uint64_t file_size);

  static constexpr std::size_t least_room = std::size_t{64} << 10;  // bytes

  /// Room behind the unread bytes, at least least_room. Throws hft::Error where a reader asks for
  /// more than the buffer holds.
  std::span<std::byte> make_room();

  /// Puts the first `count` bytes of that room into the window.
  void add(std::size_t count) noexcept { end_ += count; }

  /// Of the end of the window in the uncompressed data, bytes.
  std::uint64_t end_offset() const noexcept { return offset() + window().size(); }

 private:
  static constexpr std::size_t buffer_size = 2 * window_limit;

  std::unique_ptr<std::byte[]> buffer_;
};

}  // namespace hft::net
