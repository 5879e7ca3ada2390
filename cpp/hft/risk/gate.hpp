// The risk gate: an order command goes in, and comes out as a PassedCommand or with the number of
// the check that refused it. docs/risk.md says what is checked, in which order.
//
// A pure function of the records it is given, in their order: no clock, no file, no random device.
// Nothing here allocates, locks or throws after construction. One thread calls it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "hft/record/control_event.hpp"
#include "hft/record/instrument_event.hpp"
#include "hft/record/order_command.hpp"
#include "hft/record/order_report.hpp"
#include "hft/record/passed_command.hpp"
#include "hft/record/status_event.hpp"
#include "hft/record/touch.hpp"
#include "hft/risk/executions.hpp"
#include "hft/risk/gate_config.hpp"
#include "hft/risk/kill_switch.hpp"
#include "hft/risk/last_enter.hpp"
#include "hft/risk/market_view.hpp"
#include "hft/risk/merged_limits.hpp"
#include "hft/risk/multiple_of.hpp"
#include "hft/risk/open_orders.hpp"
#include "hft/risk/order_sessions.hpp"
#include "hft/risk/positions.hpp"
#include "hft/risk/rate_window.hpp"
#include "hft/risk/repeat_window.hpp"
#include "hft/risk/shared_state.hpp"
#include "hft/risk/verdict.hpp"

namespace hft::risk {

/// `passed` is null unless the verdict is Verdict::passed; good until the next call of `check`.
struct Checked {
  Verdict verdict;
  const record::PassedCommand* passed;
};

class Gate {
 public:
  /// All limits are missing: every order is refused until controls have set them.
  explicit Gate(const GateConfig& config) : Gate(config, SharedState::anonymous(config)) {}

  /// `shared` was made for the same `config`.
  Gate(const GateConfig& config, SharedState shared);

  Checked check(const record::OrderCommand& command) noexcept;

  void on_touch(const record::Touch& touch) noexcept;
  void on_status(const record::StatusEvent& status) noexcept;
  void on_instrument(const record::InstrumentEvent& event) noexcept;
  ReportVerdict on_report(const record::OrderReport& report) noexcept;
  ControlVerdict on_control(const record::ControlEvent& control) noexcept;

  const GateConfig& config() const noexcept { return config_; }
  const SharedState& shared() const noexcept { return shared_; }
  std::uint64_t now_ns() const noexcept { return now_ns_; }
  const OpenOrders& orders() const noexcept { return orders_; }

  /// Touches the memory of that many orders and executions, so that the first ones take no fault.
  void prefault(std::size_t orders) noexcept {
    orders_.prefault(orders);
    executions_.prefault(orders);
  }

 private:
  /// All that is asked about one instrument, in neighbouring lines.
  struct alignas(64) Instrument {
    MarketView market;
    OwnOrders own;
    bool is_killed = false;
    bool has_limits = false;               // none is missing
    std::array<LastEnter, 2> last_enters;  // bids, asks
    RateWindow orders;
    MultipleOf on_tick;  // and on the venue's price unit
    MultipleOf on_tick_below_one;
  };

  struct HostClock {
    std::int64_t offset_ns = record::price_null;  // price_null: not known
    std::uint64_t told_ns = 0;
  };

  /// One order being checked, with what the checks look at.
  struct Asked {
    const record::OrderCommand& command;
    std::size_t place;  // of the instrument
    Instrument& instrument;
    const InstrumentLimits& limits;
    const MergedLimits& merged;
    Actors actors;
    bool is_bid;
    bool is_market;
    bool is_auction = false;
    std::int64_t price_e9 = 0;                        // the checking price
    std::int64_t value_e6 = 0;                        // at the checking price
    std::array<std::int64_t, 3> holding_values_e6{};  // with this order
  };

  // gate_check.cpp: in the order of docs/risk.md. Inline, and all made one in check_order: as calls
  // they cost as much as what they do, and a shared library's are not inlined unless they say so.
  Verdict check_cancel(const record::OrderCommand& command) noexcept;
  [[gnu::flatten]] Verdict check_order(const record::OrderCommand& command) noexcept;
  inline Verdict check_form(const record::OrderCommand& command) const noexcept;
  inline Verdict check_admission(const Asked& asked) const noexcept;
  inline Verdict check_terms(const Asked& asked) const noexcept;
  inline Verdict check_original(const Asked& asked) const noexcept;
  inline Verdict check_market(Asked& asked) const noexcept;
  inline Verdict check_price(Asked& asked) const noexcept;
  inline Verdict check_size(const Asked& asked) const noexcept;
  inline Verdict check_own(const Asked& asked) const noexcept;
  inline bool has_ample_room(Asked& asked) const noexcept;
  inline bool has_ample_room(Asked& asked, std::size_t k) const noexcept;  // of actor k
  [[gnu::noinline]] Verdict check_positions(const Asked& asked) const noexcept;
  [[gnu::noinline]] Verdict check_money(Asked& asked) const noexcept;
  inline Verdict check_rates(const Asked& asked) noexcept;
  inline bool has_bad_terms(const Asked& asked) const noexcept;
  inline bool is_stale(const Asked& asked) const noexcept;
  inline bool is_unlawful_short(const Asked& asked) const noexcept;
  inline void pass(const Asked& asked) noexcept;

  // gate_reports.cpp
  ReportVerdict take_report(const record::OrderReport& report) noexcept;
  ReportVerdict on_session(const record::OrderReport& report) noexcept;
  ReportVerdict on_unknown(const record::OrderReport& report) noexcept;
  ReportVerdict on_order(const record::OrderReport& report) noexcept;
  ReportVerdict on_accepted(const record::OrderReport& report) noexcept;
  ReportVerdict on_replaced(const record::OrderReport& report) noexcept;
  ReportVerdict on_executed(const record::OrderReport& report) noexcept;
  ReportVerdict on_broken(const record::OrderReport& report) noexcept;
  void take_answer(OpenOrder& order) noexcept;
  void set_leaves(std::uint32_t id, std::uint32_t leaves) noexcept;
  void set_price(OpenOrder& order, std::int64_t price_e9) noexcept;
  void count_execution(std::uint8_t strategy) noexcept;

  // gate_controls.cpp
  ControlVerdict take_control(const record::ControlEvent& control) noexcept;
  ControlVerdict on_limit(const record::ControlEvent& control) noexcept;
  ControlVerdict set_actor_limit(const record::ControlEvent& control, const LimitInfo& info,
                                 std::size_t actor) noexcept;
  ControlVerdict set_instrument_limit(const record::ControlEvent& control,
                                      const LimitInfo& info) noexcept;
  ControlVerdict on_switch(const record::ControlEvent& control) noexcept;
  ControlVerdict on_position(const record::ControlEvent& control) noexcept;
  void look_for_damage() noexcept;
  void merge_limits() noexcept;
  void set_ticks(std::size_t place) noexcept;
  std::optional<std::size_t> actor_of(record::Scope scope, std::uint32_t id) const noexcept;

  // gate.cpp
  void tell_time(std::uint64_t time_ns) noexcept {
    if (time_ns <= now_ns_) return;
    now_ns_ = time_ns;
    bucket_ = RateWindow::bucket_of(time_ns);
  }
  /// no_place: outside the table.
  std::size_t place_of(std::uint32_t instrument) const noexcept {
    const std::size_t feed = instrument >> 16;
    const std::size_t locate = instrument & 0xffff;
    if (feed >= config_.feeds || locate >= config_.instruments) return no_place;
    return feed * config_.instruments + locate;
  }
  void set_mark(std::size_t place, std::int64_t mark_e9) noexcept;
  void prefetch(std::size_t place) const noexcept;
  void begin_session(std::uint8_t venue) noexcept;

  static constexpr std::size_t no_place = ~std::size_t{0};

  GateConfig config_;
  SharedState shared_;
  std::span<InstrumentLimits> instrument_limits_;
  std::span<std::uint64_t> verdict_counts_;
  std::uint64_t now_ns_ = 0;
  std::uint64_t bucket_ = 0;  // of now, for rates
  HostClock host_clock_;
  std::array<VenueState, 256> venues_;  // by record::Venue
  std::vector<Instrument> instruments_;
  std::vector<MergedLimits> merged_;            // by strategy
  std::array<bool, actors_most> is_damaged_{};  // by actor: its limits were changed from outside
  KillSwitch kill_switch_;
  Positions positions_;
  OpenOrders orders_;
  Executions executions_;
  std::vector<OrderSession> sessions_;
  std::vector<RepeatWindow> repeat_windows_;  // by strategy
  std::vector<RateWindow> message_windows_;   // by actor
  std::optional<record::PassedCommand> passed_;
};

}  // namespace hft::risk
