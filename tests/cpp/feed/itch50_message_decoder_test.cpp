// What the slow decoder writes, bit by bit, for every message type; and what it refuses.
#include "hft/feed/itch50/message_decoder.hpp"

#include <gtest/gtest.h>

#include <string_view>

#include "feed/feed_bytes.hpp"

namespace hft::feed::itch50 {
namespace {

namespace itch = wire::itch50;
using record::Action;
using record::Kind;
using record::Record;
using record::StatusAction;
using record::TradeAction;
using testing::blank;
using testing::Bytes;
using testing::bytes_of;

constexpr std::uint64_t sequence_number = 0xabcd'1234'5678;  // needs all 48 bits
constexpr Context context{1'000'000'000'000, 77, sequence_number, 3, record::Venue::xbos, 9};
constexpr Alpha<8> symbol{'A', 'B', 'C', ' ', ' ', ' ', ' ', ' '};

/// Two records that no decoder writes.
struct Out {
  std::array<Record, 2> records;
  Out() { std::memset(records.data(), 0x5a, sizeof records); }
  friend bool operator==(const Out& a, const Out& b) {
    return std::memcmp(a.records.data(), b.records.data(), sizeof a.records) == 0;
  }
};

template <class Message>
Message message_of() {
  auto message = blank<Message>();
  message.stock_locate = 0x0506;
  message.tracking_number = 0xffff;  // must not show in any record
  message.timestamp = 34'200'000'000'123;
  return message;
}

/// The fields that each record of such a message shares.
template <class Event, class ActionOfKind>
Event expected_of(Kind kind, ActionOfKind action) {
  Event event{};
  event.event_time_ns = 35'200'000'000'123;
  event.instrument = 0x0003'0506;
  event.kind = kind;
  event.action = action;
  event.receive_time_ns = 77;
  event.sequence_number = 0x1234'5678;
  event.sequence_number_high = 0xabcd;
  event.flags = record::flag_last;
  event.venue = record::Venue::xbos;
  event.channel = 9;
  return event;
}

record::OrderEvent expected_order(Action action) {
  auto event = expected_of<record::OrderEvent>(Kind::order, action);
  event.price_e9 = record::price_null;
  return event;
}

Decoded decode_bytes(const Bytes& bytes, Out& out) {
  return decode(bytes, context, out.records.data());
}

/// The message makes exactly this record, and the second place stays as it was.
template <class Message, class Event>
void expect_record(const Message& message, const Event& expected) {
  Out out;
  const Out before;
  const Decoded decoded = decode_bytes(bytes_of(message), out);
  EXPECT_EQ(decoded.verdict, Verdict::records);
  ASSERT_EQ(decoded.records, 1);
  EXPECT_EQ(std::memcmp(&out.records[0], &expected, sizeof expected), 0) << Message::tag;
  EXPECT_EQ(std::memcmp(&out.records[1], &before.records[1], sizeof(Record)), 0);
}

void expect_refused(const Bytes& message, Verdict verdict) {
  Out out;
  const Decoded decoded = decode_bytes(message, out);
  EXPECT_EQ(decoded.verdict, verdict);
  EXPECT_EQ(decoded.records, 0);
  EXPECT_EQ(out, Out()) << "written although refused";
}

TEST(MessageDecoder, SystemEventIsOfTheWholeFeed) {
  auto message = message_of<itch::SystemEvent>();
  message.event_code = 'Q';
  auto expected = expected_of<record::StatusEvent>(Kind::status, StatusAction::system);
  expected.instrument = record::instrument_all;
  expected.state = 'Q';
  expect_record(message, expected);
}

TEST(MessageDecoder, StockDirectory) {
  auto message = message_of<itch::StockDirectory>();
  message.stock = symbol;
  message.market_category = 'G';
  message.financial_status_indicator = 'D';
  message.round_lot_size = 100;
  message.round_lots_only = 'N';
  message.issue_classification = 'C';
  message.issue_sub_type = {'Z', 'Z'};
  message.authenticity = 'P';
  message.etp_flag = 'Y';
  message.etp_leverage_factor = 3;
  auto expected = expected_of<record::InstrumentEvent>(Kind::instrument, std::uint8_t{0});
  expected.symbol = symbol;
  expected.round_lot_size = 100;
  expected.market_category = 'G';
  expected.price_unit_e9 = 100'000;
  expected.financial_status = 'D';
  expected.issue_classification = 'C';
  expected.authenticity = 'P';
  expected.etp_flag = 'Y';
  expect_record(message, expected);
}

TEST(MessageDecoder, TradingAction) {
  auto message = message_of<itch::StockTradingAction>();
  message.stock = symbol;
  message.trading_state = 'H';
  message.reserved = 'r';
  message.reason = {'T', '1', ' ', ' '};
  auto expected = expected_of<record::StatusEvent>(Kind::status, StatusAction::trading);
  expected.symbol = symbol;
  expected.state = 'H';
  expected.reason = {'T', '1', ' ', ' '};
  expect_record(message, expected);
}

TEST(MessageDecoder, RegSho) {
  auto message = message_of<itch::RegShoRestriction>();
  message.stock = symbol;
  message.reg_sho_action = '2';
  auto expected = expected_of<record::StatusEvent>(Kind::status, StatusAction::short_sale);
  expected.symbol = symbol;
  expected.state = '2';
  expect_record(message, expected);
}

TEST(MessageDecoder, OperationalHalt) {
  auto message = message_of<itch::OperationalHalt>();
  message.stock = symbol;
  message.market_code = 'Q';
  message.operational_halt_action = 'T';
  auto expected = expected_of<record::StatusEvent>(Kind::status, StatusAction::operational_halt);
  expected.symbol = symbol;
  expected.state = 'T';
  expected.reason = {'Q', ' ', ' ', ' '};
  expect_record(message, expected);
}

template <class Message>
Message add_message(char buy_sell_indicator) {
  auto message = message_of<Message>();
  message.order_reference_number = 0x1122'3344'5566'7788;
  message.buy_sell_indicator = buy_sell_indicator;
  message.shares = 0xfedc'ba98;
  message.stock = symbol;
  message.price = 0xffff'ffff;
  return message;
}

record::OrderEvent expected_add(record::Side side) {
  auto expected = expected_order(Action::add);
  expected.order_id = 0x1122'3344'5566'7788;
  expected.size = 0xfedc'ba98;
  expected.side = side;
  expected.price_e9 = 429'496'729'500'000;
  return expected;
}

TEST(MessageDecoder, AddOrder) {
  expect_record(add_message<itch::AddOrder>('B'), expected_add(record::Side::bid));
  expect_record(add_message<itch::AddOrder>('S'), expected_add(record::Side::ask));
}

TEST(MessageDecoder, AttributionIsTextInMemory) {
  auto message = add_message<itch::AddOrderWithMpid>('S');
  message.attribution = {'N', 'S', 'D', 'Q'};
  auto expected = expected_add(record::Side::ask);
  std::memcpy(&expected.reference, "NSDQ", 4);
  expect_record(message, expected);
}

TEST(MessageDecoder, OrderExecuted) {
  auto message = message_of<itch::OrderExecuted>();
  message.order_reference_number = 42;
  message.executed_shares = 17;
  message.match_number = 0x9999'8888'7777'6666;
  auto expected = expected_order(Action::execute);
  expected.order_id = 42;
  expected.size = 17;
  expected.reference = 0x7777'6666;
  expect_record(message, expected);
}

TEST(MessageDecoder, OrderExecutedWithPrice) {
  auto message = message_of<itch::OrderExecutedWithPrice>();
  message.order_reference_number = 42;
  message.executed_shares = 17;
  message.match_number = 5;
  message.printable = 'Y';
  message.execution_price = 10'001;
  auto expected = expected_order(Action::execute);
  expected.order_id = 42;
  expected.size = 17;
  expected.reference = 5;
  expected.price_e9 = 1'000'100'000;
  expect_record(message, expected);

  message.printable = ' ';  // N alone keeps an execution from being shown
  expect_record(message, expected);
  message.printable = 'N';
  expected.flags |= record::flag_non_printable;
  expect_record(message, expected);
}

TEST(MessageDecoder, OrderCancelAndDelete) {
  auto cancel = message_of<itch::OrderCancel>();
  cancel.order_reference_number = 42;
  cancel.cancelled_shares = 3;
  auto expected = expected_order(Action::cancel);
  expected.order_id = 42;
  expected.size = 3;
  expect_record(cancel, expected);

  auto remove = message_of<itch::OrderDelete>();
  remove.order_reference_number = 43;
  expected = expected_order(Action::remove);
  expected.order_id = 43;
  expect_record(remove, expected);
}

TEST(MessageDecoder, ReplaceMakesTwoRecords) {
  auto message = message_of<itch::OrderReplace>();
  message.original_order_reference_number = 42;
  message.new_order_reference_number = 43;
  message.shares = 9;
  message.price = 20'000;
  auto leaving = expected_order(Action::replace);
  leaving.order_id = 42;
  leaving.flags = 0;
  auto entering = expected_order(Action::add);
  entering.order_id = 43;
  entering.size = 9;
  entering.price_e9 = 2'000'000'000;

  Out out;
  const Decoded decoded = decode_bytes(bytes_of(message), out);
  EXPECT_EQ(decoded.verdict, Verdict::records);
  ASSERT_EQ(decoded.records, 2);
  EXPECT_EQ(std::memcmp(&out.records[0], &leaving, sizeof leaving), 0);
  EXPECT_EQ(std::memcmp(&out.records[1], &entering, sizeof entering), 0);
}

TEST(MessageDecoder, NonCrossTrade) {
  auto message = message_of<itch::NonCrossTrade>();
  message.order_reference_number = 0;
  message.buy_sell_indicator = 'S';
  message.shares = 12;
  message.stock = symbol;
  message.price = 30'000;
  message.match_number = 0x0102'0304'0506'0708;
  auto expected = expected_of<record::TradeEvent>(Kind::trade, TradeAction::trade);
  expected.match_number = 0x0102'0304'0506'0708;
  expected.size = 12;
  expected.side = record::Side::ask;
  expected.price_e9 = 3'000'000'000;
  expect_record(message, expected);
}

TEST(MessageDecoder, CrossMayBeLarge) {
  auto message = message_of<itch::CrossTrade>();
  message.cross_shares = 0x0000'0011'2233'4455;
  message.stock = symbol;
  message.cross_price = 1;
  message.match_number = 8;
  message.cross_type = 'O';
  auto expected = expected_of<record::TradeEvent>(Kind::trade, TradeAction::cross);
  expected.match_number = 8;
  expected.size = 0x2233'4455;
  expected.size_high = 0x11;
  expected.price_e9 = 100'000;
  expect_record(message, expected);
}

TEST(MessageDecoder, BrokenTradeHasNoPrice) {
  auto message = message_of<itch::BrokenTrade>();
  message.match_number = 8;
  auto expected = expected_of<record::TradeEvent>(Kind::trade, TradeAction::broken);
  expected.match_number = 8;
  expected.price_e9 = record::price_null;
  expect_record(message, expected);
}

TEST(MessageDecoder, TheOtherTypesMakeNoRecord) {
  itch::for_each_message([]<class Message>() {
    if (std::string_view("LVWKJINO").find(Message::tag) == std::string_view::npos) return;
    expect_refused(bytes_of(message_of<Message>()), Verdict::ignored);
  });
}

TEST(MessageDecoder, AnyOtherSizeIsRefused) {
  itch::for_each_message([]<class Message>() {
    Bytes bytes = bytes_of(message_of<Message>());
    bytes.push_back(std::byte{0});
    expect_refused(bytes, Verdict::wrong_size);
    bytes.resize(sizeof(Message) - 1);
    expect_refused(bytes, Verdict::wrong_size);
    bytes.resize(1);
    expect_refused(bytes, Verdict::wrong_size);
  });
  expect_refused({}, Verdict::wrong_size);
}

TEST(MessageDecoder, AnyOtherTypeIsUnknown) {
  const std::string_view types = "SRHYLVWKJhAFECXDUPQBINO";
  for (int type = 0; type < 256; ++type) {
    if (types.find(static_cast<char>(type)) != std::string_view::npos) continue;
    expect_refused(Bytes(36, static_cast<std::byte>(type)), Verdict::unknown_type);
  }
}

TEST(MessageDecoder, AnyOtherSideIsRefused) {
  for (const char indicator : {'\0', ' ', 'b', 's', 'A', 'C', 'R', 'T'}) {
    expect_refused(bytes_of(add_message<itch::AddOrder>(indicator)), Verdict::bad_field);
    expect_refused(bytes_of(add_message<itch::AddOrderWithMpid>(indicator)), Verdict::bad_field);
    auto trade = message_of<itch::NonCrossTrade>();
    trade.buy_sell_indicator = indicator;
    expect_refused(bytes_of(trade), Verdict::bad_field);
  }
}

/// Runs decode_blocks_slowly with room for `room` records.
struct DecodedRun {
  std::vector<Record> records;
  TypeCounts counts{};
  BlockRun run;
  DecodedRun(const Bytes& blocks, std::uint64_t messages, std::size_t room)
      : records(room), run(decode_blocks_slowly(blocks, messages, context, records, counts)) {}
};

TEST(BlockRun, NumbersTheMessagesAndCountsTheirTypes) {
  const auto replace = bytes_of(message_of<itch::OrderReplace>());
  const auto ignored = bytes_of(message_of<itch::RetailInterest>());
  const Bytes blocks = testing::blocks_of({testing::add_order(1), ignored, replace});
  const DecodedRun done(blocks, 3, 16);
  EXPECT_EQ(done.run.bytes, blocks.size());
  EXPECT_EQ(done.run.messages, 3u);
  ASSERT_EQ(done.run.records, 3u);
  EXPECT_EQ(done.run.verdict, Verdict::records);
  EXPECT_EQ(record::sequence_number_of(done.records[0]), sequence_number);
  EXPECT_EQ(record::sequence_number_of(done.records[1]), sequence_number + 2);
  EXPECT_EQ(record::sequence_number_of(done.records[2]), sequence_number + 2);
  EXPECT_EQ(done.counts['A'], 1u);
  EXPECT_EQ(done.counts['N'], 1u);
  EXPECT_EQ(done.counts['U'], 1u);
}

TEST(BlockRun, StopsWhereAReplaceWouldNotFit) {
  const Bytes one = testing::block_of(testing::add_order(1));
  const Bytes blocks =
      testing::blocks_of({testing::add_order(1), testing::add_order(2), testing::add_order(3)});
  const DecodedRun done(blocks, 3, 3);
  EXPECT_EQ(done.run.messages, 2u);
  EXPECT_EQ(done.run.bytes, 2 * one.size());
  EXPECT_EQ(done.run.verdict, Verdict::records);
}

TEST(BlockRun, StopsAfterTheMessagesAskedFor) {
  const Bytes blocks = testing::blocks_of({testing::add_order(1), testing::add_order(2)});
  EXPECT_EQ(DecodedRun(blocks, 1, 16).run.messages, 1u);
  EXPECT_EQ(DecodedRun(blocks, 0, 16).run.messages, 0u);
}

TEST(BlockRun, StopsInFrontOfABlockThatIsCutOff) {
  const Bytes first = testing::block_of(testing::add_order(1));
  Bytes blocks = testing::blocks_of({testing::add_order(1), testing::add_order(2)});
  for (std::size_t size = first.size(); size < blocks.size(); ++size) {
    const DecodedRun done(Bytes(blocks.begin(), blocks.begin() + static_cast<std::ptrdiff_t>(size)),
                          2, 16);
    EXPECT_EQ(done.run.verdict, Verdict::truncated);
    EXPECT_EQ(done.run.bytes, first.size());
    EXPECT_EQ(done.run.messages, 1u);
    EXPECT_EQ(done.counts['A'], 1u);
  }
}

TEST(BlockRun, StopsInFrontOfAMessageThatIsRefused) {
  const Bytes first = testing::block_of(testing::add_order(1));
  const DecodedRun done(testing::blocks_of({testing::add_order(1), testing::add_order(2, 'x')}), 2,
                        16);
  EXPECT_EQ(done.run.verdict, Verdict::bad_field);
  EXPECT_EQ(done.run.bytes, first.size());
  EXPECT_EQ(done.run.messages, 1u);
  EXPECT_EQ(done.run.records, 1u);
}

}  // namespace
}  // namespace hft::feed::itch50
