// Quoter: a bid and an ask around the microprice, moved against the position it holds.
//
// The plainest market maker that is safe to run: quotes stand only while the book is to be trusted
// and the instrument trades, the position is bounded with open orders counted in, and a quote moves
// by replacing it. The skew is the linear one of M. Avellaneda, S. Stoikov, "High-frequency trading
// in a limit order book", Quantitative Finance 8 (2008), with its factor given instead of derived.
// It is an example: it makes no forecast, and nobody should expect it to make money.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "hft/feature/microprice.hpp"
#include "hft/record/order_event.hpp"
#include "hft/record/status_event.hpp"
#include "hft/strategy/per_instrument.hpp"
#include "hft/strategy/strategy.hpp"
#include "hft/strategy/working_orders.hpp"

namespace hft::strategy {

struct QuoterConfig {
  std::uint32_t size = 100;                  // shares of a quote
  std::uint32_t position_max = 1'000;        // shares long or short, if all open orders trade
  std::int64_t half_spread_e9 = 10'000'000;  // from the fair price to a quote
  std::int64_t skew_e9_per_share = 10'000;   // both quotes move down by this for each share held
  std::int64_t requote_e9 = 10'000'000;      // a quote stays while it is closer than this
  std::int64_t tick_e9 = 10'000'000;         // quotes are multiples of it
  std::uint64_t pause_ns = 1'000'000'000;    // after a refusal, of the instrument
};

class Quoter {
 public:
  /// Two quotes, and two names of each after a lost session, fill Actions::capacity.
  static constexpr std::size_t instruments_max = Actions::capacity / 4;

  /// Of more than instruments_max instruments the rest is left out.
  Quoter(std::span<const std::uint32_t> instruments, const QuoterConfig& config)
      : config_(config),
        markets_(instruments.first(std::min(instruments.size(), instruments_max)), {}) {}

  /// Statuses that make no touch: a gap leaves the best prices as they were, and nobody knows
  /// whether they are right.
  void on_record(const record::Record& seen, Actions& actions) noexcept {
    if (seen.kind == record::Kind::order) {
      const bool cleared = record::as<record::OrderEvent>(seen).action == record::Action::clear;
      if (cleared && seen.instrument == record::instrument_all) forget_touches(actions);
    } else if (seen.kind == record::Kind::status) {
      on_status(record::as<record::StatusEvent>(seen), actions);
    }
  }

  void on_touch(const record::Touch& touch, Actions& actions) noexcept {
    Market* market = markets_.find(touch.instrument);
    if (market == nullptr) return;
    advance(touch.event_time_ns);
    market->touch = touch;
    quote(*market, actions);
  }

  void on_report(const record::OrderReport& report, Actions& actions) noexcept {
    advance(report.event_time_ns);
    if (report.action == record::ReportAction::session_up) return begin(actions);
    if (report.action == record::ReportAction::session_down) return end(actions);
    const Change change = orders_.on_report(report);
    Market* market = markets_.find(change.instrument);
    if (market == nullptr) return;
    market->position += change.bought;
    if (report.action == record::ReportAction::rejected) market->quote_from_ns = pause_end();
    if (report.action == record::ReportAction::cancel_rejected)
      market->cancel_from_ns = pause_end();
    quote(*market, actions);
  }

  void on_time(std::uint64_t time_ns, Actions& actions) noexcept {
    advance(time_ns);
    for (Market& market : markets_.all()) quote(market, actions);
  }

  /// Shares held, by its own executions; negative: short.
  std::int64_t position(std::uint32_t instrument) const noexcept {
    const Market* market = markets_.find(instrument);
    return market == nullptr ? 0 : market->position;
  }
  std::size_t open_orders() const noexcept { return orders_.size(); }

 private:
  struct Market {
    record::Touch touch{};  // all zeros, and so not trading, until the first one
    std::int64_t position = 0;
    std::uint64_t quote_from_ns = 0;   // no new order or price before
    std::uint64_t cancel_from_ns = 0;  // no cancel before: the last one was refused
    bool halted = false;               // by this venue alone; trading_state does not tell it
  };

  void advance(std::uint64_t time_ns) noexcept { now_ns_ = std::max(now_ns_, time_ns); }
  std::uint64_t pause_end() const noexcept { return now_ns_ + config_.pause_ns; }

  void on_status(const record::StatusEvent& status, Actions& actions) noexcept {
    using record::StatusAction;
    switch (status.action) {
      case StatusAction::gap:
      case StatusAction::late_start:
      case StatusAction::session_start:
      case StatusAction::session_end: return forget_touches(actions);
      case StatusAction::operational_halt: break;
      default: return;
    }
    Market* market = markets_.find(status.instrument);
    if (market == nullptr) return;
    market->halted = status.state != 'T';
    quote(*market, actions);
  }

  /// Until a touch says otherwise no instrument trades.
  void forget_touches(Actions& actions) noexcept {
    for (Market& market : markets_.all()) {
      market.touch = {};
      quote(market, actions);
    }
  }

  /// The venue is there. What it may still have from before leaves, and quoting begins anew.
  void begin(Actions& actions) noexcept {
    session_up_ = true;
    for (WorkingOrder& order : orders_.all()) orders_.abandon(order, actions);
    for (Market& market : markets_.all()) quote(market, actions);
  }

  /// The gateway will refuse these cancels if the connection is gone; if the venue has only logged
  /// us out they matter.
  void end(Actions& actions) noexcept {
    for (WorkingOrder& order : orders_.all()) {
      if (!order.cancelling) orders_.cancel(order, actions);
    }
    session_up_ = false;
  }

  bool may_quote(const Market& market) const noexcept {
    const bool suspect = (market.touch.flags & record::flag_book_suspect) != 0;
    return market.touch.trading_state == 'T' && !market.halted && !suspect &&
           feature::is_two_sided(market.touch);
  }

  struct Wanted {
    std::int64_t price_e9 = 0;
    std::uint32_t size = 0;  // 0: no quote
  };

  void quote(Market& market, Actions& actions) noexcept {
    if (!session_up_) return;
    Wanted bid;
    Wanted ask;
    if (may_quote(market)) {
      bid = wanted_bid(market);
      ask = wanted_ask(market);
    }
    const std::uint32_t instrument = markets_.instrument_of(market);
    work(market, {instrument, record::Side::bid}, bid, actions);
    work(market, {instrument, record::Side::ask}, ask, actions);
  }

  std::int64_t fair_price_e9(const Market& market) const noexcept {
    return feature::microprice_e9(market.touch) - market.position * config_.skew_e9_per_share;
  }

  Wanted wanted_bid(const Market& market) const noexcept {
    const std::int64_t price_e9 = std::min(fair_price_e9(market) - config_.half_spread_e9,
                                           market.touch.ask_price_e9 - config_.tick_e9);
    return {price_e9 / config_.tick_e9 * config_.tick_e9, room(price_e9, -market.position)};
  }

  Wanted wanted_ask(const Market& market) const noexcept {
    const std::int64_t price_e9 = std::max(fair_price_e9(market) + config_.half_spread_e9,
                                           market.touch.bid_price_e9 + config_.tick_e9);
    const std::int64_t rounded_e9 =
        (price_e9 + config_.tick_e9 - 1) / config_.tick_e9 * config_.tick_e9;
    return {rounded_e9, room(price_e9, market.position)};
  }

  /// How much a quote may have, so that a side that trades at once stays within the bound.
  std::uint32_t room(std::int64_t price_e9, std::int64_t held) const noexcept {
    const std::int64_t most = held + config_.position_max;
    if (price_e9 < config_.tick_e9 || most <= 0) return 0;
    return static_cast<std::uint32_t>(std::min<std::int64_t>(config_.size, most));
  }

  struct Place {
    std::uint32_t instrument;
    record::Side side;
  };

  /// Brings the order of one side to what is wanted, unless an answer is still under way: it will
  /// bring us back here.
  void work(const Market& market, Place place, Wanted wanted, Actions& actions) noexcept {
    WorkingOrder* order = orders_.find(place.instrument, place.side);
    if (order != nullptr && wanted.size == 0) {
      if (!order->cancelling && now_ns_ >= market.cancel_from_ns) orders_.cancel(*order, actions);
      return;
    }
    if (wanted.size == 0 || now_ns_ < market.quote_from_ns) return;
    if (order == nullptr) {
      orders_.enter(terms(market, place, wanted), actions);
    } else if (order->is_settled() && is_off(*order, wanted)) {
      orders_.replace(*order, terms(market, place, wanted), actions);
    }
  }

  bool is_off(const WorkingOrder& order, Wanted wanted) const noexcept {
    const std::int64_t away_e9 = order.price_e9 - wanted.price_e9;
    return away_e9 >= config_.requote_e9 || -away_e9 >= config_.requote_e9 ||
           order.open_size > wanted.size;
  }

  static OrderTerms terms(const Market& market, Place place, Wanted wanted) noexcept {
    OrderTerms out;
    out.instrument = place.instrument;
    out.side = place.side;
    out.size = wanted.size;
    out.price_e9 = wanted.price_e9;
    out.flags = record::command_post_only;
    const bool is_short = place.side == record::Side::ask && market.position < wanted.size;
    if (is_short) out.flags |= record::command_short_sale;
    return out;
  }

  QuoterConfig config_;
  PerInstrument<Market> markets_;
  WorkingOrders<2 * instruments_max> orders_;
  std::uint64_t now_ns_ = 0;  // the latest time of any record
  bool session_up_ = false;   // nothing is asked for before the venue is there
};

static_assert(Strategy<Quoter>);

}  // namespace hft::strategy
