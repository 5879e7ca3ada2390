// The exchange without its sockets: accounts, matching, the feed, the day and the background flow,
// as one machine whose every word follows from its inputs.
//
// An input is a message of an account, the loss of an account's connection, or the time. What is
// said lies in the accounts' streams and in the feed's store, for whoever owns the sockets to send
// once the inputs are safe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "hft/engine/exchange/flow.hpp"
#include "hft/engine/exchange/flow_book.hpp"
#include "hft/engine/exchange/options.hpp"
#include "hft/venue/feed_publisher.hpp"
#include "hft/venue/matching_engine.hpp"
#include "hft/venue/order_entry.hpp"

namespace hft::engine::exchange {

struct CoreCounters {
  std::uint64_t messages = 0;       // of accounts
  std::uint64_t orders = 0;         // accepted, of accounts
  std::uint64_t flow_messages = 0;  // of the background flow that asked for something
  std::uint64_t flow_orders = 0;    // accepted
  std::uint64_t trades = 0;         // matches, each of two orders
  std::uint64_t rejected = 0;
  std::uint64_t cancelled = 0;
};

class ExchangeCore {
 public:
  /// Begins the day (directory, system events, the flow's first orders) at `start_ns`, or later
  /// where it is set so. Throws hft::Error where the options contradict themselves.
  ExchangeCore(const CoreOptions& options, std::uint64_t start_ns);
  ExchangeCore(const ExchangeCore&) = delete;
  ExchangeCore& operator=(const ExchangeCore&) = delete;

  // Inputs. Their times do not go back.
  /// False where the bytes are no message of the account's protocol.
  bool message(std::uint32_t account, std::span<const std::byte> message, std::uint64_t time_ns);
  /// The account's connection is gone: its orders leave where it is set so. True if any did.
  bool disconnected(std::uint32_t account, std::uint64_t time_ns);
  /// Does all that is due by then, at most so much of it that it takes well below a second.
  void advance(std::uint64_t time_ns);
  /// When something is next due; ~0: never.
  std::uint64_t next_due_ns() const noexcept;
  /// The day is over: said to everyone.
  void end_day(std::uint64_t time_ns);

  /// Whether disconnected() would do something.
  bool has_to_cancel(std::uint32_t account) const noexcept;

  std::uint32_t accounts() const noexcept { return static_cast<std::uint32_t>(entries_.size()); }
  venue::OrderEntry& account(std::uint32_t account) noexcept { return *entries_[account]; }
  const venue::OrderEntry& account(std::uint32_t account) const noexcept {
    return *entries_[account];
  }
  venue::FeedPublisher& feed() noexcept { return feed_; }
  const venue::FeedPublisher& feed() const noexcept { return feed_; }
  const venue::Symbols& symbols() const noexcept { return symbols_; }
  venue::TradingState state(std::uint32_t instrument) const noexcept {
    return matching_.state(instrument);
  }
  std::uint32_t live_orders() const noexcept { return matching_.order_count(); }
  const CoreCounters& counters() const noexcept { return counters_; }
  /// Of the displayed books, as every book set of the feed computes it.
  std::uint64_t digest() const { return matching_.displayed_digest(); }
  /// Maps the memory that the next messages will need; outside of matching.
  void reserve();

  /// Every order that rests, for tests: see venue::MatchingEngine::for_each_order.
  template <class Visit>
  void for_each_order(std::uint32_t instrument, record::Side side, Visit&& visit) const {
    matching_.for_each_order(instrument, side, visit);
  }

 private:
  struct Sink {  // of the matching engine
    ExchangeCore* core;
    void operator()(const venue::VenueEvent& event) const { core->said(event); }
  };
  using Matching = venue::MatchingEngine<Sink>;

  void said(const venue::VenueEvent& event);
  void apply(std::uint32_t account, const venue::OrderInput& input, std::uint64_t time_ns);
  void cancel_matching(std::uint32_t account, const venue::OrderInput& input,
                       std::uint64_t time_ns);
  void open_day(std::uint64_t time_ns);
  void expire(std::uint64_t time_ns);
  void run_schedule(std::uint64_t time_ns);
  void act(const Scheduled& scheduled, std::uint32_t instrument, std::uint64_t time_ns);
  void close(std::uint64_t time_ns);
  std::uint64_t flow_due_ns() const noexcept;
  void run_flow(std::uint64_t time_ns);
  void flow_step(std::uint64_t time_ns);
  void apply_flow(const FlowBook::Step& step, std::uint64_t time_ns);

  CoreOptions options_;
  std::uint64_t open_ns_;  // when the day begins
  std::uint64_t midnight_ns_;
  venue::Symbols symbols_;
  venue::FeedPublisher feed_;
  std::vector<std::unique_ptr<venue::OrderEntry>> entries_;  // by account, which is the owner
  std::unique_ptr<FlowSource> flow_;
  FlowBook flow_book_;
  std::uint64_t flow_pause_ns_ = 0;
  std::uint32_t flow_owner_;
  Sink sink_;
  Matching matching_;
  std::size_t scheduled_done_ = 0;
  bool opened_ = false;
  bool ended_ = false;
  CoreCounters counters_;
};

/// A number that differs where the options would make the exchange say something else.
std::uint64_t options_hash(const CoreOptions& options);

}  // namespace hft::engine::exchange
