// Inputs of the venue's own day: states, freezes, crosses, expiry (rules 15 to 20). Included by
// matching_engine.hpp.
#pragma once

#include <algorithm>
#include <utility>

#include "hft/venue/matching_engine.hpp"

namespace hft::venue {

template <class Sink>
void MatchingEngine<Sink>::enter_state(std::uint32_t instrument, TradingState state) noexcept {
  InstrumentState& of = instruments_[instrument];
  if (of.state == state) return;
  of.state = state;
  out_.trading_status(instrument, state);
}

template <class Sink>
bool MatchingEngine<Sink>::needs_halt_cross(std::uint32_t instrument) const noexcept {
  for (const record::Side side : {record::Side::bid, record::Side::ask}) {
    if (books_.front(instrument, Ladder::halt, side) != no_slot) return true;
  }
  const PriceUnits bid = books_.best_price(instrument, record::Side::bid);
  const PriceUnits ask = books_.best_price(instrument, record::Side::ask);
  return bid != 0 && ask != 0 && bid >= ask;
}

template <class Sink>
Verdict MatchingEngine<Sink>::set_state(std::uint64_t time_ns, std::uint32_t instrument,
                                        TradingState state) noexcept {
  if (instrument >= instruments_.size()) return Verdict::bad_instrument;
  if (instruments_[instrument].state == state) return Verdict::without_effect;
  out_.begin(time_ns);
  if (state == TradingState::trading && needs_halt_cross(instrument)) {
    enter_state(instrument, TradingState::quotation);
    run_cross(instrument, Cross::halt);
  } else {
    enter_state(instrument, state);
  }
  return Verdict::done;
}

template <class Sink>
Verdict MatchingEngine<Sink>::freeze(std::uint32_t instrument, Cross cross) noexcept {
  if (instrument >= instruments_.size()) return Verdict::bad_instrument;
  if (cross == Cross::none) return Verdict::wrong_state;
  CrossPhase& phase = instruments_[instrument].phase(cross);
  if (phase == CrossPhase::done) return Verdict::wrong_state;
  if (phase == CrossPhase::frozen) return Verdict::without_effect;
  phase = CrossPhase::frozen;
  return Verdict::done;
}

template <class Sink>
Verdict MatchingEngine<Sink>::cross(std::uint64_t time_ns, std::uint32_t instrument,
                                    Cross cross) noexcept {
  if (instrument >= instruments_.size()) return Verdict::bad_instrument;
  InstrumentState& of = instruments_[instrument];
  if (cross == Cross::none || of.halted() || of.phase(cross) == CrossPhase::done ||
      (cross == Cross::halt && of.state != TradingState::quotation)) {
    return Verdict::wrong_state;
  }
  out_.begin(time_ns);
  run_cross(instrument, cross);
  return Verdict::done;
}

template <class Sink>
void MatchingEngine<Sink>::run_cross(std::uint32_t instrument, Cross cross) noexcept {
  InstrumentState& of = instruments_[instrument];
  const AuctionPrice at = auction(instrument, cross, true);
  CrossRun<Sink>(books_, matcher_, out_, next_, instrument, cross).run(at);
  if (at.price != 0) of.reference = at.price;
  of.phase(cross) = cross == Cross::halt ? CrossPhase::open : CrossPhase::done;
  enter_state(instrument, TradingState::trading);
}

template <class Sink>
AuctionPrice MatchingEngine<Sink>::auction(std::uint32_t instrument, Cross cross,
                                           bool with_book) noexcept {
  const InstrumentState& of = instruments_[instrument];
  auction_.clear();
  if (with_book) add_to_auction(auction_, books_.levels, instrument, Ladder::book);
  add_to_auction(auction_, books_.levels, instrument, ladder_of(cross));
  return auction_.find(of.grid, of.reference);
}

template <class Sink>
Indication MatchingEngine<Sink>::indication(std::uint32_t instrument, Cross cross) noexcept {
  Indication out;
  if (instrument >= instruments_.size() || cross == Cross::none) return out;
  const AuctionPrice near = auction(instrument, cross, true);
  const AuctionPrice far = auction(instrument, cross, false);
  out.reference_price_e9 = instruments_[instrument].reference * price_unit_e9;
  out.near_price_e9 = near.price * price_unit_e9;
  out.far_price_e9 = far.price * price_unit_e9;
  out.paired = near.executed;
  if (near.bids > near.asks) out.side = record::Side::bid;
  if (near.asks > near.bids) out.side = record::Side::ask;
  out.imbalance = std::max(near.bids, near.asks) - near.executed;
  return out;
}

template <class Sink>
std::uint32_t MatchingEngine<Sink>::expire(std::uint64_t time_ns,
                                           record::TimeInForce time_in_force) noexcept {
  out_.begin(time_ns);
  const auto of_time = [&](const RestingOrder& order) {
    return order.time_in_force == time_in_force;
  };
  const std::span<const Slot> expired = books_.orders.find_all(of_time);
  for (const Slot slot : expired) matcher_.cancel(slot, CancelReason::timeout);
  return static_cast<std::uint32_t>(expired.size());
}

template <class Sink>
void MatchingEngine<Sink>::add_displayed(book::Digest& digest, record::Side side,
                                         const Level& level) const {
  std::uint64_t size = 0, count = 0;
  const auto for_each = [&](auto&& visit) {
    for (Slot at = level.shown.first; at != no_slot; at = books_.orders[at].next) {
      visit(books_.orders[at]);
    }
  };
  for_each([&](const RestingOrder& order) { size += order.shown, ++count; });
  digest.add(static_cast<std::uint64_t>(to_price_e9(price_of(side, level.key))));
  digest.add(size);
  digest.add(count);
  for_each([&](const RestingOrder& order) { digest.add(order.order_id), digest.add(order.shown); });
}

template <class Sink>
std::uint64_t MatchingEngine<Sink>::displayed_digest() const {
  book::Digest digest;
  for (std::uint32_t instrument = 0; instrument < instruments_.size(); ++instrument) {
    bool named = false;
    for (const record::Side side : {record::Side::bid, record::Side::ask}) {
      // A book without displayed orders is left out; of any other, both sides are named.
      const auto any = [&](record::Side of) {
        for (const auto& entry : entries_of(instrument, of)) {
          if (books_.levels[entry.level].shown.first != no_slot) return true;
        }
        return false;
      };
      if (!named && !any(record::Side::bid) && !any(record::Side::ask)) break;
      if (!std::exchange(named, true)) digest.add(instrument);
      digest.add(static_cast<std::uint64_t>(side));
      const auto entries = entries_of(instrument, side);
      for (std::size_t i = entries.size(); i-- > 0;) {
        const Level& level = books_.levels[entries[i].level];
        if (level.shown.first != no_slot) add_displayed(digest, side, level);
      }
    }
  }
  return digest.value();
}

}  // namespace hft::venue
