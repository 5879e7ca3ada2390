// Sorted by insertion from the back: packets nearly always arrive in the order of their numbers.
#include "hft/feed/held_packets.hpp"

#include <algorithm>
#include <cstring>

namespace hft::feed {

HeldPackets::HeldPackets(std::size_t capacity, std::size_t max_payload)
    : max_payload_(max_payload), bytes_(capacity * max_payload), popped_(capacity) {
  order_.reserve(2 * capacity);
  free_slots_.reserve(capacity);
  for (std::size_t slot = capacity; slot > 0; --slot) {
    free_slots_.push_back(static_cast<std::uint32_t>(slot - 1));
  }
}

HeldPackets::Outcome HeldPackets::hold(const FeedPacket& packet, std::size_t file,
                                       std::uint64_t first, std::uint64_t end,
                                       bool ends_session) noexcept {
  if (covered(index_of(first), end, ends_session)) return Outcome::already_held;
  if (free_slots_.empty() || packet.payload.size() > max_payload_) return Outcome::no_room;
  if (order_.size() == order_.capacity()) {  // half of it at least was popped
    order_.erase(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  std::memcpy(&bytes_[slot * max_payload_], packet.payload.data(), packet.payload.size());
  order_.insert(order_.begin() + static_cast<std::ptrdiff_t>(index_of(first)),
                {first, end, file, packet.receive_time_ns, packet.number, packet.offset, slot,
                 static_cast<std::uint32_t>(packet.payload.size()), packet.line, ends_session});
  ++count_;
  return Outcome::held;
}

void HeldPackets::pop_front() noexcept {
  popped_[popped_count_++ % popped_.size()] = order_[head_];
  free_slots_.push_back(order_[head_].slot);
  ++head_;
  if (--count_ == 0) {
    order_.clear();
    head_ = 0;
  }
}

std::optional<Place> HeldPackets::place_of_popped(std::uint64_t sequence_number) const noexcept {
  const std::size_t kept = std::min(popped_count_, popped_.size());
  for (std::size_t age = 1; age <= kept; ++age) {  // a new session has the numbers of the old one
    const HeldPacket& packet = popped_[(popped_count_ - age) % popped_.size()];
    if (packet.first <= sequence_number && sequence_number < packet.end) {
      return Place{packet.file, packet.number, packet.offset, sequence_number};
    }
  }
  return std::nullopt;
}

/// Behind all that start at or before `first`.
std::size_t HeldPackets::index_of(std::uint64_t first) const noexcept {
  std::size_t index = order_.size();
  while (index > head_ && order_[index - 1].first > first) --index;
  return index;
}

/// Whether the packet in front of `index`, which therefore starts early enough, reaches to `end`.
/// One further back could too; then the copy is kept and found to be a duplicate when its turn
/// comes.
bool HeldPackets::covered(std::size_t index, std::uint64_t end, bool ends_session) const noexcept {
  if (index == head_) return false;
  const HeldPacket& held = order_[index - 1];
  return held.end >= end && held.ends_session >= ends_session;
}

}  // namespace hft::feed
