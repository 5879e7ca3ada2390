// From the packet that was seen to the order that answers it, stage by stage.
//
// Only packets that cause an order are counted, by the first order they cause: what a packet costs
// that causes none is the replay's affair (stage_latency.hpp). A reading of the counter costs about
// 10 ns, and all of them are part of the times shown.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "hft/base/clock.hpp"
#include "hft/base/histogram.hpp"

namespace hft::engine {

class TickToTrade {
 public:
  enum Stage : std::uint8_t { received, decoded, applied, decided, passed, encoded };
  static constexpr std::size_t stage_count = 5;  // ways from one point to the next
  static constexpr std::array<std::string_view, stage_count> names{
      "packet_to_record", "record_to_book", "book_to_decision", "decision_to_gate", "gate_to_wire"};

  explicit TickToTrade(const Clock& clock) noexcept : clock_(clock) {}

  /// A packet is at hand: the beginning of a tick.
  void begin_packet() noexcept {
    begin();
    of_report_ = false;
  }
  /// Bytes of the order session, or a timer, may cause orders too; their way is another one.
  void begin_report() noexcept {
    begin();
    of_report_ = true;
  }

  /// What comes now is caused by no packet and no report: a timer, a person.
  void end() noexcept { next_ = encoded + 1; }

  /// The tick has come to `stage`. Stages that it jumped over took no time; what comes behind its
  /// first order is not its affair any more.
  void reach(Stage stage) noexcept {
    if (stage < next_) return;
    const std::uint64_t now = clock_.ticks();
    while (next_ <= stage) stamps_[next_++] = now;
    if (stage == encoded) record();
  }

  const Clock& clock() const noexcept { return clock_; }
  /// Ticks of the clock, from a stage to the next, in the order of `names`.
  const Histogram& stage(std::size_t index) const noexcept { return stages_[index]; }
  /// From packets.
  const Histogram& whole() const noexcept { return whole_; }
  /// From what the venue said of our orders.
  const Histogram& of_reports() const noexcept { return of_reports_; }

 private:
  void begin() noexcept {
    stamps_[received] = clock_.ticks();
    next_ = decoded;
  }

  void record() noexcept {
    if (of_report_) return of_reports_.record(stamps_[encoded] - stamps_[received]);
    for (std::size_t i = 0; i < stage_count; ++i) stages_[i].record(stamps_[i + 1] - stamps_[i]);
    whole_.record(stamps_[encoded] - stamps_[received]);
  }

  Clock clock_;
  std::array<std::uint64_t, stage_count + 1> stamps_{};
  bool of_report_ = false;
  std::uint8_t next_ = encoded + 1;  // no tick is under way
  std::array<Histogram, stage_count> stages_;
  Histogram whole_;
  Histogram of_reports_;
};

}  // namespace hft::engine
