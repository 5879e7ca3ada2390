// How long from a decision (a command in memory) to the bytes of its order?
//
// A mixed stream of orders, replaces and cancels: over 100 instruments, as a strategy trades them,
// and at random over all 8,300, whose symbols do not stay in the near caches. Each command is timed
// alone, with fences around it, so that nothing of its neighbours hides it. Beside it the least
// that any encoder must do: copy the command's line to a packet's place. All hold two readings of a
// clock.
#include <random>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "bench.hpp"
#include "hft/base/clock.hpp"
#include "hft/base/histogram.hpp"
#include "hft/order/ouch42/encoder.hpp"
#include "hft/order/ouch50/encoder.hpp"
#include "hft/py/unchecked_encoding.hpp"

namespace {

using namespace hft;
using record::CommandAction;
using record::OrderCommand;

constexpr std::uint32_t instruments = 8'300;
constexpr std::uint32_t traded = 100;
constexpr std::size_t stream_length = 4'096;

/// One reading, before which all earlier work is done and after which no later work has begun.
std::uint64_t fenced_ticks(const Clock& clock) {
#if defined(__x86_64__)
  _mm_lfence();
  const std::uint64_t now = clock.ticks();
  _mm_lfence();
  return now;
#else
  return clock.ticks();
#endif
}

order::InstrumentSymbols all_symbols() {
  order::InstrumentSymbols symbols;
  for (std::uint32_t i = 0; i < instruments; ++i) {
    char name[9];
    std::snprintf(name, sizeof name, "S%-7u", i);
    Alpha<8> symbol;
    std::memcpy(symbol.data(), name, symbol.size());
    symbols.add(1 << 16 | i, symbol);
  }
  return symbols;
}

/// Half of it orders, a third replaces, the rest cancels; what both versions can say.
std::vector<OrderCommand> decisions(std::uint32_t of) {
  std::mt19937_64 random(1);
  std::vector<OrderCommand> out(stream_length);
  std::uint32_t id = 1;
  for (OrderCommand& command : out) {
    const std::uint64_t kind = random() % 6;
    command = {};
    command.kind = record::Kind::order_command;
    command.action = kind < 3   ? CommandAction::enter
                     : kind < 5 ? CommandAction::replace
                                : CommandAction::cancel;
    command.instrument = 1 << 16 | static_cast<std::uint32_t>(random() % of);
    command.original_client_order_id = id;
    command.client_order_id = ++id;
    command.size = 1 + static_cast<std::uint32_t>(random() % 2'000);
    command.side = random() % 2 == 0 ? record::Side::bid : record::Side::ask;
    command.price_e9 = static_cast<std::int64_t>(1 + random() % 5'000'000) * 100'000;
    if (random() % 4 == 0) command.flags = record::command_post_only;
    command.time_in_force =
        random() % 3 == 0 ? record::TimeInForce::immediate : record::TimeInForce::day;
    command.strategy = static_cast<std::uint8_t>(random() % 8);
  }
  return out;
}

struct Pass {
  Histogram ticks;
  std::uint64_t checksum = 0;
};

/// `encode(command)` answers the packet; it is summed up outside the time taken.
template <class Encode>
Pass timed(const Clock& clock, const std::vector<OrderCommand>& stream, std::size_t turns,
           Encode encode) {
  Pass pass;
  for (std::size_t turn = 0; turn < turns; ++turn) {
    for (const OrderCommand& command : stream) {
      const OrderCommand decision = command;  // just written, as a strategy leaves it
      const std::uint64_t start = fenced_ticks(clock);
      const std::span<const std::byte> packet = encode(decision);
      const std::uint64_t end = fenced_ticks(clock);
      pass.ticks.record(end - start);
      pass.checksum = pass.checksum * 31 + bench::checksum(packet);
    }
  }
  return pass;
}

struct Figures {
  bench::Figure p50, p99, p999;

  void add(const Clock& clock, const Pass& pass) {
    const auto ns = [&](double quantile) {
      return static_cast<double>(pass.ticks.value_at(quantile)) / clock.ticks_per_ns();
    };
    p50.rounds.push_back(ns(0.5));
    p99.rounds.push_back(ns(0.99));
    p999.rounds.push_back(ns(0.999));
    p50.checksum = p99.checksum = p999.checksum = pass.checksum;
  }
  void report(const Figures* floor) const {
    bench::report(p50, floor == nullptr ? nullptr : &floor->p50);
    bench::report(p99, floor == nullptr ? nullptr : &floor->p99);
    bench::report(p999, floor == nullptr ? nullptr : &floor->p999);
  }
};

template <class Encoder>
auto encoding(Encoder& encoder) {
  return [&encoder](const OrderCommand& command) {
    return order::UncheckedEncoding::encode(encoder, command);
  };
}

/// All of a stream must have bytes, or the figure is one of refusals.
template <class Encoder>
bool encoded_all(const Encoder& encoder) {
  const auto& counts = encoder.counts();
  std::uint64_t sum = 0;
  for (const std::uint64_t count : counts) sum += count;
  return sum > 0 && counts[0] == sum;
}

}  // namespace

int main(int argc, char** argv) {
  const bool full = bench::full_run(argc, argv);
  bench::report_host(full);
  bench::pin(1);
  const Clock clock = Clock::calibrate(full ? 200'000'000 : 20'000'000);
  const order::InstrumentSymbols symbols = all_symbols();
  const std::vector<OrderCommand> few = decisions(traded);
  const std::vector<OrderCommand> all = decisions(instruments);
  order::ouch50::Encoder ouch50(symbols, {.firm = {'H', 'F', 'T', 'X'}});
  order::ouch42::Encoder ouch42(symbols, {.firm = {'H', 'F', 'T', 'X'}});
  alignas(64) std::array<std::byte, 64> packet{};

  Figures copy{{"order_encoder.floor.copy_p50", "ns", {}, 0},
               {"order_encoder.floor.copy_p99", "ns", {}, 0},
               {"order_encoder.floor.copy_p999", "ns", {}, 0}};
  Figures few_50{{"order_encoder.ouch50_p50", "ns", {}, 0},
                 {"order_encoder.ouch50_p99", "ns", {}, 0},
                 {"order_encoder.ouch50_p999", "ns", {}, 0}};
  Figures few_42{{"order_encoder.ouch42_p50", "ns", {}, 0},
                 {"order_encoder.ouch42_p99", "ns", {}, 0},
                 {"order_encoder.ouch42_p999", "ns", {}, 0}};
  Figures all_50{{"order_encoder.ouch50_all_instruments_p50", "ns", {}, 0},
                 {"order_encoder.ouch50_all_instruments_p99", "ns", {}, 0},
                 {"order_encoder.ouch50_all_instruments_p999", "ns", {}, 0}};
  Figures all_42{{"order_encoder.ouch42_all_instruments_p50", "ns", {}, 0},
                 {"order_encoder.ouch42_all_instruments_p99", "ns", {}, 0},
                 {"order_encoder.ouch42_all_instruments_p999", "ns", {}, 0}};
  const std::size_t turns = full ? 100 : 2;
  for (int round = 0; round < (full ? 7 : 3); ++round) {
    copy.add(clock, timed(clock, few, turns, [&packet](const OrderCommand& command) {
               std::memcpy(packet.data(), &command, packet.size());
               return std::span<const std::byte>(packet);
             }));
    few_50.add(clock, timed(clock, few, turns, encoding(ouch50)));
    few_42.add(clock, timed(clock, few, turns, encoding(ouch42)));
    all_50.add(clock, timed(clock, all, turns, encoding(ouch50)));
    all_42.add(clock, timed(clock, all, turns, encoding(ouch42)));
  }
  copy.report(nullptr);
  for (const Figures* figures : {&few_50, &few_42, &all_50, &all_42}) figures->report(&copy);
  return encoded_all(ouch50) && encoded_all(ouch42) ? 0 : 1;
}
