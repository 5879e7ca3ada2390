// What the simulated exchange is told: terms of orders, of instruments, and its configuration.
#pragma once

#include <cstdint>
#include <limits>

#include "hft/record/order_command.hpp"
#include "hft/record/record.hpp"
#include "hft/venue/venue_event.hpp"

namespace hft::venue {

inline constexpr std::int64_t price_unit_e9 = 100'000;             // Price(4): 1e-4 USD
inline constexpr std::int64_t price_max_e9 = 199'999'990'000'000;  // 199'999.99 USD, as OUCH has it
inline constexpr std::uint32_t size_limit = 1'000'000;             // an order is smaller than this
inline constexpr std::uint32_t show_all = std::numeric_limits<std::uint32_t>::max();

struct OrderTerms {
  std::uint32_t instrument = 0;
  record::Side side = record::Side::none;
  std::uint32_t size = 0;
  std::int64_t price_e9 = record::price_null;  // price_null: a market order, which never rests
  record::TimeInForce time_in_force = record::TimeInForce::day;
  std::uint32_t display_size = show_all;  // shares shown at a time; 0: hidden
  bool post_only = false;
  Cross cross = Cross::none;  // trades in this cross only
};

/// What an order shall become. Owner, instrument, side and cross stay.
struct ReplaceTerms {
  std::uint32_t size = 0;  // in total, what the chain of replaced orders has executed included
  std::int64_t price_e9 = record::price_null;
  record::TimeInForce time_in_force = record::TimeInForce::day;
  std::uint32_t display_size = show_all;
  bool post_only = false;
};

/// What happens when an order would trade with a resting order of the same owner.
enum class SelfMatch : std::uint8_t { allow, cancel_newest, cancel_oldest, decrement_both };

/// What happens to a post-only order that would take liquidity.
enum class PostOnlyRule : std::uint8_t { reject, adjust };

struct InstrumentTerms {
  std::int64_t tick_e9 = 10'000'000;    // of prices from 1 USD on; below, the tick is price_unit_e9
  std::int64_t reference_price_e9 = 0;  // for crosses, until there is a trade; 0: none
};

struct EngineConfig {
  std::uint32_t max_orders = 1'000'000;  // live at one time
  std::uint32_t max_instruments = 8'192;
  std::uint32_t max_owners = 1'024;
  std::uint64_t first_order_id = 1;
  std::uint64_t first_match_number = 1;
  PostOnlyRule post_only = PostOnlyRule::adjust;
};

/// The answer to an input. What happened in detail is in the events.
enum class Verdict : std::uint8_t {
  done,
  rejected,         // a `rejected` event says why
  duplicate_token,  // the token is live: ignored, no event
  unknown_order,    // no such live order: ignored, no event
  without_effect,   // nothing would change: ignored, no event
  wrong_state,      // a cross of a halted instrument, a second opening cross: ignored, no event
  bad_instrument,   // not added: ignored, no event
  bad_owner,        // beyond max_owners: ignored, no event
};

/// What a cross would do now: the content of an imbalance message.
struct Indication {
  std::uint64_t paired = 0;                // shares
  std::uint64_t imbalance = 0;             // shares
  record::Side side = record::Side::none;  // of the imbalance
  std::int64_t near_price_e9 = 0;          // of the cross with the book in it; 0: none
  std::int64_t far_price_e9 = 0;           // of the orders for the cross alone; 0: none
  std::int64_t reference_price_e9 = 0;
};

}  // namespace hft::venue
