// Captures in, books out: files through the stages in one thread.
//
//   capture ─▶ packets ─▶ datagrams ─▶ feeds and lines ─▶ records ─▶ books ─▶ touches
//   raw file ─▶ blocks ──────────────────────────────────▲
//
// The same input gives the same records, touches, books and counts, however it is cut into steps;
// only what is measured differs. Memory is taken at the start and stays flat.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hft/base/pace.hpp"
#include "hft/engine/capture_input.hpp"
#include "hft/engine/feed_run.hpp"
#include "hft/engine/outlet.hpp"
#include "hft/engine/raw_input.hpp"
#include "hft/engine/replay_options.hpp"
#include "hft/engine/stage_latency.hpp"
#include "hft/engine/time_series.hpp"
#include "hft/feed/feed_table.hpp"
#include "hft/net/datagram.hpp"

namespace hft::engine {

enum class EndedBy : std::uint8_t {
  running,
  end,      // of all files
  stopped,  // by stop()
  to_time,  // the selection's stop was reached
  damaged,  // a file could not be read to its end
};
std::string_view name(EndedBy ended_by) noexcept;

struct PacketCounts {
  std::uint64_t total = 0;
  std::uint64_t bytes = 0;
  std::uint64_t of_feeds = 0;
  std::uint64_t foreign = 0;  // datagrams of no feed, or of none that was asked for
  std::array<std::uint64_t, net::datagram_verdict_count> verdicts{};
};

struct Progress {
  std::uint64_t bytes_read;  // on disk
  std::uint64_t bytes;       // of all files; 0 where a pipe is among them
  std::uint64_t messages;    // that made records
};

class Replay {
 public:
  static constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

  /// Opens the files. Throws hft::Error where one cannot be read or is no capture, where captures
  /// and raw files are mixed, or where a raw file's session date is not known.
  explicit Replay(ReplayOptions options);

  /// Where records and touches go; they are closed by close().
  Outlets& outlets() noexcept { return outlets_; }

  /// Runs the next packets, about `messages` messages of them, at least one packet (of a raw file:
  /// one message). Returns at the latest after 50 ms of a paced replay's waiting. False at the end.
  /// Throws hft::Error at the end where no packet of a feed was found, or a symbol was not.
  bool advance(std::size_t messages = no_limit);

  /// Ends the replay after the packets at hand. Any thread, or a signal handler, may call it.
  void stop() noexcept { stop_.store(true, std::memory_order_relaxed); }

  /// Closes the outlets. May throw hft::Error: the disk is full.
  void close() { outlets_.close(); }

  EndedBy ended_by() const noexcept { return ended_by_; }
  Progress progress() const noexcept;
  const ReplayOptions& options() const noexcept { return options_; }
  bool is_raw() const noexcept { return raw_.has_value(); }
  std::vector<FileReport> files() const;

  /// By feed index; null for a feed that was not asked for.
  const std::vector<std::unique_ptr<FeedRun>>& feeds() const noexcept { return runs_; }
  const std::vector<feed::Feed>& feed_table() const noexcept { return table_.feeds(); }

  const PacketCounts& packets() const noexcept { return packets_; }
  const TimeSeries& series() const noexcept { return series_; }
  const StageLatency& latency() const noexcept { return latency_; }
  const Histogram& lateness() const noexcept { return lateness_; }  // ns, of a paced replay
  std::uint64_t first_receive_ns() const noexcept { return first_receive_ns_; }
  std::uint64_t last_receive_ns() const noexcept { return last_receive_ns_; }

 private:
  void open_files();
  void open_raw(std::vector<std::unique_ptr<net::ByteSource>> sources);

  bool advance_capture(std::size_t messages);
  void run_packets(std::span<const net::Packet> packets);
  bool is_sample() noexcept;
  void begin_sample();
  void end_sample();
  std::uint64_t run_packet(const net::Packet& packet, FeedRun*& run);
  FeedRun* run_of(const feed::FeedTable::Match& match);
  void hand_over(FeedRun* run);
  void count_packet(const net::Packet& packet, std::uint64_t messages) noexcept;
  void advance_time(std::uint64_t now_ns);
  void settle(std::span<const net::Packet> packets);
  Place locate(std::span<const net::Packet> packets, const FeedRun& run,
               std::uint64_t sequence_number) const noexcept;

  bool advance_raw(std::size_t messages);
  bool is_due(const RawInput::Chunk& chunk, const FeedRun& run);
  std::size_t run_chunk(const RawInput::Chunk& chunk, FeedRun& run);
  std::size_t run_one(const RawInput::Chunk& chunk, std::size_t done, FeedRun& run);
  void place_faults(const RawInput::Chunk& chunk, FeedRun& run,
                    std::uint64_t messages_before) const;

  bool wait_until(std::uint64_t time_ns);
  bool all_stopped() const noexcept;
  bool finish(EndedBy ended_by);
  void check_found() const;

  ReplayOptions options_;
  Outlets outlets_;
  std::optional<CaptureInput> captures_;
  std::optional<RawInput> raw_;
  std::uint64_t bytes_ = 0;  // of all files on disk
  feed::FeedTable table_;
  std::vector<std::unique_ptr<FeedRun>> runs_;
  std::span<const net::Packet> waiting_;                           // of a paced replay: not due yet
  std::array<FeedRun*, CaptureInput::batch_limit> packet_runs_{};  // of the packets at hand
  FeedRun* gathering_ = nullptr;  // whose records wait for the next flush
  std::uint64_t next_tick_ns_ = 0;

  PacketCounts packets_;
  TimeSeries series_;  // a raw file's runs count in it, a capture's packets do
  StageLatency latency_;
  std::size_t until_sample_ = 0;  // packets
  std::optional<Pacer> pacer_;
  Histogram lateness_;
  std::uint64_t first_receive_ns_ = 0;
  std::uint64_t last_receive_ns_ = 0;
  EndedBy ended_by_ = EndedBy::running;
  std::atomic<bool> stop_ = false;
};

}  // namespace hft::engine
