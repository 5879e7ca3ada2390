// The order protocols a gateway can speak, each as one bundle of static functions.
//
// A gateway is compiled for its protocol. What differs beyond the bytes: OUCH 5.0 can be asked what
// it has seen of our orders, 4.2 cannot.
#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <span>

#include "hft/order/ouch42/decoder.hpp"
#include "hft/order/ouch42/encoder.hpp"
#include "hft/order/ouch50/decoder.hpp"
#include "hft/order/ouch50/encoder.hpp"

namespace hft::order {

/// decode          one sequenced message to a report
/// replaced_order  of a `replaced` message the order that leaves, else 0
/// account_query   a packet that asks for the first id not seen; empty: there is no such message
/// next_id         that id, if the message is the answer, else 0
template <class P>
concept Protocol = requires(std::span<const std::byte> message, const ReportContext& context,
                            record::OrderReport& out, typename P::Encoder& encoder,
                            const record::PassedCommand& passed) {
  { encoder.encode(passed) } -> std::same_as<std::span<const std::byte>>;
  { P::decode(message, context, out) } -> std::same_as<Verdict>;
  { P::replaced_order(message, context) } -> std::same_as<std::uint32_t>;
  { P::account_query() } -> std::same_as<std::span<const std::byte>>;
  { P::next_id(message) } -> std::same_as<std::uint32_t>;
};

namespace detail {

/// The message as a struct, if it is of that type and long enough.
template <class Message>
const Message* message_as(std::span<const std::byte> message) noexcept {
  if (message.size() < sizeof(Message) || static_cast<char>(message[0]) != Message::tag) {
    return nullptr;
  }
  return reinterpret_cast<const Message*>(message.data());
}

}  // namespace detail

struct Ouch50 {
  using Encoder = ouch50::Encoder;

  static Verdict decode(std::span<const std::byte> message, const ReportContext& context,
                        record::OrderReport& out) noexcept {
    return ouch50::decode(message, context, out);
  }
  static std::uint32_t replaced_order(std::span<const std::byte> message,
                                      const ReportContext&) noexcept {
    const auto* in = detail::message_as<wire::ouch50::outbound::OrderReplaced>(message);
    return in == nullptr ? 0 : std::uint32_t{in->orig_user_ref_num};
  }
  static std::span<const std::byte> account_query() noexcept { return Encoder::account_query(); }
  static std::uint32_t next_id(std::span<const std::byte> message) noexcept {
    return ouch50::next_user_ref_num(message);
  }
};

struct Ouch42 {
  using Encoder = ouch42::Encoder;

  static Verdict decode(std::span<const std::byte> message, const ReportContext& context,
                        record::OrderReport& out) noexcept {
    return ouch42::decode(message, context, out);
  }
  static std::uint32_t replaced_order(std::span<const std::byte> message,
                                      const ReportContext& context) noexcept {
    const auto* in = detail::message_as<wire::ouch42::outbound::Replaced>(message);
    return in == nullptr ? 0 : ouch42::client_order_id_of(in->previous_order_token, context.desk);
  }
  static std::span<const std::byte> account_query() noexcept { return {}; }
  static std::uint32_t next_id(std::span<const std::byte>) noexcept { return 0; }
};

static_assert(Protocol<Ouch50> && Protocol<Ouch42>);

}  // namespace hft::order
