// The loop of a live engine: feed, order session, controls, timers, in turn and without rest.
#include "hft/engine/live/live_engine.hpp"

#include <pthread.h>
#include <sched.h>

#include <chrono>

namespace hft::engine {

namespace {

constexpr std::string_view control_suffix = ".control";

/// A ring that a killed engine has left is of no use: its controls were for another life.
ring::Segment make_control_ring(const std::string& name, std::uint64_t records) {
  if (std::filesystem::exists(ring::ring_path(name))) ring::Segment::remove(name);
  return ring::Segment::create(name, {ring::RingKind::spsc, records});
}

risk::Gate make_gate(const LiveConfig& config) {
  if (config.shared_risk.empty()) return risk::Gate(config.gate);
  return {config.gate, risk::SharedState::create(config.shared_risk, config.gate)};
}

void pin_and_name(const LiveConfig& config) {
  pthread_setname_np(pthread_self(), ("hft-" + config.name).substr(0, 15).c_str());
  if (config.core < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(config.core), &set);
  if (pthread_setaffinity_np(pthread_self(), sizeof set, &set) != 0) {
    throw Error("engine.core",
                "this process may not run on processor " + std::to_string(config.core),
                "give one that `taskset -p` shows, or none");
  }
}

template <order::Protocol P>
std::unique_ptr<Trading> make_trading(const TradingParts& parts, const LiveConfig& config,
                                      const StrategyChoice& choice, std::uint32_t next_id) {
  return with_strategy(choice.name, choice.parameters, [&]<class S>(const auto& parameters) {
    return std::unique_ptr<Trading>(
        std::make_unique<TradingOf<S, P>>(parts, config.venue, config.gateway, choice.identity,
                                          next_id, S(choice.instruments, parameters)));
  });
}

}  // namespace

LiveEngine::LiveEngine(const LiveConfig& config)
    : config_(config),
      clock_(Clock::calibrate()),
      times_(clock_),
      books_(config.books),
      gate_(make_gate(config)),
      ids_(config.client_order_ids, config.date),
      tap_(config.name + ".log", config.log_records),
      control_ring_(make_control_ring(config.name + std::string(control_suffix), controls_max)),
      control_reader_claim_(ring::OwnerClaim::consumer(control_ring_)),
      control_writer_claim_(ring::OwnerClaim::producer(control_ring_)),
      controls_in_(control_ring_.header(), control_ring_.slots()),
      controls_out_(control_ring_.header(), control_ring_.slots()),
      feed_(config.feed, Sink{this}) {
  books_.prefault(config.books.max_orders);
  gate_.prefault(config.gate.max_orders / 16);
}

LiveEngine::~LiveEngine() {
  stop();
  if (thread_.joinable()) thread_.join();
}

void LiveEngine::start() {
  running_.store(true, std::memory_order_release);
  thread_ = std::thread([this] { run(); });
}

void LiveEngine::trade(const StrategyChoice& choice,
                       std::span<const record::ControlEvent> controls) {
  const TradingParts parts{books_, gate_, tap_, times_, symbols_};
  const bool is_ouch50 = config_.protocol == OrderProtocol::ouch50;
  auto made = is_ouch50 ? make_trading<order::Ouch50>(parts, config_, choice, ids_.next())
                        : make_trading<order::Ouch42>(parts, config_, choice, ids_.next());
  made->allow_ids_below(ids_.reserved_below());
  const std::lock_guard lock(mailbox_mutex_);
  if (has_mail_.load() || !traded_.empty()) {
    throw Error("engine", "it trades already", "make another engine for another strategy");
  }
  arriving_ = std::move(made);
  arriving_controls_.assign(controls.begin(), controls.end());
  traded_ = choice.instruments;
  marked_.resize(traded_.size());
  has_mail_.store(true, std::memory_order_release);
}

void LiveEngine::control(const record::ControlEvent& control) {
  if (controls_out_.publish(record::as<record::Record>(control))) return;
  throw Error("engine", std::to_string(controls_max) + " controls are waiting",
              "the engine's thread is stuck or stopped; look at its log");
}

void LiveEngine::join() {
  if (thread_.joinable()) thread_.join();
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void LiveEngine::maintain() {
  ids_.maintain(counts().trading.newest_id);
}

LiveCounts LiveEngine::counts() const {
  const std::lock_guard lock(counts_mutex_);
  return counts_;
}

std::span<const std::uint64_t> LiveEngine::send_verdicts() const noexcept {
  return trading_ ? trading_->send_verdicts() : std::span<const std::uint64_t>{};
}

void LiveEngine::run() noexcept {
  try {
    pin_and_name(config_);
    loop();
    wind_down();
  } catch (...) {
    failure_ = std::current_exception();
  }
  while (counts().log_records != tap_.count()) publish_counts();
  running_.store(false, std::memory_order_release);
}

void LiveEngine::loop() {
  using namespace std::chrono_literals;
  while (!stopping_.load(std::memory_order_relaxed)) {
    if (!poll_once() && !config_.spin) std::this_thread::sleep_for(50us);
  }
}

/// One turn. True when there was something to do.
bool LiveEngine::poll_once() {
  bool busy = feed_.poll([this] {
    times_.begin_packet();
    return clock_.now_ns();
  }) != 0;
  const std::uint64_t now_ns = clock_.now_ns();
  if (trading_) {
    times_.begin_report();
    busy |= trading_->poll(now_ns);
  }
  busy |= take_controls();
  if (now_ns >= next_tick_ns_) on_tick(now_ns);
  return busy;
}

void LiveEngine::on_records(std::span<const record::Record> records) noexcept {
  records_ += records.size();
  note_instruments(records);
  if (trading_) return trading_->on_records(records);
  listen(records);
}

/// Books and gate follow the feed; nobody decides yet.
void LiveEngine::listen(std::span<const record::Record> records) noexcept {
  const std::size_t touched = books_.apply(records, touches_);
  std::span<const record::Touch> touches(touches_.data(), touched);
  for (const record::Record& seen : records) {
    if (seen.kind == record::Kind::status)
      gate_.on_status(record::as<record::StatusEvent>(seen));
    else if (seen.kind == record::Kind::instrument)
      gate_.on_instrument(record::as<record::InstrumentEvent>(seen));
  }
  for (const record::Touch& touch : touches) gate_.on_touch(touch);
}

void LiveEngine::note_instruments(std::span<const record::Record> records) noexcept {
  for (const record::Record& seen : records) {
    if (seen.kind != record::Kind::instrument) continue;
    symbols_.add(record::as<record::InstrumentEvent>(seen));
    tap_(seen);
  }
}

bool LiveEngine::take_controls() {
  record::Record taken;
  bool any = false;
  while (controls_in_.next(taken)) {
    take_control(record::as<record::ControlEvent>(taken));
    any = true;
  }
  return any;
}

/// A control takes its place: its number and time are those of the sequence.
void LiveEngine::take_control(const record::ControlEvent& asked) noexcept {
  record::ControlEvent control = asked;
  const std::uint64_t now_ns = clock_.now_ns();
  control.event_time_ns = control.receive_time_ns = now_ns;
  control.kind = record::Kind::control;
  control.sequence_number = static_cast<std::uint32_t>(++control_number_);
  control.sequence_number_high = static_cast<std::uint16_t>(control_number_ >> 32);
  if (trading_) return trading_->on_control(control);
  gate_.on_control(control);
  tap_(record::as<record::Record>(control));
}

void LiveEngine::on_tick(std::uint64_t now_ns) {
  next_tick_ns_ = now_ns + tick_ns;
  feed_.advance_time(now_ns);
  if (has_mail_.load(std::memory_order_acquire)) begin_trading(now_ns);
  if (now_ns >= next_clock_ns_) tell_clock(now_ns);
  take_control(own_control(record::ControlAction::time, now_ns));
  if (trading_) {
    trading_->on_time(now_ns);
    trading_->allow_ids_below(ids_.reserved_below());
  }
  if (now_ns >= next_mark_ns_) {
    next_mark_ns_ = now_ns + mark_ns;
    log_marks();
  }
  publish_counts();
}

void LiveEngine::begin_trading(std::uint64_t now_ns) {
  const std::lock_guard lock(mailbox_mutex_);
  has_mail_.store(false, std::memory_order_release);
  for (const record::ControlEvent& control : arriving_controls_) take_control(control);
  arriving_controls_.clear();
  tell_clock(now_ns);
  trading_ = std::move(arriving_);
}

/// Ten times a second the log is told the touches of what is traded, to value positions by.
void LiveEngine::log_marks() noexcept {
  for (std::size_t i = 0; trading_ && i < traded_.size(); ++i) {
    const book::BestPrices best = books_.best_prices(traded_[i]);
    if (best == marked_[i]) continue;
    marked_[i] = best;
    record::Touch touch{};
    touch.event_time_ns = touch.receive_time_ns = clock_.now_ns();
    touch.instrument = traded_[i];
    touch.kind = record::Kind::touch;
    touch.bid_price_e9 = best.bid_price_e9;
    touch.bid_size = best.bid_size;
    touch.trading_state = books_.trading_state(traded_[i]);
    if (books_.is_suspect(traded_[i])) touch.flags = record::flag_book_suspect;
    touch.ask_price_e9 = best.ask_price_e9;
    touch.ask_size = best.ask_size;
    touch.venue = config_.gateway.venue;
    tap_(record::as<record::Record>(touch));
  }
}

void LiveEngine::tell_clock(std::uint64_t now_ns) noexcept {
  next_clock_ns_ = now_ns + clock_ns;
  if (!config_.clock_offset_ns) return;
  record::ControlEvent control = own_control(record::ControlAction::clock, now_ns);
  control.value = *config_.clock_offset_ns;
  take_control(control);
}

record::ControlEvent LiveEngine::own_control(record::ControlAction action,
                                             std::uint64_t now_ns) const noexcept {
  record::ControlEvent out{};
  out.event_time_ns = out.receive_time_ns = now_ns;
  out.instrument = record::instrument_all;
  out.kind = record::Kind::control;
  out.action = action;
  out.scope = record::Scope::firm;
  return out;
}

void LiveEngine::publish_counts() {
  LiveCounts now;
  const feed::itch50::FeedCounters& feed = feed_.counters();
  now.packets = feed.packets;
  now.records = records_;
  now.gaps = feed.gaps;
  now.lost_messages = feed.lost_messages;
  now.truncated = feed_.truncated();
  now.kernel_drops = feed_.kernel_drops();
  now.log_records = tap_.count();
  now.controls = control_number_;
  now.open_orders = gate_.shared().actor_totals()[risk::GateConfig::firm()].open_orders;
  now.is_trading = trading_ != nullptr;
  now.ended_flat = !trading_ || trading_->is_flat();
  if (trading_) now.trading = trading_->counts();
  const std::unique_lock lock(counts_mutex_, std::try_to_lock);
  if (lock) counts_ = now;  // somebody reads: the next tick brings newer ones
}

/// No order leaves any more, what is open is cancelled, and when the venue has said so the session
/// is closed; or when it has said nothing for too long.
void LiveEngine::wind_down() {
  if (!trading_) return;
  record::ControlEvent kill = own_control(record::ControlAction::kill, clock_.now_ns());
  kill.reason = {'s', 't', 'o', 'p', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
  take_control(kill);
  const std::uint64_t until_ns = clock_.now_ns() + config_.stop_timeout_ns;
  while (!trading_->is_flat() && clock_.now_ns() < until_ns) poll_once();
  trading_->logout(clock_.now_ns());
  while (!trading_->is_gone() && clock_.now_ns() < until_ns) poll_once();
  log_marks();
}

}  // namespace hft::engine
