// What the path adds to sockets: a packet in by UDP, an order out by TCP, over loopback, against a
// bare echo (UDP in, TCP out, nothing between) in the same run.
//
// Two threads on two processors. The far end sends one packet and waits for the bytes that answer
// it; the near end polls without rest and is, in turns, the echo or the whole engine: feed handler,
// books, a strategy that answers every touch with an order, gate, gateway. The answers of the venue
// (acceptances) come between two samples and are not part of one.
#include <atomic>
#include <chrono>
#include <thread>

#include "bench.hpp"
#include "engine/closed_loop_fixture.hpp"
#include "hft/engine/live/feed_input.hpp"
#include "hft/engine/live/trading.hpp"
#include "hft/net/tcp_listener.hpp"
#include "hft/wire/itch50.hpp"
#include "hft/wire/moldudp64.hpp"
#include "order/scripted_server.hpp"

namespace {

using namespace hft;
namespace itch = wire::itch50;

constexpr std::uint32_t instrument = 1;
constexpr std::size_t echo_bytes =  // an order of OUCH 5.0 in its packet
    sizeof(wire::soupbintcp::PacketHeader) + sizeof(wire::ouch50::inbound::EnterOrder);
constexpr std::uint64_t order_base = 1'000;

/// Answers every touch with an order that never rests.
class Responder {
 public:
  void on_record(const record::Record&, strategy::Actions&) noexcept {}
  void on_touch(const record::Touch& touch, strategy::Actions& actions) noexcept {
    if (!up_ || touch.ask_price_e9 == record::price_null) return;
    strategy::OrderTerms terms;
    terms.instrument = touch.instrument;
    terms.side = record::Side::bid;
    terms.size = 1;
    terms.price_e9 = touch.ask_price_e9 - 10'000'000;
    terms.time_in_force = record::TimeInForce::immediate;
    actions.enter(terms);
  }
  void on_report(const record::OrderReport& report, strategy::Actions&) noexcept {
    up_ |= report.action == record::ReportAction::session_up;
  }
  void on_time(std::uint64_t, strategy::Actions&) noexcept {}

 private:
  bool up_ = false;
};

/// One MoldUDP64 packet of one message.
template <class Message>
std::vector<std::byte> packet_of(std::uint64_t number, const Message& message) {
  wire::moldudp64::DownstreamHeader header{};
  header.session.fill(' ');
  header.sequence_number = number;
  header.message_count = 1;
  wire::moldudp64::MessageBlock block{};
  block.message_length = sizeof message;
  std::vector<std::byte> out(sizeof header + sizeof block + sizeof message);
  std::memcpy(out.data(), &header, sizeof header);
  std::memcpy(out.data() + sizeof header, &block, sizeof block);
  std::memcpy(out.data() + sizeof header + sizeof block, &message, sizeof message);
  return out;
}

template <class Message>
Message message_now() {
  Message out{};
  out.message_type = Message::tag;
  out.stock_locate = instrument;
  const std::uint64_t now_ns = system_ns(CLOCK_REALTIME);
  out.timestamp = now_ns - midnight_new_york_ns(*session_date_at(now_ns));
  return out;
}

/// The market that the far end makes: a directory, an ask, and a bid that comes and goes.
class Feed {
 public:
  explicit Feed(const net::SocketAddress& to) : sender_({to, "lo"}) {}

  void open() {
    auto system = message_now<itch::SystemEvent>();
    for (const char code : {'O', 'S', 'Q'}) {
      system.stock_locate = 0;
      system.event_code = code;
      send(system);
    }
    auto listed = message_now<itch::StockDirectory>();
    listed.stock = {'A', 'A', 'A', 'A', ' ', ' ', ' ', ' '};
    listed.market_category = 'Q';
    listed.round_lot_size = 100;
    send(listed);
    auto trading = message_now<itch::StockTradingAction>();
    trading.stock = listed.stock;
    trading.trading_state = 'T';
    send(trading);
    add('S', 1'010'000, 1);
    add('B', 990'000, 2);
  }
  /// Each one changes the touch.
  void tick() {
    if (++ticks_ % 2 == 1) return add('B', 1'000'000, order_base + ticks_);
    auto gone = message_now<itch::OrderDelete>();
    gone.order_reference_number = order_base + ticks_ - 1;
    send(gone);
  }

 private:
  void add(char side, std::uint32_t price, std::uint64_t id) {
    auto out = message_now<itch::AddOrder>();
    out.order_reference_number = id;
    out.buy_sell_indicator = side;
    out.shares = 100;
    out.stock = {'A', 'A', 'A', 'A', ' ', ' ', ' ', ' '};
    out.price = price;
    send(out);
  }
  template <class Message>
  void send(const Message& message) {
    const auto packet = packet_of(++number_, message);
    sender_.send(packet);
  }

  net::UdpSender sender_;
  std::uint64_t number_ = 0;
  std::uint64_t ticks_ = 0;
};

enum class Mode { idle, echo, engine, stop };

/// The near end's engine, as LiveEngine has it, without its timers.
class NearEngine {
 public:
  NearEngine(const net::UdpReceiverOptions& line, const net::SocketAddress& venue)
      : times_(Clock::calibrate()),
        books_({100'000, 10'000, 16}),
        gate_(gate_config()),
        tap_("loopback_bench", 1 << 12),
        trading_({books_, gate_, tap_, times_, symbols_}, venue, gateway_config(),
                 {0, 0, record::Venue::xnas, 0}, 1, Responder{}),
        feed_({"bench", {line}, {0, record::Venue::xnas, 0, {}, {}, true}}, Sink{this}) {
    trading_.allow_ids_below(~0u);
    for (record::ControlEvent control : test::wide_limits()) {
      control.event_time_ns = times_.clock().now_ns();
      gate_.on_control(control);
    }
    record::ControlEvent clock{};
    clock.kind = record::Kind::control;
    clock.action = record::ControlAction::clock;
    clock.event_time_ns = times_.clock().now_ns();
    gate_.on_control(clock);
  }
  ~NearEngine() { std::filesystem::remove(ring::ring_path("loopback_bench")); }

  void poll() {
    feed_.poll([this] {
      times_.begin_packet();
      return times_.clock().now_ns();
    });
    const std::uint64_t now_ns = times_.clock().now_ns();
    trading_.poll(now_ns);
    if (now_ns < next_ns_) return;
    next_ns_ = now_ns + 10'000'000;
    trading_.on_time(now_ns);
  }
  bool ready() const { return trading_.counts().phase == order::GatewayPhase::ready; }

 private:
  struct Sink {
    NearEngine* engine;
    void operator()(std::span<const record::Record> records) {
      for (const record::Record& seen : records) {
        if (seen.kind == record::Kind::instrument)
          engine->symbols_.add(record::as<record::InstrumentEvent>(seen));
      }
      engine->trading_.on_records(records);
    }
  };
  static risk::GateConfig gate_config() {
    risk::GateConfig out;
    out.instruments = 16;
    return out;
  }
  static order::GatewayConfig gateway_config() {
    order::GatewayConfig out;
    out.session.username = "trader";
    out.session.password = "secret";
    out.venue = record::Venue::xnas;
    out.midnight_ns = midnight_new_york_ns(*session_date_at(system_ns(CLOCK_REALTIME)));
    out.messages_per_second = 1'000'000;
    return out;
  }

  engine::TickToTrade times_;
  book::OrderBookSet books_;
  risk::Gate gate_;
  order::InstrumentSymbols symbols_;
  engine::LogTap tap_;
  engine::TradingOf<Responder, order::Ouch50> trading_;
  engine::FeedInput<Sink> feed_;
  std::uint64_t next_ns_ = 0;
};

net::TcpStream accept_one(net::TcpListener& listener) {
  net::TcpStream out;
  while (listener.accept(out) != net::AcceptVerdict::accepted) {
  }
  return out;
}

/// The far end: sends, waits, measures.
class FarEnd {
 public:
  FarEnd(const net::SocketAddress& echo_line, const net::SocketAddress& engine_line)
      : clock_(Clock::calibrate()), echo_sender_({echo_line, "lo"}), feed_(engine_line) {}

  net::TcpListener echo_listener{net::SocketAddress{0x7f000001, 0}};
  net::TcpListener engine_listener{net::SocketAddress{0x7f000001, 0}};

  void connect(const std::atomic<bool>& ready) {
    echo_ = accept_one(echo_listener);
    engine_ = accept_one(engine_listener);
    feed_.open();
    auto idle_at = std::chrono::steady_clock::now();
    while (!ready.load()) {
      serve();
      if (std::chrono::steady_clock::now() < idle_at) continue;
      server_.idle();
      idle_at += std::chrono::milliseconds(100);
    }
  }

  double echo_once() {
    const std::array<std::byte, 64> packet{};
    const std::uint64_t begin = clock_.ticks();
    echo_sender_.send(packet);
    for (std::size_t got = 0; got < echo_bytes;) got += echo_.read(room_).count;
    return ns_since(begin);
  }
  std::size_t surplus() const { return surplus_; }
  double engine_once() {
    serve();  // heartbeats and whatever else is no answer
    const std::uint64_t begin = clock_.ticks();
    feed_.tick();
    std::size_t got = 0;
    while (got < echo_bytes) got += engine_.read(std::span(room_).subspan(got)).count;
    const double took = ns_since(begin);
    surplus_ += got - echo_bytes;
    server_.bytes_in(std::span<const std::byte>(room_).first(got));
    flush();
    return took;
  }

 private:
  double ns_since(std::uint64_t begin) const {
    return static_cast<double>(clock_.ticks() - begin) / clock_.ticks_per_ns();
  }
  /// What has come so far is answered.
  void serve() {
    const net::IoResult read = engine_.read(room_);
    server_.bytes_in(std::span<const std::byte>(room_).first(read.count));
    flush();
  }
  void flush() {
    const order::Bytes out = server_.take_output();
    for (std::size_t sent = 0; sent < out.size();)
      sent += engine_.write(std::span<const std::byte>(out).subspan(sent)).count;
  }

  Clock clock_;
  net::UdpSender echo_sender_;
  Feed feed_;
  net::TcpStream echo_;
  net::TcpStream engine_;
  order::ScriptedServer server_;
  std::size_t surplus_ = 0;  // bytes that came with an answer and were none
  std::array<std::byte, 65'536> room_;
};

net::UdpReceiverOptions local_line() {
  net::UdpReceiverOptions out;
  out.group = {0x7f000001, 0};
  out.receive_timestamps = true;
  return out;
}

void near_end(net::UdpReceiver& echo_line, const net::UdpReceiverOptions& engine_line,
              const FarEnd& far, std::atomic<Mode>& mode, std::atomic<bool>& ready) {
  bench::pin(1);
  net::TcpStream echo = net::TcpStream::connect(far.echo_listener.address());
  while (echo.connect_verdict() == net::ConnectVerdict::pending) {
  }
  auto engine = std::make_unique<NearEngine>(engine_line, far.engine_listener.address());
  std::array<std::byte, 2048> room;
  const std::array<std::byte, echo_bytes> answer{};
  for (;;) {
    switch (mode.load(std::memory_order_relaxed)) {
      case Mode::idle:
        engine->poll();
        if (engine->ready()) ready.store(true);
        break;
      case Mode::echo:
        if (echo_line.receive(room).verdict == net::IoVerdict::done) echo.write(answer);
        break;
      case Mode::engine: engine->poll(); break;
      case Mode::stop: return;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const bool full = bench::full_run(argc, argv);
  bench::report_host(full);
  const int rounds = full ? 7 : 2;
  const int samples = full ? 4'000 : 300;

  net::UdpReceiver echo_line(local_line());
  // The engine opens its own line: a port that was free a moment ago.
  net::UdpReceiverOptions engine_line = local_line();
  engine_line.group.port = net::UdpReceiver(local_line()).address().port;
  FarEnd far(echo_line.address(), engine_line.group);
  std::atomic<Mode> mode{Mode::idle};
  std::atomic<bool> ready{false};
  std::thread near([&] { near_end(echo_line, engine_line, far, mode, ready); });
  bench::pin(0);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));  // its sockets open
  far.connect(ready);

  bench::Figure echo_p50{"loopback_echo_p50", "ns", {}}, echo_p99{"loopback_echo_p99", "ns", {}};
  bench::Figure path_p50{"loopback_path_p50", "ns", {}}, path_p99{"loopback_path_p99", "ns", {}};
  for (int round = 0; round < rounds; ++round) {
    std::vector<double> echoed, answered;
    mode.store(Mode::echo);
    for (int i = 0; i < samples; ++i) echoed.push_back(far.echo_once());
    mode.store(Mode::engine);
    for (int i = 0; i < samples; ++i) answered.push_back(far.engine_once());
    echo_p50.rounds.push_back(bench::quantile(echoed, 0.5));
    echo_p99.rounds.push_back(bench::quantile(echoed, 0.99));
    path_p50.rounds.push_back(bench::quantile(answered, 0.5));
    path_p99.rounds.push_back(bench::quantile(answered, 0.99));
  }
  mode.store(Mode::stop);
  near.join();
  std::printf("{\"bench\": \"loopback_surplus\", \"bytes\": %zu}\n", far.surplus());
  bench::report(echo_p50);
  bench::report(echo_p99);
  bench::report(path_p50, &echo_p50);
  bench::report(path_p99, &echo_p99);
  return 0;
}
