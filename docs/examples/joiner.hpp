// Joiner: while bids far outweigh asks it stands among the best bids with one order, else nowhere.
#pragma once

#include "hft/feature/touch_imbalance.hpp"
#include "hft/record/status_event.hpp"
#include "hft/strategy/strategy.hpp"
#include "hft/strategy/working_orders.hpp"

namespace example {

namespace record = hft::record;
using hft::strategy::Actions;

struct JoinerConfig {
  std::uint32_t size = 100;                 // shares of its order
  std::uint32_t position_max = 500;         // shares
  std::int64_t imbalance_e9 = 500'000'000;  // bids three times the asks
};

class Joiner {
 public:
  Joiner(std::span<const std::uint32_t> instruments, const JoinerConfig& config)
      : instrument_(instruments.front()), config_(config) {}

  void on_touch(const record::Touch& touch, Actions& actions) noexcept {
    if (touch.instrument != instrument_) return;
    const bool suspect = (touch.flags & record::flag_book_suspect) != 0;
    const std::int64_t imbalance = hft::feature::touch_imbalance_e9(touch);
    const bool join = session_up_ && !suspect && touch.trading_state == 'T' &&
                      imbalance != hft::feature::null && imbalance >= config_.imbalance_e9 &&
                      position_ + config_.size <= config_.position_max;
    auto* order = orders_.find(instrument_, record::Side::bid);
    if (!join) {
      leave(actions);
    } else if (order == nullptr) {
      orders_.enter(terms_at(touch.bid_price_e9), actions);
    } else if (order->is_settled() && order->price_e9 != touch.bid_price_e9) {
      orders_.replace(*order, terms_at(touch.bid_price_e9), actions);
    }
  }

  void on_record(const record::Record& seen, Actions& actions) noexcept {
    if (seen.kind != record::Kind::status) return;
    const auto action = record::as<record::StatusEvent>(seen).action;
    if (action == record::StatusAction::gap) leave(actions);  // it makes no touch
  }

  void on_report(const record::OrderReport& report, Actions& actions) noexcept {
    position_ += orders_.on_report(report).bought;
    if (report.action == record::ReportAction::session_up) session_up_ = true;
    if (report.action == record::ReportAction::session_down) {
      leave(actions);
      session_up_ = false;
    }
  }

  void on_time(std::uint64_t, Actions&) noexcept {}

  std::int64_t position() const noexcept { return position_; }

 private:
  void leave(Actions& actions) noexcept {
    for (auto& order : orders_.all()) {
      if (!order.cancelling) orders_.cancel(order, actions);
    }
  }

  hft::strategy::OrderTerms terms_at(std::int64_t price_e9) const noexcept {
    hft::strategy::OrderTerms terms;
    terms.instrument = instrument_;
    terms.side = record::Side::bid;
    terms.size = config_.size;
    terms.price_e9 = price_e9;
    terms.flags = record::command_post_only;
    return terms;
  }

  std::uint32_t instrument_;
  JoinerConfig config_;
  hft::strategy::WorkingOrders<1> orders_;
  std::int64_t position_ = 0;  // shares, by its own executions
  bool session_up_ = false;
};

static_assert(hft::strategy::Strategy<Joiner>);

}  // namespace example
