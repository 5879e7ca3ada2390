// Zeros and chance must not pass: a session is printable text or blanked, a heartbeat has a session
// and a number, and the blocks of messages end where the payload ends.
#include "hft/feed/itch50/recognition.hpp"

#include <algorithm>
#include <array>

#include "hft/wire/itch50.hpp"
#include "hft/wire/moldudp64.hpp"

namespace hft::feed::itch50 {
namespace {

using Header = wire::moldudp64::DownstreamHeader;
using Block = wire::moldudp64::MessageBlock;

constexpr std::array<std::uint8_t, 256> make_lengths() {
  std::array<std::uint8_t, 256> lengths{};
  wire::itch50::for_each_message([&]<class Message>() {
    lengths[static_cast<unsigned char>(Message::tag)] = sizeof(Message);
  });
  return lengths;
}
constexpr std::array<std::uint8_t, 256> lengths = make_lengths();

constexpr std::uint64_t group(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

// Nasdaq's multicast groups of TotalView-ITCH: the A line is 233.54.12.x, the B line 233.49.196.x.
struct KnownGroup {
  std::uint64_t group;
  record::Venue venue;
};
constexpr std::array known_groups{
    KnownGroup{group(233, 54, 12, 111), record::Venue::xnas},
    KnownGroup{group(233, 49, 196, 111), record::Venue::xnas},
    KnownGroup{group(233, 54, 12, 40), record::Venue::xbos},
    KnownGroup{group(233, 49, 196, 40), record::Venue::xbos},
    KnownGroup{group(233, 54, 12, 45), record::Venue::xpsx},
    KnownGroup{group(233, 49, 196, 45), record::Venue::xpsx},
};

bool is_text(const SessionName& session) {
  return std::all_of(session.begin(), session.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == ' ';
  });
}

bool is_blank(const SessionName& session) {
  return std::all_of(session.begin(), session.end(), [](char c) { return c == '\0'; });
}

/// Whether exactly `count` ITCH messages fill the bytes.
bool are_messages(std::span<const std::byte> blocks, std::size_t count) {
  for (; count > 0; --count) {
    if (blocks.size() <= sizeof(Block)) return false;
    const std::size_t length = reinterpret_cast<const Block&>(blocks[0]).message_length;
    if (length == 0 || length != message_length(blocks[sizeof(Block)])) return false;
    if (blocks.size() < sizeof(Block) + length) return false;
    blocks = blocks.subspan(sizeof(Block) + length);
  }
  return blocks.empty();
}

}  // namespace

std::size_t message_length(std::byte type) noexcept {
  return lengths[std::to_integer<std::size_t>(type)];
}

Likeness likeness_of(std::span<const std::byte> payload) noexcept {
  if (payload.size() < sizeof(Header)) return Likeness::foreign;
  const auto& header = reinterpret_cast<const Header&>(payload[0]);
  const bool text = is_text(header.session);
  if (!text && !is_blank(header.session)) return Likeness::foreign;
  const std::uint16_t count = header.message_count;
  if (count == wire::moldudp64::heartbeat_count || count == wire::moldudp64::end_of_session_count) {
    const bool whole = text && header.sequence_number > 0 && payload.size() == sizeof(Header);
    return whole ? Likeness::heartbeat : Likeness::foreign;
  }
  return are_messages(payload.subspan(sizeof(Header)), count) ? Likeness::messages
                                                              : Likeness::foreign;
}

SessionName session_of(std::span<const std::byte> payload) noexcept {
  return reinterpret_cast<const Header&>(payload[0]).session;
}

record::Venue venue_of(std::uint64_t group, const SessionName& session) noexcept {
  for (const KnownGroup& known : known_groups) {
    if (known.group == group) return known.venue;
  }
  // Nasdaq names a session by nine digits and a letter of the venue, in captures of 2014 to 2023.
  const bool digits =
      std::all_of(session.begin(), session.end() - 1, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return record::Venue::none;
  switch (session.back()) {
    case 'B': return record::Venue::xnas;
    case 'D': return record::Venue::xbos;
    case 'X': return record::Venue::xpsx;
    default: return record::Venue::none;
  }
}

}  // namespace hft::feed::itch50
