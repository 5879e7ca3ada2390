// The exchange's feed: each event of the engine as one ITCH message, and messages as packets.
#include "hft/venue/feed_publisher.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "hft/base/error.hpp"
#include "venue/entry_fixture.hpp"

namespace hft::venue {
namespace {

namespace itch = wire::itch50;
using wire::moldudp64::DownstreamHeader;

constexpr std::uint64_t midnight_ns = 1'000'000;
constexpr std::uint64_t second = 1'000'000'000;

class FeedPublisherTest : public testing::Test {
 protected:
  static VenueEvent event(EventKind kind) {
    VenueEvent out{};
    out.time_ns = midnight_ns + 777;
    out.order_id = 11;
    out.original = 10;
    out.match_number = 5;
    out.size = 300;
    out.price_e9 = 12'340'000'000;
    out.instrument = 2;
    out.kind = kind;
    out.side = record::Side::ask;
    out.flags = flag_printable;
    return out;
  }

  /// The one message that waits.
  template <class Message>
  Message published() {
    const auto packet = feed_.next_packet(second);
    Message out{};
    EXPECT_EQ(packet.size(), sizeof(DownstreamHeader) + 2 + sizeof out);
    if (packet.size() < sizeof(DownstreamHeader) + 2 + sizeof out) return out;
    std::memcpy(&out, packet.data() + sizeof(DownstreamHeader) + 2, sizeof out);
    EXPECT_EQ(out.message_type, Message::tag);
    EXPECT_EQ(out.stock_locate, 2U);
    EXPECT_EQ(out.timestamp, 777U);
    return out;
  }
  static DownstreamHeader header_of(std::span<const std::byte> packet) {
    DownstreamHeader header{};
    std::memcpy(&header, packet.data(), std::min(packet.size(), sizeof header));
    return header;
  }

  Symbols symbols_{two_symbols()};
  FeedTerms terms_{{'S', 'E', 'S', 'S', 'I', 'O', 'N', '0', '0', '1'}, midnight_ns, 200, second};
  FeedPublisher feed_{terms_, symbols_};
};

TEST_F(FeedPublisherTest, publishes_book_events) {
  feed_.said(event(EventKind::book_add));
  const auto add = published<itch::AddOrder>();
  EXPECT_EQ(add.order_reference_number, 11U);
  EXPECT_EQ(add.buy_sell_indicator, 'S');
  EXPECT_EQ(add.shares, 300U);
  EXPECT_EQ(add.stock, symbol_of("MSFT"));
  EXPECT_EQ(add.price, 123'400U);
  feed_.said(event(EventKind::book_execute));
  const auto executed = published<itch::OrderExecuted>();
  EXPECT_EQ(executed.executed_shares, 300U);
  EXPECT_EQ(executed.match_number, 5U);
  feed_.said(event(EventKind::book_cancel));
  EXPECT_EQ(published<itch::OrderCancel>().cancelled_shares, 300U);
  feed_.said(event(EventKind::book_delete));
  EXPECT_EQ(published<itch::OrderDelete>().order_reference_number, 11U);
  feed_.said(event(EventKind::book_replace));
  const auto replaced = published<itch::OrderReplace>();
  EXPECT_EQ(replaced.original_order_reference_number, 10U);
  EXPECT_EQ(replaced.new_order_reference_number, 11U);
  EXPECT_EQ(replaced.shares, 300U);
  EXPECT_EQ(replaced.price, 123'400U);
}

TEST_F(FeedPublisherTest, publishes_trades_and_crosses) {
  feed_.said(event(EventKind::trade));
  const auto trade = published<itch::NonCrossTrade>();
  EXPECT_EQ(trade.order_reference_number, 0U);  // hidden
  EXPECT_EQ(trade.shares, 300U);
  EXPECT_EQ(trade.price, 123'400U);
  VenueEvent cross = event(EventKind::cross_trade);
  cross.code = 'O';
  cross.size = 5'000'000'000;
  feed_.said(cross);
  const auto crossed = published<itch::CrossTrade>();
  EXPECT_EQ(crossed.cross_shares, 5'000'000'000U);
  EXPECT_EQ(crossed.cross_type, 'O');
  VenueEvent in_cross = event(EventKind::book_execute);
  in_cross.flags = 0;
  feed_.said(in_cross);
  const auto executed = published<itch::OrderExecutedWithPrice>();
  EXPECT_EQ(executed.printable, 'N');
  EXPECT_EQ(executed.execution_price, 123'400U);
  VenueEvent halt = event(EventKind::trading_status);
  halt.code = 'H';
  feed_.said(halt);
  EXPECT_EQ(published<itch::StockTradingAction>().trading_state, 'H');
  Indication indication{700,           300, record::Side::bid, 12'340'000'000, 12'350'000'000,
                        12'300'000'000};
  feed_.imbalance(2, Cross::closing, indication, midnight_ns + 777);
  const auto imbalance = published<itch::NetOrderImbalance>();
  EXPECT_EQ(imbalance.paired_shares, 700U);
  EXPECT_EQ(imbalance.imbalance_direction, 'B');
  EXPECT_EQ(imbalance.near_price, 123'400U);
  EXPECT_EQ(imbalance.cross_type, 'C');
}

TEST_F(FeedPublisherTest, keeps_from_everyone_what_is_for_the_owner) {
  for (EventKind kind : {EventKind::accepted, EventKind::executed, EventKind::cancelled,
                         EventKind::restated, EventKind::cancel_rejected})
    feed_.said(event(kind));
  EXPECT_FALSE(feed_.has_waiting());
  EXPECT_TRUE(feed_.next_packet(second).empty());
}

TEST_F(FeedPublisherTest, fills_packets_and_numbers_messages) {
  for (int k = 0; k < 10; ++k) feed_.said(event(EventKind::book_add));  // 38 bytes each in a block
  std::uint64_t next = 1;
  std::vector<int> counts;
  for (auto packet = feed_.next_packet(second); !packet.empty();
       packet = feed_.next_packet(second)) {
    EXPECT_LE(packet.size(), 200U);
    const DownstreamHeader header = header_of(packet);
    EXPECT_EQ(header.session, terms_.session);
    EXPECT_EQ(header.sequence_number, next);
    EXPECT_EQ(packet.size(), sizeof header + 38U * header.message_count);
    next += header.message_count;
    counts.push_back(header.message_count);
  }
  EXPECT_EQ(counts, (std::vector<int>{4, 4, 2}));
  feed_.hand_out_from(9);
  EXPECT_EQ(header_of(feed_.next_packet(second)).sequence_number, 9U);
}

TEST_F(FeedPublisherTest, beats_when_nothing_is_said) {
  feed_.said(event(EventKind::book_add));
  EXPECT_TRUE(feed_.heartbeat(2 * second).empty());  // a message waits
  feed_.next_packet(2 * second);
  EXPECT_TRUE(feed_.heartbeat(3 * second - 1).empty());
  const auto beat = feed_.heartbeat(3 * second);
  ASSERT_EQ(beat.size(), sizeof(DownstreamHeader));
  EXPECT_EQ(header_of(beat).sequence_number, 2U);  // the next one
  EXPECT_EQ(header_of(beat).message_count, 0U);
  EXPECT_TRUE(feed_.heartbeat(4 * second - 1).empty());
  EXPECT_EQ(header_of(feed_.end_of_session()).message_count, 0xffffU);
}

TEST_F(FeedPublisherTest, refuses_packets_that_cannot_be) {
  for (std::size_t bytes : {std::size_t{71}, FeedPublisher::max_packet_bytes + 1}) {
    FeedTerms terms = terms_;
    terms.packet_bytes = bytes;
    EXPECT_THROW(FeedPublisher(terms, symbols_), Error) << bytes;
  }
}

}  // namespace
}  // namespace hft::venue
