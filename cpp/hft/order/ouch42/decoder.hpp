// OUCH 4.2 reports to records: one obvious function for each message type.
//
// A pure function of the message and its context. What it writes for each type is told in
// docs/venues/nasdaq-ouch.md; every size is checked before a field is read.
#pragma once

#include <algorithm>
#include <cstring>
#include <span>

#include "hft/order/ouch_report.hpp"
#include "hft/wire/ouch42.hpp"

namespace hft::order::ouch42 {

/// The client order id that a token of ours carries; 0 where it is not one of ours.
inline std::uint32_t client_order_id_of(const wire::ouch42::Token& token,
                                        const Alpha<6>& desk) noexcept {
  std::uint32_t id = 0;
  const bool ours = std::equal(desk.begin(), desk.end(), token.begin() + 8) &&
                    wire::ouch::parse_hex({token.data(), 8}, id);
  return ours ? id : 0;
}

namespace detail {

namespace out42 = wire::ouch42::outbound;
using namespace order::detail;
using record::OrderReport;
using record::ReportAction;

constexpr Verdict good_if(bool holds) noexcept {
  return holds ? Verdict::report : Verdict::bad_field;
}

/// The order's id: the last argument of each decode_as below.
using Id = std::uint32_t;

// Valid messages that make no report.
template <class Message>
Verdict decode_as(const Message&, const ReportContext&, OrderReport&, Id) noexcept {
  return Verdict::ignored;
}

inline Verdict decode_as(const out42::SystemEvent& in, const ReportContext& context,
                         OrderReport& out, Id) noexcept {
  out = begin_report(context, in.timestamp, ReportAction::system, 0);
  out.reason = reason_of(in.event_code);
  return Verdict::report;
}

inline Verdict decode_as(const out42::Accepted& in, const ReportContext& context, OrderReport& out,
                         Id id) noexcept {
  out = begin_report(context, in.timestamp, ReportAction::accepted, id);
  return good_if(set_order(out, in, in.buy_sell_indicator, in.stock, context));
}

inline Verdict decode_as(const out42::Replaced& in, const ReportContext& context, OrderReport& out,
                         Id id) noexcept {
  out = begin_report(context, in.timestamp, ReportAction::replaced, id);
  return good_if(set_order(out, in, in.buy_sell_indicator, in.stock, context));
}

inline Verdict decode_as(const out42::Canceled& in, const ReportContext& context, OrderReport& out,
                         Id id) noexcept {
  out = begin_report(context, in.timestamp, ReportAction::cancelled, id);
  out.size = in.decrement_shares;
  out.reason = reason_of(in.reason);
  return Verdict::report;
}

inline Verdict decode_as(const out42::AiqCanceled& in, const ReportContext& context,
                         OrderReport& out, Id id) noexcept {
  out = begin_report(context, in.timestamp, ReportAction::cancelled, id);
  out.size = in.decrement_shares;
  out.reason = reason_of(in.reason);
  return Verdict::report;
}

template <class Message>
Verdict decode_execution(const Message& in, const ReportContext& context, OrderReport& out, Id id,
                         ReportAction action, char reason) noexcept {
  out = begin_report(context, in.timestamp, action, id);
  out.reference = in.match_number;
  out.size = in.executed_shares;
  out.reason = reason_of(reason);
  return good_if(set_price(out, in.execution_price));
}

inline Verdict decode_as(const out42::Executed& in, const ReportContext& context, OrderReport& out,
                         Id id) noexcept {
  return decode_execution(in, context, out, id, ReportAction::executed, in.liquidity_flag);
}

inline Verdict decode_as(const out42::ExecutedWithReferencePrice& in, const ReportContext& context,
                         OrderReport& out, Id id) noexcept {
  return decode_execution(in, context, out, id, ReportAction::executed, in.liquidity_flag);
}

inline Verdict decode_as(const out42::TradeCorrection& in, const ReportContext& context,
                         OrderReport& out, Id id) noexcept {
  return decode_execution(in, context, out, id, ReportAction::corrected, in.reason);
}

inline Verdict decode_as(const out42::BrokenTrade& in, const ReportContext& context,
                         OrderReport& out, Id id) noexcept {
  out = begin_report(context, in.timestamp, ReportAction::broken, id);
  out.reference = in.match_number;
  out.reason = reason_of(in.reason);
  return Verdict::report;
}

inline Verdict decode_as(const out42::RejectedOrder& in, const ReportContext& context,
                         OrderReport& out, Id id) noexcept {
  out = begin_report(context, in.timestamp, ReportAction::rejected, id);
  out.reason = reason_of(in.reason);
  return Verdict::report;
}

inline Verdict decode_as(const out42::CancelPending& in, const ReportContext& context,
                         OrderReport& out, Id id) noexcept {
  out = begin_report(context, in.timestamp, ReportAction::cancel_pending, id);
  return Verdict::report;
}

inline Verdict decode_as(const out42::CancelReject& in, const ReportContext& context,
                         OrderReport& out, Id id) noexcept {
  out = begin_report(context, in.timestamp, ReportAction::cancel_rejected, id);
  return Verdict::report;
}

inline Verdict decode_as(const out42::OrderPriorityUpdate& in, const ReportContext& context,
                         OrderReport& out, Id id) noexcept {
  out = begin_report(context, in.timestamp, ReportAction::priority_updated, id);
  out.reference = in.order_reference_number;
  out.reason = reason_of(in.display);
  return good_if(set_price(out, in.price));
}

inline Verdict decode_as(const out42::OrderModified& in, const ReportContext& context,
                         OrderReport& out, Id id) noexcept {
  out = begin_report(context, in.timestamp, ReportAction::modified, id);
  out.size = in.shares;
  return good_if(set_side(out, in.buy_sell_indicator));
}

/// The token a message names its order by; null where it is about none.
template <class Message>
const wire::ouch42::Token* token_of(const Message& in) noexcept {
  if constexpr (requires { in.replacement_order_token; }) {
    return &in.replacement_order_token;
  } else if constexpr (requires { in.order_token; }) {
    return &in.order_token;
  } else {
    return nullptr;
  }
}

template <class Message>
Verdict decode_sized(std::span<const std::byte> message, const ReportContext& context,
                     OrderReport& out) noexcept {
  if (message.size() < sizeof(Message)) return Verdict::truncated;
  if (message.size() > sizeof(Message)) return Verdict::wrong_size;
  Message in;
  std::memcpy(&in, message.data(), sizeof in);
  Id id = 0;
  if (const wire::ouch42::Token* token = token_of(in)) {
    id = client_order_id_of(*token, context.desk);
    if (id == 0) return Verdict::bad_token;
  }
  OrderReport made;
  const Verdict verdict = decode_as(in, context, made, id);
  if (verdict == Verdict::report) out = made;
  return verdict;
}

}  // namespace detail

/// Decodes one sequenced message. Writes `out` only when the verdict is `report`.
inline Verdict decode(std::span<const std::byte> message, const ReportContext& context,
                      record::OrderReport& out) noexcept {
  if (message.empty()) return Verdict::truncated;
  const char type = static_cast<char>(message[0]);
  Verdict verdict = Verdict::unknown;
  wire::ouch42::for_each_outbound([&]<class Message>() {
    if (type == Message::tag) verdict = detail::decode_sized<Message>(message, context, out);
  });
  return verdict;
}

}  // namespace hft::order::ouch42
