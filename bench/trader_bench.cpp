// From the bytes of a packet to the bytes of the order it causes, without sockets: decoding, books,
// strategy, gate, gateway, each stage by its own histogram (engine/tick_to_trade.hpp).
//
// The market is the simulated exchange's own, in the same thread (engine/closed_loop.hpp), so that
// packets, fills and cancels are what they are live; between two packets the exchange's work has
// used the caches, which is harder on the path than a packet after a packet. Only ticks that cause
// an order count. Targets: docs/performance.md.
#include "bench.hpp"
#include "engine/closed_loop_fixture.hpp"

namespace {

using namespace hft;

struct NoTap {
  void operator()(const record::Record&) noexcept {}
};

struct Rounds {
  std::vector<double> p50, p99;

  void add(const Histogram& histogram, double ns_per_tick) {
    p50.push_back(static_cast<double>(histogram.value_at(0.5)) * ns_per_tick);
    p99.push_back(static_cast<double>(histogram.value_at(0.99)) * ns_per_tick);
  }
};

struct Session {
  std::array<Rounds, engine::TickToTrade::stage_count> stages;
  Rounds whole;
  std::uint64_t orders = 0;
};

template <class S>
void run_round(S strategy, std::uint64_t seed, std::uint64_t simulated_ms, Session& to) {
  auto options = test::loop_options(seed);
  options.exchange.flow.rate = 50'000;
  options.exchange.flow.live_orders = 20'000;
  options.exchange.max_orders = 200'000;
  options.books.max_orders = 200'000;
  options.step_ns = 100'000;
  NoTap tap;
  engine::ClosedLoop<S, NoTap> loop(options, std::move(strategy), tap);
  loop.run_until(options.start_ns + simulated_ms * test::ns_per_ms);
  const engine::TickToTrade& times = loop.times();
  const double ns_per_tick = 1 / times.clock().ticks_per_ns();
  for (std::size_t i = 0; i < to.stages.size(); ++i) to.stages[i].add(times.stage(i), ns_per_tick);
  to.whole.add(times.whole(), ns_per_tick);
  to.orders += times.whole().count();
}

void report(const std::string& name, const Rounds& rounds) {
  bench::report({(name + "_p50").c_str(), "ns", rounds.p50, 0});
  bench::report({(name + "_p99").c_str(), "ns", rounds.p99, 0});
}

void report(const std::string& strategy, const Session& session) {
  for (std::size_t i = 0; i < session.stages.size(); ++i)
    report(strategy + "_" + std::string(engine::TickToTrade::names[i]), session.stages[i]);
  report(strategy + "_tick_to_trade", session.whole);
  std::printf("{\"bench\": \"%s_orders\", \"count\": %llu}\n", strategy.c_str(),
              static_cast<unsigned long long>(session.orders));
}

}  // namespace

int main(int argc, char** argv) {
  const bool full = bench::full_run(argc, argv);
  bench::pin(0);
  bench::report_host(full);
  const int rounds = full ? 7 : 2;
  const std::uint64_t simulated_ms = full ? 20'000 : 1'500;
  Session quoting, taking;
  for (int round = 0; round < rounds; ++round) {
    const auto seed = static_cast<std::uint64_t>(round) + 1;
    run_round(test::quoter(), seed, simulated_ms, quoting);
    run_round(test::taker(), seed, simulated_ms, taking);
  }
  report("quoter", quoting);
  report("taker", taking);
  return quoting.orders > 0 && taking.orders > 0 ? 0 : 1;
}
