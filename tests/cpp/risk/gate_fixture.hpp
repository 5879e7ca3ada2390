// A gate that lets a plain order pass, and short ways to say what happens to it.
//
// One feed of 8 instruments, two accounts, three strategies (0 and 1 for account 0, 2 for account
// 1), two order sessions. All limits are wide; a test narrows the one it is about.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <string_view>

#include "hft/risk/gate.hpp"

namespace hft::risk {

using record::CommandAction;
using record::ControlAction;
using record::ControlEvent;
using record::OrderCommand;
using record::OrderReport;
using record::ReportAction;
using record::Scope;
using record::Side;

inline constexpr std::int64_t unit = 1'000'000'000;  // one currency unit in 1e-9
inline constexpr std::int64_t cent = unit / 100;
inline constexpr std::uint64_t second_ns = 1'000'000'000;
inline constexpr std::uint64_t start_ns = 1'000'000 * second_ns;

/// Values that refuse nothing the tests send unless told.
inline std::int64_t wide_value(const LimitInfo& info) {
  switch (info.limit) {
    case Limit::tick_e9: return cent;
    case Limit::tick_below_one_e9: return unit / 10'000;
    case Limit::lot_size: return 1;
    case Limit::band_low_e9:
    case Limit::reference_price_e9:
    case Limit::duplicate_window_ns:
    case Limit::repeat_window_ns: return 0;
    case Limit::permitted_account: return 0;
    case Limit::algorithm_id: return 7;
    case Limit::trader_id: return 9;
    case Limit::repeat_orders: return count_most;
    default: return info.most;
  }
}

class GateTest : public testing::Test {
 protected:
  static GateConfig small_config() { return {1, 8, 2, 3, 2, 256, 64}; }

  explicit GateTest(SharedState shared = SharedState::anonymous(small_config()))
      : gate(small_config(), std::move(shared)) {
    widen();
    EXPECT_EQ(set(Scope::strategy, 2, Limit::permitted_account, 1), ControlVerdict::applied);
    clock(0);
    open_market();
    session(ReportAction::session_up, 0, 1);
    session(ReportAction::session_up, 1, 1);
  }

  void widen() {
    for (const LimitInfo& info : limit_table) {
      const std::int64_t value = wide_value(info);
      for (const Scope scope : {Scope::firm, Scope::account, Scope::strategy}) {
        if ((info.scopes & bit_of(scope)) == 0) continue;
        const std::uint32_t ids = scope == Scope::firm ? 1 : scope == Scope::account ? 2 : 3;
        for (std::uint32_t id = 0; id < ids; ++id) set(scope, id, info.limit, value);
      }
      if ((info.scopes & of_instrument) != 0) {
        set(Scope::instrument, 0, info.limit, value, record::instrument_all);
      }
    }
  }

  void open_market() {
    status(record::StatusAction::system, record::instrument_all, 'Q');
    for (std::uint32_t instrument = 0; instrument < 8; ++instrument) {
      name(instrument);
      status(record::StatusAction::trading, instrument, 'T');
      touch(instrument, 100 * unit, 100 * unit + 2 * cent);
    }
  }

  // What the market says.
  void name(std::uint32_t instrument, char category = 'Q', std::int64_t price_unit = 100'000) {
    record::InstrumentEvent event{};
    event.kind = record::Kind::instrument;
    event.instrument = instrument;
    event.receive_time_ns = now;
    event.round_lot_size = 100;
    event.market_category = category;
    event.price_unit_e9 = price_unit;
    event.venue = record::Venue::xnas;
    gate.on_instrument(event);
  }
  void status(record::StatusAction action, std::uint32_t instrument, char state) {
    record::StatusEvent event{};
    event.kind = record::Kind::status;
    event.action = action;
    event.instrument = instrument;
    event.receive_time_ns = now;
    event.state = state;
    event.venue = record::Venue::xnas;
    gate.on_status(event);
  }
  void touch(std::uint32_t instrument, std::int64_t bid, std::int64_t ask, std::uint8_t flags = 0) {
    record::Touch event{};
    event.kind = record::Kind::touch;
    event.instrument = instrument;
    event.receive_time_ns = now;
    event.bid_price_e9 = bid;
    event.ask_price_e9 = ask;
    event.flags = flags;
    event.venue = record::Venue::xnas;
    gate.on_touch(event);
  }

  // What people say.
  static ControlEvent control(ControlAction action, Scope scope = Scope::none, std::uint32_t id = 0,
                              std::uint32_t instrument = record::instrument_all) {
    ControlEvent event{};
    event.kind = record::Kind::control;
    event.action = action;
    event.scope = scope;
    event.scope_id = id;
    event.instrument = instrument;
    return event;
  }
  ControlVerdict tell(const ControlEvent& told, std::string_view reason) {
    ControlEvent event = told;
    event.event_time_ns = now;
    event.reason.fill(' ');
    std::memcpy(event.reason.data(), reason.data(), reason.size());
    return gate.on_control(event);
  }
  ControlVerdict set(Scope scope, std::uint32_t id, Limit limit, std::int64_t value,
                     std::uint32_t instrument = record::instrument_all,
                     std::string_view reason = "test") {
    ControlEvent event = control(ControlAction::limit, scope, id, instrument);
    event.limit = static_cast<std::uint8_t>(limit);
    event.value = value;
    return tell(event, reason);
  }
  ControlVerdict clock(std::int64_t offset_ns) {
    ControlEvent event = control(ControlAction::clock);
    event.value = offset_ns;
    return tell(event, "");
  }
  ControlVerdict hold(std::uint32_t account, std::uint32_t instrument, std::int64_t shares) {
    ControlEvent event = control(ControlAction::position, Scope::account, account, instrument);
    event.value = shares;
    return tell(event, "");
  }

  // What we want.
  OrderCommand order(Side side = Side::bid, std::uint32_t size = 100,
                     std::int64_t price = 100 * unit) {
    OrderCommand command{};
    command.kind = record::Kind::order_command;
    command.action = CommandAction::enter;
    command.instrument = 1;
    command.receive_time_ns = now;
    command.client_order_id = next_id++;
    command.size = size;
    command.side = side;
    command.price_e9 = price;
    command.venue = record::Venue::xnas;
    if (side == Side::ask) command.flags = record::command_short_sale;
    return command;
  }
  OrderCommand replace(const OrderCommand& original, std::uint32_t size, std::int64_t price) {
    OrderCommand command = order(original.side, size, price);
    command.action = CommandAction::replace;
    command.original_client_order_id = original.client_order_id;
    return command;
  }
  OrderCommand cancel(const OrderCommand& original) {
    OrderCommand command = original;
    command.action = CommandAction::cancel;
    command.receive_time_ns = now;
    command.price_e9 = record::price_null;
    return command;
  }
  Verdict check(const OrderCommand& command) { return gate.check(command).verdict; }

  /// One that passes.
  OrderCommand sent(const OrderCommand& command) {
    EXPECT_EQ(check(command), Verdict::passed);
    return command;
  }

  // What the venue answers.
  ReportVerdict report(const OrderCommand& of, ReportAction action, std::uint32_t size = 0,
                       std::int64_t price = record::price_null, std::uint64_t reference = 0,
                       std::uint8_t reason = 'L') {
    OrderReport event{};
    event.kind = record::Kind::order_report;
    event.action = action;
    event.instrument = of.instrument;
    event.receive_time_ns = now;
    event.sequence_number = ++last_report;
    event.client_order_id = of.client_order_id;
    event.size = size;
    event.side = of.side;
    event.price_e9 = price;
    event.reference = reference;
    event.reason = reason;
    event.channel = of.channel;
    return gate.on_report(event);
  }
  ReportVerdict fill(const OrderCommand& of, std::uint32_t size, std::int64_t price,
                     std::uint64_t reference = 1) {
    return report(of, ReportAction::executed, size, price, reference);
  }
  ReportVerdict session(ReportAction action, std::uint8_t channel, std::uint32_t next) {
    OrderReport event{};
    event.kind = record::Kind::order_report;
    event.action = action;
    event.instrument = record::instrument_all;
    event.receive_time_ns = now;
    event.sequence_number = next;
    event.channel = channel;
    return gate.on_report(event);
  }

  const Holding& held(std::size_t actor, std::size_t instrument = 1) const {
    return gate.shared().holdings()[instrument * small_config().actors() + actor];
  }
  const ActorTotals& totals(std::size_t actor) const { return gate.shared().actor_totals()[actor]; }

  static constexpr std::size_t firm = 0, account_0 = 1, account_1 = 2, strategy_0 = 3,
                               strategy_1 = 4, strategy_2 = 5;

  Gate gate;
  std::uint64_t now = start_ns;
  std::uint32_t next_id = 1;
  std::uint32_t last_report = 0;
};

}  // namespace hft::risk
