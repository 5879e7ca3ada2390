// Two processes, one of them killed: at random instants, and at every single instruction.
//
// Record number n stands at position n, whoever publishes it, so the survivor can tell a lost, a
// repeated, a torn and a foreign record.
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "hft/ring/owner.hpp"
#include "hft/ring/segment.hpp"
#include "ring/ring_fixture.hpp"

namespace hft::ring {
namespace {

constexpr std::uint64_t capacity = 64;
constexpr int kills = 200;

class Crash : public RingFolder {
 protected:
  void SetUp() override {
    RingFolder::SetUp();
#if defined(HFT_RING_COMPILER_ATOMICS)
    GTEST_SKIP() << "here a 16-byte store may be two, and a kill between them tears a quarter";
#endif
  }

  Segment make(RingKind kind) {
    std::filesystem::remove(folder_ / "hft.itch");
    return Segment::create("itch", {kind, capacity}, folder_);
  }
};

bool same_bytes(const MemoryRing& a, const MemoryRing& b) {
  return std::memcmp(a.header.get(), b.header.get(), sizeof(RingHeader)) == 0 &&
         std::memcmp(a.slots.data(), b.slots.data(), capacity * sizeof(record::Record)) == 0;
}

MemoryRing copy_of(const RingHeader& header, std::span<const record::Record> slots) {
  MemoryRing copy(header.kind, capacity);
  *copy.header = header;
  std::copy(slots.begin(), slots.end(), copy.slots.begin());
  return copy;
}

template <class Work>
pid_t in_child(Work work) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  work();
  ::_exit(0);
}

void kill_and_reap(pid_t child) {
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

void wait_micros(std::uint64_t micros) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(micros);
  while (std::chrono::steady_clock::now() < end) {
  }
}

/// Reads what is there and checks it; a record without a kind is a closed torn slot.
struct Survivor {
  explicit Survivor(const Segment& segment) : reader(segment.header(), segment.slots()) {}
  explicit Survivor(const BroadcastReader& at) : reader(at) {}

  void read_all() {
    record::Record out{};
    for (Found found = reader.next(out); found != Found::empty; found = reader.next(out)) {
      if (found == Found::lapped) continue;
      ++read;
      if (out.kind == record::Kind::none) {
        ++closed;
      } else {
        ASSERT_TRUE(equal(out, record_of(reader.position() - 1)));
      }
    }
  }
  BroadcastReader reader;
  std::uint64_t read = 0;
  std::uint64_t closed = 0;
};

template <class Producer>
void publish_numbers(Segment& segment) {
  const OwnerClaim claim = OwnerClaim::producer(segment);
  Producer producer(segment.header(), segment.slots());
  for (;;) producer.publish(record_of(producer.position()));
}

TEST_F(Crash, ABroadcastProducerKilledAtRandomInstants) {
  std::mt19937_64 random(test_seed());
  Segment segment = make(RingKind::broadcast);
  Survivor survivor(segment);
  for (int i = 0; i < kills; ++i) {
    const std::uint64_t before =
        load_shared(segment.header().write_position, std::memory_order_acquire);
    const pid_t child = in_child([&] { publish_numbers<BroadcastProducer>(segment); });
    while (load_shared(segment.header().write_position, std::memory_order_acquire) < before + 10) {
      std::this_thread::yield();
    }
    const std::uint64_t end = random() % 200;
    for (std::uint64_t k = 0; k < end; ++k) survivor.read_all();
    wait_micros(random() % 100);
    kill_and_reap(child);
    ASSERT_EQ(find_producer(segment.header()), OwnerFound::killed);
    survivor.read_all();
    ASSERT_FALSE(HasFatalFailure()) << "kill " << i;
  }
  const OwnerClaim claim = OwnerClaim::producer(segment);
  BroadcastProducer producer(segment.header(), segment.slots());
  for (int i = 0; i < 100; ++i) {
    producer.publish(record_of(producer.position()));
    survivor.read_all();
  }
  EXPECT_EQ(survivor.reader.position(), producer.position());
  EXPECT_EQ(survivor.read + survivor.reader.lost(), producer.position());
  EXPECT_LE(survivor.closed, segment.header().recoveries);
  EXPECT_LE(segment.header().recoveries, static_cast<std::uint64_t>(kills));
  std::printf("torn slots closed after %d kills: %llu\n", kills,
              static_cast<unsigned long long>(segment.header().recoveries));
}

TEST_F(Crash, ABroadcastReaderKilledAtRandomInstantsChangesNothing) {
  std::mt19937_64 random(test_seed());
  Segment segment = make(RingKind::broadcast);
  BroadcastProducer producer(segment.header(), segment.slots());
  Survivor survivor(segment);
  for (int i = 0; i < kills; ++i) {
    const pid_t child = in_child([&] {
      Survivor victim(segment);
      for (;;) victim.read_all();
    });
    const std::uint64_t end = random() % 400;
    for (std::uint64_t k = 0; k < end; ++k) producer.publish(record_of(producer.position()));
    kill_and_reap(child);
    survivor.read_all();
    ASSERT_FALSE(HasFatalFailure()) << "kill " << i;
  }
  EXPECT_EQ(survivor.read + survivor.reader.lost(), producer.position());
}

/// Takes what is there; numbers must follow each other without a gap.
void consume_all(SpscConsumer& consumer) {
  for (auto ready = consumer.peek(16); !ready.empty(); ready = consumer.peek(16)) {
    for (std::size_t i = 0; i < ready.size(); ++i) {
      if (ready[i].kind == record::Kind::none) continue;
      ASSERT_TRUE(is_consistent(ready[i]));
      ASSERT_EQ(ready[i].event_time_ns, consumer.position() + i);
    }
    consumer.release(ready.size());
  }
}

TEST_F(Crash, AnSpscProducerKilledAtRandomInstantsLosesNothingPublished) {
  std::mt19937_64 random(test_seed());
  Segment segment = make(RingKind::spsc);
  SpscConsumer consumer(segment.header(), segment.slots());
  for (int i = 0; i < kills; ++i) {
    const std::uint64_t before = consumer.position();
    const pid_t child = in_child([&] { publish_numbers<SpscProducer>(segment); });
    while (consumer.position() < before + 10) {
      consume_all(consumer);
      std::this_thread::yield();
    }
    for (std::uint64_t k = random() % 20; k > 0; --k) consume_all(consumer);
    wait_micros(random() % 50);
    kill_and_reap(child);
    consume_all(consumer);
    ASSERT_FALSE(HasFatalFailure()) << "kill " << i;
  }
  SpscProducer producer(segment.header(), segment.slots());
  consume_all(consumer);
  EXPECT_EQ(consumer.position(), producer.position());
}

TEST_F(Crash, AnSpscConsumerKilledAtRandomInstantsLosesNothing) {
  std::mt19937_64 random(test_seed());
  Segment segment = make(RingKind::spsc);
  SpscProducer producer(segment.header(), segment.slots());
  auto* done = static_cast<std::uint64_t*>(
      ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(done, MAP_FAILED);
  for (int i = 0; i < kills; ++i) {
    const pid_t child = in_child([&] {
      SpscConsumer consumer(segment.header(), segment.slots());
      for (;;) {
        const auto ready = consumer.peek(1);
        if (ready.empty()) std::this_thread::yield();
        for (const record::Record& record : ready) {
          shared(*done).store(record.event_time_ns + 1);  // done before it is released
          consumer.release(1);
        }
      }
    });
    const std::uint64_t end = producer.position() + 10 + random() % 100;
    while (producer.position() < end) {
      if (!producer.publish(record_of(producer.position()))) std::this_thread::yield();
    }
    wait_micros(random() % 50);
    kill_and_reap(child);
    const SpscConsumer next(segment.header(), segment.slots());
    const std::uint64_t finished = shared(*done).load();
    ASSERT_TRUE(next.position() == finished || next.position() + 1 == finished)
        << "kill " << i << ": at " << next.position() << ", done " << finished;
  }
  SpscConsumer last(segment.header(), segment.slots());
  consume_all(last);
  EXPECT_EQ(last.position(), producer.position());
  ::munmap(done, 4096);
}

/// Runs `work` in a child, one instruction at a time, and calls `check` with the number of each
/// instruction after which the ring's bytes are new. That is what a kill there leaves behind: a
/// killed process's stores are done up to an instruction, and none after it.
template <class Work, class Check>
int after_every_instruction(const Segment& segment, Work work, Check check) {
  const pid_t child = in_child([&] {
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    ::raise(SIGSTOP);
    work();
  });
  int status = 0;
  ::waitpid(child, &status, 0);
  MemoryRing before(segment.header().kind, capacity);
  int instructions = 0;
  while (WIFSTOPPED(status)) {
    MemoryRing now = copy_of(segment.header(), segment.slots());
    if (!same_bytes(now, before)) {
      before = copy_of(*now.header, now.slots);
      check(instructions, now);
    }
    ::ptrace(PTRACE_SINGLESTEP, child, nullptr, nullptr);
    ::waitpid(child, &status, 0);
    ++instructions;
  }
  return instructions;
}

/// Publishes across the end of a lap, one by one and as a block.
template <class Producer>
void publish_around_the_wrap(Producer& producer) {
  const std::uint64_t first = producer.position();
  const record::Record records[] = {record_of(first + 2), record_of(first + 3)};
  producer.publish(record_of(first));
  producer.publish(record_of(first + 1));
  producer.publish(std::span<const record::Record>(records));
}

TEST_F(Crash, ABroadcastProducerKilledAtEveryInstruction) {
  Segment segment = make(RingKind::broadcast);
  BroadcastProducer before(segment.header(), segment.slots());
  for (std::uint64_t i = 0; i < capacity - 2; ++i) before.publish(record_of(i));
  std::uint64_t states = 0, closed = 0;
  const auto check = [&](int instruction, MemoryRing& left) {
    BroadcastReader reader(*left.header, left.slots, Start::newest);
    const std::uint64_t first = reader.position();
    Survivor survivor{reader};
    survivor.read_all();
    const std::uint64_t alone = survivor.read;
    BroadcastProducer next(*left.header, left.slots);
    survivor.read_all();
    ASSERT_EQ(survivor.read, alone + survivor.closed) << "found the same whole records";
    ASSERT_EQ(survivor.closed, left.header->recoveries);
    publish_around_the_wrap(next);
    survivor.read_all();
    ASSERT_FALSE(HasFatalFailure()) << "after instruction " << instruction;
    ASSERT_EQ(first + survivor.read, next.position());
    ASSERT_EQ(survivor.reader.lost(), 0u);
    ++states;
    closed += survivor.closed;
  };
  const int all = after_every_instruction(
      segment, [&] { publish_around_the_wrap(before); }, check);
  std::printf("%d instructions, %llu states of the ring, %llu of them torn\n", all,
              static_cast<unsigned long long>(states), static_cast<unsigned long long>(closed));
  EXPECT_EQ(closed, 4u * 3u) << "three of each slot's four stores leave it torn";
}

TEST_F(Crash, AnSpscConsumerKilledAtEveryInstruction) {
  Segment segment = make(RingKind::spsc);
  SpscProducer producer(segment.header(), segment.slots());
  for (std::uint64_t i = 0; i < capacity; ++i) producer.publish(record_of(i));
  std::uint64_t states = 0;
  const auto check = [&](int instruction, MemoryRing& left) {
    SpscConsumer next(*left.header, left.slots);
    ASSERT_TRUE(next.position() == 0 || next.position() == 40 || next.position() == 64);
    ASSERT_LE(left.header->read_position, left.header->consumed_position);
    SpscProducer more(*left.header, left.slots);
    while (more.publish(record_of(more.position()))) {
    }
    consume_all(next);
    ASSERT_FALSE(HasFatalFailure()) << "after instruction " << instruction;
    ASSERT_EQ(next.position(), more.position());
    ++states;
  };
  after_every_instruction(
      segment,
      [&] {
        SpscConsumer consumer(segment.header(), segment.slots());
        for (int i = 0; i < 2; ++i) consumer.release(consumer.peek(40).size());
      },
      check);
  EXPECT_EQ(states, 4u) << "as found, consumed 40, consumed 64, returned 64";
}

}  // namespace
}  // namespace hft::ring
