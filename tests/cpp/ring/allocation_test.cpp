// After a ring is mapped, publishing and reading allocate nothing.
#include <atomic>
#include <cstdlib>
#include <new>

#include "ring/ring_fixture.hpp"

namespace {
std::atomic<std::uint64_t> allocations{0};
}

// Not inlined: g++ would see free() meet a pointer of operator new, and warn.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

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
