// The strategy that docs/strategies.md shows, tested as it tells its readers to test theirs.
#include "../../../docs/examples/joiner.hpp"

#include "strategy/strategy_fixture.hpp"

namespace hft::strategy {
namespace {

class JoinerTest : public testing::Test, protected Bench<example::Joiner> {
 protected:
  JoinerTest() : Bench(std::span(instruments), example::JoinerConfig{}) {
    Bench::report(ReportAction::session_up);
  }
};

TEST_F(JoinerTest, joins_the_heavier_side_and_leaves_when_it_gets_lighter) {
  EXPECT_TRUE(touch(touch_of({10'000, 299}, {10'001, 100})).empty());
  const Commands joined = touch(touch_of({10'000, 300}, {10'001, 100}));
  ASSERT_EQ(joined.size(), 1u);
  EXPECT_EQ(joined[0].price_e9, 10'000 * cent_e9);
  accept(joined);
  const Commands moved = touch(touch_of({10'001, 300}, {10'002, 100}));
  EXPECT_EQ(moved.at(0).action, CommandAction::replace);
  accept(moved);
  EXPECT_EQ(touch(touch_of({10'001, 299}, {10'002, 100})).at(0).action, CommandAction::cancel);
}

TEST_F(JoinerTest, leaves_a_book_that_may_be_wrong) {
  accept(touch(touch_of({10'000, 300}, {10'001, 100})));
  const auto gap = status_of(record::StatusAction::gap, record::instrument_all, 0);
  EXPECT_EQ(Bench::record(gap).at(0).action, CommandAction::cancel);
}

TEST_F(JoinerTest, stops_at_its_bound) {
  accept(touch(touch_of({10'000, 300}, {10'001, 100})));
  Bench::report(ReportAction::executed, 1, 100);
  EXPECT_EQ(strategy.position(), 100);
  for (std::uint32_t id = 2; id <= 5; ++id) {
    accept(touch(touch_of({10'000, 300}, {10'001, 100})));
    Bench::report(ReportAction::executed, id, 100);
  }
  EXPECT_TRUE(touch(touch_of({10'000, 300}, {10'001, 100})).empty());
}

}  // namespace
}  // namespace hft::strategy
