// The life of orders: the table, the arithmetic, and reports early, late and twice.
#include "hft/order/order_states.hpp"

#include <algorithm>
#include <numeric>
#include <random>

#include "hft/base/error.hpp"
#include "order/order_fixture.hpp"

namespace hft::order {
namespace {

using record::OrderReport;
using record::ReportAction;

class States : public testing::Test {
 protected:
  OrderStates states{{.orders = 16, .executions = 8}};
  std::uint32_t number = 0;
  std::uint32_t original = 0;  // what the next `replaced` message says

  bool send(const record::OrderCommand& command) {
    if (states.may_send(command) != CommandVerdict::sendable) return false;
    states.sent(command);
    return true;
  }
  StateVerdict apply(ReportAction action, std::uint32_t id, std::uint32_t size = 0,
                     std::uint64_t reference = 0) {
    OrderReport report = report_of(++number, action, id, size, reference);
    return states.apply(report, original);
  }
  OrderState state(std::uint32_t id) const { return states.find(id)->state; }
  void start(std::uint32_t id, std::uint32_t size = 100) {
    ASSERT_TRUE(send(enter(id, size)));
    ASSERT_EQ(apply(ReportAction::accepted, id, size, 1'000 + id), StateVerdict::applied);
  }
};

TEST_F(States, AnOrderIsEnteredAndFilled) {
  ASSERT_TRUE(send(enter(1, 100)));
  EXPECT_EQ(state(1), OrderState::pending_new);
  EXPECT_EQ(states.find(1)->open(), 100U);
  EXPECT_EQ(apply(ReportAction::accepted, 1, 100, 77), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::live);
  EXPECT_EQ(states.find(1)->reference, 77U);
  EXPECT_EQ(apply(ReportAction::executed, 1, 40, 5), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::live);
  EXPECT_EQ(states.find(1)->open(), 60U);
  EXPECT_EQ(states.find(1)->executed, 40U);
  EXPECT_EQ(apply(ReportAction::executed, 1, 60, 6), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::filled);
  EXPECT_EQ(states.find(1)->open(), 0U);
}

TEST_F(States, AnOrderIsAcceptedAndDeadAtOnce) {
  ASSERT_TRUE(send(enter(1, 100)));
  OrderReport report = report_of(1, ReportAction::accepted, 1, 100);
  report.reason = 'D';
  EXPECT_EQ(states.apply(report), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::cancelled);
}

TEST_F(States, TheVenueTakesLessThanWasAsked) {
  ASSERT_TRUE(send(enter(1, 100)));
  apply(ReportAction::accepted, 1, 60);
  EXPECT_EQ(states.find(1)->open(), 60U);
  EXPECT_EQ(apply(ReportAction::executed, 1, 60), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::filled);
}

TEST_F(States, AnOrderIsRejected) {
  ASSERT_TRUE(send(enter(1, 100)));
  EXPECT_EQ(apply(ReportAction::rejected, 1), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::rejected);
  EXPECT_EQ(states.find(1)->open(), 0U);
  EXPECT_EQ(apply(ReportAction::rejected, 1), StateVerdict::illegal_transition);
  EXPECT_EQ(apply(ReportAction::accepted, 1, 100), StateVerdict::illegal_transition);
  EXPECT_EQ(state(1), OrderState::rejected);
}

TEST_F(States, CancelsInPartAndInWhole) {
  start(1);
  ASSERT_TRUE(send(cancel(1, 70)));
  EXPECT_EQ(state(1), OrderState::pending_cancel);
  EXPECT_EQ(apply(ReportAction::cancelled, 1, 30), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::live);
  EXPECT_EQ(states.find(1)->open(), 70U);
  ASSERT_TRUE(send(cancel(1)));
  EXPECT_EQ(apply(ReportAction::cancelled, 1, 10), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::pending_cancel) << "another cancel than ours";
  EXPECT_EQ(apply(ReportAction::cancelled, 1, 60), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::cancelled);
}

TEST_F(States, ACancelThatAsksForNothingLeavesTheOrderLive) {
  start(1);
  ASSERT_TRUE(send(cancel(1, 100)));
  EXPECT_EQ(state(1), OrderState::live) << "the venue answers nothing";
}

TEST_F(States, TheLowerOfTwoCancelsHolds) {
  start(1);
  ASSERT_TRUE(send(cancel(1, 20)));
  ASSERT_TRUE(send(cancel(1, 50)));
  EXPECT_EQ(apply(ReportAction::cancelled, 1, 50), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::pending_cancel);
  EXPECT_EQ(apply(ReportAction::cancelled, 1, 30), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::live);
}

TEST_F(States, AFillOvertakesACancel) {
  start(1);
  ASSERT_TRUE(send(cancel(1)));
  EXPECT_EQ(apply(ReportAction::executed, 1, 100), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::filled);
}

TEST_F(States, AFillAfterACancelIsAnOverfillThatCounts) {
  start(1);
  apply(ReportAction::cancelled, 1, 100);
  EXPECT_EQ(apply(ReportAction::executed, 1, 10), StateVerdict::overfill);
  EXPECT_EQ(states.find(1)->executed, 10U) << "the shares are ours";
  EXPECT_EQ(states.count(StateVerdict::overfill), 1U);
}

TEST_F(States, AFillOfMoreThanIsOpen) {
  start(1);
  EXPECT_EQ(apply(ReportAction::executed, 1, 101), StateVerdict::overfill);
  EXPECT_EQ(states.find(1)->executed, 101U);
  EXPECT_EQ(states.find(1)->open(), 0U);
  EXPECT_EQ(state(1), OrderState::filled);
  start(2);
  EXPECT_EQ(apply(ReportAction::executed, 2, 0xffffffff), StateVerdict::overfill);
  EXPECT_EQ(apply(ReportAction::executed, 2, 0xffffffff), StateVerdict::overfill);
  EXPECT_EQ(states.find(2)->executed, 0xffffffffU) << "saturates";
}

TEST_F(States, MoreCancelledThanIsOpen) {
  start(1);
  EXPECT_EQ(apply(ReportAction::cancelled, 1, 101), StateVerdict::illegal_transition);
  EXPECT_EQ(state(1), OrderState::cancelled);
}

TEST_F(States, CancelsRefusedAndPutOff) {
  start(1);
  ASSERT_TRUE(send(cancel(1)));
  EXPECT_EQ(apply(ReportAction::cancel_rejected, 1), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::live);
  ASSERT_TRUE(send(cancel(1)));
  EXPECT_EQ(apply(ReportAction::cancel_pending, 1), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::pending_cancel);
  const Reconciled after = states.reconcile(2, [](const Order&, bool) { FAIL(); });
  EXPECT_EQ(after.open, 1U);
  EXPECT_EQ(state(1), OrderState::pending_cancel) << "the venue has this cancel";
}

TEST_F(States, AReplaceTakesThePlace) {
  start(1);
  apply(ReportAction::executed, 1, 30);
  ASSERT_TRUE(send(replace(1, 2, 100)));
  EXPECT_EQ(state(1), OrderState::pending_replace);
  EXPECT_EQ(state(2), OrderState::pending_new);
  EXPECT_EQ(apply(ReportAction::executed, 1, 10), StateVerdict::applied) << "a race";
  EXPECT_EQ(apply(ReportAction::replaced, 2, 60, 2'002), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::replaced);
  EXPECT_EQ(states.find(1)->open(), 0U);
  EXPECT_EQ(states.find(1)->executed, 40U);
  EXPECT_EQ(state(2), OrderState::live);
  EXPECT_EQ(states.find(2)->open(), 60U);
  EXPECT_EQ(states.find(2)->original, 1U);
  EXPECT_EQ(states.find(1)->replacement, 2U);
  EXPECT_EQ(apply(ReportAction::executed, 1, 1), StateVerdict::overfill) << "it has gone";
}

TEST_F(States, ARejectedReplaceLeavesTheOriginal) {
  start(1);
  ASSERT_TRUE(send(replace(1, 2, 100)));
  EXPECT_FALSE(send(replace(1, 3, 100))) << "one at a time";
  EXPECT_EQ(apply(ReportAction::rejected, 2), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::live);
  EXPECT_TRUE(send(replace(1, 3, 100)));
}

TEST_F(States, AReplaceOfWhatIsGoneIsLost) {
  start(1);
  ASSERT_TRUE(send(replace(1, 2, 100)));
  ASSERT_TRUE(send(replace(2, 3, 100)));
  ASSERT_TRUE(send(cancel(3)));
  EXPECT_EQ(state(2), OrderState::pending_replace);
  EXPECT_EQ(state(3), OrderState::pending_cancel);
  EXPECT_EQ(apply(ReportAction::executed, 1, 100), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::filled);
  EXPECT_EQ(state(2), OrderState::lost);
  EXPECT_EQ(state(3), OrderState::lost);
  EXPECT_EQ(states.take_lost(), 2U);
  EXPECT_EQ(states.take_lost(), 3U);
  EXPECT_EQ(states.take_lost(), 0U);
  EXPECT_EQ(apply(ReportAction::rejected, 2), StateVerdict::applied) << "some venues say it";
  EXPECT_EQ(state(2), OrderState::rejected);
  EXPECT_EQ(states.take_lost(), 0U) << "3 is lost already";
}

TEST_F(States, AChainOfReplacesAnsweredInTurn) {
  start(1);
  ASSERT_TRUE(send(replace(1, 2, 90)));
  ASSERT_TRUE(send(replace(2, 3, 80)));
  EXPECT_EQ(apply(ReportAction::replaced, 2, 90), StateVerdict::applied);
  EXPECT_EQ(state(2), OrderState::pending_replace);
  EXPECT_EQ(apply(ReportAction::replaced, 3, 80), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::replaced);
  EXPECT_EQ(state(2), OrderState::replaced);
  EXPECT_EQ(state(3), OrderState::live);
}

TEST_F(States, ACancelOfAnOrderThatIsBeingReplaced) {
  start(1);
  ASSERT_TRUE(send(replace(1, 2, 100)));
  ASSERT_TRUE(send(cancel(1)));
  EXPECT_EQ(state(1), OrderState::pending_cancel);
  EXPECT_EQ(apply(ReportAction::cancel_rejected, 1), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::pending_replace);
  EXPECT_EQ(apply(ReportAction::cancelled, 1, 100), StateVerdict::applied);
  EXPECT_EQ(state(1), OrderState::cancelled);
  EXPECT_EQ(states.take_lost(), 2U);
}

TEST_F(States, ABrokenTradeIsUndoneByItsNumber) {
  start(1);
  start(2);
  apply(ReportAction::executed, 1, 40, 901);
  apply(ReportAction::executed, 2, 10, 901);  // a match of both our orders
  apply(ReportAction::executed, 1, 60, 902);
  OrderReport broken = report_of(++number, ReportAction::broken, 1, 0, 901);
  broken.instrument = record::instrument_all;
  broken.side = record::Side::none;
  EXPECT_EQ(states.apply(broken), StateVerdict::applied);
  EXPECT_EQ(broken.size, 40U);
  EXPECT_EQ(broken.price_e9, 100'000'000'000);
  EXPECT_EQ(broken.instrument, instrument);
  EXPECT_EQ(broken.side, record::Side::bid);
  EXPECT_EQ(state(1), OrderState::broken);
  EXPECT_EQ(states.find(1)->executed, 60U);
  EXPECT_EQ(states.find(1)->open(), 0U) << "the shares do not come back";
  EXPECT_EQ(states.find(2)->executed, 10U);
  EXPECT_EQ(apply(ReportAction::broken, 1, 0, 901), StateVerdict::unknown_execution) << "again";
  EXPECT_EQ(apply(ReportAction::broken, 1, 0, 903), StateVerdict::unknown_execution);
  EXPECT_EQ(apply(ReportAction::broken, 2, 0, 901), StateVerdict::applied);
  EXPECT_EQ(state(2), OrderState::live);
  EXPECT_EQ(states.find(2)->open(), 90U);
}

TEST_F(States, ACorrectedPriceHoldsForTheBreakToCome) {
  start(1);
  apply(ReportAction::executed, 1, 40, 901);
  OrderReport corrected = report_of(++number, ReportAction::corrected, 1, 40, 901);
  corrected.price_e9 = 99'000'000'000;
  EXPECT_EQ(states.apply(corrected), StateVerdict::applied);
  OrderReport broken = report_of(++number, ReportAction::broken, 1, 0, 901);
  EXPECT_EQ(states.apply(broken), StateVerdict::applied);
  EXPECT_EQ(broken.price_e9, 99'000'000'000);
  EXPECT_EQ(apply(ReportAction::corrected, 1, 40, 901), StateVerdict::unknown_execution);
}

TEST_F(States, ExecutionsBeyondTheRoomAreCounted) {
  start(1);
  for (std::uint64_t match = 0; match < 9; ++match) apply(ReportAction::executed, 1, 1, match);
  EXPECT_EQ(states.find(1)->executed, 9U);
  EXPECT_EQ(states.executions_unkept(), 1U);
  EXPECT_EQ(apply(ReportAction::broken, 1, 0, 8), StateVerdict::unknown_execution);
  EXPECT_EQ(apply(ReportAction::broken, 1, 0, 7), StateVerdict::applied);
}

TEST_F(States, TheVenueChangesAnOrder) {
  start(1);
  apply(ReportAction::executed, 1, 40);
  EXPECT_EQ(apply(ReportAction::modified, 1, 50), StateVerdict::applied);
  EXPECT_EQ(states.find(1)->open(), 50U);
  OrderReport restated = report_of(++number, ReportAction::restated, 1);
  EXPECT_EQ(states.apply(restated), StateVerdict::applied);
  EXPECT_EQ(restated.size, 50U) << "the message does not say it";
  EXPECT_EQ(states.find(1)->open(), 50U);
  EXPECT_EQ(apply(ReportAction::priority_updated, 1, 0, 4'711), StateVerdict::applied);
  EXPECT_EQ(states.find(1)->reference, 4'711U);
  EXPECT_EQ(states.find(1)->open(), 50U);
}

TEST_F(States, ReportsOfNoOrderOfOurs) {
  EXPECT_EQ(apply(ReportAction::executed, 9, 10), StateVerdict::unknown_order);
  EXPECT_EQ(apply(ReportAction::accepted, 9, 10), StateVerdict::unknown_order);
  EXPECT_EQ(apply(ReportAction::system, 0), StateVerdict::applied);
  EXPECT_EQ(states.find(0), nullptr);
  EXPECT_EQ(states.count(StateVerdict::unknown_order), 2U);
}

TEST_F(States, TheSameNumberTwiceIsADuplicate) {
  start(1);
  OrderReport fill = report_of(2, ReportAction::executed, 1, 40);
  EXPECT_EQ(states.apply(fill), StateVerdict::applied);
  EXPECT_EQ(states.apply(fill), StateVerdict::duplicate);
  EXPECT_EQ(states.find(1)->executed, 40U);
  OrderReport unnumbered = report_of(0, ReportAction::executed, 1, 40);
  EXPECT_EQ(states.apply(unnumbered), StateVerdict::duplicate);
}

TEST_F(States, CommandsThatMakeNoSense) {
  start(5);
  const auto verdict = [&](const record::OrderCommand& command) {
    return states.may_send(command);
  };
  EXPECT_EQ(verdict(enter(5, 1)), CommandVerdict::id_used);
  EXPECT_EQ(verdict(enter(4, 1)), CommandVerdict::id_used) << "venues take none below";
  EXPECT_EQ(verdict(enter(0, 1)), CommandVerdict::id_used);
  EXPECT_EQ(verdict(enter(6, 1)), CommandVerdict::sendable);
  EXPECT_EQ(verdict(replace(4, 6, 1)), CommandVerdict::unknown_order);
  EXPECT_EQ(verdict(replace(0, 6, 1)), CommandVerdict::unknown_order);
  EXPECT_EQ(verdict(replace(5, 5, 1)), CommandVerdict::id_used);
  EXPECT_EQ(verdict(cancel(6)), CommandVerdict::unknown_order);
  EXPECT_EQ(verdict(enter(21, 1)), CommandVerdict::window_full) << "5 is open and in its place";
  EXPECT_EQ(verdict(enter(22, 1)), CommandVerdict::sendable);
  record::OrderCommand none = enter(6, 1);
  none.action = record::CommandAction::none;
  EXPECT_EQ(verdict(none), CommandVerdict::bad_action);
  apply(ReportAction::executed, 5, 100);
  EXPECT_EQ(verdict(cancel(5)), CommandVerdict::order_closed);
  EXPECT_EQ(verdict(replace(5, 6, 1)), CommandVerdict::order_closed);
  EXPECT_EQ(verdict(enter(21, 1)), CommandVerdict::sendable);
}

TEST_F(States, OrdersLeaveTheWindow) {
  start(1);
  apply(ReportAction::executed, 1, 100, 901);
  start(17);
  EXPECT_EQ(states.find(1), nullptr);
  EXPECT_EQ(apply(ReportAction::broken, 1, 0, 901), StateVerdict::forgotten);
  EXPECT_EQ(apply(ReportAction::executed, 33, 1), StateVerdict::unknown_order);
}

TEST_F(States, WhatIsUnansweredIsLostWhenReconciled) {
  start(1);
  start(2);
  start(3);
  ASSERT_TRUE(send(cancel(1)));
  ASSERT_TRUE(send(replace(2, 4, 100)));
  ASSERT_TRUE(send(enter(5, 100)));
  states.disconnected();
  EXPECT_TRUE(states.is_uncertain());
  std::vector<std::pair<std::uint32_t, bool>> told;
  const Reconciled result = states.reconcile(5, [&](const Order& order, bool was_cancel) {
    told.emplace_back(order.client_order_id, was_cancel);
  });
  const std::vector<std::pair<std::uint32_t, bool>> expected{{1, true}, {4, false}, {5, false}};
  EXPECT_EQ(told, expected);
  EXPECT_EQ(result.ignored, 1U) << "4 was seen, and not answered";
  EXPECT_EQ(result.never_received, 1U);
  EXPECT_EQ(result.cancels_undone, 1U);
  EXPECT_EQ(result.open, 3U);
  EXPECT_EQ(state(1), OrderState::live);
  EXPECT_EQ(state(2), OrderState::live);
  EXPECT_EQ(state(4), OrderState::lost);
  EXPECT_EQ(states.find(5)->open(), 0U);
  EXPECT_FALSE(states.is_uncertain());
}

TEST_F(States, ALostOrderThatTheVenueHasLivesAgain) {
  ASSERT_TRUE(send(enter(1, 100)));
  states.reconcile(0, [](const Order&, bool) {});
  EXPECT_EQ(state(1), OrderState::lost);
  EXPECT_EQ(apply(ReportAction::accepted, 1, 100), StateVerdict::revived);
  EXPECT_EQ(state(1), OrderState::live);
  EXPECT_EQ(states.find(1)->open(), 100U);
}

TEST_F(States, AfterARestartOrdersAreTakenFromTheReports) {
  states.adopt_unknown(true);
  EXPECT_EQ(apply(ReportAction::accepted, 3, 100), StateVerdict::applied);
  EXPECT_EQ(apply(ReportAction::executed, 3, 10), StateVerdict::applied);
  original = 3;
  EXPECT_EQ(apply(ReportAction::replaced, 4, 90), StateVerdict::applied);
  EXPECT_EQ(apply(ReportAction::rejected, 6), StateVerdict::applied);
  EXPECT_EQ(apply(ReportAction::executed, 7, 10), StateVerdict::unknown_order);
  EXPECT_EQ(state(3), OrderState::replaced);
  EXPECT_EQ(state(4), OrderState::live);
  EXPECT_EQ(states.find(4)->original, 3U);
  EXPECT_EQ(state(6), OrderState::rejected);
  EXPECT_EQ(states.newest(), 6U);
  EXPECT_FALSE(states.find(4)->has(fact_sent));
  states.adopt_unknown(false);
  EXPECT_EQ(apply(ReportAction::accepted, 8, 100), StateVerdict::unknown_order);
}

TEST_F(States, ATakenPlaceTakesNoOtherOrder) {
  states.adopt_unknown(true);
  EXPECT_EQ(apply(ReportAction::accepted, 20, 100), StateVerdict::applied);
  EXPECT_EQ(apply(ReportAction::accepted, 36, 100), StateVerdict::unknown_order) << "20 is open";
  EXPECT_EQ(apply(ReportAction::executed, 20, 100), StateVerdict::applied);
  EXPECT_EQ(apply(ReportAction::accepted, 4, 100), StateVerdict::forgotten) << "older than 20";
  EXPECT_EQ(state(20), OrderState::filled);
  EXPECT_EQ(apply(ReportAction::accepted, 36, 100), StateVerdict::applied);
}

TEST_F(States, AReplaceOfItselfIsNoReplace) {
  ASSERT_TRUE(send(enter(1, 100)));
  original = 1;
  EXPECT_EQ(apply(ReportAction::replaced, 1, 100), StateVerdict::illegal_transition);
}

// --- order of arrival ---------------------------------------------------------------------------

struct Scene {
  std::vector<record::OrderCommand> commands;
  std::vector<OrderReport> reports;
};

Scene scene() {
  Scene out;
  out.commands = {enter(1, 100), enter(2, 50), replace(1, 3, 120),
                  cancel(2, 20), enter(4, 10), replace(3, 5, 130)};
  std::uint32_t n = 0;
  const auto say = [&](ReportAction action, std::uint32_t id, std::uint32_t size,
                       std::uint64_t reference = 0) {
    out.reports.push_back(report_of(++n, action, id, size, reference));
  };
  say(ReportAction::accepted, 1, 100, 1'001);
  say(ReportAction::accepted, 2, 50, 1'002);
  say(ReportAction::executed, 1, 30, 1);
  say(ReportAction::executed, 2, 10, 2);
  say(ReportAction::replaced, 3, 90, 1'003);
  say(ReportAction::cancelled, 2, 30);
  say(ReportAction::rejected, 4, 0);
  say(ReportAction::executed, 2, 10, 3);
  say(ReportAction::executed, 3, 20, 4);
  say(ReportAction::replaced, 5, 80, 1'005);
  say(ReportAction::executed, 5, 80, 5);
  return out;
}

/// Applies the scene's reports in `turns`; each must be applied, in whatever verdict.
void play(OrderStates& states, Scene& the, const std::vector<std::size_t>& turns) {
  for (const record::OrderCommand& command : the.commands) states.sent(command);
  for (const std::size_t turn : turns) {
    OrderReport report = the.reports[turn];
    const StateVerdict verdict = states.apply(report);
    ASSERT_TRUE(verdict == StateVerdict::applied || verdict == StateVerdict::out_of_order)
        << name_of(verdict) << " of report " << turn;
  }
}

TEST(StatesOutOfOrder, AnyOrderOfArrivalLeadsToTheSameEnd) {
  Scene the = scene();
  std::vector<std::size_t> turns(the.reports.size());
  std::iota(turns.begin(), turns.end(), std::size_t{0});
  OrderStates straight({.orders = 16, .executions = 16});
  ASSERT_NO_FATAL_FAILURE(play(straight, the, turns));
  EXPECT_EQ(straight.count(StateVerdict::out_of_order), 0U);
  EXPECT_EQ(straight.find(2)->state, OrderState::cancelled);
  EXPECT_EQ(straight.find(5)->state, OrderState::filled);
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::shuffle(turns.begin(), turns.end(), random);
    OrderStates states({.orders = 16, .executions = 16});
    ASSERT_NO_FATAL_FAILURE(play(states, the, turns)) << "round " << round;
    ASSERT_EQ(states.digest(), straight.digest()) << "round " << round;
    for (const std::size_t turn : turns) {  // and all of it again
      OrderReport report = the.reports[turn];
      ASSERT_EQ(states.apply(report), StateVerdict::duplicate);
    }
    ASSERT_EQ(states.digest(), straight.digest());
  }
}

TEST(SequenceWindow, ToldExactlyWhatWasSeen) {
  std::mt19937_64 random(11);
  SequenceWindow window;
  std::vector<bool> seen(400'000);
  std::uint64_t highest = 0;
  for (int i = 0; i < 300'000; ++i) {
    const std::uint64_t around = std::max<std::uint64_t>(highest, 100'000);
    std::uint64_t number = highest + 1;
    if (random() % 3 == 0) number = around - random() % 70'000;
    if (random() % 1'000 == 0) number = highest + 1 + random() % 300;
    if (number == 0 || number >= seen.size()) continue;
    const bool too_old = highest >= number && highest - number >= SequenceWindow::window;
    const Turn expected = number == highest + 1     ? Turn::next
                          : number > highest        ? Turn::ahead
                          : too_old || seen[number] ? Turn::seen
                                                    : Turn::late;
    ASSERT_EQ(window.mark(number), expected) << number << " after " << highest;
    seen[number] = true;
    highest = std::max(highest, number);
    if (i % 10'000 != 0) continue;
    std::uint64_t missing = 0;
    const std::uint64_t oldest =
        highest >= SequenceWindow::window ? highest - SequenceWindow::window + 1 : 1;
    for (std::uint64_t n = oldest; n <= highest; ++n) missing += seen[n] ? 0 : 1;
    ASSERT_EQ(window.missing(), missing);
  }
  EXPECT_EQ(window.mark(highest + 10 * SequenceWindow::window), Turn::ahead);
  EXPECT_EQ(window.missing(), SequenceWindow::window - 1);
  EXPECT_EQ(window.mark(highest), Turn::seen) << "too old to tell";
}

TEST(StatesConfiguration, CannotBe) {
  EXPECT_THROW(OrderStates({.orders = 3, .executions = 1}), Error);
  EXPECT_THROW(OrderStates({.orders = 0, .executions = 1}), Error);
  EXPECT_THROW(OrderStates({.orders = 4, .executions = 0}), Error);
}

}  // namespace
}  // namespace hft::order
