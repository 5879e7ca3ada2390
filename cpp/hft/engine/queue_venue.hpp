// QueueVenue: our orders in the queues of a captured day, as if the others had not seen them.
//
// An order of ours stands behind the orders that were at its price when it came. It trades when an
// execution of the capture would have met it first: one of an order behind it, one at a worse
// price, or an order that comes in through its price. It takes what the captured book shows, each
// share once. The capture goes on as it went: what we traded is traded there as well, and nobody
// reacts to us. That is right for orders that are small beside the market, and for no others.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "hft/engine/simulated_venue.hpp"
#include "hft/record/order_event.hpp"
#include "hft/record/trade_event.hpp"

namespace hft::engine {

class QueueVenue final : public SimulatedVenue {
 public:
  void on_message(std::uint64_t time_ns, std::span<const record::Record> message,
                  const BookStage& books) override;
  void submit(std::uint64_t time_ns, const record::OrderCommand& command,
              const BookStage& books) override;

  std::size_t open_orders() const noexcept { return orders_.size(); }

 private:
  struct Order {
    record::OrderCommand terms;
    std::uint64_t order_id;  // ours at the venue, counted from 1
    std::uint32_t open;
    std::uint32_t executed;                   // of the whole chain of replaced orders
    std::unordered_set<std::uint64_t> ahead;  // captured orders at its price when it came
  };

  void on_order(const record::OrderEvent& event, const BookStage& books);
  void on_hidden_trade(const record::TradeEvent& event);
  void meet(std::uint32_t instrument, record::Side side, std::int64_t price_e9,
            std::uint64_t behind, std::uint32_t size);
  void enter(const record::OrderCommand& command, const BookStage& books);
  void replace(const record::OrderCommand& command, const BookStage& books);
  void cancel(const record::OrderCommand& command);
  void work(Order order, const BookStage& books);
  void take(Order& order, const BookStage& books);
  void fill(Order& order, std::uint32_t size, std::int64_t price_e9, char liquidity);
  void drop_filled();
  char refusal(const record::OrderCommand& command, const BookStage& books) const;
  std::vector<Order>::iterator find(std::uint32_t client_order_id);
  void report(const Order& order, record::ReportAction action, std::uint32_t size, char reason,
              std::int64_t price_e9, std::uint64_t reference = 0);

  std::uint64_t time_ns_ = 0;
  std::vector<Order> orders_;                               // in the order in which they came
  std::unordered_map<std::uint64_t, std::uint32_t> taken_;  // shares of captured orders, by id
  record::Side replaced_side_ = record::Side::none;
  std::uint64_t orders_made_ = 0;
  std::uint64_t matches_made_ = 0;
  std::uint32_t reports_made_ = 0;
};

}  // namespace hft::engine
