// Which feed and which line of it a datagram belongs to.
//
// Lines are configured, or else recognised by what they carry: the same session is the same feed,
// another group or another sender is another line. In captures both copies may even share group,
// port and sender and differ in the MAC address that sent the frame, so that is part of the key.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "hft/base/endian.hpp"
#include "hft/feed/feed_packet.hpp"
#include "hft/net/datagram.hpp"
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
  Match find(const net::Packet& packet, const net::Datagram& datagram);

  /// The same, of a plain packet of one of the two lines that came last, by its headers as they
  /// lie; no_feed where it is of neither: then find() knows.
  Match find_recent(const net::PlainUdp& headers) const noexcept {
    const PlainKey key(headers);
    if (key == recent_[0].key) return recent_[0].match;
    if (key == recent_[1].key) return recent_[1].match;
    return {no_feed, 0};
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
  /// What a Key holds, of plain headers, in the bytes' own order.
  struct PlainKey {
    PlainKey() = default;
    explicit PlainKey(const net::PlainUdp& headers) noexcept
        : source_mac_and_type(load<std::uint64_t>(headers.ethernet.source)),
          addresses(load<std::uint64_t>(headers.ip.source_address)),
          port(load<std::uint16_t>(headers.udp.destination_port)) {}
    friend bool operator==(const PlainKey&, const PlainKey&) = default;

    std::uint64_t source_mac_and_type = 0;  // the type is IPv4's: never 0
    std::uint64_t addresses = 0;            // source and destination
    std::uint16_t port = 0;

   private:
    template <class Value, class Field>
    static Value load(const Field& first) noexcept {
      Value value;
      std::memcpy(&value, &first, sizeof value);
      return value;
    }
  };
  struct Recent {
    PlainKey key;
    Match match{no_feed, 0};
  };
  static constexpr std::size_t slot_count = 4 * max_keys;     // a power of two
  static constexpr std::uint64_t no_mac = ~std::uint64_t{0};  // of an empty slot: MACs have 48 bits

  static std::uint64_t source_mac(const net::Packet& packet) noexcept {
    if (packet.link_type != 1 || packet.bytes.size() < 12) return 0;
    return reinterpret_cast<const Be48&>(packet.bytes[6]);
  }

  Match find_new(const Key& key, const net::Datagram& datagram, Entry& slot);
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
  std::array<Recent, 2> recent_;  // two: the lines of a feed take turns
  std::size_t oldest_recent_ = 0;
  std::vector<Entry> slots_;
  std::size_t keys_ = 0;
  std::uint64_t foreign_ = 0;
  std::uint64_t undecided_ = 0;
};

}  // namespace hft::feed
