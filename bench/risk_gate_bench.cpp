// What the risk gate adds to an order: one call of check(), each timed by itself.
//
//   risk_gate_bench [--full]
//
// 8,300 instruments, four strategies of two accounts, all limits set; 40 % new orders, 30 %
// replaced, 30 % cancelled, every one accepted, some filled. `after_touch`: the instrument's touch
// came just before, as it does when a strategy answers it. `alone`: 32 touches of other instruments
// came in between. The floor is two readings of the clock, whose cost is in every value. For
// counting instructions: valgrind --tool=callgrind --toggle-collect='hft::risk::Gate::check*'.
#include <array>
#include <cinttypes>
#include <memory>
#include <random>

#include "bench.hpp"
#include "hft/base/clock.hpp"
#include "hft/risk/gate.hpp"

namespace {

using namespace hft;
using record::OrderCommand;
using record::ReportAction;
using risk::Gate;
using risk::Limit;

constexpr std::uint32_t instruments = 8'300;
constexpr std::size_t open_orders = 16'600;  // two of ours in each, when the book is full
constexpr std::int64_t cent = 10'000'000;
constexpr std::uint64_t step_ns = 2'000;

/// A day in which nearly everything passes: what a refusal costs is less.
class Day {
 public:
  explicit Day(std::uint32_t orders)
      : gate_({1, instruments, 2, 4, 1, 2 * orders, orders}), random_(7) {
    gate_.prefault(2 * orders);
    set_limits();
    open_market();
    open_.reserve(orders);
  }

  /// One command, with what comes before and after it. Returns the ticks of its check.
  std::uint64_t step(const Clock& clock, bool is_alone) {
    const OrderCommand command = next_command();
    touch(command.instrument);
    for (int i = 0; is_alone && i < 32; ++i) touch(random(instruments));
    const std::uint64_t before = clock.ticks();
    const risk::Checked checked = gate_.check(command);
    const std::uint64_t ticks = clock.ticks() - before;
    if (checked.verdict == risk::Verdict::passed) answer(command);
    return ticks;
  }

  std::uint64_t touch(std::uint32_t instrument, const Clock& clock) {
    touches_[instrument].receive_time_ns = now_ns_ += step_ns;
    const std::uint64_t before = clock.ticks();
    gate_.on_touch(touches_[instrument]);
    return clock.ticks() - before;
  }
  std::uint32_t random(std::uint32_t below) {
    return static_cast<std::uint32_t>(random_() % below);
  }

  double share_passed() const {
    const auto counts = gate_.shared().verdict_counts();
    std::uint64_t all = 0;
    for (const std::uint64_t count : counts) all += count;
    return static_cast<double>(counts[0]) / static_cast<double>(all);
  }
  std::uint64_t checksum() const {
    return bench::checksum(std::as_bytes(gate_.shared().holdings())) ^
           bench::checksum(std::as_bytes(gate_.shared().verdict_counts()));
  }

 private:
  static std::int64_t wide(const risk::LimitInfo& info) {
    switch (info.limit) {
      case Limit::tick_e9: return cent;
      case Limit::tick_below_one_e9: return 100'000;
      case Limit::lot_size: return 1;
      case Limit::permitted_account:
      case Limit::band_low_e9:
      case Limit::reference_price_e9: return 0;
      case Limit::collar_ppm:
      case Limit::blow_through_ppm: return 50'000;
      case Limit::duplicate_window_ns: return 1'000;
      case Limit::repeat_window_ns: return 1'000'000'000;
      case Limit::algorithm_id:
      case Limit::trader_id: return 1;
      default: return info.most;
    }
  }

  void set_limits() {
    using record::Scope;
    record::ControlEvent event{};
    event.kind = record::Kind::control;
    event.action = record::ControlAction::limit;
    event.instrument = record::instrument_all;
    event.reason.fill('x');
    for (const risk::LimitInfo& info : risk::limit_table) {
      event.limit = static_cast<std::uint8_t>(info.limit);
      for (const Scope scope : {Scope::firm, Scope::account, Scope::strategy, Scope::instrument}) {
        event.scope = scope;
        for (event.scope_id = 0; event.scope_id < 4; ++event.scope_id) {
          event.value = wide(info);
          if (info.limit == Limit::permitted_account) event.value = event.scope_id / 2;
          gate_.on_control(event);
        }
      }
    }
    event.action = record::ControlAction::clock;
    event.value = 0;
    event.event_time_ns = now_ns_;
    gate_.on_control(event);
  }

  void open_market() {
    record::StatusEvent status{};
    status.venue = record::Venue::xnas;
    status.action = record::StatusAction::system;
    status.state = 'Q';
    gate_.on_status(status);
    record::OrderReport up{};
    up.action = ReportAction::session_up;
    gate_.on_report(up);
    record::InstrumentEvent event{};
    event.venue = status.venue;
    event.market_category = 'Q';
    event.round_lot_size = 100;
    event.price_unit_e9 = 100'000;
    status.action = record::StatusAction::trading;
    status.state = 'T';
    for (std::uint32_t i = 0; i < instruments; ++i) {
      event.instrument = status.instrument = i;
      gate_.on_instrument(event);
      gate_.on_status(status);
      record::Touch& touch = touches_[i];
      touch.instrument = i;
      touch.venue = record::Venue::xnas;
      touch.bid_price_e9 = (500 + random(50'000)) * cent;
      touch.ask_price_e9 = touch.bid_price_e9 + 2 * cent;
      this->touch(i);
    }
  }

  void touch(std::uint32_t instrument) {
    touches_[instrument].receive_time_ns = now_ns_ += step_ns;
    gate_.on_touch(touches_[instrument]);
  }

  OrderCommand next_command() {
    const std::uint32_t choice = random(100);
    if (open_.size() < open_orders) return enter();
    std::swap(open_[random(static_cast<std::uint32_t>(open_.size()))], open_.back());
    OrderCommand command = open_.back();
    command.receive_time_ns = now_ns_;
    if (choice < 60) {
      command.action = record::CommandAction::replace;
      command.original_client_order_id = command.client_order_id;
      command.client_order_id = next_id_++;
      command.price_e9 += command.side == record::Side::bid ? -cent : cent;
      return command;
    }
    command.action = record::CommandAction::cancel;
    return command;
  }

  OrderCommand enter() {
    OrderCommand command{};
    command.kind = record::Kind::order_command;
    command.action = record::CommandAction::enter;
    command.instrument = random(instruments);
    command.receive_time_ns = now_ns_;
    command.client_order_id = next_id_++;
    command.size = 100 + random(9) * 100;
    command.strategy = static_cast<std::uint8_t>(random(4));
    command.account = command.strategy / 2;
    command.venue = record::Venue::xnas;
    const bool is_bid = random(2) == 0;
    command.side = is_bid ? record::Side::bid : record::Side::ask;
    const record::Touch& touch = touches_[command.instrument];
    command.price_e9 = is_bid ? touch.bid_price_e9 : touch.ask_price_e9;
    if (!is_bid) command.flags = record::command_short_sale;
    return command;
  }

  void answer(const OrderCommand& command) {
    const bool is_cancel = command.action == record::CommandAction::cancel;
    const bool is_enter = command.action == record::CommandAction::enter;
    report(command, is_cancel  ? ReportAction::cancelled
                    : is_enter ? ReportAction::accepted
                               : ReportAction::replaced);
    if (is_cancel) return open_.pop_back();
    if (!is_enter) open_.pop_back();
    if (random(10) == 0) return report(command, ReportAction::executed);
    open_.push_back(command);
    open_.back().action = record::CommandAction::enter;
    open_.back().original_client_order_id = 0;
  }

  void report(const OrderCommand& of, ReportAction action) {
    record::OrderReport report{};
    report.action = action;
    report.instrument = of.instrument;
    report.receive_time_ns = now_ns_ += step_ns;
    report.sequence_number = ++reports_;
    report.reference = reports_;
    report.client_order_id = of.client_order_id;
    report.size = of.size;
    report.price_e9 = of.price_e9;
    gate_.on_report(report);
  }

  Gate gate_;
  std::mt19937_64 random_;
  std::uint64_t now_ns_ = 1'000'000'000'000;
  std::uint32_t next_id_ = 1;
  std::uint32_t reports_ = 0;
  std::vector<record::Touch> touches_ = std::vector<record::Touch>(instruments);
  std::vector<OrderCommand> open_;
};

struct Figures {
  bench::Figure p50, p99;

  void add(const std::vector<double>& values) {
    p50.rounds.push_back(bench::quantile(values, 0.5));
    p99.rounds.push_back(bench::quantile(values, 0.99));
  }
};

template <class Once>
std::vector<double> sample(const Clock& clock, std::uint32_t count, Once once) {
  std::vector<double> values;
  values.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    values.push_back(static_cast<double>(once()) / clock.ticks_per_ns());
  }
  return values;
}

}  // namespace

int main(int argc, char** argv) {
  const bool full = bench::full_run(argc, argv);
  bench::report_host(full);
  bench::pin(1);
  const Clock clock = Clock::calibrate(full ? 200'000'000 : 20'000'000);
  const std::uint32_t count = full ? 400'000 : 5'000;
  Figures reading{{"risk.floor.clock_reading.p50", "ns", {}, 0},
                  {"risk.floor.clock_reading.p99", "ns", {}, 0}};
  Figures after_touch{{"risk.check.after_touch.p50", "ns", {}, 0},
                      {"risk.check.after_touch.p99", "ns", {}, 0}};
  Figures alone{{"risk.check.alone.p50", "ns", {}, 0}, {"risk.check.alone.p99", "ns", {}, 0}};
  Figures touch{{"risk.on_touch.p50", "ns", {}, 0}, {"risk.on_touch.p99", "ns", {}, 0}};
  for (int round = 0; round < (full ? 7 : 3); ++round) {
    auto day = std::make_unique<Day>(2 * count + 10);
    reading.add(sample(clock, count, [&] {
      const std::uint64_t before = clock.ticks();
      return clock.ticks() - before;
    }));
    after_touch.add(sample(clock, count, [&] { return day->step(clock, false); }));
    alone.add(sample(clock, count / 8, [&] { return day->step(clock, true); }));
    touch.add(sample(clock, count, [&] { return day->touch(day->random(instruments), clock); }));
    if (day->share_passed() < 0.99) {
      std::fprintf(stderr,
                   "risk_gate_bench: only %.3f of the commands passed; the limits are wrong\n",
                   day->share_passed());
      return 1;
    }
    after_touch.p50.checksum = day->checksum();
  }
  for (const Figures* figures : {&reading, &after_touch, &alone, &touch}) {
    bench::report(figures->p50);
    bench::report(figures->p99);
  }
  return 0;
}
