#include "hft/venue/day_store.hpp"

#include <algorithm>

#include "hft/base/endian.hpp"

namespace hft::venue {

DayStore::DayStore(const char* purpose) : purpose_(purpose) {
  begin_chunk();
}

void DayStore::map_chunk() {
  chunks_.push_back({MappedMemory(chunk_bytes, purpose_)});
}

void DayStore::begin_chunk() {
  if (in_use_ == chunks_.size()) map_chunk();
  chunks_[in_use_++].first_number = count_ + 1;
}

std::byte* DayStore::append(std::size_t bytes) {
  if (chunks_[in_use_ - 1].used + bytes > chunk_bytes) begin_chunk();
  Chunk& chunk = chunks_[in_use_ - 1];
  std::byte* const room = chunk.memory.as<std::byte>() + chunk.used;
  chunk.used += bytes;
  ++count_;
  return room;
}

void DayStore::reserve() {
  if (in_use_ < chunks_.size() || chunks_[in_use_ - 1].used < chunk_bytes / 2) return;
  map_chunk();
  chunks_.back().memory.prefault(chunk_bytes);
}

std::uint64_t DayStore::place_of_number(std::uint64_t number) const noexcept {
  if (number > count_) return end();
  const auto begin = chunks_.begin();
  const auto behind = std::upper_bound(
      begin, begin + static_cast<std::ptrdiff_t>(in_use_), number,
      [](std::uint64_t wanted, const Chunk& chunk) { return wanted < chunk.first_number; });
  const Chunk& chunk = *(behind - 1);
  std::size_t offset = 0;
  for (std::uint64_t at = chunk.first_number; at < number; ++at) {
    const std::byte* const packet = chunk.memory.as<std::byte>() + offset;
    offset += sizeof(Be16) + *reinterpret_cast<const Be16*>(packet);
  }
  return place_of(static_cast<std::size_t>(behind - 1 - begin), offset);
}

std::span<const std::byte> DayStore::read(std::uint64_t& place) const noexcept {
  auto index = static_cast<std::size_t>(place / chunk_bytes);
  auto offset = static_cast<std::size_t>(place % chunk_bytes);
  // The place behind a chunk that is full to its last byte is the beginning of the next one.
  if (index == in_use_) return {};
  if (offset == chunks_[index].used && index + 1 < in_use_) {
    place = place_of(++index, 0);
    offset = 0;
  }
  const Chunk& chunk = chunks_[index];
  return {chunk.memory.as<std::byte>() + offset, chunk.used - offset};
}

}  // namespace hft::venue
