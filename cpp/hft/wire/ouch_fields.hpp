// What the fields of OUCH 4.2 and 5.0 mean in plain numbers: prices, sides, times in force, tokens.
//
// The order gateway and the simulated exchange turn the same fields in opposite directions; the
// conversions stand here once, without records, so that both may include them.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

#include "hft/base/endian.hpp"

namespace hft::wire::ouch {

// Prices count 1e-4 USD in both versions, in 4 bytes (4.2) or 8 (5.0).
inline constexpr std::int64_t price_to_e9 = 100'000;
inline constexpr std::uint32_t max_price = 0x7735939c;           // 199,999.9900 USD
inline constexpr std::uint32_t market_price = 0x77359400;        // 200,000.0000: market (5.0 only)
inline constexpr std::uint32_t market_cross_price = 0x7fffffff;  // market, in a cross
inline constexpr std::uint32_t max_shares = 999'999;             // of an order, and of a chain

/// The wire's price, or 0 (never a price) where there is none: not positive, no multiple of 1e-4
/// USD, or above the highest. Never rounds.
constexpr std::uint32_t wire_price(std::int64_t price_e9) noexcept {
  const std::int64_t units = price_e9 / price_to_e9;
  const bool fits = price_e9 > 0 && units <= max_price && units * price_to_e9 == price_e9;
  return fits ? static_cast<std::uint32_t>(units) : 0;
}

constexpr bool is_market_price(std::uint64_t price) noexcept {
  return price == market_price || price == market_cross_price;
}

/// Whether a price from the wire is one that price_e9() can hold: 0 (none yet) or a limit.
constexpr bool is_limit_price(std::uint64_t price) noexcept {
  return price <= max_price;
}

/// In 1e-9 USD, of a price for which is_limit_price holds.
constexpr std::int64_t price_e9(std::uint64_t price) noexcept {
  return static_cast<std::int64_t>(price) * price_to_e9;
}

// The side's letter, the same in both versions.
inline constexpr char buy = 'B';
inline constexpr char sell = 'S';
inline constexpr char sell_short = 'T';
inline constexpr char sell_short_exempt = 'E';

constexpr bool is_sell(char side) noexcept {
  return side == sell || side == sell_short || side == sell_short_exempt;
}

// Time in force: a letter in 5.0, seconds with three special values in 4.2.
inline constexpr char day_50 = '0';
inline constexpr char immediate_50 = '3';
inline constexpr char extended_50 = '5';     // GTX: to the end of the extended hours
inline constexpr char until_time_50 = '6';   // GTT: with the ExpireTime option
inline constexpr char after_hours_50 = 'E';  // only after the close
inline constexpr std::uint32_t immediate_42 = 0;
inline constexpr std::uint32_t market_hours_42 = 99'998;
inline constexpr std::uint32_t system_hours_42 = 99'999;

/// 8 digits of base 16 with capitals, most significant first: 42 is "0000002A".
constexpr Alpha<8> hex(std::uint32_t number) noexcept {
  std::uint64_t nibbles = number;  // spread over 8 bytes, then all made characters at once
  nibbles = (nibbles << 16 | nibbles) & 0x0000'ffff'0000'ffff;
  nibbles = (nibbles << 8 | nibbles) & 0x00ff'00ff'00ff'00ff;
  nibbles = (nibbles << 4 | nibbles) & 0x0f0f'0f0f'0f0f'0f0f;
  const std::uint64_t above_9 = (nibbles + 0x0606'0606'0606'0606) >> 4 & 0x0101'0101'0101'0101;
  Be64 text{};
  text = nibbles + 0x3030'3030'3030'3030 + above_9 * ('A' - '9' - 1);
  return std::bit_cast<Alpha<8>>(text);
}

/// The number of such digits; false where a character is none of them.
constexpr bool parse_hex(std::string_view digits, std::uint32_t& number) noexcept {
  std::uint32_t value = 0;
  for (const char c : digits) {
    const bool letter = c >= 'A' && c <= 'F';
    if (!letter && (c < '0' || c > '9')) return false;
    value = value << 4 | static_cast<std::uint32_t>(letter ? c - 'A' + 10 : c - '0');
  }
  number = value;
  return digits.size() == 8;
}

}  // namespace hft::wire::ouch
