// ImbalanceTaker: takes the side that order flow pushes against, and rests nothing.
//
// Where demand has outgrown supply by a threshold (order-flow imbalance, feature/order_flow.hpp) it
// buys what the best offer shows, and the other way round; then it waits. All orders are IOC: what
// does not trade at once is gone, so nothing has to be pulled when a book turns suspect or a
// session is lost. It is an example: no fee, forecast or exit is thought of, only the bound of the
// position.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "hft/feature/mid_price.hpp"
#include "hft/feature/order_flow.hpp"
#include "hft/record/status_event.hpp"
#include "hft/strategy/per_instrument.hpp"
#include "hft/strategy/strategy.hpp"
#include "hft/strategy/working_orders.hpp"

namespace hft::strategy {

struct ImbalanceTakerConfig {
  std::uint32_t size = 100;                    // shares of an order, and never more than shown
  std::uint32_t position_max = 1'000;          // shares long or short
  std::int64_t threshold = 5'000;              // shares of order-flow imbalance
  std::int64_t spread_max_e9 = 20'000'000;     // wider ones cost more than the flow is worth
  std::uint64_t half_life_ns = 1'000'000'000;  // of the order flow
  std::uint64_t cool_down_ns = 1'000'000'000;  // from one order of an instrument to the next
};

class ImbalanceTaker {
 public:
  /// More orders than this are not in flight at a time; an instrument has one.
  static constexpr std::size_t orders_max = 16;

  ImbalanceTaker(std::span<const std::uint32_t> instruments, const ImbalanceTakerConfig& config)
      : config_(config),
        markets_(instruments, Market{feature::OrderFlowImbalance(config.half_life_ns)}) {}

  /// A halt of this venue alone, which trading_state does not tell.
  void on_record(const record::Record& seen, Actions&) noexcept {
    if (seen.kind != record::Kind::status) return;
    const auto& status = record::as<record::StatusEvent>(seen);
    if (status.action != record::StatusAction::operational_halt) return;
    if (Market* market = markets_.find(status.instrument)) market->halted = status.state != 'T';
  }

  void on_touch(const record::Touch& touch, Actions& actions) noexcept {
    Market* market = markets_.find(touch.instrument);
    if (market == nullptr) return;
    now_ns_ = std::max(now_ns_, touch.event_time_ns);
    market->flow.on_touch(touch);
    if (!may_take(*market, touch)) return;
    const std::int64_t flow = market->flow.at(now_ns_);
    if (flow >= config_.threshold) take(*market, touch, record::Side::bid, actions);
    if (flow <= -config_.threshold) take(*market, touch, record::Side::ask, actions);
  }

  void on_report(const record::OrderReport& report, Actions&) noexcept {
    now_ns_ = std::max(now_ns_, report.event_time_ns);
    if (report.action == record::ReportAction::session_up) session_up_ = true;
    if (report.action == record::ReportAction::session_down) session_up_ = false;
    const Change change = orders_.on_report(report);
    if (Market* market = markets_.find(change.instrument)) market->position += change.bought;
  }

  void on_time(std::uint64_t time_ns, Actions&) noexcept { now_ns_ = std::max(now_ns_, time_ns); }

  /// Shares held, by its own executions; negative: short.
  std::int64_t position(std::uint32_t instrument) const noexcept {
    const Market* market = markets_.find(instrument);
    return market == nullptr ? 0 : market->position;
  }
  std::size_t open_orders() const noexcept { return orders_.size(); }

 private:
  struct Market {
    feature::OrderFlowImbalance flow;
    std::int64_t position = 0;
    std::uint64_t take_from_ns = 0;  // the end of the cool-down
    bool halted = false;
  };

  bool may_take(const Market& market, const record::Touch& touch) const noexcept {
    const bool suspect = (touch.flags & record::flag_book_suspect) != 0;
    return session_up_ && !suspect && touch.trading_state == 'T' && !market.halted &&
           feature::is_two_sided(touch) && feature::spread_e9(touch) <= config_.spread_max_e9 &&
           now_ns_ >= market.take_from_ns;
  }

  void take(Market& market, const record::Touch& touch, record::Side side,
            Actions& actions) noexcept {
    const bool buys = side == record::Side::bid;
    const std::int64_t held = buys ? market.position : -market.position;
    const std::int64_t size = std::min({std::int64_t{config_.size}, config_.position_max - held,
                                        std::int64_t{buys ? touch.ask_size : touch.bid_size}});
    if (size <= 0 || has_order(touch.instrument)) return;
    OrderTerms terms;
    terms.instrument = touch.instrument;
    terms.side = side;
    terms.size = static_cast<std::uint32_t>(size);
    terms.price_e9 = buys ? touch.ask_price_e9 : touch.bid_price_e9;
    terms.time_in_force = record::TimeInForce::immediate;
    if (!buys && market.position < size) terms.flags = record::command_short_sale;
    if (orders_.enter(terms, actions)) market.take_from_ns = now_ns_ + config_.cool_down_ns;
  }

  bool has_order(std::uint32_t instrument) noexcept {
    return orders_.find(instrument, record::Side::bid) != nullptr ||
           orders_.find(instrument, record::Side::ask) != nullptr;
  }

  ImbalanceTakerConfig config_;
  PerInstrument<Market> markets_;
  WorkingOrders<orders_max> orders_;
  std::uint64_t now_ns_ = 0;  // the latest time of any record
  bool session_up_ = false;   // nothing is asked for before the venue is there
};

static_assert(Strategy<ImbalanceTaker>);

}  // namespace hft::strategy
