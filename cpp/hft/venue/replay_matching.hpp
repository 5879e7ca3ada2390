// A captured book with simulated orders of ours in it: what a backtest trades against.
//
// The capture goes on as it was; our orders change nothing in it. An order of ours joins the tail
// of its price's queue, and since the feed names orders, the size ahead of it is exact: it shrinks
// with the executions and cancels of just those orders that stood there when ours arrived. What
// trades behind us, or at a worse price, would have met us first and fills us. Whatever comes in
// happens now: latencies are of whoever calls (engine/backtest.hpp). The model and what it cannot
// know: docs/venues/replay-matching.md.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "hft/book/map_book.hpp"
#include "hft/record/order_command.hpp"
#include "hft/record/order_event.hpp"
#include "hft/record/order_report.hpp"
#include "hft/record/status_event.hpp"
#include "hft/record/touch.hpp"
#include "hft/record/trade_event.hpp"
#include "hft/venue/order_terms.hpp"

namespace hft::venue {

struct ReplayConfig {
  book::Config books;
  PostOnlyRule post_only = PostOnlyRule::adjust;
  std::int64_t tick_e9 = 10'000'000;
};

class ReplayMatching {
 public:
  explicit ReplayMatching(const ReplayConfig& config);

  /// A record of the feed, in sequence. The reports that came of it are good until the next call;
  /// both their times are the venue's. A time that goes back counts as the latest one.
  std::span<const record::OrderReport> on_record(const record::Record& record);

  /// The touches that the last record made; good until the next one.
  std::span<const record::Touch> touches() const noexcept { return touches_; }

  /// A command arrives, behind all records so far.
  std::span<const record::OrderReport> submit(const record::OrderCommand& command,
                                              std::uint64_t time_ns);

  /// Shares ahead of a live order of ours in its queue; 0 where it is first, or not there.
  std::uint64_t size_ahead(std::uint32_t client_order_id) const noexcept;
  std::size_t order_count() const noexcept { return orders_.size(); }
  const book::MapBookSet& books() const noexcept { return books_; }

 private:
  struct Ahead {
    std::uint64_t order_id;
    std::uint32_t size;
  };
  struct OwnOrder {
    record::OrderCommand command;  // as it stands: price, client_order_id …
    std::uint64_t order_id = 0;
    std::uint32_t open = 0;
    std::uint32_t liable = 0;  // executed so far, by the chain of replaced orders
    std::uint64_t arrival = 0;
    std::vector<Ahead> ahead;
    std::uint64_t size_ahead = 0;
    bool bid() const noexcept { return command.side == record::Side::bid; }
    bool hidden() const noexcept { return command.display == record::display_none; }
  };
  /// Captured shares that would have met our resting orders: those at a better price, and where
  /// `at_price` holds those at this price that nobody stands ahead of.
  struct Flow {
    std::uint32_t instrument;
    record::Side resting;  // the side of ours that they meet
    std::int64_t price_e9;
    std::uint64_t size;
    bool at_price;
  };

  void begin(std::uint64_t time_ns);
  void enter(const record::OrderCommand& command);
  void work(OwnOrder order, record::ReportAction answer);
  void replace(const record::OrderCommand& command);
  void cancel(const record::OrderCommand& command);
  char refusal(const record::OrderCommand& command) const;
  bool place_post_only(record::OrderCommand& command) const;
  void take(OwnOrder& order);
  std::uint32_t take_from(OwnOrder& order, const book::Order& resting);
  void join_queue(OwnOrder& order);

  void on_order_event(const record::OrderEvent& event);
  void on_trade(const record::TradeEvent& trade);
  void on_status(const record::StatusEvent& status);
  void leaves(const record::OrderEvent& event, const book::Order& order, std::uint32_t size);
  void meet(Flow flow);
  void forget_queues(std::uint32_t instrument);
  void apply_to_books(const record::Record& record);

  void report(const OwnOrder& order, record::ReportAction action, std::uint32_t size, char reason,
              std::int64_t price_e9, std::uint64_t reference);
  void reject(const record::OrderCommand& command, char reason);
  void execute(OwnOrder& order, std::uint32_t size, std::int64_t price_e9, Liquidity liquidity);
  void remove_done();
  OwnOrder* find(std::uint32_t client_order_id) noexcept;

  ReplayConfig config_;
  book::MapBookSet books_;  // each order of ours asks for a queue: the fast book would scan for it
  std::vector<OwnOrder> orders_;  // live ones, in the order of their arrival
  std::unordered_map<std::uint64_t, std::uint32_t> taken_;  // of captured orders, by ours
  std::vector<record::OrderReport> reports_;
  std::vector<record::Touch> touches_;
  std::uint64_t now_ns_ = 0;
  std::uint64_t next_order_id_ = std::uint64_t{1} << 63;  // no venue's ids reach there
  std::uint64_t next_match_number_ = std::uint64_t{1} << 63;
  std::uint64_t next_arrival_ = 1;
  std::uint64_t next_report_ = 1;
};

}  // namespace hft::venue
