// The checks of an order beside all others: positions, money, rates, our own orders on the other
// side.
#include "risk/gate_fixture.hpp"

namespace hft::risk {
namespace {

constexpr std::int64_t mark = 100 * unit + cent;
constexpr std::int64_t hundred_shares_e6 = 10'000'000'000;  // 100 shares at 100.00

using GateSums = GateTest;

/// The three actors of an order of strategy 0 and account 0.
constexpr Scope actors[] = {Scope::firm, Scope::account, Scope::strategy};

TEST_F(GateSums, AnOrderCountsFromTheMomentItPasses) {
  sent(order(Side::bid, 300));
  for (const std::size_t actor : {firm, account_0, strategy_0}) {
    EXPECT_EQ(held(actor).open_bid_size, 300);
    EXPECT_EQ(held(actor).position, 0);
    EXPECT_EQ(held(actor).open_orders, 1u);
    EXPECT_EQ(totals(actor).open_value_e6, 3 * hundred_shares_e6);
    EXPECT_EQ(totals(actor).exposure_value_e6, value_of(mark, 300));
    EXPECT_EQ(totals(actor).open_orders, 1u);
  }
  EXPECT_EQ(held(account_1).open_bid_size, 0);
  EXPECT_EQ(held(strategy_1).open_bid_size, 0);
}

TEST_F(GateSums, Position) {
  for (const Scope scope : {Scope::firm, Scope::account, Scope::strategy, Scope::instrument}) {
    for (const Side side : {Side::bid, Side::ask}) {
      set(scope, 0, Limit::position_size, 500);
      const OrderCommand first = sent(order(side, 300));
      EXPECT_EQ(check(order(side, 201)), Verdict::position);
      const OrderCommand second = sent(order(side, 199));
      EXPECT_EQ(check(order(side, 2)), Verdict::position);
      const OrderCommand third = sent(order(side, 1));
      EXPECT_EQ(check(order(side, 1)), Verdict::position);
      for (const OrderCommand& one : {first, second, third}) report(one, ReportAction::rejected);
    }
    set(scope, 0, Limit::position_size, position_most);
  }
}

TEST_F(GateSums, PositionsCountWithWhatIsOpen) {
  hold(0, 1, 400);
  set(Scope::account, 0, Limit::position_size, 500);
  EXPECT_EQ(check(order(Side::bid, 101)), Verdict::position);
  const OrderCommand bid = sent(order(Side::bid, 100, 99 * unit));
  EXPECT_EQ(check(order(Side::ask, 901)), Verdict::position) << "400 - 901 is beyond -500";
  EXPECT_EQ(check(order(Side::ask, 900)), Verdict::passed) << "bids may not trade";
  fill(bid, 100, 99 * unit);
  EXPECT_EQ(held(account_0).position, 500);
}

TEST_F(GateSums, APositionBeyondItsLimitMayBeReduced) {
  hold(0, 1, 1'000);
  set(Scope::firm, 0, Limit::position_size, 500);
  set(Scope::firm, 0, Limit::exposure_value_e6, 0);
  set(Scope::firm, 0, Limit::loss_value_e6, 0);
  touch(1, 99 * unit, 99 * unit);
  EXPECT_EQ(check(order(Side::bid, 1, 99 * unit)), Verdict::position);
  EXPECT_EQ(check(order(Side::ask, 1'000, 99 * unit)), Verdict::passed);
}

TEST_F(GateSums, PositionsOfTheLargestSizes) {
  hold(0, 1, position_most);
  EXPECT_EQ(check(order(Side::bid, 1)), Verdict::position);
}

TEST_F(GateSums, OpenOrders) {
  for (const Scope scope : {Scope::firm, Scope::account, Scope::strategy, Scope::instrument}) {
    set(scope, 0, Limit::open_orders, 2);
    const OrderCommand first = sent(order());
    const OrderCommand second = sent(order());
    EXPECT_EQ(check(order()), Verdict::open_orders);
    report(first, ReportAction::rejected);
    const OrderCommand third = sent(order());
    EXPECT_EQ(check(order()), Verdict::open_orders);
    set(scope, 0, Limit::open_orders, count_most);
    report(second, ReportAction::rejected);
    report(third, ReportAction::rejected);
  }
}

TEST_F(GateSums, GrossValue) {
  for (std::uint32_t k = 0; k < 3; ++k) {
    const std::int64_t before = totals(firm).executed_value_e6;
    set(actors[k], 0, Limit::gross_value_e6, before + 3 * hundred_shares_e6);
    const OrderCommand first = sent(order());
    fill(first, 100, 100 * unit, k + 1);
    const OrderCommand second = sent(order(Side::ask));
    EXPECT_EQ(check(order(Side::ask, 101)), Verdict::gross_value);
    const OrderCommand third = sent(order(Side::ask, 100));
    EXPECT_EQ(check(order(Side::ask, 1)), Verdict::gross_value) << "nothing left";
    report(second, ReportAction::rejected);
    report(third, ReportAction::rejected);
    EXPECT_EQ(check(order(Side::ask, 201)), Verdict::gross_value);
    report(sent(order(Side::ask, 200)), ReportAction::rejected);
    set(actors[k], 0, Limit::gross_value_e6, value_most);
  }
}

TEST_F(GateSums, GrossValueOfTheLargestFills) {
  touch(1, 90'000'000 * unit, 90'000'000 * unit);
  for (std::uint32_t i = 1; i <= 4; ++i) {  // each worth 9e9 currency units
    const Side side = i % 2 == 1 ? Side::bid : Side::ask;
    fill(sent(order(side, 100, 90'000'000 * unit)), 100, 90'000'000 * unit, i);
  }
  EXPECT_EQ(totals(firm).executed_value_e6, 4 * 9'000'000'000'000'000);
  sent(order(Side::bid, 100, 90'000'000 * unit));
  EXPECT_EQ(check(order(Side::bid, 100, 90'000'000 * unit)), Verdict::exposure)
      << "200 shares do not fit into a value";
}

TEST_F(GateSums, Exposure) {
  for (const Scope scope : actors) {
    set(scope, 0, Limit::exposure_value_e6, value_of(mark, 300));
    const OrderCommand bid = sent(order(Side::bid, 200, 99 * unit));
    EXPECT_EQ(check(order(Side::bid, 101, 99 * unit)), Verdict::exposure);
    const OrderCommand ask = sent(order(Side::ask, 200, 101 * unit));
    EXPECT_EQ(totals(firm).exposure_value_e6, value_of(mark, 200)) << "the worse side, not both";
    const OrderCommand third = sent(order(Side::bid, 100, 99 * unit));
    EXPECT_EQ(check(order(Side::bid, 1, 99 * unit)), Verdict::exposure);
    for (const OrderCommand& one : {bid, ask, third}) report(one, ReportAction::rejected);
    set(scope, 0, Limit::exposure_value_e6, value_most);
  }
}

TEST_F(GateSums, ExposureOverInstrumentsByTheNewestMarks) {
  hold(0, 1, 100);
  hold(0, 2, -100);
  EXPECT_EQ(totals(firm).exposure_value_e6, 2 * value_of(mark, 100));
  touch(2, 200 * unit, 200 * unit);
  EXPECT_EQ(totals(firm).exposure_value_e6, value_of(mark, 100) + value_of(200 * unit, 100));
  EXPECT_EQ(totals(account_0).exposure_value_e6, totals(firm).exposure_value_e6);
  EXPECT_EQ(totals(strategy_0).exposure_value_e6, 0);
}

TEST_F(GateSums, ExposureThatDoesNotFit) {
  hold(0, 1, 1'000'000'000);
  EXPECT_EQ(totals(firm).exposure_value_e6, most);
  EXPECT_EQ(check(order(Side::bid, 1)), Verdict::exposure);
  hold(0, 1, 0);
  EXPECT_EQ(totals(firm).exposure_value_e6, 0) << "the sum itself is exact";
  EXPECT_EQ(check(order(Side::bid, 1)), Verdict::passed);
}

TEST_F(GateSums, Loss) {
  hold(0, 1, 1'000);
  touch(1, 100 * unit, 100 * unit);  // minus 0.01 each: 10.00 lost
  for (const Scope scope : {Scope::firm, Scope::account}) {
    set(scope, 0, Limit::loss_value_e6, 10'000'000);
    EXPECT_EQ(check(order(Side::bid, 1)), Verdict::passed);
    touch(1, 100 * unit - 100'000, 100 * unit);  // minus 0.00005 each
    EXPECT_EQ(check(order(Side::bid, 1)), Verdict::loss);
    EXPECT_EQ(check(order(Side::ask, 10, 101 * unit)), Verdict::passed) << "closing is let through";
    touch(1, 100 * unit, 100 * unit);
    EXPECT_EQ(check(order(Side::bid, 1)), Verdict::passed) << "not latched";
    set(scope, 0, Limit::loss_value_e6, value_most);
  }
}

TEST_F(GateSums, LossOfAStrategy) {
  fill(sent(order(Side::bid, 100, 100 * unit + 2 * cent)), 100, 100 * unit + 2 * cent);
  set(Scope::strategy, 0, Limit::loss_value_e6, 1'000'000);  // 100 shares a cent above the mark
  EXPECT_EQ(check(order(Side::bid, 1)), Verdict::passed);
  set(Scope::strategy, 0, Limit::loss_value_e6, 999'999);
  EXPECT_EQ(check(order(Side::bid, 1)), Verdict::loss);
}

TEST_F(GateSums, LossRoundsUp) {
  hold(0, 1, 1);
  set(Scope::firm, 0, Limit::loss_value_e6, 9'999);
  touch(1, 100 * unit, 100 * unit);  // 0.01 is 10,000 in 1e-6
  EXPECT_EQ(check(order(Side::bid, 1)), Verdict::loss);
  set(Scope::firm, 0, Limit::loss_value_e6, 10'000);
  EXPECT_EQ(check(order(Side::bid, 1)), Verdict::passed);
  touch(1, 100 * unit - 2, 100 * unit);  // 1e-9 more
  EXPECT_EQ(check(order(Side::bid, 1)), Verdict::loss);
}

TEST_F(GateSums, Drawdown) {
  hold(0, 1, 1'000);
  touch(1, 101 * unit, 101 * unit);  // plus 0.99 each
  EXPECT_EQ(totals(firm).peak_e9, 990 * unit);
  set(Scope::firm, 0, Limit::drawdown_value_e6, 500'000'000);
  touch(1, 100 * unit + 50 * cent, 100 * unit + 50 * cent);
  EXPECT_EQ(check(order(Side::bid, 1)), Verdict::passed);
  touch(1, 100 * unit + 49 * cent, 100 * unit + 49 * cent);
  EXPECT_EQ(check(order(Side::bid, 1)), Verdict::loss);
  EXPECT_GT(totals(firm).result_e9, 0) << "still a gain";
}

TEST_F(GateSums, LossThatSaturates) {
  touch(1, value_most - 1, value_most - 1);
  hold(0, 1, position_most);
  touch(1, cent, cent);
  EXPECT_EQ(totals(firm).result_e9, -most);
  hold(0, 1, 0);
  EXPECT_EQ(check(order(Side::bid, 1, cent)), Verdict::passed) << "the limit is as wide as can be";
  set(Scope::firm, 0, Limit::loss_value_e6, most / 1000);
  EXPECT_EQ(check(order(Side::bid, 1, cent)), Verdict::loss);
}

TEST_F(GateSums, ResultByStrategy) {
  OrderCommand bid = sent(order(Side::bid, 100, 100 * unit));
  fill(bid, 100, 100 * unit);
  EXPECT_EQ(totals(strategy_0).result_e9, 100 * cent) << "bought a cent below the mark";
  EXPECT_EQ(totals(account_0).result_e9, 100 * cent);
  EXPECT_EQ(totals(firm).result_e9, 100 * cent);
  EXPECT_EQ(totals(strategy_1).result_e9, 0);
  touch(1, 101 * unit, 101 * unit);
  EXPECT_EQ(totals(strategy_0).result_e9, 100 * unit);
}

TEST_F(GateSums, Duplicates) {
  set(Scope::strategy, 0, Limit::duplicate_window_ns, 1'000);
  sent(order());
  EXPECT_EQ(check(order()), Verdict::duplicate);
  EXPECT_EQ(check(order(Side::bid, 101)), Verdict::passed);
  EXPECT_EQ(check(order()), Verdict::passed) << "only the last one is remembered";
  EXPECT_EQ(check(order(Side::bid, 100, 99 * unit)), Verdict::passed);
  EXPECT_EQ(check(order(Side::ask, 100, 102 * unit)), Verdict::passed);
  EXPECT_EQ(check(order(Side::bid, 100, 99 * unit)), Verdict::duplicate) << "sides are apart";
  now += 999;
  EXPECT_EQ(check(order(Side::bid, 100, 99 * unit)), Verdict::duplicate);
  now += 1;
  EXPECT_EQ(check(order(Side::bid, 100, 99 * unit)), Verdict::passed);
  OrderCommand other = order(Side::bid, 100, 99 * unit);
  other.strategy = 1;
  EXPECT_EQ(check(other), Verdict::passed) << "another strategy";
  EXPECT_EQ(check(replace(other, 100, 99 * unit)), Verdict::unknown_order);
}

TEST_F(GateSums, AReplaceIsNoDuplicate) {
  set(Scope::strategy, 0, Limit::duplicate_window_ns, 1'000);
  const OrderCommand first = sent(order());
  EXPECT_EQ(check(replace(first, 100, 100 * unit)), Verdict::passed);
}

TEST_F(GateSums, ShortSales) {
  hold(0, 1, 200);
  OrderCommand ask = order(Side::ask, 200);
  ask.flags = 0;
  const OrderCommand first = sent(ask);  // what is held may be sold without a mark
  ask = order(Side::ask, 1);
  ask.flags = 0;
  EXPECT_EQ(check(ask), Verdict::short_sale) << "one share more is short";
  set(Scope::instrument, 0, Limit::locate_size, 50, 1);
  EXPECT_EQ(check(order(Side::ask, 51)), Verdict::short_sale);
  const OrderCommand second = sent(order(Side::ask, 49));
  EXPECT_EQ(check(order(Side::ask, 2)), Verdict::short_sale);
  EXPECT_EQ(check(order(Side::ask, 1)), Verdict::passed);
  EXPECT_EQ(check(order(Side::ask, 1)), Verdict::short_sale);
  report(first, ReportAction::rejected);
  report(second, ReportAction::rejected);
  EXPECT_EQ(check(order(Side::ask, 100)), Verdict::passed) << "marked short, though held";
}

TEST_F(GateSums, ShortSaleRestriction) {
  for (const char state : {'1', '2'}) {
    status(record::StatusAction::short_sale, 1, state);
    EXPECT_EQ(check(order(Side::ask, 1, 100 * unit)), Verdict::short_sale) << "at the bid";
    EXPECT_EQ(check(order(Side::ask, 1, 100 * unit + cent)), Verdict::passed);
  }
  OrderCommand market = order(Side::ask, 1, record::price_null);
  market.flags |= record::command_market;
  EXPECT_EQ(check(market), Verdict::short_sale);
  touch(1, record::price_null, 100 * unit + 2 * cent);
  EXPECT_EQ(check(order(Side::ask, 1, 101 * unit)), Verdict::short_sale) << "no bid to be above";
  status(record::StatusAction::short_sale, 1, '0');
  EXPECT_EQ(check(order(Side::ask, 1, 101 * unit)), Verdict::passed);
}

TEST_F(GateSums, SelfMatch) {
  const OrderCommand ask = sent(order(Side::ask, 100, 101 * unit));
  EXPECT_EQ(check(order(Side::bid, 1, 101 * unit)), Verdict::self_match);
  EXPECT_EQ(check(order(Side::bid, 1, 101 * unit + cent)), Verdict::self_match);
  const OrderCommand bid = sent(order(Side::bid, 100, 101 * unit - cent));
  EXPECT_EQ(check(order(Side::ask, 1, 101 * unit - cent)), Verdict::self_match);
  OrderCommand other = order(Side::bid, 1, 101 * unit);
  other.strategy = 2;
  other.account = 1;
  EXPECT_EQ(check(other), Verdict::self_match) << "of any account";
  other = order(Side::bid, 1, 101 * unit);
  other.instrument = 2;
  EXPECT_EQ(check(other), Verdict::passed) << "another instrument";
  report(ask, ReportAction::cancelled, 100);
  EXPECT_EQ(check(order(Side::bid, 1, 101 * unit)), Verdict::passed);
  report(bid, ReportAction::cancelled, 100);
}

TEST_F(GateSums, SelfMatchOfMarketOrders) {
  const auto market = [this](Side side) {
    OrderCommand command = order(side, 100, record::price_null);
    command.flags |= record::command_market;
    return command;
  };
  const OrderCommand bid = sent(order(Side::bid, 1, cent));
  EXPECT_EQ(check(market(Side::ask)), Verdict::self_match);
  report(bid, ReportAction::rejected);
  const OrderCommand ask = sent(market(Side::ask));
  EXPECT_EQ(check(order(Side::bid, 1, cent)), Verdict::self_match) << "it would sell at any price";
  report(ask, ReportAction::rejected);
  EXPECT_EQ(check(order(Side::bid, 1, cent)), Verdict::passed);
}

TEST_F(GateSums, SelfMatchAgainstTheBestOfMany) {
  const OrderCommand low = sent(order(Side::ask, 1, 101 * unit));
  const OrderCommand high = sent(order(Side::ask, 1, 103 * unit));
  const OrderCommand middle = sent(order(Side::ask, 1, 102 * unit));
  EXPECT_EQ(check(order(Side::bid, 1, 101 * unit)), Verdict::self_match);
  report(low, ReportAction::rejected);
  EXPECT_EQ(check(order(Side::bid, 1, 102 * unit)), Verdict::self_match);
  report(high, ReportAction::rejected);
  EXPECT_EQ(check(order(Side::bid, 1, 102 * unit)), Verdict::self_match);
  report(middle, ReportAction::accepted, 1, 102 * unit + cent);  // the venue has slid it
  EXPECT_EQ(check(order(Side::bid, 1, 102 * unit + cent)), Verdict::self_match);
  EXPECT_EQ(check(order(Side::bid, 1, 102 * unit)), Verdict::passed);
}

TEST_F(GateSums, AReplaceCountsBothUntilAnswered) {
  const OrderCommand first = sent(order(Side::bid, 300));
  report(first, ReportAction::accepted, 300);
  set(Scope::strategy, 0, Limit::position_size, 700);
  EXPECT_EQ(check(replace(first, 401, 100 * unit)), Verdict::position);
  const OrderCommand second = sent(replace(first, 400, 100 * unit));
  EXPECT_EQ(held(strategy_0).open_bid_size, 700);
  EXPECT_EQ(totals(strategy_0).open_orders, 2u);
  EXPECT_EQ(check(order(Side::bid, 1)), Verdict::position);
  report(second, ReportAction::replaced, 400);
  EXPECT_EQ(held(strategy_0).open_bid_size, 400);
  EXPECT_EQ(totals(strategy_0).open_orders, 1u);
  EXPECT_EQ(check(order(Side::bid, 300)), Verdict::passed);
}

TEST_F(GateSums, AReplaceMustFitItsOriginal) {
  const OrderCommand first = sent(order());
  const auto changed = [&](auto change) {
    OrderCommand command = replace(first, 100, 100 * unit);
    change(command);
    return check(command);
  };
  EXPECT_EQ(changed([](auto& it) { it.original_client_order_id = 99; }), Verdict::unknown_order);
  EXPECT_EQ(changed([](auto& it) { it.original_client_order_id = 999; }), Verdict::unknown_order);
  EXPECT_EQ(changed([](auto& it) { it.side = Side::ask; }), Verdict::unknown_order);
  EXPECT_EQ(changed([](auto& it) { it.instrument = 2; }), Verdict::unknown_order);
  EXPECT_EQ(changed([](auto& it) { it.strategy = 1; }), Verdict::unknown_order);
  EXPECT_EQ(changed([](auto& it) { it.channel = 1; }), Verdict::unknown_order);
  EXPECT_EQ(changed([](auto& it) { it.venue = record::Venue::xbos; }), Verdict::unknown_order);
  EXPECT_EQ(changed([](auto&) {}), Verdict::passed);
  report(first, ReportAction::rejected);
  EXPECT_EQ(check(replace(first, 100, 100 * unit)), Verdict::unknown_order) << "it is gone";
}

TEST_F(GateSums, InstrumentAndSessionRates) {
  set(Scope::instrument, 0, Limit::orders_per_second, 3, 1);
  for (int i = 0; i < 3; ++i) sent(order());
  EXPECT_EQ(check(order()), Verdict::instrument_rate);
  OrderCommand other = order();
  other.instrument = 2;
  EXPECT_EQ(check(other), Verdict::passed);
  set(Scope::firm, 0, Limit::session_orders_per_second, 5);
  other.client_order_id = next_id++;
  EXPECT_EQ(check(other), Verdict::passed);
  other.client_order_id = next_id++;
  EXPECT_EQ(check(other), Verdict::session_rate);
  other.channel = 1;
  EXPECT_EQ(check(other), Verdict::passed) << "another session";
  now += 2 * second_ns;
  EXPECT_EQ(check(order()), Verdict::passed);
}

TEST_F(GateSums, MessageRatesCountCancels) {
  for (const Scope scope : actors) {
    now += 2 * second_ns;
    set(scope, 0, Limit::messages_per_second, 4);
    const OrderCommand first = sent(order());
    sent(cancel(first));
    sent(cancel(first));
    sent(order());
    EXPECT_EQ(check(order()), Verdict::message_rate);
    EXPECT_EQ(check(cancel(first)), Verdict::passed) << "a cancel is never too many";
    set(scope, 0, Limit::messages_per_second, count_most);
  }
}

TEST_F(GateSums, ARefusedOrderCountsInNoRate) {
  set(Scope::instrument, 0, Limit::orders_per_second, 1, 1);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(check(order(Side::bid, 0)), Verdict::bad_terms);
  EXPECT_EQ(check(order()), Verdict::passed);
}

TEST_F(GateSums, RepeatedOrdersThrottleUntilAPersonResumes) {
  set(Scope::strategy, 0, Limit::repeat_window_ns, 1'000);
  set(Scope::strategy, 0, Limit::repeat_orders, 2);
  sent(order());
  sent(order());
  EXPECT_EQ(check(order()), Verdict::throttled);
  now += second_ns;
  EXPECT_EQ(check(order()), Verdict::throttled) << "latched";
  OrderCommand other = order();
  other.strategy = 1;
  EXPECT_EQ(check(other), Verdict::passed);
  EXPECT_EQ(tell(control(ControlAction::resume, Scope::strategy, 0), ""),
            ControlVerdict::no_reason);
  EXPECT_EQ(check(order()), Verdict::throttled);
  EXPECT_EQ(tell(control(ControlAction::resume, Scope::strategy, 0), "looked at"),
            ControlVerdict::applied);
  sent(order());
  now += 1'000;
  sent(order());
  sent(order());
  EXPECT_EQ(check(order()), Verdict::throttled);
}

TEST_F(GateSums, RepeatedExecutionsThrottle) {
  set(Scope::strategy, 0, Limit::repeat_window_ns, 1'000);
  set(Scope::strategy, 0, Limit::repeat_executions, 2);
  const OrderCommand command = sent(order());
  fill(command, 1, 100 * unit, 1);
  fill(command, 1, 100 * unit, 2);
  EXPECT_EQ(check(order()), Verdict::passed);
  fill(command, 1, 100 * unit, 3);
  EXPECT_EQ(check(order()), Verdict::throttled);
}

}  // namespace
}  // namespace hft::risk
