#include "hft/strategy/working_orders.hpp"

#include "strategy/strategy_fixture.hpp"

namespace hft::strategy {
namespace {

class WorkingOrdersTest : public testing::Test {
 protected:
  std::uint32_t enter(Side side, std::uint32_t size, std::int64_t price_e9 = cent_e9) {
    OrderTerms terms;
    terms.instrument = instrument;
    terms.side = side;
    terms.size = size;
    terms.price_e9 = price_e9;
    EXPECT_TRUE(orders_.enter(terms, actions_));
    return actions_.commands().back().client_order_id;
  }
  std::uint32_t replace(std::uint32_t id, std::uint32_t size, std::int64_t price_e9) {
    OrderTerms terms;
    terms.instrument = instrument;
    terms.size = size;
    terms.price_e9 = price_e9;
    EXPECT_TRUE(orders_.replace(*orders_.find(id), terms, actions_));
    return actions_.commands().back().client_order_id;
  }
  Change report(ReportAction action, std::uint32_t id, std::uint32_t size = 0) {
    return orders_.on_report(report_of(action, id, size));
  }
  std::uint32_t live(Side side, std::uint32_t size) {
    const std::uint32_t id = enter(side, size);
    report(ReportAction::accepted, id, size);
    return id;
  }

  Actions actions_{Identity{}, 100};
  WorkingOrders<3> orders_;
};

TEST_F(WorkingOrdersTest, an_order_settles_when_the_venue_has_it) {
  const std::uint32_t id = enter(Side::bid, 50);
  ASSERT_NE(orders_.find(id), nullptr);
  EXPECT_FALSE(orders_.find(id)->is_settled());
  report(ReportAction::accepted, id, 50);
  EXPECT_TRUE(orders_.find(id)->is_settled());
  EXPECT_EQ(orders_.find(instrument, Side::bid)->client_order_id, id);
  EXPECT_EQ(orders_.find(instrument, Side::ask), nullptr);
}

TEST_F(WorkingOrdersTest, executions_are_signed_and_use_the_order_up) {
  const std::uint32_t bid = live(Side::bid, 50);
  const std::uint32_t ask = live(Side::ask, 30);
  EXPECT_EQ(report(ReportAction::executed, bid, 20).bought, 20);
  EXPECT_EQ(orders_.find(bid)->open_size, 30u);
  EXPECT_EQ(report(ReportAction::executed, ask, 30).bought, -30);
  EXPECT_EQ(orders_.find(ask), nullptr);
  EXPECT_EQ(report(ReportAction::executed, bid, 30).bought, 30);
  EXPECT_EQ(orders_.size(), 0u);
}

TEST_F(WorkingOrdersTest, what_is_dead_on_arrival_or_rejected_leaves) {
  const std::uint32_t dead = enter(Side::bid, 50);
  auto accepted = report_of(ReportAction::accepted, dead, 50);
  accepted.reason = 'D';
  orders_.on_report(accepted);
  const std::uint32_t refused = enter(Side::bid, 50);
  report(ReportAction::rejected, refused);
  EXPECT_EQ(orders_.size(), 0u);
}

TEST_F(WorkingOrdersTest, a_replace_asks_for_the_whole_chains_size) {
  const std::uint32_t id = live(Side::bid, 50);
  report(ReportAction::executed, id, 20);
  const std::uint32_t next = replace(id, 50, 2 * cent_e9);
  EXPECT_EQ(actions_.commands().back().size, 70u);
  EXPECT_EQ(actions_.commands().back().original_client_order_id, id);
  EXPECT_EQ(report(ReportAction::executed, id, 5).bought, 5);  // on its way already
  report(ReportAction::replaced, next, 45);
  const WorkingOrder& order = *orders_.find(next);
  EXPECT_EQ(order.open_size, 45u);
  EXPECT_EQ(order.executed, 25u);
  EXPECT_EQ(order.price_e9, 2 * cent_e9);
  EXPECT_TRUE(order.is_settled());
  EXPECT_EQ(orders_.find(id), nullptr);
}

TEST_F(WorkingOrdersTest, a_refused_replacement_leaves_the_order_as_it_was) {
  const std::uint32_t id = live(Side::bid, 50);
  const std::uint32_t next = replace(id, 50, 2 * cent_e9);
  EXPECT_EQ(report(ReportAction::rejected, next).instrument, instrument);
  EXPECT_TRUE(orders_.find(id)->is_settled());
  EXPECT_EQ(orders_.find(id)->price_e9, cent_e9);
}

TEST_F(WorkingOrdersTest, an_order_used_up_takes_its_replacement_with_it) {
  const std::uint32_t id = live(Side::bid, 50);
  replace(id, 50, 2 * cent_e9);
  report(ReportAction::executed, id, 50);
  EXPECT_EQ(orders_.size(), 0u);
}

TEST_F(WorkingOrdersTest, a_cancel_names_what_the_order_is_about_to_become) {
  const std::uint32_t id = live(Side::bid, 50);
  const std::uint32_t next = replace(id, 50, 2 * cent_e9);
  orders_.cancel(*orders_.find(id), actions_);
  EXPECT_EQ(actions_.commands().back().client_order_id, next);
  report(ReportAction::replaced, next, 50);
  EXPECT_TRUE(orders_.find(next)->cancelling);
  report(ReportAction::cancelled, next, 50);
  EXPECT_EQ(orders_.size(), 0u);
}

TEST_F(WorkingOrdersTest, a_cancel_of_a_refused_replacement_has_to_be_asked_again) {
  const std::uint32_t id = live(Side::bid, 50);
  const std::uint32_t next = replace(id, 50, 2 * cent_e9);
  orders_.cancel(*orders_.find(id), actions_);
  report(ReportAction::rejected, next);
  EXPECT_TRUE(orders_.find(id)->is_settled());
}

TEST_F(WorkingOrdersTest, a_refused_cancel_leaves_the_order_in_the_state_it_had) {
  const std::uint32_t id = enter(Side::bid, 50);
  orders_.cancel(*orders_.find(id), actions_);
  report(ReportAction::cancel_rejected, id);
  EXPECT_FALSE(orders_.find(id)->cancelling);
  EXPECT_FALSE(orders_.find(id)->is_settled());  // still not acknowledged
}

TEST_F(WorkingOrdersTest, parts_cancelled_and_restated_sizes_are_followed) {
  const std::uint32_t id = live(Side::bid, 50);
  report(ReportAction::cancelled, id, 20);
  EXPECT_EQ(orders_.find(id)->open_size, 30u);
  report(ReportAction::restated, id, 25);
  EXPECT_EQ(orders_.find(id)->open_size, 25u);
  report(ReportAction::restated, id, 0);
  EXPECT_EQ(orders_.size(), 0u);
}

TEST_F(WorkingOrdersTest, other_strategies_orders_are_left_alone) {
  live(Side::bid, 50);
  EXPECT_EQ(report(ReportAction::executed, 7777, 20).instrument, record::instrument_all);
  EXPECT_EQ(report(ReportAction::executed, 0, 20).bought, 0);
  EXPECT_EQ(orders_.size(), 1u);
}

TEST_F(WorkingOrdersTest, the_others_are_still_found_when_one_leaves) {
  const std::uint32_t first = live(Side::bid, 50);
  const std::uint32_t second = live(Side::ask, 60);
  const std::uint32_t third = live(Side::ask, 70);
  EXPECT_TRUE(orders_.is_full());
  EXPECT_FALSE(orders_.enter({}, actions_));
  report(ReportAction::executed, first, 50);
  EXPECT_EQ(orders_.find(second)->open_size, 60u);
  EXPECT_EQ(orders_.find(third)->open_size, 70u);
}

TEST_F(WorkingOrdersTest, after_a_lost_session_both_names_are_cancelled) {
  const std::uint32_t id = live(Side::bid, 50);
  const std::uint32_t next = replace(id, 50, 2 * cent_e9);
  actions_.begin(report_of(ReportAction::session_up, 0));
  orders_.abandon(*orders_.find(id), actions_);
  ASSERT_EQ(actions_.commands().size(), 2u);
  EXPECT_EQ(actions_.commands()[0].client_order_id, id);
  EXPECT_EQ(actions_.commands()[1].client_order_id, next);
}

}  // namespace
}  // namespace hft::strategy
