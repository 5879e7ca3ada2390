// Every field of every ITCH 5.0 message stands at the specification's offset, both ways.
//
// The offsets are written out here a second time, from the specification's tables, so that a field
// left out, swapped or of the wrong width fails although the struct is still without padding.
#include "hft/wire/itch50.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <set>

namespace hft::wire::itch50 {
namespace {

template <class T>
struct IsAlpha : std::false_type {};
template <std::size_t n>
struct IsAlpha<std::array<char, n>> : std::true_type {};

template <class Message, class T>
struct Place {
  T Message::*field;
  std::size_t offset;
  std::size_t size;
};
template <class Message, class T>
Place(T Message::*, int, int) -> Place<Message, T>;

/// The field as a number: the first byte on the wire is the most significant.
template <class T>
std::uint64_t number_of(const T& field) {
  if constexpr (std::is_same_v<T, char>) {
    return static_cast<unsigned char>(field);
  } else if constexpr (IsAlpha<T>::value) {
    std::uint64_t number = 0;
    for (const char c : field) number = number << 8 | static_cast<unsigned char>(c);
    return number;
  } else {
    return field;
  }
}

void set(char& field, std::uint64_t number) {
  field = static_cast<char>(number);
}
template <std::size_t n>
void set(Alpha<n>& field, std::uint64_t number) {
  for (std::size_t i = n; i > 0; --i, number >>= 8) field[i - 1] = static_cast<char>(number);
}
template <class T, ByteOrder order, std::size_t width>
void set(WireInt<T, order, width>& field, std::uint64_t number) {
  field = static_cast<T>(number);
}

/// The bytes 0x11 0x12 0x13 … stand for the field, zeros for all else.
template <class Message, class T>
void check(const Place<Message, T>& place) {
  std::array<unsigned char, sizeof(Message)> bytes{};
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < place.size; ++i) {
    bytes[place.offset + i] = static_cast<unsigned char>(0x11 + i);
    number = number << 8 | (0x11 + i);
  }
  Message read;
  std::memcpy(&read, bytes.data(), sizeof read);
  EXPECT_EQ(number_of(read.*place.field), number) << Message::tag << " at " << place.offset;

  Message written{};
  set(written.*place.field, number);
  EXPECT_EQ(std::memcmp(&written, bytes.data(), sizeof written), 0)
      << Message::tag << " at " << place.offset;
}

/// All fields behind the four that each message starts with; together they must fill it.
template <class Message, class... T>
void check_message(char tag, std::size_t size, const Place<Message, T>&... places) {
  EXPECT_EQ(Message::tag, tag);
  EXPECT_EQ(sizeof(Message), size) << tag;
  EXPECT_EQ((std::size_t{11} + ... + places.size), size) << tag << ": a field is not checked";
  check(Place{&Message::message_type, 0, 1});
  check(Place{&Message::stock_locate, 1, 2});
  check(Place{&Message::tracking_number, 3, 2});
  check(Place{&Message::timestamp, 5, 6});
  (check(places), ...);
}

TEST(Itch50, SystemMessages) {
  check_message('S', 12, Place{&SystemEvent::event_code, 11, 1});
  using V = MwcbDeclineLevel;
  check_message('V', 35, Place{&V::level_1, 11, 8}, Place{&V::level_2, 19, 8},
                Place{&V::level_3, 27, 8});
  check_message('W', 12, Place{&MwcbStatus::breached_level, 11, 1});
}

TEST(Itch50, StockDirectory) {
  using R = StockDirectory;
  check_message('R', 39, Place{&R::stock, 11, 8}, Place{&R::market_category, 19, 1},
                Place{&R::financial_status_indicator, 20, 1}, Place{&R::round_lot_size, 21, 4},
                Place{&R::round_lots_only, 25, 1}, Place{&R::issue_classification, 26, 1},
                Place{&R::issue_sub_type, 27, 2}, Place{&R::authenticity, 29, 1},
                Place{&R::short_sale_threshold_indicator, 30, 1}, Place{&R::ipo_flag, 31, 1},
                Place{&R::luld_reference_price_tier, 32, 1}, Place{&R::etp_flag, 33, 1},
                Place{&R::etp_leverage_factor, 34, 4}, Place{&R::inverse_indicator, 38, 1});
}

TEST(Itch50, StateOfAnInstrument) {
  using H = StockTradingAction;
  check_message('H', 25, Place{&H::stock, 11, 8}, Place{&H::trading_state, 19, 1},
                Place{&H::reserved, 20, 1}, Place{&H::reason, 21, 4});
  using Y = RegShoRestriction;
  check_message('Y', 20, Place{&Y::stock, 11, 8}, Place{&Y::reg_sho_action, 19, 1});
  using L = MarketParticipantPosition;
  check_message('L', 26, Place{&L::mpid, 11, 4}, Place{&L::stock, 15, 8},
                Place{&L::primary_market_maker, 23, 1}, Place{&L::market_maker_mode, 24, 1},
                Place{&L::market_participant_state, 25, 1});
  using K = IpoQuotingPeriodUpdate;
  check_message('K', 28, Place{&K::stock, 11, 8}, Place{&K::ipo_quotation_release_time, 19, 4},
                Place{&K::ipo_quotation_release_qualifier, 23, 1}, Place{&K::ipo_price, 24, 4});
  using J = LuldAuctionCollar;
  check_message('J', 35, Place{&J::stock, 11, 8}, Place{&J::auction_collar_reference_price, 19, 4},
                Place{&J::upper_auction_collar_price, 23, 4},
                Place{&J::lower_auction_collar_price, 27, 4},
                Place{&J::auction_collar_extension, 31, 4});
  using O = OperationalHalt;
  check_message('h', 21, Place{&O::stock, 11, 8}, Place{&O::market_code, 19, 1},
                Place{&O::operational_halt_action, 20, 1});
}

TEST(Itch50, OrdersEnter) {
  using A = AddOrder;
  check_message('A', 36, Place{&A::order_reference_number, 11, 8},
                Place{&A::buy_sell_indicator, 19, 1}, Place{&A::shares, 20, 4},
                Place{&A::stock, 24, 8}, Place{&A::price, 32, 4});
  using F = AddOrderWithMpid;
  check_message('F', 40, Place{&F::order_reference_number, 11, 8},
                Place{&F::buy_sell_indicator, 19, 1}, Place{&F::shares, 20, 4},
                Place{&F::stock, 24, 8}, Place{&F::price, 32, 4}, Place{&F::attribution, 36, 4});
}

TEST(Itch50, OrdersChange) {
  using E = OrderExecuted;
  check_message('E', 31, Place{&E::order_reference_number, 11, 8},
                Place{&E::executed_shares, 19, 4}, Place{&E::match_number, 23, 8});
  using C = OrderExecutedWithPrice;
  check_message('C', 36, Place{&C::order_reference_number, 11, 8},
                Place{&C::executed_shares, 19, 4}, Place{&C::match_number, 23, 8},
                Place{&C::printable, 31, 1}, Place{&C::execution_price, 32, 4});
  using X = OrderCancel;
  check_message('X', 23, Place{&X::order_reference_number, 11, 8},
                Place{&X::cancelled_shares, 19, 4});
  check_message('D', 19, Place{&OrderDelete::order_reference_number, 11, 8});
  using U = OrderReplace;
  check_message('U', 35, Place{&U::original_order_reference_number, 11, 8},
                Place{&U::new_order_reference_number, 19, 8}, Place{&U::shares, 27, 4},
                Place{&U::price, 31, 4});
}

TEST(Itch50, Trades) {
  using P = NonCrossTrade;
  check_message('P', 44, Place{&P::order_reference_number, 11, 8},
                Place{&P::buy_sell_indicator, 19, 1}, Place{&P::shares, 20, 4},
                Place{&P::stock, 24, 8}, Place{&P::price, 32, 4}, Place{&P::match_number, 36, 8});
  using Q = CrossTrade;
  check_message('Q', 40, Place{&Q::cross_shares, 11, 8}, Place{&Q::stock, 19, 8},
                Place{&Q::cross_price, 27, 4}, Place{&Q::match_number, 31, 8},
                Place{&Q::cross_type, 39, 1});
  check_message('B', 19, Place{&BrokenTrade::match_number, 11, 8});
}

TEST(Itch50, Auctions) {
  using I = NetOrderImbalance;
  check_message('I', 50, Place{&I::paired_shares, 11, 8}, Place{&I::imbalance_shares, 19, 8},
                Place{&I::imbalance_direction, 27, 1}, Place{&I::stock, 28, 8},
                Place{&I::far_price, 36, 4}, Place{&I::near_price, 40, 4},
                Place{&I::current_reference_price, 44, 4}, Place{&I::cross_type, 48, 1},
                Place{&I::price_variation_indicator, 49, 1});
  using N = RetailInterest;
  check_message('N', 20, Place{&N::stock, 11, 8}, Place{&N::interest_flag, 19, 1});
  using O = DirectListingPriceDiscovery;
  check_message('O', 48, Place{&O::stock, 11, 8}, Place{&O::open_eligibility_status, 19, 1},
                Place{&O::minimum_allowable_price, 20, 4},
                Place{&O::maximum_allowable_price, 24, 4}, Place{&O::near_execution_price, 28, 4},
                Place{&O::near_execution_time, 32, 8}, Place{&O::lower_price_range_collar, 40, 4},
                Place{&O::upper_price_range_collar, 44, 4});
}

TEST(Itch50, ForEachMessageVisitsEachTypeOnce) {
  std::multiset<char> tags;
  for_each_message([&]<class Message>() { tags.insert(Message::tag); });
  const std::string_view expected = "SRHYLVWKJhAFECXDUPQBINO";
  EXPECT_EQ(tags, std::multiset<char>(expected.begin(), expected.end()));
}

}  // namespace
}  // namespace hft::wire::itch50
