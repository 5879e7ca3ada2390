// The replay as a whole: same input, same output, however it is run; and what it says of bad input.
#include "hft/engine/replay.hpp"

#include <fstream>

#include "engine/replay_fixture.hpp"

namespace hft::engine {
namespace {

TEST_F(ReplayTest, books_equal_those_of_the_generator) {
  synth::Summary made;
  const std::string file = path("20260105.itch");
  made = synth::generate(session(), file);
  for (const BookKind kind : {BookKind::map, BookKind::fast}) {
    auto options = options_for({file});
    options.book = kind;
    Replay replay(options);
    run(replay);
    EXPECT_EQ(replay.feeds()[0]->books()->digest(), made.digest);
    EXPECT_EQ(replay.feeds()[0]->counters().messages(), made.messages);
    EXPECT_EQ(replay.ended_by(), EndedBy::end);
  }
}

TEST_F(ReplayTest, result_does_not_depend_on_the_steps) {
  const std::string raw_file = raw();
  const std::string capture = path("session.pcap");
  auto faulty = session();
  faulty.lines[0] = {0.01, 0.01, 0.01};
  faulty.lines[1] = {0.02, 0.01, 0.01};
  faulty.gap = 0.001;
  ASSERT_GT(synth::generate(faulty, capture).gaps, 0u);
  for (const std::string& file : {raw_file, capture}) {
    auto options = options_for({file});
    Replay whole(options);
    run(whole);
    options.latency = false;
    Replay message_by_message(options);
    run(message_by_message, 1);
    Replay in_blocks(options);
    run(in_blocks, 100);
    EXPECT_EQ(digests(message_by_message), digests(whole));
    EXPECT_EQ(digests(in_blocks), digests(whole));
    EXPECT_GT(whole.outlets().touches.count(), 1000u);
    EXPECT_EQ(std::distance(whole.series().begin(), whole.series().end()),
              std::distance(in_blocks.series().begin(), in_blocks.series().end()));
    EXPECT_EQ(whole.series().peak_1ms_messages(), in_blocks.series().peak_1ms_messages());
  }
}

TEST_F(ReplayTest, lines_in_two_files_are_merged_by_time) {
  net::PcapWriter a(path("a.pcap"));
  net::PcapWriter b(path("b.pcap"));
  net::PcapWriter both(path("both.pcap"));
  for (std::uint64_t i = 0; i < 200; ++i) {
    const auto packet = payload(i + 1, {add_order(i + 1, 100, i)});
    if (i % 10 != 3) a.write_datagram(receive_ns(10 * i), line_a, packet);
    if (i % 10 != 3) both.write_datagram(receive_ns(10 * i), line_a, packet);
    b.write_datagram(receive_ns(10 * i + 5), line_b, packet);
    both.write_datagram(receive_ns(10 * i + 5), line_b, packet);
  }
  a.close();
  b.close();
  both.close();
  Replay merged(options_for({path("b.pcap"), path("a.pcap")}));
  run(merged);
  Replay single(options_for({path("both.pcap")}));
  run(single);
  EXPECT_EQ(digests(merged), digests(single));
  ASSERT_EQ(merged.feeds().size(), 1u);
  EXPECT_EQ(merged.feeds()[0]->counters().gaps, 0u);
  EXPECT_EQ(merged.feeds()[0]->counters().messages(), 200u);
}

TEST_F(ReplayTest, refused_event_is_placed) {
  net::PcapWriter capture(path("c.pcap"));
  capture.write_datagram(receive_ns(1), line_a, payload(1, {add_order(1, 100)}));
  capture.write_datagram(receive_ns(2), line_a,
                         payload(2, {delete_order(77), add_order(2, 100), delete_order(78)}));
  capture.close();
  Replay replay(options_for({path("c.pcap")}));
  run(replay);
  const FeedRun& feed = *replay.feeds()[0];
  const auto unknown = static_cast<std::size_t>(book::Verdict::unknown_order);
  EXPECT_EQ(feed.books()->verdict_counts()[unknown], 2u);
  ASSERT_TRUE(feed.refusal_places()[unknown]);
  EXPECT_EQ(feed.refusal_places()[unknown]->packet, 2u);
  EXPECT_EQ(feed.refusal_places()[unknown]->sequence_number, 2u);
  EXPECT_GT(feed.refusal_places()[unknown]->offset, 24u);
  EXPECT_EQ(feed.instruments().symbol(7), "TEST") << "learned from the add order";
}

TEST_F(ReplayTest, refused_event_of_a_raw_file_is_placed) {
  net::RawWriter file(path("20260105.itch"));
  std::uint64_t before = 0;
  for (std::uint64_t i = 1; i <= 300; ++i) {
    const auto block = add_order(i, 100);
    file.write_blocks(block);
    before += block.size();
  }
  file.write_blocks(delete_order(1'000'000));
  file.close();
  Replay replay(options_for({path("20260105.itch")}));
  run(replay);
  const auto unknown = static_cast<std::size_t>(book::Verdict::unknown_order);
  const auto& place = replay.feeds()[0]->refusal_places()[unknown];
  ASSERT_TRUE(place);
  EXPECT_EQ(place->offset, before);
  EXPECT_EQ(place->packet, 0u);
  EXPECT_EQ(place->sequence_number, 301u);
}

TEST_F(ReplayTest, selection_limits_what_goes_on_and_not_the_books) {
  const std::string file = raw();
  Replay all(options_for({file}));
  std::vector<record::Record> expected;
  all.outlets().records.add(std::make_unique<Kept>(expected));
  run(all);
  const std::uint64_t midnight = all.feeds()[0]->midnight_ns();
  const auto wanted = static_cast<std::uint16_t>(3);
  const std::uint64_t from = midnight + 11 * 3'600'000'000'000;
  std::erase_if(expected, [&](const record::Record& record) {
    const bool other = record.instrument != wanted && record.instrument != record::instrument_all;
    return other || record.kind != record::Kind::order || record.event_time_ns < from;
  });
  ASSERT_GT(expected.size(), 10u);

  auto options = options_for({file});
  options.selection.symbols = {std::string(all.feeds()[0]->instruments().symbol(wanted))};
  options.selection.kinds = 1u << static_cast<unsigned>(record::Kind::order);
  options.selection.start_ns = 11 * 3'600'000'000'000;
  options.selection.times_since_midnight = true;
  Replay some(options);
  std::vector<record::Record> found;
  some.outlets().records.add(std::make_unique<Kept>(found));
  run(some);
  ASSERT_EQ(found.size(), expected.size());
  EXPECT_EQ(std::memcmp(found.data(), expected.data(), found.size() * 64), 0);
  EXPECT_EQ(digests(some).books, digests(all).books);
}

TEST_F(ReplayTest, ends_at_the_first_message_at_or_behind_the_stop) {
  net::PcapWriter capture(path("c.pcap"));
  for (std::uint64_t i = 0; i < 100; ++i) {
    capture.write_datagram(receive_ns(i * 1000), line_a,
                           payload(i + 1, {add_order(i + 1, 100, i * 1000)}));
  }
  capture.close();
  auto options = options_for({path("c.pcap")});
  options.selection.stop_ns = receive_ns(40'000);
  Replay replay(options);
  run(replay);
  EXPECT_EQ(replay.ended_by(), EndedBy::to_time);
  EXPECT_EQ(replay.feeds()[0]->books()->order_count(), 40u);
}

TEST_F(ReplayTest, stop_ends_it_with_what_was_done) {
  Replay replay(options_for({raw()}));
  ASSERT_TRUE(replay.advance(1000));
  replay.stop();
  EXPECT_FALSE(replay.advance());
  EXPECT_FALSE(replay.advance());
  EXPECT_EQ(replay.ended_by(), EndedBy::stopped);
  EXPECT_GT(replay.feeds()[0]->counters().messages(), 0u);
}

TEST_F(ReplayTest, cut_off_capture_is_replayed_to_the_cut) {
  const std::string file = path("session.pcap");
  synth::generate(session(2'000), file);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 7);
  Replay replay(options_for({file}));
  run(replay);
  EXPECT_EQ(replay.ended_by(), EndedBy::end);
  EXPECT_NE(replay.files()[0].note.find("session.pcap"), std::string::npos);
}

TEST_F(ReplayTest, cut_off_raw_file_tells_the_last_message) {
  const std::string file = raw(2'000);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 5);
  Replay replay(options_for({file}));
  run(replay);
  const auto truncated = static_cast<std::size_t>(feed::itch50::Verdict::truncated);
  EXPECT_EQ(replay.feeds()[0]->counters().refused[truncated], 1u);
}

TEST_F(ReplayTest, longest_length_prefix_does_not_stall) {
  std::string bytes(200'000, '\xff');  // each block claims 65,535 bytes
  {
    net::RawWriter file(path("20260105.itch"));
    for (std::uint64_t i = 1; i <= 300; ++i) file.write_blocks(add_order(i, 100));
    file.write_blocks(std::as_bytes(std::span(bytes)));
    file.close();
  }
  Replay replay(options_for({path("20260105.itch")}));
  run(replay);
  EXPECT_EQ(replay.feeds()[0]->counters().messages(), 300u);
  EXPECT_GT(replay.feeds()[0]->counters().refused_messages(), 0u);
}

TEST_F(ReplayTest, pace_keeps_the_captures_clock) {
  net::PcapWriter capture(path("c.pcap"));
  for (std::uint64_t i = 0; i < 5; ++i) {
    capture.write_datagram(receive_ns(i * 20'000'000), line_a,
                           payload(i + 1, {add_order(i + 1, 100)}));
  }
  capture.close();
  auto options = options_for({path("c.pcap")});
  options.pace = 2;
  Replay replay(options);
  const std::uint64_t begin = system_ns(CLOCK_MONOTONIC);
  run(replay);
  EXPECT_GE(system_ns(CLOCK_MONOTONIC) - begin, 40'000'000u);
  EXPECT_EQ(replay.lateness().count(), 5u);
  EXPECT_EQ(replay.latency().packet_to_touch.count(), 5u);
}

// Bad input --------------------------------------------------------------------------------------

template <class Act>
std::string message_of(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST_F(ReplayTest, says_what_is_wrong_with_the_files) {
  const auto opening = [](std::vector<std::string> paths) {
    return message_of([&] { Replay replay(options_for(std::move(paths))); });
  };
  EXPECT_NE(opening({path("none.pcap")}).find("no such file"), std::string::npos);
  std::ofstream(path("text.pcap")) << "this is no capture, it is a text of some length";
  EXPECT_NE(opening({path("text.pcap")}).find("text.pcap"), std::string::npos);
  EXPECT_NE(opening({}).find("no file"), std::string::npos);
  const std::string dated = raw();
  std::filesystem::copy_file(dated, path("undated.itch"));
  EXPECT_NE(opening({path("undated.itch")}).find("--date"), std::string::npos);
  synth::generate(session(500), path("s.pcap"));
  EXPECT_NE(opening({dated, path("s.pcap")}).find("among captures"), std::string::npos);
}

TEST_F(ReplayTest, nothing_found_is_an_error_that_says_so) {
  synth::generate(session(500), path("s.pcap"));
  auto other_venue = options_for({path("s.pcap")});
  other_venue.venue = record::Venue::xpsx;
  EXPECT_NE(message_of([&] {
              Replay replay(other_venue);
              run(replay);
            }).find("packets is of the feed asked for"),
            std::string::npos);
  auto no_symbol = options_for({path("s.pcap")});
  no_symbol.selection.symbols = {"NOSUCH"};
  EXPECT_NE(message_of([&] {
              Replay replay(no_symbol);
              run(replay);
            }).find("NOSUCH"),
            std::string::npos);
}

}  // namespace
}  // namespace hft::engine
