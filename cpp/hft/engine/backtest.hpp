// Backtest: a strategy against a day that has happened, its orders matched in the captured book
// (venue::ReplayMatching).
//
// Four streams of things that are due meet in the order of time: records at the venue, records at
// the strategy, commands at the venue, reports at the strategy. Each is a queue, because latencies
// are constants. What the capture says comes before what we do at the same nanosecond: nobody is
// faster than the market was. For research; the risk gate and the sockets are not in this loop.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "hft/record/order_command.hpp"
#include "hft/record/order_report.hpp"
#include "hft/record/record.hpp"
#include "hft/record/touch.hpp"
#include "hft/strategy/strategy.hpp"
#include "hft/venue/replay_matching.hpp"

namespace hft::engine {

struct BacktestConfig {
  std::uint64_t feed_latency_ns = 0;    // from the venue's event to the strategy
  std::uint64_t order_latency_ns = 0;   // from the strategy to the venue
  std::uint64_t report_latency_ns = 0;  // from the venue to the strategy
  venue::ReplayConfig venue;
  strategy::Identity identity;
};

/// A strategy of any language.
class BacktestStrategy {
 public:
  BacktestStrategy() = default;
  virtual ~BacktestStrategy() = default;
  BacktestStrategy(const BacktestStrategy&) = delete;
  BacktestStrategy& operator=(const BacktestStrategy&) = delete;

  virtual void on_record(const record::Record& seen, strategy::Actions& actions) = 0;
  virtual void on_touch(const record::Touch& touch, strategy::Actions& actions) = 0;
  virtual void on_report(const record::OrderReport& report, strategy::Actions& actions) = 0;
  virtual void on_time(std::uint64_t time_ns, strategy::Actions& actions) = 0;
};

/// The very objects that trade live.
template <strategy::Strategy S>
class NativeBacktestStrategy final : public BacktestStrategy {
 public:
  template <class... Arguments>
  explicit NativeBacktestStrategy(Arguments&&... arguments)
      : strategy_(std::forward<Arguments>(arguments)...) {}

  void on_record(const record::Record& seen, strategy::Actions& actions) override {
    strategy_.on_record(seen, actions);
  }
  void on_touch(const record::Touch& touch, strategy::Actions& actions) override {
    strategy_.on_touch(touch, actions);
  }
  void on_report(const record::OrderReport& report, strategy::Actions& actions) override {
    strategy_.on_report(report, actions);
  }
  void on_time(std::uint64_t time_ns, strategy::Actions& actions) override {
    strategy_.on_time(time_ns, actions);
  }

 private:
  S strategy_;
};

/// What a backtest leaves behind, in the order of the venue's time.
struct BacktestLog {
  std::vector<record::OrderCommand> commands;  // as decided; most bear the cause's times
  std::vector<record::OrderReport> reports;    // event_time_ns: at the venue; receive: when seen
  std::vector<std::int64_t> mids_e9;           // of the report's instrument just before it
};

class Backtest {
 public:
  Backtest(const BacktestConfig& config, BacktestStrategy& strategy);

  /// The next records of one feed. May throw what a strategy throws.
  void apply(std::span<const record::Record> records);

  /// Nothing more comes: what is still under way arrives.
  void finish();

  const BacktestLog& log() const noexcept { return log_; }
  const venue::ReplayMatching& venue() const noexcept { return venue_; }
  std::uint64_t records() const noexcept { return records_; }
  std::uint64_t touches() const noexcept { return touches_; }

 private:
  static constexpr std::uint64_t never = ~std::uint64_t{0};
  static constexpr std::uint64_t timer_ns = 100'000'000;  // as the live engine's
  static constexpr std::uint64_t day_ns = 86'400'000'000'000;

  struct Seen {
    std::uint64_t due_ns;
    bool is_touch;
    record::Record record;
  };
  struct Sent {
    std::uint64_t due_ns;
    record::OrderCommand command;
  };
  struct Said {
    std::uint64_t due_ns;
    record::OrderReport report;
  };

  void on_message(std::span<const record::Record> message);
  void run_until(std::uint64_t time_ns);
  void deliver_command();
  void deliver_report();
  void deliver_record();
  void tick(std::uint64_t time_ns);
  void start();
  void collect_reports(std::span<const record::OrderReport> reports, std::uint64_t time_ns,
                       std::int64_t mid_e9);
  void collect_commands(std::uint64_t time_ns);

  BacktestConfig config_;
  venue::ReplayMatching venue_;
  BacktestStrategy& strategy_;
  strategy::Actions actions_;
  std::deque<Seen> seen_;               // on their way to the strategy
  std::deque<Sent> sent_;               // on their way to the venue
  std::deque<Said> said_;               // on their way to the strategy
  std::uint64_t time_ns_ = 0;           // at the venue: the latest event's
  std::uint64_t strategy_time_ns_ = 0;  // when the strategy was called last
  BacktestLog log_;
  std::uint64_t records_ = 0;
  std::uint64_t touches_ = 0;
};

}  // namespace hft::engine
