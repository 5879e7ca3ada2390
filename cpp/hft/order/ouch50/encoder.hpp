// Commands to OUCH 5.0: one preallocated packet for each kind of message, patched in place.
//
// What never changes in a session (types, capacity, firm, the desk's name) is written at start. A
// command writes only its own fields, and what comes back is the packet's own memory: there is no
// copy and no allocation between a decision and its bytes.
#pragma once

#include <cstring>
#include <span>

#include "hft/order/ouch_terms.hpp"
#include "hft/wire/ouch50_appendage.hpp"
#include "hft/wire/soupbintcp.hpp"

namespace hft::order::ouch50 {

class Encoder {
 public:
  /// `symbols` is asked at every command and may grow meanwhile. Throws hft::Error where the
  /// configuration cannot be.
  explicit Encoder(const InstrumentSymbols& symbols, const EncoderConfig& config = {})
      : symbols_(&symbols), config_(config) {
    config.check("ouch50::Encoder");
    begin(enter_);
    begin(replace_);
    begin(cancel_);
    enter_.message.capacity = config.capacity;
    name(enter_.message.cl_ord_id);
    name(replace_.message.cl_ord_id);
    wire::ouch50::AppendageWriter options(enter_.options.data());
    constexpr Alpha<4> port_default{' ', ' ', ' ', ' '};
    if (config.firm != port_default) {
      options.text<wire::ouch50::OptionTag::firm>(config.firm);
    }
    fixed_options_ = options.size();
  }

  /// A whole SoupBinTCP packet, valid until the next call; empty where verdict() says why.
  std::span<const std::byte> encode(const record::PassedCommand& passed) noexcept {
    return encode_command(passed.command());
  }

  /// Of the last command.
  EncodeVerdict verdict() const noexcept { return verdict_; }
  const EncodeCounts& counts() const noexcept { return counts_; }

  /// Asks the venue for the next user_ref_num it will take: a whole packet.
  static std::span<const std::byte> account_query() noexcept {
    static constexpr std::array<std::byte, 4> packet{std::byte{0}, std::byte{2}, std::byte{'U'},
                                                     std::byte{'Q'}};
    return packet;
  }

 private:
  friend struct order::UncheckedEncoding;

  using OptionTag = wire::ouch50::OptionTag;
  using Writer = wire::ouch50::AppendageWriter;
  using EnterOrder = wire::ouch50::inbound::EnterOrder;
  using ReplaceOrder = wire::ouch50::inbound::ReplaceOrder;
  using CancelOrder = wire::ouch50::inbound::CancelOrder;

  static constexpr std::size_t options_room = 24;  // firm 6, floor 6, and three letters of 3 each

  template <class Message>
  struct Packet {
    wire::soupbintcp::PacketHeader header;
    Message message;
    std::array<std::byte, options_room> options;
  };
  static_assert(sizeof(Packet<EnterOrder>) == 3 + 47 + options_room);

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
    order.user_ref_num = command.client_order_id;
    order.side = side;
    order.symbol = instrument->symbol;
    order.cross_type = cross_letter(command);
    fill_terms(order, command);
    Writer options(enter_.options.data() + fixed_options_);
    add_options(options, command, instrument);
    if (config_.shares_located && has(command, record::command_short_sale)) {
      options.number<OptionTag::shares_located>('Y');
    }
    finish(enter_, fixed_options_ + options.size());
    return EncodeVerdict::encoded;
  }

  EncodeVerdict replace(const record::OrderCommand& command) noexcept {
    if (!good_replace_ids(command)) return EncodeVerdict::bad_id;
    // The message names no instrument; a reserve order must know the round lot.
    const InstrumentSymbol* instrument = symbols_->find(command.instrument);
    if (instrument == nullptr && is_reserve(command)) return EncodeVerdict::unknown_instrument;
    if (const auto refused = check_terms(command); refused != EncodeVerdict::encoded) {
      return refused;
    }
    ReplaceOrder& order = replace_.message;
    order.orig_user_ref_num = command.original_client_order_id;
    order.user_ref_num = command.client_order_id;
    fill_terms(order, command);
    Writer options(replace_.options.data());
    add_options(options, command, instrument);
    finish(replace_, options.size());
    return EncodeVerdict::encoded;
  }

  EncodeVerdict cancel(const record::OrderCommand& command) noexcept {
    if (command.client_order_id == 0) return EncodeVerdict::bad_id;
    if (command.size > wire::ouch::max_shares) return EncodeVerdict::bad_size;
    cancel_.message.user_ref_num = command.client_order_id;
    cancel_.message.shares = command.size;
    packet_ = std::as_bytes(std::span(&cancel_, 1)).first(packet_size<CancelOrder>);
    return EncodeVerdict::encoded;
  }

  static EncodeVerdict check_terms(const record::OrderCommand& command) noexcept {
    if (!good_size(command.size)) return EncodeVerdict::bad_size;
    if (!speakable(command)) return EncodeVerdict::unsupported;
    return price_field(command) == 0 ? EncodeVerdict::bad_price : EncodeVerdict::encoded;
  }

  /// The fields that enter and replace share, of a command that check_terms let through.
  template <class Message>
  void fill_terms(Message& order, const record::OrderCommand& command) const noexcept {
    constexpr std::array<char, 3> times_in_force{wire::ouch::day_50, wire::ouch::immediate_50,
                                                 wire::ouch::extended_50};
    order.shares = command.size;
    order.price = price_field(command);
    order.time_in_force = times_in_force[static_cast<std::size_t>(command.time_in_force)];
    order.display = command.display == record::display_none ? 'N' : config_.attributed ? 'A' : 'Y';
    order.intermarket_sweep_eligibility = yes_or_no(has(command, record::command_sweep));
    const Alpha<8> who = wire::ouch::hex(std::uint32_t{command.strategy} << 8 | command.account);
    const Alpha<8> number = wire::ouch::hex(command.client_order_id);
    std::memcpy(order.cl_ord_id.data(), number.data(), 8);
    std::memcpy(order.cl_ord_id.data() + 8, who.data() + 4, 4);
  }

  static void add_options(Writer& options, const record::OrderCommand& command,
                          const InstrumentSymbol* instrument) noexcept {
    if (has(command, record::command_post_only)) options.number<OptionTag::post_only>('P');
    if (is_reserve(command)) {
      const std::uint64_t shown = std::uint64_t{command.display} * instrument->round_lot_size;
      if (shown < command.size) options.number<OptionTag::max_floor>(shown);
    }
    if (has(command, record::command_retail)) options.number<OptionTag::customer_type>('R');
  }

  template <class Message>
  static constexpr std::size_t packet_size = sizeof(wire::soupbintcp::PacketHeader) +
                                             sizeof(Message);

  template <class Message>
  void finish(Packet<Message>& packet, std::size_t options) noexcept {
    const std::size_t size = packet_size<Message> + options;
    packet.message.appendage_length = static_cast<std::uint16_t>(options);
    packet.header.packet_length = static_cast<std::uint16_t>(size - wire::soupbintcp::length_size);
    packet_ = std::as_bytes(std::span(&packet, 1)).first(size);
  }

  template <class Message>
  static void begin(Packet<Message>& packet) noexcept {
    packet = {};
    packet.header.packet_type = wire::soupbintcp::unsequenced_data;
    packet.header.packet_length =
        static_cast<std::uint16_t>(packet_size<Message> - wire::soupbintcp::length_size);
    packet.message.message_type = Message::tag;
  }

  void name(Alpha<14>& cl_ord_id) const noexcept {
    std::memcpy(cl_ord_id.data() + 12, config_.desk.data(), 2);
  }

  const InstrumentSymbols* symbols_;
  EncoderConfig config_;
  std::size_t fixed_options_ = 0;
  Packet<EnterOrder> enter_;
  Packet<ReplaceOrder> replace_;
  Packet<CancelOrder> cancel_;
  std::span<const std::byte> packet_;
  EncodeVerdict verdict_ = EncodeVerdict::encoded;
  EncodeCounts counts_{};
};

}  // namespace hft::order::ouch50
