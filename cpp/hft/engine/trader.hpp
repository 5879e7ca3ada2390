// Trader: from one feed's records to orders and back, on one thread: book, gate, strategy, gateway.
//
// All that can change a decision comes in through three calls, in one sequence: records, reports
// and controls. The clock is that of the sequence. So a replay of the same inputs makes the same
// orders, byte for byte, whether they came from sockets, a capture or a test.
//
// `Gateway` sends what the gate has passed; `Tap` is shown every command, report and control in the
// order in which they took effect (a log, a ring, nothing).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "hft/book/order_book.hpp"
#include "hft/engine/own_past.hpp"
#include "hft/engine/tick_to_trade.hpp"
#include "hft/order/gateway.hpp"
#include "hft/record/control_event.hpp"
#include "hft/record/instrument_event.hpp"
#include "hft/record/order_report.hpp"
#include "hft/record/status_event.hpp"
#include "hft/risk/gate.hpp"
#include "hft/strategy/strategy.hpp"

namespace hft::engine {

/// `reason` of a refusal by the gateway: this and its order::SendVerdict. Smaller ones are the
/// gate's, a risk::Verdict.
inline constexpr std::uint8_t reason_not_sent = 128;

/// The report by which a strategy learns that its command went nowhere: `rejected`, with number 0.
inline record::OrderReport refusal_of(const record::OrderCommand& command,
                                      std::uint8_t reason) noexcept {
  record::OrderReport out{};
  out.event_time_ns = command.event_time_ns;
  out.receive_time_ns = command.receive_time_ns;
  out.instrument = command.instrument;
  out.kind = record::Kind::order_report;
  out.action = command.action == record::CommandAction::cancel
                   ? record::ReportAction::cancel_rejected
                   : record::ReportAction::rejected;
  out.size = command.size;
  out.side = command.side;
  out.reason = reason;
  out.price_e9 = command.price_e9;
  out.client_order_id = command.client_order_id;
  out.venue = command.venue;
  out.channel = command.channel;
  return out;
}

template <strategy::Strategy S, class Gateway, class Tap>
class Trader {
 public:
  /// Most records of one call: a block of a feed handler.
  static constexpr std::size_t records_max = 128;

  /// All parts are the caller's and outlive the trader.
  struct Parts {
    book::OrderBookSet& books;
    risk::Gate& gate;
    S& strategy;
    Gateway& gateway;
    Tap& tap;
    strategy::Actions& actions;
    TickToTrade& times;
  };

  explicit Trader(const Parts& parts) : parts_(parts), past_(parts.actions.identity().account) {}

  /// Records of one packet, at most records_max. The books are brought up to the packet's end
  /// first; then each message is shown in turn, with its touch if it made one.
  void on_records(std::span<const record::Record> records) noexcept {
    parts_.times.reach(TickToTrade::decoded);
    const std::size_t touched = parts_.books.apply(records, touches_);
    parts_.times.reach(TickToTrade::applied);
    std::span<const record::Touch> touches(touches_.data(), touched);
    for (const record::Record& seen : records) {
      show(seen);
      const bool last = record::as<record::OrderEvent>(seen).flags & record::flag_last;
      if (last && !touches.empty() && same_message(touches.front(), seen)) {
        show(touches.front());
        touches = touches.subspan(1);
      }
    }
  }

  /// What the venue says, in the order of the session. Until the first reconciliation it tells what
  /// an earlier run has done: that becomes positions, for neither gate nor strategy knows those
  /// orders.
  void on_report(const record::OrderReport& report) noexcept {
    if (past_.is_over()) return take(report);
    if (report.action != record::ReportAction::session_up) {
      past_.add(report);
      return parts_.tap(record::as<record::Record>(report));
    }
    past_.finish(report, [this](const record::ControlEvent& control) { on_control(control); });
    take(report);
  }

  /// What people and timers say.
  void on_control(const record::ControlEvent& control) noexcept {
    parts_.times.end();
    parts_.gate.on_control(control);
    parts_.tap(record::as<record::Record>(control));
    if (control.action == record::ControlAction::kill) cancel_open_orders(control);
    parts_.actions.begin(control);
    parts_.strategy.on_time(control.event_time_ns, parts_.actions);
    carry_out();
  }

  std::uint64_t commands() const noexcept { return commands_; }
  std::uint64_t sent() const noexcept { return sent_; }
  std::uint64_t abandoned() const noexcept { return abandoned_; }

 private:
  /// A strategy may answer a refusal with another command; so often, and no more.
  static constexpr int rounds_max = 4;

  static bool same_message(const record::Touch& touch, const record::Record& seen) noexcept {
    return record::sequence_number_of(touch) == record::sequence_number_of(seen) &&
           touch.instrument == seen.instrument;
  }

  void take(const record::OrderReport& report) noexcept {
    parts_.gate.on_report(report);
    parts_.tap(record::as<record::Record>(report));
    parts_.actions.begin(report);
    parts_.strategy.on_report(report, parts_.actions);
    carry_out();
  }

  void show(const record::Record& seen) noexcept {
    if (seen.kind == record::Kind::status)
      parts_.gate.on_status(record::as<record::StatusEvent>(seen));
    else if (seen.kind == record::Kind::instrument)
      parts_.gate.on_instrument(record::as<record::InstrumentEvent>(seen));
    parts_.actions.begin(seen);
    parts_.strategy.on_record(seen, parts_.actions);
    carry_out();
  }

  void show(const record::Touch& touch) noexcept {
    parts_.gate.on_touch(touch);
    parts_.actions.begin(touch);
    parts_.strategy.on_touch(touch, parts_.actions);
    carry_out();
  }

  /// Takes what the strategy wants to the gate, and what the gate lets through to the gateway.
  void carry_out() noexcept {
    for (int round = 0; !parts_.actions.commands().empty(); ++round) {
      if (round == rounds_max) return abandon();
      parts_.times.reach(TickToTrade::decided);
      std::size_t refused = 0;
      for (const record::OrderCommand& command : parts_.actions.commands()) {
        const std::uint8_t reason = submit(command);
        if (reason != 0) refusals_[refused++] = refusal_of(command, reason);
      }
      parts_.actions.begin(record::as<record::Record>(refusals_[0]));  // forgets the commands
      for (std::size_t i = 0; i < refused; ++i) tell(refusals_[i]);
    }
  }

  void tell(const record::OrderReport& refusal) noexcept {
    parts_.tap(record::as<record::Record>(refusal));
    parts_.strategy.on_report(refusal, parts_.actions);
  }

  /// Returns 0, or why the command did not leave.
  std::uint8_t submit(const record::OrderCommand& command) noexcept {
    ++commands_;
    parts_.tap(record::as<record::Record>(command));
    const risk::Checked checked = parts_.gate.check(command);
    parts_.times.reach(TickToTrade::passed);
    if (checked.passed == nullptr) return static_cast<std::uint8_t>(checked.verdict);
    const order::SendVerdict verdict = parts_.gateway.send(*checked.passed);
    if (verdict != order::SendVerdict::sent) {
      const auto reason =
          static_cast<std::uint8_t>(reason_not_sent + static_cast<std::uint8_t>(verdict));
      parts_.gate.on_report(refusal_of(command, reason));  // what never left is not in flight
      return reason;
    }
    parts_.times.reach(TickToTrade::encoded);
    ++sent_;
    return 0;
  }

  void abandon() noexcept { abandoned_ += parts_.actions.commands().size(); }

  /// What a kill is about leaves the venue too. The gate lets cancels through.
  void cancel_open_orders(const record::ControlEvent& kill) noexcept {
    parts_.gateway.orders().for_each([&](const order::Order& order) {
      if (order::is_closed(order.state) || !is_about(kill, order)) return;
      record::OrderCommand command{};
      command.event_time_ns = kill.event_time_ns;
      command.receive_time_ns = kill.receive_time_ns;
      command.sequence_number = kill.sequence_number;
      command.sequence_number_high = kill.sequence_number_high;
      command.instrument = order.instrument;
      command.kind = record::Kind::order_command;
      command.action = record::CommandAction::cancel;
      command.client_order_id = order.client_order_id;
      command.price_e9 = record::price_null;
      command.strategy = order.strategy;
      command.account = order.account;
      command.venue = order.venue;
      command.channel = order.channel;
      submit(command);
    });
  }

  static bool is_about(const record::ControlEvent& kill, const order::Order& order) noexcept {
    switch (kill.scope) {
      case record::Scope::firm: return true;
      case record::Scope::account: return kill.scope_id == order.account;
      case record::Scope::strategy: return kill.scope_id == order.strategy;
      case record::Scope::instrument: return kill.instrument == order.instrument;
      case record::Scope::none: break;
    }
    return false;
  }

  Parts parts_;
  OwnPast past_;
  std::uint64_t commands_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t abandoned_ = 0;
  std::array<record::OrderReport, strategy::Actions::capacity> refusals_{};
  std::array<record::Touch, records_max> touches_;
};

}  // namespace hft::engine
