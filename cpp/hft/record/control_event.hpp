// ControlEvent: what people and timers tell the engine, as one more input of the one sequence.
//
// Limits, kills and the time reach a decision in no other way, so that replaying the sequence takes
// the same decisions again.
#pragma once

#include "hft/record/record.hpp"

namespace hft::record {

enum class ControlAction : std::uint8_t {
  none,
  limit,     // `limit` of the scope becomes `value`
  kill,      // no order of the scope leaves from here on; cancels do
  resume,    // ends a kill, or a throttle that asked for a person; needs a reason
  time,      // event_time_ns has come; nothing else
  clock,     // value: offset of the host's clock in ns; price_null: not known
  position,  // value: shares held of the instrument at start, of the account in scope_id
  halt,      // the engine stops trading by itself: a fill without an order, or too large a fill
};

/// Whom a limit or a kill is about. An order is under its strategy, its account and the firm.
enum class Scope : std::uint8_t { none, firm, account, strategy, instrument };

struct alignas(64) ControlEvent {
  std::uint64_t event_time_ns;  // when it took its place in the sequence
  std::uint32_t instrument;     // instrument_all where it is about none
  Kind kind;                    // Kind::control
  ControlAction action;
  std::uint16_t stamp_0;
  std::uint64_t receive_time_ns;
  std::uint32_t sequence_number;  // of the engine's own sequence of controls, from 1
  std::uint16_t sequence_number_high;
  std::uint16_t stamp_1;
  std::int64_t value;      // of the limit, in the limit's unit
  std::uint32_t scope_id;  // index of the account or strategy; 0 for the firm and for instruments
  Scope scope;
  std::uint8_t limit;  // risk::Limit
  std::uint16_t stamp_2;
  Alpha<12> reason;  // why, in a person's words or a ticket's number, padded with spaces
  Venue venue;
  std::uint8_t channel;
  std::uint16_t stamp_3;
};

}  // namespace hft::record

HFT_LAYOUT(hft::record::ControlEvent, 64, event_time_ns, instrument, kind, action, stamp_0,
           receive_time_ns, sequence_number, sequence_number_high, stamp_1, value, scope_id, scope,
           limit, stamp_2, reason, venue, channel, stamp_3);
