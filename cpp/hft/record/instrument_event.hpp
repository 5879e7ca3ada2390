// InstrumentEvent: the venue names an instrument of the session.
#pragma once

#include "hft/record/record.hpp"

namespace hft::record {

struct alignas(64) InstrumentEvent {
  std::uint64_t event_time_ns;
  std::uint32_t instrument;
  Kind kind;            // Kind::instrument
  std::uint8_t action;  // 0
  std::uint16_t stamp_0;
  std::uint64_t receive_time_ns;
  std::uint32_t sequence_number;
  std::uint16_t sequence_number_high;
  std::uint16_t stamp_1;
  Alpha<8> symbol;
  std::uint32_t round_lot_size;  // shares
  char market_category;          // the venue's letter of the listing market
  std::uint8_t flags;
  std::uint16_t stamp_2;
  std::int64_t price_unit_e9;  // smallest step of the wire's prices: 100'000 for Price(4)
  char financial_status;       // the four letters of the directory message
  char issue_classification;
  char authenticity;
  char etp_flag;
  Venue venue;
  std::uint8_t channel;
  std::uint16_t stamp_3;
};

}  // namespace hft::record

HFT_LAYOUT(hft::record::InstrumentEvent, 64, event_time_ns, instrument, kind, action, stamp_0,
           receive_time_ns, sequence_number, sequence_number_high, stamp_1, symbol, round_lot_size,
           market_category, flags, stamp_2, price_unit_e9, financial_status, issue_classification,
           authenticity, etp_flag, venue, channel, stamp_3);
