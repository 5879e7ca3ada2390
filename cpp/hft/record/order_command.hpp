// OrderCommand: what a strategy asks a venue to do with an order of ours.
//
// It goes to the risk gate first; an order gateway takes only a PassedCommand. Its first fields are
// those of the record that caused it, so that an order is traced back to what was seen.
#pragma once

#include "hft/record/record.hpp"

namespace hft::record {

enum class CommandAction : std::uint8_t {
  none,
  enter,    // a new order
  replace,  // `original_client_order_id` leaves, `client_order_id` enters with size and price
  cancel,   // reduce the order to `size` in total, the executed part included; 0: all of it leaves
};

enum class TimeInForce : std::uint8_t {
  day,        // rests until the market closes
  immediate,  // what does not trade at once is cancelled (IOC)
  extended,   // rests in the extended hours too
};

/// Bits of an OrderCommand's `flags`.
enum CommandFlag : std::uint8_t {
  command_market = 1,          // no limit price; price_e9 is price_null
  command_post_only = 2,       // rejected or repriced by the venue rather than taking liquidity
  command_short_sale = 4,      // an ask of shares that are not held
  command_sweep = 8,           // intermarket sweep order: the sender has looked at other venues
  command_opening_cross = 16,  // trades in the opening cross only
  command_closing_cross = 32,  // trades in the closing cross only
  command_retail = 64,
};

inline constexpr std::uint8_t display_all = 0;     // the whole size is shown
inline constexpr std::uint8_t display_none = 255;  // hidden; else: that many round lots are shown

struct alignas(64) OrderCommand {
  std::uint64_t event_time_ns;  // of the record that caused it, as are the next fields
  std::uint32_t instrument;
  Kind kind;  // Kind::order_command
  CommandAction action;
  std::uint16_t stamp_0;
  std::uint64_t receive_time_ns;
  std::uint32_t sequence_number;
  std::uint16_t sequence_number_high;
  std::uint16_t stamp_1;
  std::uint32_t client_order_id;           // ours, from 1, never used twice in a day
  std::uint32_t original_client_order_id;  // of `replace`: the order that leaves; else 0
  std::uint32_t size;                      // shares; of `replace`: of the new order, all of it
  Side side;
  std::uint8_t flags;  // CommandFlag
  std::uint16_t stamp_2;
  std::int64_t price_e9;  // 1e-9 of the quote currency; price_null: a market order, or a cancel
  TimeInForce time_in_force;
  std::uint8_t display;   // display_all, display_none, or round lots
  std::uint8_t strategy;  // who decided: an index into the configuration's strategies
  std::uint8_t account;   // for whom: an index into the configuration's accounts
  Venue venue;
  std::uint8_t channel;  // the order session, an index into the configuration's sessions
  std::uint16_t stamp_3;
};

}  // namespace hft::record

HFT_LAYOUT(hft::record::OrderCommand, 64, event_time_ns, instrument, kind, action, stamp_0,
           receive_time_ns, sequence_number, sequence_number_high, stamp_1, client_order_id,
           original_client_order_id, size, side, flags, stamp_2, price_e9, time_in_force, display,
           strategy, account, venue, channel, stamp_3);
