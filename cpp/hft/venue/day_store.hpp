// The day's messages of one stream, kept as the length-prefixed packets they leave in: the
// sequenced messages of an order account, or the blocks of the feed.
//
// What was said once can be said again from any number on, byte for byte, to a client that comes
// back or to one that missed a packet; and a client's unsent output is a place in here, which costs
// nothing. Chunks are mapped ahead by reserve(), outside the matching; a packet lies whole in one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hft/base/memory.hpp"

namespace hft::venue {

class DayStore {
 public:
  static constexpr std::size_t chunk_bytes = std::size_t{2} << 20;  // a huge page
  static constexpr std::size_t max_packet = 4096;

  /// `purpose` stands in the error where memory is refused.
  explicit DayStore(const char* purpose);

  /// Room for the next packet, all of which the caller writes at once: a Be16 with the number of
  /// bytes behind it, and these. At most max_packet.
  std::byte* append(std::size_t bytes);
  /// Maps the next chunk where the last one is half full, so that append() need not.
  void reserve();

  /// Packets so far: the number of the last one, from 1.
  std::uint64_t count() const noexcept { return count_; }
  /// Where the next packet will stand. Places only grow; a chunk's unused end counts.
  std::uint64_t end() const noexcept { return place_of(in_use_ - 1, chunks_[in_use_ - 1].used); }
  /// Where a packet begins; that of number count() + 1 and more is end().
  std::uint64_t place_of_number(std::uint64_t number) const noexcept;
  /// The bytes from `place` to the end of its chunk; empty only at the end of the stream. Moves
  /// `place` over a chunk's unused end.
  std::span<const std::byte> read(std::uint64_t& place) const noexcept;

 private:
  struct Chunk {
    MappedMemory memory;
    std::size_t used = 0;
    std::uint64_t first_number = 0;  // of the packets in it
  };

  static std::uint64_t place_of(std::size_t chunk, std::size_t offset) noexcept {
    return std::uint64_t{chunk} * chunk_bytes + offset;
  }
  void map_chunk();
  void begin_chunk();

  const char* purpose_;
  std::vector<Chunk> chunks_;
  std::size_t in_use_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace hft::venue
