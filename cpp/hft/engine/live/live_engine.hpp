// LiveEngine: one feed, one strategy, one order session, on one thread of its own.
//
// It begins by listening: books and gate follow the feed, and the instruments that the venue names
// go to the log. When trade() has told which of them to trade, orders may leave. Everything that
// comes in on other threads (controls, the strategy itself) comes through a ring or a mailbox and
// takes its place in the one sequence here.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "hft/base/clock.hpp"
#include "hft/engine/live/feed_input.hpp"
#include "hft/engine/live/live_config.hpp"
#include "hft/engine/live/log_tap.hpp"
#include "hft/engine/live/trading.hpp"
#include "hft/order/client_order_ids.hpp"
#include "hft/ring/owner.hpp"
#include "hft/ring/segment.hpp"
#include "hft/ring/spsc.hpp"

namespace hft::engine {

class LiveEngine {
 public:
  /// Opens sockets, rings and files and sets memory aside. Throws hft::Error.
  explicit LiveEngine(const LiveConfig& config);
  ~LiveEngine();
  LiveEngine(const LiveEngine&) = delete;
  LiveEngine& operator=(const LiveEngine&) = delete;

  /// Starts the thread: it listens.
  void start();

  /// Begins to trade. `controls` (limits, positions) take effect first. Once only. Throws
  /// hft::Error for a strategy or parameter that there is not.
  void trade(const StrategyChoice& choice, std::span<const record::ControlEvent> controls);

  /// Puts a control into the sequence. One thread calls it. Throws hft::Error when the engine takes
  /// none.
  void control(const record::ControlEvent& control);

  /// Reserves client_order_ids ahead of use; waits for the disk. Call it ten times a second.
  void maintain();

  /// Asks the thread to wind down: no new orders, open ones are cancelled, the session is closed.
  void stop() noexcept { stopping_.store(true, std::memory_order_release); }
  /// Waits for the thread. Throws what ended it, if it was an error.
  void join();
  bool running() const noexcept { return running_.load(std::memory_order_acquire); }

  /// A copy that is at most 10 ms old while it runs, and exact afterwards.
  LiveCounts counts() const;
  /// Good after join() only.
  const TickToTrade& times() const noexcept { return times_; }
  const feed::itch50::FeedCounters& feed_counters() const noexcept { return feed_.counters(); }
  const risk::Gate& gate() const noexcept { return gate_; }
  std::span<const std::uint64_t> send_verdicts() const noexcept;

 private:
  struct Sink {
    LiveEngine* engine;
    void operator()(std::span<const record::Record> records) { engine->on_records(records); }
  };

  static constexpr std::uint64_t tick_ns = 10'000'000;   // timers, counts
  static constexpr std::uint64_t mark_ns = 100'000'000;  // touches of traded instruments, logged
  static constexpr std::uint64_t clock_ns = 1'000'000'000;
  static constexpr std::size_t controls_max = 1024;  // waiting

  void run() noexcept;
  void loop();
  bool poll_once();
  void on_records(std::span<const record::Record> records) noexcept;
  void listen(std::span<const record::Record> records) noexcept;
  void note_instruments(std::span<const record::Record> records) noexcept;
  bool take_controls();
  void take_control(const record::ControlEvent& asked) noexcept;
  void on_tick(std::uint64_t now_ns);
  void begin_trading(std::uint64_t now_ns);
  void log_marks() noexcept;
  void tell_clock(std::uint64_t now_ns) noexcept;
  void publish_counts();
  void wind_down();
  record::ControlEvent own_control(record::ControlAction action,
                                   std::uint64_t now_ns) const noexcept;

  LiveConfig config_;
  Clock clock_;
  TickToTrade times_;
  book::OrderBookSet books_;
  risk::Gate gate_;
  order::InstrumentSymbols symbols_;
  order::ClientOrderIds ids_;
  LogTap tap_;
  ring::Segment control_ring_;
  ring::OwnerClaim control_reader_claim_;
  ring::OwnerClaim control_writer_claim_;
  ring::SpscConsumer controls_in_;
  ring::SpscProducer controls_out_;
  FeedInput<Sink> feed_;
  std::array<record::Touch, 128> touches_;

  std::unique_ptr<Trading> trading_;                     // of the thread
  std::unique_ptr<Trading> arriving_;                    // the mailbox, under its mutex
  std::vector<record::ControlEvent> arriving_controls_;  // likewise
  std::vector<std::uint32_t> traded_;
  std::vector<book::BestPrices> marked_;
  std::mutex mailbox_mutex_;
  std::atomic<bool> has_mail_{false};

  std::uint64_t next_tick_ns_ = 0;
  std::uint64_t next_mark_ns_ = 0;
  std::uint64_t next_clock_ns_ = 0;
  std::uint64_t control_number_ = 0;
  std::uint64_t records_ = 0;
  std::uint64_t touch_count_ = 0;

  std::atomic<bool> stopping_{false};
  std::atomic<bool> running_{false};
  mutable std::mutex counts_mutex_;
  LiveCounts counts_;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace hft::engine
