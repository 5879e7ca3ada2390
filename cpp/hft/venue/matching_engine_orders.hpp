// Inputs of owners: enter, replace, cancel, modify (rules 3 to 5 and 11 to 14). Included by
// matching_engine.hpp.
#pragma once

#include "hft/venue/matching_engine.hpp"

namespace hft::venue {

template <class Sink>
auto MatchingEngine<Sink>::refusal_of_instrument(std::uint32_t instrument) const noexcept
    -> Reason {
  if (instrument >= instruments_.size()) return RejectReason::bad_instrument;
  if (!open_) return RejectReason::closed;
  if (instruments_[instrument].halted()) return RejectReason::halted;
  return {};
}

/// Size, terms and price; fills `asked` where they are good.
template <class Sink>
auto MatchingEngine<Sink>::check_terms(const OrderTerms& terms, PriceGrid grid,
                                       Asked& asked) noexcept -> Reason {
  if (terms.size == 0 || terms.size >= size_limit) return RejectReason::bad_size;
  if (terms.side != record::Side::bid && terms.side != record::Side::ask) {
    return RejectReason::bad_terms;
  }
  const bool market = terms.price_e9 == record::price_null;
  const bool for_cross = terms.cross != Cross::none;
  const bool immediate = terms.time_in_force == record::TimeInForce::immediate;
  if (terms.post_only && (market || immediate || terms.display_size == 0 || for_cross)) {
    return RejectReason::bad_terms;
  }
  PriceUnits price = market_price;
  if (!market) {
    if (terms.price_e9 <= 0 || terms.price_e9 > price_max_e9) return RejectReason::bad_price;
    price = static_cast<PriceUnits>(terms.price_e9 / price_unit_e9);
    if (price * price_unit_e9 != terms.price_e9 || !grid.holds(price)) {
      return RejectReason::bad_price;
    }
  }
  asked = {terms.size, price, for_cross ? 0 : terms.display_size, terms.time_in_force,
           terms.post_only};
  return {};
}

/// Rule 9: moves the price of a post-only order that would take, or refuses it.
template <class Sink>
auto MatchingEngine<Sink>::place_post_only(const InstrumentState& instrument, std::uint32_t index,
                                           record::Side side, Asked& asked) const noexcept
    -> Reason {
  if (!asked.post_only || instrument.state != TradingState::trading) return {};
  const PriceUnits contra = books_.best_price(index, other_side(side));
  if (contra == 0 || !meets(side, asked.price, contra)) return {};
  if (config_.post_only == PostOnlyRule::reject) return RejectReason::post_only;
  const PriceGrid grid = instrument.grid;
  const PriceUnits moved = side == record::Side::bid ? grid.below(contra) : grid.above(contra);
  if (!grid.holds(moved)) return RejectReason::post_only;
  asked.price = moved;
  return {};
}

template <class Sink>
Verdict MatchingEngine<Sink>::reject(std::uint32_t owner, std::uint64_t token,
                                     const OrderTerms& terms, RejectReason reason) noexcept {
  out_.rejected(owner, token, terms, reason);
  return Verdict::rejected;
}

template <class Sink>
void MatchingEngine<Sink>::apply_terms(RestingOrder& order, const Asked& asked) noexcept {
  order.price = asked.price;
  order.display_size = asked.display_size;
  order.time_in_force = asked.time_in_force;
  const bool displays =
      order.ladder == Ladder::book && !never_rests(asked.price, asked.time_in_force);
  order.shown = displays ? std::min(asked.display_size, order.open) : 0;
}

template <class Sink>
Verdict MatchingEngine<Sink>::enter(std::uint64_t time_ns, std::uint32_t owner, std::uint64_t token,
                                    const OrderTerms& terms) noexcept {
  if (owner >= config_.max_owners) return Verdict::bad_owner;
  if (books_.find(owner, token) != no_slot) return Verdict::duplicate_token;
  out_.begin(time_ns);
  Asked asked;
  Reason reason = refusal_of_instrument(terms.instrument);
  if (!reason) reason = check_terms(terms, instruments_[terms.instrument].grid, asked);
  if (!reason) {
    InstrumentState& instrument = instruments_[terms.instrument];
    if (!instrument.takes(terms.cross)) {
      reason = RejectReason::wrong_cross;
    } else if (books_.orders.full()) {
      reason = RejectReason::full;
    } else {
      reason = place_post_only(instrument, terms.instrument, terms.side, asked);
    }
  }
  if (reason) return reject(owner, token, terms, *reason);
  RestingOrder order{};
  order.token = token;
  order.order_id = next_.order_id++;
  order.owner = owner;
  order.open = asked.size;
  order.instrument = static_cast<std::uint16_t>(terms.instrument);
  order.side = terms.side;
  order.ladder = ladder_of(terms.cross);
  apply_terms(order, asked);
  out_.accepted(order);
  trade_and_rest(books_.add(order));
  return Verdict::done;
}

/// An order that rests nowhere: matches where its instrument is trading, and comes to rest.
template <class Sink>
void MatchingEngine<Sink>::trade_and_rest(Slot slot) noexcept {
  const RestingOrder& order = books_.orders[slot];
  InstrumentState& instrument = instrument_of(order);
  if (order.ladder == Ladder::book && instrument.state == TradingState::trading) {
    if (!matcher_.take(slot, instrument.reference)) return;
  }
  matcher_.rest(slot);
}

template <class Sink>
Verdict MatchingEngine<Sink>::replace(std::uint64_t time_ns, std::uint32_t owner,
                                      std::uint64_t token, std::uint64_t new_token,
                                      const ReplaceTerms& terms) noexcept {
  if (owner >= config_.max_owners) return Verdict::bad_owner;
  const Slot slot = books_.find(owner, token);
  if (slot == no_slot) return Verdict::unknown_order;
  if (books_.find(owner, new_token) != no_slot) return Verdict::duplicate_token;
  out_.begin(time_ns);
  return replace_order(slot, new_token, terms);
}

template <class Sink>
Verdict MatchingEngine<Sink>::replace_order(Slot slot, std::uint64_t new_token,
                                            const ReplaceTerms& terms) noexcept {
  RestingOrder& order = books_.orders[slot];
  const InstrumentState& instrument = instrument_of(order);
  const bool for_cross = order.ladder != Ladder::book;
  const OrderTerms whole{order.instrument,    order.side,
                         terms.size,          terms.price_e9,
                         terms.time_in_force, terms.display_size,
                         terms.post_only,     for_cross ? Cross::opening : Cross::none};
  Reason refused = refusal_of_instrument(order.instrument);
  if (!refused && frozen(order)) refused = RejectReason::wrong_cross;
  if (refused) return reject(order.owner, new_token, whole, *refused);
  Asked asked;
  const std::uint32_t open = open_after(order, terms.size);
  if (check_terms(whole, instrument.grid, asked) || open == 0) {
    matcher_.cancel(slot, CancelReason::user);
    return Verdict::done;
  }
  refused = place_post_only(instrument, order.instrument, order.side, asked);
  if (refused) return reject(order.owner, new_token, whole, *refused);
  const bool immediate = !for_cross && asked.time_in_force == record::TimeInForce::immediate;
  if (asked.price == order.price && asked.display_size == order.display_size && !immediate &&
      open <= order.open) {
    order.time_in_force = asked.time_in_force;
    keep_place(slot, new_token, terms, open);
  } else {
    take_new_place(slot, new_token, asked, open);
  }
  return Verdict::done;
}

/// Takes shares from a resting order, its reserve first; returns by how much what is shown shrinks.
template <class Sink>
std::uint32_t MatchingEngine<Sink>::shrink(Slot slot, std::uint32_t open) noexcept {
  RestingOrder& order = books_.orders[slot];
  books_.reduce(slot, order.open - open);
  const std::uint32_t hidden_away = order.shown > open ? order.shown - open : 0;
  order.shown -= hidden_away;
  return hidden_away;
}

template <class Sink>
void MatchingEngine<Sink>::keep_place(Slot slot, std::uint64_t new_token, const ReplaceTerms& terms,
                                      std::uint32_t open) noexcept {
  const RestingOrder& order = books_.orders[slot];
  const std::uint64_t old_token = order.token;
  books_.rename(slot, new_token);
  const std::uint32_t hidden_away = shrink(slot, open);
  out_.replaced(order, old_token, terms.size);
  if (hidden_away != 0) out_.book_cancel(order, hidden_away);
}

template <class Sink>
void MatchingEngine<Sink>::take_new_place(Slot slot, std::uint64_t new_token, const Asked& asked,
                                          std::uint32_t open) noexcept {
  RestingOrder& order = books_.orders[slot];
  const std::uint64_t old_token = order.token, old_id = order.order_id;
  const bool was_displayed = !order.hidden();
  books_.unlink(slot);
  books_.rename(slot, new_token);
  order.order_id = next_.order_id++;
  order.open = open;
  apply_terms(order, asked);
  out_.replaced(order, old_token, asked.size);
  if (!was_displayed) return trade_and_rest(slot);
  const InstrumentState& instrument = instrument_of(order);
  const PriceUnits contra = books_.best_price(order.instrument, other_side(order.side));
  const bool meets_someone = instrument.state == TradingState::trading && contra != 0 &&
                             meets(order.side, order.price, contra);
  if (order.shown != 0 && !meets_someone && matcher_.show_and_link(slot)) {
    out_.book_replace(order, old_id);
    return;
  }
  out_.book_delete(order.instrument, old_id);
  trade_and_rest(slot);
}

template <class Sink>
Verdict MatchingEngine<Sink>::cancel(std::uint64_t time_ns, std::uint32_t owner,
                                     std::uint64_t token, std::uint32_t size) noexcept {
  if (owner >= config_.max_owners) return Verdict::bad_owner;
  const Slot slot = books_.find(owner, token);
  if (slot == no_slot) return Verdict::unknown_order;
  RestingOrder& order = books_.orders[slot];
  const std::uint32_t open = open_after(order, size);
  if (open >= order.open) return Verdict::without_effect;
  out_.begin(time_ns);
  if (frozen(order)) return cancel_frozen(order, open);
  if (open == 0) {
    matcher_.cancel(slot, CancelReason::user);
    return Verdict::done;
  }
  const std::uint32_t gone = order.open - open;
  const std::uint32_t hidden_away = shrink(slot, open);
  out_.cancelled(order, gone, CancelReason::user);
  if (hidden_away != 0) out_.book_cancel(order, hidden_away);
  return Verdict::done;
}

template <class Sink>
Verdict MatchingEngine<Sink>::cancel_frozen(RestingOrder& order, std::uint32_t open) noexcept {
  if (open == 0 ? order.told_pending : order.told_rejected) return Verdict::without_effect;
  if (open == 0) {
    order.told_pending = true;
    out_.cancel_refused(EventKind::cancel_pending, order);
  } else {
    order.told_rejected = true;
    out_.cancel_refused(EventKind::cancel_rejected, order);
  }
  return Verdict::done;
}

template <class Sink>
Verdict MatchingEngine<Sink>::modify(std::uint64_t time_ns, std::uint32_t owner,
                                     std::uint64_t token, std::uint32_t size) noexcept {
  if (owner >= config_.max_owners) return Verdict::bad_owner;
  const Slot slot = books_.find(owner, token);
  if (slot == no_slot) return Verdict::unknown_order;
  RestingOrder& order = books_.orders[slot];
  if (frozen(order)) return Verdict::wrong_state;
  const std::uint32_t open = open_after(order, size);
  if (size >= size_limit || open == 0 || open == order.open) return Verdict::without_effect;
  if (open > order.open && (!open_ || instrument_of(order).halted())) return Verdict::wrong_state;
  out_.begin(time_ns);
  if (open > order.open) {
    grow(slot, open, size);
    return Verdict::done;
  }
  const std::uint32_t hidden_away = shrink(slot, open);
  out_.modified(order, order.order_id, size);
  if (hidden_away != 0) out_.book_cancel(order, hidden_away);
  return Verdict::done;
}

template <class Sink>
void MatchingEngine<Sink>::grow(Slot slot, std::uint32_t open, std::uint32_t size) noexcept {
  RestingOrder& order = books_.orders[slot];
  const std::uint64_t old_id = order.order_id;
  books_.unlink(slot);
  order.order_id = next_.order_id++;
  order.open = open;
  const bool rests = matcher_.show_and_link(slot);
  out_.modified(order, old_id, size);
  if (rests && !order.hidden()) out_.book_replace(order, old_id);
  if (rests) return;
  if (!order.hidden()) out_.book_delete(order.instrument, old_id);
  matcher_.drop(slot, CancelReason::system);
}

template <class Sink>
std::uint32_t MatchingEngine<Sink>::cancel_all(std::uint64_t time_ns, std::uint32_t owner,
                                               CancelReason reason) noexcept {
  if (owner >= config_.max_owners) return 0;
  out_.begin(time_ns);
  std::uint32_t cancelled = 0;
  const auto of_owner = [owner](const RestingOrder& order) { return order.owner == owner; };
  for (const Slot slot : books_.orders.find_all(of_owner)) {
    RestingOrder& order = books_.orders[slot];
    if (frozen(order)) {
      cancel_frozen(order, 0);
    } else {
      matcher_.cancel(slot, reason);
      ++cancelled;
    }
  }
  return cancelled;
}

}  // namespace hft::venue
