// The engine's own limits: what Python cannot see or would take too long to reach. Its rules are
// tested in tests/contract, against the reference and by tests/scenarios.
#include "hft/venue/matching_engine.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "counted_allocations.hpp"
#include "hft/venue/venue_command.hpp"

namespace hft::venue {
namespace {

constexpr std::int64_t dollar = 1'000'000'000;
constexpr std::int64_t cent = dollar / 100;

struct Events {
  std::vector<VenueEvent> all;
  void operator()(const VenueEvent& event) { all.push_back(event); }
};
struct Counts {
  std::uint64_t events = 0;
  void operator()(const VenueEvent&) noexcept { ++events; }
};

EngineConfig small() {
  EngineConfig config;
  config.max_orders = 70'000;
  config.max_instruments = 4;
  config.max_owners = 8;
  return config;
}

OrderTerms bid(std::uint32_t size, std::int64_t price_e9) {
  OrderTerms terms;
  terms.side = record::Side::bid;
  terms.size = size;
  terms.price_e9 = price_e9;
  return terms;
}

TEST(MatchingEngine, ALevelTakesAsManyOrdersAsEveryBookOfTheFeed) {
  Events events;
  MatchingEngine<Events> engine(small(), events);
  engine.add_instrument({});
  for (std::uint64_t token = 1; token <= book::level_orders_max; ++token) {
    ASSERT_EQ(engine.enter(token, 0, token, bid(1, dollar)), Verdict::done);
  }
  EXPECT_EQ(engine.order_count(), book::level_orders_max);
  events.all.clear();
  EXPECT_EQ(engine.enter(0, 0, 99'999, bid(1, dollar)), Verdict::done);
  ASSERT_EQ(events.all.size(), 2U);
  EXPECT_EQ(events.all[1].kind, EventKind::cancelled);
  EXPECT_EQ(events.all[1].code, static_cast<char>(CancelReason::system));
  EXPECT_EQ(engine.order_count(), book::level_orders_max);
  // One leaves, and there is room again.
  engine.cancel(0, 0, 7, 0);
  engine.enter(0, 0, 100'000, bid(1, dollar));
  EXPECT_EQ(events.all.back().kind, EventKind::book_add);
}

TEST(MatchingEngine, ALevelTakesNoMoreSharesThanARecordCanTell) {
  Events events;
  MatchingEngine<Events> engine(small(), events);
  engine.add_instrument({});
  const std::uint32_t size = size_limit - 1;
  const std::uint32_t fit = 0xffffffff / size;
  for (std::uint32_t token = 1; token <= fit; ++token) engine.enter(0, 0, token, bid(size, dollar));
  EXPECT_EQ(engine.order_count(), fit);
  engine.enter(0, 0, fit + 1, bid(size, dollar));
  EXPECT_EQ(events.all.back().kind, EventKind::cancelled);
  // Growing there fails as well: the order has given up its place, and cannot rest.
  engine.enter(0, 0, fit + 2, bid(1, dollar));
  engine.modify(0, 0, fit + 2, size);
  EXPECT_EQ(events.all.back().kind, EventKind::cancelled);
  EXPECT_EQ(events.all[events.all.size() - 2].kind, EventKind::book_delete);
  EXPECT_EQ(engine.order_count(), fit);
}

TEST(MatchingEngine, ManyLevelsComeAndGo) {
  Events events;
  MatchingEngine<Events> engine(small(), events);
  engine.add_instrument({});
  for (int round = 0; round < 3; ++round) {  // the arrays grow, shrink and are used again
    for (std::uint32_t i = 0; i < 5'000; ++i) {
      const std::uint32_t at = i * 7'919 % 5'000;  // in no order
      engine.enter(0, 1, i + 1, bid(10, dollar + cent * at));
    }
    EXPECT_EQ(engine.best_price_e9(0, record::Side::bid), dollar + cent * 4'999);
    std::int64_t last = engine.best_price_e9(0, record::Side::bid) + cent;
    engine.for_each_order(0, record::Side::bid, [&](const RestingOrder& order) {
      EXPECT_EQ(to_price_e9(order.price), last - cent);
      last = to_price_e9(order.price);
    });
    EXPECT_EQ(engine.cancel_all(0, 1, CancelReason::user), 5'000U);
    EXPECT_EQ(engine.order_count(), 0U);
    EXPECT_EQ(engine.best_price_e9(0, record::Side::bid), record::price_null);
  }
}

TEST(MatchingEngine, NothingIsAllocatedOnceItRuns) {
  Counts counts;
  MatchingEngine<Counts> engine(small(), counts);
  for (int i = 0; i < 4; ++i) engine.add_instrument({cent, 10 * dollar});
  std::mt19937 random(1);
  const auto below = [&](std::uint32_t end) { return static_cast<std::uint32_t>(random() % end); };
  const auto step = [&](std::uint64_t token) {
    VenueCommand in{};
    in.action = static_cast<VenueAction>(1 + below(5));
    in.token = 1 + below(static_cast<std::uint32_t>(token));
    if (in.action == VenueAction::enter) in.token = token;
    in.new_token = token;
    in.owner = below(4);
    in.instrument = below(4);
    in.side = below(2) != 0 ? record::Side::bid : record::Side::ask;
    in.size = 1 + below(500);
    in.price_e9 = 10 * dollar + cent * below(30);
    in.display_size = below(4) == 0 ? below(100) : show_all;
    in.code = 'N';
    if (in.action == VenueAction::cancel_all && below(50) != 0) in.action = VenueAction::enter;
    if (in.action == VenueAction::cancel_all) in.code = 'U';
    apply(engine, in);
    if (token % 5'000 == 0) {
      engine.set_state(0, 0, TradingState::quotation);
      engine.indication(0, Cross::halt);
    }
    if (token % 5'000 == 1'000) engine.set_state(0, 0, TradingState::trading);
  };
  for (std::uint64_t token = 1; token < 20'000; ++token) step(token);
  const auto before = allocations.load();
  for (std::uint64_t token = 20'000; token < 60'000; ++token) step(token);
  EXPECT_EQ(allocations.load(), before);
  EXPECT_GT(counts.events, 50'000U);
}

TEST(MatchingEngine, ImpossibleConfigurationsAreNamed) {
  Events events;
  EngineConfig config = small();
  config.max_orders = 0;
  EXPECT_THROW(MatchingEngine<Events>(config, events), Error);
  MatchingEngine<Events> engine(small(), events);
  EXPECT_THROW(engine.add_instrument({3 * cent, 0}), Error);       // 1 USD is no multiple of it
  EXPECT_THROW(engine.add_instrument({cent, dollar + 1}), Error);  // not on the grid
  for (int i = 0; i < 4; ++i) engine.add_instrument({});
  EXPECT_THROW(engine.add_instrument({}), Error);
}

}  // namespace
}  // namespace hft::venue
