// The fast book set, in each instruction set, against the reference on random streams: touches byte
// for byte, verdicts, marks, queues, depth and digest.
#include "hft/book/order_book.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "book/random_stream.hpp"

namespace hft::book {
namespace {

struct Case {
  const char* name;
  StreamShape shape;
  Config config;
  unsigned blocks;
};

const Case cases[] = {
    {"few_orders", {.ids = 16, .prices = 5}, {100'000, 50, 4}, 200},
    {"long_queues", {.prices = 3}, {100'000, 3000, 2}, 200},
    {"deep_sides", {.prices = 50'000, .removes_percent = 5}, {100'000, 100'000, 1}, 200},
    {"deep_and_shrinking", {.prices = 3000, .removes_percent = 44}, {100'000, 5000, 2}, 300},
    {"window_moves_on", {.prices = 60}, {100'000, 300, 9}, 300},
    {"sparse_ids", {.sparse_ids = true}, {100'000, 2000, 9}, 200},
    {"other_price_unit", {.prices = 100}, {1000, 5000, 4}, 100},
    {"one_message_at_a_time", {.block_max = 1}, {100'000, 2000, 9}, 4000},
};

class OrderBookTest : public testing::TestWithParam<std::tuple<Isa, Case>> {
 protected:
  void SetUp() override {
    if (!isa_available(std::get<0>(GetParam()))) GTEST_SKIP() << "not in this processor";
  }
};

std::vector<record::Touch> apply_to(MapBookSet& book, std::span<const record::Record> block) {
  std::vector<record::Touch> touches;
  book.apply(block, [&](const record::Touch& touch) { touches.push_back(touch); });
  return touches;
}

std::vector<record::Touch> apply_to(OrderBookSet& book, std::span<const record::Record> block) {
  std::vector<record::Touch> touches(block.size());
  touches.resize(book.apply(block, touches));
  return touches;
}

void expect_same_touches(const std::vector<record::Touch>& expected,
                         const std::vector<record::Touch>& actual) {
  ASSERT_EQ(expected.size(), actual.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(0, std::memcmp(&expected[i], &actual[i], sizeof expected[i])) << "touch " << i;
  }
}

void expect_same_books(const MapBookSet& expected, const OrderBookSet& actual) {
  ASSERT_EQ(expected.verdict_counts(), actual.verdict_counts());
  ASSERT_EQ(expected.order_count(), actual.order_count());
  for (std::uint32_t i = 0; i < expected.config().max_instruments; ++i) {
    ASSERT_EQ(expected.is_suspect(i), actual.is_suspect(i)) << "instrument " << i;
    ASSERT_EQ(expected.trading_state(i), actual.trading_state(i)) << "instrument " << i;
    ASSERT_EQ(expected.best_prices(i), actual.best_prices(i)) << "instrument " << i;
  }
  ASSERT_EQ(expected.digest(), actual.digest());
}

void expect_same_queue(const MapBookSet& expected, const OrderBookSet& actual, std::uint64_t id) {
  const auto wanted = expected.queue_position(id);
  const auto got = actual.queue_position(id);
  ASSERT_EQ(wanted.has_value(), got.has_value()) << "order " << id;
  if (!wanted) return;
  ASSERT_EQ(wanted->orders_ahead, got->orders_ahead) << "order " << id;
  ASSERT_EQ(wanted->size_ahead, got->size_ahead) << "order " << id;
}

TEST_P(OrderBookTest, AnswersAsTheReferenceDoes) {
  const auto& [isa, test] = GetParam();
  MapBookSet reference(test.config);
  OrderBookSet book(test.config, isa);
  RandomStream stream(test.shape, test.config);
  for (unsigned block = 0; block < test.blocks; ++block) {
    SCOPED_TRACE("block " + std::to_string(block));
    const auto records = stream.next_block(reference);
    const auto expected = apply_to(reference, records);
    ASSERT_NO_FATAL_FAILURE(expect_same_touches(expected, apply_to(book, records)));
    ASSERT_NO_FATAL_FAILURE(expect_same_queue(reference, book, stream.some_id()));
    if (block % 8 == 0 || test.shape.block_max > 1) {
      ASSERT_NO_FATAL_FAILURE(expect_same_books(reference, book));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    , OrderBookTest,
    testing::Combine(testing::Values(Isa::portable, Isa::avx2, Isa::avx512),
                     testing::ValuesIn(cases)),
    [](const auto& instance) {
      return std::string(isa_names[static_cast<std::size_t>(std::get<0>(instance.param))]) + "_" +
             std::get<1>(instance.param).name;
    });

record::OrderEvent add(std::uint64_t order_id, std::int64_t price, std::uint32_t size) {
  record::OrderEvent event{};
  event.kind = record::Kind::order;
  event.action = record::Action::add;
  event.side = record::Side::bid;
  event.flags = record::flag_last;
  event.order_id = order_id;
  event.price_e9 = price * 100'000;
  event.size = size;
  return event;
}

TEST(OrderBookSet, RefusesALevelOfMoreOrdersThanItCounts) {
  const Config config{100'000, 70'000, 1};
  MapBookSet reference(config);
  OrderBookSet book(config);
  std::vector<record::Record> records;
  for (std::uint64_t id = 1; id <= level_orders_max + 1; ++id) {
    records.push_back(record::as<record::Record>(add(id, 10, 1)));
  }
  apply_to(reference, records);
  apply_to(book, records);
  expect_same_books(reference, book);
  EXPECT_EQ(1, book.verdict_counts()[static_cast<std::size_t>(Verdict::level_overflow)]);
}

TEST(OrderBookSet, RefusesAConfigurationThatDividesByZeroOrHoldsNothing) {
  for (const Config& config :
       {Config{0, 10, 1}, Config{-1, 10, 1}, Config{1, 0, 1}, Config{1, 10, 0}}) {
    EXPECT_THROW(OrderBookSet{config}, Error);
    EXPECT_THROW(MapBookSet{config}, Error);
  }
}

TEST(OrderBookSet, ADepthOfNoLevelsIsEmpty) {
  OrderBookSet book({100'000, 100, 1});
  const auto record = record::as<record::Record>(add(1, 10, 5));
  apply_to(book, {&record, 1});
  EXPECT_TRUE(book.depth(0, record::Side::bid, 0).empty());
  EXPECT_EQ(1, book.depth(0, record::Side::bid, 5).size());
  EXPECT_TRUE(book.depth(7, record::Side::bid, 5).empty());
}

}  // namespace
}  // namespace hft::book
