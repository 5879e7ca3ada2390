// What people change: limits, kills of every scope, positions; and what is refused to them.
#include "risk/gate_fixture.hpp"

namespace hft::risk {
namespace {

using GateControls = GateTest;

OrderCommand of(OrderCommand command, std::uint8_t strategy, std::uint8_t account,
                std::uint32_t instrument = 1) {
  command.strategy = strategy;
  command.account = account;
  command.instrument = instrument;
  return command;
}

TEST(GateLimits, ANewGateRefusesEverything) {
  Gate gate(GateConfig{});
  OrderCommand command{};
  command.kind = record::Kind::order_command;
  command.action = CommandAction::enter;
  command.client_order_id = 1;
  EXPECT_EQ(gate.check(command).verdict, Verdict::limits);
}

TEST_F(GateControls, EveryLimitIsRequired) {
  for (const LimitInfo& missing : limit_table) {
    Gate fresh(small_config());
    std::swap(fresh, gate);
    clock(0);
    open_market();
    session(ReportAction::session_up, 0, 1);
    for (const LimitInfo& info : limit_table) {
      if (info.limit == missing.limit) continue;
      for (const Scope scope : {Scope::firm, Scope::account, Scope::strategy, Scope::instrument}) {
        if ((info.scopes & bit_of(scope)) != 0) set(scope, 0, info.limit, wide_value(info));
      }
    }
    std::vector<Scope> scopes;
    for (const Scope scope : {Scope::firm, Scope::account, Scope::strategy, Scope::instrument}) {
      if ((missing.scopes & bit_of(scope)) != 0) scopes.push_back(scope);
    }
    for (const Scope scope : scopes) {
      EXPECT_EQ(check(order()), Verdict::limits) << missing.name;
      set(scope, 0, missing.limit, wide_value(missing));
    }
    EXPECT_EQ(check(order()), Verdict::passed) << missing.name;
  }
}

TEST_F(GateControls, LooseningNeedsAReasonTighteningDoesNot) {
  const auto change = [this](Limit limit, Scope scope, std::int64_t from, std::int64_t to) {
    EXPECT_EQ(set(scope, 0, limit, from), ControlVerdict::applied);
    return set(scope, 0, limit, to, record::instrument_all, "");
  };
  const auto applied = ControlVerdict::applied, refused = ControlVerdict::no_reason;
  EXPECT_EQ(change(Limit::order_size, Scope::firm, 100, 99), applied);
  EXPECT_EQ(change(Limit::order_size, Scope::firm, 100, 100), applied);
  EXPECT_EQ(change(Limit::order_size, Scope::firm, 100, 101), refused);
  EXPECT_EQ(change(Limit::band_low_e9, Scope::instrument, 100, 101), applied);
  EXPECT_EQ(change(Limit::band_low_e9, Scope::instrument, 100, 99), refused);
  EXPECT_EQ(change(Limit::order_kinds, Scope::account, 0b110, 0b010), applied);
  EXPECT_EQ(change(Limit::order_kinds, Scope::account, 0b110, 0b001), refused)
      << "fewer, yet other";
  EXPECT_EQ(change(Limit::tick_e9, Scope::instrument, 10, 20), refused);
  EXPECT_EQ(change(Limit::trader_id, Scope::strategy, 1, 2), refused);
  EXPECT_EQ(change(Limit::duplicate_window_ns, Scope::strategy, 10, 9), refused);
}

TEST_F(GateControls, ARefusedChangeChangesNothing) {
  set(Scope::firm, 0, Limit::order_size, 100);
  EXPECT_EQ(set(Scope::firm, 0, Limit::order_size, 200, record::instrument_all, "   "),
            ControlVerdict::no_reason);
  EXPECT_EQ(check(order(Side::bid, 101)), Verdict::order_size);
  EXPECT_EQ(gate.shared().header().controls_refused, 1u);
}

TEST_F(GateControls, TighteningActsAtOnce) {
  EXPECT_EQ(check(order(Side::bid, 101)), Verdict::passed);
  set(Scope::strategy, 0, Limit::order_size, 100, record::instrument_all, "");
  EXPECT_EQ(check(order(Side::bid, 101)), Verdict::order_size);
  EXPECT_EQ(check(of(order(Side::bid, 101), 1, 0)), Verdict::passed) << "of strategy 0 only";
}

TEST_F(GateControls, LimitsOfAnAccountBindAllItsStrategies) {
  set(Scope::account, 0, Limit::order_size, 100);
  EXPECT_EQ(check(of(order(Side::bid, 101), 1, 0)), Verdict::order_size);
  EXPECT_EQ(check(of(order(Side::bid, 101), 2, 1)), Verdict::passed);
}

TEST_F(GateControls, LimitsOfAllInstrumentsAndOfOne) {
  set(Scope::instrument, 0, Limit::order_size, 100);
  set(Scope::instrument, 0, Limit::order_size, 50, 2);
  EXPECT_EQ(check(order(Side::bid, 100)), Verdict::passed);
  EXPECT_EQ(check(of(order(Side::bid, 100), 0, 0, 2)), Verdict::order_size);
  EXPECT_EQ(set(Scope::instrument, 0, Limit::order_size, 80, record::instrument_all, ""),
            ControlVerdict::no_reason)
      << "tighter for most, looser for instrument 2";
}

TEST_F(GateControls, LimitsThatMakeNoSense) {
  const auto with = [this](std::uint8_t limit, Scope scope, std::uint32_t id, std::int64_t value,
                           std::uint32_t instrument = record::instrument_all) {
    return set(scope, id, Limit{limit}, value, instrument);
  };
  EXPECT_EQ(with(0, Scope::firm, 0, 1), ControlVerdict::unknown_limit);
  EXPECT_EQ(with(21, Scope::firm, 0, 1), ControlVerdict::unknown_limit);
  EXPECT_EQ(with(255, Scope::firm, 0, 1), ControlVerdict::unknown_limit);
  EXPECT_EQ(with(10, Scope::firm, 0, 1), ControlVerdict::bad_scope);
  EXPECT_EQ(with(32, Scope::account, 0, 1), ControlVerdict::bad_scope);
  EXPECT_EQ(with(5, Scope::none, 0, 1), ControlVerdict::bad_scope);
  EXPECT_EQ(with(5, Scope{9}, 0, 1), ControlVerdict::bad_scope);
  EXPECT_EQ(with(5, Scope::account, 2, 1), ControlVerdict::unknown_scope_id);
  EXPECT_EQ(with(5, Scope::strategy, 3, 1), ControlVerdict::unknown_scope_id);
  EXPECT_EQ(with(5, Scope::instrument, 0, 1, 8), ControlVerdict::unknown_scope_id);
  EXPECT_EQ(with(40, Scope::strategy, 0, 2), ControlVerdict::out_of_range);
  ControlEvent event = control(ControlAction::none);
  EXPECT_EQ(tell(event, "x"), ControlVerdict::unknown_action);
  event.action = ControlAction{8};
  EXPECT_EQ(tell(event, "x"), ControlVerdict::unknown_action);
}

TEST_F(GateControls, RangesOfEveryLimit) {
  for (const LimitInfo& info : limit_table) {
    const Scope scope = (info.scopes & of_strategy) != 0     ? Scope::strategy
                        : (info.scopes & of_instrument) != 0 ? Scope::instrument
                                                             : Scope::firm;
    const bool is_index = info.limit == Limit::permitted_account;
    const std::int64_t largest = is_index ? 1 : info.most;
    EXPECT_EQ(set(scope, 0, info.limit, info.least), ControlVerdict::applied) << info.name;
    EXPECT_EQ(set(scope, 0, info.limit, largest), ControlVerdict::applied) << info.name;
    EXPECT_EQ(set(scope, 0, info.limit, info.least - 1), ControlVerdict::out_of_range) << info.name;
    EXPECT_EQ(set(scope, 0, info.limit, largest + 1), ControlVerdict::out_of_range) << info.name;
  }
}

TEST_F(GateControls, KillsOfEveryScope) {
  struct Case {
    ControlEvent kill;
    bool strategy_0, strategy_1, strategy_2, instrument_2;  // who may still send
  };
  const Case cases[] = {
      {control(ControlAction::kill, Scope::firm), false, false, false, false},
      {control(ControlAction::kill, Scope::account, 0), false, false, true, false},
      {control(ControlAction::kill, Scope::strategy, 0), false, true, true, false},
      {control(ControlAction::kill, Scope::instrument, 0, 1), false, false, false, true},
  };
  for (Case one : cases) {
    const OrderCommand open = sent(order());
    const auto verdict = [](bool may) { return may ? Verdict::passed : Verdict::killed; };
    EXPECT_EQ(tell(one.kill, ""), ControlVerdict::applied) << "a kill needs no reason";
    EXPECT_EQ(check(of(order(), 0, 0)), verdict(one.strategy_0));
    EXPECT_EQ(check(of(order(), 1, 0)), verdict(one.strategy_1));
    EXPECT_EQ(check(of(order(), 2, 1)), verdict(one.strategy_2));
    EXPECT_EQ(check(of(order(), 0, 0, 2)), verdict(one.instrument_2));
    EXPECT_EQ(check(replace(open, 100, 100 * unit)), Verdict::killed);
    EXPECT_EQ(check(cancel(open)), Verdict::passed);
    one.kill.action = ControlAction::resume;
    EXPECT_EQ(tell(one.kill, ""), ControlVerdict::no_reason);
    EXPECT_EQ(check(order()), Verdict::killed);
    EXPECT_EQ(tell(one.kill, "all clear"), ControlVerdict::applied);
    EXPECT_EQ(check(order()), Verdict::passed);
  }
}

TEST_F(GateControls, KillsOfDifferentScopesAddUp) {
  tell(control(ControlAction::kill, Scope::firm), "");
  tell(control(ControlAction::kill, Scope::strategy, 0), "");
  tell(control(ControlAction::resume, Scope::firm), "x");
  EXPECT_EQ(check(order()), Verdict::killed);
  EXPECT_EQ(check(of(order(), 1, 0)), Verdict::passed);
}

TEST_F(GateControls, KillsThatMakeNoSense) {
  EXPECT_EQ(tell(control(ControlAction::kill), ""), ControlVerdict::bad_scope);
  EXPECT_EQ(tell(control(ControlAction::kill, Scope::strategy, 3), ""),
            ControlVerdict::unknown_scope_id);
  EXPECT_EQ(tell(control(ControlAction::kill, Scope::instrument), ""),
            ControlVerdict::unknown_scope_id);
}

TEST_F(GateControls, HaltStopsAllUntilResumed) {
  tell(control(ControlAction::halt), "engine");
  EXPECT_EQ(check(of(order(), 2, 1)), Verdict::fill_fault);
  tell(control(ControlAction::resume, Scope::strategy, 2), "x");
  EXPECT_EQ(check(of(order(), 2, 1)), Verdict::fill_fault);
  tell(control(ControlAction::resume, Scope::firm), "x");
  EXPECT_EQ(check(of(order(), 2, 1)), Verdict::passed);
}

TEST_F(GateControls, CancelsArePassedByAllLimits) {
  const OrderCommand open = sent(order());
  set(Scope::strategy, 0, Limit::messages_per_second, 0);
  set(Scope::firm, 0, Limit::order_size, 0);
  tell(control(ControlAction::halt), "engine");
  status(record::StatusAction::trading, 1, 'H');
  EXPECT_EQ(check(cancel(open)), Verdict::passed);
  OrderCommand wrong = cancel(open);
  wrong.instrument = 2;
  EXPECT_EQ(check(wrong), Verdict::unknown_order);
  wrong = cancel(open);
  wrong.channel = 1;
  EXPECT_EQ(check(wrong), Verdict::unknown_order);
  wrong = cancel(open);
  wrong.client_order_id = 77;
  EXPECT_EQ(check(wrong), Verdict::unknown_order);
  wrong.client_order_id = 0;
  EXPECT_EQ(check(wrong), Verdict::malformed);
  EXPECT_EQ(held(firm).open_bid_size, 100) << "a cancel frees nothing until it is answered";
}

TEST_F(GateControls, PositionsFromBefore) {
  EXPECT_EQ(hold(0, 1, 500), ControlVerdict::applied);
  EXPECT_EQ(hold(1, 1, -200), ControlVerdict::applied);
  EXPECT_EQ(held(account_0).position, 500);
  EXPECT_EQ(held(account_1).position, -200);
  EXPECT_EQ(held(firm).position, 300);
  EXPECT_EQ(held(strategy_0).position, 0);
  EXPECT_EQ(hold(0, 1, 400), ControlVerdict::applied);
  EXPECT_EQ(held(firm).position, 200) << "set, not added";
  EXPECT_EQ(totals(firm).result_e9, 0);
  EXPECT_EQ(hold(2, 1, 1), ControlVerdict::unknown_scope_id);
  EXPECT_EQ(hold(0, 8, 1), ControlVerdict::unknown_scope_id);
  EXPECT_EQ(hold(0, 1, position_most + 1), ControlVerdict::out_of_range);
  EXPECT_EQ(hold(0, 1, -position_most - 1), ControlVerdict::out_of_range);
  ControlEvent event = control(ControlAction::position, Scope::strategy, 0, 1);
  EXPECT_EQ(tell(event, ""), ControlVerdict::bad_scope);
}

TEST_F(GateControls, TimeNeverGoesBack) {
  now += 10 * second_ns;
  tell(control(ControlAction::time), "");
  EXPECT_EQ(gate.now_ns(), now);
  now -= 5 * second_ns;
  tell(control(ControlAction::time), "");
  EXPECT_EQ(gate.now_ns(), now + 5 * second_ns);
}

TEST(LimitTable, IsInOrderAndFitsItsBlocks) {
  int before = 0;
  for (const LimitInfo& info : limit_table) {
    const int number = static_cast<int>(info.limit);
    EXPECT_GT(number, before);
    EXPECT_LT(info.least, info.most);
    if ((info.scopes & of_instrument) != 0) {
      EXPECT_LE(number, 22) << info.name;
    }
    EXPECT_LE(number, 46) << info.name;
    before = number;
  }
}

}  // namespace
}  // namespace hft::risk
