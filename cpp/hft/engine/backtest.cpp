// The order of time in a backtest.
#include "hft/engine/backtest.hpp"

#include <algorithm>

#include "hft/record/order_event.hpp"

namespace hft::engine {

namespace {

bool ends_message(const record::Record& seen) {
  return (record::as<record::OrderEvent>(seen).flags & record::flag_last) != 0;
}

std::int64_t mid_e9(const venue::ReplayMatching& venue, std::uint32_t instrument) {
  const book::BestPrices best = venue.books().best_prices(instrument);
  if (best.bid_price_e9 == record::price_null || best.ask_price_e9 == record::price_null) {
    return record::price_null;
  }
  return best.bid_price_e9 + (best.ask_price_e9 - best.bid_price_e9) / 2;
}

}  // namespace

Backtest::Backtest(const BacktestConfig& config, BacktestStrategy& strategy)
    : config_(config), venue_(config.venue), strategy_(strategy), actions_(config.identity, 1) {}

void Backtest::apply(std::span<const record::Record> records) {
  while (!records.empty()) {
    std::size_t count = 1;
    while (count < records.size() && !ends_message(records[count - 1])) ++count;
    on_message(records.first(count));
    records = records.subspan(count);
  }
}

void Backtest::finish() {
  run_until(never);
}

void Backtest::on_message(std::span<const record::Record> message) {
  const bool first = records_ == 0;
  records_ += message.size();
  time_ns_ = std::max(time_ns_, message.front().event_time_ns);
  if (first) start();
  run_until(time_ns_);
  const std::uint64_t due_ns = time_ns_ + config_.feed_latency_ns;
  const std::int64_t before_e9 = mid_e9(venue_, message.front().instrument);
  for (const record::Record& record : message) {
    collect_reports(venue_.on_record(record), time_ns_, before_e9);
    seen_.push_back({due_ns, false, record});
  }
  for (const record::Touch& touch : venue_.touches()) {  // none but the last record makes any
    seen_.push_back({due_ns, true, record::as<record::Record>(touch)});
  }
}

void Backtest::start() {
  strategy_time_ns_ = time_ns_;
  record::OrderReport up{};
  up.event_time_ns = time_ns_;
  up.receive_time_ns = time_ns_;
  up.instrument = record::instrument_all;
  up.kind = record::Kind::order_report;
  up.action = record::ReportAction::session_up;
  said_.push_back({time_ns_, up});
}

/// All that is due before `time_ns`. At one nanosecond the venue comes first, then what it says.
void Backtest::run_until(std::uint64_t time_ns) {
  const auto due = [](const auto& queue) { return queue.empty() ? never : queue.front().due_ns; };
  for (;;) {
    const std::uint64_t command_ns = due(sent_);
    const std::uint64_t report_ns = due(said_);
    const std::uint64_t record_ns = due(seen_);
    const std::uint64_t next_ns = std::min({command_ns, report_ns, record_ns, time_ns});
    // A raw file's first status has no time of its own: nobody waits from 1970 for the rest.
    if (next_ns != never && next_ns > strategy_time_ns_ + day_ns) strategy_time_ns_ = next_ns;
    if (next_ns != never && next_ns > strategy_time_ns_ + timer_ns) {
      tick(strategy_time_ns_ + timer_ns);
    } else if (next_ns >= time_ns) {
      return;
    } else if (command_ns == next_ns) {
      deliver_command();
    } else if (report_ns == next_ns) {
      deliver_report();
    } else {
      deliver_record();
    }
  }
}

void Backtest::deliver_command() {
  const Sent sent = sent_.front();
  sent_.pop_front();
  const std::int64_t before_e9 = mid_e9(venue_, sent.command.instrument);
  collect_reports(venue_.submit(sent.command, sent.due_ns), sent.due_ns, before_e9);
}

void Backtest::deliver_report() {
  const Said said = said_.front();
  said_.pop_front();
  actions_.begin(said.report);
  strategy_.on_report(said.report, actions_);
  collect_commands(said.due_ns);
}

void Backtest::deliver_record() {
  const Seen seen = seen_.front();
  seen_.pop_front();
  actions_.begin(seen.record);
  if (seen.is_touch) {
    ++touches_;
    strategy_.on_touch(record::as<record::Touch>(seen.record), actions_);
  } else {
    strategy_.on_record(seen.record, actions_);
  }
  collect_commands(seen.due_ns);
}

void Backtest::tick(std::uint64_t time_ns) {
  record::Record now{};
  now.event_time_ns = time_ns;
  actions_.begin(now);
  strategy_.on_time(time_ns, actions_);
  collect_commands(time_ns);
}

void Backtest::collect_reports(std::span<const record::OrderReport> reports, std::uint64_t time_ns,
                               std::int64_t mid_e9) {
  const std::uint64_t due_ns = time_ns + config_.report_latency_ns;
  for (record::OrderReport report : reports) {
    report.receive_time_ns = due_ns;
    said_.push_back({due_ns, report});
    log_.reports.push_back(report);
    log_.mids_e9.push_back(mid_e9);
  }
}

void Backtest::collect_commands(std::uint64_t time_ns) {
  strategy_time_ns_ = time_ns;
  for (const record::OrderCommand& command : actions_.commands()) {
    sent_.push_back({time_ns + config_.order_latency_ns, command});
    log_.commands.push_back(command);
  }
}

}  // namespace hft::engine
