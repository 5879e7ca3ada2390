// What passes through a line arbiter: packets in, messages in sequence out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace hft::feed {

/// Where in the input something was found.
struct Place {
  std::size_t file;               // as whoever reads it counts its files, from 0
  std::uint64_t packet;           // from 1; 0 in a raw file
  std::uint64_t offset;           // of its record header or of the message, bytes, uncompressed
  std::uint64_t sequence_number;  // of the message, or of the packet's first; 0 where it has none
};

/// The payload of one datagram of a feed, and where it came from.
struct FeedPacket {
  std::span<const std::byte> payload;
  std::uint64_t receive_time_ns;  // the capture's stamp
  std::uint64_t number;           // position in its capture, from 1
  std::uint64_t offset;           // of its record header in the capture, bytes
  std::uint8_t line;              // below max_lines
};

/// Messages that follow on those delivered before. `blocks` may hold more or less than
/// `message_count` of them where the packet is broken: the header's count moves the sequence.
struct Delivery {
  std::span<const std::byte> blocks;
  std::uint64_t sequence_number;  // of the first; 0 in a capture without sequence numbers
  std::uint64_t receive_time_ns;
  std::uint64_t packet_number;
  std::uint64_t packet_offset;
  std::uint32_t payload_offset;  // of `blocks` in the packet's payload, bytes
  std::uint16_t message_count;
  std::uint8_t line;
};

/// Sequence numbers that nobody delivered.
struct MissingMessages {
  std::uint64_t first;
  std::uint64_t count;
};

using SessionName = std::array<char, 10>;

/// As ==, in two loads that overlap; g++ 12 makes a library call of the array's own comparison.
inline bool same_session(const SessionName& a, const SessionName& b) noexcept {
  std::uint64_t front_a, front_b, back_a, back_b;
  std::memcpy(&front_a, a.data(), sizeof front_a);
  std::memcpy(&front_b, b.data(), sizeof front_b);
  std::memcpy(&back_a, a.data() + 2, sizeof back_a);
  std::memcpy(&back_b, b.data() + 2, sizeof back_b);
  return ((front_a ^ front_b) | (back_a ^ back_b)) == 0;
}

/// What became of a packet.
enum class Arrival : std::uint8_t {
  delivered,  // at least one of its messages was new and is handed on
  held,       // ahead of a gap, kept until the gap is filled or given up
  duplicate,  // all of it was seen
  late,       // it would have filled a gap that was given up, or stands before a late start
  heartbeat,  // no messages; end of session included
  malformed,  // no whole header, or a sequence number beyond 48 bits
  sequence_backwards,  // far behind what its own line said before
  old_session,         // of the session that ended when the present one began
};

inline constexpr std::size_t max_lines = 8;  // of one feed; more share the last place

/// What one line brought, in packets.
struct alignas(64) LineCounters {
  std::uint64_t packets;
  std::uint64_t bytes;  // of payload
  std::uint64_t won;    // brought a message that no other packet had brought
  std::uint64_t held;   // had to wait; counted under `won` or `duplicates` as well
  std::uint64_t duplicates;
  std::uint64_t late;
  std::uint64_t heartbeats;  // end of session included
  std::uint64_t malformed;
  std::uint64_t sequence_backwards;
  std::uint64_t old_session;
  std::uint64_t time_backwards;  // stamped earlier than the line's packet before
  std::uint64_t first_time_ns;
  std::uint64_t last_time_ns;
  std::uint64_t next_sequence_number;  // behind the highest message of the session on this line
};

/// Where a line was wrong first. Apart from the counters, which nearly every packet writes.
struct LinePlaces {
  std::optional<Place> malformed;
  std::optional<Place> sequence_backwards;
  std::optional<Place> time_backwards;
};

}  // namespace hft::feed
