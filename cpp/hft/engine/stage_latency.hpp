// How long sampled packets take from stage to stage.
//
// A sampled packet travels alone: what was gathered before it is flushed first, and its own records
// are flushed right behind it, so that its times hold nothing of its neighbours. All others go on
// in blocks of up to 128 records, for which the books look ahead: the times shown are of messages
// one at a time, not of the throughput. At one packet in 128 the samples cost 3 ns a message of
// 163, at one in 512 less than the noise; a reading of the counter costs 10 ns and is part of every
// time.
#pragma once

#include <cstdint>
#include <optional>

#include "hft/base/clock.hpp"
#include "hft/base/histogram.hpp"

namespace hft::engine {

class StageLatency {
 public:
  static constexpr std::size_t sample_every = 512;     // packets; all of them in a paced replay
  static constexpr std::size_t samples_per_chunk = 4;  // messages of a chunk of a raw file

  explicit StageLatency(const Clock& clock) : clock_(clock) {}

  /// The packet is at hand.
  void begin() noexcept {
    state_ = State::begun;
    begin_ = clock_.ticks();
  }

  /// Its records are written; the books have not seen them.
  void decoded() noexcept {
    if (state_ != State::begun) return;
    decoded_ = clock_.ticks();
    state_ = State::decoded;
  }

  /// The books have applied its records and have, or have not, made touches of them.
  void applied(bool touched) noexcept {
    if (state_ != State::decoded) return end();
    const std::uint64_t now = clock_.ticks();
    packet_to_record.record(decoded_ - begin_);
    record_to_book.record(now - decoded_);
    if (touched) packet_to_touch.record(now - begin_);
    end();
  }

  /// Nothing came of it, or not in this order: no sample.
  void end() noexcept { state_ = State::idle; }

  const Clock& clock() const noexcept { return clock_; }

  Histogram packet_to_record;  // ticks
  Histogram record_to_book;
  Histogram packet_to_touch;

 private:
  enum class State : std::uint8_t { idle, begun, decoded };

  Clock clock_;
  State state_ = State::idle;
  std::uint64_t begin_ = 0;
  std::uint64_t decoded_ = 0;
};

}  // namespace hft::engine
