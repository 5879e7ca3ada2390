// The order table against std::unordered_map: ids that climb, jump, come late and are reused, so
// that the window moves, evicts and overlaps what is in the hash table.
#include "hft/book/order_table.hpp"

#include <gtest/gtest.h>

#include <random>
#include <unordered_map>
#include <vector>

namespace hft::book {
namespace {

OrderSlot slot_of(std::uint32_t mark) {
  return {mark, mark, mark, 7, record::Side::bid, 0};
}

class OrderTableTest : public testing::TestWithParam<int> {
 protected:
  void add_or_erase(std::uint64_t id) {
    OrderSlot* found = table_.find(id);
    const auto known = expected_.find(id);
    ASSERT_EQ(known != expected_.end(), found != nullptr) << "id " << id;
    if (found != nullptr) {
      ASSERT_EQ(known->second, found->arrival) << "id " << id;
      ASSERT_EQ(nullptr, table_.make_place(id)) << "id " << id;
      table_.erase(table_.find(id));  // making a place may have moved it
      expected_.erase(known);
    } else if (expected_.size() < max_orders) {
      OrderSlot* place = table_.make_place(id);
      ASSERT_NE(nullptr, place) << "id " << id;
      table_.fill(place, slot_of(++mark_));
      expected_.emplace(id, mark_);
    }
  }

  void erase_every_fifth() {
    table_.erase_if([](const OrderSlot& slot) { return slot.arrival % 5 == 0; });
    std::erase_if(expected_, [](const auto& known) { return known.second % 5 == 0; });
  }

  void expect_all_found() {
    ASSERT_EQ(expected_.size(), table_.count());
    for (const auto& [id, mark] : expected_) {
      const OrderSlot* found = table_.find(id);
      ASSERT_NE(nullptr, found) << "id " << id;
      ASSERT_EQ(mark, found->arrival) << "id " << id;
    }
    std::size_t visited = 0;
    table_.for_each([&](std::uint64_t id, const OrderSlot& slot) {
      EXPECT_EQ(expected_.at(id), slot.arrival);
      ++visited;
      return true;
    });
    ASSERT_EQ(expected_.size(), visited);
  }

  static constexpr std::uint32_t max_orders = 300;
  OrderTable table_{max_orders};
  std::unordered_map<std::uint64_t, std::uint32_t> expected_;
  std::uint32_t mark_ = 0;
};

TEST_P(OrderTableTest, HoldsWhatAMapHolds) {
  std::mt19937_64 random(static_cast<std::uint64_t>(GetParam()));
  std::uint64_t newest = random() % 2 == 0 ? 0 : ~std::uint64_t{0} - 5000;
  std::vector<std::uint64_t> seen{0, ~std::uint64_t{0}};
  for (int step = 0; step < 20'000; ++step) {
    const std::uint64_t kind = random() % 100;
    std::uint64_t id = seen[random() % seen.size()];
    if (kind < 50) id = newest += random() % 3;
    if (kind == 50) id = newest += random() % 1200;          // about the window's size
    if (kind == 51) id = newest + 100'000 * (random() % 3);  // an outlier ahead
    if (kind == 52) id = random();
    seen.push_back(id);
    ASSERT_NO_FATAL_FAILURE(add_or_erase(id));
    if (step % 500 != 0) continue;
    if (step % 2500 == 0) erase_every_fifth();
    ASSERT_NO_FATAL_FAILURE(expect_all_found());
  }
}

INSTANTIATE_TEST_SUITE_P(, OrderTableTest, testing::Range(1, 21));

}  // namespace
}  // namespace hft::book
