// hft.backtest: a native strategy by its name, or one written in Python, against a captured day.
#include <pybind11/stl.h>

#include <map>
#include <string>
#include <utility>

#include "hft/engine/backtest.hpp"
#include "hft/engine/strategies.hpp"
#include "hft/py/bind_strategy.hpp"
#include "hft/py/bindings.hpp"
#include "hft/py/dtype.hpp"

namespace hft::py {

namespace {

/// Which methods a Python strategy has: the others are not called.
struct Wants {
  bool records;
  bool touches;
  bool reports;
  bool times;
};

/// A Python object with the methods of hft.Strategy.
class PythonStrategy final : public engine::BacktestStrategy {
 public:
  PythonStrategy(pyb::object strategy, Wants wants, std::uint64_t records_every_ns)
      : strategy_(std::move(strategy)), wants_(wants), every_ns_(records_every_ns) {}

  /// Records are handed over together, once the time they fall into is over: with the first record
  /// behind it, so that nobody decides by what comes later.
  void on_record(const record::Record& seen, strategy::Actions& actions) override {
    if (!wants_.records) return;
    if (seen.event_time_ns >= until_ns_) {
      if (!gathered_.empty()) {
        call("on_records", own(std::exchange(gathered_, {}), dtype_of_kind(record::Kind::none)),
             actions);
      }
      until_ns_ = (seen.event_time_ns / every_ns_ + 1) * every_ns_;
    }
    gathered_.push_back(seen);
  }
  void on_touch(const record::Touch& touch, strategy::Actions& actions) override {
    if (wants_.touches) call("on_touch", pyb::cast(touch), actions);
  }
  void on_report(const record::OrderReport& report, strategy::Actions& actions) override {
    if (wants_.reports) call("on_report", pyb::cast(report), actions);
  }
  void on_time(std::uint64_t time_ns, strategy::Actions& actions) override {
    if (wants_.times) call("on_time", pyb::int_(time_ns), actions);
  }

 private:
  /// The view of the actions dies with the call, also where that raises.
  void call(const char* method, const pyb::object& input, strategy::Actions& actions) {
    struct Lent {
      pyb::object object = pyb::cast(ActionsView{});
      ~Lent() { view().actions = nullptr; }
      ActionsView& view() const { return object.cast<ActionsView&>(); }
    };
    const Lent lent;
    lent.view().actions = &actions;
    strategy_.attr(method)(input, lent.object);
  }

  pyb::object strategy_;
  Wants wants_;
  std::uint64_t every_ns_;
  std::uint64_t until_ns_ = 0;
  std::vector<record::Record> gathered_;
};

struct BacktestRun {
  engine::BacktestConfig config;
  std::unique_ptr<engine::BacktestStrategy> strategy;
  std::unique_ptr<engine::Backtest> backtest;
  bool native = false;

  void begin() { backtest = std::make_unique<engine::Backtest>(config, *strategy); }
};

engine::BacktestConfig config_of(std::uint64_t feed_latency_ns, std::uint64_t order_latency_ns,
                                 std::uint64_t report_latency_ns, std::uint32_t max_orders) {
  engine::BacktestConfig config;
  config.feed_latency_ns = feed_latency_ns;
  config.order_latency_ns = order_latency_ns;
  config.report_latency_ns = report_latency_ns;
  config.venue.books.max_orders = max_orders;
  return config;
}

std::unique_ptr<BacktestRun> of_native(const std::string& name,
                                       const engine::StrategyParameters& parameters,
                                       const std::vector<std::uint32_t>& instruments,
                                       const engine::BacktestConfig& config) {
  auto run = std::make_unique<BacktestRun>();
  run->config = config;
  run->native = true;
  run->strategy = engine::with_strategy(
      name, parameters,
      [&]<class S>(const auto& parameters_of) -> std::unique_ptr<engine::BacktestStrategy> {
        return std::make_unique<engine::NativeBacktestStrategy<S>>(instruments, parameters_of);
      });
  run->begin();
  return run;
}

std::unique_ptr<BacktestRun> of_python(pyb::object strategy, Wants wants,
                                       std::uint64_t records_every_ns,
                                       const engine::BacktestConfig& config) {
  if (records_every_ns == 0) throw pyb::value_error("records_every_ns: must be at least 1");
  auto run = std::make_unique<BacktestRun>();
  run->config = config;
  run->strategy = std::make_unique<PythonStrategy>(std::move(strategy), wants, records_every_ns);
  run->begin();
  return run;
}

void apply(BacktestRun& run, const pyb::array& array) {
  const RecordsIn records(array);
  if (!run.native) return run.backtest->apply(records.all());
  const pyb::gil_scoped_release released;
  run.backtest->apply(records.all());
}

void finish(BacktestRun& run) {
  if (!run.native) return run.backtest->finish();
  const pyb::gil_scoped_release released;
  run.backtest->finish();
}

pyb::tuple touch(const BacktestRun& run, std::uint32_t instrument) {
  const book::BestPrices best = run.backtest->venue().books().best_prices(instrument);
  return pyb::make_tuple(best.bid_price_e9, best.bid_size, best.ask_price_e9, best.ask_size);
}

}  // namespace

void bind_backtest(pyb::module_& m) {
  using pyb::arg;
  pyb::class_<BacktestRun>(m, "Backtest", pyb::is_final(), "A strategy against a captured day.")
      .def(pyb::init([](const std::string& name, const engine::StrategyParameters& parameters,
                        const std::vector<std::uint32_t>& instruments, std::uint64_t feed_ns,
                        std::uint64_t order_ns, std::uint64_t report_ns, std::uint32_t orders) {
             return of_native(name, parameters, instruments,
                              config_of(feed_ns, order_ns, report_ns, orders));
           }),
           arg("name"), arg("parameters"), arg("instruments"), pyb::kw_only(),
           arg("feed_latency_ns") = 0, arg("order_latency_ns") = 0, arg("report_latency_ns") = 0,
           arg("max_orders") = 4'000'000)
      .def_static(
          "of_python",
          [](pyb::object strategy, bool records, bool touches, bool reports, bool times,
             std::uint64_t every_ns, std::uint64_t feed_ns, std::uint64_t order_ns,
             std::uint64_t report_ns, std::uint32_t orders) {
            return of_python(std::move(strategy), {records, touches, reports, times}, every_ns,
                             config_of(feed_ns, order_ns, report_ns, orders));
          },
          arg("strategy"), pyb::kw_only(), arg("records"), arg("touches"), arg("reports"),
          arg("times"), arg("records_every_ns"), arg("feed_latency_ns") = 0,
          arg("order_latency_ns") = 0, arg("report_latency_ns") = 0, arg("max_orders") = 4'000'000)
      .def("apply", &apply, arg("records"))
      .def("finish", &finish)
      .def("touch", &touch, arg("instrument"))
      .def_property_readonly("commands",
                             [](const BacktestRun& run) {
                               return own(run.backtest->log().commands,
                                          dtype_of_kind(record::Kind::order_command));
                             })
      .def_property_readonly("reports",
                             [](const BacktestRun& run) {
                               return own(run.backtest->log().reports,
                                          dtype_of_kind(record::Kind::order_report));
                             })
      .def_property_readonly("mids_e9",
                             [](const BacktestRun& run) {
                               const auto& mids = run.backtest->log().mids_e9;
                               return pyb::array_t<std::int64_t>(
                                   static_cast<pyb::ssize_t>(mids.size()), mids.data());
                             })
      .def_property_readonly("records",
                             [](const BacktestRun& run) { return run.backtest->records(); })
      .def_property_readonly("touches",
                             [](const BacktestRun& run) { return run.backtest->touches(); });
}

}  // namespace hft::py
