// What the tests of order sessions share: commands, a gateway joined to the scripted venue, and a
// wire between them that can be cut after any byte.
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <memory>
#include <optional>

#include "hft/order/gateway.hpp"
#include "order/scripted_server.hpp"

namespace hft::order {

inline constexpr std::uint32_t instrument = 7;
inline constexpr std::uint64_t second = 1'000'000'000;
inline constexpr std::uint64_t start_ns = 1'412'343'000 * second;

/// What only a risk gate can make in an engine; tests of what comes behind it forge it.
inline record::PassedCommand passed(const record::OrderCommand& command) {
  return std::bit_cast<record::PassedCommand>(command);
}

inline record::OrderCommand enter(std::uint32_t id, std::uint32_t size,
                                  record::Side side = record::Side::bid) {
  record::OrderCommand out{};
  out.receive_time_ns = start_ns;
  out.kind = record::Kind::order_command;
  out.action = record::CommandAction::enter;
  out.instrument = instrument;
  out.client_order_id = id;
  out.size = size;
  out.side = side;
  out.price_e9 = 100'000'000'000;
  out.venue = record::Venue::xnas;
  return out;
}

inline record::OrderCommand replace(std::uint32_t original, std::uint32_t id, std::uint32_t size) {
  record::OrderCommand out = enter(id, size);
  out.action = record::CommandAction::replace;
  out.original_client_order_id = original;
  return out;
}

inline record::OrderCommand cancel(std::uint32_t id, std::uint32_t keep = 0) {
  record::OrderCommand out = enter(id, keep, record::Side::none);
  out.action = record::CommandAction::cancel;
  out.price_e9 = record::price_null;
  return out;
}

/// Report `number` of the session.
inline record::OrderReport report_of(std::uint32_t number, record::ReportAction action,
                                     std::uint32_t id, std::uint32_t size = 0,
                                     std::uint64_t reference = 0) {
  record::OrderReport out{};
  out.instrument = instrument;
  out.kind = record::Kind::order_report;
  out.action = action;
  out.sequence_number = number;
  out.client_order_id = id;
  out.size = size;
  out.reference = reference;
  out.price_e9 = 100'000'000'000;
  out.side = record::Side::bid;
  out.reason = 'L';
  return out;
}

inline SoupbinConfig session_config() {
  SoupbinConfig config;
  config.username = "trader";
  config.password = "secret";
  config.remembered = 256;
  config.output_bytes = 4096;
  config.packet_max = 512;
  return config;
}

inline GatewayConfig gateway_config() {
  GatewayConfig config;
  config.session = session_config();
  config.states = {.orders = 64, .executions = 64};
  config.venue = record::Venue::xnas;
  config.cancel_on_disconnect = false;
  return config;
}

inline InstrumentSymbols& test_symbols() {
  static InstrumentSymbols symbols = [] {
    InstrumentSymbols made(16);
    made.add(instrument, {'T', 'E', 'S', 'T', ' ', ' ', ' ', ' '});
    return made;
  }();
  return symbols;
}

/// A gateway and a venue, joined by a wire.
class Rig {
 public:
  explicit Rig(const GatewayConfig& config = gateway_config()) : config_(config) { restart(); }

  ScriptedServer server;
  std::vector<record::OrderReport> reports;
  std::uint64_t now_ns = start_ns;

  Gateway<Ouch50>& gateway() { return *gateway_; }
  auto sink() {
    return [this](const record::OrderReport& report) { reports.push_back(report); };
  }

  /// Our process dies and starts anew, with nothing in memory.
  void restart() {
    server.disconnected();
    gateway_ = std::make_unique<Gateway<Ouch50>>(config_, test_symbols());
    gateway_->allow_ids_below(1'000'000);
  }

  SendVerdict send(const record::OrderCommand& command) { return gateway_->send(passed(command)); }

  /// The wire breaks after so many more bytes from the client, or from the venue.
  void cut_after_sent(std::size_t bytes) { to_venue_ = bytes; }
  void cut_after_received(std::size_t bytes) { to_client_ = bytes; }
  bool was_cut() const { return was_cut_; }
  std::size_t sent_bytes() const { return sent_bytes_; }
  std::size_t received_bytes() const { return received_bytes_; }
  /// The venue's bytes come one by one.
  void trickle() { trickle_ = true; }

  void disconnect() {
    server.disconnected();
    gateway_->disconnected(now_ns, sink());
  }

  /// Moves bytes until neither side has any, or until the wire breaks.
  void pump() {
    for (bool moved = true; moved;) {
      moved = move_to_venue();
      moved = move_to_client() || moved;
    }
    if (gateway_->must_close()) disconnect();
  }

  /// Connects, and waits as long as it takes to be ready; false when it cannot be.
  bool connect() {
    if (!gateway_->connected(now_ns)) return false;
    pump();
    for (int i = 0; i < 3 && !gateway_->ready() && gateway_->phase() != GatewayPhase::down; ++i) {
      now_ns += second;
      server.idle();
      pump();
      gateway_->on_time(now_ns, sink());
      pump();
    }
    return gateway_->ready();
  }

  /// What both sides know of every order must agree.
  void expect_agreement() {
    for (const auto& [id, order] : server.orders()) {
      if (order.size == 0) continue;
      const Order* ours = gateway_->orders().find(id);
      ASSERT_NE(ours, nullptr) << "order " << id;
      EXPECT_EQ(ours->executed, order.executed) << "order " << id;
      EXPECT_EQ(ours->open(), order.open()) << "order " << id;
      EXPECT_EQ(is_closed(ours->state), !order.live) << "order " << id << name_of(ours->state);
    }
    gateway_->orders().for_each([&](const Order& ours) {
      if (server.orders().contains(ours.client_order_id)) return;
      EXPECT_TRUE(ours.state == OrderState::lost || ours.state == OrderState::rejected)
          << "order " << ours.client_order_id << " is " << name_of(ours.state);
    });
  }

  std::size_t count(record::ReportAction action) const {
    return static_cast<std::size_t>(
        std::count_if(reports.begin(), reports.end(),
                      [action](const auto& report) { return report.action == action; }));
  }

 private:
  void cut() {
    was_cut_ = true;
    to_venue_ = to_client_ = std::nullopt;
    disconnect();
  }

  /// How many of `bytes` go over; the wire breaks behind them when it is fewer, or the last.
  static std::size_t passes(std::optional<std::size_t>& left, std::size_t bytes) {
    if (!left) return bytes;
    const std::size_t count = std::min(*left, bytes);
    *left -= count;
    return count;
  }

  bool move_to_venue() {
    const auto pending = gateway_->take_output();
    if (pending.empty()) return false;
    const std::size_t count = passes(to_venue_, pending.size());
    server.bytes_in(pending.first(count));
    gateway_->output_taken(count);
    sent_bytes_ += count;
    if (to_venue_ == std::size_t{0}) cut();
    return true;
  }

  bool move_to_client() {
    const Bytes pending = server.take_output();
    if (pending.empty()) return false;
    const std::size_t count = passes(to_client_, pending.size());
    const std::size_t step = trickle_ ? 1 : std::max<std::size_t>(count, 1);
    for (std::size_t at = 0; at < count; at += step) {
      const Bytes piece(pending.begin() + static_cast<long>(at),
                        pending.begin() + static_cast<long>(at + std::min(step, count - at)));
      gateway_->bytes_in(piece, now_ns, sink());
    }
    received_bytes_ += count;
    if (to_client_ == std::size_t{0}) cut();
    return true;
  }

  GatewayConfig config_;
  std::unique_ptr<Gateway<Ouch50>> gateway_;
  std::optional<std::size_t> to_venue_;
  std::optional<std::size_t> to_client_;
  std::size_t sent_bytes_ = 0;
  std::size_t received_bytes_ = 0;
  bool was_cut_ = false;
  bool trickle_ = false;
};

}  // namespace hft::order
