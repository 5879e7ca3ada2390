// TradeEvent: an execution that no displayed order shows, a cross, or a broken trade.
//
// Executions of displayed orders are OrderEvents with Action::execute. The side of Nasdaq's hidden
// executions (ITCH 'P') tells nothing: since 2014 the venue writes 'B', whatever it was.
#pragma once

#include "hft/record/record.hpp"

namespace hft::record {

struct alignas(64) TradeEvent {
  std::uint64_t event_time_ns;
  std::uint32_t instrument;
  Kind kind;  // Kind::trade
  TradeAction action;
  std::uint16_t stamp_0;
  std::uint64_t receive_time_ns;
  std::uint32_t sequence_number;
  std::uint16_t sequence_number_high;
  std::uint16_t stamp_1;
  std::uint64_t match_number;  // the venue's number of the execution, unique in its day
  std::uint32_t size;          // shares, low 32 bits; 0 with `broken`
  Side side;                   // of the resting order, where the venue says it
  std::uint8_t flags;
  std::uint16_t stamp_2;
  std::int64_t price_e9;    // price_null with `broken`
  std::uint32_t size_high;  // shares, high 32 bits: a cross may be large
  Venue venue;
  std::uint8_t channel;
  std::uint16_t stamp_3;
};

}  // namespace hft::record

HFT_LAYOUT(hft::record::TradeEvent, 64, event_time_ns, instrument, kind, action, stamp_0,
           receive_time_ns, sequence_number, sequence_number_high, stamp_1, match_number, size,
           side, flags, stamp_2, price_e9, size_high, venue, channel, stamp_3);
