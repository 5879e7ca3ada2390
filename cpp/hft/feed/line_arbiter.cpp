// The rare questions of line arbitration.
#include "hft/feed/line_arbiter.hpp"

#include <algorithm>

namespace hft::feed {

Place LineArbiter::place_of(const FeedPacket& packet) const noexcept {
  const bool has_header = packet.payload.size() >= sizeof(Header);
  return {file_, packet.number, packet.offset,
          has_header ? std::uint64_t{header_of(packet).sequence_number} : 0};
}

void LineArbiter::on_time_backwards(const FeedPacket& packet) noexcept {
  ++lines_[packet.line].time_backwards;
  auto& first = places_[packet.line].time_backwards;
  if (!first) first = place_of(packet);
}

Arrival LineArbiter::on_malformed(const FeedPacket& packet) noexcept {
  ++lines_[packet.line].malformed;
  auto& first = places_[packet.line].malformed;
  if (!first) first = place_of(packet);
  return Arrival::malformed;
}

Arrival LineArbiter::on_sequence_backwards(const FeedPacket& packet) noexcept {
  ++lines_[packet.line].sequence_backwards;
  auto& first = places_[packet.line].sequence_backwards;
  if (!first) first = place_of(packet);
  return Arrival::sequence_backwards;
}

bool LineArbiter::was_given_up(std::uint64_t first, std::uint64_t end) const noexcept {
  const std::size_t kept = std::min(given_up_count_, given_up_.size());
  return std::any_of(given_up_.begin(), given_up_.begin() + static_cast<std::ptrdiff_t>(kept),
                     [&](const MissingMessages& missing) {
                       return first < missing.first + missing.count && missing.first < end;
                     });
}

void LineArbiter::note_given_up(MissingMessages missing) noexcept {
  given_up_[given_up_count_ % given_up_.size()] = missing;
  ++given_up_count_;
}

/// Whether the session that had ended goes on after all: many packets of it, none of the one that
/// seemed to follow. One damaged session name must not silence a feed.
bool LineArbiter::is_back(bool plain) noexcept {
  if (next_ != next_at_straggler_) stragglers_ = 0;
  next_at_straggler_ = next_;
  if (!plain || ++stragglers_ < straggler_limit) return false;
  stragglers_ = 0;
  return true;
}

}  // namespace hft::feed
