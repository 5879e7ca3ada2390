// What the engine keeps of each instrument besides its books: grid, state, phases of its crosses.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "hft/base/error.hpp"
#include "hft/venue/cross_run.hpp"
#include "hft/venue/price_grid.hpp"

namespace hft::venue {

enum class CrossPhase : std::uint8_t { open, frozen, done };

struct InstrumentState {
  PriceGrid grid;
  PriceUnits reference;  // of the last match, or as given; 0: none
  TradingState state = TradingState::trading;
  std::array<CrossPhase, ladder_count> phases{};  // by Ladder

  CrossPhase& phase(Cross cross) noexcept {
    return phases[static_cast<std::size_t>(ladder_of(cross))];
  }
  bool halted() const noexcept {
    return state == TradingState::halted || state == TradingState::paused;
  }
  /// Whether orders for this cross are accepted.
  bool takes(Cross cross) noexcept {
    if (cross == Cross::none) return true;
    if (cross == Cross::halt && state != TradingState::quotation) return false;
    return phase(cross) == CrossPhase::open;
  }
};

/// The state of a new instrument, or hft::Error naming what is impossible.
inline InstrumentState make_instrument(const InstrumentTerms& terms) {
  const std::int64_t tick = terms.tick_e9 / price_unit_e9;
  if (terms.tick_e9 <= 0 || terms.tick_e9 % price_unit_e9 != 0 || one_dollar % tick != 0) {
    throw Error("instrument: tick_e9", std::to_string(terms.tick_e9) + " does not divide 1 USD",
                "give a multiple of 100'000 such as 10'000'000, one cent");
  }
  const PriceGrid grid(static_cast<PriceUnits>(tick));
  const std::int64_t reference = terms.reference_price_e9;
  const bool on_unit =
      reference >= 0 && reference <= price_max_e9 && reference % price_unit_e9 == 0;
  const auto units = static_cast<PriceUnits>(on_unit ? reference / price_unit_e9 : 0);
  if (reference != 0 && !grid.holds(units)) {
    throw Error("instrument: reference_price_e9", std::to_string(reference) + " is not on the grid",
                "give 0 or a multiple of the tick");
  }
  return {grid, units};
}

}  // namespace hft::venue
