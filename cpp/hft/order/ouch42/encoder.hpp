// Commands to OUCH 4.2: one preallocated packet for each kind of message, patched in place.
//
// An order's token is its client order id in base 16 and the session's desk, nothing else: a cancel
// must name it exactly, also after a restart, and then knows the id alone.
#pragma once

#include <cstring>
#include <span>

#include "hft/order/ouch_terms.hpp"
#include "hft/wire/ouch42.hpp"
#include "hft/wire/soupbintcp.hpp"

namespace hft::order::ouch42 {

class Encoder {
 public:
  /// `symbols` is asked at every command and may grow meanwhile. Throws hft::Error where the
  /// configuration cannot be.
  explicit Encoder(const InstrumentSymbols& symbols, const EncoderConfig& config = {})
      : symbols_(&symbols), config_(config) {
    config.check("ouch42::Encoder");
    begin(enter_);
    begin(replace_);
    begin(cancel_);
    enter_.message.firm = config.firm;
    enter_.message.capacity = config.capacity;
    name(enter_.message.order_token);
    name(replace_.message.existing_order_token);
    name(replace_.message.replacement_order_token);
    name(cancel_.message.order_token);
  }

  /// A whole SoupBinTCP packet, valid until the next call; empty where verdict() says why.
  std::span<const std::byte> encode(const record::PassedCommand& passed) noexcept {
    return encode_command(passed.command());
  }

  /// Of the last command.
  EncodeVerdict verdict() const noexcept { return verdict_; }
  const EncodeCounts& counts() const noexcept { return counts_; }

 private:
  friend struct order::UncheckedEncoding;

  using Token = wire::ouch42::Token;
  using EnterOrder = wire::ouch42::inbound::EnterOrder;
  using ReplaceOrder = wire::ouch42::inbound::ReplaceOrder;
  using CancelOrder = wire::ouch42::inbound::CancelOrder;

  template <class Message>
  struct Packet {
    wire::soupbintcp::PacketHeader header;
    Message message;
  };
  static_assert(sizeof(Packet<EnterOrder>) == 3 + 49);

  std::span<const std::byte> encode_command(const record::OrderCommand& command) noexcept {
    packet_ = {};
    verdict_ = encode_by_action(command);
    ++counts_[static_cast<std::size_t>(verdict_)];
    return packet_;
  }

  EncodeVerdict encode_by_action(const record::OrderCommand& command) noexcept {
    switch (command.action) {
      case record::CommandAction::enter: return enter(command);
      case record::CommandAction::replace: return replace(command);
      case record::CommandAction::cancel: return cancel(command);
      case record::CommandAction::none: break;
    }
    return EncodeVerdict::bad_action;
  }

  EncodeVerdict enter(const record::OrderCommand& command) noexcept {
    if (command.client_order_id == 0) return EncodeVerdict::bad_id;
    const InstrumentSymbol* instrument = symbols_->find(command.instrument);
    if (instrument == nullptr) return EncodeVerdict::unknown_instrument;
    const char side = side_letter(command, config_.short_sale);
    if (side == '\0') return EncodeVerdict::bad_side;
    if (const auto refused = check_terms(command); refused != EncodeVerdict::encoded) {
      return refused;
    }
    EnterOrder& order = enter_.message;
    number(order.order_token, command.client_order_id);
    order.buy_sell_indicator = side;
    order.stock = instrument->symbol;
    order.cross_type = cross_letter(command);
    order.customer_type = has(command, record::command_retail) ? 'R' : ' ';
    fill_terms(order, command);
    packet_ = std::as_bytes(std::span(&enter_, 1));
    return EncodeVerdict::encoded;
  }

  EncodeVerdict replace(const record::OrderCommand& command) noexcept {
    if (!good_replace_ids(command)) return EncodeVerdict::bad_id;
    if (const auto refused = check_terms(command); refused != EncodeVerdict::encoded) {
      return refused;
    }
    ReplaceOrder& order = replace_.message;
    number(order.existing_order_token, command.original_client_order_id);
    number(order.replacement_order_token, command.client_order_id);
    fill_terms(order, command);
    packet_ = std::as_bytes(std::span(&replace_, 1));
    return EncodeVerdict::encoded;
  }

  EncodeVerdict cancel(const record::OrderCommand& command) noexcept {
    if (command.client_order_id == 0) return EncodeVerdict::bad_id;
    if (command.size > wire::ouch::max_shares) return EncodeVerdict::bad_size;
    number(cancel_.message.order_token, command.client_order_id);
    cancel_.message.shares = command.size;
    packet_ = std::as_bytes(std::span(&cancel_, 1));
    return EncodeVerdict::encoded;
  }

  static EncodeVerdict check_terms(const record::OrderCommand& command) noexcept {
    if (!good_size(command.size)) return EncodeVerdict::bad_size;
    if (!speakable(command) || is_reserve(command)) return EncodeVerdict::unsupported;
    const bool hidden = command.display == record::display_none;
    const bool post_only = has(command, record::command_post_only);
    if (hidden && post_only) return EncodeVerdict::unsupported;  // one letter must say both
    const bool market = has(command, record::command_market);
    if (market && !in_cross(command)) return EncodeVerdict::unsupported;
    return price_field(command) == 0 ? EncodeVerdict::bad_price : EncodeVerdict::encoded;
  }

  /// The fields that enter and replace share, of a command that check_terms let through.
  template <class Message>
  void fill_terms(Message& order, const record::OrderCommand& command) const noexcept {
    constexpr std::array<std::uint32_t, 3> times_in_force{
        wire::ouch::market_hours_42, wire::ouch::immediate_42, wire::ouch::system_hours_42};
    order.shares = command.size;
    order.price = price_field(command);
    order.time_in_force = times_in_force[static_cast<std::size_t>(command.time_in_force)];
    order.display = display_letter(command);
    order.intermarket_sweep_eligibility = yes_or_no(has(command, record::command_sweep));
  }

  char display_letter(const record::OrderCommand& command) const noexcept {
    if (command.display == record::display_none) return 'N';
    if (has(command, record::command_post_only)) return config_.attributed ? 'L' : 'P';
    return config_.attributed ? 'A' : 'Y';
  }

  template <class Message>
  static void begin(Packet<Message>& packet) noexcept {
    packet = {};
    packet.header.packet_type = wire::soupbintcp::unsequenced_data;
    packet.header.packet_length =
        static_cast<std::uint16_t>(sizeof packet - wire::soupbintcp::length_size);
    packet.message.message_type = Message::tag;
  }

  void name(Token& token) const noexcept {
    std::memcpy(token.data() + 8, config_.desk.data(), config_.desk.size());
  }

  static void number(Token& token, std::uint32_t client_order_id) noexcept {
    const Alpha<8> digits = wire::ouch::hex(client_order_id);
    std::memcpy(token.data(), digits.data(), digits.size());
  }

  const InstrumentSymbols* symbols_;
  EncoderConfig config_;
  Packet<EnterOrder> enter_;
  Packet<ReplaceOrder> replace_;
  Packet<CancelOrder> cancel_;
  std::span<const std::byte> packet_;
  EncodeVerdict verdict_ = EncodeVerdict::encoded;
  EncodeCounts counts_{};
};

}  // namespace hft::order::ouch42
