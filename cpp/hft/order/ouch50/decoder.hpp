// OUCH 5.0 reports to records: one obvious function for each message type.
//
// A pure function of the message and its context. What it writes for each type is told in
// docs/venues/nasdaq-ouch.md; every size is checked before a field is read.
#pragma once

#include <algorithm>
#include <cstring>
#include <span>

#include "hft/order/ouch_report.hpp"
#include "hft/wire/ouch50_appendage.hpp"

namespace hft::order::ouch50 {

namespace detail {

namespace out50 = wire::ouch50::outbound;
using namespace order::detail;
using record::OrderReport;
using record::ReportAction;
using wire::ouch50::OptionTag;

struct Input {
  const ReportContext& context;
  std::span<const std::byte> appendage;

  template <class Message>
  OrderReport begin(const Message& in, ReportAction action) const noexcept {
    return begin_report(context, in.timestamp, action, in.user_ref_num);
  }
};

constexpr Verdict good_if(bool holds) noexcept {
  return holds ? Verdict::report : Verdict::bad_field;
}

// Valid messages that make no report.
template <class Message>
Verdict decode_as(const Message&, const Input&, OrderReport&) noexcept {
  return Verdict::ignored;
}

inline Verdict decode_as(const out50::SystemEvent& in, const Input& input,
                         OrderReport& out) noexcept {
  out = begin_report(input.context, in.timestamp, ReportAction::system, 0);
  out.reason = reason_of(in.event_code);
  return Verdict::report;
}

inline Verdict decode_as(const out50::OrderAccepted& in, const Input& input,
                         OrderReport& out) noexcept {
  out = input.begin(in, ReportAction::accepted);
  return good_if(set_order(out, in, in.side, in.symbol, input.context));
}

inline Verdict decode_as(const out50::OrderReplaced& in, const Input& input,
                         OrderReport& out) noexcept {
  out = input.begin(in, ReportAction::replaced);
  return good_if(set_order(out, in, in.side, in.symbol, input.context));
}

inline Verdict decode_as(const out50::OrderCanceled& in, const Input& input,
                         OrderReport& out) noexcept {
  out = input.begin(in, ReportAction::cancelled);
  out.size = in.shares;
  out.reason = reason_of(in.cancel_order_reason);
  return Verdict::report;
}

template <class Message>
Verdict decode_aiq(const Message& in, const Input& input, OrderReport& out) noexcept {
  out = input.begin(in, ReportAction::cancelled);
  out.size = in.decrement_shares;
  out.reason = reason_of(in.order_cancel_reason);
  return Verdict::report;
}

inline Verdict decode_as(const out50::AiqCanceled& in, const Input& input,
                         OrderReport& out) noexcept {
  return decode_aiq(in, input, out);
}

inline Verdict decode_as(const out50::AiqCanceledWithStrategy& in, const Input& input,
                         OrderReport& out) noexcept {
  return decode_aiq(in, input, out);
}

inline Verdict decode_as(const out50::OrderExecuted& in, const Input& input,
                         OrderReport& out) noexcept {
  out = input.begin(in, ReportAction::executed);
  out.reference = in.match_number;
  out.size = in.shares;
  out.reason = reason_of(in.liquidity_flag);
  return good_if(set_price(out, in.price));
}

inline Verdict decode_as(const out50::BrokenTrade& in, const Input& input,
                         OrderReport& out) noexcept {
  out = input.begin(in, ReportAction::broken);
  out.reference = in.match_number;
  out.reason = reason_of(in.broken_trade_reason);
  return Verdict::report;
}

inline Verdict decode_as(const out50::TradeCorrection& in, const Input& input,
                         OrderReport& out) noexcept {
  out = input.begin(in, ReportAction::corrected);
  out.reference = in.match_number;
  out.size = in.shares;
  out.reason = reason_of(in.trade_correction_reason);
  return good_if(set_price(out, in.price));
}

inline Verdict decode_as(const out50::RejectedOrder& in, const Input& input,
                         OrderReport& out) noexcept {
  out = input.begin(in, ReportAction::rejected);
  const std::uint16_t reason = in.rejected_order_reason;
  out.reason = static_cast<std::uint8_t>(std::min<std::uint16_t>(reason, 255));
  return Verdict::report;
}

inline Verdict decode_as(const out50::CancelPending& in, const Input& input,
                         OrderReport& out) noexcept {
  out = input.begin(in, ReportAction::cancel_pending);
  return Verdict::report;
}

inline Verdict decode_as(const out50::CancelReject& in, const Input& input,
                         OrderReport& out) noexcept {
  out = input.begin(in, ReportAction::cancel_rejected);
  return Verdict::report;
}

inline Verdict decode_as(const out50::OrderPriorityUpdate& in, const Input& input,
                         OrderReport& out) noexcept {
  out = input.begin(in, ReportAction::priority_updated);
  out.reference = in.order_reference_number;
  out.reason = reason_of(in.display);
  return good_if(set_price(out, in.price));
}

inline Verdict decode_as(const out50::OrderModified& in, const Input& input,
                         OrderReport& out) noexcept {
  out = input.begin(in, ReportAction::modified);
  out.size = in.shares;
  return good_if(set_side(out, in.side));
}

// The message says what is shown now, never what is open: the size stays 0.
inline Verdict decode_as(const out50::OrderRestated& in, const Input& input,
                         OrderReport& out) noexcept {
  out = input.begin(in, ReportAction::restated);
  out.reason = reason_of(in.order_restated_reason);
  wire::ouch50::AppendageReader options(input.appendage);
  wire::ouch50::Option option{};
  bool good = true;
  while (options.next(option)) {
    if (option.tag == OptionTag::display_price) good = good && set_price(out, option.number());
    if (option.tag == OptionTag::secondary_order_reference_number) out.reference = option.number();
  }
  return good_if(good);
}

inline bool good_elements(std::span<const std::byte> appendage) noexcept {
  wire::ouch50::AppendageReader options(appendage);
  wire::ouch50::Option option{};
  while (options.next(option)) {
  }
  return !options.bad();
}

template <class Message>
Verdict decode_sized(std::span<const std::byte> message, const ReportContext& context,
                     OrderReport& out) noexcept {
  if (message.size() < sizeof(Message)) return Verdict::truncated;
  Input input{context, {}};
  if (!wire::ouch50::find_appendage<Message>(message, input.appendage)) return Verdict::wrong_size;
  if (!good_elements(input.appendage)) return Verdict::bad_appendage;
  Message in;
  std::memcpy(&in, message.data(), sizeof in);
  OrderReport made;
  const Verdict verdict = decode_as(in, input, made);
  if (verdict == Verdict::report) out = made;
  return verdict;
}

// Two forms, one byte apart. In the longer one the byte behind the liquidity flag is a letter; in
// the shorter one it is the high byte of an appendage's length, which is 0.
inline Verdict decode_aiq_of_either_form(std::span<const std::byte> message,
                                         const ReportContext& context, OrderReport& out) noexcept {
  constexpr std::size_t shorter = sizeof(out50::AiqCanceled);
  const bool has_strategy = message.size() > shorter && message[shorter] != std::byte{0};
  return has_strategy ? decode_sized<out50::AiqCanceledWithStrategy>(message, context, out)
                      : decode_sized<out50::AiqCanceled>(message, context, out);
}

}  // namespace detail

/// Decodes one sequenced message. Writes `out` only when the verdict is `report`.
inline Verdict decode(std::span<const std::byte> message, const ReportContext& context,
                      record::OrderReport& out) noexcept {
  if (message.empty()) return Verdict::truncated;
  const char type = static_cast<char>(message[0]);
  if (type == detail::out50::AiqCanceled::tag) {
    return detail::decode_aiq_of_either_form(message, context, out);
  }
  Verdict verdict = Verdict::unknown;
  wire::ouch50::for_each_outbound([&]<class Message>() {
    if (type == Message::tag) verdict = detail::decode_sized<Message>(message, context, out);
  });
  return verdict;
}

/// The next user_ref_num that the venue will take, if this is its answer to an account query; else
/// 0. Such an answer makes no report.
inline std::uint32_t next_user_ref_num(std::span<const std::byte> message) noexcept {
  using Response = wire::ouch50::outbound::AccountQueryResponse;
  std::span<const std::byte> appendage;
  if (message.empty() || static_cast<char>(message[0]) != Response::tag) return 0;
  if (!wire::ouch50::find_appendage<Response>(message, appendage)) return 0;
  Response in;
  std::memcpy(&in, message.data(), sizeof in);
  return in.next_user_ref_num;
}

}  // namespace hft::order::ouch50
