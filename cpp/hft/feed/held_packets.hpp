// Packets that came too early, in order of sequence number, in storage taken once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hft/feed/feed_packet.hpp"

namespace hft::feed {

/// A packet that waits: messages [first, end) in `payload`; none where a heartbeat told of a gap.
struct HeldPacket {
  std::uint64_t first;
  std::uint64_t end;
  std::size_t file;
  std::uint64_t receive_time_ns;
  std::uint64_t number;
  std::uint64_t offset;
  std::uint32_t slot;
  std::uint32_t payload_size;
  std::uint8_t line;
  bool ends_session;
};

class HeldPackets {
 public:
  enum class Outcome : std::uint8_t { held, already_held, no_room };

  /// Room for `capacity` packets of at most `max_payload` bytes; nothing is allocated later.
  HeldPackets(std::size_t capacity, std::size_t max_payload);

  bool empty() const noexcept { return count_ == 0; }

  /// The packet with the lowest sequence number, and its bytes until the next hold().
  const HeldPacket& front() const noexcept { return order_[head_]; }
  std::span<const std::byte> payload(const HeldPacket& packet) const noexcept {
    return {&bytes_[packet.slot * max_payload_], packet.payload_size};
  }

  /// Keeps a copy of the packet, unless the one in front of it holds all of it.
  Outcome hold(const FeedPacket& packet, std::size_t file, std::uint64_t first, std::uint64_t end,
               bool ends_session) noexcept;

  void pop_front() noexcept;

  /// Where a message lay whose packet left, not long ago: as many packets as can be held.
  std::optional<Place> place_of_popped(std::uint64_t sequence_number) const noexcept;

 private:
  std::size_t index_of(std::uint64_t first) const noexcept;
  bool covered(std::size_t index, std::uint64_t end, bool ends_session) const noexcept;

  std::size_t max_payload_;
  std::vector<std::byte> bytes_;
  std::vector<HeldPacket> order_;  // ascending from head_ on; twice the capacity is reserved
  std::size_t head_ = 0;
  std::size_t count_ = 0;  // of packets held: asked for with every packet that arrives
  std::vector<std::uint32_t> free_slots_;
  std::vector<HeldPacket> popped_;  // the latest, a ring
  std::size_t popped_count_ = 0;
};

}  // namespace hft::feed
