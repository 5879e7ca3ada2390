// Queue positions and matching of a backtest's orders, rule by rule.
#include "hft/engine/queue_venue.hpp"

#include <gtest/gtest.h>

#include "hft/record/status_event.hpp"

namespace hft::engine {
namespace {

using record::Action;
using record::CommandAction;
using record::OrderCommand;
using record::OrderEvent;
using record::OrderReport;
using record::ReportAction;
using record::Side;

constexpr std::int64_t cent_e9 = 10'000'000;
constexpr std::uint32_t instrument = 3;

class QueueVenueTest : public testing::Test {
 protected:
  QueueVenueTest() : books_(make_book_stage(BookKind::map, {})) {
    record::StatusEvent trading{};
    trading.instrument = instrument;
    trading.kind = record::Kind::status;
    trading.action = record::StatusAction::trading;
    trading.state = 'T';
    trading.flags = record::flag_last;
    happen(trading);
  }

  template <class Event>
  void happen(const Event& event) {
    const std::array message{record::as<record::Record>(event)};
    venue_.on_message(++now_ns_, message, *books_);
    books_->apply(message);
  }
  static OrderEvent event_of(Action action, std::uint64_t order_id, std::uint32_t size) {
    OrderEvent event{};
    event.instrument = instrument;
    event.kind = record::Kind::order;
    event.action = action;
    event.order_id = order_id;
    event.size = size;
    event.flags = record::flag_last;
    event.price_e9 = record::price_null;
    return event;
  }
  void add(std::uint64_t order_id, Side side, std::int64_t cents, std::uint32_t size) {
    OrderEvent event = event_of(Action::add, order_id, size);
    event.side = side;
    event.price_e9 = cents * cent_e9;
    happen(event);
  }
  void execute(std::uint64_t order_id, std::uint32_t size) {
    happen(event_of(Action::execute, order_id, size));
  }

  static OrderCommand command_of(CommandAction action, std::uint32_t id, Side side,
                                 std::int64_t cents, std::uint32_t size) {
    OrderCommand command{};
    command.kind = record::Kind::order_command;
    command.action = action;
    command.instrument = instrument;
    command.client_order_id = id;
    command.side = side;
    command.price_e9 = cents * cent_e9;
    command.size = size;
    return command;
  }
  std::vector<OrderReport> submit(const OrderCommand& command) {
    venue_.submit(++now_ns_, command, *books_);
    return venue_.take_reports();
  }
  std::vector<OrderReport> enter(std::uint32_t id, Side side, std::int64_t cents,
                                 std::uint32_t size) {
    return submit(command_of(CommandAction::enter, id, side, cents, size));
  }
  std::uint32_t traded() {  // shares since this was last asked
    std::uint32_t sum = 0;
    for (const OrderReport& report : venue_.take_reports()) {
      EXPECT_EQ(report.action, ReportAction::executed);
      sum += report.size;
    }
    return sum;
  }

  std::unique_ptr<BookStage> books_;
  QueueVenue venue_;
  std::uint64_t now_ns_ = 0;
};

TEST_F(QueueVenueTest, an_order_waits_for_those_that_were_there) {
  add(1, Side::bid, 100, 50);
  enter(7, Side::bid, 100, 30);
  add(2, Side::bid, 100, 60);
  execute(1, 50);
  EXPECT_EQ(traded(), 0u);
  execute(2, 20);  // which stands behind ours
  EXPECT_EQ(traded(), 20u);
  execute(2, 20);
  EXPECT_EQ(traded(), 10u);
  EXPECT_EQ(venue_.open_orders(), 0u);
}

TEST_F(QueueVenueTest, an_execution_at_a_worse_price_would_have_met_it) {
  add(1, Side::bid, 100, 50);
  enter(7, Side::bid, 101, 30);
  execute(1, 50);
  EXPECT_EQ(traded(), 30u);
}

TEST_F(QueueVenueTest, an_execution_at_a_better_price_has_not) {
  add(1, Side::bid, 102, 50);
  enter(7, Side::bid, 101, 30);
  execute(1, 50);
  EXPECT_EQ(traded(), 0u);
}

TEST_F(QueueVenueTest, an_order_that_comes_in_through_its_price_meets_it) {
  enter(7, Side::bid, 101, 30);
  add(1, Side::ask, 102, 50);
  EXPECT_EQ(traded(), 0u);
  add(2, Side::ask, 101, 10);
  EXPECT_EQ(traded(), 10u);
}

TEST_F(QueueVenueTest, a_replaced_order_that_comes_in_through_its_price_meets_it) {
  add(1, Side::ask, 105, 50);
  enter(7, Side::bid, 101, 30);
  OrderEvent replace = event_of(Action::replace, 1, 0);
  replace.flags = 0;
  OrderEvent again = event_of(Action::add, 2, 40);
  again.price_e9 = 100 * cent_e9;
  const std::array message{record::as<record::Record>(replace), record::as<record::Record>(again)};
  venue_.on_message(++now_ns_, message, *books_);
  EXPECT_EQ(traded(), 30u);
}

TEST_F(QueueVenueTest, better_priced_and_earlier_orders_of_ours_trade_first) {
  add(1, Side::bid, 100, 500);
  enter(7, Side::bid, 101, 30);
  enter(8, Side::bid, 102, 30);
  enter(9, Side::bid, 101, 30);
  execute(1, 70);
  std::vector<std::uint32_t> order;
  for (const OrderReport& report : venue_.take_reports()) order.push_back(report.client_order_id);
  EXPECT_EQ(order, (std::vector<std::uint32_t>{8, 7, 9}));
}

TEST_F(QueueVenueTest, hidden_trades_beyond_its_price_fill_it) {
  enter(7, Side::bid, 101, 30);
  record::TradeEvent trade{};
  trade.instrument = instrument;
  trade.kind = record::Kind::trade;
  trade.action = record::TradeAction::trade;
  trade.size = 20;
  trade.flags = record::flag_last;
  trade.price_e9 = 101 * cent_e9;
  happen(trade);
  EXPECT_EQ(traded(), 0u);
  trade.price_e9 = 100 * cent_e9;
  happen(trade);
  EXPECT_EQ(traded(), 20u);
}

TEST_F(QueueVenueTest, parts_of_a_cross_fill_nothing) {
  add(1, Side::bid, 100, 50);
  enter(7, Side::bid, 101, 30);
  OrderEvent event = event_of(Action::execute, 1, 50);
  event.flags |= record::flag_non_printable;
  happen(event);
  EXPECT_EQ(traded(), 0u);
}

TEST_F(QueueVenueTest, takes_what_is_shown_and_each_share_once) {
  add(1, Side::ask, 101, 50);
  add(2, Side::ask, 102, 50);
  const auto reports = enter(7, Side::bid, 102, 70);
  ASSERT_EQ(reports.size(), 3u);
  EXPECT_EQ(reports[0].action, ReportAction::accepted);
  EXPECT_EQ(reports[1].price_e9, 101 * cent_e9);
  EXPECT_EQ(reports[1].size, 50u);
  EXPECT_EQ(reports[1].reason, 'R');
  EXPECT_EQ(reports[2].size, 20u);
  const auto next = enter(8, Side::bid, 102, 70);
  ASSERT_EQ(next.size(), 2u);
  EXPECT_EQ(next[1].size, 30u);
  EXPECT_EQ(venue_.open_orders(), 1u);  // the rest of 40 rests
}

TEST_F(QueueVenueTest, what_is_left_of_an_immediate_order_leaves) {
  add(1, Side::ask, 101, 50);
  auto command = command_of(CommandAction::enter, 7, Side::bid, 101, 70);
  command.time_in_force = record::TimeInForce::immediate;
  const auto reports = submit(command);
  ASSERT_EQ(reports.size(), 3u);
  EXPECT_EQ(reports[2].action, ReportAction::cancelled);
  EXPECT_EQ(reports[2].size, 20u);
  EXPECT_EQ(reports[2].reason, 'I');
  EXPECT_EQ(venue_.open_orders(), 0u);
}

TEST_F(QueueVenueTest, refuses_what_a_venue_would) {
  add(1, Side::ask, 101, 50);
  auto post_only = command_of(CommandAction::enter, 7, Side::bid, 101, 10);
  post_only.flags = record::command_post_only;
  EXPECT_EQ(submit(post_only).at(0).reason, 'P');
  EXPECT_EQ(enter(8, Side::bid, 100, 0).at(0).reason, 'Z');
  EXPECT_EQ(enter(9, Side::bid, 0, 10).at(0).reason, 'X');
  auto unknown = command_of(CommandAction::enter, 10, Side::bid, 100, 10);
  unknown.instrument = instrument + 1;  // never told to trade
  EXPECT_EQ(submit(unknown).at(0).reason, 'H');
}

TEST_F(QueueVenueTest, a_replace_counts_what_its_chain_has_executed) {
  add(1, Side::bid, 100, 500);
  enter(7, Side::bid, 101, 50);
  execute(1, 20);
  EXPECT_EQ(traded(), 20u);
  auto command = command_of(CommandAction::replace, 8, Side::none, 102, 50);
  command.original_client_order_id = 7;
  const auto reports = submit(command);
  EXPECT_EQ(reports.at(0).action, ReportAction::replaced);
  EXPECT_EQ(reports.at(0).size, 30u);
  EXPECT_EQ(reports.at(0).side, Side::bid);
  command.client_order_id = 9;
  command.original_client_order_id = 8;
  command.size = 20;  // no more than has traded already
  EXPECT_EQ(submit(command).at(0).action, ReportAction::cancelled);
  EXPECT_TRUE(submit(command).empty());  // gone: a venue says nothing
}

TEST_F(QueueVenueTest, a_replace_of_the_same_price_and_no_more_keeps_its_place) {
  add(1, Side::bid, 100, 50);
  enter(7, Side::bid, 100, 50);
  add(2, Side::bid, 100, 50);
  auto command = command_of(CommandAction::replace, 8, Side::none, 100, 40);
  command.original_client_order_id = 7;
  submit(command);
  execute(2, 50);
  EXPECT_EQ(traded(), 40u);
}

TEST_F(QueueVenueTest, a_replace_of_another_price_joins_the_tail) {
  enter(7, Side::bid, 101, 50);
  add(1, Side::bid, 100, 50);
  auto command = command_of(CommandAction::replace, 8, Side::none, 100, 50);
  command.original_client_order_id = 7;
  submit(command);
  execute(1, 50);
  EXPECT_EQ(traded(), 0u);
}

TEST_F(QueueVenueTest, a_cancel_keeps_so_much_in_total) {
  add(1, Side::bid, 100, 500);
  enter(7, Side::bid, 101, 50);
  execute(1, 20);
  traded();
  auto command = command_of(CommandAction::cancel, 7, Side::none, 0, 30);
  EXPECT_EQ(submit(command).at(0).size, 20u);
  EXPECT_TRUE(submit(command).empty());  // nothing would change
  command.size = 0;
  EXPECT_EQ(submit(command).at(0).size, 10u);
  EXPECT_EQ(venue_.open_orders(), 0u);
}

}  // namespace
}  // namespace hft::engine
