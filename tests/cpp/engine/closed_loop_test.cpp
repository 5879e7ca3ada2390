// The loop closed: what an order causes comes back as market data, and both ends agree, whatever is
// cut, lost or killed on the way.
#include <gtest/gtest.h>

#include <set>

#include "engine/closed_loop_fixture.hpp"
#include "hft/wire/ouch50.hpp"
#include "hft/wire/soupbintcp.hpp"

namespace hft::test {

namespace {

namespace ouch = wire::ouch50::outbound;
using record::CommandAction;
using record::Kind;
using record::OrderCommand;
using record::OrderReport;
using record::ReportAction;

/// Calls `visit` with each message of an account's stream.
template <class Visit>
void for_each_message(const venue::DayStore& stream, Visit visit) {
  std::uint64_t place = 0;
  for (auto bytes = stream.read(place); !bytes.empty(); bytes = stream.read(place)) {
    place += bytes.size();
    while (!bytes.empty()) {
      const std::size_t length = *reinterpret_cast<const Be16*>(bytes.data());
      visit(bytes.subspan(sizeof(Be16) + 1, length - 1));
      bytes = bytes.subspan(sizeof(Be16) + length);
    }
  }
}

template <class Message>
const Message* message_as(std::span<const std::byte> bytes) {
  if (static_cast<char>(bytes[0]) != Message::tag) return nullptr;
  return reinterpret_cast<const Message*>(bytes.data());
}

struct Told {
  std::string symbol;
  bool bought;
};

}  // namespace

std::map<std::string, std::int64_t> positions_at_exchange(engine::exchange::ExchangeCore& core) {
  std::map<std::uint32_t, Told> orders;
  std::map<std::string, std::int64_t> positions;
  const auto note = [&](const auto& message) {
    const std::string symbol(message.symbol.begin(), message.symbol.end());
    orders[message.user_ref_num] = {symbol.substr(0, symbol.find(' ')), message.side == 'B'};
  };
  for_each_message(core.account(0).stream(), [&](std::span<const std::byte> bytes) {
    if (const auto* accepted = message_as<ouch::OrderAccepted>(bytes)) note(*accepted);
    if (const auto* replaced = message_as<ouch::OrderReplaced>(bytes)) note(*replaced);
    const auto* executed = message_as<ouch::OrderExecuted>(bytes);
    if (executed == nullptr) return;
    const Told& order = orders.at(executed->user_ref_num);
    const std::int64_t shares = std::uint32_t{executed->shares};
    positions[order.symbol] += order.bought ? shares : -shares;
  });
  std::erase_if(positions, [](const auto& position) { return position.second == 0; });
  return positions;
}

namespace {

template <class Loop>
std::map<std::string, std::int64_t> positions_at_gate(const Loop& loop) {
  std::map<std::string, std::int64_t> positions;
  const std::string symbols = "?ABCDE";
  const risk::Gate& gate = loop.gate();
  for (std::uint32_t instrument = 1; instrument <= 5; ++instrument) {
    const auto& holding = gate.shared().holdings()[instrument * gate.config().actors()];
    if (holding.position != 0) positions[std::string(4, symbols[instrument])] = holding.position;
  }
  return positions;
}

template <class Loop>
std::map<std::string, std::int64_t> positions_at_strategy(const Loop& loop) {
  std::map<std::string, std::int64_t> positions;
  const std::string symbols = "?ABCDE";
  for (const std::uint32_t instrument : traded) {
    if (loop.strategy().position(instrument) != 0)
      positions[std::string(4, symbols[instrument])] = loop.strategy().position(instrument);
  }
  return positions;
}

std::uint64_t live_at_exchange(engine::exchange::ExchangeCore& core) {
  std::uint64_t live = 0;
  for (auto token = core.account(0).next_live(0, venue::no_instrument); token != 0;
       token = core.account(0).next_live(token, venue::no_instrument)) {
    ++live;
  }
  return live;
}

std::size_t count_of(const KeepingTap& tap, ReportAction action) {
  std::size_t count = 0;
  for (const OrderReport& report : tap.of<OrderReport>(Kind::order_report))
    count += report.action == action ? 1 : 0;
  return count;
}

/// By then the engine trades: at first it waits for a heartbeat, which says that the exchange has
/// repeated all there is, and that comes after a second.
constexpr std::uint64_t warm_ns = 1'200 * ns_per_ms;

/// All that must hold when nothing is on its way.
template <class Loop>
void expect_agreement(Loop& loop) {
  const auto at_exchange = positions_at_exchange(loop.exchange());
  EXPECT_EQ(positions_at_gate(loop), at_exchange);
  EXPECT_EQ(positions_at_strategy(loop), at_exchange);
  EXPECT_EQ(loop.gate().shared().actor_totals()[0].open_orders, live_at_exchange(loop.exchange()));
  EXPECT_EQ(loop.strategy().open_orders(), live_at_exchange(loop.exchange()));
  EXPECT_EQ(loop.bad_messages(), 0);
}

}  // namespace

TEST(ClosedLoop, QuoterTradesAndBothEndsAgree) {
  const auto options = loop_options();
  KeepingTap tap;
  QuoterLoop loop(options, quoter(), tap);
  loop.run_until(options.start_ns + 2'000 * ns_per_ms);
  EXPECT_GT(count_of(tap, ReportAction::accepted), 20U);
  EXPECT_GT(count_of(tap, ReportAction::executed), 5U);
  EXPECT_FALSE(positions_at_exchange(loop.exchange()).empty());
  expect_agreement(loop);
}

TEST(ClosedLoop, TakerTradesAndBothEndsAgree) {
  const auto options = loop_options();
  KeepingTap tap;
  TakerLoop loop(options, taker(), tap);
  loop.run_until(options.start_ns + 2'000 * ns_per_ms);
  EXPECT_GT(count_of(tap, ReportAction::executed), 5U);
  expect_agreement(loop);
}

TEST(ClosedLoop, PublishedFeedRebuildsTheExchangesBooks) {
  const auto options = loop_options();
  KeepingTap tap;
  QuoterLoop loop(options, quoter(), tap);
  for (int step = 1; step <= 20; ++step) {
    loop.run_until(options.start_ns + static_cast<std::uint64_t>(step) * 100 * ns_per_ms);
    ASSERT_EQ(loop.books().digest(), loop.exchange().digest()) << "at step " << step;
  }
}

TEST(ClosedLoop, SameOptionsGiveTheSameOrders) {
  const auto run = [](std::uint64_t seed) {
    auto options = loop_options(seed);
    options.loss = {0.02, 0.02};
    KeepingTap tap;
    QuoterLoop loop(options, quoter(), tap);
    loop.run_until(options.start_ns + warm_ns + 500 * ns_per_ms);
    return tap.digest();
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
}

TEST(ClosedLoop, NoOrderLeavesAfterAKillAndOpenOnesAreCancelled) {
  const auto options = loop_options();
  KeepingTap tap;
  QuoterLoop loop(options, quoter(), tap);
  loop.run_until(options.start_ns + warm_ns + 500 * ns_per_ms);
  ASSERT_GT(live_at_exchange(loop.exchange()), 0U);
  record::ControlEvent kill{};
  kill.action = record::ControlAction::kill;
  kill.scope = record::Scope::firm;
  const auto asked_before = loop.exchange().counters().messages;
  loop.control(kill);
  EXPECT_EQ(live_at_exchange(loop.exchange()), 0U);
  const auto asked = loop.exchange().counters().messages;
  EXPECT_GT(asked, asked_before);  // the cancels
  const auto accepted = count_of(tap, ReportAction::accepted);
  loop.run_until(options.start_ns + warm_ns + 1'500 * ns_per_ms);
  EXPECT_EQ(loop.exchange().counters().messages, asked);
  EXPECT_EQ(count_of(tap, ReportAction::accepted), accepted);
  expect_agreement(loop);

  record::ControlEvent resume = kill;
  resume.action = record::ControlAction::resume;
  resume.reason = {'t', 'e', 's', 't'};
  loop.control(resume);
  loop.run_until(options.start_ns + warm_ns + 3'000 * ns_per_ms);
  EXPECT_GT(count_of(tap, ReportAction::accepted), accepted);
  expect_agreement(loop);
}

TEST(ClosedLoop, AGapPullsTheQuotes) {
  const auto options = loop_options();
  KeepingTap tap;
  QuoterLoop loop(options, quoter(), tap);
  loop.run_until(options.start_ns + warm_ns + 500 * ns_per_ms);
  ASSERT_GT(live_at_exchange(loop.exchange()), 0U);
  loop.lose_packets(1);
  loop.run_until(options.start_ns + warm_ns + 700 * ns_per_ms);
  EXPECT_EQ(loop.feed_counters().gaps, 1U);
  EXPECT_TRUE(loop.books().is_suspect(1));
  EXPECT_EQ(live_at_exchange(loop.exchange()), 0U);
  expect_agreement(loop);
}

TEST(ClosedLoop, OneLineWithLossIsNoGap) {
  auto options = loop_options();
  options.loss = {0.2, 0};
  KeepingTap tap;
  QuoterLoop loop(options, quoter(), tap);
  loop.run_until(options.start_ns + warm_ns + 500 * ns_per_ms);
  EXPECT_EQ(loop.feed_counters().gaps, 0U);
  EXPECT_EQ(loop.books().digest(), loop.exchange().digest());
}

TEST(ClosedLoop, AnotherEngineTakesOverWhatTheFirstOneHolds) {
  auto options = loop_options();
  KeepingTap tap;
  QuoterLoop first(options, quoter(), tap);
  first.run_until(options.start_ns + 2'000 * ns_per_ms);
  const auto held = positions_at_exchange(first.exchange());
  ASSERT_FALSE(held.empty());

  options.start_ns = first.now_ns();
  options.first_client_order_id = first.gateway().next_id();
  KeepingTap second_tap;
  QuoterLoop second(options, quoter(), second_tap, first.leave());
  EXPECT_EQ(live_at_exchange(second.exchange()), 0U);
  second.run_until(options.start_ns + warm_ns);
  ASSERT_TRUE(second.gateway().ready());
  second.run_until(options.start_ns + warm_ns + 1'000 * ns_per_ms);
  EXPECT_GT(second.gateway().orders().newest(), options.first_client_order_id + 10);
  EXPECT_NE(positions_at_exchange(second.exchange()), held);  // it traded too
  EXPECT_EQ(positions_at_gate(second), positions_at_exchange(second.exchange()));
  EXPECT_EQ(second.books().digest(), second.exchange().digest());
  EXPECT_EQ(second.gate().shared().actor_totals()[0].open_orders,
            live_at_exchange(second.exchange()));
}

/// Ten times the busiest 10 ms of the captures at hand: 1,297 messages (11 November 2014).
TEST(ClosedLoop, AFloodIsTradedThroughWithinTheThrottle) {
  auto options = loop_options();
  options.exchange.open_after_ns = warm_ns;  // the engine is logged in when it breaks loose
  options.exchange.flow.rate = 1'297'000;
  options.exchange.flow.live_orders = 5'000;
  options.exchange.max_orders = 200'000;
  options.books.max_orders = 200'000;
  options.gateway.messages_per_second = 10'000;
  KeepingTap tap;
  QuoterLoop loop(options, quoter(), tap);
  loop.run_until(options.start_ns + warm_ns + 60 * ns_per_ms);
  EXPECT_GT(loop.exchange().counters().flow_messages, 70'000U);
  const auto asked = loop.exchange().counters().messages;
  EXPECT_GT(asked, 100U);
  EXPECT_LE(asked, 600U + options.gateway.burst + 1);  // and the account query
  EXPECT_EQ(loop.feed_counters().gaps, 0U);
  EXPECT_EQ(loop.books().digest(), loop.exchange().digest());
  expect_agreement(loop);
}

/// The session is cut again and again, each time after the same number of bytes: at every place of
/// the conversation sooner or later, inside messages most of the time.
class ClosedLoopCuts : public testing::TestWithParam<std::uint64_t> {};

TEST_P(ClosedLoopCuts, NothingIsLostAndNothingIsSentTwice) {
  const std::uint64_t bytes = GetParam();
  auto options = loop_options(bytes);
  options.reconnect_ns = 2 * ns_per_ms;
  KeepingTap tap;
  QuoterLoop loop(options, quoter(), tap);
  loop.run_until(options.start_ns + warm_ns);
  loop.cut_after(bytes, true);
  loop.run_until(options.start_ns + warm_ns + 1'000 * ns_per_ms);
  EXPECT_GT(loop.cuts(), 1U);
  loop.cut_after(QuoterLoop::never);
  loop.run_until(options.start_ns + warm_ns + 1'300 * ns_per_ms);
  EXPECT_TRUE(loop.gateway().ready());
  expect_agreement(loop);

  std::set<std::uint32_t> accepted;
  for_each_message(loop.exchange().account(0).stream(), [&](std::span<const std::byte> message) {
    const auto* in = message_as<ouch::OrderAccepted>(message);
    if (in == nullptr) return;
    EXPECT_TRUE(accepted.insert(in->user_ref_num).second) << "sent twice";
  });
}

INSTANTIATE_TEST_SUITE_P(EverySoManyBytes, ClosedLoopCuts,
                         testing::Values(97, 131, 251, 463, 640, 991, 1499, 2801, 5003));

}  // namespace hft::test
