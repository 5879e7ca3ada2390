// A feed from packets to records: the feed's own events, dates, faults, blocks of records, files.
#include "hft/feed/itch50/handler.hpp"

#include <gtest/gtest.h>

#include <string>

#include "feed/feed_bytes.hpp"

namespace hft::feed::itch50 {
namespace {

using record::Record;
using record::StatusAction;
using record::StatusEvent;
using testing::Bytes;

constexpr std::uint64_t midnight = 1'412'308'800 * ns_per_second;  // 2014-10-03, New York
constexpr std::uint64_t morning = midnight + 9 * 3600 * ns_per_second;

struct Collect {
  std::vector<Record>* records;
  std::vector<std::size_t>* calls;
  void operator()(std::span<const Record> block) const {
    records->insert(records->end(), block.begin(), block.end());
    calls->push_back(block.size());
  }
};

struct Feed {
  std::vector<Record> records;
  std::vector<std::size_t> calls;
  Handler<Collect> handler;
  SessionName session = testing::session_name("000000001B");
  std::uint64_t packets = 0;
  std::uint64_t now = morning;

  explicit Feed(const HandlerOptions& options = {.feed_index = 2,
                                                 .venue = record::Venue::xbos,
                                                 .channel = 1})
      : handler(options, Collect{&records, &calls}) {}

  Arrival packet(const Bytes& payload, std::uint8_t line = 0) {
    ++packets;
    return handler.on_packet({payload, now, packets, packets * 1'000, line});
  }
  Arrival messages(std::uint64_t first, const std::vector<Bytes>& messages) {
    return packet(testing::packet_of(session, first, messages));
  }
  const StatusEvent& status(std::size_t i) const { return record::as<StatusEvent>(records.at(i)); }

  /// "S1" for a status of action 1, "O" for an order and so on, with the sequence number.
  std::string text() {
    std::string out;
    for (const Record& record : records) {
      const char kind = "-OTSI"[static_cast<int>(record.kind)];
      out += kind;
      if (kind == 'S') out += std::to_string(record.action);
      out += ":" + std::to_string(record::sequence_number_of(record)) + " ";
    }
    records.clear();
    return out;
  }
};

Bytes with_type(char type, std::size_t size) {
  Bytes bytes(size);
  bytes[0] = static_cast<std::byte>(type);
  return bytes;
}

TEST(Itch50Handler, ASessionFromStartToEnd) {
  Feed feed;
  feed.messages(1, {testing::add_order(1), testing::order_delete(1)});
  feed.packet(testing::header_of(feed.session, 3, 0xffff));
  EXPECT_EQ(feed.text(), "S5:0 O:1 O:2 S8:3 ");
  EXPECT_EQ(feed.handler.counters().types['A'], 1u);
  EXPECT_EQ(feed.handler.counters().types['D'], 1u);
  EXPECT_EQ(feed.handler.counters().messages(), 2u);
  EXPECT_EQ(feed.handler.counters().records, 4u);
  EXPECT_EQ(feed.handler.counters().packets, 1u);
  EXPECT_EQ(feed.handler.counters().sessions, 1u);
  EXPECT_EQ(feed.handler.counters().session_ends, 1u);
}

TEST(Itch50Handler, TheFeedsOwnEventsNameTheFeed) {
  Feed feed;
  feed.messages(100, {testing::add_order(1)});
  ASSERT_EQ(feed.records.size(), 3u);
  StatusEvent expected{};
  expected.event_time_ns = morning;
  expected.instrument = record::instrument_all;
  expected.kind = record::Kind::status;
  expected.action = StatusAction::session_start;
  expected.receive_time_ns = morning;
  expected.symbol = {'0', '0', '0', '0', '0', '0', '0', '0'};
  expected.flags = record::flag_last;
  expected.venue = record::Venue::xbos;
  expected.channel = 1;
  EXPECT_EQ(std::memcmp(&expected, &feed.records[0], sizeof expected), 0);
  expected.action = StatusAction::late_start;
  expected.symbol = {};
  expected.sequence_number = 1;
  expected.count = 99;
  EXPECT_EQ(std::memcmp(&expected, &feed.records[1], sizeof expected), 0);
  EXPECT_EQ(feed.handler.counters().late_starts, 1u);
  EXPECT_EQ(feed.handler.counters().late_start_messages, 99u);
  EXPECT_EQ(feed.records[2].instrument, 0x0002'0007u);
}

TEST(Itch50Handler, EventTimeIsOfTheReceiveTimesDate) {
  Feed feed;
  feed.messages(1, {testing::add_order(1)});
  feed.now += ns_per_day;  // the next day: no session of ITCH goes on past midnight
  feed.messages(2, {testing::add_order(2)});
  EXPECT_EQ(feed.records[1].event_time_ns, midnight + 34'200'000'000'000);
  EXPECT_EQ(feed.records[2].event_time_ns, midnight + ns_per_day + 34'200'000'000'000);
  EXPECT_EQ(feed.records[2].receive_time_ns, morning + ns_per_day);
}

TEST(Itch50Handler, AGivenDateRules) {
  Feed feed({.session_date = CivilDate{2019, 1, 30}});
  feed.messages(1, {testing::add_order(1)});
  feed.now += 3 * ns_per_day;
  feed.messages(2, {testing::add_order(2)});
  const std::uint64_t expected = midnight_new_york_ns({2019, 1, 30}) + 34'200'000'000'000;
  EXPECT_EQ(feed.records[1].event_time_ns, expected);
  EXPECT_EQ(feed.records[2].event_time_ns, expected);
  EXPECT_EQ(feed.handler.counters().undated_packets, 0u);
}

TEST(Itch50Handler, AStampWithoutADateIsCounted) {
  Feed feed;
  feed.now = 5;
  feed.messages(1, {testing::add_order(1)});
  feed.messages(2, {testing::add_order(2)});
  EXPECT_EQ(feed.records[1].event_time_ns, 34'200'000'000'000u);
  EXPECT_EQ(feed.handler.counters().undated_packets, 2u);
  feed.now = morning;
  feed.messages(3, {testing::add_order(3)});
  EXPECT_EQ(feed.records[3].event_time_ns, midnight + 34'200'000'000'000);
  EXPECT_EQ(feed.handler.counters().undated_packets, 2u);
}

TEST(Itch50Handler, AGapStandsInItsPlace) {
  Feed feed({.arbiter = {.hold_ns = 1'000}});
  feed.messages(1, {testing::add_order(1)});
  feed.messages(4, {testing::add_order(4)});
  EXPECT_EQ(feed.text(), "S5:0 O:1 ");
  feed.now += 2'000;
  feed.handler.advance_time(feed.now);
  ASSERT_EQ(feed.records.size(), 2u);
  EXPECT_EQ(feed.status(0).count, 2u);
  EXPECT_EQ(feed.status(0).receive_time_ns, morning + 2'000);
  EXPECT_EQ(feed.text(), "S7:2 O:4 ");
  EXPECT_EQ(feed.handler.counters().gaps, 1u);
  EXPECT_EQ(feed.handler.counters().lost_messages, 2u);
  ASSERT_EQ(feed.handler.counters().listed_gaps.size(), 1u);
  EXPECT_EQ(feed.handler.counters().listed_gaps[0].missing.first, 2u);
  EXPECT_EQ(feed.handler.counters().listed_gaps[0].cause, Gap::Cause::lost);
  EXPECT_EQ(feed.handler.counters().listed_gaps[0].place.packet, 2u);
  EXPECT_EQ(feed.handler.counters().listed_gaps[0].place.offset, 2'000u);
  EXPECT_EQ(feed.handler.counters().listed_gaps[0].place.sequence_number, 4u);
}

TEST(Itch50Handler, TheEndHandsOnWhatIsHeld) {
  Feed feed;
  feed.messages(1, {testing::add_order(1)});
  feed.messages(3, {testing::add_order(3)});
  feed.handler.finish();
  EXPECT_EQ(feed.text(), "S5:0 O:1 S7:2 O:3 ");
}

TEST(Itch50Handler, AFaultInAPacketThatWasHeldNamesItsOwnFile) {
  Feed feed;
  feed.handler.set_file(3);
  feed.messages(1, {testing::add_order(1)});
  feed.messages(3, {with_type('Z', 7)});
  feed.handler.set_file(4);
  feed.messages(2, {testing::add_order(2)});
  feed.messages(4, {with_type('Z', 7)});
  const FeedCounters& counters = feed.handler.counters();
  ASSERT_EQ(counters.listed_gaps.size(), 2u);
  EXPECT_EQ(counters.listed_gaps[0].place.file, 3u);
  EXPECT_EQ(counters.listed_gaps[0].place.packet, 2u);
  EXPECT_EQ(counters.listed_gaps[1].place.file, 4u);
  EXPECT_EQ(counters.listed_gaps[1].place.sequence_number, 4u);
  EXPECT_EQ(counters.first_fault->place.file, 3u);
}

TEST(Itch50Handler, AnUnknownTypeIsSteppedOverAndTold) {
  Feed feed;
  feed.messages(1, {testing::add_order(1), with_type('Z', 7), testing::add_order(3)});
  EXPECT_EQ(feed.text(), "S5:0 O:1 S7:2 O:3 ");
  const FeedCounters& counters = feed.handler.counters();
  EXPECT_EQ(counters.refused[static_cast<std::size_t>(Verdict::unknown_type)], 1u);
  EXPECT_EQ(counters.refused_messages(), 1u);
  EXPECT_EQ(counters.gaps, 0u);  // nothing was lost on the way
  ASSERT_EQ(counters.listed_gaps.size(), 1u);
  EXPECT_EQ(counters.listed_gaps[0].cause, Gap::Cause::undecodable);
  ASSERT_TRUE(counters.first_fault);
  EXPECT_EQ(describe(*counters.first_fault),
            "packet 1 at offset 1000, payload byte 58, sequence number 2: message type 'Z' is not "
            "in ITCH 5.0");
}

TEST(Itch50Handler, AWrongSizeAndABadFieldAreToldApart) {
  Feed feed;
  feed.messages(1, {with_type('A', 35), testing::add_order(2, 'x'), Bytes{}});
  EXPECT_EQ(feed.text(), "S5:0 S7:1 S7:2 S7:3 ");
  const FeedCounters& counters = feed.handler.counters();
  EXPECT_EQ(counters.refused[static_cast<std::size_t>(Verdict::wrong_size)], 2u);
  EXPECT_EQ(counters.refused[static_cast<std::size_t>(Verdict::bad_field)], 1u);
  EXPECT_EQ(describe(*counters.first_fault),
            "packet 1 at offset 1000, payload byte 20, sequence number 1: a message of type 'A' "
            "has 36 bytes, this one has 35");
}

TEST(Itch50Handler, ALengthBeyondThePacketLosesTheRestOfIt) {
  Feed feed;
  Bytes packet = testing::packet_of(
      feed.session, 1, {testing::add_order(1), testing::add_order(2), testing::add_order(3)});
  packet[20 + 38 + 1] = std::byte{200};
  feed.packet(packet);
  EXPECT_EQ(feed.status(2).count, 2u);
  feed.messages(4, {testing::add_order(4)});
  EXPECT_EQ(feed.text(), "S5:0 O:1 S7:2 O:4 ");
  const FeedCounters& counters = feed.handler.counters();
  EXPECT_EQ(counters.refused[static_cast<std::size_t>(Verdict::truncated)], 2u);
  EXPECT_EQ(describe(*counters.first_fault),
            "packet 1 at offset 1000, payload byte 58, sequence number 2: the block's length, 200, "
            "reaches beyond the end of the data");
}

TEST(Itch50Handler, ACountBeyondThePacketsBlocksIsAGap) {
  Feed feed;
  Bytes packet = testing::packet_of(feed.session, 1, {testing::add_order(1)});
  packet[19] = std::byte{5};
  feed.packet(packet);
  EXPECT_EQ(feed.status(2).count, 4u);
  feed.messages(6, {testing::add_order(6)});
  EXPECT_EQ(feed.text(), "S5:0 O:1 S7:2 O:6 ");
}

TEST(Itch50Handler, BytesBehindTheLastMessageAreCounted) {
  Feed feed;
  Bytes packet =
      testing::packet_of(feed.session, 1, {testing::add_order(1), testing::add_order(2)});
  packet[19] = std::byte{1};
  feed.packet(packet);
  EXPECT_EQ(feed.text(), "S5:0 O:1 ");
  EXPECT_EQ(feed.handler.counters().surplus_packets, 1u);
  EXPECT_EQ(feed.handler.counters().refused_messages(), 0u);
}

TEST(Itch50Handler, OnlyTheFirstFaultIsKept) {
  Feed feed;
  feed.messages(1, {testing::add_order(1)});
  feed.messages(2, {with_type('Z', 7)});
  feed.messages(3, {with_type('?', 7)});
  EXPECT_EQ(feed.handler.counters().first_fault->place.packet, 2u);
  EXPECT_EQ(feed.handler.counters().first_fault->message_type, 'Z');
}

TEST(Itch50Handler, AFaultBehindASkippedMessageNamesItsOwnPlace) {
  Feed feed;
  feed.messages(1, {testing::add_order(1)});
  feed.messages(1, {testing::add_order(1), with_type('Z', 7)});
  EXPECT_EQ(feed.handler.counters().first_fault->payload_offset, 20u + 38u);
  EXPECT_EQ(feed.handler.counters().first_fault->place.sequence_number, 2u);
}

TEST(Itch50Handler, TheListOfGapsIsBounded) {
  Feed feed;
  for (std::uint64_t i = 0; i < FeedCounters::max_listed_gaps + 10; ++i) {
    feed.messages(1 + i, {with_type('Z', 1)});
  }
  EXPECT_EQ(feed.handler.counters().listed_gaps.size(), FeedCounters::max_listed_gaps);
  EXPECT_EQ(feed.handler.counters().refused_messages(), FeedCounters::max_listed_gaps + 10);
}

TEST(Itch50Handler, ALongPacketLeavesInFullBlocks) {
  Feed feed;
  std::vector<Bytes> many;
  for (std::uint64_t i = 0; i < 300; ++i) many.push_back(testing::add_order(i + 1));
  feed.messages(1, many);
  EXPECT_EQ(feed.records.size(), 301u);
  for (std::uint64_t i = 0; i < 300; ++i) {
    EXPECT_EQ(record::sequence_number_of(feed.records[i + 1]), i + 1);
  }
  for (const std::size_t size : feed.calls) EXPECT_LE(size, Handler<Collect>::block_records);
  EXPECT_EQ(feed.handler.counters().records, 301u);
}

TEST(Itch50Handler, RecordsGatherWhenPacketsDoNotFlush) {
  Feed feed({.flush_each_packet = false});
  for (std::uint64_t i = 1; i <= 50; ++i) feed.messages(i, {testing::add_order(i)});
  EXPECT_EQ(feed.records.size(), 0u);
  feed.handler.flush();
  EXPECT_EQ(feed.records.size(), 51u);
  EXPECT_EQ(feed.calls, std::vector<std::size_t>{51});
  feed.handler.flush();
  EXPECT_EQ(feed.calls.size(), 1u);  // nothing, nothing to say
}

TEST(Itch50Handler, AFullBlockTakesTheFeedsOwnEvents) {
  Feed feed({.flush_each_packet = false});
  std::vector<Bytes> refused(300, with_type('Z', 1));
  feed.messages(1, refused);
  feed.handler.flush();
  EXPECT_EQ(feed.records.size(), 301u);
  for (std::uint64_t i = 0; i < 300; ++i) {
    EXPECT_EQ(record::sequence_number_of(feed.records[i + 1]), i + 1);
  }
}

TEST(Itch50Handler, AnEventFindsRoomBehindAFullBlock) {
  Feed feed({.flush_each_packet = false});
  std::vector<Bytes> messages(125, testing::add_order(1));  // and the start of the session: 126
  messages.push_back(testing::bytes_of(testing::blank<wire::itch50::OrderReplace>()));
  feed.messages(1, messages);
  EXPECT_EQ(feed.records.size(), 0u);
  feed.packet(testing::header_of(feed.session, 127, 0xffff));
  EXPECT_EQ(feed.records.size(), 128u);
  feed.handler.flush();
  EXPECT_EQ(feed.status(128).action, StatusAction::session_end);
}

TEST(Itch50Handler, ACaptureWithoutNumbersIsDecoded) {
  Feed feed;
  feed.session = {};
  feed.messages(0, {testing::add_order(1)});
  feed.messages(0, {testing::add_order(2)});
  EXPECT_EQ(feed.text(), "S5:0 S6:0 O:0 O:0 ");
  EXPECT_EQ(feed.handler.arbiter().unsequenced_packets(), 2u);
}

struct File : Feed {
  File() : Feed({.session_date = CivilDate{2014, 10, 3}}) {}

  /// Feeds `bytes` in windows of `step` more bytes; returns the offset that was reached.
  std::size_t read(const Bytes& bytes, std::size_t step) {
    std::size_t done = 0;
    for (std::size_t end = 0; end < bytes.size();) {
      end = std::min(end + step, bytes.size());
      done += handler.on_file_bytes(std::span(bytes).subspan(done, end - done), done,
                                    end == bytes.size());
    }
    return done;
  }
};

Bytes day_file() {
  std::vector<Bytes> messages;
  for (std::uint64_t i = 1; i <= 200; ++i) messages.push_back(testing::add_order(i));
  return testing::blocks_of(messages);
}

TEST(Itch50HandlerFile, WindowsOfAnySizeGiveTheSameRecords) {
  const Bytes bytes = day_file();
  File whole;
  EXPECT_EQ(whole.read(bytes, bytes.size()), bytes.size());
  ASSERT_EQ(whole.records.size(), 201u);
  EXPECT_EQ(whole.records[1].event_time_ns, midnight + 34'200'000'000'000);
  EXPECT_EQ(whole.records[1].receive_time_ns, 0u);
  for (const std::size_t step : {1u, 2u, 7u, 38u, 39u, 4'096u}) {
    File stepped;
    EXPECT_EQ(stepped.read(bytes, step), bytes.size());
    ASSERT_EQ(stepped.records.size(), whole.records.size()) << step;
    EXPECT_EQ(std::memcmp(stepped.records.data(), whole.records.data(), 64 * whole.records.size()),
              0)
        << step;
  }
}

TEST(Itch50HandlerFile, AnEmptyBlockEndsTheSession) {
  Bytes bytes = testing::block_of(testing::add_order(1));
  testing::append(bytes, Bytes(2));
  testing::append(bytes, day_file());
  File file;
  EXPECT_EQ(file.read(bytes, 50), bytes.size());
  EXPECT_EQ(file.text(), "S5:0 O:1 S8:2 ");
  EXPECT_EQ(file.handler.counters().bytes_behind_end, day_file().size());
  EXPECT_FALSE(file.handler.counters().first_fault);
}

TEST(Itch50HandlerFile, AFileThatIsCutOffSaysWhere) {
  const Bytes whole = testing::blocks_of({testing::add_order(1), testing::add_order(2)});
  const Bytes bytes(whole.begin(), whole.end() - 3);
  File file;
  EXPECT_EQ(file.read(bytes, 16), bytes.size());
  EXPECT_EQ(file.text(), "S5:0 O:1 S7:2 ");
  EXPECT_EQ(describe(*file.handler.counters().first_fault),
            "offset 38, sequence number 2: the block's length, 36, reaches beyond the end of the "
            "data");
}

TEST(Itch50HandlerFile, AFaultNamesItsOffsetInTheFile) {
  Bytes bytes = day_file();
  bytes[100 * 38 + 2] = std::byte{'z'};
  File file;
  file.read(bytes, 1'000);
  EXPECT_EQ(file.handler.counters().first_fault->place.offset, 100u * 38);
  EXPECT_EQ(file.handler.counters().first_fault->place.sequence_number, 101u);
  EXPECT_EQ(file.handler.counters().messages(), 199u);
}

}  // namespace
}  // namespace hft::feed::itch50
