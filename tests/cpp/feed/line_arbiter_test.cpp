// Line arbitration case by case. The random streams are in line_arbiter_random_test.cpp.
#include "hft/feed/line_arbiter.hpp"

#include <gtest/gtest.h>

#include "feed/arbiter_fixture.hpp"

namespace hft::feed {
namespace {

using testing::ArbiterFixture;
using Events = std::vector<std::string>;

constexpr ArbiterOptions small_window{
    .hold_packets = 4, .hold_payload = 256, .hold_ns = 1'000, .backward_messages = 100};

/// "file 0, packet 3 at 3000, message 7"
std::string text(const std::optional<Place>& place) {
  if (!place) return "nowhere";
  return "file " + std::to_string(place->file) + ", packet " + std::to_string(place->packet) +
         " at " + std::to_string(place->offset) + ", message " +
         std::to_string(place->sequence_number);
}

struct LineArbiterTest : ::testing::Test {
  ArbiterFixture feed{small_window};
  const LineCounters& line(std::size_t i) const { return feed.arbiter.lines()[i]; }
  const LinePlaces& places(std::size_t i) const { return feed.arbiter.places()[i]; }
};

TEST_F(LineArbiterTest, InOrderPacketsPass) {
  EXPECT_EQ(feed.messages(1, 2), Arrival::delivered);
  EXPECT_EQ(feed.messages(3, 1), Arrival::delivered);
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "1", "2", "3"}));
  EXPECT_EQ(line(0).packets, 2u);
  EXPECT_EQ(line(0).won, 2u);
  EXPECT_EQ(feed.arbiter.next_sequence_number(), 4u);
}

TEST_F(LineArbiterTest, FirstCopyWins) {
  feed.messages(1, 2, 0);
  EXPECT_EQ(feed.messages(1, 2, 1), Arrival::duplicate);
  EXPECT_EQ(feed.messages(3, 2, 1), Arrival::delivered);
  EXPECT_EQ(feed.messages(3, 2, 0), Arrival::duplicate);
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "1", "2", "3", "4"}));
  EXPECT_EQ(line(0).won, 1u);
  EXPECT_EQ(line(0).duplicates, 1u);
  EXPECT_EQ(line(1).won, 1u);
  EXPECT_EQ(line(1).duplicates, 1u);
}

TEST_F(LineArbiterTest, TheOtherLineFillsAGap) {
  feed.messages(1, 1, 0);
  EXPECT_EQ(feed.messages(4, 1, 0), Arrival::held);
  EXPECT_EQ(feed.messages(3, 1, 0), Arrival::held);
  EXPECT_EQ(feed.messages(2, 1, 1), Arrival::delivered);
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "1", "2", "3", "4"}));
  EXPECT_EQ(line(0).held, 2u);
  EXPECT_EQ(line(0).won, 3u);
  EXPECT_EQ(line(1).won, 1u);
}

TEST_F(LineArbiterTest, ACopyOfAHeldPacketIsADuplicate) {
  feed.messages(1, 1);
  feed.messages(3, 2, 0);
  EXPECT_EQ(feed.messages(3, 2, 1), Arrival::duplicate);
  EXPECT_EQ(feed.messages(4, 1, 1), Arrival::duplicate);
  EXPECT_EQ(feed.messages(3, 3, 1), Arrival::held);  // brings 5 as well
  feed.messages(2, 1, 1);
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "1", "2", "3", "4", "5"}));
}

TEST_F(LineArbiterTest, OnlyTheNewPartOfAnOverlapPasses) {
  feed.messages(1, 3);
  EXPECT_EQ(feed.messages(2, 4), Arrival::delivered);
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "1", "2", "3", "4", "5"}));
}

TEST_F(LineArbiterTest, AGapIsGivenUpWhenItsTimeIsOver) {
  feed.messages(1, 1);
  feed.now = 100;
  feed.messages(4, 1);
  feed.now = 1'100;  // exactly hold_ns later: still waiting
  feed.messages(5, 1);
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "1"}));
  feed.now = 1'101;
  EXPECT_EQ(feed.messages(6, 1), Arrival::delivered);
  EXPECT_EQ(feed.take(), (Events{"gap 2+2 at 1101", "4", "5", "6"}));
}

TEST_F(LineArbiterTest, ADuplicateAlsoTellsTheTime) {
  feed.messages(1, 1);
  feed.messages(3, 1);
  feed.now = 5'000;
  EXPECT_EQ(feed.messages(1, 1), Arrival::duplicate);
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "1", "gap 2+1 at 5000", "3"}));
}

TEST_F(LineArbiterTest, EachGapWaitsForItself) {
  feed.messages(1, 1);
  feed.now = 100;
  feed.messages(3, 1);
  feed.now = 900;
  feed.messages(5, 1);
  feed.now = 1'200;
  feed.advance();
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "1", "gap 2+1 at 1200", "3"}));
  feed.now = 1'901;
  feed.advance();
  EXPECT_EQ(feed.take(), (Events{"gap 4+1 at 1901", "5"}));
}

TEST_F(LineArbiterTest, AGapNamesThePacketBehindIt) {
  feed.messages(1, 1);
  feed.messages(7, 1);
  feed.messages(4, 1);
  feed.arbiter.set_file(1);
  feed.messages(9, 30);  // too long to hold: both gaps below it and its own are given up
  feed.finish();
  ASSERT_EQ(feed.log.behind.size(), 3u);
  EXPECT_EQ(text(feed.log.behind[0]), "file 0, packet 3 at 3000, message 4");
  EXPECT_EQ(text(feed.log.behind[1]), "file 0, packet 2 at 2000, message 7");
  EXPECT_EQ(text(feed.log.behind[2]), "file 1, packet 4 at 4000, message 9");
}

TEST_F(LineArbiterTest, WhatWasHeldIsFoundAgain) {
  feed.messages(1, 1);
  feed.messages(4, 2);
  EXPECT_EQ(text(feed.arbiter.place_of_held(5)), "nowhere");  // it is not handed on yet
  feed.arbiter.set_file(1);
  feed.messages(3, 1);
  feed.messages(2, 1);
  EXPECT_EQ(text(feed.arbiter.place_of_held(3)), "file 1, packet 3 at 3000, message 3");
  EXPECT_EQ(text(feed.arbiter.place_of_held(5)), "file 0, packet 2 at 2000, message 5");
  EXPECT_EQ(text(feed.arbiter.place_of_held(2)), "nowhere");  // it was never held
  EXPECT_EQ(text(feed.arbiter.place_of_held(6)), "nowhere");
}

TEST_F(LineArbiterTest, OnlyTheLatestHeldPacketsAreFoundAgain) {
  const auto hold_then_fill = [&](std::uint64_t first) {
    feed.messages(first + 1, 1);
    feed.messages(first, 1);
  };
  feed.messages(1, 1);
  for (std::uint64_t first = 2; first < 12; first += 2) hold_then_fill(first);
  EXPECT_EQ(text(feed.arbiter.place_of_held(3)), "nowhere");  // five were held, four are kept
  EXPECT_EQ(text(feed.arbiter.place_of_held(5)), "file 0, packet 4 at 4000, message 5");
  feed.session = testing::session_name("SESSION__2");
  feed.messages(1, 1);
  hold_then_fill(4);  // numbers begin anew: the new session's message 5
  feed.finish();
  EXPECT_EQ(text(feed.arbiter.place_of_held(5)), "file 0, packet 13 at 13000, message 5");
}

TEST_F(LineArbiterTest, AFullStoreGivesUpTheFirstGap) {
  feed.messages(1, 1);
  for (const std::uint64_t first : {3u, 5u, 7u, 9u})
    EXPECT_EQ(feed.messages(first, 1), Arrival::held);
  EXPECT_EQ(feed.messages(11, 1), Arrival::held);
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "1", "gap 2+1 at 0", "3"}));
}

TEST_F(LineArbiterTest, AFullStoreIsPassedByAPacketBelowIt) {
  feed.messages(1, 1);
  for (const std::uint64_t first : {5u, 7u, 9u, 11u}) feed.messages(first, 1);
  EXPECT_EQ(feed.messages(3, 1), Arrival::delivered);
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "1", "gap 2+1 at 0", "3"}));
}

TEST_F(LineArbiterTest, APacketTooLongToHoldGivesUpWhatIsBelowIt) {
  feed.messages(1, 1);
  feed.messages(3, 1);
  EXPECT_EQ(feed.messages(5, 30), Arrival::delivered);  // 320 bytes
  Events expected{"start SESSION__1", "1", "gap 2+1 at 0", "3", "gap 4+1 at 0"};
  for (int i = 5; i < 35; ++i) expected.push_back(std::to_string(i));
  EXPECT_EQ(feed.take(), expected);
}

TEST_F(LineArbiterTest, WithoutStorageEveryGapIsGivenUpAtOnce) {
  ArbiterFixture bare{{.hold_packets = 0}};
  bare.messages(1, 1);
  EXPECT_EQ(bare.messages(3, 1), Arrival::delivered);
  EXPECT_EQ(bare.take(), (Events{"start SESSION__1", "1", "gap 2+1 at 0", "3"}));
}

TEST_F(LineArbiterTest, TheEndGivesUpAllGaps) {
  feed.messages(1, 1);
  feed.messages(3, 1);
  feed.messages(6, 1);
  feed.finish();
  EXPECT_EQ(feed.take(),
            (Events{"start SESSION__1", "1", "gap 2+1 at 0", "3", "gap 4+2 at 0", "6"}));
  feed.finish();
  EXPECT_EQ(feed.take(), Events{});
}

TEST_F(LineArbiterTest, WhatComesForAGivenUpGapIsLate) {
  feed.messages(1, 1);
  feed.messages(4, 1);
  feed.finish();
  feed.take();
  EXPECT_EQ(feed.messages(3, 1, 1), Arrival::late);
  EXPECT_EQ(feed.messages(4, 1, 1), Arrival::duplicate);
  EXPECT_EQ(feed.messages(1, 1, 1), Arrival::duplicate);
  EXPECT_EQ(line(1).late, 1u);
  EXPECT_EQ(line(1).duplicates, 2u);
  EXPECT_EQ(feed.take(), Events{});
}

TEST_F(LineArbiterTest, AHeartbeatRevealsAGap) {
  feed.messages(1, 1);
  EXPECT_EQ(feed.heartbeat(2), Arrival::heartbeat);  // nothing is missing
  EXPECT_EQ(feed.heartbeat(4), Arrival::heartbeat);
  feed.now = 900;
  feed.heartbeat(4, 1);  // says nothing new, and must not start the wait anew
  feed.now = 1'001;
  feed.advance();
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "1", "gap 2+2 at 1001"}));
  EXPECT_EQ(feed.messages(4, 1), Arrival::delivered);
  EXPECT_EQ(line(0).heartbeats, 2u);
  EXPECT_EQ(line(1).heartbeats, 1u);
  EXPECT_EQ(line(1).duplicates, 0u);
}

TEST_F(LineArbiterTest, AGapThatAHeartbeatRevealedIsFilled) {
  feed.messages(1, 1);
  feed.heartbeat(4);
  EXPECT_EQ(feed.messages(2, 2, 1), Arrival::delivered);
  feed.now = 5'000;
  feed.advance();
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "1", "2", "3"}));
}

TEST_F(LineArbiterTest, TheSessionEndsOnce) {
  feed.messages(1, 1);
  EXPECT_EQ(feed.end_of_session(2), Arrival::heartbeat);
  feed.end_of_session(2, 1);
  feed.end_of_session(2);
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "1", "end SESSION__1 2"}));
}

TEST_F(LineArbiterTest, TheEndOfASessionWaitsForItsGap) {
  feed.messages(1, 1);
  feed.heartbeat(3);
  feed.end_of_session(3);
  feed.end_of_session(3, 1);
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "1"}));
  feed.messages(2, 1, 1);
  EXPECT_EQ(feed.take(), (Events{"2", "end SESSION__1 3"}));
}

TEST_F(LineArbiterTest, TheEndOfASessionRevealsAGap) {
  feed.messages(1, 1);
  feed.end_of_session(3);
  feed.finish();
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "1", "gap 2+1 at 0", "end SESSION__1 3"}));
}

TEST_F(LineArbiterTest, AStartInMidSessionIsLate) {
  EXPECT_EQ(feed.messages(5'000, 1), Arrival::delivered);
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "late 1+4999 at 0", "5000"}));
  EXPECT_EQ(feed.messages(4'990, 5), Arrival::late);
  EXPECT_EQ(feed.take(), Events{});
}

TEST_F(LineArbiterTest, AHeartbeatCanBeTheStart) {
  feed.heartbeat(10);
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "late 1+9 at 0"}));
  ArbiterFixture early{small_window};
  early.heartbeat(1);
  EXPECT_EQ(early.take(), (Events{"start SESSION__1"}));
  EXPECT_EQ(early.messages(1, 1), Arrival::delivered);
}

TEST_F(LineArbiterTest, ANewSessionEndsTheOldOne) {
  feed.messages(1, 1);
  feed.messages(3, 1);
  feed.session = testing::session_name("SESSION__2");
  EXPECT_EQ(feed.messages(1, 1), Arrival::delivered);
  EXPECT_EQ(feed.take(),
            (Events{"start SESSION__1", "1", "gap 2+1 at 0", "3", "start SESSION__2", "1"}));
  feed.session = testing::session_name("SESSION__1");
  EXPECT_EQ(feed.messages(4, 1, 1), Arrival::old_session);
  EXPECT_EQ(feed.heartbeat(5, 1), Arrival::old_session);
  EXPECT_EQ(line(1).old_session, 2u);
  EXPECT_EQ(feed.take(), Events{});
}

TEST_F(LineArbiterTest, ANewSessionForgetsTheOldOne) {
  feed.messages(1, 1);
  feed.messages(4, 200);
  feed.finish();  // 2 and 3 are given up
  feed.end_of_session(204);
  feed.session = testing::session_name("SESSION__2");
  feed.messages(1, 4);
  feed.take();
  EXPECT_EQ(feed.messages(2, 1), Arrival::duplicate);  // not late, and no step backwards
  feed.end_of_session(5);
  EXPECT_EQ(feed.take(), (Events{"end SESSION__2 5"}));
}

TEST_F(LineArbiterTest, OneDamagedSessionNameDoesNotSilenceTheFeed) {
  feed.messages(1, 1);
  feed.session = testing::session_name("SESSION_?1");
  feed.messages(2, 1);
  feed.session = testing::session_name("SESSION__1");
  for (std::uint64_t i = 2; i < 65; ++i) EXPECT_EQ(feed.messages(i, 1), Arrival::old_session);
  feed.take();
  EXPECT_EQ(feed.messages(65, 1), Arrival::delivered);
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "late 1+64 at 0", "65"}));
}

TEST_F(LineArbiterTest, StragglersOfAnOldSessionDoNotBringItBack) {
  feed.messages(1, 1);
  const SessionName old_session = feed.session;
  const SessionName new_session = testing::session_name("SESSION__2");
  for (std::uint64_t i = 1; i < 200; ++i) {
    feed.session = new_session;
    ASSERT_EQ(feed.messages(i, 1), Arrival::delivered);
    feed.session = old_session;
    ASSERT_EQ(feed.messages(i, 1), Arrival::old_session);
    ASSERT_EQ(feed.heartbeat(i), Arrival::old_session);
  }
}

TEST_F(LineArbiterTest, HeartbeatsOfAnOldSessionDoNotBringItBack) {
  feed.messages(1, 1);
  feed.session = testing::session_name("SESSION__2");
  feed.messages(1, 1);
  feed.session = testing::session_name("SESSION__1");
  for (int i = 0; i < 200; ++i) ASSERT_EQ(feed.end_of_session(2), Arrival::old_session);
}

TEST_F(LineArbiterTest, FarBackwardsOnALineIsNotDelivered) {
  feed.messages(1, 200, 0);
  EXPECT_EQ(feed.messages(99, 1, 0), Arrival::sequence_backwards);
  EXPECT_EQ(feed.messages(100, 1, 0), Arrival::duplicate);
  EXPECT_EQ(feed.messages(1, 1, 1), Arrival::duplicate);  // the other line is merely slow
  EXPECT_EQ(line(0).sequence_backwards, 1u);
  EXPECT_EQ(line(1).sequence_backwards, 0u);
  feed.messages(50, 1, 0);
  EXPECT_EQ(line(0).sequence_backwards, 2u);
  EXPECT_EQ(text(places(0).sequence_backwards), "file 0, packet 2 at 2000, message 99");
  EXPECT_EQ(text(places(1).sequence_backwards), "nowhere");
  EXPECT_EQ(feed.arbiter.next_sequence_number(), 201u);
}

TEST_F(LineArbiterTest, PacketsThatCannotBeAreMalformed) {
  EXPECT_EQ(feed.raw({}), Arrival::malformed);
  EXPECT_EQ(feed.raw(testing::Bytes(19, std::byte{'0'})), Arrival::malformed);
  EXPECT_EQ(feed.messages(std::uint64_t{1} << 48, 1), Arrival::malformed);
  EXPECT_EQ(feed.messages(~std::uint64_t{0}, 1), Arrival::malformed);
  EXPECT_EQ(feed.take(), Events{});
  feed.messages(1, 1);
  EXPECT_EQ(feed.messages((std::uint64_t{1} << 32) + 3, 1), Arrival::malformed);
  EXPECT_EQ(feed.heartbeat(~std::uint64_t{0}), Arrival::malformed);
  EXPECT_EQ(feed.messages(0, 1), Arrival::malformed);  // this session has numbers
  EXPECT_EQ(feed.messages(2, 1), Arrival::delivered);
  EXPECT_EQ(line(0).malformed, 7u);
  EXPECT_EQ(text(places(0).malformed), "file 0, packet 1 at 1000, message 0");
}

TEST_F(LineArbiterTest, AMalformedPacketNamesItsNumberWhereItHasOne) {
  feed.messages(1, 1);
  feed.messages(0, 1, 1);
  feed.messages((std::uint64_t{1} << 32) + 3, 1, 0);
  EXPECT_EQ(text(places(0).malformed), "file 0, packet 3 at 3000, message 4294967299");
  EXPECT_EQ(text(places(1).malformed), "file 0, packet 2 at 2000, message 0");
}

TEST_F(LineArbiterTest, WithoutNumbersEverythingPasses) {
  feed.session = {};
  EXPECT_EQ(feed.messages(0, 1), Arrival::delivered);
  EXPECT_EQ(feed.messages(0, 2), Arrival::delivered);
  EXPECT_EQ(feed.messages(0, 2, 1), Arrival::delivered);
  EXPECT_EQ(feed.heartbeat(0), Arrival::heartbeat);
  EXPECT_EQ(feed.take(), (Events{"start ", "late 0+0 at 0", "0", "0", "1", "0", "1"}));
  EXPECT_EQ(feed.arbiter.unsequenced_packets(), 3u);
}

TEST_F(LineArbiterTest, LinesKeepTheirTimes) {
  feed.now = 50;
  feed.messages(1, 1);
  feed.now = 40;
  feed.messages(2, 1);
  feed.now = 60;
  feed.messages(3, 1);
  feed.now = 55;
  feed.messages(4, 1);
  EXPECT_EQ(line(0).first_time_ns, 50u);
  EXPECT_EQ(line(0).last_time_ns, 55u);
  EXPECT_EQ(line(0).time_backwards, 2u);
  EXPECT_EQ(text(places(0).time_backwards), "file 0, packet 2 at 2000, message 2");
  EXPECT_EQ(line(0).bytes, 4u * (20 + 10));
  EXPECT_EQ(line(1).packets, 0u);
}

TEST_F(LineArbiterTest, AClockThatStepsBackGivesNothingUp) {
  feed.now = 10'000;
  feed.messages(1, 1);
  feed.messages(3, 1);
  feed.now = 0;
  feed.messages(4, 1);
  EXPECT_EQ(feed.take(), (Events{"start SESSION__1", "1"}));
}

TEST_F(LineArbiterTest, AnOverlapWithBrokenBlocksStillMovesTheSequence) {
  feed.messages(1, 1);
  testing::Bytes bytes = testing::header_of(feed.session, 1, 3);
  testing::append(bytes, testing::Bytes(5, std::byte{0xff}));  // a length beyond the packet
  EXPECT_EQ(feed.raw(bytes), Arrival::delivered);
  EXPECT_EQ(feed.arbiter.next_sequence_number(), 4u);
}

}  // namespace
}  // namespace hft::feed
