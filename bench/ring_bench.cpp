// What does a ring cost beyond moving its cache lines from one core to another?
//
// Floors: a raw 64-byte line there and back (round trip), and lines handed over in blocks with one
// flag a block (throughput). Both do what the ring does with a record, copy and look at all of it,
// and nothing else. Each round measures floor and ring one after the other on the same two cores.
#include <atomic>
#include <bit>
#include <memory>

#include "bench.hpp"
#include "hft/base/clock.hpp"
#include "hft/ring/broadcast.hpp"
#include "hft/ring/spsc.hpp"

namespace {

using hft::record::Record;
namespace ring = hft::ring;

struct Sizes {
  std::size_t rounds, trips, lines;
};

constexpr std::size_t capacity = 4096;   // 256 KiB of slots: stays in a second-level cache
constexpr std::size_t block_lines = 64;  // a hand-off block, and what is published at once
constexpr std::size_t trips_per_sample = 64;
constexpr std::size_t lines_per_sample = 64 * block_lines;

const hft::Clock& clock_of_run() {
  static const hft::Clock clock = hft::Clock::calibrate();
  return clock;
}

/// A ring in plain memory: shared memory is the same memory, and a benchmark leaves no files.
struct Memory {
  explicit Memory(ring::RingKind kind) : header(new ring::RingHeader{}), slots(capacity) {
    header->kind = kind;
    header->capacity = capacity;
  }
  std::unique_ptr<ring::RingHeader> header;
  std::vector<Record> slots;
};

/// Ns for each of `samples` calls of `work`, divided by `per`; the middle one is what counts: on a
/// shared machine some are interrupted.
template <class Work>
double median_time(std::size_t samples, double per, Work work) {
  std::vector<double> times;
  for (std::size_t i = 0; i < samples; ++i) {
    const std::uint64_t start = clock_of_run().ticks();
    work();
    const auto ns = clock_of_run().ticks_to_ns(clock_of_run().ticks() - start);
    times.push_back(static_cast<double>(ns) / per);
  }
  return bench::quantile(times, 0.5);
}

/// All 64 bytes are looked at, in two additions of 32 bytes.
std::uint64_t sum_of(const Record& record) {
  std::uint64_t words[8];
  std::memcpy(words, &record, sizeof words);
  std::uint64_t sum = 0;
  for (const std::uint64_t word : words) sum += word;
  return sum;
}

/// Runs `echo` on core 1 until `drive` on core 0 is done.
template <class Echo, class Drive>
double on_two_cores(Echo echo, Drive drive) {
  std::thread other([&] {
    bench::pin(1);
    echo();
  });
  bench::pin(0);
  const double result = drive();
  other.join();
  return result;
}

// --- Round trip ---

/// One raw line: eight words, the last one a count that is stored last and polled.
struct alignas(128) RawLine {
  std::uint64_t words[7];
  std::atomic<std::uint64_t> count;

  void send(std::uint64_t number) {
    for (std::uint64_t& word : words) word = number;
    count.store(number, std::memory_order_release);
  }
  std::uint64_t receive(std::uint64_t number) {
    while (count.load(std::memory_order_acquire) != number) {
    }
    std::uint64_t sum = number;
    for (const std::uint64_t word : words) sum += word;
    return sum;
  }
};

double raw_round_trip(std::size_t trips, std::uint64_t& sum) {
  static RawLine there, back;
  there.count = back.count = 0;
  const std::size_t samples = trips / trips_per_sample;
  const std::uint64_t all = samples * trips_per_sample;
  std::uint64_t number = 0;
  return on_two_cores(
      [&] {
        for (std::uint64_t i = 1; i <= all; ++i) {
          if (there.receive(i) != 8 * i) std::abort();
          back.send(i);
        }
      },
      [&] {
        return median_time(samples, trips_per_sample, [&] {
          for (std::size_t i = 0; i < trips_per_sample; ++i) {
            there.send(++number);
            sum += back.receive(number);
          }
        });
      });
}

template <class Consumer>
Record wait_for(Consumer& consumer) {
  Record record;
  if constexpr (std::is_same_v<Consumer, ring::SpscConsumer>) {
    while (!consumer.next(record)) {
    }
  } else {
    while (consumer.next(record) != ring::Found::record) {
    }
  }
  return record;
}

template <class Producer, class Consumer>
double ring_round_trip(ring::RingKind kind, std::size_t trips, std::uint64_t& sum) {
  const Memory there(kind), back(kind);
  const std::size_t samples = trips / trips_per_sample;
  const auto ends = [](const Memory& memory) {
    return std::span<Record>(const_cast<Record*>(memory.slots.data()), memory.slots.size());
  };
  return on_two_cores(
      [&] {
        Consumer in(*there.header, ends(there));
        Producer out(*back.header, ends(back));
        for (std::size_t i = 0; i < samples * trips_per_sample; ++i) out.publish(wait_for(in));
      },
      [&] {
        Producer out(*there.header, ends(there));
        Consumer in(*back.header, ends(back));
        Record record{};
        return median_time(samples, trips_per_sample, [&] {
          for (std::size_t i = 0; i < trips_per_sample; ++i) {
            ++record.event_time_ns;
            out.publish(record);
            const Record answer = wait_for(in);
            if (answer.event_time_ns != record.event_time_ns) std::abort();
            sum += sum_of(answer);
          }
        });
      });
}

// --- Throughput ---

std::vector<Record> block_of_records() {
  std::vector<Record> records(block_lines);
  for (std::size_t i = 0; i < block_lines; ++i) records[i].event_time_ns = i;
  return records;
}

/// Blocks of lines in a buffer as large as the ring, one flag a block each way.
struct HandOff {
  struct alignas(128) Flag {
    std::atomic<std::uint64_t> laps{0};
  };
  static constexpr std::size_t blocks = capacity / block_lines;
  std::vector<Record> lines = std::vector<Record>(capacity);
  std::array<Flag, blocks> full;
  std::array<Flag, blocks> emptied;

  void fill(std::uint64_t number, const std::vector<Record>& from) {
    const std::size_t at = number % blocks;
    while (emptied[at].laps.load(std::memory_order_acquire) < number / blocks) {
    }
    std::copy(from.begin(), from.end(), lines.begin() + static_cast<long>(at * block_lines));
    full[at].laps.store(number / blocks + 1, std::memory_order_release);
  }
  std::uint64_t empty(std::uint64_t number) {
    const std::size_t at = number % blocks;
    while (full[at].laps.load(std::memory_order_acquire) < number / blocks + 1) {
    }
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < block_lines; ++i) sum += sum_of(lines[at * block_lines + i]);
    emptied[at].laps.store(number / blocks + 1, std::memory_order_release);
    return sum;
  }
};

double hand_off(std::size_t lines, std::uint64_t& sum) {
  const auto memory = std::make_unique<HandOff>();
  const std::size_t samples = lines / lines_per_sample;
  const std::size_t blocks = samples * lines_per_sample / block_lines;
  std::uint64_t number = 0;
  return on_two_cores(
      [&] {
        const std::vector<Record> records = block_of_records();
        for (std::size_t i = 0; i < blocks; ++i) memory->fill(i, records);
      },
      [&] {
        return median_time(samples, lines_per_sample, [&] {
          for (std::size_t i = 0; i < lines_per_sample / block_lines; ++i) {
            sum += memory->empty(number++);
          }
        });
      });
}

double spsc_throughput(std::size_t lines, std::size_t at_once, std::uint64_t& sum) {
  Memory memory(ring::RingKind::spsc);
  const std::size_t samples = lines / lines_per_sample;
  return on_two_cores(
      [&] {
        ring::SpscProducer out(*memory.header, memory.slots);
        const std::vector<Record> records = block_of_records();
        for (std::size_t sent = 0; sent < samples * lines_per_sample;) {
          const std::size_t offset = sent % block_lines;
          sent += out.publish(
              std::span(records).subspan(offset, std::min(at_once, block_lines - offset)));
        }
      },
      [&] {
        ring::SpscConsumer in(*memory.header, memory.slots);
        return median_time(samples, lines_per_sample, [&] {
          for (std::size_t got = 0; got < lines_per_sample;) {
            const auto ready = in.peek(std::min(block_lines, lines_per_sample - got), at_once);
            for (const Record& record : ready) sum += sum_of(record);
            in.release(ready.size());
            got += ready.size();
          }
        });
      });
}

/// Ns a record at the reader while the producer runs at its own pace; the loss is told beside it.
double broadcast_throughput(std::size_t lines, std::uint64_t& sum, std::uint64_t& lost) {
  Memory memory(ring::RingKind::broadcast);
  const std::size_t samples = lines / lines_per_sample;
  std::atomic<bool> stop{false};
  return on_two_cores(
      [&] {
        ring::BroadcastProducer out(*memory.header, memory.slots);
        const std::vector<Record> records = block_of_records();
        while (!stop.load(std::memory_order_relaxed)) out.publish(records);
      },
      [&] {
        ring::BroadcastReader in(*memory.header, memory.slots);
        const double ns = median_time(samples, lines_per_sample, [&] {
          Record record;
          for (std::size_t got = 0; got < lines_per_sample;) {
            if (in.next(record) != ring::Found::record) continue;
            sum += sum_of(record);
            ++got;
          }
        });
        lost += in.lost();
        stop = true;
        return ns;
      });
}

void measure_round_trips(const Sizes& sizes) {
  bench::Figure floor{"ring.floor.line_round_trip", "ns", {}};
  bench::Figure spsc{"ring.spsc.round_trip", "ns", {}};
  bench::Figure broadcast{"ring.broadcast.round_trip", "ns", {}};
  for (std::size_t round = 0; round < sizes.rounds; ++round) {
    floor.rounds.push_back(raw_round_trip(sizes.trips, floor.checksum));
    spsc.rounds.push_back(ring_round_trip<ring::SpscProducer, ring::SpscConsumer>(
        ring::RingKind::spsc, sizes.trips, spsc.checksum));
    broadcast.rounds.push_back(ring_round_trip<ring::BroadcastProducer, ring::BroadcastReader>(
        ring::RingKind::broadcast, sizes.trips, broadcast.checksum));
  }
  bench::report(floor);
  bench::report(spsc, &floor);
  bench::report(broadcast, &floor);
}

void measure_throughput(const Sizes& sizes) {
  bench::Figure floor{"ring.floor.block_hand_off", "ns/line", {}};
  bench::Figure blocks{"ring.spsc.blocks_of_64", "ns/record", {}};
  bench::Figure single{"ring.spsc.one_by_one", "ns/record", {}};
  bench::Figure broadcast{"ring.broadcast.blocks_of_64", "ns/record", {}};
  std::uint64_t lost = 0;
  for (std::size_t round = 0; round < sizes.rounds; ++round) {
    floor.rounds.push_back(hand_off(sizes.lines, floor.checksum));
    blocks.rounds.push_back(spsc_throughput(sizes.lines, block_lines, blocks.checksum));
    single.rounds.push_back(spsc_throughput(sizes.lines, 1, single.checksum));
    broadcast.rounds.push_back(broadcast_throughput(sizes.lines, broadcast.checksum, lost));
  }
  bench::report(floor);
  bench::report(blocks, &floor);
  bench::report(single, &floor);
  bench::report(broadcast, &floor);
  std::printf("{\"bench\": \"ring.broadcast.lost\", \"unit\": \"records\", \"median\": %llu}\n",
              static_cast<unsigned long long>(lost));
}

}  // namespace

int main(int argc, char** argv) {
  const bool full = bench::full_run(argc, argv);
  const Sizes sizes = full ? Sizes{9, 100'000, 8'000'000} : Sizes{3, 2'000, 200'000};
  bench::report_host(full);
  measure_round_trips(sizes);
  measure_throughput(sizes);
  return 0;
}
