// The spsc ring: nothing is lost, nothing is overwritten unread, slots come back.
#include "hft/ring/spsc.hpp"

#include <thread>

#include "ring/ring_fixture.hpp"

namespace hft::ring {
namespace {

struct Spsc : MemoryRing {
  explicit Spsc(std::size_t capacity) : MemoryRing(RingKind::spsc, capacity) {}
  SpscProducer producer() { return SpscProducer(*header, slots); }
  SpscConsumer consumer() { return SpscConsumer(*header, slots); }
};

TEST(Spsc, AFullRingRefusesAndWritesNothing) {
  Spsc ring(4);
  SpscProducer producer = ring.producer();
  SpscConsumer consumer = ring.consumer();
  for (std::uint64_t i = 0; i < 4; ++i) EXPECT_TRUE(producer.publish(record_of(i)));
  EXPECT_FALSE(producer.publish(record_of(99)));
  record::Record out{};
  for (std::uint64_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(consumer.next(out));
    EXPECT_TRUE(equal(out, record_of(i)));
  }
  EXPECT_FALSE(producer.publish(record_of(99))) << "its slots are not given back yet";
  EXPECT_FALSE(consumer.next(out)) << "idle: now they are";
  EXPECT_TRUE(producer.publish(record_of(4)));
}

TEST(Spsc, SlotsComeBackEvery64Records) {
  Spsc ring(128);
  SpscProducer producer = ring.producer();
  SpscConsumer consumer = ring.consumer();
  for (std::uint64_t i = 0; i < 128; ++i) ASSERT_TRUE(producer.publish(record_of(i)));
  record::Record out{};
  for (std::uint64_t i = 0; i < 63; ++i) ASSERT_TRUE(consumer.next(out));
  EXPECT_EQ(ring.header->read_position, 0u);
  EXPECT_EQ(ring.header->consumed_position, 63u);
  ASSERT_TRUE(consumer.next(out));
  EXPECT_EQ(ring.header->read_position, 64u);
}

TEST(Spsc, PublishesAsManyAsFit) {
  Spsc ring(8);
  SpscProducer producer = ring.producer();
  std::vector<record::Record> records;
  for (std::uint64_t i = 0; i < 20; ++i) records.push_back(record_of(i));
  EXPECT_EQ(producer.publish(std::span(records)), 8u);
  EXPECT_EQ(producer.publish(std::span(records)), 0u);
  SpscConsumer consumer = ring.consumer();
  EXPECT_EQ(consumer.peek(100).size(), 8u);
  consumer.release(3);
  EXPECT_EQ(consumer.peek(100).size(), 5u);
  consumer.release(5);
  EXPECT_TRUE(consumer.peek(100).empty());
  EXPECT_EQ(producer.publish(std::span(records).subspan(8)), 8u);
}

TEST(Spsc, AsksForWholeBlocksButNotBeyondTheEndOfTheArray) {
  Spsc ring(8);
  SpscProducer producer = ring.producer();
  SpscConsumer consumer = ring.consumer();
  for (std::uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(producer.publish(record_of(i)));
  EXPECT_TRUE(consumer.peek(8, 4).empty());
  EXPECT_EQ(consumer.peek(8, 3).size(), 3u);
  EXPECT_EQ(consumer.peek(2, 2).size(), 2u);
  for (std::uint64_t i = 3; i < 8; ++i) ASSERT_TRUE(producer.publish(record_of(i)));
  consumer.release(6);
  EXPECT_EQ(consumer.peek(8, 4).size(), 2u) << "two are left in this lap";
}

TEST(Spsc, ANewConsumerGoesOnBehindTheLastReleasedRecord) {
  Spsc ring(128);
  SpscProducer producer = ring.producer();
  for (std::uint64_t i = 0; i < 100; ++i) ASSERT_TRUE(producer.publish(record_of(i)));
  record::Record out{};
  {
    SpscConsumer killed = ring.consumer();
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(killed.next(out));
  }
  SpscConsumer consumer = ring.consumer();
  ASSERT_TRUE(consumer.next(out));
  EXPECT_TRUE(equal(out, record_of(10)));
}

TEST(Spsc, ThreadsSeeEveryRecordInOrder) {
  constexpr std::uint64_t count = 100'000;
  Spsc ring(64);
  std::thread writer([&] {
    SpscProducer producer = ring.producer();
    std::vector<record::Record> block;
    for (std::uint64_t i = 0; i < count;) {
      if (i % 3 == 0) {
        if (producer.publish(record_of(i))) {
          ++i;
        } else {
          std::this_thread::yield();
        }
        continue;
      }
      block.clear();
      for (std::uint64_t k = i; k < std::min(i + 7, count); ++k) block.push_back(record_of(k));
      const std::size_t sent = producer.publish(std::span<const record::Record>(block));
      if (sent == 0) std::this_thread::yield();
      i += sent;
    }
  });
  SpscConsumer consumer = ring.consumer();
  for (std::uint64_t next = 0; next < count;) {
    if (next % 2 == 0) {
      record::Record out{};
      if (!consumer.next(out)) {
        std::this_thread::yield();
        continue;
      }
      ASSERT_TRUE(equal(out, record_of(next)));
      ++next;
      continue;
    }
    const auto ready = consumer.peek(16);
    if (ready.empty()) std::this_thread::yield();
    for (const record::Record& record : ready) {
      ASSERT_TRUE(is_consistent(record));  // plain reads: the sanitizer sees their ordering
      ASSERT_EQ(record.event_time_ns, next++);
    }
    consumer.release(ready.size());
  }
  writer.join();
}

}  // namespace
}  // namespace hft::ring
