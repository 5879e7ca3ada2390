// Sorted by insertion from the back: packets nearly always arrive in the order of their numbers.
#include "hft/feed/held_packets.hpp"

#include <algorithm>
#include <cstring>

namespace hft::feed {

HeldPackets::HeldPackets(std::size_t capacity, std::size_t max_payload)
    : max_payload_(max_payload), bytes_(capacity * max_payload) {
  order_.reserve(2 * capacity);
  free_slots_.reserve(capacity);
  for (std::size_t slot = capacity; slot > 0; --slot) {
    free_slots_.push_back(static_cast<std::uint32_t>(slot - 1));
  }
}

HeldPackets::Outcome HeldPackets::hold(const FeedPacket& packet, std::uint64_t first,
                                       std::uint64_t end, bool ends_session) noexcept {
  if (covered(place_of(first), end, ends_session)) return Outcome::already_held;
  if (free_slots_.empty() || packet.payload.size() > max_payload_) return Outcome::no_room;
  if (order_.size() == order_.capacity()) {  // half of it at least was popped
    order_.erase(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  std::memcpy(&bytes_[slot * max_payload_], packet.payload.data(), packet.payload.size());
  order_.insert(order_.begin() + static_cast<std::ptrdiff_t>(place_of(first)),
                {first, end, packet.receive_time_ns, packet.number, packet.offset, slot,
                 static_cast<std::uint32_t>(packet.payload.size()), packet.line, ends_session});
  ++count_;
  return Outcome::held;
}

void HeldPackets::pop_front() noexcept {
  free_slots_.push_back(order_[head_].slot);
  ++head_;
  if (--count_ == 0) {
    order_.clear();
    head_ = 0;
  }
}

/// Behind all that start at or before `first`.
std::size_t HeldPackets::place_of(std::uint64_t first) const noexcept {
  std::size_t place = order_.size();
  while (place > head_ && order_[place - 1].first > first) --place;
  return place;
}

/// Whether the packet in front of `place`, which therefore starts early enough, reaches to `end`.
/// One further back could too; then the copy is kept and found to be a duplicate when its turn
/// comes.
bool HeldPackets::covered(std::size_t place, std::uint64_t end, bool ends_session) const noexcept {
  if (place == head_) return false;
  const HeldPacket& held = order_[place - 1];
  return held.end >= end && held.ends_session >= ends_session;
}

}  // namespace hft::feed
