// Which feed and which line of it a datagram belongs to.
//
// Lines are configured, or else recognised by what they carry: the same session is the same feed,
// another group or another sender is another line. In captures both copies may even share group,
// port and sender and differ in the MAC address that sent the frame, so that is part of the key.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hft/feed/feed_packet.hpp"
#include "hft/net/packet.hpp"
#include "hft/record/record.hpp"

namespace hft::feed {

/// A feed as the user's configuration names it; its lines in order: A, B, ...
struct FeedConfig {
  std::string name;
  record::Venue venue = record::Venue::none;
  std::uint8_t channel = 0;
  std::vector<net::Endpoint> lines;  // where the datagrams go
};

/// What is known of one line.
struct Line {
  net::Endpoint destination;
  net::Endpoint source;      // of the first datagram; zeros where none came
  std::uint64_t source_mac;  // of its frame, 48 bits; 0 where the link has none
};

struct Feed {
  std::string name;
  record::Venue venue;
  std::uint8_t channel;
  bool configured;
  std::vector<SessionName> sessions;  // recognised by, or noted since; the latest
  std::vector<Line> lines;            // at most max_lines: what comes on more counts as the last
};

class FeedTable {
 public:
  static constexpr std::uint16_t no_feed = 0xffff;
  static constexpr std::size_t max_keys = 128;  // lines of all feeds together

  struct Match {
    std::uint16_t feed;  // index into feeds(); no_feed where the datagram is foreign
    std::uint8_t line;   // below max_lines
    friend bool operator==(const Match&, const Match&) = default;
  };

  /// `recognise`: also take what looks like ITCH 5.0 and is not configured.
  /// Throws hft::Error where an endpoint is configured twice, a feed has no line or too many, or
  /// all of them together are too many.
  explicit FeedTable(std::span<const FeedConfig> configured = {}, bool recognise = true);

  /// The feed and line of a datagram. Adds a feed or a line where it is the first of its kind:
  /// compare feeds().size() before and after.
  Match find(const net::Packet& packet, const net::Datagram& datagram) {
    const Key key{datagram.destination, datagram.source.group_high, datagram.source.group_low,
                  source_mac(packet)};
    if (key == recent_[0].key) return recent_[0].match;
    if (key == recent_[1].key) return recent_[1].match;
    return find_elsewhere(key, datagram);
  }

  /// A feed's new session, so that a line that appears later is recognised by it.
  void note_session(std::uint16_t feed, const SessionName& session);

  const std::vector<Feed>& feeds() const noexcept { return feeds_; }
  std::uint64_t foreign_datagrams() const noexcept { return foreign_; }
  /// Heartbeats of no known session, of which nobody can say whether they are ITCH.
  std::uint64_t undecided_heartbeats() const noexcept { return undecided_; }

 private:
  struct Key {
    net::Endpoint destination;
    std::uint64_t source_high;
    std::uint64_t source_low;
    std::uint64_t source_mac;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Entry {
    Key key;
    Match match;
  };
  static constexpr std::size_t slot_count = 4 * max_keys;     // a power of two
  static constexpr std::uint64_t no_mac = ~std::uint64_t{0};  // of an empty slot: MACs have 48 bits

  static std::uint64_t source_mac(const net::Packet& packet) noexcept {
    if (packet.link_type != 1 || packet.bytes.size() < 12) return 0;
    std::uint64_t mac = 0;
    for (std::size_t i = 6; i < 12; ++i)
      mac = mac << 8 | std::to_integer<std::uint64_t>(packet.bytes[i]);
    return mac;
  }

  Match find_elsewhere(const Key& key, const net::Datagram& datagram);
  Match find_configured(const net::Endpoint& destination) const noexcept;
  Match recognise(const Key& key, const net::Datagram& datagram);
  std::uint16_t feed_of_session(const SessionName& session,
                                const net::Endpoint& destination) const noexcept;
  std::uint16_t add_feed(const SessionName& session, const net::Endpoint& destination);
  static std::uint8_t add_line(Feed& feed, const Key& key, const net::Datagram& datagram);
  Entry& slot_of(const Key& key) noexcept;

  bool recognise_;
  std::vector<Feed> feeds_;
  static constexpr Entry no_entry{{{}, 0, 0, no_mac}, {no_feed, 0}};
  std::array<Entry, 2> recent_{no_entry, no_entry};  // two: the lines of a feed take turns
  std::size_t oldest_recent_ = 0;
  std::vector<Entry> slots_;
  std::size_t keys_ = 0;
  std::uint64_t foreign_ = 0;
  std::uint64_t undecided_ = 0;
};

}  // namespace hft::feed
