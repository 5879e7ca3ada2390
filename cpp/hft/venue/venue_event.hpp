// VenueEvent: all that the simulated exchange says, as one flat struct for both of its publishers.
//
// Events up to `cancel_rejected` go to the owner of an order (order entry), those from `book_add`
// on to everyone (the feed); docs/venues/simulated-exchange.md says when each is made. The order of
// the events is the order in which the venue did things, and the only one.
#pragma once

#include <cstdint>

#include "hft/base/layout.hpp"
#include "hft/record/record.hpp"

namespace hft::venue {

enum class EventKind : std::uint8_t {
  none,
  // To the owner. owner, token, order_id, instrument and side are always there.
  accepted,         // price_e9: accepted, maybe other than asked; size, open, shown
  rejected,         // code: RejectReason; the token was never live (order_id is 0)
  replaced,         // token, order_id: the new ones; original: the token that left; as accepted
  modified,         // size: all of the order, the executed part included; open, shown
  executed,         // match_number, size, price_e9; code: Liquidity; open: what is left
  cancelled,        // size: shares that left; code: CancelReason; open: what is left
                    // self_match: prevented shares and their price in `prevented`, `price_e9`
  restated,         // a reserve order shows a new part; order_id: new, original: the old one; shown
  cancel_pending,   // the cancel waits for the end of the cross
  cancel_rejected,  // an order of a late cross cannot be reduced
  // To everyone. instrument is always there.
  book_add,        // order_id, side, size, price_e9: a displayed order joins its level's tail
  book_execute,    // order_id, size, match_number, price_e9; not flag_printable: part of a cross
  book_cancel,     // order_id, size: some of it leaves, the rest keeps its place
  book_delete,     // order_id: all of it leaves
  book_replace,    // original: the order_id that leaves; order_id, size, price_e9: takes its side
  trade,           // a hidden order was executed: side of that order, size, price_e9, match_number
  cross_trade,     // size (all of the cross), price_e9, match_number; code: Cross
  trading_status,  // code: TradingState
};

inline constexpr EventKind last_owner_event = EventKind::cancel_rejected;

// The letters are those of OUCH 4.2 where it has one.
enum class RejectReason : char {
  halted = 'H',
  bad_instrument = 'S',
  bad_price = 'X',  // not positive, not on the tick grid, or too large
  bad_size = 'Z',   // 0, or 1'000'000 and more
  closed = 'C',
  wrong_cross = 'R',  // this cross is late, done, or not of this state
  bad_terms = 'D',    // terms that contradict each other
  post_only = 'P',    // would take liquidity, and the venue is set to reject (own letter)
  full = 'O',         // as many live orders as configured
};

enum class CancelReason : char {
  user = 'U',
  immediate = 'I',  // the rest of an order that does not rest
  timeout = 'T',    // its time in force has ended
  supervisory = 'S',
  self_match = 'Q',
  system = 'Z',  // cannot rest: the level or the book is full; or left over from a cross
};

enum class Liquidity : char {
  added = 'A',
  removed = 'R',
  added_hidden = 'J',
  opening_cross = 'O',
  closing_cross = 'C',
  halt_cross = 'H',
};

enum class TradingState : char { trading = 'T', halted = 'H', paused = 'P', quotation = 'Q' };

enum class Cross : char { none = 'N', opening = 'O', closing = 'C', halt = 'H' };

/// Bits of a VenueEvent's `flags`.
enum EventFlag : std::uint8_t { flag_printable = 1 };

struct VenueEvent {
  std::uint64_t time_ns;       // as given with the input
  std::uint64_t order_id;      // the venue's; 0 where no order is meant
  std::uint64_t original;      // what a replace or a restatement takes the place of
  std::uint64_t token;         // the owner's
  std::uint64_t match_number;  // unique in the day; the two sides of a match share it
  std::uint64_t size;          // shares
  std::int64_t price_e9;       // price_null: a market order, or none
  std::uint32_t owner;
  std::uint32_t instrument;
  std::uint32_t open;       // shares that may still trade after this event
  std::uint32_t shown;      // of these, displayed now
  std::uint32_t prevented;  // shares that a self-match option kept from trading
  EventKind kind;
  record::Side side;
  char code;
  std::uint8_t flags;
};

}  // namespace hft::venue

HFT_LAYOUT(hft::venue::VenueEvent, 80, time_ns, order_id, original, token, match_number, size,
           price_e9, owner, instrument, open, shown, prevented, kind, side, code, flags);
