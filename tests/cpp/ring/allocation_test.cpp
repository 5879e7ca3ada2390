// After a ring is mapped, publishing and reading allocate nothing.
#include "counted_allocations.hpp"
#include "ring/ring_fixture.hpp"

namespace hft::ring {
namespace {

TEST(Allocation, PublishingAndReadingAllocateNothing) {
  MemoryRing broadcast(RingKind::broadcast, 64);
  MemoryRing spsc(RingKind::spsc, 64);
  const std::vector<record::Record> block(50, record_of(1));
  const std::uint64_t before = allocations;
  BroadcastProducer producer(*broadcast.header, broadcast.slots);
  BroadcastReader reader(*broadcast.header, broadcast.slots);
  SpscProducer sender(*spsc.header, spsc.slots);
  SpscConsumer receiver(*spsc.header, spsc.slots);
  record::Record out{};
  for (int i = 0; i < 1000; ++i) {
    producer.publish(out);
    producer.publish(block);
    while (reader.next(out) != Found::empty) {
    }
    producer.publish(block);
    reader.keep(reader.peek(64).size());
    sender.publish(block);
    sender.publish(out);
    receiver.release(receiver.peek(64).size());
    while (receiver.next(out)) {
    }
  }
  EXPECT_EQ(allocations, before);
  ::operator delete(::operator new(1));
  EXPECT_EQ(allocations, before + 1) << "the count counts";
}

}  // namespace
}  // namespace hft::ring
