#include "hft/strategy/quoter.hpp"

#include "strategy/strategy_fixture.hpp"

namespace hft::strategy {
namespace {

// Sizes equal, so the microprice is the mid, 100.01; quotes a cent away from it.
constexpr record::Touch even = touch_of({10'000, 100}, {10'002, 100});

class QuoterTest : public testing::Test, protected Bench<Quoter> {
 protected:
  QuoterTest() : Bench(instruments, config()) { Bench::report(ReportAction::session_up); }

  static QuoterConfig config() {
    QuoterConfig config;
    config.size = 100;
    config.position_max = 250;
    config.half_spread_e9 = cent_e9;
    config.skew_e9_per_share = cent_e9 / 100;  // a cent for 100 shares
    config.requote_e9 = cent_e9;
    config.tick_e9 = cent_e9;
    return config;
  }

  /// Both quotes live; returns what was entered.
  Commands quoting() {
    const Commands entered = touch(even);
    EXPECT_EQ(entered.size(), 2u);
    EXPECT_TRUE(accept(entered).empty());
    return entered;
  }
  std::uint32_t bid_id() { return 1; }  // of `quoting`: bids are entered first
  std::uint32_t ask_id() { return 2; }
};

TEST_F(QuoterTest, quotes_both_sides_around_the_microprice) {
  const Commands commands = touch(even);
  ASSERT_EQ(commands.size(), 2u);
  EXPECT_EQ(commands[0].side, Side::bid);
  EXPECT_EQ(commands[0].price_e9, 10'000 * cent_e9);
  EXPECT_EQ(commands[1].price_e9, 10'002 * cent_e9);
  for (const OrderCommand& command : commands) {
    EXPECT_EQ(command.action, CommandAction::enter);
    EXPECT_EQ(command.instrument, instrument);
    EXPECT_EQ(command.size, 100u);
    EXPECT_TRUE(command.flags & record::command_post_only);
    EXPECT_EQ(command.strategy, 3);
  }
  EXPECT_TRUE(commands[1].flags & record::command_short_sale);  // it holds no share
}

TEST_F(QuoterTest, prices_are_rounded_away_from_the_fair_price) {
  // 3 to 1: the microprice is 100.015; a cent less and more, rounded outward.
  const Commands commands = touch(touch_of({10'000, 300}, {10'002, 100}));
  EXPECT_EQ(of_side(commands, Side::bid)->price_e9, 10'000 * cent_e9);
  EXPECT_EQ(of_side(commands, Side::ask)->price_e9, 10'003 * cent_e9);
}

TEST_F(QuoterTest, nothing_is_asked_for_before_the_session_is_up) {
  Bench<Quoter> fresh(instruments, config());
  EXPECT_TRUE(fresh.touch(even).empty());
  EXPECT_EQ(fresh.report(ReportAction::session_up).size(), 2u);
}

TEST_F(QuoterTest, other_instruments_are_none_of_its_business) {
  record::Touch other = even;
  other.instrument = instrument + 1;
  EXPECT_TRUE(touch(other).empty());
}

TEST_F(QuoterTest, waits_for_the_answer_before_it_asks_again) {
  touch(even);
  EXPECT_TRUE(touch(touch_of({10'010, 100}, {10'012, 100})).empty());
}

TEST_F(QuoterTest, replaces_when_the_market_has_moved_and_not_before) {
  quoting();
  EXPECT_TRUE(touch(even).empty());
  EXPECT_TRUE(touch(touch_of({10'000, 110}, {10'002, 100})).size() <= 1);
  const Commands moved = touch(touch_of({10'010, 100}, {10'012, 100}));
  ASSERT_FALSE(moved.empty());
  for (const OrderCommand& command : moved) EXPECT_EQ(command.action, CommandAction::replace);
  EXPECT_EQ(of_side(moved, Side::bid)->original_client_order_id, bid_id());
  EXPECT_EQ(of_side(moved, Side::bid)->price_e9, 10'010 * cent_e9);
}

TEST_F(QuoterTest, catches_up_when_the_answer_arrives) {
  const Commands entered = touch(even);
  touch(touch_of({10'010, 100}, {10'012, 100}));
  const Commands late = Bench::report(ReportAction::accepted, entered[0].client_order_id, 100);
  ASSERT_EQ(ids(late, CommandAction::replace).size(), 1u);
  EXPECT_EQ(late[0].price_e9, 10'010 * cent_e9);
}

TEST_F(QuoterTest, holding_shares_moves_both_quotes_down) {
  quoting();
  const Commands commands = Bench::report(ReportAction::executed, bid_id(), 100);
  EXPECT_EQ(strategy.position(instrument), 100);
  EXPECT_EQ(of_side(commands, Side::bid)->action, CommandAction::enter);
  EXPECT_EQ(of_side(commands, Side::bid)->price_e9, 9'999 * cent_e9);
  EXPECT_EQ(of_side(commands, Side::ask)->action, CommandAction::replace);
  EXPECT_EQ(of_side(commands, Side::ask)->price_e9, 10'001 * cent_e9);
  EXPECT_FALSE(of_side(commands, Side::ask)->flags & record::command_short_sale);
}

TEST_F(QuoterTest, no_execution_can_carry_it_beyond_its_bound) {
  std::int64_t most = 0;
  for (int i = 0; i < 20; ++i) {
    Commands commands = touch(touch_of({10'000 + i, 100}, {10'002 + i, 100}));
    while (!commands.empty()) {  // every bid is hit at once
      Commands next = accept(commands);
      for (const OrderCommand& command : commands) {
        if (command.side != Side::bid) continue;
        const auto hit = report_of(ReportAction::executed, command.client_order_id, command.size);
        for (const OrderCommand& caused : Bench::report(hit)) next.push_back(caused);
        most = std::max(most, strategy.position(instrument));
      }
      commands = next;
    }
  }
  EXPECT_EQ(most, 250);
}

TEST_F(QuoterTest, at_the_bound_only_the_side_that_leads_back_is_quoted) {
  quoting();
  accept(Bench::report(ReportAction::executed, bid_id(), 100));  // 100 held, bid 3 entered
  accept(Bench::report(ReportAction::executed, 3, 100));         // 200 held, bid of 50
  ASSERT_EQ(strategy.position(instrument), 200);
  const Commands last = touch(touch_of({10'020, 100}, {10'022, 100}));
  EXPECT_EQ(of_side(last, Side::bid)->size, 50u);
}

TEST_F(QuoterTest, a_suspect_touch_pulls_both_quotes) {
  quoting();
  EXPECT_EQ(ids(touch(suspect(even)), CommandAction::cancel), (std::vector{bid_id(), ask_id()}));
  EXPECT_TRUE(touch(suspect(even)).empty());  // asked once
}

TEST_F(QuoterTest, a_gap_pulls_the_quotes_before_any_touch) {
  quoting();
  const auto gap = status_of(record::StatusAction::gap, record::instrument_all, 0);
  EXPECT_EQ(ids(Bench::record(gap), CommandAction::cancel), (std::vector{bid_id(), ask_id()}));
  accept({});
  EXPECT_TRUE(touch(suspect(even)).empty());
}

TEST_F(QuoterTest, quotes_on_their_way_in_are_pulled_too) {
  touch(even);
  EXPECT_EQ(ids(touch(suspect(even)), CommandAction::cancel), (std::vector{bid_id(), ask_id()}));
}

TEST_F(QuoterTest, quotes_come_back_when_the_book_is_sound_again) {
  quoting();
  EXPECT_TRUE(accept(touch(suspect(even))).empty());
  EXPECT_EQ(strategy.open_orders(), 0u);
  EXPECT_EQ(ids(touch(even), CommandAction::enter).size(), 2u);
}

TEST_F(QuoterTest, a_halt_pulls_the_quotes_and_so_does_a_state_never_told) {
  for (const char state : {'H', 'P', 'Q', '\0'}) {
    Bench<Quoter> bench(instruments, config());
    bench.report(ReportAction::session_up);
    bench.accept(bench.touch(even));
    record::Touch halted = even;
    halted.trading_state = state;
    EXPECT_EQ(bench.touch(halted).size(), 2u) << state;
  }
}

TEST_F(QuoterTest, a_halt_of_this_venue_alone_pulls_the_quotes) {
  quoting();
  using record::StatusAction;
  EXPECT_TRUE(Bench::record(status_of(StatusAction::operational_halt, 99, 'H')).empty());
  const Commands pulled = Bench::record(status_of(StatusAction::operational_halt, 7, 'H'));
  EXPECT_EQ(ids(pulled, CommandAction::cancel), (std::vector{bid_id(), ask_id()}));
  accept(pulled);
  EXPECT_TRUE(touch(even).empty());
  EXPECT_EQ(Bench::record(status_of(StatusAction::operational_halt, 7, 'T')).size(), 2u);
}

TEST_F(QuoterTest, a_one_sided_book_is_not_quoted) {
  quoting();
  EXPECT_EQ(touch(touch_of({10'000, 100}, nobody)).size(), 2u);
}

TEST_F(QuoterTest, a_session_that_goes_down_pulls_the_quotes_and_keeps_quiet) {
  quoting();
  const Commands pulled = Bench::report(ReportAction::session_down);
  EXPECT_EQ(ids(pulled, CommandAction::cancel), (std::vector{bid_id(), ask_id()}));
  EXPECT_TRUE(touch(touch_of({10'010, 100}, {10'012, 100})).empty());
}

TEST_F(QuoterTest, what_outlived_the_session_leaves_before_quoting_begins_anew) {
  quoting();
  Bench::report(ReportAction::session_down);
  Bench::report(ReportAction::cancel_rejected, bid_id());  // the gateway had no connection
  Bench::report(ReportAction::cancelled, ask_id(), 100);   // the venue did it by itself
  const Commands again = Bench::report(ReportAction::session_up);
  EXPECT_EQ(of_side(again, Side::none)->client_order_id, bid_id());
  EXPECT_EQ(of_side(again, Side::none)->action, CommandAction::cancel);
  EXPECT_EQ(of_side(again, Side::ask)->action, CommandAction::enter);
  const Commands then = Bench::report(ReportAction::cancelled, bid_id(), 100);
  EXPECT_EQ(of_side(then, Side::bid)->action, CommandAction::enter);
}

TEST_F(QuoterTest, a_refusal_is_answered_with_a_pause_and_not_with_the_same_again) {
  const Commands entered = touch(even);
  for (const OrderCommand& command : entered) {
    EXPECT_TRUE(Bench::report(ReportAction::rejected, command.client_order_id).empty());
  }
  EXPECT_TRUE(touch(even).empty());
  EXPECT_TRUE(time(open_ns + second_ns - 1).empty());
  EXPECT_EQ(time(open_ns + second_ns).size(), 2u);
}

TEST_F(QuoterTest, a_refused_cancel_is_asked_again_after_a_pause) {
  quoting();
  touch(suspect(even));
  EXPECT_TRUE(Bench::report(ReportAction::cancel_rejected, bid_id()).empty());
  EXPECT_TRUE(touch(suspect(even)).empty());
  EXPECT_EQ(ids(time(open_ns + second_ns), CommandAction::cancel), std::vector{bid_id()});
}

TEST_F(QuoterTest, a_book_that_was_cleared_is_not_quoted) {
  quoting();
  auto clear = feature::execution(0, open_ns, 5);
  clear.action = record::Action::clear;
  clear.instrument = record::instrument_all;
  EXPECT_EQ(Bench::record(clear).size(), 2u);
}

TEST_F(QuoterTest, never_quotes_through_the_other_side) {
  QuoterConfig eager = config();
  eager.skew_e9_per_share = cent_e9;  // a dollar for 100 shares
  Bench<Quoter> bench(instruments, eager);
  bench.report(ReportAction::session_up);
  bench.accept(bench.touch(even));
  const auto commands = bench.report(ReportAction::executed, ask_id(), 100);  // now 100 short
  EXPECT_EQ(of_side(commands, Side::bid)->price_e9, 10'001 * cent_e9);
}

TEST_F(QuoterTest, several_instruments_are_kept_apart) {
  const std::array several{instrument, instrument + 1};
  Bench<Quoter> bench(several, config());
  bench.report(ReportAction::session_up);
  bench.accept(bench.touch(even));
  record::Touch other = even;
  other.instrument = instrument + 1;
  bench.accept(bench.touch(other));
  bench.report(ReportAction::executed, 3, 40);
  EXPECT_EQ(bench.strategy.position(instrument), 0);
  EXPECT_EQ(bench.strategy.position(instrument + 1), 40);
  EXPECT_EQ(bench.report(ReportAction::session_down).size(), 4u);
}

}  // namespace
}  // namespace hft::strategy
