// Two random lines with loss, copies, delay and their own packet bounds, against sets of numbers.
//
// HFT_TEST_SEED sets the first seed; a failure names the seed that repeats it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "feed/arbiter_fixture.hpp"

namespace hft::feed {
namespace {

using Random = std::mt19937_64;

struct Arriving {
  std::uint64_t time_ns;
  std::uint64_t first;
  std::uint16_t count;  // 0: a heartbeat, and `first` is the next number
  std::uint8_t line;
};

std::uint64_t below(Random& random, std::uint64_t limit) {
  return random() % limit;
}

/// One line's copy of the messages 1 to `last`, a packet every 100 ns, in packets of its own.
void add_line(Random& random, std::uint8_t line, std::uint64_t last, unsigned loss_percent,
              std::vector<Arriving>& stream) {
  const std::uint64_t delay = below(random, 2'000);
  const std::uint64_t reorder = below(random, 2) == 0 ? 1 : 1 + below(random, 1'500);
  std::uint64_t time = 0;
  for (std::uint64_t first = 1; first <= last; time += 100) {
    const std::uint64_t count = std::min(1 + below(random, 4), last + 1 - first);
    const Arriving packet{time + delay + below(random, reorder), first,
                          static_cast<std::uint16_t>(count), line};
    if (below(random, 100) >= loss_percent) stream.push_back(packet);
    if (below(random, 20) == 0) stream.push_back({packet.time_ns + 50, first, packet.count, line});
    if (below(random, 20) == 0) stream.push_back({packet.time_ns, first, 0, line});
    first += count;
  }
}

std::vector<Arriving> random_stream(Random& random) {
  std::vector<Arriving> stream;
  const std::uint64_t last = 1 + below(random, 300);
  const auto loss = static_cast<unsigned>(below(random, 40));
  add_line(random, 0, last, loss, stream);
  if (below(random, 4) != 0) add_line(random, 1, last, loss, stream);
  std::stable_sort(stream.begin(), stream.end(),
                   [](const Arriving& a, const Arriving& b) { return a.time_ns < b.time_ns; });
  return stream;
}

/// What the arbiter did, as numbers: every message and gap in the order in which it came.
struct Trace {
  std::vector<std::uint64_t> messages;
  std::set<std::uint64_t> lost;
  std::uint64_t start = 0;
  std::uint64_t next = 0;  // the events so far cover [start, next) without hole or overlap

  void on_messages(const Delivery& delivery) {
    auto blocks = delivery.blocks;
    EXPECT_EQ(blocks.size(), 10u * delivery.message_count);
    for (; !blocks.empty(); blocks = blocks.subspan(10)) {
      const std::uint64_t number = reinterpret_cast<const Be64&>(blocks[2]);
      EXPECT_EQ(number, next++);
      messages.push_back(number);
    }
  }
  void on_session_start(const SessionName&, std::uint64_t) { start = next = 1; }
  void on_late_start(MissingMessages missing, std::uint64_t) {
    EXPECT_EQ(missing.first, 1u);
    start = next = missing.first + missing.count;
  }
  void on_gap(MissingMessages missing, std::uint64_t, const Place& behind) {
    EXPECT_EQ(behind.sequence_number, missing.first + missing.count);
    EXPECT_EQ(missing.first, next);
    EXPECT_GT(missing.count, 0u);
    for (std::uint64_t i = 0; i < missing.count; ++i) lost.insert(next++);
  }
  void on_session_end(const SessionName&, std::uint64_t, std::uint64_t) { ADD_FAILURE(); }
};

struct Outcome {
  Trace trace;
  LineArbiter arbiter;
};

Outcome run(const std::vector<Arriving>& stream, const ArbiterOptions& options) {
  Outcome outcome{{}, LineArbiter(options)};
  testing::ArbiterFixture packets{options};  // only to make bytes
  for (const Arriving& arriving : stream) {
    testing::Bytes payload = testing::header_of(packets.session, arriving.first, arriving.count);
    for (std::uint64_t i = 0; i < arriving.count; ++i) {
      Be64 body;
      body = arriving.first + i;
      testing::append(payload, testing::block_of(testing::bytes_of(body)));
    }
    outcome.arbiter.on_packet({payload, arriving.time_ns, 1, 0, arriving.line}, outcome.trace);
  }
  outcome.arbiter.finish(outcome.trace);
  return outcome;
}

/// When each message first arrived, and the end of what any packet tells of.
struct Arrivals {
  std::map<std::uint64_t, std::uint64_t> time_of;
  std::uint64_t start;
  std::uint64_t end = 0;

  explicit Arrivals(const std::vector<Arriving>& stream) : start(stream.front().first) {
    for (const Arriving& arriving : stream) {
      for (std::uint64_t i = 0; i < arriving.count; ++i) {
        time_of.emplace(arriving.first + i, arriving.time_ns);
      }
      end = std::max(end, arriving.first + arriving.count);
    }
  }
};

std::uint64_t first_seed() {
  const char* text = std::getenv("HFT_TEST_SEED");
  return text == nullptr ? 1 : std::strtoull(text, nullptr, 10);
}

template <class Check>
void for_each_stream(int count, const Check& check) {
  for (std::uint64_t seed = first_seed(); count > 0; --count, ++seed) {
    SCOPED_TRACE("HFT_TEST_SEED=" + std::to_string(seed));
    Random random(seed);
    const std::vector<Arriving> stream = random_stream(random);
    if (stream.empty()) continue;
    check(stream, random);
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(LineArbiterRandom, WithRoomAndTimeOnlyWhatNoLineBroughtIsLost) {
  for_each_stream(800, [](const std::vector<Arriving>& stream, Random&) {
    const Arrivals arrivals(stream);
    const Outcome outcome = run(
        stream, {.hold_packets = 2'000, .hold_payload = 256, .hold_ns = std::uint64_t{1} << 40});
    EXPECT_EQ(outcome.trace.start, arrivals.start);
    EXPECT_EQ(outcome.trace.next, std::max(arrivals.end, arrivals.start));
    for (std::uint64_t number = arrivals.start; number < arrivals.end; ++number) {
      EXPECT_EQ(outcome.trace.lost.count(number) == 0, arrivals.time_of.count(number) == 1)
          << number;
    }
  });
}

TEST(LineArbiterRandom, AMessageInTimeIsNeverLost) {
  for_each_stream(800, [](const std::vector<Arriving>& stream, Random& random) {
    const std::uint64_t hold_ns = below(random, 1'500);
    const Outcome outcome =
        run(stream, {.hold_packets = 2'000, .hold_payload = 256, .hold_ns = hold_ns});
    const Arrivals arrivals(stream);
    EXPECT_EQ(outcome.trace.next, std::max(arrivals.end, arrivals.start));
    for (const std::uint64_t number : outcome.trace.lost) {
      const auto arrival = arrivals.time_of.find(number);
      if (arrival == arrivals.time_of.end()) continue;
      const auto later = std::find_if(stream.begin(), stream.end(), [&](const Arriving& other) {
        return other.first > number;  // it reveals that `number` is missing
      });
      ASSERT_NE(later, stream.end());
      EXPECT_GT(arrival->second, later->time_ns + hold_ns) << number;
    }
  });
}

TEST(LineArbiterRandom, InAnyWindowEachMessageLeavesOnceInOrder) {
  for_each_stream(1'500, [](const std::vector<Arriving>& stream, Random& random) {
    const ArbiterOptions options{.hold_packets = below(random, 6),
                                 .hold_payload = 30 + below(random, 40),
                                 .hold_ns = below(random, 1'000)};
    const Outcome outcome = run(stream, options);
    const Arrivals arrivals(stream);
    EXPECT_EQ(outcome.trace.next, std::max(arrivals.end, arrivals.start));
    for (const std::uint64_t number : outcome.trace.messages) {
      EXPECT_EQ(arrivals.time_of.count(number), 1u) << number;
    }
    std::uint64_t settled = 0;
    for (const LineCounters& line : outcome.arbiter.lines()) {
      settled += line.won + line.duplicates + line.late + line.heartbeats;
    }
    EXPECT_EQ(settled, stream.size());  // each packet is counted in one way, held ones at their end
  });
}

}  // namespace
}  // namespace hft::feed
