// Telling ITCH 5.0 in MoldUDP64 from whatever else arrives on UDP.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "hft/feed/feed_packet.hpp"
#include "hft/record/record.hpp"

namespace hft::feed::itch50 {

enum class Likeness : std::uint8_t {
  foreign,    // not MoldUDP64, or not ITCH 5.0 in it
  heartbeat,  // MoldUDP64 without a message: of which protocol, it does not say
  messages,   // blocks that fill the payload exactly, each of a known type and that type's length
};

Likeness likeness_of(std::span<const std::byte> payload) noexcept;

/// The session that a payload of at least a header's length names.
SessionName session_of(std::span<const std::byte> payload) noexcept;

/// The length of a message type; 0 for a byte that is no type of ITCH 5.0.
std::size_t message_length(std::byte type) noexcept;

/// Nasdaq's venue of a multicast group (IPv4, host order), or else of a session's last letter; none
/// where neither is known.
record::Venue venue_of(std::uint64_t group, const SessionName& session) noexcept;

}  // namespace hft::feed::itch50
