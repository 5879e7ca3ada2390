// The checks, in the order of docs/risk.md: first who and whether at all, then the order alone,
// then the order beside all others, and the rates last, for only what would pass counts in them.
#include <algorithm>

#include "hft/risk/gate.hpp"

namespace hft::risk {

using record::CommandAction;
using record::OrderCommand;
using record::Side;
using record::TimeInForce;

namespace {

constexpr std::uint8_t unknown_flag = 128;
constexpr std::int64_t one_currency_unit_e9 = 1'000'000'000;

bool has(const OrderCommand& command, std::uint8_t flag) noexcept {
  return (command.flags & flag) != 0;
}

bool excludes_itself(const OrderCommand& command) noexcept {
  const bool is_market = has(command, record::command_market);
  const bool is_immediate = command.time_in_force == TimeInForce::immediate;
  if (has(command, unknown_flag) || command.time_in_force > TimeInForce::extended) return true;
  if (has(command, record::command_post_only) && (is_market || is_immediate)) return true;
  if (has(command, record::command_opening_cross) && has(command, record::command_closing_cross)) {
    return true;
  }
  return has(command, record::command_short_sale) && command.side == Side::bid;
}

/// The bits of `order_kinds` that the order needs.
std::int64_t kinds_of(const OrderCommand& command) noexcept {
  unsigned kinds = command.flags & ~unsigned{record::command_market};
  kinds |= 1u << (kind_bit_of_time_in_force + static_cast<unsigned>(command.time_in_force));
  if (command.display == record::display_none) {
    kinds |= 1u << kind_bit_hidden;
  } else if (command.display != record::display_all) {
    kinds |= 1u << kind_bit_reserve;
  }
  return kinds;
}

std::int64_t distance(std::int64_t a, std::int64_t b) noexcept {
  return a > b ? a - b : b - a;
}

/// Whether `since_ns`, which is not after `now_ns`, is longer ago than the limit.
bool is_older(std::uint64_t now_ns, std::uint64_t since_ns, std::int64_t limit_ns) noexcept {
  return now_ns - since_ns > static_cast<std::uint64_t>(limit_ns);
}

}  // namespace

Checked Gate::check(const OrderCommand& command) noexcept {
  tell_time(command.receive_time_ns);
  const Verdict verdict =
      command.kind == record::Kind::order_command && command.action == CommandAction::cancel
          ? check_cancel(command)
          : check_order(command);
  ++verdict_counts_[static_cast<std::size_t>(verdict)];
  if (verdict != Verdict::passed) return {verdict, nullptr};
  passed_ = record::PassedCommand(command);
  return {verdict, &*passed_};
}

Verdict Gate::check_cancel(const OrderCommand& command) noexcept {
  const std::uint32_t id = command.client_order_id;
  if (id == 0) return Verdict::malformed;
  if (!orders_.is_known(id)) return Verdict::unknown_order;
  const OpenOrder& order = orders_.at(id);
  if (!order.is_open() || order.channel != command.channel ||
      order.instrument != place_of(command.instrument)) {
    return Verdict::unknown_order;
  }
  for (const std::size_t actor : positions_.actors_of(order.strategy, order.account)) {
    message_windows_[actor].add(bucket_);
  }
  return Verdict::passed;
}

Verdict Gate::check_order(const OrderCommand& command) noexcept {
  if (const Verdict v = check_form(command); v != Verdict::passed) return v;
  if (command.strategy >= config_.strategies || command.account >= config_.accounts) {
    return Verdict::hierarchy;
  }
  const std::size_t place = place_of(command.instrument);
  if (place == no_place) return Verdict::unknown_instrument;
  if (!instruments_[place].market.is_ours) prefetch(place);  // else its touch has done it
  Asked asked{command,
              place,
              instruments_[place],
              instrument_limits_[place],
              merged_[command.strategy],
              positions_.actors_of(command.strategy, command.account),
              command.side == Side::bid,
              has(command, record::command_market)};
  if (const Verdict v = check_admission(asked); v != Verdict::passed) return v;
  if (const Verdict v = check_terms(asked); v != Verdict::passed) return v;
  if (const Verdict v = check_original(asked); v != Verdict::passed) return v;
  if (const Verdict v = check_market(asked); v != Verdict::passed) return v;
  if (const Verdict v = check_price(asked); v != Verdict::passed) return v;
  if (const Verdict v = check_size(asked); v != Verdict::passed) return v;
  if (const Verdict v = check_own(asked); v != Verdict::passed) return v;
  if (!has_ample_room(asked)) {
    if (const Verdict v = check_positions(asked); v != Verdict::passed) return v;
    if (const Verdict v = check_money(asked); v != Verdict::passed) return v;
  }
  if (const Verdict v = check_rates(asked); v != Verdict::passed) return v;
  pass(asked);
  return Verdict::passed;
}

Verdict Gate::check_form(const OrderCommand& command) const noexcept {
  const bool is_enter = command.action == CommandAction::enter;
  if (command.kind != record::Kind::order_command) return Verdict::malformed;
  if (!is_enter && command.action != CommandAction::replace) return Verdict::malformed;
  if (command.client_order_id == 0) return Verdict::malformed;
  if (is_enter != (command.original_client_order_id == 0)) return Verdict::malformed;
  if (orders_.is_known(command.client_order_id)) return Verdict::malformed;
  if (!orders_.has_place(command.client_order_id) || executions_.is_full()) return Verdict::full;
  return Verdict::passed;
}

Verdict Gate::check_admission(const Asked& asked) const noexcept {
  const OrderCommand& command = asked.command;
  const MergedLimits& merged = asked.merged;
  if (merged.is_complete != 1 || !asked.instrument.has_limits || !asked.limits.is_intact()) {
    return Verdict::limits;
  }
  if (command.account != merged.permitted_account) return Verdict::hierarchy;
  const std::uint8_t blocks = kill_switch_.blocks_of(command.strategy, command.account);
  if ((blocks & block_killed) != 0 || asked.instrument.is_killed) return Verdict::killed;
  if ((blocks & block_halted) != 0) return Verdict::fill_fault;
  if ((blocks & block_throttled) != 0) return Verdict::throttled;
  if (command.channel >= config_.sessions) return Verdict::session_down;
  if (!sessions_[command.channel].takes_orders()) return Verdict::session_down;
  if (merged.is_identified != 1) return Verdict::unidentified;
  const MarketView& market = asked.instrument.market;
  if (!market.is_named || !market.has_trading_state() || !venues_[market.venue].is_in_session()) {
    return Verdict::unknown_instrument;
  }
  return Verdict::passed;
}

Verdict Gate::check_terms(const Asked& asked) const noexcept {
  if (asked.limits[Limit::tradable] == 0) return Verdict::restricted_instrument;
  if (has_bad_terms(asked)) return Verdict::bad_terms;
  const bool may_market = std::min(asked.merged.market_orders, asked.limits[Limit::market_orders]);
  if (asked.is_market && !may_market) return Verdict::market_order;
  const auto venue = static_cast<unsigned>(asked.command.venue);
  const std::int64_t category = std::int64_t{1} << asked.instrument.market.category_bit;
  if (venue >= venue_bits || (asked.merged.venues >> venue & 1) == 0 ||
      (asked.merged.market_categories & category) == 0 ||
      (kinds_of(asked.command) & ~asked.merged.order_kinds) != 0) {
    return Verdict::restricted_kind;
  }
  return Verdict::passed;
}

bool Gate::has_bad_terms(const Asked& asked) const noexcept {
  const OrderCommand& command = asked.command;
  const MarketView& market = asked.instrument.market;
  if (command.side != Side::bid && command.side != Side::ask) return true;
  const auto lot = static_cast<std::uint32_t>(asked.limits[Limit::lot_size]);
  if (command.size == 0 || (lot != 1 && command.size % lot != 0)) return true;
  if (excludes_itself(command)) return true;
  if (command.display != record::display_all && command.display != record::display_none &&
      std::uint64_t{command.display} * market.round_lot_size > command.size) {
    return true;
  }
  const std::int64_t price = command.price_e9;
  if (asked.is_market) return price != record::price_null;
  if (!is_given(price)) return true;
  const MultipleOf& on_tick =
      price >= one_currency_unit_e9 ? asked.instrument.on_tick : asked.instrument.on_tick_below_one;
  return !on_tick(static_cast<std::uint64_t>(price));
}

Verdict Gate::check_original(const Asked& asked) const noexcept {
  const OrderCommand& command = asked.command;
  if (command.action != CommandAction::replace) return Verdict::passed;
  if (!orders_.is_known(command.original_client_order_id)) return Verdict::unknown_order;
  const OpenOrder& original = orders_.at(command.original_client_order_id);
  const bool fits = original.is_open() && original.instrument == asked.place &&
                    original.side == command.side && original.strategy == command.strategy &&
                    original.account == command.account && original.venue == command.venue &&
                    original.channel == command.channel;
  return fits ? Verdict::passed : Verdict::unknown_order;
}

Verdict Gate::check_market(Asked& asked) const noexcept {
  const MarketView& market = asked.instrument.market;
  const std::int64_t price = asked.command.price_e9;
  asked.is_auction =
      market.trading_state == 'Q' ||
      has(asked.command, record::command_opening_cross | record::command_closing_cross);
  if (market.is_stopped() || market.is_halted) return Verdict::halted;
  if (!asked.is_market &&
      (price < asked.limits[Limit::band_low_e9] || price > asked.limits[Limit::band_high_e9])) {
    return Verdict::halted;
  }
  return is_stale(asked) ? Verdict::stale_market : Verdict::passed;
}

bool Gate::is_stale(const Asked& asked) const noexcept {
  const MarketView& market = asked.instrument.market;
  const VenueState& venue = venues_[market.venue];
  const MergedLimits& merged = asked.merged;
  const std::int64_t offset = host_clock_.offset_ns;
  if (offset == record::price_null) return true;
  if (std::max(offset, saturating_subtract(0, offset)) > merged.clock_offset_ns) return true;
  if (is_older(now_ns_, host_clock_.told_ns, merged.clock_age_ns)) return true;
  if (is_older(now_ns_, venue.last_seen_ns, merged.feed_silence_ns)) return true;
  if (market.is_suspect(venue)) return true;
  if (asked.is_auction) return false;
  if (!market.has_touch || market.mark_e9 == 0) return true;
  if (is_older(now_ns_, market.touch_time_ns, asked.limits[Limit::touch_age_ns])) return true;
  return asked.is_market && !is_given(asked.is_bid ? market.ask_price_e9 : market.bid_price_e9);
}

Verdict Gate::check_price(Asked& asked) const noexcept {
  const auto tightest = [&asked](std::int64_t merged, Limit limit) {
    return std::min(merged, asked.limits[limit]);
  };
  const MarketView& market = asked.instrument.market;
  const std::int64_t price = asked.command.price_e9;
  asked.price_e9 = price;
  if (asked.is_auction) {
    const std::int64_t reference =
        market.mark_e9 != 0 ? market.mark_e9 : asked.limits[Limit::reference_price_e9];
    if (reference == 0) return Verdict::auction_collar;
    const std::int64_t collar =
        share_of(reference, tightest(asked.merged.auction_collar_ppm, Limit::auction_collar_ppm));
    if (asked.is_market) {
      asked.price_e9 = saturating_add(reference, collar);
    } else if (distance(price, reference) > collar) {
      return Verdict::auction_collar;
    }
  } else {
    const std::int64_t far = asked.is_bid ? market.ask_price_e9 : market.bid_price_e9;
    const std::int64_t through = tightest(asked.merged.blow_through_ppm, Limit::blow_through_ppm);
    if (asked.is_market) {
      asked.price_e9 = saturating_add(far, share_of(far, through));
    } else {
      const std::int64_t collar = tightest(asked.merged.collar_ppm, Limit::collar_ppm);
      if (exceeds_share(distance(price, market.mark_e9), market.mark_e9, collar)) {
        return Verdict::collar;
      }
      const bool is_through = is_given(far) && (asked.is_bid ? price > far : price < far);
      if (is_through && exceeds_share(distance(price, far), far, through)) {
        return Verdict::blow_through;
      }
    }
  }
  asked.value_e6 = value_of(asked.price_e9, asked.command.size);
  return Verdict::passed;
}

Verdict Gate::check_size(const Asked& asked) const noexcept {
  const MergedLimits& merged = asked.merged;
  const InstrumentLimits& limits = asked.limits;
  const std::int64_t size = asked.command.size;
  if (size > std::min(merged.order_size, limits[Limit::order_size])) return Verdict::order_size;
  if (asked.value_e6 > std::min(merged.order_value_e6, limits[Limit::order_value_e6])) {
    return Verdict::order_value;
  }
  const std::int64_t ppm = std::min(merged.average_daily_ppm, limits[Limit::average_daily_ppm]);
  if (exceeds_share(size, limits[Limit::average_daily_size], ppm)) return Verdict::daily_share;
  return Verdict::passed;
}

Verdict Gate::check_own(const Asked& asked) const noexcept {
  const OrderCommand& command = asked.command;
  const Instrument& instrument = asked.instrument;
  const LastEnter& last = instrument.last_enters[asked.is_bid ? 0 : 1];
  if (command.action == CommandAction::enter && last.is_same(command) &&
      now_ns_ - last.time_ns < static_cast<std::uint64_t>(asked.merged.duplicate_window_ns)) {
    return Verdict::duplicate;
  }
  if (!asked.is_bid && is_unlawful_short(asked)) return Verdict::short_sale;
  const std::int64_t price = asked.is_market ? (asked.is_bid ? value_most : 1) : command.price_e9;
  const bool meets_own =
      asked.is_bid ? instrument.own.best_ask_e9 <= price : instrument.own.best_bid_e9 >= price;
  return meets_own ? Verdict::self_match : Verdict::passed;
}

bool Gate::is_unlawful_short(const Asked& asked) const noexcept {
  const Holding& firm = positions_.holding(asked.place, GateConfig::firm());
  const MarketView& market = asked.instrument.market;
  const std::int64_t short_size = firm.open_ask_size + asked.command.size - firm.position;
  if (short_size <= 0) return false;
  if (!has(asked.command, record::command_short_sale)) return true;
  if (short_size > asked.limits[Limit::locate_size]) return true;
  if (!market.is_short_restricted()) return false;
  return asked.is_market || !is_given(market.bid_price_e9) ||
         asked.command.price_e9 <= market.bid_price_e9;
}

/// One look at all that check_positions and check_money ask, in 64 bits: true only where neither
/// would refuse. What does not fit, or has no mark yet, is left to them.
bool Gate::has_ample_room(Asked& asked) const noexcept {
  const InstrumentLimits& limits = asked.limits;
  const Holding& firm = positions_.holding(asked.place, GateConfig::firm());
  if (asked.instrument.market.mark_e9 == 0) return false;
  if (firm.open_orders >= static_cast<std::uint64_t>(limits[Limit::open_orders])) return false;
  if (firm.reached(asked.is_bid) + asked.command.size > limits[Limit::position_size]) return false;
  return has_ample_room(asked, 0) && has_ample_room(asked, 1) && has_ample_room(asked, 2);
}

bool Gate::has_ample_room(Asked& asked, std::size_t k) const noexcept {
  const MergedLimits& merged = asked.merged;
  const Holding& held = positions_.holding(asked.place, asked.actors[k]);
  const ActorTotals& totals = positions_.totals(asked.actors[k]);
  if (totals.open_orders >= static_cast<std::uint64_t>(merged.open_orders[k])) return false;
  const std::int64_t reached = held.reached(asked.is_bid) + asked.command.size;
  if (reached > merged.position_size[k]) return false;
  std::int64_t room = merged.gross_value_e6[k] - totals.executed_value_e6;
  if (__builtin_sub_overflow(room, asked.value_e6, &room)) return false;
  if (totals.open_value_e6 > room) return false;
  asked.holding_values_e6[k] = held.value_e6;
  if (reached <= held.reached(!asked.is_bid)) return true;  // the worst size does not grow
  const std::int64_t value = value_of(asked.instrument.market.mark_e9, reached);
  const std::int64_t exposure = totals.exposure_value_e6;
  asked.holding_values_e6[k] = value;
  if (exposure == most) return false;  // it is no longer the exact sum
  if (exposure - held.value_e6 > merged.exposure_value_e6[k] - value) return false;
  const auto down = static_cast<std::uint64_t>(totals.peak_e9) -
                    static_cast<std::uint64_t>(totals.result_e9);  // the peak is not below it
  return -totals.result_e9 <= merged.loss_e9[k] &&
         down <= static_cast<std::uint64_t>(merged.drawdown_e9[k]);
}

Verdict Gate::check_positions(const Asked& asked) const noexcept {
  const Holding& firm = positions_.holding(asked.place, GateConfig::firm());
  for (std::size_t k = 0; k < asked.actors.size(); ++k) {
    const std::uint64_t open = positions_.totals(asked.actors[k]).open_orders;
    if (static_cast<std::int64_t>(open) >= asked.merged.open_orders[k]) {
      return Verdict::open_orders;
    }
  }
  if (static_cast<std::int64_t>(firm.open_orders) >= asked.limits[Limit::open_orders]) {
    return Verdict::open_orders;
  }
  for (std::size_t k = 0; k < asked.actors.size(); ++k) {
    const Holding& held = positions_.holding(asked.place, asked.actors[k]);
    const bool is_firm = asked.actors[k] == GateConfig::firm();
    const std::int64_t limit =
        is_firm ? std::min(asked.merged.position_size[k], asked.limits[Limit::position_size])
                : asked.merged.position_size[k];
    if (held.reached(asked.is_bid) + asked.command.size > limit) return Verdict::position;
  }
  return Verdict::passed;
}

Verdict Gate::check_money(Asked& asked) const noexcept {
  const MergedLimits& merged = asked.merged;
  const std::int64_t mark = asked.instrument.market.mark_e9;
  const std::int64_t price = mark != 0 ? mark : asked.price_e9;
  const std::int64_t size = asked.command.size;
  bool exceeds_gross = false, exceeds_exposure = false, exceeds_loss = false;
  for (std::size_t k = 0; k < asked.actors.size(); ++k) {  // all three, then the first that refuses
    const std::size_t actor = asked.actors[k];
    const Holding& held = positions_.holding(asked.place, actor);
    const ActorTotals& totals = positions_.totals(actor);
    const Sum gross = positions_.open_value_e6(actor) + asked.value_e6 + totals.executed_value_e6;
    exceeds_gross |= gross > merged.gross_value_e6[k];
    const std::int64_t worst = std::max(held.reached(asked.is_bid) + size, held.worst_size());
    const std::int64_t value = value_of(price, worst);
    asked.holding_values_e6[k] = value;
    if (worst == held.worst_size()) continue;
    const Sum exposure = positions_.exposure_e6(actor) - held.value_e6 + value;
    exceeds_exposure |= value == most || exposure > merged.exposure_value_e6[k];
    const std::int64_t down = saturating_subtract(totals.peak_e9, totals.result_e9);
    exceeds_loss |= -totals.result_e9 > merged.loss_e9[k] || down > merged.drawdown_e9[k];
  }
  if (exceeds_gross) return Verdict::gross_value;
  if (exceeds_exposure) return Verdict::exposure;
  return exceeds_loss ? Verdict::loss : Verdict::passed;
}

Verdict Gate::check_rates(const Asked& asked) noexcept {
  const MergedLimits& merged = asked.merged;
  const std::uint8_t strategy = asked.command.strategy;
  if (!asked.instrument.orders.has_room(bucket_, asked.limits[Limit::orders_per_second])) {
    return Verdict::instrument_rate;
  }
  RateWindow& session = sessions_[asked.command.channel].orders;
  if (!session.has_room(bucket_, merged.session_orders_per_second)) return Verdict::session_rate;
  for (std::size_t k = 0; k < asked.actors.size(); ++k) {
    if (!message_windows_[asked.actors[k]].has_room(bucket_, merged.messages_per_second[k])) {
      return Verdict::message_rate;
    }
  }
  RepeatWindow& repeats = repeat_windows_[strategy];
  repeats.roll(now_ns_, static_cast<std::uint64_t>(merged.repeat_window_ns));
  if (std::int64_t{repeats.orders} + 1 <= merged.repeat_orders) return Verdict::passed;
  kill_switch_.throttle(strategy, now_ns_);
  return Verdict::throttled;
}

void Gate::pass(const Asked& asked) noexcept {
  const OrderCommand& command = asked.command;
  Instrument& instrument = asked.instrument;
  instrument.market.is_ours = true;
  if (instrument.market.mark_e9 == 0) set_mark(asked.place, asked.price_e9);
  OpenOrder& order = orders_.at(command.client_order_id);  // never used: all of it is 0
  order.price_e9 = asked.price_e9;
  order.instrument = static_cast<std::uint32_t>(asked.place);
  order.leaves = command.size;
  order.original = command.original_client_order_id;
  order.side = command.side;
  order.state = OrderState::sent;
  order.strategy = command.strategy;
  order.account = command.account;
  order.channel = command.channel;
  order.venue = command.venue;
  order.is_market = asked.is_market;
  orders_.link(command.client_order_id, instrument.own);
  OrderSession& session = sessions_[command.channel];
  session.sent(order);
  session.orders.add_again();  // check_rates has asked
  instrument.orders.add_again();
  for (const std::size_t actor : asked.actors) message_windows_[actor].add_again();
  ++repeat_windows_[command.strategy].orders;
  if (command.action == CommandAction::enter) {
    instrument.last_enters[asked.is_bid ? 0 : 1].take(command, now_ns_);
  }
  positions_.open(asked.place, asked.actors, asked.is_bid, command.size, asked.value_e6,
                  asked.holding_values_e6);
}

}  // namespace hft::risk
