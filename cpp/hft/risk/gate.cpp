// What the gate takes in of the market: touches, states, names.
#include "hft/risk/gate.hpp"

#include <utility>

namespace hft::risk {

using record::StatusAction;

Gate::Gate(const GateConfig& config, SharedState shared)
    : config_(config),
      shared_(std::move(shared)),
      instrument_limits_(shared_.instrument_limits()),
      verdict_counts_(shared_.verdict_counts()),
      instruments_(config.all_instruments()),
      merged_(config.strategies),
      kill_switch_(config, shared_.switches()),
      positions_(config, shared_),
      orders_(config.max_orders),
      executions_(config.max_executions),
      sessions_(config.sessions),
      repeat_windows_(config.strategies),
      message_windows_(config.actors()) {
  merge_limits();
}

/// All lines that the checks of an order ask for, at once: their misses then overlap.
void Gate::prefetch(std::size_t place) const noexcept {
  const auto lines = [](const auto& block) {
    const char* const bytes = reinterpret_cast<const char*>(&block);
    for (std::size_t at = 0; at < sizeof block; at += 64) hft::prefetch(bytes + at);
  };
  lines(instruments_[place]);
  lines(instrument_limits_[place]);
  positions_.prefetch(place);
}

void Gate::set_mark(std::size_t place, std::int64_t mark_e9) noexcept {
  std::int64_t& mark = instruments_[place].market.mark_e9;
  if (mark == mark_e9) return;
  const std::int64_t old_mark = std::exchange(mark, mark_e9);
  if (!instruments_[place].market.is_ours) return;
  shared_.shared_instruments()[place].mark_e9 = mark_e9;
  positions_.revalue(place, old_mark, mark_e9);
}

void Gate::on_touch(const record::Touch& touch) noexcept {
  tell_time(touch.receive_time_ns);
  VenueState& venue = venues_[static_cast<std::uint8_t>(touch.venue)];
  venue.last_seen_ns = now_ns_;
  const std::size_t place = place_of(touch.instrument);
  if (place == no_place) return;
  MarketView& market = instruments_[place].market;
  market.take(touch, now_ns_, venue.gaps);
  if (market.is_ours) prefetch(place);  // what is quoted is quoted again
  if ((touch.flags & record::flag_book_suspect) != 0) return;
  if (!is_given(touch.bid_price_e9) || !is_given(touch.ask_price_e9)) return;
  set_mark(place, midpoint(touch.bid_price_e9, touch.ask_price_e9));
}

void Gate::on_instrument(const record::InstrumentEvent& event) noexcept {
  tell_time(event.receive_time_ns);
  venues_[static_cast<std::uint8_t>(event.venue)].last_seen_ns = now_ns_;
  const std::size_t place = place_of(event.instrument);
  if (place == no_place) return;
  instruments_[place].market.take(event);
  shared_.shared_instruments()[place].symbol = event.symbol;
  set_ticks(place);
}

void Gate::on_status(const record::StatusEvent& status) noexcept {
  tell_time(status.receive_time_ns);
  const auto venue_number = static_cast<std::uint8_t>(status.venue);
  VenueState& venue = venues_[venue_number];
  venue.last_seen_ns = now_ns_;
  const std::size_t place = place_of(status.instrument);
  MarketView* const market = place == no_place ? nullptr : &instruments_[place].market;
  switch (status.action) {
    case StatusAction::none: return;
    case StatusAction::system: venue.system_state = status.state; return;
    case StatusAction::session_end: venue.system_state = 0; return;
    case StatusAction::late_start:
    case StatusAction::gap: ++venue.gaps; return;
    case StatusAction::session_start: return begin_session(venue_number);
    case StatusAction::trading:
      if (market != nullptr) market->trading_state = status.state;
      return;
    case StatusAction::operational_halt:
      if (market != nullptr) market->is_halted = status.state == 'H';
      return;
    case StatusAction::short_sale:
      if (market != nullptr) market->short_sale_state = status.state;
      return;
  }
}

void Gate::begin_session(std::uint8_t venue) noexcept {
  venues_[venue].system_state = 0;
  venues_[venue].gaps = 0;
  for (Instrument& instrument : instruments_) {
    if (instrument.market.venue == venue) instrument.market.forget();
  }
}

}  // namespace hft::risk
