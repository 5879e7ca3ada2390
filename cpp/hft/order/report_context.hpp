// What a decoder of reports needs besides the message, and what it answers.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "hft/order/instrument_symbols.hpp"
#include "hft/record/order_report.hpp"

namespace hft::order {

/// What the session knows and the message does not.
struct ReportContext {
  const InstrumentSymbols* symbols;  // of this session's venue
  std::uint64_t midnight_ns;         // 00:00 New York of the session date, ns since the Unix epoch
  std::uint64_t receive_time_ns;
  std::uint64_t sequence_number;  // the message's, in the order session, from 1
  record::Venue venue;
  std::uint8_t channel;
  Alpha<6> desk{' ', ' ', ' ', ' ', ' ', ' '};  // EncoderConfig's; 4.2 tokens end with it
};

enum class Verdict : std::uint8_t {
  report,         // `out` was written
  ignored,        // a valid message that makes no report
  truncated,      // shorter than the fields that its type has
  wrong_size,     // longer than its fields, and not by an appendage
  unknown,        // a type that the protocol does not have
  bad_appendage,  // an element reaches beyond it, or has not its option's size
  bad_field,      // a side or a price that cannot be
  bad_token,      // 4.2: the order is not named as we name ours
};
inline constexpr std::size_t verdict_count = 8;

constexpr std::string_view to_string(Verdict verdict) noexcept {
  constexpr std::array<std::string_view, verdict_count> names{
      "report",  "ignored",       "truncated", "wrong_size",
      "unknown", "bad_appendage", "bad_field", "bad_token"};
  return names[static_cast<std::size_t>(verdict)];
}

}  // namespace hft::order
