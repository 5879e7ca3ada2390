// The order of time in a backtest: who sees what when, and what comes first at one nanosecond.
#include "hft/engine/backtest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "hft/record/order_event.hpp"

namespace hft::engine {
namespace {

using record::OrderEvent;
using record::OrderReport;
using record::ReportAction;
using record::Side;

using Diary = std::vector<std::string>;

constexpr std::int64_t cent_e9 = 10'000'000;

/// Asks for a share at each touch of its, and writes down what it is told.
class DiaryStrategy final : public BacktestStrategy {
 public:
  explicit DiaryStrategy(Diary& diary) : diary_(diary) {}

  void on_record(const record::Record& seen, strategy::Actions&) override {
    diary_.push_back("record " + std::to_string(seen.event_time_ns));
  }
  void on_touch(const record::Touch& touch, strategy::Actions& actions) override {
    diary_.push_back("touch " + std::to_string(touch.event_time_ns));
    strategy::OrderTerms terms;
    terms.instrument = touch.instrument;
    terms.side = Side::bid;
    terms.size = 1;
    terms.price_e9 = bid_e9;
    actions.enter(terms);
  }
  void on_report(const OrderReport& report, strategy::Actions&) override {
    diary_.push_back("report " + std::to_string(report.client_order_id) + " of " +
                     std::to_string(report.event_time_ns) + " at " +
                     std::to_string(report.receive_time_ns));
  }
  void on_time(std::uint64_t time_ns, strategy::Actions&) override {
    if (times_shown) diary_.push_back("time " + std::to_string(time_ns));
  }

  bool times_shown = false;
  std::int64_t bid_e9 = cent_e9;  // stands behind everybody

 private:
  Diary& diary_;
};

OrderEvent add_at(std::uint64_t time_ns, std::uint64_t order_id) {
  OrderEvent event{};
  event.event_time_ns = time_ns;
  event.instrument = 3;
  event.kind = record::Kind::order;
  event.action = record::Action::add;
  event.order_id = order_id;
  event.size = 100;
  event.side = Side::bid;
  event.flags = record::flag_last;
  event.price_e9 = static_cast<std::int64_t>(100 + order_id) * cent_e9;
  return event;
}

OrderEvent ask_at(std::uint64_t time_ns, std::uint64_t order_id, std::int64_t cents) {
  OrderEvent event = add_at(time_ns, order_id);
  event.side = Side::ask;
  event.price_e9 = cents * cent_e9;
  return event;
}

OrderEvent execute_at(std::uint64_t time_ns, std::uint64_t order_id) {
  OrderEvent event = add_at(time_ns, order_id);
  event.action = record::Action::execute;
  event.side = Side::none;
  event.price_e9 = record::price_null;
  return event;
}

class BacktestTest : public testing::Test {
 protected:
  void run(const BacktestConfig& config, const std::vector<OrderEvent>& events) {
    Backtest backtest(config, strategy_);
    std::vector<record::Record> records;
    for (const OrderEvent& event : events) records.push_back(record::as<record::Record>(event));
    backtest.apply(records);
    backtest.finish();
    log_ = backtest.log();
  }

  Diary diary_;
  DiaryStrategy strategy_{diary_};
  BacktestLog log_;
};

TEST_F(BacktestTest, things_arrive_when_their_latency_is_over) {
  BacktestConfig config;
  config.feed_latency_ns = 10;
  config.order_latency_ns = 100;
  config.report_latency_ns = 1'000;
  run(config, {add_at(5'000, 1), add_at(5'050, 2), add_at(9'000, 3)});
  EXPECT_EQ(diary_, (Diary{"report 0 of 5000 at 5000", "record 5000", "touch 5000", "record 5050",
                           "touch 5050", "report 1 of 5110 at 6110", "report 2 of 5160 at 6160",
                           "record 9000", "touch 9000", "report 3 of 9110 at 10110"}));
  ASSERT_EQ(log_.commands.size(), 3u);
  EXPECT_EQ(log_.commands[0].event_time_ns, 5'000u);
  EXPECT_EQ(log_.reports.size(), 3u);
}

TEST_F(BacktestTest, nobody_is_faster_than_what_happened_at_the_same_nanosecond) {
  strategy_.bid_e9 = 102 * cent_e9;
  run({}, {ask_at(5'000, 1, 102), execute_at(5'000, 1)});
  EXPECT_EQ(diary_[0], "report 0 of 5000 at 5000");
  EXPECT_EQ(diary_[1], "record 5000");
  ASSERT_EQ(log_.reports.size(), 2u);  // both touches' orders stand: the ask had gone
  EXPECT_EQ(log_.reports[0].action, ReportAction::accepted);
  EXPECT_EQ(log_.reports[1].action, ReportAction::accepted);
}

TEST_F(BacktestTest, an_order_of_the_nanosecond_before_is_in_time) {
  strategy_.bid_e9 = 102 * cent_e9;
  run({}, {ask_at(5'000, 1, 102), execute_at(5'001, 1)});
  ASSERT_GE(log_.reports.size(), 2u);
  EXPECT_EQ(log_.reports[1].action, ReportAction::executed);
  EXPECT_EQ(log_.reports[1].event_time_ns, 5'000u);
}

TEST_F(BacktestTest, a_time_that_goes_back_stands_still) {
  strategy_.bid_e9 = 103 * cent_e9;
  run({}, {add_at(5'000, 1), add_at(6'000, 2), execute_at(4'000, 1)});
  const auto fill = std::find_if(log_.reports.begin(), log_.reports.end(), [](const auto& report) {
    return report.action == ReportAction::executed;
  });
  ASSERT_NE(fill, log_.reports.end());
  EXPECT_EQ(fill->client_order_id, 1u);
  EXPECT_EQ(fill->event_time_ns, 6'000u);
  EXPECT_EQ(fill->receive_time_ns, 6'000u);
}

TEST_F(BacktestTest, a_fill_bears_the_mid_of_the_book_that_it_met) {
  strategy_.bid_e9 = 101 * cent_e9;  // beside the captured bid, and ahead of one that comes
  run({}, {ask_at(5'000, 9, 105), add_at(6'000, 1), execute_at(7'000, 1)});
  const auto fill = std::find_if(log_.reports.begin(), log_.reports.end(), [](const auto& report) {
    return report.action == ReportAction::executed;
  });
  ASSERT_NE(fill, log_.reports.end());
  EXPECT_EQ(fill->event_time_ns, 7'000u);
  EXPECT_EQ(log_.mids_e9[static_cast<std::size_t>(fill - log_.reports.begin())], 103 * cent_e9);
}

TEST_F(BacktestTest, nobody_waits_from_1970_for_the_first_time) {
  strategy_.times_shown = true;
  run({}, {add_at(0, 1), add_at(1'700'000'000'000'000'000, 2)});
  EXPECT_EQ(diary_.back(), "report 2 of 1700000000000000000 at 1700000000000000000");
  EXPECT_LT(diary_.size(), 20u);
}

TEST_F(BacktestTest, the_clock_ticks_while_nothing_comes) {
  strategy_.times_shown = true;
  run({}, {add_at(0, 1), add_at(250'000'000, 2)});
  const auto ticks = std::count_if(diary_.begin(), diary_.end(), [](const std::string& line) {
    return line == "time 100000000" || line == "time 200000000";
  });
  EXPECT_EQ(ticks, 2);
}

}  // namespace
}  // namespace hft::engine
