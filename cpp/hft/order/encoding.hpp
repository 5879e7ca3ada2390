// What the encoders of all order protocols take and answer: one configuration, one set of verdicts.
//
// Encoders do not judge an order, that is the risk gate's part; they refuse what the protocol has
// no bytes for. Nothing is rounded or left out in silence.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "hft/order/instrument_symbols.hpp"
#include "hft/record/passed_command.hpp"

namespace hft::order {

/// What is the same for all orders of a session.
struct EncoderConfig {
  Alpha<4> firm{' ', ' ', ' ', ' '};            // spaces: the port's own
  Alpha<6> desk{' ', ' ', ' ', ' ', ' ', ' '};  // who trades: behind the number that names an order
  char capacity = 'P';                          // A agency, P principal, R riskless, O other
  char short_sale = 'T';                        // the side's letter; E: exempt
  bool attributed = false;                      // shown orders carry the firm's name
  bool shares_located = false;                  // 5.0: short sales say that shares were located

  /// Throws hft::Error, `where` as its place, for letters that no venue knows.
  void check(std::string_view where) const;
};

enum class EncodeVerdict : std::uint8_t {
  encoded,
  bad_action,          // not a command that orders something
  bad_id,              // 0, or a replace of itself
  unknown_instrument,  // no symbol was ever told
  bad_side,            // none, or a short purchase
  bad_size,            // 0 or above 999,999
  bad_price,           // not positive, not a multiple of 1e-4 USD, too high, or of a market order
  unsupported,         // what this version of the protocol cannot say; see docs/venues
};
inline constexpr std::size_t encode_verdict_count = 8;

constexpr std::string_view to_string(EncodeVerdict verdict) noexcept {
  constexpr std::array<std::string_view, encode_verdict_count> names{
      "encoded",  "bad_action", "bad_id",    "unknown_instrument",
      "bad_side", "bad_size",   "bad_price", "unsupported"};
  return names[static_cast<std::size_t>(verdict)];
}

/// Commands by verdict.
using EncodeCounts = std::array<std::uint64_t, encode_verdict_count>;

/// Makes encoders encode commands that no gate has seen. It is declared here and defined in
/// hft/py only, which no stage may include: tests, benchmarks and the bindings for them have it, an
/// engine cannot (docs/venues/nasdaq-ouch.md).
struct UncheckedEncoding;

}  // namespace hft::order
