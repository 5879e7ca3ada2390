// The words all book sets share: configuration, verdicts, and the answers to queries.
//
// A book set holds the books of one feed: order ids are unique in it, and an instrument's book is
// found by the low 16 bits of record.instrument (the venue's locate code).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "hft/base/error.hpp"
#include "hft/record/record.hpp"

namespace hft::book {

struct Config {
  std::int64_t price_unit_e9 = 100'000;    // prices are multiples of it; ITCH: 1e-4 USD
  std::uint32_t max_orders = 4'000'000;    // live at one time; more are refused as `full`
  std::uint32_t max_instruments = 65'536;  // locate codes from here on are refused
};

/// The configuration, or hft::Error naming the value that no book set can be made with.
inline const Config& checked(const Config& config) {
  const auto require = [](bool holds, const char* name) {
    if (!holds) throw Error(std::string("book set: ") + name, "is not positive", "give 1 or more");
  };
  require(config.price_unit_e9 > 0, "price_unit_e9");
  require(config.max_orders > 0, "max_orders");
  require(config.max_instruments > 0, "max_instruments");
  return config;
}

/// Locate codes are 16 bits.
inline constexpr std::uint32_t instruments_max = 65'536;

/// A price counted in price units must fit 32 bits and leave two values as sentinels.
inline constexpr std::uint32_t price_units_max = 4'294'967'294;

/// More orders than this at one level are refused as `level_overflow`.
inline constexpr std::uint32_t level_orders_max = 65'535;

/// What became of an order event. All but `applied` change nothing except that they are counted
/// and that the event's instrument becomes suspect.
enum class Verdict : std::uint8_t {
  applied,
  bad_instrument,    // outside the configured range
  bad_price,         // not a positive multiple of the price unit, or absurdly large
  bad_size,          // zero
  bad_side,          // an add without side that does not follow a replace
  duplicate_order,   // an add of an order that is live
  level_overflow,    // a level of more than 2^32-1 shares, or of level_orders_max orders
  full,              // more live orders than configured
  unknown_order,     // not live: never seen, or gone
  wrong_instrument,  // live in another instrument
  oversized,         // a cancel or an execution of more than the order has
};
inline constexpr std::size_t verdict_count = 11;
inline constexpr std::array<std::string_view, verdict_count> verdict_names{
    "applied",       "bad_instrument",   "bad_price",      "bad_size",
    "bad_side",      "duplicate_order",  "level_overflow", "full",
    "unknown_order", "wrong_instrument", "oversized"};
using VerdictCounts = std::array<std::uint64_t, verdict_count>;

/// By verdict: the sequence number of the first message that was refused so; 0 where none was.
using FirstRefused = std::array<std::uint64_t, verdict_count>;

struct Level {
  std::int64_t price_e9;
  std::uint32_t size;   // of all orders
  std::uint32_t count;  // orders
};

struct Order {
  std::uint64_t order_id;
  std::int64_t price_e9;
  std::uint32_t instrument;
  std::uint32_t size;
  record::Side side;
};

struct QueuePosition {
  std::uint64_t orders_ahead;
  std::uint64_t size_ahead;
};

/// Best bid and offer of one book; price_null and 0 where a side is empty.
struct BestPrices {
  std::int64_t bid_price_e9 = record::price_null;
  std::int64_t ask_price_e9 = record::price_null;
  std::uint32_t bid_size = 0;
  std::uint32_t ask_size = 0;
  friend bool operator==(const BestPrices&, const BestPrices&) = default;
};

/// Digest of a book set, the same for all implementations: FNV-1a over 64-bit words
/// (docs/books.md).
class Digest {
 public:
  constexpr void add(std::uint64_t word) noexcept { hash_ = (hash_ ^ word) * 0x100000001b3; }
  constexpr std::uint64_t value() const noexcept { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace hft::book
