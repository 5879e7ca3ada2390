// OrderEvent: one change of one resting order.
#pragma once

#include "hft/record/record.hpp"

namespace hft::record {

struct alignas(64) OrderEvent {
  std::uint64_t event_time_ns;
  std::uint32_t instrument;
  Kind kind;  // Kind::order
  Action action;
  std::uint16_t stamp_0;
  std::uint64_t receive_time_ns;
  std::uint32_t sequence_number;
  std::uint16_t sequence_number_high;
  std::uint16_t stamp_1;
  std::uint64_t order_id;  // the venue's reference; of `replace`, the order that leaves
  std::uint32_t size;      // shares or contracts: the change, not the remainder; 0 with `remove`
  Side side;               // none where the venue does not say it (all but `add`)
  std::uint8_t flags;
  std::uint16_t stamp_2;
  std::int64_t price_e9;    // 1e-9 of the quote currency; price_null where the message has none
  std::uint32_t reference;  // add: attribution as text, or 0; execute: low 32 bits of match number
  Venue venue;
  std::uint8_t channel;
  std::uint16_t stamp_3;
};

}  // namespace hft::record

HFT_LAYOUT(hft::record::OrderEvent, 64, event_time_ns, instrument, kind, action, stamp_0,
           receive_time_ns, sequence_number, sequence_number_high, stamp_1, order_id, size, side,
           flags, stamp_2, price_e9, reference, venue, channel, stamp_3);
