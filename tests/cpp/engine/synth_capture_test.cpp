// Captures of synthetic sessions: both lines carry the session in MoldUDP64, and the faults asked
// for are there as often as asked, and are counted as they are.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "hft/base/error.hpp"
#include "hft/base/session_date.hpp"
#include "hft/engine/synth/synth.hpp"
#include "hft/net/byte_source.hpp"
#include "hft/net/capture_file.hpp"
#include "hft/net/datagram.hpp"
#include "hft/wire/moldudp64.hpp"

namespace hft::engine::synth {
namespace {

constexpr std::uint64_t group_a = 0xe9360c6f;  // 233.54.12.111
constexpr std::uint64_t group_b = 0xe931c46f;  // 233.49.196.111

Options small_options() {
  Options options;
  options.seed = 9;
  options.messages = 60'000;
  options.instruments = 50;
  options.live_orders = 3'000;
  options.heartbeat_ns = 10'000'000'000;
  options.overwrite = true;
  return options;
}

// What one line carried, seen from outside.
struct SeenLine {
  std::map<std::uint64_t, std::uint64_t> packets;  // first sequence number: times seen
  std::map<std::uint64_t, std::vector<std::byte>> blocks;
  std::uint64_t heartbeats = 0;
  std::uint64_t ends = 0;
  std::uint64_t backwards = 0;  // first arrivals of packets behind one with a higher number
  std::uint64_t latest = 0;

  void see(const wire::moldudp64::DownstreamHeader& header, std::span<const std::byte> body) {
    const std::uint64_t sequence_number = header.sequence_number;
    const std::uint16_t messages = header.message_count;
    if (messages == wire::moldudp64::end_of_session_count) {
      ++ends;
    } else if (messages == wire::moldudp64::heartbeat_count) {
      ++heartbeats;
    } else if (packets[sequence_number]++ == 0) {
      backwards += sequence_number < latest;
      latest = std::max(latest, sequence_number);
      blocks[sequence_number].assign(body.begin(), body.end());
    }
  }

  std::uint64_t repeats() const {
    std::uint64_t sum = 0;
    for (const auto& [sequence_number, times] : packets) sum += times - 1;
    return sum;
  }
  std::vector<std::byte> stream() const {
    std::vector<std::byte> all;
    for (const auto& [sequence_number, body] : blocks) {
      all.insert(all.end(), body.begin(), body.end());
    }
    return all;
  }
};

class SynthCapture : public testing::Test {
 protected:
  void make(const Options& options) {
    const std::string path = testing::TempDir() + "hft_synth_" +
                             testing::UnitTest::GetInstance()->current_test_info()->name() +
                             ".pcap";
    summary_ = generate(options, path);
    const auto source = net::open_bytes(path);
    EXPECT_EQ(source->file_size(), summary_.bytes);
    net::PacketReader reader(*source);
    for (net::Packet packet; reader.next(packet);) see(packet);
    std::remove(path.c_str());
  }

  void see(const net::Packet& packet) {
    net::Datagram datagram;
    ASSERT_EQ(net::parse_datagram(packet, datagram), net::DatagramVerdict::udp);
    ASSERT_LE(datagram.payload.size(), 1'400U);
    ASSERT_GE(packet.receive_time_ns, last_time_ns_);
    ASSERT_EQ(datagram.destination.port, 26477);
    if (last_time_ns_ == 0) first_time_ns_ = packet.receive_time_ns;
    last_time_ns_ = packet.receive_time_ns;
    const auto& header =
        *reinterpret_cast<const wire::moldudp64::DownstreamHeader*>(datagram.payload.data());
    const bool is_a = datagram.destination.group_low == group_a;
    ASSERT_TRUE(is_a || datagram.destination.group_low == group_b);
    (is_a ? a_ : b_).see(header, datagram.payload.subspan(sizeof header));
  }

  Summary summary_;
  SeenLine a_;
  SeenLine b_;
  std::uint64_t first_time_ns_ = 0;
  std::uint64_t last_time_ns_ = 0;
};

TEST_F(SynthCapture, BothLinesCarryTheWholeSession) {
  const Options options = small_options();
  make(options);
  const std::vector<std::byte> raw = generate_raw(options);
  EXPECT_EQ(a_.stream(), raw);
  EXPECT_EQ(b_.stream(), raw);
  EXPECT_EQ(a_.packets.size(), summary_.packets);
  EXPECT_EQ(a_.repeats() + b_.repeats() + a_.backwards + b_.backwards, 0U);
  EXPECT_EQ(summary_.gaps, 0U);
  EXPECT_EQ(a_.ends, 3U);
  EXPECT_EQ(b_.ends, 3U);
}

TEST_F(SynthCapture, StampsAreOfTheSessionDate) {
  Options options = small_options();
  options.session_date = 20260706;  // in summer time
  make(options);
  const std::uint64_t midnight = midnight_new_york_ns({2026, 7, 6});
  EXPECT_NEAR(static_cast<double>(first_time_ns_ - midnight),
              static_cast<double>(options.open_ns - 120'000'000'000), 1e6);
  EXPECT_LT(last_time_ns_ - midnight, options.close_ns + 80'000'000'000);
}

TEST_F(SynthCapture, HeartbeatsFillSilence) {
  Options options = small_options();
  options.heartbeat_ns = 1'000'000'000;
  make(options);
  EXPECT_EQ(a_.heartbeats, summary_.lines[0].heartbeats);
  EXPECT_EQ(b_.heartbeats, summary_.lines[1].heartbeats);
  EXPECT_GT(a_.heartbeats, 140U);  // the minutes before the open and the half after the close
}

TEST_F(SynthCapture, PacketsGrowInBursts) {
  make(small_options());
  std::size_t single = 0;
  std::size_t longest = 0;
  for (const auto& [sequence_number, body] : a_.blocks) {
    single += body.size() <= 52;
    longest = std::max(longest, body.size());
  }
  EXPECT_GT(single * 10, a_.blocks.size() * 7);
  EXPECT_GT(longest, 600U);
}

TEST_F(SynthCapture, PacketsKeepToTheirLimit) {
  Options options = small_options();
  options.mix.imbalance = 1'000'000;  // the longest messages there are
  make(options);
  std::size_t longest = 0;
  for (const auto& [sequence_number, body] : a_.blocks) longest = std::max(longest, body.size());
  EXPECT_GT(longest, 1'300U);  // the limit itself is checked of every packet
}

TEST_F(SynthCapture, FaultsAreAsOftenAsAskedAndCounted) {
  Options options = small_options();
  options.lines[0] = {.loss = 0.02, .duplicate = 0.03, .reorder = 0.0};
  options.lines[1] = {.loss = 0.05, .duplicate = 0.0, .reorder = 0.2};
  options.gap = 0.001;
  make(options);
  const auto packets = static_cast<double>(summary_.packets);
  const auto expect_share = [&](std::uint64_t seen, double share) {
    EXPECT_NEAR(static_cast<double>(seen), packets * share, 5 * std::sqrt(packets * share));
  };
  EXPECT_EQ(summary_.packets - a_.packets.size(), summary_.lines[0].lost);
  EXPECT_EQ(summary_.packets - b_.packets.size(), summary_.lines[1].lost);
  expect_share(summary_.lines[0].lost, 0.02 * 0.999 + 0.001);
  expect_share(summary_.lines[1].lost, 0.05 * 0.999 + 0.001);
  EXPECT_EQ(a_.repeats(), summary_.lines[0].duplicated);
  expect_share(a_.repeats(), 0.98 * 0.999 * 0.03);
  EXPECT_EQ(b_.repeats(), 0U);
  EXPECT_EQ(a_.backwards, 0U);
  EXPECT_EQ(b_.backwards, summary_.lines[1].reordered);
  EXPECT_GT(b_.backwards, 100U);  // where a packet follows soon enough to overtake
}

TEST_F(SynthCapture, GapsAreWhatNeitherLineCarried) {
  Options options = small_options();
  options.lines = {{{.loss = 0.1}, {.loss = 0.1}}};
  options.gap = 0.02;
  make(options);
  std::map<std::uint64_t, std::uint64_t> carried;  // first sequence number: messages
  for (const SeenLine* line : {&a_, &b_}) {
    for (const auto& [sequence_number, body] : line->blocks) {
      std::uint64_t messages = 0;
      for (std::size_t at = 0; at < body.size(); ++messages) {
        at += 2 + static_cast<std::size_t>(body[at + 1]);
      }
      carried[sequence_number] = messages;
    }
  }
  std::uint64_t next = 1;
  std::uint64_t gaps = 0;
  std::uint64_t missing = 0;
  carried[options.messages + 1] = 0;
  for (const auto& [sequence_number, messages] : carried) {
    gaps += sequence_number != next;
    missing += sequence_number - next;
    next = sequence_number + messages;
  }
  // Of the messages, 0.02 are lost together and 0.98 x 0.1 x 0.1 by chance.
  EXPECT_NEAR(static_cast<double>(missing), 60'000 * 0.0298, 400);
  EXPECT_EQ(summary_.gaps, gaps);
  EXPECT_EQ(summary_.gap_messages, missing);
  EXPECT_GT(gaps, 100U);
}

TEST_F(SynthCapture, ImpossibleProbabilityIsRefused) {
  Options options = small_options();
  options.lines[1].loss = 1.5;
  EXPECT_THROW(generate(options, testing::TempDir() + "hft_synth_refused.pcap"), Error);
}

}  // namespace
}  // namespace hft::engine::synth
