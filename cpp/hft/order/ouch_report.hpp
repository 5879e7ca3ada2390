// How reports of both OUCH versions begin, and the fields they share.
#pragma once

#include "hft/order/report_context.hpp"
#include "hft/wire/ouch_fields.hpp"

namespace hft::order::detail {

inline record::OrderReport begin_report(const ReportContext& context, std::uint64_t timestamp,
                                        record::ReportAction action,
                                        std::uint32_t client_order_id) noexcept {
  record::OrderReport out{};
  out.event_time_ns = context.midnight_ns + timestamp;
  out.instrument = record::instrument_all;
  out.kind = record::Kind::order_report;
  out.action = action;
  out.receive_time_ns = context.receive_time_ns;
  out.sequence_number = static_cast<std::uint32_t>(context.sequence_number);
  out.sequence_number_high = static_cast<std::uint16_t>(context.sequence_number >> 32);
  out.price_e9 = record::price_null;
  out.client_order_id = client_order_id;
  out.venue = context.venue;
  out.channel = context.channel;
  return out;
}

/// False where the letter is no side's.
inline bool set_side(record::OrderReport& out, char letter) noexcept {
  const bool is_sell = wire::ouch::is_sell(letter);
  out.side = is_sell ? record::Side::ask : record::Side::bid;
  return is_sell || letter == wire::ouch::buy;
}

/// False where the price cannot be. That of a market order is no price.
inline bool set_price(record::OrderReport& out, std::uint64_t price) noexcept {
  if (wire::ouch::is_market_price(price)) return true;
  if (!wire::ouch::is_limit_price(price)) return false;
  out.price_e9 = wire::ouch::price_e9(price);
  return true;
}

inline std::uint8_t reason_of(char letter) noexcept {
  return static_cast<std::uint8_t>(letter);
}

/// The fields that `accepted` and `replaced` share in both versions, but for the symbol's name.
template <class Message>
bool set_order(record::OrderReport& out, const Message& in, char side, const Alpha<8>& symbol,
               const ReportContext& context) noexcept {
  out.instrument = context.symbols->instrument_of(symbol);
  out.reference = in.order_reference_number;
  out.size = in.shares;
  out.reason = reason_of(in.order_state);
  return set_side(out, side) && set_price(out, in.price);
}

}  // namespace hft::order::detail
