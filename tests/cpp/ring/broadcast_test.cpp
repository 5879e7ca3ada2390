// The broadcast ring: in order, whole, exact about losses, past the wrap of the stamps.
#include "hft/ring/broadcast.hpp"

#include <thread>

#include "ring/ring_fixture.hpp"

namespace hft::ring {
namespace {

struct Broadcast : MemoryRing {
  explicit Broadcast(std::size_t capacity) : MemoryRing(RingKind::broadcast, capacity) {}
  BroadcastProducer producer() { return BroadcastProducer(*header, slots); }
  BroadcastReader reader(Start start = Start::oldest) {
    return BroadcastReader(*header, slots, start);
  }
};

TEST(Broadcast, ReadersSeeEveryRecordInOrderAndThenNothing) {
  Broadcast ring(8);
  BroadcastProducer producer = ring.producer();
  BroadcastReader one = ring.reader();
  BroadcastReader two = ring.reader();
  record::Record out{};
  EXPECT_EQ(one.next(out), Found::empty);
  for (std::uint64_t i = 0; i < 100; ++i) {
    producer.publish(record_of(i));
    for (BroadcastReader* reader : {&one, &two}) {
      ASSERT_EQ(reader->next(out), Found::record);
      EXPECT_TRUE(equal(out, record_of(i)));
      EXPECT_EQ(reader->next(out), Found::empty);
    }
  }
  EXPECT_EQ(one.position(), 100u);
  EXPECT_EQ(one.lost(), 0u);
  EXPECT_EQ(ring.header->write_position, 100u);
}

TEST(Broadcast, OutIsWrittenOnlyWithARecord) {
  Broadcast ring(8);
  BroadcastProducer producer = ring.producer();
  BroadcastReader reader = ring.reader();
  record::Record out = record_of(5);
  EXPECT_EQ(reader.next(out), Found::empty);
  EXPECT_TRUE(equal(out, record_of(5)));
  for (std::uint64_t i = 0; i < 20; ++i) producer.publish(record_of(i));
  EXPECT_EQ(reader.next(out), Found::lapped);
  EXPECT_TRUE(equal(out, record_of(5)));
}

/// For every distance the producer may be ahead: what is read and what is lost is all there was.
TEST(Broadcast, ALappedReaderCountsItsLossExactly) {
  for (std::uint64_t ahead = 0; ahead < 40; ++ahead) {
    Broadcast ring(8);
    BroadcastProducer producer = ring.producer();
    BroadcastReader reader = ring.reader();
    for (std::uint64_t i = 0; i < ahead; ++i) producer.publish(record_of(i));
    std::uint64_t read = 0;
    record::Record out{};
    for (Found found = reader.next(out); found != Found::empty; found = reader.next(out)) {
      if (found == Found::lapped) continue;
      EXPECT_TRUE(equal(out, record_of(read + reader.lost())));
      ++read;
    }
    EXPECT_EQ(read + reader.lost(), ahead);
    EXPECT_EQ(reader.lost(), ahead <= 8 ? 0 : ahead - 4) << "resumes half a ring behind";
  }
}

TEST(Broadcast, ALateReaderBeginsWithTheOldestOrTheNewest) {
  Broadcast ring(8);
  BroadcastProducer producer = ring.producer();
  for (std::uint64_t i = 0; i < 7; ++i) producer.publish(record_of(i));
  EXPECT_EQ(ring.reader(Start::oldest).position(), 0u);
  EXPECT_EQ(ring.reader(Start::newest).position(), 7u);
  for (std::uint64_t i = 7; i < 100; ++i) producer.publish(record_of(i));
  EXPECT_EQ(ring.reader(Start::oldest).position(), 96u);
  EXPECT_EQ(ring.reader(Start::newest).position(), 100u);
}

TEST(Broadcast, PublishingManyIsPublishingEach) {
  Broadcast ring(256);
  BroadcastProducer producer = ring.producer();
  BroadcastReader reader = ring.reader();
  std::vector<record::Record> records;
  for (std::uint64_t i = 0; i < 200; ++i) records.push_back(record_of(i));
  producer.publish(records);
  EXPECT_EQ(ring.header->write_position, 200u);
  record::Record out{};
  for (std::uint64_t i = 0; i < 200; ++i) {
    ASSERT_EQ(reader.next(out), Found::record);
    EXPECT_TRUE(equal(out, records[i]));
  }
}

TEST(Broadcast, ViewsEndAtTheEndOfTheArrayAndAreKept) {
  Broadcast ring(8);
  BroadcastProducer producer = ring.producer();
  BroadcastReader reader = ring.reader();
  EXPECT_TRUE(reader.peek(100).empty());
  for (std::uint64_t i = 0; i < 5; ++i) producer.publish(record_of(i));
  EXPECT_EQ(reader.peek(3).size(), 3u);
  ASSERT_EQ(reader.peek(100).size(), 5u);
  EXPECT_EQ(reader.peek(100).data(), ring.slots.data());
  EXPECT_TRUE(reader.keep(5));
  for (std::uint64_t i = 5; i < 11; ++i) producer.publish(record_of(i));
  EXPECT_EQ(reader.peek(100).size(), 3u);  // to the end of the array
  EXPECT_TRUE(is_consistent(reader.peek(100)[0]));
  EXPECT_TRUE(reader.keep(3));
  EXPECT_EQ(reader.peek(100).size(), 3u);
  EXPECT_EQ(reader.lost(), 0u);
}

TEST(Broadcast, AViewOverwrittenWhileUsedIsNotKept) {
  Broadcast ring(8);
  BroadcastProducer producer = ring.producer();
  BroadcastReader reader = ring.reader();
  for (std::uint64_t i = 0; i < 6; ++i) producer.publish(record_of(i));
  ASSERT_EQ(reader.peek(100).size(), 6u);
  producer.publish(record_of(6));
  producer.publish(record_of(7));
  EXPECT_TRUE(reader.keep(2)) << "the producer has filled the ring, but not overwritten";
  ASSERT_EQ(reader.peek(100).size(), 6u);
  for (std::uint64_t i = 8; i < 11; ++i) producer.publish(record_of(i));
  EXPECT_FALSE(reader.keep(6));
  EXPECT_EQ(reader.position(), 7u);  // half a ring behind 11
  EXPECT_EQ(reader.lost(), 5u);
  producer.publish(record_of(11));
  for (std::uint64_t i = 12; i < 30; ++i) producer.publish(record_of(i));
  EXPECT_TRUE(reader.peek(100).empty()) << "lapped before it looked";
  EXPECT_EQ(reader.position() - 2, reader.lost()) << "two were read, all others lost";
}

/// A reader that sleeps for exactly 65,536 laps finds the stamps it expects on other records.
TEST(Broadcast, ASleepOfExactlyOneTurnOfTheStampsIsALoss) {
  for (const std::uint64_t extra : {0u, 1u, 2u, 3u}) {
    Broadcast ring(2);
    BroadcastProducer producer = ring.producer();
    BroadcastReader copying = ring.reader();
    BroadcastReader viewing = ring.reader();
    producer.publish(record_of(0));
    ASSERT_EQ(viewing.peek(2).size(), 1u);
    const std::uint64_t all = 2 * stamp_laps + extra;
    for (std::uint64_t i = 1; i < all; ++i) producer.publish(record_of(i));
    EXPECT_FALSE(viewing.keep(1));
    record::Record out{};
    ASSERT_EQ(copying.next(out), Found::lapped);
    while (copying.next(out) != Found::empty) EXPECT_TRUE(is_consistent(out));
    EXPECT_EQ(copying.position(), all);
    EXPECT_EQ(copying.lost(), all - 1);
    viewing = ring.reader();
    EXPECT_EQ(viewing.position(), all - 1);
  }
}

/// The empty slot of a reader one lap short of a whole turn has the stamp of "not written yet".
TEST(Broadcast, ASleepOfOneLapLessThanATurnIsALossAndNotAnEmptyRing) {
  Broadcast ring(2);
  BroadcastProducer producer = ring.producer();
  BroadcastReader reader = ring.reader();
  const std::uint64_t all = 2 * (stamp_laps - 1) + 1;
  for (std::uint64_t i = 0; i < all; ++i) producer.publish(record_of(i));
  record::Record out{};
  EXPECT_EQ(reader.next(out), Found::lapped);
  EXPECT_EQ(reader.lost(), all - 1);
}

/// The producer and two readers run freely; every record is whole, in order, read or counted lost.
TEST(Broadcast, ThreadsLoseNothingUncounted) {
  constexpr std::uint64_t count = 300'000;
  Broadcast ring(64);
  const auto read_all = [&](bool viewing) {
    BroadcastReader reader = ring.reader();
    const std::uint64_t begun = reader.position();  // the producer may have been faster
    std::uint64_t read = 0;
    while (reader.position() < count) {
      if (viewing) {
        const auto view = reader.peek(64);
        std::vector<record::Record> copies(view.begin(), view.end());
        const std::uint64_t first = reader.position();
        if (copies.empty()) std::this_thread::yield();
        if (!reader.keep(copies.size())) continue;
        for (std::uint64_t i = 0; i < copies.size(); ++i, ++read) {
          ASSERT_TRUE(is_consistent(copies[i]));
          ASSERT_EQ(copies[i].event_time_ns, first + i);
        }
        continue;
      }
      record::Record out{};
      const Found found = reader.next(out);
      if (found == Found::empty) std::this_thread::yield();
      if (found != Found::record) continue;
      ++read;
      ASSERT_TRUE(equal(out, record_of(reader.position() - 1)));
    }
    EXPECT_EQ(read + reader.lost(), count - begun);
  };
  std::thread copier([&] { read_all(false); });
#if !defined( \
    HFT_RING_COMPILER_ATOMICS)  // a view is read racing by design; keep() is what makes it safe
  std::thread viewer([&] { read_all(true); });
#else
  std::thread viewer([&] { read_all(false); });
#endif
  BroadcastProducer producer = ring.producer();
  for (std::uint64_t i = 0; i < count; ++i) {
    producer.publish(record_of(i));
    if (i % 1024 == 0) std::this_thread::yield();
  }
  copier.join();
  viewer.join();
}

}  // namespace
}  // namespace hft::ring
