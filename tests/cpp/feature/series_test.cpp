// Features of a series of records: trade flow, intensity, volatility.
#include <gtest/gtest.h>

#include <cmath>

#include "feature/touches.hpp"
#include "hft/feature/trade_flow.hpp"
#include "hft/feature/volatility.hpp"

namespace hft::feature {
namespace {

const record::Record& seen(const auto& event) {
  return record::as<record::Record>(event);
}

TEST(TradeFlow, an_execution_is_signed_by_the_touch_it_makes) {
  TradeFlow flow(second_ns);
  flow.on_touch(touch_of({100, 50}, {101, 70}));
  flow.on_record(seen(execution(30, open_ns, 2)));
  EXPECT_EQ(flow.flow(open_ns), 0);  // not known yet
  flow.on_touch(touch_of({100, 50}, {101, 40}, open_ns, 2));
  EXPECT_EQ(flow.flow(open_ns), 30);
  flow.on_record(seen(execution(50, open_ns, 3)));
  flow.on_touch(touch_of({99, 10}, {101, 40}, open_ns, 3));
  EXPECT_EQ(flow.flow(open_ns), -20);
  EXPECT_EQ(flow.size(open_ns), 80);
}

TEST(TradeFlow, an_execution_without_its_touch_has_no_sign) {
  TradeFlow flow(second_ns);
  flow.on_touch(touch_of({100, 50}, {101, 70}));
  flow.on_record(seen(execution(30, open_ns, 2)));
  flow.on_touch(touch_of({100, 50}, {101, 40}, open_ns, 3));  // another message's
  EXPECT_EQ(flow.flow(open_ns), 0);
  EXPECT_EQ(flow.size(open_ns), 30);
}

TEST(TradeFlow, hidden_trades_are_signed_by_the_mid) {
  TradeFlow flow(second_ns);
  flow.on_touch(touch_of({100, 50}, {102, 70}));
  flow.on_record(seen(hidden_trade(10, 102 * cent_e9, open_ns)));
  flow.on_record(seen(hidden_trade(4, 100 * cent_e9, open_ns)));
  flow.on_record(seen(hidden_trade(7, 101 * cent_e9, open_ns)));
  EXPECT_EQ(flow.flow(open_ns), 6);
  EXPECT_EQ(flow.size(open_ns), 21);
}

TEST(TradeFlow, crosses_and_what_is_not_printed_are_left_out) {
  TradeFlow flow(second_ns);
  auto event = execution(30, open_ns, 2);
  event.flags |= record::flag_non_printable;
  flow.on_record(seen(event));
  auto cross = hidden_trade(10, 102 * cent_e9, open_ns);
  cross.action = record::TradeAction::cross;
  flow.on_record(seen(cross));
  auto added = execution(30, open_ns, 2);
  added.action = record::Action::add;
  flow.on_record(seen(added));
  EXPECT_EQ(flow.size(open_ns), 0);
  EXPECT_EQ(flow.trades_per_second_e6(open_ns), 0);
}

TEST(TradeFlow, the_intensity_settles_at_the_rate_of_the_trades) {
  TradeFlow flow(second_ns);
  const std::uint64_t every_ns = second_ns / 50;
  std::uint64_t time_ns = open_ns;
  for (int i = 0; i < 1000; ++i) {  // twenty half-lives
    time_ns += every_ns;
    flow.on_record(seen(hidden_trade(10, 102 * cent_e9, time_ns)));
  }
  // Just behind a trade it is half a trade's weight too high, hence the middle between two.
  const auto rate = static_cast<double>(flow.trades_per_second_e6(time_ns + every_ns / 2)) / 1e6;
  EXPECT_NEAR(rate, 50, 0.05);
}

TEST(Volatility, is_the_root_of_the_moves_squared) {
  Volatility volatility(second_ns);
  volatility.on_touch(touch_of({10'000, 1}, {10'000, 1}));
  EXPECT_EQ(volatility.variance_e18(open_ns), 0);
  volatility.on_touch(touch_of({10'100, 1}, {10'100, 1}));  // +1 %
  EXPECT_EQ(volatility.variance_e18(open_ns), 10'000'000ll * 10'000'000);
  volatility.on_touch(touch_of({9'999, 1}, {9'999, 1}));  // -1 %
  EXPECT_EQ(volatility.variance_e18(open_ns), 2 * 10'000'000ll * 10'000'000);
  const double exact =
      std::sqrt(2 * 1e-4 * std::log(2) / (DecayedSum<>(second_ns).half_life_ns() * 1e-9));
  EXPECT_NEAR(static_cast<double>(volatility.per_root_second_e9(open_ns)), exact * 1e9, 2);
  EXPECT_NEAR(static_cast<double>(volatility.variance_e18(open_ns + second_ns)), 1e14, 1e11);
}

TEST(Volatility, is_measured_across_one_sided_touches) {
  Volatility volatility(second_ns);
  volatility.on_touch(touch_of({10'000, 1}, {10'000, 1}));
  volatility.on_touch(touch_of({10'050, 1}, nobody));
  EXPECT_EQ(volatility.variance_e18(open_ns), 0);
  volatility.on_touch(touch_of({10'100, 1}, {10'100, 1}));
  EXPECT_EQ(volatility.variance_e18(open_ns), 10'000'000ll * 10'000'000);
}

TEST(Volatility, a_suspect_book_ends_the_series) {
  Volatility volatility(second_ns);
  volatility.on_touch(touch_of({10'000, 1}, {10'000, 1}));
  volatility.on_touch(suspect(touch_of({20'000, 1}, {20'000, 1})));
  volatility.on_touch(touch_of({30'000, 1}, {30'000, 1}));
  EXPECT_EQ(volatility.variance_e18(open_ns), 0);
}

TEST(Volatility, an_absurd_move_is_bounded_and_the_sum_saturates) {
  Volatility volatility(second_ns);
  for (int i = 0; i < 40; ++i) {
    volatility.on_touch(touch_of({1, 1}, {1, 1}));
    volatility.on_touch(touch_of({40'000'000, 1}, {40'000'000, 1}));
  }
  EXPECT_EQ(volatility.variance_e18(open_ns), std::numeric_limits<std::int64_t>::max());
  EXPECT_GT(volatility.per_root_second_e9(open_ns), 0);
}

}  // namespace
}  // namespace hft::feature
