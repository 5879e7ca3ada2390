// Recognition and the rare look-ups; the datagrams of known lines are settled inline or in one
// probe of the table.
#include "hft/feed/feed_table.hpp"

#include <algorithm>

#include "hft/base/error.hpp"
#include "hft/feed/itch50/recognition.hpp"

namespace hft::feed {
namespace {

constexpr std::size_t max_sessions = 64;  // remembered of one feed

constexpr SessionName blank_session{};

std::string describe(const net::Endpoint& endpoint) {
  if (endpoint.group_high != 0) return "the IPv6 group of port " + std::to_string(endpoint.port);
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    text += std::to_string(endpoint.group_low >> shift & 0xff) + (shift > 0 ? "." : ":");
  }
  return text + std::to_string(endpoint.port);
}

std::string name_of(record::Venue venue) {
  switch (venue) {
    case record::Venue::xnas: return "xnas";
    case record::Venue::xbos: return "xbos";
    case record::Venue::xpsx: return "xpsx";
    default: return "itch50";
  }
}

void check(std::span<const FeedConfig> configured) {
  std::vector<net::Endpoint> seen;
  for (const FeedConfig& feed : configured) {
    const std::string where = "feed " + feed.name;
    if (feed.lines.empty() || feed.lines.size() > max_lines) {
      throw Error(where, "has " + std::to_string(feed.lines.size()) + " lines",
                  "give it one to " + std::to_string(max_lines));
    }
    for (const net::Endpoint& line : feed.lines) {
      if (std::find(seen.begin(), seen.end(), line) != seen.end()) {
        throw Error(where, describe(line) + " is the line of a feed already",
                    "give each line its own group and port");
      }
      seen.push_back(line);
    }
  }
  if (seen.size() > FeedTable::max_keys) {
    throw Error("feeds", "have " + std::to_string(seen.size()) + " lines together",
                "configure at most " + std::to_string(FeedTable::max_keys));
  }
}

}  // namespace

FeedTable::FeedTable(std::span<const FeedConfig> configured, bool recognise)
    : recognise_(recognise), slots_(slot_count, no_entry) {
  check(configured);
  for (const FeedConfig& config : configured) {
    Feed feed{config.name, config.venue, config.channel, true, {}, {}};
    for (const net::Endpoint& line : config.lines) feed.lines.push_back({line, {}, 0});
    feeds_.push_back(std::move(feed));
  }
}

FeedTable::Match FeedTable::find(const net::Packet& packet, const net::Datagram& datagram) {
  const Key key{datagram.destination, datagram.source.group_high, datagram.source.group_low,
                source_mac(packet)};
  Entry& slot = slot_of(key);
  if (slot.key != key) return find_new(key, datagram, slot);
  if (const net::PlainUdp* const headers = net::plain_udp(packet)) {
    recent_[oldest_recent_] = {PlainKey(*headers), slot.match};
    oldest_recent_ = 1 - oldest_recent_;
  }
  return slot.match;
}

FeedTable::Match FeedTable::find_new(const Key& key, const net::Datagram& datagram, Entry& slot) {
  Match match = find_configured(key.destination);
  if (match.feed != no_feed) {
    Line& line = feeds_[match.feed].lines[match.line];
    if (line.source_mac == 0) line = {key.destination, datagram.source, key.source_mac};
  } else {
    match = recognise_ ? recognise(key, datagram) : match;
  }
  if (match.feed == no_feed) {
    ++foreign_;
    return match;
  }
  if (keys_ < max_keys) {
    slot = {key, match};
    ++keys_;
  }
  return match;
}

FeedTable::Match FeedTable::find_configured(const net::Endpoint& destination) const noexcept {
  for (std::size_t feed = 0; feed < feeds_.size() && feeds_[feed].configured; ++feed) {
    const std::vector<Line>& lines = feeds_[feed].lines;
    for (std::size_t line = 0; line < lines.size(); ++line) {
      if (lines[line].destination == destination) {
        return {static_cast<std::uint16_t>(feed), static_cast<std::uint8_t>(line)};
      }
    }
  }
  return {no_feed, 0};
}

FeedTable::Match FeedTable::recognise(const Key& key, const net::Datagram& datagram) {
  const itch50::Likeness likeness = itch50::likeness_of(datagram.payload);
  if (likeness == itch50::Likeness::foreign) return {no_feed, 0};
  const SessionName session = itch50::session_of(datagram.payload);
  std::uint16_t feed = feed_of_session(session, key.destination);
  if (feed == no_feed) {
    if (likeness == itch50::Likeness::heartbeat) {
      ++undecided_;
      return {no_feed, 0};
    }
    if (feeds_.size() >= max_keys) return {no_feed, 0};
    feed = add_feed(session, key.destination);
  }
  return {feed, add_line(feeds_[feed], key, datagram)};
}

/// A blanked session names nothing: there the group decides.
std::uint16_t FeedTable::feed_of_session(const SessionName& session,
                                         const net::Endpoint& destination) const noexcept {
  for (std::size_t feed = 0; feed < feeds_.size(); ++feed) {
    const Feed& known = feeds_[feed];
    const bool same =
        std::find(known.sessions.begin(), known.sessions.end(), session) != known.sessions.end();
    if (same && (session != blank_session || known.lines[0].destination == destination)) {
      return static_cast<std::uint16_t>(feed);
    }
  }
  return no_feed;
}

std::uint16_t FeedTable::add_feed(const SessionName& session, const net::Endpoint& destination) {
  const bool version_4 = destination.group_high == 0;
  const record::Venue venue = itch50::venue_of(version_4 ? destination.group_low : 0, session);
  const std::string base = name_of(venue);
  std::string name = base;
  const auto taken = [&](const Feed& feed) { return feed.name == name; };
  for (int number = 2; std::any_of(feeds_.begin(), feeds_.end(), taken); ++number) {
    name = base + "_" + std::to_string(number);
  }
  feeds_.push_back({name, venue, 0, false, {session}, {}});
  return static_cast<std::uint16_t>(feeds_.size() - 1);
}

std::uint8_t FeedTable::add_line(Feed& feed, const Key& key, const net::Datagram& datagram) {
  if (feed.lines.size() < max_lines) {
    feed.lines.push_back({key.destination, datagram.source, key.source_mac});
  }
  return static_cast<std::uint8_t>(feed.lines.size() - 1);
}

void FeedTable::note_session(std::uint16_t feed, const SessionName& session) {
  std::vector<SessionName>& sessions = feeds_[feed].sessions;
  if (std::find(sessions.begin(), sessions.end(), session) != sessions.end()) return;
  if (sessions.size() == max_sessions) sessions.erase(sessions.begin());
  sessions.push_back(session);
}

/// The key's slot, or the empty one where it would stand: there always is one.
FeedTable::Entry& FeedTable::slot_of(const Key& key) noexcept {
  std::uint64_t hash = key.source_mac;
  for (const std::uint64_t word :
       {key.destination.group_high, key.destination.group_low, std::uint64_t{key.destination.port},
        key.source_high, key.source_low}) {
    hash = (hash ^ word) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 32;
  }
  std::size_t place = hash % slot_count;
  while (slots_[place].key.source_mac != no_mac && slots_[place].key != key) {
    place = (place + 1) % slot_count;
  }
  return slots_[place];
}

}  // namespace hft::feed
