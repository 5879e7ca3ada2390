// Touches and records for the tests of features and strategies, in a few words.
#pragma once

#include <cstdint>

#include "hft/record/order_event.hpp"
#include "hft/record/touch.hpp"
#include "hft/record/trade_event.hpp"

namespace hft::feature {

inline constexpr std::int64_t dollar_e9 = 1'000'000'000;
inline constexpr std::int64_t cent_e9 = dollar_e9 / 100;
inline constexpr std::uint64_t second_ns = 1'000'000'000;
inline constexpr std::uint64_t open_ns = 1'700'000'000 * second_ns;  // some time of some day

struct Quoted {  // one side of a touch; cents, shares
  std::int64_t cents;
  std::uint32_t size;
};
inline constexpr Quoted nobody{0, 0};

constexpr std::int64_t price_of(Quoted side) {
  return side.size == 0 ? record::price_null : side.cents * cent_e9;
}

constexpr record::Touch touch_of(Quoted bid, Quoted ask, std::uint64_t time_ns = open_ns,
                                 std::uint32_t sequence_number = 1) {
  record::Touch touch{};
  touch.event_time_ns = time_ns;
  touch.receive_time_ns = time_ns;
  touch.instrument = 7;
  touch.kind = record::Kind::touch;
  touch.sequence_number = sequence_number;
  touch.bid_price_e9 = price_of(bid);
  touch.bid_size = bid.size;
  touch.ask_price_e9 = price_of(ask);
  touch.ask_size = ask.size;
  touch.trading_state = 'T';
  touch.flags = record::flag_last;
  return touch;
}

inline record::Touch suspect(const record::Touch& touch) {
  record::Touch out = touch;
  out.flags |= record::flag_book_suspect;
  return out;
}

inline record::OrderEvent execution(std::uint32_t size, std::uint64_t time_ns,
                                    std::uint32_t sequence_number) {
  record::OrderEvent event{};
  event.event_time_ns = time_ns;
  event.instrument = 7;
  event.kind = record::Kind::order;
  event.action = record::Action::execute;
  event.sequence_number = sequence_number;
  event.size = size;
  event.flags = record::flag_last;
  event.price_e9 = record::price_null;
  return event;
}

inline record::TradeEvent hidden_trade(std::uint32_t size, std::int64_t price_e9,
                                       std::uint64_t time_ns) {
  record::TradeEvent event{};
  event.event_time_ns = time_ns;
  event.instrument = 7;
  event.kind = record::Kind::trade;
  event.action = record::TradeAction::trade;
  event.size = size;
  event.side = record::Side::bid;  // the venue writes it whatever the side was
  event.flags = record::flag_last;
  event.price_e9 = price_e9;
  return event;
}

}  // namespace hft::feature
