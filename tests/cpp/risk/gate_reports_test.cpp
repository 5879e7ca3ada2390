// What reports do to orders and positions; faults; sessions that break.
#include "risk/gate_fixture.hpp"

namespace hft::risk {
namespace {

using GateReports = GateTest;

TEST_F(GateReports, AnOrderFromAcceptedToFilled) {
  const OrderCommand bid = sent(order(Side::bid, 300));
  EXPECT_EQ(report(bid, ReportAction::accepted, 300, 100 * unit), ReportVerdict::applied);
  EXPECT_EQ(fill(bid, 100, 100 * unit, 1), ReportVerdict::applied);
  for (const std::size_t actor : {firm, account_0, strategy_0}) {
    EXPECT_EQ(held(actor).open_bid_size, 200);
    EXPECT_EQ(held(actor).position, 100);
    EXPECT_EQ(totals(actor).executed_value_e6, 10'000'000'000);
    EXPECT_EQ(totals(actor).open_value_e6, 20'000'000'000);
  }
  EXPECT_EQ(fill(bid, 200, 99 * unit, 2), ReportVerdict::applied);
  EXPECT_EQ(held(firm).open_bid_size, 0);
  EXPECT_EQ(held(firm).position, 300);
  EXPECT_EQ(totals(firm).open_orders, 0u);
  EXPECT_EQ(totals(firm).open_value_e6, 0);
}

TEST_F(GateReports, AnAskSells) {
  const OrderCommand ask = sent(order(Side::ask, 300, 101 * unit));
  fill(ask, 120, 101 * unit);
  EXPECT_EQ(held(strategy_0).position, -120);
  EXPECT_EQ(held(strategy_0).open_ask_size, 180);
}

TEST_F(GateReports, AcceptedForLessOrDead) {
  const OrderCommand first = sent(order(Side::bid, 300));
  report(first, ReportAction::accepted, 200);
  EXPECT_EQ(held(firm).open_bid_size, 200);
  const OrderCommand second = sent(order(Side::bid, 300));
  report(second, ReportAction::accepted, 300, record::price_null, 0, 'D');
  EXPECT_EQ(held(firm).open_bid_size, 200);
  EXPECT_EQ(totals(firm).open_orders, 1u);
  const OrderCommand third = sent(order(Side::bid, 300));
  report(third, ReportAction::accepted, 900);
  EXPECT_EQ(held(firm).open_bid_size, 500) << "never more than was asked for";
}

TEST_F(GateReports, AcceptedTwiceIsIgnored) {
  const OrderCommand bid = sent(order(Side::bid, 300));
  report(bid, ReportAction::accepted, 300);
  EXPECT_EQ(report(bid, ReportAction::accepted, 100), ReportVerdict::ignored);
  EXPECT_EQ(held(firm).open_bid_size, 300);
}

TEST_F(GateReports, CancelledInParts) {
  const OrderCommand bid = sent(order(Side::bid, 300));
  report(bid, ReportAction::accepted, 300);
  EXPECT_EQ(report(bid, ReportAction::cancelled, 100), ReportVerdict::applied);
  EXPECT_EQ(held(firm).open_bid_size, 200);
  EXPECT_EQ(report(bid, ReportAction::cancelled, 201), ReportVerdict::applied);
  EXPECT_EQ(held(firm).open_bid_size, 0);
  EXPECT_EQ(totals(firm).open_orders, 0u);
  EXPECT_EQ(report(bid, ReportAction::cancelled, 1), ReportVerdict::ignored);
}

TEST_F(GateReports, RejectedLeavesNothing) {
  const OrderCommand bid = sent(order(Side::bid, 300));
  EXPECT_EQ(report(bid, ReportAction::rejected), ReportVerdict::applied);
  EXPECT_EQ(held(firm).open_bid_size, 0);
  EXPECT_EQ(totals(firm).open_value_e6, 0);
  EXPECT_EQ(report(bid, ReportAction::rejected), ReportVerdict::ignored);
}

TEST_F(GateReports, ARejectedOrderThatLivesIsAFault) {
  const OrderCommand bid = sent(order(Side::bid, 300));
  report(bid, ReportAction::rejected);
  EXPECT_EQ(report(bid, ReportAction::accepted, 300), ReportVerdict::fault);
  EXPECT_EQ(check(order()), Verdict::fill_fault);
}

TEST_F(GateReports, ARejectedReplaceLeavesTheOriginal) {
  const OrderCommand first = sent(order(Side::bid, 300));
  report(first, ReportAction::accepted, 300);
  const OrderCommand second = sent(replace(first, 200, 99 * unit));
  report(second, ReportAction::rejected);
  EXPECT_EQ(held(firm).open_bid_size, 300);
  EXPECT_EQ(check(replace(first, 100, 99 * unit)), Verdict::passed);
}

TEST_F(GateReports, ReplacedAfterItsFirstFill) {
  const OrderCommand first = sent(order(Side::bid, 300));
  report(first, ReportAction::accepted, 300);
  const OrderCommand second = sent(replace(first, 200, 100 * unit));
  fill(second, 50, 100 * unit);  // out of order: the venue has replaced it already
  EXPECT_EQ(held(firm).open_bid_size, 450);
  EXPECT_EQ(report(second, ReportAction::replaced, 200), ReportVerdict::applied);
  EXPECT_EQ(held(firm).open_bid_size, 150);
  EXPECT_EQ(report(second, ReportAction::replaced, 200), ReportVerdict::ignored);
}

TEST_F(GateReports, ModifiedAndRestated) {
  const OrderCommand bid = sent(order(Side::bid, 300));
  report(bid, ReportAction::accepted, 300);
  fill(bid, 100, 100 * unit);
  EXPECT_EQ(report(bid, ReportAction::modified, 250), ReportVerdict::applied);
  EXPECT_EQ(held(firm).open_bid_size, 150) << "of 250 in all, 100 are executed";
  EXPECT_EQ(report(bid, ReportAction::restated, 120, 99 * unit), ReportVerdict::applied);
  EXPECT_EQ(held(firm).open_bid_size, 120);
  EXPECT_EQ(totals(firm).open_value_e6, value_of(99 * unit, 120));
  report(bid, ReportAction::restated, 500);
  EXPECT_EQ(held(firm).open_bid_size, 120) << "never more";
  report(bid, ReportAction::modified, 100);
  EXPECT_EQ(totals(firm).open_orders, 0u);
}

TEST_F(GateReports, WhatSaysNothingIsIgnored) {
  const OrderCommand bid = sent(order());
  for (const ReportAction action :
       {ReportAction::cancel_rejected, ReportAction::cancel_pending, ReportAction::priority_updated,
        ReportAction::corrected, ReportAction::system, ReportAction::none}) {
    EXPECT_EQ(report(bid, action, 50), ReportVerdict::ignored);
  }
  EXPECT_EQ(held(firm).open_bid_size, 100);
}

TEST_F(GateReports, AReportSeenTwiceCountsOnce) {
  const OrderCommand bid = sent(order(Side::bid, 300));
  fill(bid, 100, 100 * unit);
  --last_report;
  EXPECT_EQ(fill(bid, 100, 100 * unit), ReportVerdict::duplicate);
  EXPECT_EQ(held(firm).position, 100);
  EXPECT_EQ(check(order()), Verdict::passed);
}

TEST_F(GateReports, AReportThatComesLateCounts) {
  const OrderCommand bid = sent(order(Side::bid, 300));
  last_report += 5;
  fill(bid, 100, 100 * unit, 2);
  last_report -= 3;
  EXPECT_EQ(fill(bid, 100, 100 * unit, 1), ReportVerdict::applied);
  EXPECT_EQ(held(firm).position, 200);
}

TEST_F(GateReports, SessionsCountTheirReportsApart) {
  const OrderCommand bid = sent(order(Side::bid, 300));
  OrderCommand other = order(Side::bid, 300);
  other.channel = 1;
  sent(other);
  fill(bid, 100, 100 * unit);
  --last_report;
  EXPECT_EQ(fill(other, 100, 100 * unit), ReportVerdict::applied);
}

TEST_F(GateReports, AFillWithoutAnOrderHaltsEverything) {
  OrderCommand unknown = order(Side::bid, 100);
  unknown.client_order_id = 200;
  EXPECT_EQ(report(unknown, ReportAction::accepted, 100), ReportVerdict::unknown_order);
  EXPECT_EQ(check(order()), Verdict::passed);
  EXPECT_EQ(fill(unknown, 70, 100 * unit), ReportVerdict::fault);
  EXPECT_EQ(held(firm).position, 70) << "the firm holds it, whoever asked for it";
  EXPECT_EQ(totals(firm).executed_value_e6, 7'000'000'000);
  EXPECT_EQ(check(order()), Verdict::fill_fault);
  OrderCommand other = order();
  other.strategy = 2;
  other.account = 1;
  EXPECT_EQ(check(other), Verdict::fill_fault);
  EXPECT_EQ(gate.shared().header().faults, 1u);
  EXPECT_EQ(gate.shared().switches()[0].halted, 1);
  EXPECT_EQ(tell(control(ControlAction::resume, Scope::firm), ""), ControlVerdict::no_reason);
  EXPECT_EQ(check(order()), Verdict::fill_fault);
  EXPECT_EQ(tell(control(ControlAction::resume, Scope::firm), "ticket 7"), ControlVerdict::applied);
  EXPECT_EQ(check(order()), Verdict::passed);
}

TEST_F(GateReports, FillsWithoutAnOrderAndWithoutASideOrInstrument) {
  OrderCommand unknown = order(Side::none, 100);
  unknown.client_order_id = 999'999;
  EXPECT_EQ(fill(unknown, 70, 100 * unit), ReportVerdict::fault);
  EXPECT_EQ(held(firm).position, 0);
  unknown.side = Side::ask;
  unknown.instrument = record::instrument_all;
  EXPECT_EQ(fill(unknown, 70, 100 * unit), ReportVerdict::fault);
  unknown.instrument = 1;
  EXPECT_EQ(fill(unknown, 70, record::price_null), ReportVerdict::fault);
  EXPECT_EQ(held(firm).position, 0);
}

TEST_F(GateReports, AnOverfillHaltsAndCountsInFull) {
  const OrderCommand bid = sent(order(Side::bid, 100));
  EXPECT_EQ(fill(bid, 100, 100 * unit, 1), ReportVerdict::applied);
  EXPECT_EQ(check(order()), Verdict::passed);
  const OrderCommand second = sent(order(Side::bid, 100));
  EXPECT_EQ(fill(second, 101, 100 * unit, 2), ReportVerdict::fault);
  EXPECT_EQ(held(strategy_0).position, 201);
  EXPECT_EQ(held(strategy_0).open_bid_size, 100);
  EXPECT_EQ(check(order()), Verdict::fill_fault);
}

TEST_F(GateReports, AFillOfADeadOrderHalts) {
  const OrderCommand bid = sent(order(Side::bid, 100));
  report(bid, ReportAction::cancelled, 100);
  EXPECT_EQ(fill(bid, 0, 100 * unit), ReportVerdict::fault) << "even of nothing";
  EXPECT_EQ(fill(bid, 1, 100 * unit), ReportVerdict::fault);
  EXPECT_EQ(held(strategy_0).position, 1);
  EXPECT_EQ(check(order()), Verdict::fill_fault);
  EXPECT_EQ(check(cancel(bid)), Verdict::unknown_order);
}

TEST_F(GateReports, ABrokenExecutionIsUndoneOnce) {
  const OrderCommand bid = sent(order(Side::bid, 300));
  fill(bid, 100, 100 * unit, 77);
  fill(bid, 50, 99 * unit, 78);
  touch(1, 105 * unit, 105 * unit);
  EXPECT_EQ(totals(firm).result_e9, 500 * unit + 300 * unit);
  EXPECT_EQ(report(bid, ReportAction::broken, 0, record::price_null, 77), ReportVerdict::applied);
  EXPECT_EQ(held(strategy_0).position, 50);
  EXPECT_EQ(totals(firm).result_e9, 300 * unit);
  EXPECT_EQ(held(strategy_0).open_bid_size, 150) << "what was executed does not come back";
  EXPECT_EQ(report(bid, ReportAction::broken, 0, record::price_null, 77), ReportVerdict::ignored);
  EXPECT_EQ(held(strategy_0).position, 50);
  EXPECT_EQ(report(bid, ReportAction::broken, 0, record::price_null, 79), ReportVerdict::fault);
}

TEST_F(GateReports, OrdersInFlightWhenTheSessionBreaksKeepItClosed) {
  const OrderCommand first = sent(order());
  const OrderCommand second = sent(order());
  const OrderCommand third = sent(order());
  report(first, ReportAction::accepted, 100);
  session(ReportAction::session_down, 0, 2);
  EXPECT_EQ(check(order()), Verdict::session_down);
  EXPECT_EQ(check(cancel(first)), Verdict::passed);
  OrderCommand other = order();
  other.channel = 1;
  EXPECT_EQ(check(other), Verdict::passed) << "the other session is up";
  session(ReportAction::session_up, 0, last_report + 1);
  EXPECT_EQ(check(order()), Verdict::session_down) << "two are in doubt";
  report(second, ReportAction::accepted, 100);
  EXPECT_EQ(check(order()), Verdict::session_down) << "one is in doubt";
  report(third, ReportAction::rejected);
  EXPECT_EQ(check(order()), Verdict::passed);
}

TEST_F(GateReports, ASessionThatWasNeverUpTakesNoOrders) {
  Gate fresh(small_config());
  std::swap(fresh, gate);
  widen();
  clock(0);
  open_market();
  EXPECT_EQ(check(order()), Verdict::session_down);
  session(ReportAction::session_up, 0, 1);
  EXPECT_EQ(check(order()), Verdict::passed);
  OrderCommand other = order();
  other.channel = 2;
  EXPECT_EQ(check(other), Verdict::session_down) << "no such session";
}

TEST_F(GateReports, DoubtsOfAnEarlierBreakDoNotCountTwice) {
  const OrderCommand first = sent(order());
  session(ReportAction::session_down, 0, 1);
  session(ReportAction::session_up, 0, 1);
  session(ReportAction::session_down, 0, 1);
  report(first, ReportAction::rejected);
  session(ReportAction::session_up, 0, last_report + 1);
  EXPECT_EQ(check(order()), Verdict::passed);
  report(sent(order()), ReportAction::accepted, 100);
  EXPECT_EQ(check(order()), Verdict::passed);
}

}  // namespace
}  // namespace hft::risk
