// What the gate answers: the number of the check that refused a command, 0 when it may go.
//
// Numbers 1 to 34 are those of the list of checks that every gate must have, so that a reason code
// in a log, a report to a strategy and a regulator's question are the same number. docs/risk.md
// says what each one asks, in which order. 30, 33 and 34 keep their places and are never given yet.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hft::risk {

enum class Verdict : std::uint8_t {
  passed = 0,
  unknown_instrument = 1,     // not named, or no session state
  restricted_instrument = 2,  // not on the list
  restricted_kind = 3,        // venue, segment or kind of order
  market_order = 4,
  bad_terms = 5,  // tick, lot, time in force, flags that exclude each other
  collar = 6,
  auction_collar = 7,
  blow_through = 8,
  halted = 9,  // the instrument, or the price is outside its bands
  order_size = 10,
  order_value = 11,
  daily_share = 12,  // of the average daily size
  duplicate = 13,
  throttled = 14,  // until a person resumes the strategy
  session_rate = 15,
  instrument_rate = 16,
  message_rate = 17,
  gross_value = 18,
  position = 19,
  hierarchy = 20,  // strategy and account do not belong together
  exposure = 21,
  loss = 22,
  short_sale = 23,
  self_match = 24,
  stale_market = 25,
  open_orders = 26,
  fill_fault = 27,  // the gate is halted
  killed = 28,
  session_down = 29,
  drop_copy = 30,
  unidentified = 31,
  limits = 32,  // missing or damaged
  options = 33,
  fencing = 34,
  malformed = 35,
  unknown_order = 36,
  full = 37,
};
inline constexpr std::size_t verdict_count = 38;
inline constexpr std::array<std::string_view, verdict_count> verdict_names{"passed",
                                                                           "unknown_instrument",
                                                                           "restricted_instrument",
                                                                           "restricted_kind",
                                                                           "market_order",
                                                                           "bad_terms",
                                                                           "collar",
                                                                           "auction_collar",
                                                                           "blow_through",
                                                                           "halted",
                                                                           "order_size",
                                                                           "order_value",
                                                                           "daily_share",
                                                                           "duplicate",
                                                                           "throttled",
                                                                           "session_rate",
                                                                           "instrument_rate",
                                                                           "message_rate",
                                                                           "gross_value",
                                                                           "position",
                                                                           "hierarchy",
                                                                           "exposure",
                                                                           "loss",
                                                                           "short_sale",
                                                                           "self_match",
                                                                           "stale_market",
                                                                           "open_orders",
                                                                           "fill_fault",
                                                                           "killed",
                                                                           "session_down",
                                                                           "drop_copy",
                                                                           "unidentified",
                                                                           "limits",
                                                                           "options",
                                                                           "fencing",
                                                                           "malformed",
                                                                           "unknown_order",
                                                                           "full"};

/// What became of a control.
enum class ControlVerdict : std::uint8_t {
  applied,
  unknown_action,
  unknown_limit,
  bad_scope,
  unknown_scope_id,
  out_of_range,
  no_reason,  // it loosens, or resumes, and nobody says why
  damaged,    // the block of limits was changed from outside
};
inline constexpr std::array<std::string_view, 8> control_verdict_names{
    "applied",          "unknown_action", "unknown_limit", "bad_scope",
    "unknown_scope_id", "out_of_range",   "no_reason",     "damaged"};

/// What became of a report.
enum class ReportVerdict : std::uint8_t {
  applied,
  duplicate,      // its sequence number was seen
  unknown_order,  // no order of that id passed this gate
  ignored,        // it says nothing new in the order's state
  fault,          // a fill without an order, or too large a fill: the gate is halted
};
inline constexpr std::array<std::string_view, 5> report_verdict_names{
    "applied", "duplicate", "unknown_order", "ignored", "fault"};

}  // namespace hft::risk
