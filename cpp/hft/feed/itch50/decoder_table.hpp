// What the fast decoder knows of each message type: where every byte of its record comes from.
//
// A record is a permutation of its message's bytes and of a few constants, plus what the packet
// knows. Two tables keep the lines few that a run of messages looks at: 8 bytes of facts a type, 64
// bytes of places a record, for the dozen types that come often. All others have no length here and
// go to the slow decoder.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "hft/record/order_event.hpp"
#include "hft/record/trade_event.hpp"
#include "hft/wire/itch50.hpp"

namespace hft::feed::itch50::avx512 {

namespace itch = wire::itch50;
using record::OrderEvent;
using record::TradeEvent;

/// What a byte of a message says about the record beyond its value: which variant of the type's
/// record it is, as far as the type's mask lets it say so.
struct Choice {
  static constexpr std::int32_t sell = 64, non_printable = 128;  // bytes from the first variant
  static constexpr std::int32_t no_side = std::numeric_limits<std::int32_t>::min();  // refused
  static constexpr std::int32_t side_mask = sell | no_side, printable_mask = non_printable;
};

/// A type as the loop sees it. Two structs of 8 bytes, for that is what an address can scale by.
struct Form {
  std::uint32_t wire_length = 0x10000;  // as it stands before the message, big-endian; none: rare
  std::uint8_t choice_at = 0;           // the byte whose Choice counts
  std::uint8_t price_lane = 0;          // bit 6 where the record's price must be multiplied
  std::uint16_t record_bytes = 0;       // 0, 64 or 128
};
struct Variants {
  std::int32_t mask = 0;    // of the Choice; 0: there is one variant
  std::uint32_t first = 0;  // bytes into the table's places
};
static_assert(sizeof(Form) == 8 && sizeof(Variants) == 8);

/// For each byte of a record the byte of the message that it is, or constant_at + an index into
/// `constants`.
struct alignas(64) Places {
  std::array<std::uint8_t, 64> from{};
};

constexpr std::uint8_t constant_at = 64;  // where a two-source permutation's second source begins
constexpr std::uint8_t constant_ff = 62;
constexpr std::uint8_t constant_7f = 63;
/// The second source: byte i is i, but for the last two, of which price_null is made.
consteval std::array<std::uint8_t, 64> make_constants() {
  std::array<std::uint8_t, 64> bytes{};
  for (std::uint8_t i = 0; i < bytes.size(); ++i) bytes[i] = i;
  bytes[constant_ff] = 0xff;
  bytes[constant_7f] = 0x7f;
  return bytes;
}
alignas(64) constexpr std::array<std::uint8_t, 64> constants = make_constants();

class PlacesBuilder {
 public:
  constexpr PlacesBuilder(record::Kind kind, auto action) {
    for (std::uint8_t& from : places_.from) from = constant_at;
    number(offsetof(OrderEvent, event_time_ns), offsetof(itch::AddOrder, timestamp), 6);
    number(offsetof(OrderEvent, instrument), offsetof(itch::AddOrder, stock_locate), 2);
    constant(offsetof(OrderEvent, kind), static_cast<std::uint8_t>(kind));
    constant(offsetof(OrderEvent, action), static_cast<std::uint8_t>(action));
    flags(record::flag_last);
    for (std::size_t i = 0; i < 7; ++i) {
      place(offsetof(OrderEvent, price_e9) + i, constant_at + constant_ff);
    }
    place(offsetof(OrderEvent, price_e9) + 7, constant_at + constant_7f);
  }
  constexpr explicit PlacesBuilder(record::Action action)
      : PlacesBuilder(record::Kind::order, action) {}
  constexpr explicit PlacesBuilder(record::TradeAction action)
      : PlacesBuilder(record::Kind::trade, action) {}

  /// A big-endian number of `width` bytes at `from`, little-endian at `to`.
  constexpr PlacesBuilder& number(std::size_t to, std::size_t from, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) place(to + i, from + width - 1 - i);
    return *this;
  }
  constexpr PlacesBuilder& text(std::size_t to, std::size_t from, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) place(to + i, from + i);
    return *this;
  }
  constexpr PlacesBuilder& flags(std::uint8_t value) {
    return constant(offsetof(OrderEvent, flags), value);
  }
  constexpr PlacesBuilder& side(record::Side side) {
    return constant(offsetof(OrderEvent, side), static_cast<std::uint8_t>(side));
  }
  /// Price(4): the loop multiplies the lane's low 32 bits.
  constexpr PlacesBuilder& price(std::size_t from) {
    number(offsetof(OrderEvent, price_e9), from, 4);
    for (std::size_t i = 4; i < 8; ++i) constant(offsetof(OrderEvent, price_e9) + i, 0);
    return *this;
  }
  constexpr Places done() const { return places_; }

 private:
  constexpr PlacesBuilder& constant(std::size_t to, std::uint8_t value) {
    return place(to, constant_at + value);
  }
  constexpr PlacesBuilder& place(std::size_t to, std::size_t from) {
    places_.from[to] = static_cast<std::uint8_t>(from);
    return *this;
  }

  Places places_;
};

constexpr std::size_t order_id = offsetof(OrderEvent, order_id);
constexpr std::size_t size = offsetof(OrderEvent, size);
constexpr std::size_t reference = offsetof(OrderEvent, reference);
static_assert(offsetof(TradeEvent, match_number) == order_id);
static_assert(offsetof(TradeEvent, size) == size && offsetof(TradeEvent, size_high) == reference);
static_assert(offsetof(TradeEvent, price_e9) == offsetof(OrderEvent, price_e9));
static_assert(offsetof(TradeEvent, flags) == offsetof(OrderEvent, flags));
static_assert(offsetof(TradeEvent, side) == offsetof(OrderEvent, side));

constexpr std::uint8_t price_lane = 1 << (offsetof(OrderEvent, price_e9) / 8);

struct DecoderTable {
  std::array<Form, 256> forms{};            // by type
  std::array<Variants, 256> variants{};     // by type
  std::array<std::int32_t, 256> choices{};  // by byte: Choice
  std::array<Places, 16> places{};
  Places entering{};  // the second record of a replace
};

class DecoderTableBuilder {
 public:
  consteval DecoderTableBuilder() {
    for (std::int32_t& choice : table_.choices) choice = Choice::no_side;
    table_.choices['B'] = 0;
    table_.choices['S'] = Choice::sell;
    table_.choices['N'] |= Choice::non_printable;
    add_orders();
    add_changes();
    add_trades();
    add_ignored();
  }
  consteval DecoderTable done() const { return table_; }

 private:
  template <class Message>
  static constexpr auto type = static_cast<unsigned char>(Message::tag);

  template <class Message>
  consteval void put_form(std::uint16_t record_bytes, std::uint8_t lane) {
    Form& form = table_.forms[type<Message>];
    form.wire_length = sizeof(Message) << 8;
    form.record_bytes = record_bytes;
    form.price_lane = lane;
  }
  template <class Message>
  consteval void put(const PlacesBuilder& places, std::uint8_t lane = 0) {
    put_form<Message>(sizeof(OrderEvent), lane);
    table_.variants[type<Message>].first = static_cast<std::uint32_t>(used_ * sizeof(Places));
    table_.places[used_++] = places.done();
  }
  template <class Message>
  consteval void choose(std::size_t at, std::int32_t mask) {
    table_.forms[type<Message>].choice_at = static_cast<std::uint8_t>(at);
    table_.variants[type<Message>].mask = mask;
  }
  /// A message that says its side: the variant of a bid, and behind it that of an ask.
  template <class Message>
  consteval void put_sided(PlacesBuilder places) {
    places.price(offsetof(Message, price)).number(size, offsetof(Message, shares), 4);
    put<Message>(places.side(record::Side::bid), price_lane);
    table_.places[used_++] = places.side(record::Side::ask).done();
    choose<Message>(offsetof(Message, buy_sell_indicator), Choice::side_mask);
  }
  template <class Message>
  static consteval PlacesBuilder change(record::Action action) {
    return PlacesBuilder(action).number(order_id, offsetof(Message, order_reference_number), 8);
  }
  template <class Message>
  static consteval PlacesBuilder trade(record::TradeAction action) {
    return PlacesBuilder(action).number(order_id, offsetof(Message, match_number), 8);
  }
  template <class Message>
  static consteval PlacesBuilder execution() {
    return change<Message>(record::Action::execute)
        .number(size, offsetof(Message, executed_shares), 4)
        .number(reference, offsetof(Message, match_number) + 4, 4);  // low half
  }

  consteval void add_orders() {
    using itch::AddOrder, itch::AddOrderWithMpid, itch::OrderReplace;
    put_sided<AddOrder>(change<AddOrder>(record::Action::add));
    put_sided<AddOrderWithMpid>(change<AddOrderWithMpid>(record::Action::add)
                                    .text(reference, offsetof(AddOrderWithMpid, attribution), 4));
    constexpr std::size_t old_id = offsetof(OrderReplace, original_order_reference_number);
    put<OrderReplace>(PlacesBuilder(record::Action::replace).flags(0).number(order_id, old_id, 8));
    table_.forms[type<OrderReplace>].record_bytes = 2 * sizeof(OrderEvent);
    table_.entering = PlacesBuilder(record::Action::add)
                          .number(order_id, offsetof(OrderReplace, new_order_reference_number), 8)
                          .number(size, offsetof(OrderReplace, shares), 4)
                          .price(offsetof(OrderReplace, price))
                          .done();
  }
  consteval void add_changes() {
    using itch::OrderCancel, itch::OrderDelete, itch::OrderExecuted, itch::OrderExecutedWithPrice;
    put<OrderExecuted>(execution<OrderExecuted>());
    auto priced = execution<OrderExecutedWithPrice>();
    priced.price(offsetof(OrderExecutedWithPrice, execution_price));
    put<OrderExecutedWithPrice>(priced, price_lane);
    ++used_;  // a variant that no choice leads to
    table_.places[used_++] = priced.flags(record::flag_last | record::flag_non_printable).done();
    choose<OrderExecutedWithPrice>(offsetof(OrderExecutedWithPrice, printable),
                                   Choice::printable_mask);
    put<OrderCancel>(change<OrderCancel>(record::Action::cancel)
                         .number(size, offsetof(OrderCancel, cancelled_shares), 4));
    put<OrderDelete>(change<OrderDelete>(record::Action::remove));
  }
  consteval void add_trades() {
    using itch::BrokenTrade, itch::CrossTrade, itch::NonCrossTrade;
    put_sided<NonCrossTrade>(trade<NonCrossTrade>(record::TradeAction::trade));
    put<CrossTrade>(trade<CrossTrade>(record::TradeAction::cross)
                        .number(size, offsetof(CrossTrade, cross_shares) + 4, 4)
                        .number(reference, offsetof(CrossTrade, cross_shares), 4)
                        .price(offsetof(CrossTrade, cross_price)),
                    price_lane);
    put<BrokenTrade>(trade<BrokenTrade>(record::TradeAction::broken));
  }
  /// Valid messages that make no record.
  consteval void add_ignored() {
    put_form<itch::MarketParticipantPosition>(0, 0);
    put_form<itch::MwcbDeclineLevel>(0, 0);
    put_form<itch::MwcbStatus>(0, 0);
    put_form<itch::IpoQuotingPeriodUpdate>(0, 0);
    put_form<itch::LuldAuctionCollar>(0, 0);
    put_form<itch::NetOrderImbalance>(0, 0);
    put_form<itch::RetailInterest>(0, 0);
    put_form<itch::DirectListingPriceDiscovery>(0, 0);
  }

  DecoderTable table_;
  std::size_t used_ = 0;  // places
};

alignas(64) constexpr DecoderTable table = DecoderTableBuilder().done();

}  // namespace hft::feed::itch50::avx512
