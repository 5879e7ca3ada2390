// What a new producer makes of a ring whose last producer stopped after any of its stores.
#include "ring/ring_fixture.hpp"

namespace hft::ring {
namespace {

constexpr std::uint64_t capacity = 8;

struct Killed : MemoryRing {
  /// A ring with `whole` records, of which write_position has not told the last `untold`, and a
  /// slot behind them in which the last `written` quarters are stored.
  Killed(std::uint64_t whole, std::uint64_t untold, std::size_t written)
      : MemoryRing(RingKind::broadcast, capacity) {
    BroadcastProducer producer(*header, slots);
    for (std::uint64_t i = 0; i < whole; ++i) producer.publish(record_of(i));
    header->write_position = whole - untold;
    if (written == 0) return;
    header->lap = whole / capacity;  // told before the first store of a lap
    record::Record next{};
    write_slot(next, record_of(whole), stamp_of_lap(whole / capacity));
    for (std::size_t i = quarters - written; i < quarters; ++i) {
      line_of(slots[whole % capacity]).quarter[i] = line_of(next).quarter[i];
    }
  }
};

std::vector<record::Record> read_all(BroadcastReader& reader) {
  std::vector<record::Record> records;
  record::Record out{};
  for (Found found = reader.next(out); found != Found::empty; found = reader.next(out)) {
    if (found == Found::record) records.push_back(out);
  }
  return records;
}

TEST(Recovery, GoesOnBehindWholeSlotsAndClosesATornOne) {
  for (std::uint64_t whole = 1; whole <= 20; ++whole) {
    for (std::uint64_t untold = 0; untold <= std::min<std::uint64_t>(whole, 4); ++untold) {
      for (std::size_t written = 0; written < quarters; ++written) {
        Killed ring(whole, untold, written);
        BroadcastReader reader(*ring.header, ring.slots);
        const std::uint64_t first = reader.position();
        const std::uint64_t read = read_all(reader).size();
        EXPECT_EQ(read + reader.lost(), whole - first) << "a torn slot is no record";
        const bool fits = whole - first + (written > 0 ? 1 : 0) <= capacity;
        EXPECT_EQ(reader.lost() == 0, fits);
        const std::uint64_t lost = reader.lost();
        BroadcastProducer next(*ring.header, ring.slots);
        const std::uint64_t torn = written == 0 ? 0 : 1;
        ASSERT_EQ(next.position(), whole + torn);
        EXPECT_EQ(ring.header->write_position, whole + torn);
        EXPECT_EQ(ring.header->recoveries, torn);
        const auto closed = read_all(reader);
        ASSERT_EQ(closed.size(), torn);
        if (torn == 1) {
          EXPECT_EQ(closed[0].kind, record::Kind::none);
        }
        next.publish(record_of(next.position()));
        const auto after = read_all(reader);
        ASSERT_EQ(after.size(), 1u);
        EXPECT_TRUE(equal(after[0], record_of(whole + torn)));
        EXPECT_EQ(reader.lost(), lost);
      }
    }
  }
}

/// A reader that had loaded quarters of the torn record before the recovery may add later ones to
/// them, in any order of loading. What it then holds whole has no kind.
TEST(Recovery, NoMixtureOfBothAttemptsIsARecord) {
  for (std::size_t written = 1; written < quarters; ++written) {
    Killed ring(3, 0, written);
    const Line before = load_slot(ring.slots[3]);
    BroadcastProducer next(*ring.header, ring.slots);
    const Line after = load_slot(ring.slots[3]);
    for (unsigned choice = 0; choice < 16; ++choice) {
      Line mixed{};
      for (std::size_t i = 0; i < quarters; ++i) {
        mixed.quarter[i] = (choice >> i & 1) != 0 ? after.quarter[i] : before.quarter[i];
      }
      if (!is_whole(mixed, stamp_of_lap(0))) continue;
      record::Record out{};
      copy_unstamped(mixed, out);
      EXPECT_EQ(out.kind, record::Kind::none) << written << " quarters, mixture " << choice;
    }
  }
}

}  // namespace
}  // namespace hft::ring
