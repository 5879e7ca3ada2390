// The limits: number, name, scopes, range, and which way is looser. docs/risk.md is the same table
// for people, with units; a test compares the two.
//
// The number is `limit` of a ControlEvent and the place in a block of limits (limits.hpp).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "hft/record/control_event.hpp"

namespace hft::risk {

enum class Limit : std::uint8_t {
  none = 0,
  // Of instruments and of actors (firm, account, strategy).
  market_orders = 1,
  collar_ppm = 2,
  auction_collar_ppm = 3,
  blow_through_ppm = 4,
  order_size = 5,
  order_value_e6 = 6,
  position_size = 7,
  open_orders = 8,
  average_daily_ppm = 9,
  // Of instruments.
  tradable = 10,
  tick_e9 = 11,
  tick_below_one_e9 = 12,
  lot_size = 13,
  band_low_e9 = 14,
  band_high_e9 = 15,
  average_daily_size = 16,
  reference_price_e9 = 17,
  orders_per_second = 18,
  locate_size = 19,
  touch_age_ns = 20,
  // Of actors.
  venues = 24,
  market_categories = 25,
  order_kinds = 26,
  messages_per_second = 27,
  gross_value_e6 = 28,
  exposure_value_e6 = 29,
  loss_value_e6 = 30,
  drawdown_value_e6 = 31,
  // Of the firm.
  session_orders_per_second = 32,
  feed_silence_ns = 33,
  clock_offset_ns = 34,
  clock_age_ns = 35,
  // Of strategies.
  permitted_account = 40,
  algorithm_id = 41,
  trader_id = 42,
  duplicate_window_ns = 43,
  repeat_orders = 44,
  repeat_executions = 45,
  repeat_window_ns = 46,
};

/// In which direction a change lets more orders through, and so needs a reason.
enum class Looser : std::uint8_t { larger, smaller, bits, any };

/// Bits of LimitInfo::scopes.
enum ScopeBit : std::uint8_t { of_firm = 1, of_account = 2, of_strategy = 4, of_instrument = 8 };
inline constexpr std::uint8_t of_actors = of_firm | of_account | of_strategy;
inline constexpr std::uint8_t of_all = of_actors | of_instrument;

struct LimitInfo {
  Limit limit;
  std::string_view name;
  std::uint8_t scopes;  // ScopeBit
  std::int64_t least;
  std::int64_t most;
  Looser looser;
};

inline constexpr std::int64_t limit_missing = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t value_most = limit_missing - 1;
inline constexpr std::int64_t count_most = (std::int64_t{1} << 31) - 1;
inline constexpr std::int64_t order_size_most = (std::int64_t{1} << 32) - 1;
inline constexpr std::int64_t position_most = std::int64_t{1} << 48;
inline constexpr std::int64_t one_in_ppm = 1'000'000;
inline constexpr std::int64_t tick_most = 1'000'000'000'000'000;

/// Bits of `order_kinds` that no CommandFlag is: bits 0 to 7 are the flags themselves.
inline constexpr unsigned kind_bit_of_time_in_force = 8;  // plus record::TimeInForce
inline constexpr unsigned kind_bit_hidden = 11;
inline constexpr unsigned kind_bit_reserve = 12;
inline constexpr std::int64_t order_kinds_most = (1 << 13) - 1;
inline constexpr unsigned category_bit_other = 26;
inline constexpr std::int64_t market_categories_most = (1 << 27) - 1;
inline constexpr unsigned venue_bits = 62;
inline constexpr std::int64_t venues_most = (std::int64_t{1} << venue_bits) - 1;

inline constexpr auto limit_table = [] {
  using enum Limit;
  using enum Looser;
  return std::array{
      LimitInfo{market_orders, "market_orders", of_all, 0, 1, larger},
      LimitInfo{collar_ppm, "collar_ppm", of_all, 0, one_in_ppm, larger},
      LimitInfo{auction_collar_ppm, "auction_collar_ppm", of_all, 0, one_in_ppm, larger},
      LimitInfo{blow_through_ppm, "blow_through_ppm", of_all, 0, one_in_ppm, larger},
      LimitInfo{order_size, "order_size", of_all, 0, order_size_most, larger},
      LimitInfo{order_value_e6, "order_value_e6", of_all, 0, value_most, larger},
      LimitInfo{position_size, "position_size", of_all, 0, position_most, larger},
      LimitInfo{open_orders, "open_orders", of_all, 0, count_most, larger},
      LimitInfo{average_daily_ppm, "average_daily_ppm", of_all, 0, one_in_ppm, larger},
      LimitInfo{tradable, "tradable", of_instrument, 0, 1, larger},
      LimitInfo{tick_e9, "tick_e9", of_instrument, 1, tick_most, any},
      LimitInfo{tick_below_one_e9, "tick_below_one_e9", of_instrument, 1, tick_most, any},
      LimitInfo{lot_size, "lot_size", of_instrument, 1, order_size_most, any},
      LimitInfo{band_low_e9, "band_low_e9", of_instrument, 0, value_most, smaller},
      LimitInfo{band_high_e9, "band_high_e9", of_instrument, 0, value_most, larger},
      LimitInfo{average_daily_size, "average_daily_size", of_instrument, 0, position_most, larger},
      LimitInfo{reference_price_e9, "reference_price_e9", of_instrument, 0, value_most, any},
      LimitInfo{orders_per_second, "orders_per_second", of_instrument, 0, count_most, larger},
      LimitInfo{locate_size, "locate_size", of_instrument, 0, position_most, larger},
      LimitInfo{touch_age_ns, "touch_age_ns", of_instrument, 0, value_most, larger},
      LimitInfo{venues, "venues", of_actors, 0, venues_most, bits},
      LimitInfo{market_categories, "market_categories", of_actors, 0, market_categories_most, bits},
      LimitInfo{order_kinds, "order_kinds", of_actors, 0, order_kinds_most, bits},
      LimitInfo{messages_per_second, "messages_per_second", of_actors, 0, count_most, larger},
      LimitInfo{gross_value_e6, "gross_value_e6", of_actors, 0, value_most, larger},
      LimitInfo{exposure_value_e6, "exposure_value_e6", of_actors, 0, value_most, larger},
      LimitInfo{loss_value_e6, "loss_value_e6", of_actors, 0, value_most, larger},
      LimitInfo{drawdown_value_e6, "drawdown_value_e6", of_actors, 0, value_most, larger},
      LimitInfo{session_orders_per_second, "session_orders_per_second", of_firm, 0, count_most,
                larger},
      LimitInfo{feed_silence_ns, "feed_silence_ns", of_firm, 0, value_most, larger},
      LimitInfo{clock_offset_ns, "clock_offset_ns", of_firm, 0, value_most, larger},
      LimitInfo{clock_age_ns, "clock_age_ns", of_firm, 0, value_most, larger},
      LimitInfo{permitted_account, "permitted_account", of_strategy, 0, 255, any},
      LimitInfo{algorithm_id, "algorithm_id", of_strategy, 0, value_most, any},
      LimitInfo{trader_id, "trader_id", of_strategy, 0, value_most, any},
      LimitInfo{duplicate_window_ns, "duplicate_window_ns", of_strategy, 0, value_most, smaller},
      LimitInfo{repeat_orders, "repeat_orders", of_strategy, 0, count_most, larger},
      LimitInfo{repeat_executions, "repeat_executions", of_strategy, 0, count_most, larger},
      LimitInfo{repeat_window_ns, "repeat_window_ns", of_strategy, 0, value_most, smaller},
  };
}();
inline constexpr std::size_t limit_places = 48;  // one past the largest number, rounded up

/// The limit of that number; none where there is no such limit.
constexpr const LimitInfo* find_limit(std::uint8_t number) noexcept {
  for (const LimitInfo& info : limit_table) {
    if (static_cast<std::uint8_t>(info.limit) == number) return &info;
  }
  return nullptr;
}

constexpr std::uint8_t bit_of(record::Scope scope) noexcept {
  switch (scope) {
    case record::Scope::none: return 0;
    case record::Scope::firm: return of_firm;
    case record::Scope::account: return of_account;
    case record::Scope::strategy: return of_strategy;
    case record::Scope::instrument: return of_instrument;
  }
  return 0;
}

/// Whether a change from `old_value` to `new_value` lets through what was refused before.
constexpr bool loosens(Looser looser, std::int64_t old_value, std::int64_t new_value) noexcept {
  if (old_value == limit_missing) return true;
  switch (looser) {
    case Looser::larger: return new_value > old_value;
    case Looser::smaller: return new_value < old_value;
    case Looser::bits: return (new_value & ~old_value) != 0;
    case Looser::any: return new_value != old_value;
  }
  return true;
}

}  // namespace hft::risk
