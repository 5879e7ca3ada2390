// WorkingOrders: a strategy's own view of its orders, from what it asked and what was answered.
//
// Small and searched from end to end: a strategy has a few orders, and their ids lie in one or two
// cache lines. The gate keeps the book of positions that counts; this one is what the next decision
// goes by, and what it does not know (an order of another strategy) it leaves alone.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "hft/record/order_report.hpp"
#include "hft/strategy/actions.hpp"

namespace hft::strategy {

struct WorkingOrder {
  std::uint32_t client_order_id;
  std::uint32_t replacement_id;  // what it has been asked to become; 0: nothing
  std::uint32_t instrument;
  std::uint32_t open_size;  // shares that may still trade
  std::uint32_t executed;   // shares, of the whole chain of replaced orders
  record::Side side;
  bool acknowledged;                  // the venue has it
  bool cancelling;                    // asked to leave
  std::int64_t price_e9;              // as asked for; the venue may have bettered it
  std::int64_t replacement_price_e9;  // as asked for

  /// Nothing that was asked for waits for an answer.
  bool is_settled() const noexcept { return acknowledged && replacement_id == 0 && !cancelling; }
};

/// What a report was about, and what it has changed.
struct Change {
  std::uint32_t instrument = record::instrument_all;  // instrument_all: of no order of ours
  std::int64_t bought = 0;                            // shares; negative: sold
};

template <std::size_t capacity>
class WorkingOrders {
 public:
  /// The order, or null; it stands until the next call that changes something.
  WorkingOrder* find(std::uint32_t client_order_id) noexcept {
    for (std::size_t i = 0; i < count_; ++i) {
      if (ids_[i] == client_order_id) return &orders_[i];
    }
    return nullptr;
  }
  /// The first order of an instrument and side, or null.
  WorkingOrder* find(std::uint32_t instrument, record::Side side) noexcept {
    for (WorkingOrder& order : all()) {
      if (order.instrument == instrument && order.side == side) return &order;
    }
    return nullptr;
  }
  std::span<WorkingOrder> all() noexcept { return {orders_.data(), count_}; }
  std::size_t size() const noexcept { return count_; }
  bool is_full() const noexcept { return count_ == capacity; }

  /// Asks for a new order. Returns whether there was room for it, here and in the actions.
  bool enter(const OrderTerms& terms, Actions& actions) noexcept {
    if (is_full()) return false;
    const std::uint32_t id = actions.enter(terms);
    if (id == 0) return false;
    ids_[count_] = id;
    WorkingOrder& order = orders_[count_++];
    order = {};
    order.client_order_id = id;
    order.instrument = terms.instrument;
    order.open_size = terms.size;
    order.side = terms.side;
    order.price_e9 = terms.price_e9;
    return true;
  }

  /// Asks that an order of ours becomes one of `terms.size` open shares. The size that is sent is
  /// the whole chain's, what it has executed included: an execution that crosses the replace on its
  /// way makes the new order smaller, and cannot be traded twice.
  bool replace(WorkingOrder& order, OrderTerms terms, Actions& actions) noexcept {
    terms.size += order.executed;
    const std::uint32_t id = actions.replace(order.client_order_id, terms);
    if (id == 0) return false;
    order.replacement_id = id;
    order.replacement_price_e9 = terms.price_e9;
    return true;
  }

  /// Asks that an order leaves, also one that is still on its way in: commands arrive in order, so
  /// what it is about to become is named.
  bool cancel(WorkingOrder& order, Actions& actions) noexcept {
    const bool replacing = order.replacement_id != 0;
    const std::uint32_t id = replacing ? order.replacement_id : order.client_order_id;
    order.cancelling = actions.cancel(id, order.instrument);
    return order.cancelling;
  }

  /// Asks that an order leaves whatever has become of it: after the session was lost, nobody knows
  /// which of its names the venue has heard.
  void abandon(WorkingOrder& order, Actions& actions) noexcept {
    if (order.replacement_id != 0) actions.cancel(order.client_order_id, order.instrument);
    cancel(order, actions);
  }

  /// Takes a report of the venue, or a refusal of the gate, into account. What a venue corrects or
  /// breaks later changes no order, and is the gate's and the back office's affair.
  Change on_report(const record::OrderReport& report) noexcept {
    using record::ReportAction;
    WorkingOrder* order = find_either(report.client_order_id);
    if (order == nullptr) return {};
    Change change{order->instrument, 0};
    switch (report.action) {
      case ReportAction::accepted: accept(*order, report); break;
      case ReportAction::replaced: take_over(*order, report); break;
      case ReportAction::executed: change.bought = execute(*order, report.size); break;
      case ReportAction::cancelled: reduce(*order, report.size); break;
      case ReportAction::rejected: reject(*order, report.client_order_id); break;
      case ReportAction::cancel_rejected: order->cancelling = false; break;
      case ReportAction::restated: restate(*order, report.size); break;
      default: break;
    }
    return change;
  }

 private:
  static constexpr std::uint8_t dead = 'D';  // reason of `accepted`: it came and went

  /// By its own name, or by that of what it has been asked to become.
  WorkingOrder* find_either(std::uint32_t client_order_id) noexcept {
    if (client_order_id == 0) return nullptr;  // about the session
    if (WorkingOrder* order = find(client_order_id)) return order;
    for (WorkingOrder& order : all()) {
      if (order.replacement_id == client_order_id) return &order;
    }
    return nullptr;
  }

  void accept(WorkingOrder& order, const record::OrderReport& report) noexcept {
    if (report.reason == dead) return leave(order);
    order.open_size = report.size;
    order.acknowledged = true;
  }

  /// The order goes on under its new name. If it was asked to leave as well, that is still to come.
  void take_over(WorkingOrder& order, const record::OrderReport& report) noexcept {
    ids_[static_cast<std::size_t>(&order - orders_.data())] = report.client_order_id;
    order.client_order_id = report.client_order_id;
    order.price_e9 = order.replacement_price_e9;
    order.replacement_id = 0;
    accept(order, report);
  }

  /// Returns the shares bought.
  std::int64_t execute(WorkingOrder& order, std::uint32_t size) noexcept {
    const std::int64_t shares = order.side == record::Side::bid ? size : -std::int64_t{size};
    order.executed += size;
    reduce(order, size);
    return shares;
  }

  void reduce(WorkingOrder& order, std::uint32_t size) noexcept {
    if (size >= order.open_size) return leave(order);
    order.open_size -= size;
  }

  /// A new order never lived. A replacement neither, and what it should have replaced stays: a
  /// cancel that named the replacement has found nothing.
  void reject(WorkingOrder& order, std::uint32_t client_order_id) noexcept {
    if (order.client_order_id == client_order_id) return leave(order);
    order.replacement_id = 0;
    order.cancelling = false;
  }

  void restate(WorkingOrder& order, std::uint32_t open_size) noexcept {
    if (open_size == 0) return leave(order);
    order.open_size = open_size;
  }

  void leave(WorkingOrder& order) noexcept {
    const auto index = static_cast<std::size_t>(&order - orders_.data());
    orders_[index] = orders_[--count_];
    ids_[index] = ids_[count_];
  }

  std::array<std::uint32_t, capacity> ids_{};
  std::array<WorkingOrder, capacity> orders_{};
  std::size_t count_ = 0;
};

}  // namespace hft::strategy
