// OUCH 4.2 order entry: what differs from 5.0, and every message once.
#include "hft/venue/ouch42_entry.hpp"

#include "hft/wire/ouch_fields.hpp"
#include "venue/entry_fixture.hpp"

namespace hft::venue {
namespace {

namespace in = wire::ouch42::inbound;
namespace out = wire::ouch42::outbound;

wire::ouch42::Token token(const std::string& text) {
  wire::ouch42::Token made;
  made.fill(' ');
  std::copy(text.begin(), text.end(), made.begin());
  return made;
}

class Ouch42EntryTest : public EntryTest<Ouch42Entry> {
 protected:
  static in::EnterOrder order(const std::string& name, char side = 'B', std::uint32_t shares = 100,
                              std::uint32_t price = 1'000'000) {
    in::EnterOrder out{};
    out.message_type = in::EnterOrder::tag;
    out.order_token = token(name);
    out.buy_sell_indicator = side;
    out.shares = shares;
    out.stock = symbol_of("MSFT");
    out.price = price;
    out.time_in_force = wire::ouch::market_hours_42;
    out.firm = {' ', ' ', ' ', ' '};
    out.display = 'Y';
    out.capacity = 'P';
    out.intermarket_sweep_eligibility = 'N';
    out.cross_type = 'N';
    out.customer_type = ' ';
    return out;
  }
  static in::CancelOrder cancel(const std::string& name, std::uint32_t shares = 0) {
    in::CancelOrder message{};
    message.message_type = in::CancelOrder::tag;
    message.order_token = token(name);
    message.shares = shares;
    return message;
  }
  static in::ReplaceOrder replace(const std::string& from, const std::string& to,
                                  std::uint32_t shares, std::uint32_t price) {
    in::ReplaceOrder message{};
    message.message_type = in::ReplaceOrder::tag;
    message.existing_order_token = token(from);
    message.replacement_order_token = token(to);
    message.shares = shares;
    message.price = price;
    message.time_in_force = wire::ouch::market_hours_42;
    message.display = 'Y';
    message.intermarket_sweep_eligibility = 'N';
    return message;
  }
  char rejection() { return said<out::RejectedOrder>().reason; }
};

TEST_F(Ouch42EntryTest, accepts_and_echoes) {
  send(order("first"));
  const auto accepted = said<out::Accepted>();
  EXPECT_EQ(accepted.timestamp, now_ns_ - midnight_ns);
  EXPECT_EQ(accepted.order_token, token("first"));
  EXPECT_EQ(accepted.stock, symbol_of("MSFT"));
  EXPECT_EQ(accepted.shares, 100U);
  EXPECT_EQ(accepted.price, 1'000'000U);
  EXPECT_EQ(accepted.time_in_force, wire::ouch::market_hours_42);
  EXPECT_EQ(accepted.firm, (Alpha<4>{'H', 'F', 'T', 'X'}));  // the account's own
  EXPECT_EQ(accepted.order_state, 'L');
}

TEST_F(Ouch42EntryTest, a_token_is_used_once_a_day) {
  send(order("a"));
  send(cancel("a"));
  skip();
  EXPECT_EQ(send(order("a")), EntryVerdict::ignored);
  auto refused = order("b");
  refused.stock = symbol_of("NONE");
  send(refused);
  EXPECT_EQ(rejection(), 'S');
  EXPECT_EQ(send(order("b")), EntryVerdict::ignored);  // also a rejected one
  EXPECT_EQ(send(order("A")), EntryVerdict::input);    // told apart by case
}

TEST_F(Ouch42EntryTest, many_tokens_are_all_found) {
  for (int k = 0; k < 1000; ++k) {  // far beyond the 16 that were expected
    send(order("t" + std::to_string(k), 'B', 1));
    send(cancel("t" + std::to_string(k)));
  }
  skip();
  for (int k = 0; k < 1000; ++k)
    EXPECT_EQ(send(order("t" + std::to_string(k))), EntryVerdict::ignored) << k;
}

TEST_F(Ouch42EntryTest, executes_and_replaces) {
  send(order("bid", 'B', 100));
  send(order("hit", 'S', 30), 1);
  said<out::Accepted>();
  const auto executed = said<out::Executed>();
  EXPECT_EQ(executed.order_token, token("bid"));
  EXPECT_EQ(executed.executed_shares, 30U);
  EXPECT_EQ(executed.execution_price, 1'000'000U);
  EXPECT_EQ(executed.liquidity_flag, 'A');
  send(replace("bid", "next", 100, 1'000'100));
  const auto replaced = said<out::Replaced>();
  EXPECT_EQ(replaced.shares, 70U);  // 100 in all, 30 of them executed: the specification's example
  EXPECT_EQ(replaced.previous_order_token, token("bid"));
  EXPECT_EQ(replaced.replacement_order_token, token("next"));
  EXPECT_EQ(replaced.price, 1'000'100U);
  EXPECT_EQ(send(replace("next", "bid", 100, 1'000'000)), EntryVerdict::ignored);
  EXPECT_EQ(send(replace("bid", "other", 100, 1'000'000)), EntryVerdict::ignored);
  EXPECT_TRUE(is_silent());
}

TEST_F(Ouch42EntryTest, a_bad_replace_cancels_and_leaves_the_token_free) {
  send(order("a"));
  skip();
  auto bad = replace("a", "b", 100, 1'000'000);
  bad.minimum_shares = 5;
  send(bad);
  EXPECT_EQ(said<out::Canceled>().order_token, token("a"));
  send(order("c"));
  skip();
  send(replace("c", "b", 1'000'000, 1'000'000));
  EXPECT_EQ(said<out::Canceled>().order_token, token("c"));
  send(order("b"));
  EXPECT_EQ(said<out::Accepted>().order_token, token("b"));
}

TEST_F(Ouch42EntryTest, rejects_with_the_specifications_letters) {
  int number = 0;
  const auto refused = [&](auto&& change) {
    auto message = order("r" + std::to_string(++number));
    change(message);
    send(message);
    return rejection();
  };
  EXPECT_EQ(refused([](auto& m) { m.firm = {'A', 'B', 'C', 'D'}; }), 'L');
  EXPECT_EQ(refused([](auto& m) { m.display = 'M'; }), 'D');
  EXPECT_EQ(refused([](auto& m) { m.minimum_shares = std::uint32_t{1}; }), 'N');
  EXPECT_EQ(refused([](auto& m) { m.price = std::uint32_t{0x7735939d}; }), 'X');
  EXPECT_EQ(refused([](auto& m) { m.cross_type = 'S'; }), 'R');
  EXPECT_EQ(refused([](auto& m) { m.buy_sell_indicator = 'X'; }), 'O');
  EXPECT_EQ(refused([](auto& m) { m.shares = std::uint32_t{0}; }), 'Z');
  engine_.set_state(now_ns_, 2, TradingState::paused);
  EXPECT_EQ(refused([](auto&) {}), 'H');
}

TEST_F(Ouch42EntryTest, post_only_is_a_display) {
  send(order("ask", 'S'), 1);
  auto post = order("post");
  post.display = 'P';
  send(post);
  EXPECT_EQ(rejection(), 'P');
}

TEST_F(Ouch42EntryTest, a_time_in_force_counts_seconds) {
  auto timed = order("timed");
  timed.time_in_force = 10;
  send(timed);
  skip();
  EXPECT_EQ(entry().next_expiry_ns(), now_ns_ + 10'000'000'000);
  now_ns_ += 10'000'000'000;
  const auto expired = entry().expired(now_ns_);
  ASSERT_TRUE(expired.has_value());
  engine_.cancel(now_ns_, 0, *expired, 0);
  entry().end_of_expiry();
  EXPECT_EQ(said<out::Canceled>().reason, 'T');
  auto immediate = order("ioc");
  immediate.time_in_force = 0;
  send(immediate);
  said<out::Accepted>();
  EXPECT_EQ(said<out::Canceled>().reason, 'I');
}

TEST_F(Ouch42EntryTest, modifies_and_says_self_matches_and_crosses) {
  send(order("a", 'S', 100));
  skip();
  in::ModifyOrder modify{};
  modify.message_type = in::ModifyOrder::tag;
  modify.order_token = token("a");
  modify.buy_sell_indicator = 'E';
  modify.shares = 60;
  send(modify);
  EXPECT_EQ(said<out::OrderModified>().shares, 60U);
  engine_.set_self_match(0, SelfMatch::cancel_oldest);
  send(order("b", 'B', 20));
  said<out::Accepted>();
  const auto self = said<out::AiqCanceled>();
  EXPECT_EQ(self.order_token, token("a"));
  EXPECT_EQ(self.decrement_shares, 60U);
  EXPECT_EQ(self.shares_prevented_from_trading, 20U);
  auto cross = order("x");
  cross.cross_type = 'C';
  cross.price = wire::ouch::market_cross_price;
  send(cross);
  EXPECT_EQ(said<out::Accepted>().price, wire::ouch::market_cross_price);
  engine_.freeze(2, Cross::closing);
  send(cancel("x"));
  EXPECT_EQ(said<out::CancelPending>().order_token, token("x"));
}

TEST_F(Ouch42EntryTest, bytes_that_are_no_message_are_told_apart) {
  const auto whole = order("a");
  const auto bytes = bytes_of(whole);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_EQ(send_bytes(bytes.first(size)), EntryVerdict::malformed) << size;
  std::vector<std::byte> longer(bytes.begin(), bytes.end());
  longer.push_back(std::byte{0});
  EXPECT_EQ(send_bytes(longer), EntryVerdict::malformed);
  in::TradeNow now{};
  now.message_type = in::TradeNow::tag;
  EXPECT_EQ(send(now), EntryVerdict::ignored);
  EXPECT_TRUE(is_silent());
}

}  // namespace
}  // namespace hft::venue
