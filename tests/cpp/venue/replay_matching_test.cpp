// Simulated orders in a captured book, rule by rule; whole stories are told in
// tests/contract/test_replay_matching.py.
#include "hft/venue/replay_matching.hpp"

#include <gtest/gtest.h>

namespace hft::venue {
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

ReplayConfig config_with(PostOnlyRule post_only) {
  ReplayConfig config;
  config.books.max_instruments = 8;
  config.post_only = post_only;
  return config;
}

OrderEvent event_of(Action action, std::uint64_t order_id, std::uint32_t size) {
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

OrderEvent add_of(std::uint64_t order_id, Side side, std::int64_t cents, std::uint32_t size) {
  OrderEvent event = event_of(Action::add, order_id, size);
  event.side = side;
  event.price_e9 = cents * cent_e9;
  return event;
}

record::TradeEvent cross_of(std::int64_t cents, std::uint32_t size) {
  record::TradeEvent cross{};
  cross.instrument = instrument;
  cross.kind = record::Kind::trade;
  cross.action = record::TradeAction::cross;
  cross.size = size;
  cross.flags = record::flag_last;
  cross.price_e9 = cents * cent_e9;
  return cross;
}

OrderCommand command_of(CommandAction action, std::uint32_t id, Side side, std::int64_t cents,
                        std::uint32_t size) {
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

OrderCommand replace_of(std::uint32_t original, std::uint32_t id, std::int64_t cents,
                        std::uint32_t size) {
  OrderCommand command = command_of(CommandAction::replace, id, Side::none, cents, size);
  command.original_client_order_id = original;
  return command;
}

class ReplayMatchingTest : public testing::Test {
 protected:
  using Reports = std::vector<OrderReport>;

  template <class Event>
  Reports happen(Event event) {
    event.event_time_ns = ++now_ns_;
    const auto reports = replay_.on_record(record::as<record::Record>(event));
    return {reports.begin(), reports.end()};
  }
  template <class Event>
  std::uint32_t traded(const Event& event) {  // shares of ours
    std::uint32_t sum = 0;
    for (const OrderReport& report : happen(event)) {
      EXPECT_EQ(report.action, ReportAction::executed);
      sum += report.size;
    }
    return sum;
  }
  std::uint32_t execute(std::uint64_t order_id, std::uint32_t size) {
    return traded(event_of(Action::execute, order_id, size));
  }
  void add(std::uint64_t order_id, Side side, std::int64_t cents, std::uint32_t size) {
    EXPECT_EQ(traded(add_of(order_id, side, cents, size)), 0u);
  }
  Reports submit(const OrderCommand& command) {
    const auto reports = replay_.submit(command, ++now_ns_);
    return {reports.begin(), reports.end()};
  }
  Reports enter(std::uint32_t id, Side side, std::int64_t cents, std::uint32_t size) {
    return submit(command_of(CommandAction::enter, id, side, cents, size));
  }

  ReplayMatching replay_{config_with(PostOnlyRule::adjust)};
  std::uint64_t now_ns_ = 0;
};

TEST_F(ReplayMatchingTest, an_execution_at_a_better_price_has_not_met_it) {
  add(1, Side::bid, 102, 50);
  enter(7, Side::bid, 101, 30);
  EXPECT_EQ(execute(1, 50), 0u);
}

TEST_F(ReplayMatchingTest, a_replaced_order_that_comes_in_through_its_price_meets_it) {
  add(1, Side::ask, 105, 50);
  enter(7, Side::bid, 101, 30);
  OrderEvent leaves = event_of(Action::replace, 1, 0);
  leaves.flags = 0;
  EXPECT_EQ(traded(leaves), 0u);
  EXPECT_EQ(traded(add_of(2, Side::none, 100, 40)), 30u);
}

TEST_F(ReplayMatchingTest, a_replaced_order_ahead_has_left_the_queue) {
  add(1, Side::bid, 100, 50);
  enter(7, Side::bid, 100, 30);
  EXPECT_EQ(replay_.size_ahead(7), 50u);
  OrderEvent leaves = event_of(Action::replace, 1, 0);
  leaves.flags = 0;
  happen(leaves);
  happen(add_of(2, Side::none, 100, 50));
  EXPECT_EQ(replay_.size_ahead(7), 0u);
  EXPECT_EQ(execute(2, 10), 10u);
}

TEST_F(ReplayMatchingTest, better_priced_and_earlier_orders_of_ours_trade_first) {
  add(1, Side::bid, 100, 500);
  enter(7, Side::bid, 101, 30);
  enter(8, Side::bid, 102, 30);
  enter(9, Side::bid, 101, 30);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> order;
  for (const OrderReport& report : happen(event_of(Action::execute, 1, 70))) {
    order.emplace_back(report.client_order_id, report.size);
  }
  EXPECT_EQ(order, (decltype(order){{8, 30}, {7, 30}, {9, 10}}));
}

TEST_F(ReplayMatchingTest, of_a_cross_only_the_whole_fills) {
  add(1, Side::bid, 100, 50);
  enter(7, Side::bid, 101, 30);
  enter(8, Side::bid, 100, 5);
  OrderEvent part = event_of(Action::execute, 1, 40);
  part.flags |= record::flag_non_printable;
  EXPECT_EQ(traded(part), 0u);
  EXPECT_EQ(replay_.size_ahead(8), 10u);  // what stood ahead has gone all the same
  EXPECT_EQ(traded(cross_of(101, 40)), 0u);
  EXPECT_EQ(traded(cross_of(100, 20)), 20u);
}

TEST_F(ReplayMatchingTest, a_replace_counts_what_its_chain_has_executed) {
  add(1, Side::bid, 100, 500);
  enter(7, Side::bid, 101, 50);
  EXPECT_EQ(execute(1, 20), 20u);
  const auto reports = submit(replace_of(7, 8, 102, 50));
  EXPECT_EQ(reports.at(0).action, ReportAction::replaced);
  EXPECT_EQ(reports.at(0).size, 30u);
  EXPECT_EQ(reports.at(0).side, Side::bid);
  const auto gone = submit(replace_of(8, 9, 102, 20));  // no more than has traded already
  EXPECT_EQ(gone.at(0).action, ReportAction::cancelled);
  EXPECT_EQ(gone.at(0).size, 30u);
  EXPECT_TRUE(submit(replace_of(8, 9, 102, 20)).empty());  // gone: a venue says nothing
}

TEST_F(ReplayMatchingTest, a_replace_of_the_same_price_and_no_more_keeps_its_place) {
  enter(7, Side::bid, 100, 50);
  add(2, Side::bid, 100, 50);
  submit(replace_of(7, 8, 100, 40));
  EXPECT_EQ(execute(2, 50), 40u);
}

TEST_F(ReplayMatchingTest, a_replace_of_another_price_joins_the_tail) {
  enter(7, Side::bid, 101, 50);
  add(1, Side::bid, 100, 50);
  submit(replace_of(7, 8, 100, 50));
  EXPECT_EQ(execute(1, 50), 0u);
}

TEST_F(ReplayMatchingTest, a_cancel_keeps_so_much_in_total) {
  add(1, Side::bid, 100, 500);
  enter(7, Side::bid, 101, 50);
  EXPECT_EQ(execute(1, 20), 20u);
  EXPECT_EQ(submit(command_of(CommandAction::cancel, 7, Side::none, 0, 30)).at(0).size, 20u);
  EXPECT_TRUE(submit(command_of(CommandAction::cancel, 7, Side::none, 0, 30)).empty());
  EXPECT_EQ(submit(command_of(CommandAction::cancel, 7, Side::none, 0, 0)).at(0).size, 10u);
  EXPECT_EQ(replay_.order_count(), 0u);
}

TEST_F(ReplayMatchingTest, post_only_is_moved_or_refused_as_configured) {
  auto command = command_of(CommandAction::enter, 7, Side::bid, 101, 10);
  command.flags = record::command_post_only;
  const auto ask = add_of(1, Side::ask, 101, 50);
  happen(ask);
  EXPECT_EQ(submit(command).at(0).price_e9, 100 * cent_e9);
  ReplayMatching strict(config_with(PostOnlyRule::reject));
  strict.on_record(record::as<record::Record>(ask));
  EXPECT_EQ(strict.submit(command, 1).front().reason, 'P');
}

TEST_F(ReplayMatchingTest, nothing_is_ahead_after_a_clear_or_a_new_session) {
  record::StatusEvent session{};
  session.instrument = record::instrument_all;
  session.kind = record::Kind::status;
  session.action = record::StatusAction::session_start;
  session.flags = record::flag_last;
  OrderEvent clear = event_of(Action::clear, 0, 0);
  add(1, Side::bid, 100, 50);
  enter(7, Side::bid, 100, 30);
  clear.instrument = instrument + 1;
  happen(clear);
  EXPECT_EQ(replay_.size_ahead(7), 50u);
  clear.instrument = instrument;
  happen(clear);
  EXPECT_EQ(replay_.size_ahead(7), 0u);
  add(2, Side::bid, 100, 50);
  enter(8, Side::bid, 100, 30);
  happen(session);
  EXPECT_EQ(replay_.size_ahead(8), 0u);
}

TEST_F(ReplayMatchingTest, shares_stay_taken_while_another_instrument_is_cleared) {
  add(1, Side::ask, 101, 50);
  EXPECT_EQ(enter(7, Side::bid, 101, 50).size(), 2u);
  OrderEvent clear = event_of(Action::clear, 0, 0);
  clear.instrument = instrument + 1;
  happen(clear);
  EXPECT_EQ(enter(8, Side::bid, 101, 50).size(), 1u);  // accepted, and not one share is left
}

TEST_F(ReplayMatchingTest, touches_are_those_of_the_last_record) {
  happen(add_of(1, Side::bid, 100, 50));
  ASSERT_EQ(replay_.touches().size(), 1u);
  EXPECT_EQ(replay_.touches()[0].bid_price_e9, 100 * cent_e9);
  enter(7, Side::bid, 101, 30);  // ours is not in the captured book
  EXPECT_EQ(replay_.touches().size(), 1u);
  happen(add_of(2, Side::bid, 99, 50));
  EXPECT_TRUE(replay_.touches().empty());
}

TEST_F(ReplayMatchingTest, a_time_that_goes_back_stands_still) {
  now_ns_ = 5'000;
  add(1, Side::bid, 100, 50);
  now_ns_ = 6'000;
  enter(7, Side::bid, 101, 30);
  now_ns_ = 4'000;
  const auto reports = happen(event_of(Action::execute, 1, 50));
  EXPECT_EQ(reports.at(0).event_time_ns, 6'001u);
  EXPECT_EQ(reports.at(0).receive_time_ns, 6'001u);
}

}  // namespace
}  // namespace hft::venue
