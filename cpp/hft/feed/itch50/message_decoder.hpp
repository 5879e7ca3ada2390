// The slow ITCH 5.0 decoder: one switch, one obvious function for each message type.
//
// It is the twin of the fast decoder (decoder.hpp): both must write the same bytes, and whoever
// doubts the fast one reads this one.
#pragma once

#include <bit>
#include <span>

#include "hft/feed/itch50/context.hpp"
#include "hft/record/instrument_event.hpp"
#include "hft/record/order_event.hpp"
#include "hft/record/status_event.hpp"
#include "hft/record/trade_event.hpp"
#include "hft/wire/itch50.hpp"
#include "hft/wire/moldudp64.hpp"

namespace hft::feed::itch50 {

namespace detail {

namespace itch = wire::itch50;

template <class Event, class Message, class ActionOfKind>
Event begin(const Message& in, const Context& context, record::Kind kind, ActionOfKind action) {
  Event out{};
  out.event_time_ns = context.midnight_ns + in.timestamp;
  out.instrument = std::uint32_t{context.feed_index} << 16 | in.stock_locate;
  out.kind = kind;
  out.action = action;
  out.receive_time_ns = context.receive_time_ns;
  out.sequence_number = static_cast<std::uint32_t>(context.sequence_number);
  out.sequence_number_high = static_cast<std::uint16_t>(context.sequence_number >> 32);
  out.flags = record::flag_last;
  out.venue = context.venue;
  out.channel = context.channel;
  return out;
}

template <class Message>
record::OrderEvent begin_order(const Message& in, const Context& context, record::Action action) {
  auto out = begin<record::OrderEvent>(in, context, record::Kind::order, action);
  out.price_e9 = record::price_null;
  return out;
}

template <class Message>
record::TradeEvent begin_trade(const Message& in, const Context& context,
                               record::TradeAction action) {
  auto out = begin<record::TradeEvent>(in, context, record::Kind::trade, action);
  out.price_e9 = record::price_null;
  out.match_number = in.match_number;
  return out;
}

template <class Message>
record::StatusEvent begin_status(const Message& in, const Context& context,
                                 record::StatusAction action) {
  return begin<record::StatusEvent>(in, context, record::Kind::status, action);
}

template <class Event>
Decoded write(const Event& event, record::Record* out) {
  *out = record::as<record::Record>(event);
  return {Verdict::records, 1};
}

constexpr std::int64_t price_4(std::uint32_t wire_price) {
  return std::int64_t{wire_price} * price_4_to_e9;
}

constexpr record::Side side_of(char buy_sell_indicator) {
  if (buy_sell_indicator == 'B') return record::Side::bid;
  return buy_sell_indicator == 'S' ? record::Side::ask : record::Side::none;
}

// Valid messages that make no record: their size is all there is to check.
template <class Message>
Decoded decode_as(const Message&, const Context&, record::Record*) {
  return {Verdict::ignored, 0};
}

inline Decoded decode_as(const itch::SystemEvent& in, const Context& context, record::Record* out) {
  auto event = begin_status(in, context, record::StatusAction::system);
  event.instrument = record::instrument_all;
  event.state = in.event_code;
  return write(event, out);
}

inline Decoded decode_as(const itch::StockDirectory& in, const Context& context,
                         record::Record* out) {
  auto event =
      begin<record::InstrumentEvent>(in, context, record::Kind::instrument, std::uint8_t{0});
  event.symbol = in.stock;
  event.round_lot_size = in.round_lot_size;
  event.market_category = in.market_category;
  event.price_unit_e9 = price_4_to_e9;
  event.financial_status = in.financial_status_indicator;
  event.issue_classification = in.issue_classification;
  event.authenticity = in.authenticity;
  event.etp_flag = in.etp_flag;
  return write(event, out);
}

inline Decoded decode_as(const itch::StockTradingAction& in, const Context& context,
                         record::Record* out) {
  auto event = begin_status(in, context, record::StatusAction::trading);
  event.symbol = in.stock;
  event.reason = in.reason;
  event.state = in.trading_state;
  return write(event, out);
}

inline Decoded decode_as(const itch::RegShoRestriction& in, const Context& context,
                         record::Record* out) {
  auto event = begin_status(in, context, record::StatusAction::short_sale);
  event.symbol = in.stock;
  event.state = in.reg_sho_action;
  return write(event, out);
}

inline Decoded decode_as(const itch::OperationalHalt& in, const Context& context,
                         record::Record* out) {
  auto event = begin_status(in, context, record::StatusAction::operational_halt);
  event.symbol = in.stock;
  event.reason = {in.market_code, ' ', ' ', ' '};
  event.state = in.operational_halt_action;
  return write(event, out);
}

// A and F have the same fields up to the attribution.
template <class Message>
Decoded decode_add(const Message& in, std::uint32_t reference, const Context& context,
                   record::Record* out) {
  auto event = begin_order(in, context, record::Action::add);
  event.order_id = in.order_reference_number;
  event.size = in.shares;
  event.side = side_of(in.buy_sell_indicator);
  event.price_e9 = price_4(in.price);
  event.reference = reference;
  if (event.side == record::Side::none) return {Verdict::bad_field, 0};
  return write(event, out);
}

inline Decoded decode_as(const itch::AddOrder& in, const Context& context, record::Record* out) {
  return decode_add(in, 0, context, out);
}

// The attribution's four characters keep their places in memory: `reference` is text there.
inline Decoded decode_as(const itch::AddOrderWithMpid& in, const Context& context,
                         record::Record* out) {
  return decode_add(in, std::bit_cast<std::uint32_t>(in.attribution), context, out);
}

template <class Message>
record::OrderEvent begin_execute(const Message& in, const Context& context) {
  auto event = begin_order(in, context, record::Action::execute);
  event.order_id = in.order_reference_number;
  event.size = in.executed_shares;
  event.reference = static_cast<std::uint32_t>(in.match_number);
  return event;
}

inline Decoded decode_as(const itch::OrderExecuted& in, const Context& context,
                         record::Record* out) {
  return write(begin_execute(in, context), out);
}

inline Decoded decode_as(const itch::OrderExecutedWithPrice& in, const Context& context,
                         record::Record* out) {
  auto event = begin_execute(in, context);
  event.price_e9 = price_4(in.execution_price);
  if (in.printable == 'N') event.flags |= record::flag_non_printable;
  return write(event, out);
}

inline Decoded decode_as(const itch::OrderCancel& in, const Context& context, record::Record* out) {
  auto event = begin_order(in, context, record::Action::cancel);
  event.order_id = in.order_reference_number;
  event.size = in.cancelled_shares;
  return write(event, out);
}

inline Decoded decode_as(const itch::OrderDelete& in, const Context& context, record::Record* out) {
  auto event = begin_order(in, context, record::Action::remove);
  event.order_id = in.order_reference_number;
  return write(event, out);
}

inline Decoded decode_as(const itch::OrderReplace& in, const Context& context,
                         record::Record* out) {
  auto leaving = begin_order(in, context, record::Action::replace);
  leaving.order_id = in.original_order_reference_number;
  leaving.flags = 0;  // the add below is the message's last record
  auto entering = begin_order(in, context, record::Action::add);
  entering.order_id = in.new_order_reference_number;
  entering.size = in.shares;
  entering.price_e9 = price_4(in.price);
  write(leaving, out);
  write(entering, out + 1);
  return {Verdict::records, 2};
}

inline Decoded decode_as(const itch::NonCrossTrade& in, const Context& context,
                         record::Record* out) {
  auto event = begin_trade(in, context, record::TradeAction::trade);
  event.size = in.shares;
  event.side = side_of(in.buy_sell_indicator);
  event.price_e9 = price_4(in.price);
  if (event.side == record::Side::none) return {Verdict::bad_field, 0};
  return write(event, out);
}

inline Decoded decode_as(const itch::CrossTrade& in, const Context& context, record::Record* out) {
  auto event = begin_trade(in, context, record::TradeAction::cross);
  event.size = static_cast<std::uint32_t>(in.cross_shares);
  event.size_high = static_cast<std::uint32_t>(in.cross_shares >> 32);
  event.price_e9 = price_4(in.cross_price);
  return write(event, out);
}

inline Decoded decode_as(const itch::BrokenTrade& in, const Context& context, record::Record* out) {
  return write(begin_trade(in, context, record::TradeAction::broken), out);
}

template <class Message>
Decoded decode_sized(std::span<const std::byte> message, const Context& context,
                     record::Record* out) {
  if (message.size() != sizeof(Message)) return {Verdict::wrong_size, 0};
  return decode_as(reinterpret_cast<const Message&>(message[0]), context, out);
}

}  // namespace detail

/// Decodes one message; `context.sequence_number` is its own. `out` has room for two records and is
/// written only when the verdict is `records`.
inline Decoded decode(std::span<const std::byte> message, const Context& context,
                      record::Record* out) noexcept {
  namespace itch = wire::itch50;
  const auto as = [&]<class Message>() {
    return detail::decode_sized<Message>(message, context, out);
  };
  if (message.empty()) return {Verdict::wrong_size, 0};
  switch (static_cast<char>(message[0])) {
    case itch::SystemEvent::tag: return as.template operator()<itch::SystemEvent>();
    case itch::StockDirectory::tag: return as.template operator()<itch::StockDirectory>();
    case itch::StockTradingAction::tag: return as.template operator()<itch::StockTradingAction>();
    case itch::RegShoRestriction::tag: return as.template operator()<itch::RegShoRestriction>();
    case itch::MarketParticipantPosition::tag:
      return as.template operator()<itch::MarketParticipantPosition>();
    case itch::MwcbDeclineLevel::tag: return as.template operator()<itch::MwcbDeclineLevel>();
    case itch::MwcbStatus::tag: return as.template operator()<itch::MwcbStatus>();
    case itch::IpoQuotingPeriodUpdate::tag:
      return as.template operator()<itch::IpoQuotingPeriodUpdate>();
    case itch::LuldAuctionCollar::tag: return as.template operator()<itch::LuldAuctionCollar>();
    case itch::OperationalHalt::tag: return as.template operator()<itch::OperationalHalt>();
    case itch::AddOrder::tag: return as.template operator()<itch::AddOrder>();
    case itch::AddOrderWithMpid::tag: return as.template operator()<itch::AddOrderWithMpid>();
    case itch::OrderExecuted::tag: return as.template operator()<itch::OrderExecuted>();
    case itch::OrderExecutedWithPrice::tag:
      return as.template operator()<itch::OrderExecutedWithPrice>();
    case itch::OrderCancel::tag: return as.template operator()<itch::OrderCancel>();
    case itch::OrderDelete::tag: return as.template operator()<itch::OrderDelete>();
    case itch::OrderReplace::tag: return as.template operator()<itch::OrderReplace>();
    case itch::NonCrossTrade::tag: return as.template operator()<itch::NonCrossTrade>();
    case itch::CrossTrade::tag: return as.template operator()<itch::CrossTrade>();
    case itch::BrokenTrade::tag: return as.template operator()<itch::BrokenTrade>();
    case itch::NetOrderImbalance::tag: return as.template operator()<itch::NetOrderImbalance>();
    case itch::RetailInterest::tag: return as.template operator()<itch::RetailInterest>();
    case itch::DirectListingPriceDiscovery::tag:
      return as.template operator()<itch::DirectListingPriceDiscovery>();
    default: return {Verdict::unknown_type, 0};
  }
}

/// Decodes at most `messages` blocks; adds the types of those done to `counts`.
inline BlockRun decode_blocks_slowly(std::span<const std::byte> blocks, std::uint64_t messages,
                                     const Context& context, std::span<record::Record> out,
                                     TypeCounts& counts) noexcept {
  BlockRun run{0, 0, 0, Verdict::records};
  Context own = context;
  while (run.messages < messages && run.records + records_per_message <= out.size()) {
    const auto rest = blocks.subspan(run.bytes);
    constexpr std::size_t prefix = sizeof(wire::moldudp64::MessageBlock);
    run.verdict = Verdict::truncated;
    if (rest.size() < prefix) return run;
    const auto& block = reinterpret_cast<const wire::moldudp64::MessageBlock&>(rest[0]);
    const std::size_t length = block.message_length;
    if (rest.size() - prefix < length) return run;
    const Decoded decoded = decode(rest.subspan(prefix, length), own, &out[run.records]);
    run.verdict = decoded.verdict;
    if (decoded.verdict > Verdict::ignored) return run;
    ++counts[static_cast<unsigned char>(rest[prefix])];
    run.bytes += prefix + length;
    run.records += decoded.records;
    ++run.messages;
    ++own.sequence_number;
  }
  run.verdict = Verdict::records;
  return run;
}

}  // namespace hft::feed::itch50
