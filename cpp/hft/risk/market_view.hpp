// What the gate knows of an instrument and of its venue's feed: touch, states, gaps, mark.
#pragma once

#include <cstdint>

#include "hft/record/instrument_event.hpp"
#include "hft/record/touch.hpp"
#include "hft/risk/limit.hpp"
#include "hft/risk/saturating.hpp"

namespace hft::risk {

struct VenueState {
  std::uint64_t last_seen_ns = 0;
  std::uint32_t gaps = 0;
  char system_state = 0;

  bool is_in_session() const noexcept {
    return system_state == 'S' || system_state == 'Q' || system_state == 'M';
  }
};

struct alignas(64) MarketView {
  std::int64_t bid_price_e9 = record::price_null;
  std::int64_t ask_price_e9 = record::price_null;
  std::int64_t mark_e9 = 0;  // 0: none
  std::uint64_t touch_time_ns = 0;
  std::int64_t price_unit_e9 = 0;
  std::uint32_t round_lot_size = 0;
  std::uint32_t seen_gaps = 0;
  std::uint8_t venue = 0;
  std::uint8_t category_bit = category_bit_other;
  char trading_state = 0;
  char short_sale_state = 0;
  bool is_named = false;
  bool has_touch = false;
  bool is_flagged = false;  // the last touch was of a suspect book
  bool is_halted = false;   // operationally
  bool is_ours = false;     // something of ours was ever here: touches revalue it

  /// A letter that says anything: trading, quotation only, halted, paused.
  bool has_trading_state() const noexcept {
    return trading_state == 'T' || trading_state == 'Q' || is_stopped();
  }
  bool is_stopped() const noexcept { return trading_state == 'H' || trading_state == 'P'; }
  bool is_short_restricted() const noexcept {
    return short_sale_state == '1' || short_sale_state == '2';
  }
  bool is_suspect(const VenueState& state) const noexcept {
    return is_flagged || seen_gaps != state.gaps;
  }

  void take(const record::Touch& touch, std::uint64_t now_ns, std::uint32_t gaps) noexcept {
    bid_price_e9 = touch.bid_price_e9;
    ask_price_e9 = touch.ask_price_e9;
    touch_time_ns = now_ns;
    has_touch = true;
    if (touch.trading_state != 0) trading_state = touch.trading_state;
    is_flagged = (touch.flags & record::flag_book_suspect) != 0;
    if (!is_flagged) seen_gaps = gaps;
  }

  void take(const record::InstrumentEvent& event) noexcept {
    is_named = true;
    venue = static_cast<std::uint8_t>(event.venue);
    const char letter = event.market_category;
    category_bit = static_cast<std::uint8_t>(
        letter >= 'A' && letter <= 'Z' ? static_cast<unsigned>(letter - 'A') : category_bit_other);
    round_lot_size = event.round_lot_size;
    price_unit_e9 = event.price_unit_e9;
  }

  /// A new session of the venue: all is forgotten but the venue and the mark.
  void forget() noexcept {
    const std::uint8_t venue_kept = venue;
    const std::int64_t mark_kept = mark_e9;
    const bool is_ours_kept = is_ours;
    *this = {};
    is_ours = is_ours_kept;
    venue = venue_kept;
    mark_e9 = mark_kept;
  }
};

}  // namespace hft::risk
