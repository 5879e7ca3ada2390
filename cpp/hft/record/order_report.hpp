// OrderReport: what a venue answers about an order of ours, or says about the order session.
#pragma once

#include "hft/record/record.hpp"

namespace hft::record {

enum class ReportAction : std::uint8_t {
  none,
  accepted,          // the order is in the venue's hands; reason: L live, D dead at once
  replaced,          // accepted in the place of the order it replaces; reason as above
  cancelled,         // `size` shares left the order; reason: the venue's letter
  executed,          // `size` shares traded at price_e9; reason: the liquidity letter
  rejected,          // the order never lived; reason: the venue's code
  cancel_rejected,   // the cancel was refused (in OUCH: during a cross)
  cancel_pending,    // the cancel waits (in OUCH: for the end of a cross)
  modified,          // the venue marked the order otherwise; size: what it has in all
  restated,          // the venue changed the order on its own; size: what is open now
  priority_updated,  // it queues anew; reference: its new order id
  corrected,         // an execution's price was corrected
  broken,            // an execution is undone; reference: its match number
  session_up,        // logged in; sequence_number: the next one
  session_down,      // the connection is lost or was closed
  system,            // the venue's day; reason: its event letter
};

struct alignas(64) OrderReport {
  std::uint64_t event_time_ns;  // the venue's clock
  std::uint32_t instrument;     // as in the command; instrument_all where the report has none
  Kind kind;                    // Kind::order_report
  ReportAction action;
  std::uint16_t stamp_0;
  std::uint64_t receive_time_ns;
  std::uint32_t sequence_number;  // of the order session, from 1: a report seen twice has the same
  std::uint16_t sequence_number_high;
  std::uint16_t stamp_1;
  std::uint64_t reference;  // accepted, replaced: the venue's order id; executed: match number
  std::uint32_t size;       // shares; of `accepted` and `replaced` what is open
  Side side;                // none where the report does not say it
  std::uint8_t reason;      // a letter or a code; see ReportAction
  std::uint16_t stamp_2;
  std::int64_t price_e9;          // of the order, or of the execution; price_null where none
  std::uint32_t client_order_id;  // ours; 0: about the session
  Venue venue;
  std::uint8_t channel;  // the order session
  std::uint16_t stamp_3;
};

}  // namespace hft::record

HFT_LAYOUT(hft::record::OrderReport, 64, event_time_ns, instrument, kind, action, stamp_0,
           receive_time_ns, sequence_number, sequence_number_high, stamp_1, reference, size, side,
           reason, stamp_2, price_e9, client_order_id, venue, channel, stamp_3);
