// Every order that passed, by client_order_id, until the day ends: an order that is gone must still
// be known when its fill comes late.
//
// Our ids count up from 1, so the table is an array: no hash, and a new order's line is the next
// one. Orders that live are linked by instrument and side, for the best of our own prices.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "hft/base/memory.hpp"
#include "hft/record/record.hpp"
#include "hft/risk/saturating.hpp"

namespace hft::risk {

enum class OrderState : std::uint8_t {
  none,
  sent,  // the venue has not answered
  live,
  dead,
  refused,  // dead, because the venue never took it
};

struct alignas(64) OpenOrder {
  std::int64_t price_e9;     // the checking price, or what the venue says
  std::uint32_t instrument;  // place in the gate's table
  std::uint32_t leaves;
  std::uint32_t original;  // of a replace; else 0
  std::uint64_t executed;
  std::uint32_t next;  // of the same instrument and side; 0: none
  std::uint32_t previous;
  std::uint32_t last_execution;  // place + 1 in the executions; 0: none
  std::uint32_t session_epoch;   // of its session when it was sent
  record::Side side;
  OrderState state;
  std::uint8_t strategy;
  std::uint8_t account;
  std::uint8_t channel;
  record::Venue venue;
  bool is_market;
  std::array<std::uint8_t, 5> reserved;

  bool is_open() const noexcept { return state == OrderState::sent || state == OrderState::live; }

  /// The price that meets the other side: a market order's meets any.
  std::int64_t matching_price_e9() const noexcept {
    if (!is_market) return price_e9;
    return side == record::Side::bid ? most : 0;
  }
};
static_assert(sizeof(OpenOrder) == 64);

/// Our own open orders of one instrument, by side.
struct OwnOrders {
  std::array<std::uint32_t, 2> first{};  // bids, asks; 0: none
  std::int64_t best_bid_e9 = 0;          // 0: none
  std::int64_t best_ask_e9 = most;       // most: none
};

class OpenOrders {
 public:
  explicit OpenOrders(std::uint32_t max_orders)
      : memory_(std::size_t{max_orders} * sizeof(OpenOrder), "risk gate orders"),
        max_orders_(max_orders) {}

  bool has_place(std::uint32_t id) const noexcept { return id < max_orders_; }

  /// Whether an order of this id ever passed.
  bool is_known(std::uint32_t id) const noexcept {
    return has_place(id) && at(id).state != OrderState::none;
  }
  OpenOrder& at(std::uint32_t id) noexcept { return memory_.as<OpenOrder>()[id]; }
  const OpenOrder& at(std::uint32_t id) const noexcept { return memory_.as<OpenOrder>()[id]; }

  void link(std::uint32_t id, OwnOrders& own) noexcept {
    OpenOrder& order = at(id);
    std::uint32_t& first = own.first[side_place(order)];
    order.next = first;
    order.previous = 0;
    if (first != 0) at(first).previous = id;
    first = id;
    improve(order, own);
  }

  void unlink(std::uint32_t id, OwnOrders& own) noexcept {
    const OpenOrder& order = at(id);
    if (order.next != 0) at(order.next).previous = order.previous;
    if (order.previous != 0) {
      at(order.previous).next = order.next;
    } else {
      own.first[side_place(order)] = order.next;
    }
    find_best(order.side, own);
  }

  /// After a price has changed, or an order left. As many steps as we have orders there.
  void find_best(record::Side side, OwnOrders& own) const noexcept {
    const bool is_bid = side == record::Side::bid;
    if (is_bid) own.best_bid_e9 = 0;
    if (!is_bid) own.best_ask_e9 = most;
    for (std::uint32_t id = own.first[is_bid ? 0 : 1]; id != 0; id = at(id).next) {
      improve(at(id), own);
    }
  }

  void prefault(std::size_t orders) noexcept { memory_.prefault(orders * sizeof(OpenOrder)); }

 private:
  static std::size_t side_place(const OpenOrder& order) noexcept {
    return order.side == record::Side::bid ? 0 : 1;
  }

  static void improve(const OpenOrder& order, OwnOrders& own) noexcept {
    const std::int64_t price = order.matching_price_e9();
    if (order.side == record::Side::bid) {
      if (price > own.best_bid_e9) own.best_bid_e9 = price;
    } else if (price < own.best_ask_e9) {
      own.best_ask_e9 = price;
    }
  }

  MappedMemory memory_;
  std::uint32_t max_orders_;
};

}  // namespace hft::risk
