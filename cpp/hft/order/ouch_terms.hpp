// What both OUCH versions ask of a command before they can write it: the fields they share.
#pragma once

#include "hft/order/encoding.hpp"
#include "hft/wire/ouch_fields.hpp"

namespace hft::order {

inline constexpr std::uint8_t known_command_flags =
    record::command_market | record::command_post_only | record::command_short_sale |
    record::command_sweep | record::command_opening_cross | record::command_closing_cross |
    record::command_retail;

constexpr bool has(const record::OrderCommand& command, record::CommandFlag flag) noexcept {
  return (command.flags & flag) != 0;
}

constexpr bool in_cross(const record::OrderCommand& command) noexcept {
  return (command.flags & (record::command_opening_cross | record::command_closing_cross)) != 0;
}

/// Flags that exist, times in force that exist, and not both crosses at once.
constexpr bool speakable(const record::OrderCommand& command) noexcept {
  constexpr std::uint8_t both = record::command_opening_cross | record::command_closing_cross;
  return (command.flags & ~known_command_flags) == 0 && (command.flags & both) != both &&
         command.time_in_force <= record::TimeInForce::extended;
}

constexpr bool good_size(std::uint32_t size) noexcept {
  return size > 0 && size <= wire::ouch::max_shares;
}

constexpr bool good_replace_ids(const record::OrderCommand& command) noexcept {
  return command.client_order_id != 0 && command.original_client_order_id != 0 &&
         command.client_order_id != command.original_client_order_id;
}

/// The side's letter; 0 where there is none: no side, or a short purchase.
constexpr char side_letter(const record::OrderCommand& command, char short_sale) noexcept {
  const bool is_short = has(command, record::command_short_sale);
  if (command.side == record::Side::bid) return is_short ? '\0' : wire::ouch::buy;
  if (command.side != record::Side::ask) return '\0';
  return is_short ? short_sale : wire::ouch::sell;
}

/// The price on the wire, of market orders too; 0 where there is none.
constexpr std::uint32_t price_field(const record::OrderCommand& command) noexcept {
  if (!has(command, record::command_market)) return wire::ouch::wire_price(command.price_e9);
  if (command.price_e9 != record::price_null) return 0;
  return in_cross(command) ? wire::ouch::market_cross_price : wire::ouch::market_price;
}

constexpr char cross_letter(const record::OrderCommand& command) noexcept {
  if (has(command, record::command_opening_cross)) return 'O';
  return has(command, record::command_closing_cross) ? 'C' : 'N';
}

constexpr char yes_or_no(bool yes) noexcept {
  return yes ? 'Y' : 'N';
}

/// Some, but not all, of the order is to be shown: so many round lots.
constexpr bool is_reserve(const record::OrderCommand& command) noexcept {
  return command.display != record::display_all && command.display != record::display_none;
}

}  // namespace hft::order
