// A cross: one price for an instrument's whole book and the orders for the cross (rules 18, 19).
#pragma once

#include <algorithm>

#include "hft/venue/auction.hpp"
#include "hft/venue/matcher.hpp"

namespace hft::venue {

inline constexpr Ladder ladder_of(Cross cross) noexcept {
  switch (cross) {
    case Cross::opening: return Ladder::opening;
    case Cross::closing: return Ladder::closing;
    case Cross::halt: return Ladder::halt;
    case Cross::none: break;
  }
  return Ladder::book;
}

inline constexpr Liquidity liquidity_of(Cross cross) noexcept {
  if (cross == Cross::opening) return Liquidity::opening_cross;
  return cross == Cross::closing ? Liquidity::closing_cross : Liquidity::halt_cross;
}

/// Adds all open orders of one of an instrument's books.
inline void add_to_auction(Auction& auction, const PriceLevels& levels, std::uint32_t instrument,
                           Ladder ladder) noexcept {
  for (const record::Side side : {record::Side::bid, record::Side::ask}) {
    for (const auto& [key, level] : levels.entries(levels.side_index(instrument, ladder, side))) {
      auction.add(side, price_of(side, key), levels[level].size);
    }
  }
}

template <class Sink>
class CrossRun {
 public:
  CrossRun(VenueBooks& books, Matcher<Sink>& matcher, EventWriter<Sink>& out, Counters& next,
           std::uint32_t instrument, Cross cross) noexcept
      : books_(books),
        matcher_(matcher),
        out_(out),
        next_(next),
        instrument_(instrument),
        cross_(cross) {}

  /// Matches what `at` allows, tells of it, and cancels what is left of the orders for the cross.
  void run(const AuctionPrice& at) noexcept {
    for (std::uint64_t left = at.executed; left > 0;) left -= match(at.price, left);
    const std::int64_t price_e9 = at.price * price_unit_e9;
    out_.cross_trade(instrument_, next_.match_number++, at.executed, price_e9, cross_);
    for (const record::Side side : {record::Side::bid, record::Side::ask}) {
      while (true) {
        const Slot left = books_.front(instrument_, ladder_of(cross_), side);
        if (left == no_slot) break;
        matcher_.cancel(left, CancelReason::system);
      }
    }
  }

 private:
  /// Of the book and the orders for the cross: the best price, displayed, for the cross, hidden.
  Slot front(record::Side side) const noexcept {
    const PriceLevels& levels = books_.levels;
    const auto best = [&](Ladder ladder) {
      return levels.best(levels.side_index(instrument_, ladder, side));
    };
    const std::uint32_t in_book = best(Ladder::book), in_cross = best(ladder_of(cross_));
    if (in_cross == no_level) return levels[in_book].front();
    if (in_book == no_level) return levels[in_cross].front();
    const Level& book = levels[in_book];
    const Level& cross = levels[in_cross];
    if (book.key != cross.key) return (book.key > cross.key ? book : cross).front();
    return book.shown.first != no_slot ? book.shown.first : cross.front();
  }

  std::uint32_t match(PriceUnits price, std::uint64_t left) noexcept {
    const Slot slots[] = {front(record::Side::bid), front(record::Side::ask)};
    std::uint64_t size = left;
    for (const Slot slot : slots) {
      size = std::min<std::uint64_t>(size, books_.orders[slot].offered());
    }
    const Match match{next_.match_number++, static_cast<std::uint32_t>(size), price};
    for (const Slot slot : slots) {
      matcher_.give(slot, match.size);
      out_.executed(books_.orders[slot], match, liquidity_of(cross_));
    }
    for (const Slot slot : slots) {
      if (!books_.orders[slot].hidden()) out_.book_execute(books_.orders[slot], match, false);
    }
    for (const Slot slot : slots) matcher_.settle(slot);
    return match.size;
  }

  VenueBooks& books_;
  Matcher<Sink>& matcher_;
  EventWriter<Sink>& out_;
  Counters& next_;
  std::uint32_t instrument_;
  Cross cross_;
};

}  // namespace hft::venue
