// OUCH 5.0 order entry: every message a client may send, and every message it may be told.
#include "hft/venue/ouch50_entry.hpp"

#include "hft/wire/ouch50_appendage.hpp"
#include "hft/wire/ouch_fields.hpp"
#include "venue/entry_fixture.hpp"

namespace hft::venue {
namespace {

namespace in = wire::ouch50::inbound;
namespace out = wire::ouch50::outbound;
using wire::ouch50::OptionTag;

struct EnterWithOptions {
  in::EnterOrder order;
  std::array<std::byte, 32> options;
};

class Ouch50EntryTest : public EntryTest<Ouch50Entry> {
 protected:
  static in::EnterOrder order(std::uint32_t number, char side = 'B', std::uint32_t shares = 100,
                              std::uint64_t price = 1'000'000) {
    in::EnterOrder out{};
    out.message_type = in::EnterOrder::tag;
    out.user_ref_num = number;
    out.side = side;
    out.shares = shares;
    out.symbol = symbol_of("AAPL");
    out.price = price;
    out.time_in_force = '0';
    out.display = 'Y';
    out.capacity = 'P';
    out.intermarket_sweep_eligibility = 'N';
    out.cross_type = 'N';
    out.cl_ord_id = {'m', 'i', 'n', 'e'};
    return out;
  }
  template <OptionTag tag>
  static std::vector<std::byte> with_option(in::EnterOrder order, std::uint64_t value) {
    std::array<std::byte, 16> room{};
    wire::ouch50::AppendageWriter options(room.data());
    options.number<tag>(value);
    order.appendage_length = static_cast<std::uint16_t>(options.size());
    const auto front = bytes_of(order);
    std::vector<std::byte> all(front.begin(), front.end());
    all.insert(all.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(options.size()));
    return all;
  }
  static in::CancelOrder cancel(std::uint32_t number, std::uint32_t shares = 0) {
    in::CancelOrder message{};
    message.message_type = in::CancelOrder::tag;
    message.user_ref_num = number;
    message.shares = shares;
    return message;
  }
  static in::ReplaceOrder replace(std::uint32_t from, std::uint32_t to, std::uint32_t shares,
                                  std::uint64_t price) {
    in::ReplaceOrder message{};
    message.message_type = in::ReplaceOrder::tag;
    message.orig_user_ref_num = from;
    message.user_ref_num = to;
    message.shares = shares;
    message.price = price;
    message.time_in_force = '0';
    message.display = 'Y';
    message.intermarket_sweep_eligibility = 'N';
    message.cl_ord_id = {'n', 'e', 'x', 't'};
    return message;
  }
  static in::ModifyOrder modify(std::uint32_t number, char side, std::uint32_t shares) {
    in::ModifyOrder message{};
    message.message_type = in::ModifyOrder::tag;
    message.user_ref_num = number;
    message.side = side;
    message.shares = shares;
    return message;
  }
  std::uint16_t rejection() { return said<out::RejectedOrder>().rejected_order_reason; }
};

TEST_F(Ouch50EntryTest, accepts_and_echoes) {
  EXPECT_EQ(send(order(7)), EntryVerdict::input);
  const auto accepted = said<out::OrderAccepted>();
  EXPECT_EQ(accepted.timestamp, now_ns_ - midnight_ns);
  EXPECT_EQ(accepted.user_ref_num, 7U);
  EXPECT_EQ(accepted.side, 'B');
  EXPECT_EQ(accepted.shares, 100U);
  EXPECT_EQ(accepted.symbol, symbol_of("AAPL"));
  EXPECT_EQ(accepted.price, 1'000'000U);
  EXPECT_EQ(accepted.display, 'Y');
  EXPECT_EQ(accepted.order_reference_number, 1U);
  EXPECT_EQ(accepted.order_state, 'L');
  EXPECT_EQ(accepted.cl_ord_id, order(7).cl_ord_id);
  EXPECT_TRUE(is_silent());
}

TEST_F(Ouch50EntryTest, tells_both_sides_of_a_match) {
  send(order(1, 'B', 100));
  send(order(9, 'T', 60), 1);
  skip(1);
  said<out::OrderAccepted>();
  const auto bought = said<out::OrderExecuted>();
  EXPECT_EQ(bought.user_ref_num, 1U);
  EXPECT_EQ(bought.shares, 60U);
  EXPECT_EQ(bought.price, 1'000'000U);
  EXPECT_EQ(bought.liquidity_flag, 'A');
  const auto sold_all = messages_of(entry(1).stream());
  ASSERT_EQ(sold_all.size(), 2U);
  const auto& sold = reinterpret_cast<const out::OrderExecuted&>(sold_all[1][0]);
  EXPECT_EQ(sold.user_ref_num, 9U);
  EXPECT_EQ(sold.liquidity_flag, 'R');
  EXPECT_EQ(sold.match_number, bought.match_number);
}

TEST_F(Ouch50EntryTest, ignores_numbers_that_do_not_rise) {
  send(order(5));
  skip();
  EXPECT_EQ(send(order(5)), EntryVerdict::ignored);
  EXPECT_EQ(send(order(4)), EntryVerdict::ignored);
  EXPECT_EQ(send(order(0)), EntryVerdict::ignored);
  EXPECT_TRUE(is_silent());
  EXPECT_EQ(send(order(6)), EntryVerdict::input);
}

TEST_F(Ouch50EntryTest, cancels_in_part_and_whole) {
  send(order(1, 'B', 100));
  skip();
  send(cancel(1, 30));
  EXPECT_EQ(said<out::OrderCanceled>().shares, 70U);
  send(cancel(1));
  const auto last = said<out::OrderCanceled>();
  EXPECT_EQ(last.shares, 30U);
  EXPECT_EQ(last.cancel_order_reason, 'U');
  send(cancel(1));   // gone
  send(cancel(77));  // never was
  EXPECT_TRUE(is_silent());
}

TEST_F(Ouch50EntryTest, replaces_under_a_new_number) {
  send(order(1, 'S', 100));
  skip();
  send(replace(1, 2, 150, 1'010'000));
  const auto replaced = said<out::OrderReplaced>();
  EXPECT_EQ(replaced.orig_user_ref_num, 1U);
  EXPECT_EQ(replaced.user_ref_num, 2U);
  EXPECT_EQ(replaced.side, 'S');
  EXPECT_EQ(replaced.shares, 150U);
  EXPECT_EQ(replaced.price, 1'010'000U);
  EXPECT_EQ(replaced.cl_ord_id, replace(1, 2, 0, 0).cl_ord_id);
  send(cancel(1));
  EXPECT_TRUE(is_silent());
  send(cancel(2));
  EXPECT_EQ(said<out::OrderCanceled>().user_ref_num, 2U);
}

TEST_F(Ouch50EntryTest, a_replace_of_nothing_uses_up_no_number) {
  send(order(1));
  send(cancel(1));
  skip();
  EXPECT_EQ(send(replace(1, 2, 100, 1'000'000)), EntryVerdict::ignored);
  EXPECT_EQ(send(order(2)), EntryVerdict::input);
  EXPECT_EQ(said<out::OrderAccepted>().user_ref_num, 2U);
}

TEST_F(Ouch50EntryTest, a_bad_replace_cancels_and_uses_up_no_number) {
  send(order(1));
  skip();
  auto bad = replace(1, 2, 100, 1'000'000);
  bad.display = '?';
  send(bad);
  EXPECT_EQ(said<out::OrderCanceled>().user_ref_num, 1U);
  send(order(2));
  EXPECT_EQ(said<out::OrderAccepted>().user_ref_num, 2U);
  send(replace(2, 3, 1'000'000, 1'000'000));  // the engine's own refusal: too large
  EXPECT_EQ(said<out::OrderCanceled>().user_ref_num, 2U);
  send(order(3));
  EXPECT_EQ(said<out::OrderAccepted>().user_ref_num, 3U);
}

TEST_F(Ouch50EntryTest, modifies_size_and_side_letter) {
  send(order(1, 'S', 100));
  skip();
  send(modify(1, 'T', 40));
  const auto modified = said<out::OrderModified>();
  EXPECT_EQ(modified.side, 'T');
  EXPECT_EQ(modified.shares, 40U);
  send(modify(1, 'E', 40));  // the letter alone
  EXPECT_EQ(said<out::OrderModified>().side, 'E');
  EXPECT_EQ(send(modify(1, 'B', 40)), EntryVerdict::ignored);
  send(modify(1, 'E', 40));  // as it is
  EXPECT_TRUE(is_silent());
}

TEST_F(Ouch50EntryTest, rejects_with_the_specifications_codes) {
  std::uint32_t number = 0;
  const auto refused = [&](auto&& change) {
    auto message = order(++number);
    change(message);
    send(message);
    return rejection();
  };
  EXPECT_EQ(refused([](auto& m) { m.symbol = symbol_of("NONE"); }), 0x17);
  EXPECT_EQ(refused([](auto& m) { m.side = '?'; }), 0x09);
  EXPECT_EQ(refused([](auto& m) { m.display = '?'; }), 0x03);
  EXPECT_EQ(refused([](auto& m) { m.cross_type = 'S'; }), 0x14);
  EXPECT_EQ(refused([](auto& m) { m.time_in_force = 'E'; }), 0x0f);
  EXPECT_EQ(refused([](auto& m) { m.price = std::uint64_t{0x7735939d}; }), 0x1d);
  EXPECT_EQ(refused([](auto& m) { m.price = ~std::uint64_t{0}; }), 0x1d);
  EXPECT_EQ(refused([](auto& m) { m.price = std::uint64_t{0}; }), 0x1d);
  EXPECT_EQ(refused([](auto& m) { m.price = std::uint64_t{1'000'001}; }), 0x1d);
  EXPECT_EQ(refused([](auto& m) { m.shares = std::uint32_t{0}; }), 0x13);
  EXPECT_EQ(refused([](auto& m) { m.shares = std::uint32_t{1'000'000}; }), 0x13);
  engine_.set_state(now_ns_, 1, TradingState::halted);
  EXPECT_EQ(refused([](auto&) {}), 0x07);
  engine_.set_open(false);
  EXPECT_EQ(refused([](auto&) {}), 0x02);
  EXPECT_EQ(send(order(number)), EntryVerdict::ignored);  // a rejected number is used up
}

TEST_F(Ouch50EntryTest, heeds_the_options_it_knows) {
  send_bytes(with_option<OptionTag::minimum_shares>(order(1), 10));
  EXPECT_EQ(rejection(), 0x0d);
  send_bytes(with_option<OptionTag::max_floor>(order(2), 0));
  EXPECT_EQ(rejection(), 0x04);
  send_bytes(with_option<OptionTag::price_type>(order(3), 'M'));
  EXPECT_EQ(rejection(), 0x05);
  send_bytes(with_option<OptionTag::firm>(order(4), 0x41424344));  // ABCD
  EXPECT_EQ(rejection(), 0x0c);
  send_bytes(with_option<OptionTag::firm>(order(5), 0x48465458));  // HFTX
  EXPECT_EQ(said<out::OrderAccepted>().user_ref_num, 5U);
  send(order(1, 'S', 10, 1'010'000), 1);
  send_bytes(with_option<OptionTag::post_only>(order(6, 'B', 10, 1'010'000), 'P'));
  EXPECT_EQ(rejection(), 0x12);
  send_bytes(with_option<OptionTag::route>(order(7), 1));  // of no meaning here
  EXPECT_EQ(said<out::OrderAccepted>().user_ref_num, 7U);
}

TEST_F(Ouch50EntryTest, restates_a_reserve_order) {
  send_bytes(with_option<OptionTag::max_floor>(order(1, 'B', 100), 40));
  send(order(1, 'S', 40), 1);
  EXPECT_EQ(said<out::OrderAccepted>().order_reference_number, 1U);
  EXPECT_EQ(said<out::OrderExecuted>().shares, 40U);
  const auto all = messages_of(entry().stream());
  ASSERT_EQ(all.size(), 3U);
  std::span<const std::byte> appendage;
  ASSERT_TRUE(wire::ouch50::find_appendage<out::OrderRestated>(all[2], appendage));
  wire::ouch50::AppendageReader options(appendage);
  wire::ouch50::Option option{};
  ASSERT_TRUE(options.next(option));
  EXPECT_EQ(option.tag, OptionTag::secondary_order_reference_number);
  EXPECT_EQ(option.number(), 3U);
  ASSERT_TRUE(options.next(option));
  EXPECT_EQ(option.number(), 40U);
  EXPECT_FALSE(options.next(option));
  EXPECT_FALSE(options.bad());
}

TEST_F(Ouch50EntryTest, an_immediate_order_does_not_rest) {
  auto message = order(1);
  message.time_in_force = '3';
  send(message);
  said<out::OrderAccepted>();
  const auto cancelled = said<out::OrderCanceled>();
  EXPECT_EQ(cancelled.shares, 100U);
  EXPECT_EQ(cancelled.cancel_order_reason, 'I');
}

TEST_F(Ouch50EntryTest, an_order_until_a_time_leaves_then) {
  auto message = order(1);
  message.time_in_force = '6';
  send(message);
  EXPECT_EQ(rejection(), 0x0f);  // which time?
  const std::uint64_t until_s = 34'300;
  auto timed = order(2);
  timed.time_in_force = '6';
  send_bytes(with_option<OptionTag::expire_time>(timed, until_s));
  skip();
  EXPECT_EQ(entry().next_expiry_ns(), midnight_ns + until_s * 1'000'000'000);
  EXPECT_FALSE(entry().expired(midnight_ns + until_s * 1'000'000'000 - 1).has_value());
  now_ns_ = midnight_ns + until_s * 1'000'000'000;
  const auto token = entry().expired(now_ns_);
  ASSERT_TRUE(token.has_value());
  engine_.cancel(now_ns_, 0, *token, 0);
  entry().end_of_expiry();
  EXPECT_EQ(said<out::OrderCanceled>().cancel_order_reason, 'T');
  EXPECT_FALSE(entry().expired(~std::uint64_t{0}).has_value());
}

TEST_F(Ouch50EntryTest, self_matches_are_told_apart) {
  engine_.set_self_match(0, SelfMatch::decrement_both);
  send(order(1, 'B', 100));
  send(order(2, 'S', 30));
  said<out::OrderAccepted>();
  said<out::OrderAccepted>();
  const auto resting = said<out::AiqCanceled>();
  EXPECT_EQ(resting.user_ref_num, 1U);
  EXPECT_EQ(resting.decrement_shares, 30U);
  EXPECT_EQ(resting.shares_prevented_from_trading, 30U);
  EXPECT_EQ(resting.execution_price, 1'000'000U);
  EXPECT_EQ(resting.order_cancel_reason, 'Q');
  EXPECT_EQ(resting.liquidity_flag, 'A');
  const auto incoming = said<out::AiqCanceled>();
  EXPECT_EQ(incoming.user_ref_num, 2U);
  EXPECT_EQ(incoming.liquidity_flag, 'R');
}

TEST_F(Ouch50EntryTest, a_frozen_cross_keeps_its_orders) {
  auto message = order(1);
  message.cross_type = 'O';
  send(message);
  skip();
  engine_.freeze(1, Cross::opening);
  send(cancel(1, 50));
  EXPECT_EQ(said<out::CancelReject>().user_ref_num, 1U);
  send(cancel(1));
  EXPECT_EQ(said<out::CancelPending>().user_ref_num, 1U);
  auto late = order(2);
  late.cross_type = 'O';
  send(late);
  EXPECT_EQ(rejection(), 0x14);
}

TEST_F(Ouch50EntryTest, market_orders_have_a_price_of_their_own) {
  send(order(1, 'S', 10, 1'500'000), 1);
  send(order(1, 'B', 20, wire::ouch::market_price));
  EXPECT_EQ(said<out::OrderAccepted>().price, wire::ouch::market_price);
  EXPECT_EQ(said<out::OrderExecuted>().price, 1'500'000U);
  EXPECT_EQ(said<out::OrderCanceled>().cancel_order_reason, 'I');
}

TEST_F(Ouch50EntryTest, answers_the_account_query) {
  in::AccountQuery query{in::AccountQuery::tag};
  EXPECT_EQ(send(query), EntryVerdict::answered);
  EXPECT_EQ(said<out::AccountQueryResponse>().next_user_ref_num, 1U);
  send(order(41));
  skip();
  send(query);
  EXPECT_EQ(said<out::AccountQueryResponse>().next_user_ref_num, 42U);
}

TEST_F(Ouch50EntryTest, cancels_all_of_a_symbol) {
  send(order(1));
  auto other = order(2);
  other.symbol = symbol_of("MSFT");
  send(other);
  skip();
  in::MassCancel mass{};
  mass.message_type = in::MassCancel::tag;
  mass.user_ref_num = 3;
  mass.firm = {'H', 'F', 'T', 'X'};
  mass.symbol = symbol_of("NONE");  // unknown: has no orders, and means not all
  send(mass);
  said<out::MassCancelResponse>();
  EXPECT_TRUE(is_silent());
  mass.user_ref_num = 4;
  mass.symbol = symbol_of("MSFT");
  send(mass);
  EXPECT_EQ(said<out::MassCancelResponse>().user_ref_num, 4U);
  EXPECT_EQ(said<out::OrderCanceled>().user_ref_num, 2U);
  EXPECT_TRUE(is_silent());
  mass.user_ref_num = 5;
  mass.symbol = symbol_of("");
  send(mass);
  said<out::MassCancelResponse>();
  EXPECT_EQ(said<out::OrderCanceled>().user_ref_num, 1U);
}

TEST_F(Ouch50EntryTest, order_entry_can_be_disabled) {
  in::DisableOrderEntry disable{};
  disable.message_type = in::DisableOrderEntry::tag;
  disable.user_ref_num = 1;
  disable.firm = {'H', 'F', 'T', 'X'};
  send(disable);
  EXPECT_EQ(said<out::DisableOrderEntryResponse>().user_ref_num, 1U);
  send(order(2));
  EXPECT_EQ(rejection(), 0x0f);
  in::EnableOrderEntry enable{};
  enable.message_type = in::EnableOrderEntry::tag;
  enable.user_ref_num = 3;
  enable.firm = disable.firm;
  send(enable);
  said<out::EnableOrderEntryResponse>();
  send(order(4));
  EXPECT_EQ(said<out::OrderAccepted>().user_ref_num, 4U);
}

TEST_F(Ouch50EntryTest, bytes_that_are_no_message_are_told_apart) {
  const auto whole = order(1);
  const auto bytes = bytes_of(whole);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(send_bytes(bytes.first(size)), EntryVerdict::malformed) << size;
  }
  auto lying = order(1);
  lying.appendage_length = std::uint16_t{5};
  EXPECT_EQ(send(lying), EntryVerdict::malformed);
  auto torn = with_option<OptionTag::firm>(order(1), 1);
  torn[sizeof(in::EnterOrder)] = std::byte{200};
  EXPECT_EQ(send_bytes(torn), EntryVerdict::malformed);
  const char unknown[] = {'Z', 0, 0};
  EXPECT_EQ(send_bytes(std::as_bytes(std::span(unknown))), EntryVerdict::malformed);
  EXPECT_TRUE(is_silent());
  EXPECT_EQ(send(order(1)), EntryVerdict::input);  // nothing was used up
}

}  // namespace
}  // namespace hft::venue
