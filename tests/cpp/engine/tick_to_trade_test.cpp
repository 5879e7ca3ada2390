// What a tick is, and whose.
#include "hft/engine/tick_to_trade.hpp"

#include <gtest/gtest.h>

namespace hft::engine {
namespace {

class TickToTradeTest : public testing::Test {
 protected:
  void order() {
    for (const auto stage : {TickToTrade::decided, TickToTrade::passed, TickToTrade::encoded})
      times_.reach(stage);
  }
  TickToTrade times_{Clock::calibrate(1'000'000)};
};

TEST_F(TickToTradeTest, counts_the_first_order_of_a_packet) {
  times_.begin_packet();
  times_.reach(TickToTrade::decoded);
  times_.reach(TickToTrade::applied);
  order();
  order();
  EXPECT_EQ(times_.whole().count(), 1U);
  for (std::size_t i = 0; i < TickToTrade::stage_count; ++i) EXPECT_EQ(times_.stage(i).count(), 1U);
}

TEST_F(TickToTradeTest, tells_reports_apart) {
  times_.begin_report();
  order();
  EXPECT_EQ(times_.whole().count(), 0U);
  EXPECT_EQ(times_.of_reports().count(), 1U);
}

TEST_F(TickToTradeTest, orders_of_timers_are_nobodys) {
  order();
  times_.begin_packet();
  times_.end();
  order();
  EXPECT_EQ(times_.whole().count() + times_.of_reports().count(), 0U);
}

}  // namespace
}  // namespace hft::engine
