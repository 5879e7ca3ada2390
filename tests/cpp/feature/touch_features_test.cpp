// Features of one touch or of two: imbalances, prices, order flow, the side of an execution.
#include <gtest/gtest.h>

#include <vector>

#include "feature/touches.hpp"
#include "hft/feature/depth_imbalance.hpp"
#include "hft/feature/executed_side.hpp"
#include "hft/feature/microprice.hpp"
#include "hft/feature/order_flow.hpp"
#include "hft/feature/touch_imbalance.hpp"

namespace hft::feature {
namespace {

constexpr std::uint32_t size_top = 0xffffffff;

TEST(TouchFeatures, are_null_where_a_side_is_missing) {
  for (const auto& touch :
       {touch_of(nobody, {10'001, 5}), touch_of({10'000, 5}, nobody), touch_of(nobody, nobody)}) {
    EXPECT_EQ(mid_price_e9(touch), null);
    EXPECT_EQ(spread_e9(touch), null);
    EXPECT_EQ(touch_imbalance_e9(touch), null);
    EXPECT_EQ(microprice_e9(touch), null);
  }
}

TEST(TouchFeatures, mid_and_spread) {
  constexpr auto touch = touch_of({10'000, 300}, {10'001, 100});
  static_assert(mid_price_e9(touch) == 10'000 * cent_e9 + cent_e9 / 2);
  static_assert(spread_e9(touch) == cent_e9);
  EXPECT_EQ(spread_e9(touch_of({10'003, 1}, {10'001, 1})), -2 * cent_e9);
}

TEST(TouchFeatures, the_imbalance_is_the_sizes_difference_by_their_sum) {
  EXPECT_EQ(touch_imbalance_e9(touch_of({1, 300}, {2, 100})), 500'000'000);
  EXPECT_EQ(touch_imbalance_e9(touch_of({1, 100}, {2, 300})), -500'000'000);
  EXPECT_EQ(touch_imbalance_e9(touch_of({1, 2}, {2, 1})), 333'333'333);
  EXPECT_EQ(touch_imbalance_e9(touch_of({1, 1}, {2, 2})), -333'333'333);  // truncated, not floored
  EXPECT_EQ(touch_imbalance_e9(touch_of({1, size_top}, {2, 1})), 999'999'999);
  EXPECT_EQ(touch_imbalance_e9(touch_of({1, size_top}, {2, size_top})), 0);
}

TEST(TouchFeatures, the_microprice_leans_to_the_side_with_less) {
  EXPECT_EQ(microprice_e9(touch_of({10'000, 300}, {10'004, 100})), 10'003 * cent_e9);
  EXPECT_EQ(microprice_e9(touch_of({10'000, 100}, {10'004, 300})), 10'001 * cent_e9);
  EXPECT_EQ(microprice_e9(touch_of({10'004, 300}, {10'000, 100})), 10'001 * cent_e9);  // crossed
  EXPECT_EQ(microprice_e9(touch_of({1, 1}, {2, 2})), cent_e9 + 3'333'333);
  const auto wide = touch_of({1, size_top}, {42'949'672, size_top});
  EXPECT_EQ(microprice_e9(wide), mid_price_e9(wide));
}

TEST(DepthImbalance, adds_the_levels_up) {
  const std::vector<book::Level> bids{{100, 300, 1}, {99, 100, 2}};
  const std::vector<book::Level> asks{{101, 50, 1}, {102, 50, 1}};
  EXPECT_EQ(depth_imbalance_e9(bids, asks), 600'000'000);
  EXPECT_EQ(depth_imbalance_e9(asks, bids), -600'000'000);
  EXPECT_EQ(depth_imbalance_e9(bids, {}), null);
  EXPECT_EQ(depth_imbalance_e9({}, asks), null);
}

TEST(DepthImbalance, many_full_levels_do_not_overflow) {
  const std::vector<book::Level> full(1000, {100, size_top, 1});
  const std::vector<book::Level> third(500, {101, size_top, 1});
  EXPECT_EQ(depth_imbalance_e9(full, third), 333'333'333);
}

TEST(OrderFlow, counts_what_the_paper_counts) {
  const auto flow = [](Quoted bid, Quoted ask, Quoted next_bid, Quoted next_ask) {
    return order_flow(touch_of(bid, ask), touch_of(next_bid, next_ask));
  };
  EXPECT_EQ(flow({100, 5}, {101, 7}, {100, 9}, {101, 7}), 4);   // bids join
  EXPECT_EQ(flow({100, 5}, {101, 7}, {100, 2}, {101, 7}), -3);  // bids leave or are hit
  EXPECT_EQ(flow({100, 5}, {103, 7}, {101, 9}, {103, 7}), 9);   // a better bid
  EXPECT_EQ(flow({100, 5}, {103, 7}, {99, 9}, {103, 7}), -5);   // the best bid is gone
  EXPECT_EQ(flow({100, 5}, {101, 7}, {100, 5}, {101, 9}), -2);  // asks join
  EXPECT_EQ(flow({100, 5}, {101, 7}, {100, 5}, {101, 4}), 3);   // asks leave or are lifted
  EXPECT_EQ(flow({100, 5}, {103, 7}, {100, 5}, {102, 9}), -9);  // a better ask
  EXPECT_EQ(flow({100, 5}, {103, 7}, {100, 5}, {104, 9}), 7);   // the best ask is gone
  EXPECT_EQ(flow({100, 5}, {103, 7}, {100, 5}, {103, 7}), 0);
}

TEST(OrderFlow, an_empty_side_is_one_of_size_0_beyond_all_prices) {
  EXPECT_EQ(order_flow(touch_of(nobody, {101, 7}), touch_of({99, 4}, {101, 7})), 4);
  EXPECT_EQ(order_flow(touch_of({99, 4}, {101, 7}), touch_of(nobody, {101, 7})), -4);
  EXPECT_EQ(order_flow(touch_of({99, 4}, nobody), touch_of({99, 4}, {101, 7})), -7);
  EXPECT_EQ(order_flow(touch_of({99, 4}, {101, 7}), touch_of({99, 4}, nobody)), 7);
  EXPECT_EQ(order_flow(touch_of(nobody, nobody), touch_of(nobody, nobody)), 0);
}

TEST(OrderFlow, a_suspect_book_ends_the_series) {
  OrderFlow flow;
  EXPECT_EQ(flow.on_touch(touch_of({100, 5}, {101, 7})), null);
  EXPECT_EQ(flow.on_touch(touch_of({100, 6}, {101, 7})), 1);
  EXPECT_EQ(flow.on_touch(suspect(touch_of({100, 9}, {101, 7}))), null);
  EXPECT_EQ(flow.on_touch(touch_of({100, 20}, {101, 7})), null);
  EXPECT_EQ(flow.on_touch(touch_of({100, 22}, {101, 7})), 2);
}

TEST(OrderFlow, the_imbalance_halves_with_its_half_life) {
  OrderFlowImbalance imbalance(second_ns);
  imbalance.on_touch(touch_of({100, 100}, {101, 100}));
  imbalance.on_touch(touch_of({100, 900}, {101, 100}));
  EXPECT_EQ(imbalance.at(open_ns), 800);
  EXPECT_NEAR(static_cast<double>(imbalance.at(open_ns + second_ns)), 400, 1);
  imbalance.on_touch(touch_of({100, 900}, {101, 500}, open_ns + second_ns));
  EXPECT_NEAR(static_cast<double>(imbalance.at(open_ns + second_ns)), 0, 1);
}

TEST(ExecutedSide, is_the_side_that_lost_size) {
  const auto before = touch_of({100, 50}, {101, 70});
  EXPECT_EQ(executed_side(before, touch_of({100, 20}, {101, 70})), record::Side::bid);
  EXPECT_EQ(executed_side(before, touch_of({99, 500}, {101, 70})), record::Side::bid);
  EXPECT_EQ(executed_side(before, touch_of(nobody, {101, 70})), record::Side::bid);
  EXPECT_EQ(executed_side(before, touch_of({100, 50}, {101, 10})), record::Side::ask);
  EXPECT_EQ(executed_side(before, touch_of({100, 50}, {102, 900})), record::Side::ask);
  EXPECT_EQ(executed_side(before, touch_of({100, 50}, nobody)), record::Side::ask);
  EXPECT_EQ(executed_side(before, before), record::Side::none);
  EXPECT_EQ(executed_side(before, touch_of({99, 50}, {102, 70})), record::Side::none);
  EXPECT_EQ(executed_side(touch_of(nobody, {101, 70}), touch_of({99, 1}, {101, 70})),
            record::Side::none);
}

TEST(ExecutedSide, of_a_hidden_order_is_told_by_the_mid) {
  const auto touch = touch_of({100, 50}, {102, 70});
  EXPECT_EQ(executed_side(101 * cent_e9 - 1, touch), record::Side::bid);
  EXPECT_EQ(executed_side(101 * cent_e9 + 1, touch), record::Side::ask);
  EXPECT_EQ(executed_side(101 * cent_e9, touch), record::Side::none);
  EXPECT_EQ(executed_side(record::price_null, touch), record::Side::none);
  EXPECT_EQ(executed_side(5 * cent_e9, touch_of(nobody, {102, 70})), record::Side::none);
}

}  // namespace
}  // namespace hft::feature
