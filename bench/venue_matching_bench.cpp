// How many orders a second does the simulated exchange match on one core?
//
//   venue_matching_bench [--full] [--commands N] [--rounds N] [--instruments N] [--live N]
//
// A made-up day: adds near a wandering mid price, cancels and replaces of live orders, and orders
// that take, over many instruments and owners; busy instruments come more often. It is made with an
// engine that follows, so that every cancel and replace is about a live order. The sink keeps every
// event in a small buffer, as a publisher would. `random_line`, measured in each round, is what one
// line of memory costs that does not wait for another. A wrong book has no speed: each round must
// end with the digest and the number of events of the making.
#include <cinttypes>
#include <random>

#include "bench.hpp"
#include "hft/venue/venue_command.hpp"
#include "random_lines.hpp"

namespace {

using hft::venue::EventKind;
using hft::venue::VenueAction;
using hft::venue::VenueCommand;
using hft::venue::VenueEvent;

struct Arguments {
  bool full = false;
  std::size_t commands = 200'000;
  std::size_t rounds = 3;
  std::uint32_t instruments = 500;
  std::uint32_t live = 20'000;  // orders that rest before the measured part begins
};

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--full") {
      arguments = {true, 6'000'000, 7, 8'300, 1'000'000};
      continue;
    }
    const std::uint64_t value = i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0;
    if (name == "--commands") arguments.commands = value;
    if (name == "--rounds") arguments.rounds = value;
    if (name == "--instruments") arguments.instruments = static_cast<std::uint32_t>(value);
    if (name == "--live") arguments.live = static_cast<std::uint32_t>(value);
  }
  return arguments;
}

constexpr std::uint32_t owners = 256;
constexpr std::size_t kept_events = 1024;

/// What a publisher does at the least: it copies every event.
struct KeepingSink {
  std::array<VenueEvent, kept_events> events;
  std::uint64_t count = 0;
  std::uint64_t executions = 0;  // both sides of each
  void operator()(const VenueEvent& event) noexcept {
    events[count++ % kept_events] = event;
    executions += event.kind == EventKind::executed;
  }
};

struct Live {
  std::uint64_t token;
  std::uint32_t owner, instrument;
};

/// Knows which orders live: an array to choose from, and each token's place in it.
struct FollowingSink {
  std::vector<Live> live;
  std::vector<std::uint32_t> place;  // by token
  std::uint64_t count = 0;
  void operator()(const VenueEvent& event) {
    ++count;
    if (event.kind == EventKind::accepted) add(event);
    if (event.kind == EventKind::replaced) {
      remove(event.original);
      add(event);
    }
    const bool leaves = event.kind == EventKind::executed || event.kind == EventKind::cancelled;
    if (leaves && event.open == 0) remove(event.token);
  }
  void add(const VenueEvent& event) {
    place[event.token] = static_cast<std::uint32_t>(live.size());
    live.push_back({event.token, event.owner, event.instrument});
  }
  void remove(std::uint64_t token) {
    const std::uint32_t at = place[token];
    live[at] = live.back();
    place[live[at].token] = at;
    live.pop_back();
  }
};

hft::venue::EngineConfig engine_config(const Arguments& arguments) {
  hft::venue::EngineConfig config;
  config.max_orders = arguments.live * 2 + 100'000;
  config.max_instruments = arguments.instruments;
  config.max_owners = owners;
  return config;
}

template <class Sink>
struct Venue {
  Sink sink{};
  hft::venue::MatchingEngine<Sink> engine;
  explicit Venue(const Arguments& arguments) : engine(engine_config(arguments), sink) {
    for (std::uint32_t i = 0; i < arguments.instruments; ++i) engine.add_instrument({});
  }
};

struct Day {
  std::vector<VenueCommand> opening;  // fills the books
  std::vector<VenueCommand> commands;
  std::uint64_t events = 0;  // of both
  std::uint64_t digest = 0;
};

class Maker {
 public:
  explicit Maker(const Arguments& arguments)
      : arguments_(arguments), venue_(arguments), mids_(arguments.instruments, 5'000) {
    venue_.sink.place.resize(arguments.live * 3 + arguments.commands * 2);
  }

  Day make() {
    Day day;
    while (venue_.sink.live.size() < arguments_.live) issue(day.opening, add());
    while (day.commands.size() < arguments_.commands) issue(day.commands, next());
    day.events = venue_.sink.count;
    day.digest = venue_.engine.displayed_digest();
    return day;
  }

 private:
  void issue(std::vector<VenueCommand>& out, const VenueCommand& command) {
    hft::venue::apply(venue_.engine, command);
    out.push_back(command);
  }
  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_() % end); }

  VenueCommand next() {
    const std::uint32_t kind = below(100);
    // As many orders leave as come, so that the number of live ones stays.
    if (kind < 46 || venue_.sink.live.empty()) return add();
    if (kind < 51) return take();
    const bool replaces = kind < 58;
    VenueCommand out{};
    const std::vector<Live>& live = venue_.sink.live;
    // Most orders die young: three of four changes are about the newest ones.
    const std::uint32_t newest =
        std::min<std::uint32_t>(2'000, static_cast<std::uint32_t>(live.size()));
    const std::size_t at = below(4) != 0 ? live.size() - 1 - below(newest)
                                         : below(static_cast<std::uint32_t>(live.size()));
    if (replaces) out = terms(live[at].instrument, false);
    out.token = live[at].token;
    out.owner = live[at].owner;
    out.action = replaces ? VenueAction::replace : VenueAction::cancel;
    if (replaces) out.new_token = token_++;
    return out;
  }

  VenueCommand add() { return terms(instrument(), false); }
  VenueCommand take() { return terms(instrument(), true); }

  std::uint32_t instrument() {  // the first ones are the busy ones
    const double u = static_cast<double>(random_() % 1'000'000) / 1e6;
    return static_cast<std::uint32_t>(u * u * u * static_cast<double>(arguments_.instruments));
  }

  VenueCommand terms(std::uint32_t instrument, bool takes) {
    std::uint32_t& mid = mids_[instrument];
    if (below(64) == 0) mid += below(3) - 1;
    VenueCommand out{};
    out.action = VenueAction::enter;
    out.token = token_++;
    out.owner = below(owners);
    out.instrument = instrument;
    out.side = below(2) == 0 ? hft::record::Side::bid : hft::record::Side::ask;
    out.size = 100 * (1 + below(5));
    out.display_size = below(40) == 0 ? 0 : below(40) == 0 ? 100 : hft::venue::show_all;
    out.code = 'N';
    const std::uint32_t away = takes ? 0 : 1 + std::min(below(8), below(40));
    const bool up = (out.side == hft::record::Side::ask) != takes;
    const std::uint32_t cents = up ? mid + away + (takes ? 3 : 0) : mid - away - (takes ? 3 : 0);
    out.price_e9 = std::int64_t{cents} * 10'000'000;
    if (takes && below(2) == 0) out.time_in_force = hft::record::TimeInForce::immediate;
    return out;
  }

  Arguments arguments_;
  Venue<FollowingSink> venue_;
  std::vector<std::uint32_t> mids_;  // in cents
  std::mt19937_64 random_{42};
  std::uint64_t token_ = 1;
};

struct Result {
  double ns = 0;  // a command
  std::uint64_t events = 0;
  std::uint64_t executions = 0;
  std::uint64_t checksum = 0;
};

/// By itself, so that callgrind can count what it costs: --toggle-collect='*drive*'.
[[gnu::noinline]] void drive(Venue<KeepingSink>& venue, std::span<const VenueCommand> commands,
                             bool one_by_one) {
  if (!one_by_one) {
    hft::venue::apply_all(venue.engine, commands, [](hft::venue::Verdict) {});
    return;
  }
  for (const VenueCommand& command : commands) hft::venue::apply(venue.engine, command);
}

Result run(const Arguments& arguments, const Day& day, bool one_by_one) {
  auto venue = std::make_unique<Venue<KeepingSink>>(arguments);
  drive(*venue, day.opening, one_by_one);
  const std::uint64_t before = venue->sink.executions;
  Result result;
  result.ns = bench::ns_per(static_cast<double>(day.commands.size()),
                            [&] { drive(*venue, day.commands, one_by_one); });
  result.events = venue->sink.count;
  result.executions = venue->sink.executions - before;
  result.checksum = bench::checksum(std::as_bytes(std::span(venue->sink.events)));
  const std::uint64_t digest = venue->engine.displayed_digest();
  if (digest != day.digest || result.events != day.events) {
    std::fprintf(stderr, "venue_matching_bench: digest %016" PRIx64 ", must be %016" PRIx64 "\n",
                 digest, day.digest);
    std::exit(1);
  }
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = parse(argc, argv);
  bench::report_host(arguments.full);
  bench::pin(1);
  const Day day = Maker(arguments).make();
  bench::RandomLines lines(std::size_t{128} << 20);
  bench::Figure floor{"random_line", "ns/line", {}};
  bench::Figure figure{"venue.matching", "ns/command", {}};
  bench::Figure single{"venue.matching_one_by_one", "ns/command", {}};
  bench::Figure rate{"venue.matching_rate", "million commands/s", {}};
  Result result;
  for (std::size_t round = 0; round < arguments.rounds; ++round) {
    floor.rounds.push_back(
        bench::ns_per(1e6, [&] { floor.checksum = lines.independent(1'000'000); }));
    result = run(arguments, day, true);
    single.rounds.push_back(result.ns);
    single.checksum = result.checksum;
    result = run(arguments, day, false);
    figure.rounds.push_back(result.ns);
    rate.rounds.push_back(1e3 / result.ns);
    figure.checksum = rate.checksum = result.checksum;
  }
  bench::report(floor);
  bench::report(single, &floor);
  bench::report(figure, &floor);
  bench::report(rate);
  std::printf("{\"commands\": %zu, \"executions\": %" PRIu64 ", \"events\": %" PRIu64
              ", \"resting\": %zu}\n",
              day.commands.size(), result.executions / 2, result.events, day.opening.size());
  return 0;
}
