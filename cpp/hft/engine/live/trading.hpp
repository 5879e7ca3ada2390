// Trading: one strategy on one order session, behind one interface for the engine's loop.
//
// Strategy and protocol are types, chosen by name at start; one virtual call a packet is what the
// choice costs. Everything here runs on the engine's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "hft/engine/live/log_tap.hpp"
#include "hft/engine/live/order_link.hpp"
#include "hft/engine/trader.hpp"

namespace hft::engine {

/// What a trading shows to other threads, as the engine copies it.
struct TradingCounts {
  std::uint64_t commands = 0;
  std::uint64_t sent = 0;
  std::uint64_t abandoned = 0;
  std::uint64_t connections = 0;
  std::uint64_t reports = 0;
  order::GatewayPhase phase = order::GatewayPhase::down;
  order::SessionVerdict session_verdict = order::SessionVerdict::ok;
  std::uint32_t newest_id = 0;
  std::uint32_t kept_open = 0;
};

class Trading {
 public:
  Trading() = default;
  virtual ~Trading() = default;
  Trading(const Trading&) = delete;
  Trading& operator=(const Trading&) = delete;

  virtual void on_records(std::span<const record::Record> records) noexcept = 0;
  virtual void on_control(const record::ControlEvent& control) noexcept = 0;
  /// The order session: reads, and writes what is to be sent. True when there was something.
  virtual bool poll(std::uint64_t now_ns) = 0;
  virtual void on_time(std::uint64_t now_ns) = 0;
  virtual void flush() noexcept = 0;
  /// No order is open and nothing is on its way.
  virtual bool is_flat() const noexcept = 0;
  virtual void logout(std::uint64_t now_ns) noexcept = 0;
  virtual bool is_gone() const noexcept = 0;
  virtual void allow_ids_below(std::uint32_t limit) noexcept = 0;
  virtual TradingCounts counts() const noexcept = 0;
  virtual std::span<const std::uint64_t> send_verdicts() const noexcept = 0;
};

/// What all tradings need and the engine owns.
struct TradingParts {
  book::OrderBookSet& books;
  risk::Gate& gate;
  LogTap& tap;
  TickToTrade& times;
  const order::InstrumentSymbols& symbols;
};

template <strategy::Strategy S, order::Protocol P>
class TradingOf final : public Trading {
 public:
  TradingOf(const TradingParts& parts, const net::SocketAddress& venue,
            const order::GatewayConfig& gateway, const strategy::Identity& identity,
            std::uint32_t next_client_order_id, S strategy)
      : parts_(parts),
        strategy_(std::move(strategy)),
        actions_(identity, next_client_order_id),
        link_(venue, gateway, parts.symbols),
        trader_({parts.books, parts.gate, strategy_, link_.gateway(), parts.tap, actions_,
                 parts.times}) {}

  void on_records(std::span<const record::Record> records) noexcept override {
    trader_.on_records(records);
    link_.flush();
  }
  void on_control(const record::ControlEvent& control) noexcept override {
    trader_.on_control(control);
    link_.flush();
  }
  bool poll(std::uint64_t now_ns) override {
    const bool busy = link_.poll(now_ns, [this](const auto& report) { trader_.on_report(report); });
    link_.flush();
    return busy;
  }
  void on_time(std::uint64_t now_ns) override {
    link_.on_time(now_ns, [this](const auto& report) { trader_.on_report(report); });
    link_.flush();
  }
  void flush() noexcept override { link_.flush(); }
  bool is_flat() const noexcept override {
    return parts_.gate.shared().actor_totals()[risk::GateConfig::firm()].open_orders == 0;
  }
  void logout(std::uint64_t now_ns) noexcept override {
    link_.stop_connecting();
    link_.gateway().logout(now_ns);
    link_.flush();
  }
  bool is_gone() const noexcept override { return !link_.is_open(); }
  void allow_ids_below(std::uint32_t limit) noexcept override {
    link_.gateway().allow_ids_below(limit);
  }
  TradingCounts counts() const noexcept override {
    const order::Gateway<P>& gateway = link_.gateway();
    return {trader_.commands(),          trader_.sent(),
            trader_.abandoned(),         link_.connections(),
            gateway.counters().reports,  gateway.phase(),
            gateway.session().verdict(), actions_.next_client_order_id() - 1,
            gateway.kept_open()};
  }
  std::span<const std::uint64_t> send_verdicts() const noexcept override {
    return link_.gateway().counters().sends;
  }

 private:
  TradingParts parts_;
  S strategy_;
  strategy::Actions actions_;
  OrderLink<P> link_;
  Trader<S, order::Gateway<P>, LogTap> trader_;
};

}  // namespace hft::engine
