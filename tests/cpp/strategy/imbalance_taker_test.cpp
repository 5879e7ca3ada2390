#include "hft/strategy/imbalance_taker.hpp"

#include "strategy/strategy_fixture.hpp"

namespace hft::strategy {
namespace {

class ImbalanceTakerTest : public testing::Test, protected Bench<ImbalanceTaker> {
 protected:
  ImbalanceTakerTest() : Bench(instruments, config()) {
    Bench::report(ReportAction::session_up);
    EXPECT_TRUE(touch(touch_of({10'000, 100}, {10'001, 80})).empty());
  }

  static ImbalanceTakerConfig config() {
    ImbalanceTakerConfig config;
    config.size = 100;
    config.position_max = 150;
    config.threshold = 1'000;
    config.spread_max_e9 = 2 * cent_e9;
    config.half_life_ns = second_ns;
    config.cool_down_ns = 2 * second_ns;
    return config;
  }
  Commands demand(std::uint32_t size, std::uint64_t time_ns = open_ns) {
    return touch(touch_of({10'000, size}, {10'001, 80}, time_ns));
  }
};

TEST_F(ImbalanceTakerTest, takes_the_offer_when_demand_has_grown) {
  EXPECT_TRUE(demand(1'099).empty());
  const Commands commands = demand(1'100);
  ASSERT_EQ(commands.size(), 1u);
  EXPECT_EQ(commands[0].action, CommandAction::enter);
  EXPECT_EQ(commands[0].side, Side::bid);
  EXPECT_EQ(commands[0].price_e9, 10'001 * cent_e9);
  EXPECT_EQ(commands[0].size, 80u);  // what is shown
  EXPECT_EQ(commands[0].time_in_force, record::TimeInForce::immediate);
  EXPECT_EQ(commands[0].flags, 0);
}

TEST_F(ImbalanceTakerTest, hits_the_bid_when_supply_has_grown) {
  const Commands commands = touch(touch_of({10'000, 100}, {10'001, 1'080}));
  ASSERT_EQ(commands.size(), 1u);
  EXPECT_EQ(commands[0].side, Side::ask);
  EXPECT_EQ(commands[0].price_e9, 10'000 * cent_e9);
  EXPECT_EQ(commands[0].size, 100u);
  EXPECT_EQ(commands[0].flags, record::command_short_sale);
}

TEST_F(ImbalanceTakerTest, cools_down_by_the_time_of_records) {
  accept(demand(5'000));
  Bench::report(ReportAction::executed, 1, 80);
  EXPECT_TRUE(demand(9'000, open_ns + 2 * second_ns - 1).empty());
  EXPECT_EQ(demand(9'001, open_ns + 2 * second_ns).size(), 1u);
}

TEST_F(ImbalanceTakerTest, has_one_order_of_an_instrument_in_flight) {
  demand(5'000);
  EXPECT_TRUE(demand(9'000, open_ns + 3 * second_ns).empty());
  Bench::report(ReportAction::accepted, 1, 80);
  Bench::report(ReportAction::cancelled, 1, 80);  // nothing was left to take
  EXPECT_EQ(demand(19'000, open_ns + 3 * second_ns).size(), 1u);
}

TEST_F(ImbalanceTakerTest, its_position_is_bounded) {
  accept(demand(5'000));
  Bench::report(ReportAction::executed, 1, 80);
  EXPECT_EQ(strategy.position(instrument), 80);
  const Commands second = demand(50'000, open_ns + 2 * second_ns);
  EXPECT_EQ(second.at(0).size, 70u);
  accept(second);
  Bench::report(ReportAction::executed, second[0].client_order_id, 70);
  EXPECT_TRUE(demand(500'000, open_ns + 4 * second_ns).empty());
  const Commands back = touch(touch_of({9'990, 60}, {9'991, 50}, open_ns + 8 * second_ns));
  ASSERT_EQ(back.size(), 1u);
  EXPECT_EQ(back[0].side, Side::ask);
  EXPECT_EQ(back[0].flags, 0);  // the shares are held
}

TEST_F(ImbalanceTakerTest, an_old_flow_is_forgotten) {
  demand(900);
  EXPECT_TRUE(demand(1'500, open_ns + 3 * second_ns).empty());  // 800 / 8 + 600
}

TEST_F(ImbalanceTakerTest, does_nothing_in_a_book_it_cannot_trust) {
  EXPECT_TRUE(touch(suspect(touch_of({10'000, 5'000}, {10'001, 80}))).empty());
  EXPECT_TRUE(demand(9'000).empty());  // the first sound touch has nothing to compare with
  EXPECT_EQ(demand(19'000).size(), 1u);
}

TEST_F(ImbalanceTakerTest, does_nothing_while_the_instrument_does_not_trade) {
  auto halted = touch_of({10'000, 5'000}, {10'001, 80});
  halted.trading_state = 'H';
  EXPECT_TRUE(touch(halted).empty());
  Bench::record(status_of(record::StatusAction::operational_halt, instrument, 'H'));
  EXPECT_TRUE(demand(9'000).empty());
  Bench::record(status_of(record::StatusAction::operational_halt, instrument, 'T'));
  EXPECT_EQ(demand(9'001).size(), 1u);
}

TEST_F(ImbalanceTakerTest, does_nothing_across_a_wide_spread_or_with_one_side) {
  EXPECT_TRUE(touch(touch_of({10'000, 5'000}, {10'003, 80})).empty());
  EXPECT_TRUE(touch(touch_of({10'000, 9'000}, nobody)).empty());
}

TEST_F(ImbalanceTakerTest, does_nothing_while_the_session_is_down) {
  Bench::report(ReportAction::session_down);
  EXPECT_TRUE(demand(5'000).empty());
  Bench::report(ReportAction::session_up);
  EXPECT_EQ(demand(5'001).size(), 1u);
}

}  // namespace
}  // namespace hft::strategy
