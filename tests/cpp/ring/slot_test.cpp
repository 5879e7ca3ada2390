// One slot: what its stamps prove, and what a torn one looks like.
#include "hft/ring/slot.hpp"

#include "ring/ring_fixture.hpp"

namespace hft::ring {
namespace {

TEST(Slot, KeepsTheRecordAndItsStamp) {
  record::Record slot{};
  write_slot(slot, record_of(77), 5);
  EXPECT_EQ(slot.stamp_0, 5);
  EXPECT_EQ(slot.stamp_1, 5);
  EXPECT_EQ(slot.stamp_2, 5);
  EXPECT_EQ(slot.stamp_3, 5);
  const Line line = load_slot(slot);
  EXPECT_TRUE(is_whole(line, 5));
  record::Record out{};
  copy_unstamped(line, out);
  EXPECT_TRUE(equal(out, record_of(77)));
}

TEST(Slot, IsWholeOnlyWithFourEqualExpectedStamps) {
  for (unsigned newer = 0; newer < 16; ++newer) {  // one bit for each quarter of the next lap
    Line line{};
    for (std::size_t i = 0; i < quarters; ++i) {
      line.quarter[i][stamp_lane] = (newer >> i & 1) != 0 ? 6 : 5;
    }
    EXPECT_EQ(is_whole(line, 5), newer == 0) << newer;
    EXPECT_EQ(is_whole(line, 6), newer == 15) << newer;
    EXPECT_FALSE(is_whole(line, 7));
  }
}

TEST(Slot, MemoryNeverWrittenHoldsNoRecordOfTheFirstLap) {
  const record::Record slot{};
  EXPECT_FALSE(may_be_whole(slot, stamp_of_lap(0)));
  EXPECT_FALSE(is_whole(load_slot(slot), stamp_of_lap(0)));
  EXPECT_EQ(stamp_of_lap(stamp_laps - 1), 0);
  EXPECT_EQ(stamp_of_lap(stamp_laps), stamp_of_lap(0));
}

}  // namespace
}  // namespace hft::ring
