// StatusEvent: the state of an instrument, of the market, or of the feed itself.
#pragma once

#include "hft/record/record.hpp"

namespace hft::record {

struct alignas(64) StatusEvent {
  std::uint64_t event_time_ns;
  std::uint32_t instrument;  // instrument_all: of the whole feed
  Kind kind;                 // Kind::status
  StatusAction action;
  std::uint16_t stamp_0;
  std::uint64_t receive_time_ns;
  std::uint32_t sequence_number;  // of `gap` and `late_start`: the first message missed
  std::uint16_t sequence_number_high;
  std::uint16_t stamp_1;
  Alpha<8> symbol;  // zeros where the venue does not say it
  Alpha<4> reason;  // the venue's reason code, padded with spaces; zeros where there is none
  char state;       // the venue's letter; see StatusAction
  std::uint8_t flags;
  std::uint16_t stamp_2;
  std::uint64_t count;  // of `gap` and `late_start`: messages missed
  std::uint32_t reserved;
  Venue venue;
  std::uint8_t channel;
  std::uint16_t stamp_3;
};

}  // namespace hft::record

HFT_LAYOUT(hft::record::StatusEvent, 64, event_time_ns, instrument, kind, action, stamp_0,
           receive_time_ns, sequence_number, sequence_number_high, stamp_1, symbol, reason, state,
           flags, stamp_2, count, reserved, venue, channel, stamp_3);
