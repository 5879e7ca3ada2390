// One synthetic session, message by message: the day's schedule and the order flow merged by time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hft/engine/synth/announcements.hpp"
#include "hft/engine/synth/instruments.hpp"
#include "hft/engine/synth/message_writer.hpp"
#include "hft/engine/synth/options.hpp"
#include "hft/engine/synth/order_flow.hpp"
#include "hft/engine/synth/schedule.hpp"
#include "hft/engine/synth/session_clock.hpp"

namespace hft::engine::synth {

class Session {
 public:
  /// Throws hft::Error where the options contradict each other or are out of range.
  explicit Session(const Options& options);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Writes the next length-prefixed messages into `room` (at least MessageWriter::max_block), as
  /// many as are sure to fit, and returns their bytes; 0 at the end of the session.
  std::size_t fill(std::span<std::byte> room);

  std::uint64_t messages_done() const noexcept { return messages_done_; }
  /// What was written so far; the digest is that of the books as they are.
  Summary summary() const;

 private:
  using Flow = void (Session::*)(std::uint64_t time_ns);
  struct FlowKind {
    std::uint32_t below;  // of the mix's total: the kind's upper end
    Flow flow;
  };
  static constexpr std::uint64_t never = ~std::uint64_t{0};

  void prepare_mix(const Mix& mix);
  bool step();
  void flow_step();
  bool steer(std::uint64_t time_ns, Flow flow);
  std::uint64_t live_goal() const noexcept;

  // One for each kind of the mix.
  void add(std::uint64_t time_ns) { orders_.add(time_ns, false); }
  void add_with_mpid(std::uint64_t time_ns) { orders_.add(time_ns, true); }
  void remove(std::uint64_t time_ns) { orders_.remove(time_ns); }
  void replace(std::uint64_t time_ns) { orders_.replace(time_ns); }
  void cancel(std::uint64_t time_ns) { orders_.cancel(time_ns); }
  void execute(std::uint64_t time_ns) { orders_.execute(time_ns, false); }
  void execute_with_price(std::uint64_t time_ns) { orders_.execute(time_ns, true); }
  void trade(std::uint64_t time_ns) { announcements_.trade(time_ns); }
  void broken_trade(std::uint64_t time_ns) { announcements_.broken_trade(time_ns); }
  void imbalance(std::uint64_t time_ns) { announcements_.imbalance(time_ns); }
  void retail_interest(std::uint64_t time_ns) { announcements_.retail_interest(time_ns); }
  void participant_position(std::uint64_t time_ns);
  void short_sale(std::uint64_t time_ns);

  Random random_;
  Instruments instruments_;
  std::vector<Scheduled> schedule_;
  MessageWriter writer_;
  std::uint64_t flow_messages_;  // those not scheduled
  std::uint64_t live_target_;
  std::uint64_t ramp_;  // flow messages until the target
  OrderFlow orders_;
  Announcements announcements_;
  SessionClock clock_;
  std::array<FlowKind, 13> flow_kinds_{};
  std::size_t scheduled_done_ = 0;
  std::uint64_t flow_done_ = 0;
  std::uint64_t flow_time_ = never;  // of the next flow message
  std::uint64_t messages_done_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t max_live_orders_ = 0;
};

}  // namespace hft::engine::synth
