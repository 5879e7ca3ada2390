// Which feed and line a datagram belongs to, configured or recognised.
#include "hft/feed/feed_table.hpp"

#include <gtest/gtest.h>

#include "feed/feed_bytes.hpp"
#include "hft/base/error.hpp"
#include "hft/feed/itch50/recognition.hpp"

namespace hft::feed {
namespace {

using testing::Bytes;

constexpr std::uint64_t group(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}
constexpr net::Endpoint xnas_a{0, group(233, 54, 12, 111), 26'477};
constexpr net::Endpoint xnas_b{0, group(233, 49, 196, 111), 26'477};
constexpr net::Endpoint elsewhere{0, group(239, 1, 1, 1), 5'000};

struct Table {
  FeedTable table;
  SessionName session = testing::session_name("000000001B");
  Bytes frame = Bytes(14);

  explicit Table(const std::vector<FeedConfig>& configured = {}, bool recognise = true)
      : table(configured, recognise) {}

  FeedTable::Match find(const net::Endpoint& destination, const Bytes& payload,
                        std::uint64_t source = 1, int mac = 1) {
    frame[11] = static_cast<std::byte>(mac);
    const net::Packet packet{frame, 0, 1, 0, 1};
    return table.find(packet, {payload, destination, {0, source, 9}});
  }
  FeedTable::Match messages(const net::Endpoint& destination, std::uint64_t source = 1,
                            int mac = 1) {
    return find(destination, testing::packet_of(session, 5, {testing::add_order(1)}), source, mac);
  }
  FeedTable::Match heartbeat(const net::Endpoint& destination) {
    return find(destination, testing::header_of(session, 5, 0));
  }
};

/// A plain frame with its headers; what follows in the payload is not looked at.
struct Frame {
  Bytes bytes = Bytes(sizeof(net::PlainUdp) + 20);
  net::PlainUdp& headers = reinterpret_cast<net::PlainUdp&>(bytes[0]);

  explicit Frame(const net::Endpoint& destination) {
    headers.ethernet.source = 0x010203040506;
    headers.ethernet.ethernet_type = wire::ethernet::type_ipv4;
    headers.ip.version_and_length = 0x45;
    headers.ip.protocol = wire::ethernet::protocol_udp;
    headers.ip.total_length = 20 + 8 + 20;
    headers.ip.source_address = 7;
    headers.ip.destination_address = static_cast<std::uint32_t>(destination.group_low);
    headers.udp.destination_port = destination.port;
    headers.udp.datagram_length = 8 + 20;
  }
};

FeedTable::Match find(FeedTable& table, const Frame& frame) {
  const net::Packet packet{frame.bytes, 0, 1, 0, 1};
  net::Datagram datagram;
  EXPECT_EQ(net::parse_datagram(packet, datagram), net::DatagramVerdict::udp);
  return table.find(packet, datagram);
}

constexpr FeedTable::Match foreign{FeedTable::no_feed, 0};

FeedTable::Match match(std::uint16_t feed, std::uint8_t line) {
  return {feed, line};
}

TEST(FeedTable, TheSameSessionElsewhereIsAnotherLine) {
  Table t;
  EXPECT_EQ(t.messages(xnas_a), match(0, 0));
  EXPECT_EQ(t.messages(xnas_b), match(0, 1));
  EXPECT_EQ(t.messages(xnas_a), match(0, 0));
  EXPECT_EQ(t.messages(xnas_b), match(0, 1));
  ASSERT_EQ(t.table.feeds().size(), 1u);
  EXPECT_EQ(t.table.feeds()[0].venue, record::Venue::xnas);
  EXPECT_EQ(t.table.feeds()[0].name, "xnas");
  EXPECT_EQ(t.table.feeds()[0].lines.size(), 2u);
  EXPECT_EQ(t.table.feeds()[0].lines[1].destination, xnas_b);
}

TEST(FeedTable, TheSameGroupFromAnotherSenderIsAnotherLine) {
  Table t;
  EXPECT_EQ(t.messages(xnas_a, 1, 1), match(0, 0));
  EXPECT_EQ(t.messages(xnas_a, 1, 2), match(0, 1));  // another MAC address alone
  EXPECT_EQ(t.messages(xnas_a, 2, 1), match(0, 2));
  EXPECT_EQ(t.messages(xnas_a, 1, 1), match(0, 0));
  EXPECT_EQ(t.table.feeds()[0].lines[1].source_mac, 2u);
}

TEST(FeedTable, AnotherSessionIsAnotherFeed) {
  Table t;
  t.messages(xnas_a);
  t.session = testing::session_name("000000001D");
  EXPECT_EQ(t.messages(elsewhere), match(1, 0));
  EXPECT_EQ(t.table.feeds()[1].venue, record::Venue::xbos);  // by the session's last letter
  t.session = testing::session_name("000000002D");
  EXPECT_EQ(t.messages({0, 1, 1}), match(2, 0));
  EXPECT_EQ(t.table.feeds()[2].name, "xbos_2");
  t.session = testing::session_name("SYNTHETIC1");
  EXPECT_EQ(t.messages({0, 1, 2}), match(3, 0));
  EXPECT_EQ(t.table.feeds()[3].venue, record::Venue::none);
}

TEST(FeedTable, AKnownLineStaysWhateverItBrings) {
  Table t;
  t.messages(xnas_a);
  t.messages(xnas_b);
  EXPECT_EQ(t.find(xnas_a, Bytes(3)), match(0, 0));
  t.session = testing::session_name("000000002B");
  EXPECT_EQ(t.messages(xnas_a), match(0, 0));
  EXPECT_EQ(t.messages(elsewhere), match(1, 0));  // nobody said that the feed has a new session
}

TEST(FeedTable, ALaterLineIsRecognisedByANotedSession) {
  Table t;
  t.messages(xnas_a);
  t.session = testing::session_name("000000002B");
  t.table.note_session(0, t.session);
  EXPECT_EQ(t.messages(elsewhere), match(0, 1));
}

TEST(FeedTable, AHeartbeatJoinsAFeedButMakesNone) {
  Table t;
  EXPECT_EQ(t.heartbeat(xnas_a), foreign);
  EXPECT_EQ(t.table.undecided_heartbeats(), 1u);
  EXPECT_EQ(t.messages(xnas_a), match(0, 0));
  EXPECT_EQ(t.heartbeat(xnas_b), match(0, 1));
  EXPECT_EQ(t.heartbeat(xnas_a), match(0, 0));
}

TEST(FeedTable, TheTwoLinesThatCameLastAreFoundByTheirHeaders) {
  const FeedConfig config{"x", record::Venue::xnas, 0, {xnas_a, xnas_b, elsewhere}};
  FeedTable table({&config, 1}, false);
  const Frame a(xnas_a), b(xnas_b), c(elsewhere);
  EXPECT_EQ(table.find_recent(Frame({0, 0, 0}).headers), foreign);
  for (int i = 0; i < 2; ++i) {  // the first time makes the line known
    EXPECT_EQ(find(table, a), match(0, 0));
    EXPECT_EQ(find(table, b), match(0, 1));
  }
  EXPECT_EQ(table.find_recent(a.headers), match(0, 0));
  EXPECT_EQ(table.find_recent(b.headers), match(0, 1));
  find(table, c);
  EXPECT_EQ(table.find_recent(c.headers), foreign);  // known, but not by its headers yet
  EXPECT_EQ(find(table, c), match(0, 2));
  EXPECT_EQ(table.find_recent(c.headers), match(0, 2));
  EXPECT_EQ(table.find_recent(a.headers), foreign);
  EXPECT_EQ(table.find_recent(b.headers), match(0, 1));
}

TEST(FeedTable, OfEveryHeaderThatNamesALineOneBitMakesAnother) {
  const FeedConfig config{"x", record::Venue::xnas, 0, {xnas_a}};
  FeedTable table({&config, 1}, false);
  const Frame known(xnas_a);
  find(table, known);
  find(table, known);
  for (const auto& [offset, size] : {std::pair{6, 6}, {26, 8}, {36, 2}}) {  // MAC, addresses, port
    for (int bit = 0; bit < 8 * size; ++bit) {
      Frame other(xnas_a);
      other.bytes[static_cast<std::size_t>(offset + bit / 8)] ^= std::byte{1} << (bit % 8);
      EXPECT_EQ(table.find_recent(other.headers), foreign) << offset << ' ' << bit;
    }
  }
  Frame same(xnas_a);
  same.headers.udp.source_port = 99;  // and what does not, does not
  same.headers.ip.identification = 99;
  same.headers.ethernet.destination = 99;
  EXPECT_EQ(table.find_recent(same.headers), match(0, 0));
}

TEST(FeedTable, ForeignDatagramsAreCounted) {
  Table t;
  EXPECT_EQ(t.find(elsewhere, Bytes(100, std::byte{'Q'})), foreign);
  EXPECT_EQ(t.find(elsewhere, {}), foreign);
  EXPECT_EQ(t.table.foreign_datagrams(), 2u);
  EXPECT_EQ(t.messages(elsewhere), match(0, 0));  // and do not bar what comes after them
}

TEST(FeedTable, BlankedDatagramsMakeOneFeedOfEachGroup) {
  Table t;
  t.session = {};
  const auto blanked = testing::packet_of(t.session, 0, {testing::add_order(1)});
  EXPECT_EQ(t.find({}, blanked, 0, 0), match(0, 0));
  EXPECT_EQ(t.find({}, blanked, 0, 0), match(0, 0));
  EXPECT_EQ(t.find(elsewhere, blanked, 0, 0), match(1, 0));
}

TEST(FeedTable, MoreLinesThanCanBeShareTheLastPlace) {
  Table t;
  for (std::uint8_t i = 0; i < max_lines; ++i) EXPECT_EQ(t.messages(xnas_a, 1, i + 1), match(0, i));
  EXPECT_EQ(t.messages(xnas_a, 1, 100), match(0, max_lines - 1));
  EXPECT_EQ(t.table.feeds()[0].lines.size(), max_lines);
}

TEST(FeedTable, AFullTableStillKnowsItsFeeds) {
  Table t;
  for (std::uint64_t source = 0; source < 5 * FeedTable::max_keys; ++source) {
    EXPECT_EQ(t.messages(xnas_a, source).feed, 0u);
  }
  EXPECT_EQ(t.messages(xnas_a, 0), match(0, 0));
  EXPECT_EQ(t.messages(xnas_a, 5 * FeedTable::max_keys - 1), match(0, max_lines - 1));
}

const std::vector<FeedConfig> two_feeds{
    {"nasdaq", record::Venue::xnas, 0, {xnas_a, xnas_b}},
    {"other", record::Venue::xbos, 3, {elsewhere}},
};

TEST(FeedTable, ConfiguredLinesTakeAnything) {
  Table t(two_feeds, false);
  EXPECT_EQ(t.find(xnas_b, Bytes(3)), match(0, 1));
  EXPECT_EQ(t.find(elsewhere, Bytes(3)), match(1, 0));
  EXPECT_EQ(t.messages(xnas_a, 1, 2), match(0, 0));
  EXPECT_EQ(t.messages(xnas_a, 1, 3), match(0, 0));  // the configuration says that it is one line
  EXPECT_EQ(t.messages({0, 1, 1}), foreign);
  EXPECT_EQ(t.table.feeds()[0].lines[1].source_mac, 1u);
}

TEST(FeedTable, RecognitionAddsToAConfiguration) {
  Table t(two_feeds, true);
  EXPECT_EQ(t.messages({0, 1, 1}), match(2, 0));
  EXPECT_EQ(t.messages(xnas_a), match(0, 0));
}

TEST(FeedTable, ConfigurationsThatCannotBeAreRefused) {
  const auto refused = [](const std::vector<FeedConfig>& feeds) {
    EXPECT_THROW(FeedTable(feeds, true), Error);
  };
  refused({{"none", record::Venue::xnas, 0, {}}});
  refused({{"one", record::Venue::xnas, 0, {xnas_a}}, {"two", record::Venue::xnas, 0, {xnas_a}}});
  refused({{"many", record::Venue::xnas, 0, std::vector<net::Endpoint>(9, xnas_a)}});
  try {
    FeedTable(two_feeds, true);
    refused({{"twice", record::Venue::xnas, 0, {xnas_a, xnas_a}}});
    FeedTable(std::vector<FeedConfig>{{"twice", record::Venue::xnas, 0, {xnas_a, xnas_a}}}, true);
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "feed twice: 233.54.12.111:26477 is the line of a feed already; give each line "
                 "its own group and port");
  }
}

TEST(Recognition, MessagesMustFillThePayloadExactly) {
  using itch50::Likeness;
  const SessionName session = testing::session_name("000000001B");
  const Bytes good =
      testing::packet_of(session, 1, {testing::add_order(1), testing::order_delete(1)});
  EXPECT_EQ(itch50::likeness_of(good), Likeness::messages);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(itch50::likeness_of(std::span(good).first(size)), Likeness::foreign) << size;
  }
  const Bytes empty_first = testing::packet_of(session, 1, {Bytes{}, testing::add_order(1)});
  EXPECT_EQ(itch50::likeness_of(empty_first), Likeness::foreign);
  Bytes longer = good;
  longer.push_back(std::byte{0});
  EXPECT_EQ(itch50::likeness_of(longer), Likeness::foreign);
  for (const std::size_t at : {0u, 18u, 19u, 20u, 21u, 22u}) {  // session, count, length, type
    Bytes changed = good;
    changed[at] ^= std::byte{0x80};
    EXPECT_EQ(itch50::likeness_of(changed), Likeness::foreign) << at;
  }
}

TEST(Recognition, AHeartbeatHasASessionANumberAndNothingElse) {
  using itch50::Likeness;
  const SessionName session = testing::session_name("000000001B");
  EXPECT_EQ(itch50::likeness_of(testing::header_of(session, 1, 0)), Likeness::heartbeat);
  EXPECT_EQ(itch50::likeness_of(testing::header_of(session, 1, 0xffff)), Likeness::heartbeat);
  EXPECT_EQ(itch50::likeness_of(testing::header_of(session, 0, 0)), Likeness::foreign);
  EXPECT_EQ(itch50::likeness_of(Bytes(20)), Likeness::foreign);
  Bytes longer = testing::header_of(session, 1, 0);
  longer.push_back(std::byte{0});
  EXPECT_EQ(itch50::likeness_of(longer), Likeness::foreign);
}

TEST(Recognition, VenuesByGroupFirst) {
  const SessionName session = testing::session_name("000000001D");
  EXPECT_EQ(itch50::venue_of(group(233, 54, 12, 111), session), record::Venue::xnas);
  EXPECT_EQ(itch50::venue_of(group(233, 54, 12, 40), {}), record::Venue::xbos);
  EXPECT_EQ(itch50::venue_of(group(233, 54, 12, 45), {}), record::Venue::xpsx);
  EXPECT_EQ(itch50::venue_of(1, session), record::Venue::xbos);
  EXPECT_EQ(itch50::venue_of(1, testing::session_name("000000001X")), record::Venue::xpsx);
  EXPECT_EQ(itch50::venue_of(1, testing::session_name("00000000AB")), record::Venue::none);
}

}  // namespace
}  // namespace hft::feed
