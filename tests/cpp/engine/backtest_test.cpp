// The order of time in a backtest: who sees what when, and what comes first at one nanosecond.
#include "hft/engine/backtest.hpp"

#include <gtest/gtest.h>

#include <string>

#include "hft/record/order_event.hpp"
#include "hft/record/status_event.hpp"

namespace hft::engine {
namespace {

using record::OrderEvent;
using record::OrderReport;
using record::ReportAction;

using Diary = std::vector<std::string>;

/// Accepts everything, and writes down when it was told.
class DiaryVenue final : public SimulatedVenue {
 public:
  explicit DiaryVenue(Diary& diary) : diary_(diary) {}

  void on_message(std::uint64_t time_ns, std::span<const record::Record> message,
                  const BookStage&) override {
    diary_.push_back("venue: " + std::to_string(message.size()) + " at " + std::to_string(time_ns));
  }
  void submit(std::uint64_t time_ns, const record::OrderCommand& command,
              const BookStage&) override {
    diary_.push_back("venue: order " + std::to_string(command.client_order_id) + " at " +
                     std::to_string(time_ns));
    OrderReport report{};
    report.event_time_ns = time_ns;
    report.instrument = command.instrument;
    report.kind = record::Kind::order_report;
    report.action = ReportAction::accepted;
    report.client_order_id = command.client_order_id;
    reports_.push_back(report);
  }

 private:
  Diary& diary_;
};

/// Asks for an order at each touch, and writes down what it is told.
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
  event.side = record::Side::bid;
  event.flags = record::flag_last;
  event.price_e9 = static_cast<std::int64_t>(1'000'000'000 + order_id * 10'000'000);
  return event;
}

class BacktestTest : public testing::Test {
 protected:
  void run(const BacktestConfig& config, const std::vector<OrderEvent>& events) {
    Backtest backtest(config, venue_, strategy_);
    std::vector<record::Record> records;
    for (const OrderEvent& event : events) records.push_back(record::as<record::Record>(event));
    backtest.apply(records);
    backtest.finish();
    log_ = backtest.log();
  }

  Diary diary_;
  DiaryVenue venue_{diary_};
  DiaryStrategy strategy_{diary_};
  BacktestLog log_;
};

TEST_F(BacktestTest, things_arrive_when_their_latency_is_over) {
  BacktestConfig config;
  config.feed_latency_ns = 10;
  config.order_latency_ns = 100;
  config.report_latency_ns = 1'000;
  run(config, {add_at(5'000, 1), add_at(5'050, 2), add_at(9'000, 3)});
  EXPECT_EQ(diary_,
            (Diary{"venue: 1 at 5000", "report 0 of 5000 at 5000", "record 5000", "touch 5000",
                   "venue: 1 at 5050", "record 5050", "touch 5050", "venue: order 1 at 5110",
                   "venue: order 2 at 5160", "report 1 of 5110 at 6110", "report 2 of 5160 at 6160",
                   "venue: 1 at 9000", "record 9000", "touch 9000", "venue: order 3 at 9110",
                   "report 3 of 9110 at 10110"}));
  ASSERT_EQ(log_.commands.size(), 3u);
  EXPECT_EQ(log_.commands[0].event_time_ns, 5'000u);
  EXPECT_EQ(log_.reports.size(), 3u);
}

TEST_F(BacktestTest, nobody_is_faster_than_what_happened_at_the_same_nanosecond) {
  run({}, {add_at(5'000, 1), add_at(5'000, 2)});
  EXPECT_EQ(diary_[0], "venue: 1 at 5000");
  EXPECT_EQ(diary_[1], "venue: 1 at 5000");
  EXPECT_EQ(diary_[2], "report 0 of 5000 at 5000");
}

TEST_F(BacktestTest, a_time_that_goes_back_stands_still) {
  run({}, {add_at(5'000, 1), add_at(4'000, 2)});
  EXPECT_EQ(diary_[1], "venue: 1 at 5000");
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
