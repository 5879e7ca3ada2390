// Touch: the best bid and offer of an instrument with their sizes, after one message.
#pragma once

#include "hft/record/record.hpp"

namespace hft::record {

struct alignas(64) Touch {
  std::uint64_t event_time_ns;  // of the message that changed it, as are the next fields
  std::uint32_t instrument;
  Kind kind;            // Kind::touch
  std::uint8_t action;  // 0
  std::uint16_t stamp_0;
  std::uint64_t receive_time_ns;
  std::uint32_t sequence_number;
  std::uint16_t sequence_number_high;
  std::uint16_t stamp_1;
  std::int64_t bid_price_e9;  // price_null where there is no bid
  std::uint32_t bid_size;     // of the whole level; 0 where there is no bid
  char trading_state;         // the venue's letter: T trading, H halted …; 0 when never told
  std::uint8_t flags;         // flag_book_suspect: messages were missed
  std::uint16_t stamp_2;
  std::int64_t ask_price_e9;
  std::uint32_t ask_size;
  Venue venue;
  std::uint8_t channel;
  std::uint16_t stamp_3;
};

}  // namespace hft::record

HFT_LAYOUT(hft::record::Touch, 64, event_time_ns, instrument, kind, action, stamp_0,
           receive_time_ns, sequence_number, sequence_number_high, stamp_1, bid_price_e9, bid_size,
           trading_state, flags, stamp_2, ask_price_e9, ask_size, venue, channel, stamp_3);
