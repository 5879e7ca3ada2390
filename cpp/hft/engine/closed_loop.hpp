// ClosedLoop: the simulated exchange and an engine in one thread, without sockets and without a
// clock: what an order causes comes back as market data, and time is what the caller says.
//
// Both sides are the ones that run live, byte for byte between them, so a whole day with all its
// faults (lines that lose packets, a session cut after any byte) is a function of its options. The
// same options give the same orders. Tests of faults, of determinism, and the benchmark of the
// whole path are made of this.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "hft/engine/exchange/core.hpp"
#include "hft/engine/feed_run.hpp"
#include "hft/engine/synth/random.hpp"
#include "hft/engine/trader.hpp"
#include "hft/venue/soupbin_server.hpp"

namespace hft::engine {

struct ClosedLoopOptions {
  exchange::CoreOptions exchange;  // accounts[0] is the engine's, by OUCH 5.0
  std::uint64_t start_ns = 0;      // of the exchange, ns since the epoch
  std::uint64_t step_ns = 1'000'000;
  book::Config books;
  risk::GateConfig gate;
  std::vector<record::ControlEvent> controls;  // limits: before anything else
  order::GatewayConfig gateway;
  strategy::Identity identity;
  std::uint32_t first_client_order_id = 1;
  std::array<double, 2> loss{0, 0};  // probability that a line loses a packet
  std::uint64_t seed = 1;
  std::uint64_t reconnect_ns = 10'000'000;
};

template <strategy::Strategy S, class Tap>
class ClosedLoop {
 public:
  static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

  /// `tap` outlives the loop. Throws hft::Error where the options contradict themselves.
  ClosedLoop(const ClosedLoopOptions& options, S strategy, Tap& tap)
      : ClosedLoop(options, std::move(strategy), tap,
                   std::make_unique<exchange::ExchangeCore>(options.exchange, options.start_ns)) {}

  /// Another engine on an exchange that runs already: it hears the feed from the beginning, as
  /// after a recovery.
  ClosedLoop(const ClosedLoopOptions& options, S strategy, Tap& tap,
             std::unique_ptr<exchange::ExchangeCore> running)
      : options_(options),
        core_(std::move(running)),
        times_(Clock::calibrate(1'000'000)),
        books_(options.books),
        gate_(options.gate),
        strategy_(std::move(strategy)),
        gateway_(options.gateway, symbols_),
        actions_(options.identity, options.first_client_order_id),
        trader_({books_, gate_, strategy_, gateway_, tap, actions_, times_}),
        handler_(handler_options(options), Sink{this}),
        random_(options.seed),
        now_ns_(options.start_ns) {
    core_->feed().hand_out_from(1);
    gateway_.allow_ids_below(std::numeric_limits<std::uint32_t>::max());
    for (const record::ControlEvent& control : options.controls) trader_.on_control(control);
  }

  /// Goes on, step by step, until the time has come.
  void run_until(std::uint64_t time_ns) {
    while (now_ns_ < time_ns) {
      now_ns_ = std::min(time_ns, now_ns_ + options_.step_ns);
      core_->advance(now_ns_);
      core_->reserve();
      connect();
      tell_time();
      pump();
    }
  }

  /// Cuts the order session after so many more bytes, both ways together, and every so many again
  /// when `again`; never: not at all.
  void cut_after(std::uint64_t bytes, bool again = false) noexcept {
    cut_in_ = bytes;
    cut_every_ = again ? bytes : never;
  }
  /// The next so many packets are lost on both lines.
  void lose_packets(std::uint64_t count) noexcept { lose_ = count; }
  /// Nobody connects any more, or again.
  void allow_connect(bool allowed) noexcept { may_connect_ = allowed; }

  void control(record::ControlEvent control) {
    control.event_time_ns = control.receive_time_ns = now_ns_;
    control.kind = record::Kind::control;
    trader_.on_control(control);
    pump();
  }

  exchange::ExchangeCore& exchange() noexcept { return *core_; }
  /// The engine dies: its connection breaks, and the exchange is left for another one.
  std::unique_ptr<exchange::ExchangeCore> leave() {
    core_->disconnected(account, now_ns_);
    return std::move(core_);
  }
  const book::OrderBookSet& books() const noexcept { return books_; }
  const risk::Gate& gate() const noexcept { return gate_; }
  const order::Gateway<order::Ouch50>& gateway() const noexcept { return gateway_; }
  const S& strategy() const noexcept { return strategy_; }
  const TickToTrade& times() const noexcept { return times_; }
  const feed::itch50::FeedCounters& feed_counters() const noexcept { return handler_.counters(); }
  std::uint64_t now_ns() const noexcept { return now_ns_; }
  std::uint64_t cuts() const noexcept { return cuts_; }
  std::uint64_t session_bytes() const noexcept { return session_bytes_; }
  std::uint64_t bad_messages() const noexcept { return bad_messages_; }

 private:
  static constexpr std::uint32_t account = 0;

  struct Sink {
    ClosedLoop* loop;
    void operator()(std::span<const record::Record> records) { loop->on_records(records); }
  };

  struct Host {  // what a SoupbinServer asks
    ClosedLoop& loop;
    venue::SoupbinAnswer login(const venue::SoupbinLogin&) {
      venue::SoupbinAnswer answer{
          &loop.core_->account(account).stream(), venue::ClientEnd::open, {}};
      answer.session.fill(' ');
      const std::string& name = loop.options_.exchange.session;
      std::copy(name.begin(), name.end(), answer.session.begin());
      return answer;
    }
    bool message(std::span<const std::byte> message) {
      const bool good = loop.core_->message(account, message, loop.now_ns_);
      loop.bad_messages_ += good ? 0 : 1;
      return good;
    }
  };

  static feed::itch50::HandlerOptions handler_options(const ClosedLoopOptions& options) {
    feed::itch50::HandlerOptions out;
    out.venue = options.identity.venue;
    out.session_date = session_date_at(options.start_ns);
    return out;
  }

  void on_records(std::span<const record::Record> records) noexcept {
    for (const record::Record& seen : records) {
      if (seen.kind == record::Kind::instrument)
        symbols_.add(record::as<record::InstrumentEvent>(seen));
    }
    trader_.on_records(records);
  }

  void connect() {
    if (server_ || !may_connect_ || now_ns_ < connect_at_ns_ || !gateway_.may_connect()) return;
    server_.emplace(venue::SoupbinLimits{}, now_ns_);
    gateway_.connected(now_ns_);
  }

  void tell_time() {
    record::ControlEvent control{};
    control.event_time_ns = control.receive_time_ns = now_ns_;
    control.instrument = record::instrument_all;
    control.kind = record::Kind::control;
    control.action = record::ControlAction::clock;  // the host's clock is the simulation's: exact
    control.scope = record::Scope::firm;
    trader_.on_control(control);
    handler_.advance_time(now_ns_);
    const auto take = [this](const record::OrderReport& report) { trader_.on_report(report); };
    gateway_.on_time(now_ns_, take);
    if (server_) server_->on_time(now_ns_);
  }

  /// Carries bytes both ways until nobody has anything more to say.
  void pump() {
    bool moved = true;
    while (moved) {
      moved = carry_feed();
      moved |= carry_orders();
      moved |= carry_reports();
      if (server_ && (server_->is_finished() || gateway_.must_close())) cut();
    }
  }

  bool carry_feed() {
    bool any = false;
    venue::FeedPublisher& feed = core_->feed();
    auto packet = feed.next_packet(now_ns_);
    for (; !packet.empty(); packet = feed.next_packet(now_ns_)) {
      any = true;
      deliver(packet);
    }
    packet = feed.heartbeat(now_ns_);
    if (!packet.empty()) deliver(packet);
    return any;
  }

  void deliver(std::span<const std::byte> packet) {
    const bool lost = lose_ > 0;
    lose_ -= lost ? 1 : 0;
    for (std::uint8_t line = 0; line < 2; ++line) {
      if (lost || random_.chance(synth::chance_threshold(options_.loss[line]))) continue;
      times_.begin_packet();
      handler_.on_packet({packet, now_ns_, ++packets_, 0, line});
    }
  }

  /// How many of `bytes` may pass before the connection is cut.
  std::size_t pass(std::size_t bytes) noexcept {
    const std::size_t passed = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, cut_in_));
    if (cut_in_ != never) cut_in_ -= passed;
    session_bytes_ += passed;
    return passed;
  }

  bool carry_orders() {
    const std::span<const std::byte> out = gateway_.take_output();
    if (!server_ || out.empty()) return false;
    const std::size_t count = pass(out.size());
    if (count > 0) server_->bytes_in(out.first(count), now_ns_, Host{*this});
    gateway_.output_taken(count);
    if (cut_in_ == 0) cut();
    return true;
  }

  bool carry_reports() {
    if (!server_) return false;
    const std::span<const std::byte> out = server_->output();
    if (out.empty()) return false;
    const std::size_t count = pass(out.size());
    times_.begin_report();
    const auto take = [this](const record::OrderReport& report) { trader_.on_report(report); };
    if (count > 0) gateway_.bytes_in(out.first(count), now_ns_, take);
    server_->sent(count, now_ns_);
    if (cut_in_ == 0) cut();
    return true;
  }

  /// The connection breaks, and both ends are told.
  void cut() {
    if (!server_) return;
    ++cuts_;
    cut_in_ = cut_every_;
    server_.reset();
    connect_at_ns_ = now_ns_ + options_.reconnect_ns;
    core_->disconnected(account, now_ns_);
    gateway_.disconnected(now_ns_,
                          [this](const record::OrderReport& report) { trader_.on_report(report); });
  }

  ClosedLoopOptions options_;
  std::unique_ptr<exchange::ExchangeCore> core_;
  std::optional<venue::SoupbinServer> server_;
  order::InstrumentSymbols symbols_;
  TickToTrade times_;
  book::OrderBookSet books_;
  risk::Gate gate_;
  S strategy_;
  order::Gateway<order::Ouch50> gateway_;
  strategy::Actions actions_;
  Trader<S, order::Gateway<order::Ouch50>, Tap> trader_;
  feed::itch50::Handler<Sink, &decode_blocks> handler_;
  synth::Random random_;
  std::uint64_t now_ns_;
  std::uint64_t connect_at_ns_ = 0;
  bool may_connect_ = true;
  std::uint64_t cut_in_ = never;
  std::uint64_t cut_every_ = never;
  std::uint64_t cuts_ = 0;
  std::uint64_t session_bytes_ = 0;
  std::uint64_t lose_ = 0;
  std::uint64_t packets_ = 0;
  std::uint64_t bad_messages_ = 0;
};

}  // namespace hft::engine
