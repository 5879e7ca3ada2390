// The checks of an order alone: each just inside its limit, at it, beyond it, and with an overflow.
#include "risk/gate_fixture.hpp"

namespace hft::risk {
namespace {

constexpr std::int64_t mark = 100 * unit + cent;  // of the fixture's touch, 100.00 and 100.02

using GateOrder = GateTest;

TEST_F(GateOrder, APlainOrderPassesAndIsHandedOn) {
  const OrderCommand command = order();
  const Checked checked = gate.check(command);
  ASSERT_EQ(checked.verdict, Verdict::passed);
  ASSERT_NE(checked.passed, nullptr);
  EXPECT_EQ(std::memcmp(&checked.passed->command(), &command, sizeof command), 0);
  EXPECT_EQ(gate.shared().verdict_counts()[0], 1u);
}

TEST_F(GateOrder, ARefusedOrderIsNotHandedOnAndCounted) {
  const Checked checked = gate.check(order(Side::bid, 0));
  EXPECT_EQ(checked.verdict, Verdict::bad_terms);
  EXPECT_EQ(checked.passed, nullptr);
  EXPECT_EQ(gate.shared().verdict_counts()[5], 1u);
  EXPECT_EQ(held(firm).open_bid_size, 0);
}

TEST_F(GateOrder, FormsThatMakeNoSense) {
  OrderCommand command = order();
  command.client_order_id = 0;
  EXPECT_EQ(check(command), Verdict::malformed);
  command = order();
  command.action = CommandAction::none;
  EXPECT_EQ(check(command), Verdict::malformed);
  command = order();
  command.kind = record::Kind::order;
  EXPECT_EQ(check(command), Verdict::malformed);
  command = order();
  command.original_client_order_id = 1;
  EXPECT_EQ(check(command), Verdict::malformed);
  command = order();
  command.action = CommandAction::replace;
  EXPECT_EQ(check(command), Verdict::malformed);
  const OrderCommand once = sent(order());
  EXPECT_EQ(check(once), Verdict::malformed) << "its id is used";
}

TEST_F(GateOrder, IdsBeyondTheTable) {
  OrderCommand command = order();
  command.client_order_id = 256;
  EXPECT_EQ(check(command), Verdict::full);
  command.client_order_id = 255;
  EXPECT_EQ(check(command), Verdict::passed);
}

TEST_F(GateOrder, ExecutionsBeyondTheTable) {
  const OrderCommand command = sent(order(Side::bid, 64));
  for (std::uint64_t i = 1; i <= 64; ++i) {
    if (i == 64) {
      EXPECT_EQ(check(order()), Verdict::passed);
    }
    EXPECT_EQ(fill(command, 1, mark, i), ReportVerdict::applied);
  }
  EXPECT_EQ(check(order()), Verdict::full);
}

TEST_F(GateOrder, StrategyAndAccountBelongTogether) {
  OrderCommand command = order();
  command.strategy = 3;
  EXPECT_EQ(check(command), Verdict::hierarchy);
  command = order();
  command.account = 2;
  EXPECT_EQ(check(command), Verdict::hierarchy);
  command = order();
  command.account = 1;
  EXPECT_EQ(check(command), Verdict::hierarchy) << "strategy 0 is for account 0";
  command.strategy = 2;
  EXPECT_EQ(check(command), Verdict::passed);
}

TEST_F(GateOrder, InstrumentsOutsideTheTable) {
  OrderCommand command = order();
  command.instrument = 8;
  EXPECT_EQ(check(command), Verdict::unknown_instrument);
  command.instrument = 1 << 16 | 1;
  EXPECT_EQ(check(command), Verdict::unknown_instrument);
  command.instrument = 7;
  EXPECT_EQ(check(command), Verdict::passed);
}

TEST_F(GateOrder, InstrumentsWithoutASession) {
  status(record::StatusAction::trading, 1, 'X');
  EXPECT_EQ(check(order()), Verdict::unknown_instrument);
  status(record::StatusAction::trading, 1, 'T');
  for (const char state : {'S', 'Q', 'M'}) {
    status(record::StatusAction::system, record::instrument_all, state);
    EXPECT_EQ(check(order()), Verdict::passed) << state;
  }
  for (const char state : {'O', 'E', 'C'}) {
    status(record::StatusAction::system, record::instrument_all, state);
    EXPECT_EQ(check(order()), Verdict::unknown_instrument) << state;
  }
  status(record::StatusAction::system, record::instrument_all, 'Q');
  status(record::StatusAction::session_end, record::instrument_all, 0);
  EXPECT_EQ(check(order()), Verdict::unknown_instrument);
}

TEST_F(GateOrder, ANewSessionForgetsNames) {
  status(record::StatusAction::session_start, record::instrument_all, 0);
  status(record::StatusAction::system, record::instrument_all, 'Q');
  EXPECT_EQ(check(order()), Verdict::unknown_instrument);
  name(1);
  EXPECT_EQ(check(order()), Verdict::unknown_instrument) << "no trading state yet";
  status(record::StatusAction::trading, 1, 'T');
  EXPECT_EQ(check(order()), Verdict::stale_market) << "no touch yet";
  touch(1, 100 * unit, 100 * unit + 2 * cent);
  EXPECT_EQ(check(order()), Verdict::passed);
}

TEST_F(GateOrder, RestrictedInstruments) {
  set(Scope::instrument, 0, Limit::tradable, 0, 1);
  EXPECT_EQ(check(order()), Verdict::restricted_instrument);
  OrderCommand other = order();
  other.instrument = 2;
  EXPECT_EQ(check(other), Verdict::passed);
}

TEST_F(GateOrder, TicksAndLots) {
  EXPECT_EQ(check(order(Side::bid, 100, 100 * unit + cent / 2)), Verdict::bad_terms);
  set(Scope::instrument, 0, Limit::tick_e9, cent / 2, 1);
  EXPECT_EQ(check(order(Side::bid, 100, 100 * unit + cent / 2)), Verdict::passed);
  name(1, 'Q', cent);
  EXPECT_EQ(check(order(Side::bid, 100, 100 * unit + cent / 2)), Verdict::bad_terms);
  name(1);
  set(Scope::instrument, 0, Limit::lot_size, 100, 1);
  EXPECT_EQ(check(order(Side::bid, 99)), Verdict::bad_terms);
  EXPECT_EQ(check(order(Side::bid, 101)), Verdict::bad_terms);
  EXPECT_EQ(check(order(Side::bid, 200)), Verdict::passed);
}

TEST_F(GateOrder, TicksBelowOneCurrencyUnit) {
  touch(1, unit - cent, unit);
  const std::int64_t fine = unit / 10'000;
  EXPECT_EQ(check(order(Side::bid, 100, unit - fine)), Verdict::passed);
  EXPECT_EQ(check(order(Side::bid, 100, unit - fine / 2)), Verdict::bad_terms);
  EXPECT_EQ(check(order(Side::bid, 100, unit)), Verdict::passed);
  EXPECT_EQ(check(order(Side::bid, 100, unit + fine)), Verdict::bad_terms);
}

TEST_F(GateOrder, TermsThatExcludeEachOther) {
  const auto with = [this](std::uint8_t flags, auto change) {
    OrderCommand command = order();
    command.flags = flags;
    change(command);
    return check(command);
  };
  const auto nothing = [](OrderCommand&) {};
  const auto market = [](OrderCommand& it) { it.price_e9 = record::price_null; };
  const auto immediate = [](OrderCommand& it) {
    it.time_in_force = record::TimeInForce::immediate;
  };
  using namespace record;
  EXPECT_EQ(with(128, nothing), Verdict::bad_terms);
  EXPECT_EQ(with(command_post_only | command_market, market), Verdict::bad_terms);
  EXPECT_EQ(with(command_post_only, immediate), Verdict::bad_terms);
  EXPECT_EQ(with(command_post_only, nothing), Verdict::passed);
  EXPECT_EQ(with(command_opening_cross | command_closing_cross, nothing), Verdict::bad_terms);
  EXPECT_EQ(with(command_short_sale, nothing), Verdict::bad_terms) << "a bid is no sale";
  EXPECT_EQ(with(command_market, nothing), Verdict::bad_terms) << "with a price";
  EXPECT_EQ(with(command_market, market), Verdict::passed);
  EXPECT_EQ(with(0, market), Verdict::bad_terms) << "without a price";
  EXPECT_EQ(with(0, [](OrderCommand& it) { it.price_e9 = 0; }), Verdict::bad_terms);
  EXPECT_EQ(with(0, [](OrderCommand& it) { it.price_e9 = -cent; }), Verdict::bad_terms);
  EXPECT_EQ(with(0, [](OrderCommand& it) { it.side = Side::none; }), Verdict::bad_terms);
  EXPECT_EQ(with(0, [](OrderCommand& it) { it.time_in_force = TimeInForce{3}; }),
            Verdict::bad_terms);
  EXPECT_EQ(with(0, [](OrderCommand& it) { it.display = 2; }), Verdict::bad_terms) << "100 of 200";
  EXPECT_EQ(with(0, [](OrderCommand& it) { it.display = 1; }), Verdict::passed);
}

TEST_F(GateOrder, MarketOrdersWhereNotAllowed) {
  const auto market = [this] {
    OrderCommand command = order(Side::bid, 100, record::price_null);
    command.flags = record::command_market;
    return check(command);
  };
  EXPECT_EQ(market(), Verdict::passed);
  for (const Scope scope : {Scope::firm, Scope::account, Scope::strategy, Scope::instrument}) {
    set(scope, 0, Limit::market_orders, 0);
    EXPECT_EQ(market(), Verdict::market_order);
    set(scope, 0, Limit::market_orders, 1);
    EXPECT_EQ(market(), Verdict::passed);
  }
}

TEST_F(GateOrder, RestrictedVenuesSegmentsAndKinds) {
  const auto refuse = [this](Limit limit, std::int64_t bit, OrderCommand command) {
    const std::int64_t all = find_limit(static_cast<std::uint8_t>(limit))->most;
    for (const Scope scope : {Scope::firm, Scope::account, Scope::strategy}) {
      set(scope, 0, limit, bit);
      command.client_order_id = next_id++;
      EXPECT_EQ(check(command), Verdict::passed);
      set(scope, 0, limit, all & ~bit);
      command.client_order_id = next_id++;
      EXPECT_EQ(check(command), Verdict::restricted_kind);
      set(scope, 0, limit, all);
    }
  };
  refuse(Limit::venues, 1 << 1, order());
  refuse(Limit::market_categories, 1 << ('Q' - 'A'), order());
  refuse(Limit::order_kinds, 1 << 8, order());
  OrderCommand command = order();
  command.time_in_force = record::TimeInForce::immediate;
  refuse(Limit::order_kinds, 1 << 9, command);
  command.time_in_force = record::TimeInForce::extended;
  refuse(Limit::order_kinds, 1 << 10, command);
  command = order();
  command.display = record::display_none;
  refuse(Limit::order_kinds, 1 << 8 | 1 << 11, command);
  command.display = 1;
  refuse(Limit::order_kinds, 1 << 8 | 1 << 12, command);
  command = order();
  command.flags = record::command_retail;
  refuse(Limit::order_kinds, 1 << 8 | record::command_retail, command);
  name(1, ' ');
  refuse(Limit::market_categories, 1 << 26, order());
}

TEST_F(GateOrder, VenuesBeyondTheBits) {
  OrderCommand command = order();
  command.venue = record::Venue{62};
  EXPECT_EQ(check(command), Verdict::restricted_kind);
}

TEST_F(GateOrder, Halts) {
  for (const char state : {'H', 'P'}) {
    status(record::StatusAction::trading, 1, state);
    EXPECT_EQ(check(order()), Verdict::halted);
  }
  status(record::StatusAction::trading, 1, 'T');
  status(record::StatusAction::operational_halt, 1, 'H');
  EXPECT_EQ(check(order()), Verdict::halted);
  status(record::StatusAction::operational_halt, 1, 'T');
  EXPECT_EQ(check(order()), Verdict::passed);
}

TEST_F(GateOrder, PriceBands) {
  set(Scope::instrument, 0, Limit::band_low_e9, 99 * unit, 1);
  set(Scope::instrument, 0, Limit::band_high_e9, 101 * unit, 1);
  EXPECT_EQ(check(order(Side::bid, 1, 99 * unit - cent)), Verdict::halted);
  EXPECT_EQ(check(order(Side::bid, 1, 99 * unit)), Verdict::passed);
  EXPECT_EQ(check(order(Side::bid, 1, 101 * unit)), Verdict::passed);
  EXPECT_EQ(check(order(Side::bid, 1, 101 * unit + cent)), Verdict::halted);
}

TEST_F(GateOrder, Collar) {
  for (const Scope scope : {Scope::firm, Scope::account, Scope::strategy, Scope::instrument}) {
    set(scope, 0, Limit::collar_ppm, 10'000);  // 1 %: 1.0001, so 99.0099 to 101.0101
    EXPECT_EQ(check(order(Side::bid, 1, 101 * unit)), Verdict::passed);
    EXPECT_EQ(check(order(Side::bid, 1, 101 * unit + cent)), Verdict::passed);
    EXPECT_EQ(check(order(Side::bid, 1, 101 * unit + 2 * cent)), Verdict::collar);
    EXPECT_EQ(check(order(Side::bid, 1, 99 * unit + cent)), Verdict::passed);
    EXPECT_EQ(check(order(Side::bid, 1, 99 * unit)), Verdict::collar);
    set(scope, 0, Limit::collar_ppm, one_in_ppm);
  }
}

TEST_F(GateOrder, CollarAtItsVeryPrice) {
  set(Scope::instrument, 0, Limit::tick_e9, 100'000, 1);
  set(Scope::firm, 0, Limit::collar_ppm, 10'000);
  const std::int64_t furthest = mark + mark / 100;
  EXPECT_EQ(check(order(Side::bid, 1, furthest)), Verdict::passed);
  EXPECT_EQ(check(order(Side::bid, 1, furthest + 100'000)), Verdict::collar);
}

TEST_F(GateOrder, CollarOfTheLargestPrice) {
  set(Scope::firm, 0, Limit::collar_ppm, 10'000);
  const std::int64_t largest = value_most / cent * cent;
  EXPECT_EQ(check(order(Side::bid, 1, largest)), Verdict::collar);
}

TEST_F(GateOrder, AuctionCollar) {
  set(Scope::firm, 0, Limit::collar_ppm, 0);
  set(Scope::firm, 0, Limit::blow_through_ppm, 0);
  set(Scope::strategy, 0, Limit::auction_collar_ppm, 10'000);
  status(record::StatusAction::trading, 1, 'Q');
  EXPECT_EQ(check(order(Side::bid, 1, 101 * unit + cent)), Verdict::passed);
  EXPECT_EQ(check(order(Side::bid, 1, 101 * unit + 2 * cent)), Verdict::auction_collar);
  status(record::StatusAction::trading, 1, 'T');
  OrderCommand cross = order(Side::bid, 1, 101 * unit + cent);
  cross.flags = record::command_closing_cross;
  EXPECT_EQ(check(cross), Verdict::passed);
  cross = order(Side::bid, 1, 101 * unit + 2 * cent);
  cross.flags = record::command_opening_cross;
  EXPECT_EQ(check(cross), Verdict::auction_collar);
}

TEST_F(GateOrder, AuctionsBeforeAnyTouchGoByTheReferencePrice) {
  Gate fresh(small_config());
  std::swap(fresh, gate);
  widen();
  clock(0);
  session(ReportAction::session_up, 0, 1);
  status(record::StatusAction::system, record::instrument_all, 'S');
  name(1);
  status(record::StatusAction::trading, 1, 'Q');
  EXPECT_EQ(check(order()), Verdict::auction_collar) << "no reference";
  set(Scope::instrument, 0, Limit::reference_price_e9, 100 * unit, 1);
  set(Scope::instrument, 0, Limit::auction_collar_ppm, 10'000, 1);
  EXPECT_EQ(check(order(Side::bid, 1, 101 * unit + cent)), Verdict::auction_collar);
  EXPECT_EQ(check(order(Side::bid, 1, 101 * unit)), Verdict::passed);
  EXPECT_EQ(held(firm).value_e6, 101'000'000) << "its price is the first mark";
}

TEST_F(GateOrder, BlowThrough) {
  for (const Scope scope : {Scope::firm, Scope::account, Scope::strategy, Scope::instrument}) {
    set(scope, 0, Limit::blow_through_ppm, 1'000);  // 0.1 %: 0.10002 above 100.02
    EXPECT_EQ(check(order(Side::bid, 1, 100 * unit + 12 * cent)), Verdict::passed);
    EXPECT_EQ(check(order(Side::bid, 1, 100 * unit + 13 * cent)), Verdict::blow_through);
    set(scope, 0, Limit::blow_through_ppm, one_in_ppm);
  }
  set(Scope::firm, 0, Limit::blow_through_ppm, 1'000);
  touch(1, 200 * unit, 200 * unit + 2 * cent);
  EXPECT_EQ(check(order(Side::ask, 1, 199 * unit + 80 * cent)), Verdict::passed);
  EXPECT_EQ(check(order(Side::ask, 1, 199 * unit + 79 * cent)), Verdict::blow_through);
}

TEST_F(GateOrder, BlowThroughNeedsAFarSide) {
  set(Scope::firm, 0, Limit::blow_through_ppm, 0);
  EXPECT_EQ(check(order(Side::bid, 1, 101 * unit)), Verdict::blow_through);
  touch(1, 100 * unit, record::price_null);
  EXPECT_EQ(check(order(Side::bid, 1, 101 * unit)), Verdict::passed);
}

TEST_F(GateOrder, Size) {
  for (const Scope scope : {Scope::firm, Scope::account, Scope::strategy, Scope::instrument}) {
    set(scope, 0, Limit::order_size, 500);
    EXPECT_EQ(check(order(Side::bid, 499)), Verdict::passed);
    EXPECT_EQ(check(order(Side::bid, 500)), Verdict::passed);
    EXPECT_EQ(check(order(Side::bid, 501)), Verdict::order_size);
    set(scope, 0, Limit::order_size, order_size_most);
  }
  touch(2, cent, 3 * cent);
  OrderCommand largest = order(Side::bid, 0xffffffff, cent);
  largest.instrument = 2;
  EXPECT_EQ(check(largest), Verdict::passed);
}

TEST_F(GateOrder, Value) {
  for (const Scope scope : {Scope::firm, Scope::account, Scope::strategy, Scope::instrument}) {
    set(scope, 0, Limit::order_value_e6, 10'000'000'000);
    EXPECT_EQ(check(order(Side::bid, 100, 100 * unit - cent)), Verdict::passed);
    EXPECT_EQ(check(order(Side::bid, 100, 100 * unit)), Verdict::passed);
    EXPECT_EQ(check(order(Side::bid, 100, 100 * unit + cent)), Verdict::order_value);
    set(scope, 0, Limit::order_value_e6, value_most);
  }
}

TEST_F(GateOrder, AValueThatDoesNotFitIsRefusedWhateverTheLimit) {
  touch(1, 100 * unit - cent, 100 * unit + cent);
  const std::uint32_t fits = 92'233'720;  // times 100.00 is below 2^63 in 1e-9
  EXPECT_EQ(check(order(Side::bid, fits)), Verdict::passed);
  EXPECT_EQ(check(order(Side::bid, fits + 1)), Verdict::order_value);
}

TEST_F(GateOrder, ValueOfMarketOrdersIsBeyondTheFarTouch) {
  set(Scope::firm, 0, Limit::blow_through_ppm, 10'000);
  const auto market = [this](Side side) {
    OrderCommand command = order(side, 100, record::price_null);
    command.flags |= record::command_market;
    command.instrument = 3;
    return check(command);
  };
  const std::int64_t of_bid = (100 * unit + 2 * cent) / 100 * 101 / 10;  // 100 shares, 1 % above
  set(Scope::firm, 0, Limit::order_value_e6, of_bid - 1);
  EXPECT_EQ(market(Side::bid), Verdict::order_value);
  set(Scope::firm, 0, Limit::order_value_e6, of_bid);
  EXPECT_EQ(market(Side::bid), Verdict::passed);
  touch(3, 100 * unit, record::price_null);
  EXPECT_EQ(market(Side::bid), Verdict::stale_market) << "nothing to trade with";
}

TEST_F(GateOrder, ShareOfTheAverageDay) {
  set(Scope::instrument, 0, Limit::average_daily_size, 10'000, 1);
  for (const Scope scope : {Scope::firm, Scope::account, Scope::strategy, Scope::instrument}) {
    set(scope, 0, Limit::average_daily_ppm, 50'000);
    EXPECT_EQ(check(order(Side::bid, 499)), Verdict::passed);
    EXPECT_EQ(check(order(Side::bid, 500)), Verdict::passed);
    EXPECT_EQ(check(order(Side::bid, 501)), Verdict::daily_share);
    set(scope, 0, Limit::average_daily_ppm, one_in_ppm);
  }
}

TEST_F(GateOrder, Identification) {
  set(Scope::strategy, 0, Limit::algorithm_id, 0);
  EXPECT_EQ(check(order()), Verdict::unidentified);
  set(Scope::strategy, 0, Limit::algorithm_id, 1);
  set(Scope::strategy, 0, Limit::trader_id, 0);
  EXPECT_EQ(check(order()), Verdict::unidentified);
  set(Scope::strategy, 0, Limit::trader_id, 1);
  EXPECT_EQ(check(order()), Verdict::passed);
}

TEST_F(GateOrder, StaleClock) {
  set(Scope::firm, 0, Limit::clock_offset_ns, 1'000);
  for (const std::int64_t sign : {-1, 1}) {
    clock(sign * 1'000);
    EXPECT_EQ(check(order()), Verdict::passed);
    clock(sign * 1'001);
    EXPECT_EQ(check(order()), Verdict::stale_market);
  }
  clock(std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(check(order()), Verdict::stale_market);
  clock(record::price_null);
  EXPECT_EQ(check(order()), Verdict::stale_market) << "not known";
  clock(0);
  set(Scope::firm, 0, Limit::clock_age_ns, 500);
  now += 500;
  EXPECT_EQ(check(order()), Verdict::passed);
  now += 1;
  EXPECT_EQ(check(order()), Verdict::stale_market);
}

TEST_F(GateOrder, SilentFeedAndOldTouch) {
  set(Scope::firm, 0, Limit::feed_silence_ns, 700);
  set(Scope::instrument, 0, Limit::touch_age_ns, 900, 1);
  now += 700;
  EXPECT_EQ(check(order()), Verdict::passed);
  now += 1;
  EXPECT_EQ(check(order()), Verdict::stale_market);
  touch(2, unit, 2 * unit);  // another instrument: the feed speaks
  EXPECT_EQ(check(order()), Verdict::passed);
  now += 199;
  EXPECT_EQ(check(order()), Verdict::passed);
  now += 1;
  EXPECT_EQ(check(order()), Verdict::stale_market) << "the touch is 901 ns old";
}

TEST_F(GateOrder, SuspectBooks) {
  touch(1, 100 * unit, 100 * unit + 2 * cent, record::flag_book_suspect);
  EXPECT_EQ(check(order()), Verdict::stale_market);
  touch(1, 100 * unit, 100 * unit + 2 * cent);
  EXPECT_EQ(check(order()), Verdict::passed);
  for (const auto action : {record::StatusAction::gap, record::StatusAction::late_start}) {
    status(action, record::instrument_all, 0);
    touch(2, unit, 2 * unit);
    EXPECT_EQ(check(order()), Verdict::stale_market);
    touch(1, 100 * unit, 100 * unit + 2 * cent);
    EXPECT_EQ(check(order()), Verdict::passed);
  }
}

TEST_F(GateOrder, ASuspectTouchMovesNoMark) {
  touch(1, 50 * unit, 50 * unit, record::flag_book_suspect);
  set(Scope::firm, 0, Limit::collar_ppm, 10'000);
  touch(1, 100 * unit, record::price_null);  // no longer suspect, and no new mark
  EXPECT_EQ(check(order(Side::bid, 1, 101 * unit + cent)), Verdict::passed);
}

}  // namespace
}  // namespace hft::risk
