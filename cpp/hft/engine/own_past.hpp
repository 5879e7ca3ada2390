// OwnPast: what an earlier run of this engine has traded today, as the venue repeats it.
//
// After a restart the gate begins anew: the executions of orders that it never passed would halt
// it. So the reports before the first reconciliation are added up to positions, and the gate is
// told those. Its other memories of the day (gross value, results) begin at nothing, which the
// journal will mend.
#pragma once

#include <cstdint>
#include <map>

#include "hft/record/control_event.hpp"
#include "hft/record/order_report.hpp"

namespace hft::engine {

class OwnPast {
 public:
  explicit OwnPast(std::uint8_t account) : account_(account) {}

  bool is_over() const noexcept { return over_; }

  void add(const record::OrderReport& report) {
    const bool traded = report.action == record::ReportAction::executed;
    if (!traded && report.action != record::ReportAction::broken) return;
    const bool bought = (report.side == record::Side::bid) == traded;
    positions_[report.instrument] +=
        bought ? std::int64_t{report.size} : -std::int64_t{report.size};
  }

  /// `tell` takes one ControlEvent for each position; `now` gives them their time.
  template <class Tell>
  void finish(const record::OrderReport& now, Tell tell) {
    over_ = true;
    for (const auto& [instrument, position] : positions_) {
      record::ControlEvent control{};
      control.event_time_ns = control.receive_time_ns = now.receive_time_ns;
      control.instrument = instrument;
      control.kind = record::Kind::control;
      control.action = record::ControlAction::position;
      control.value = position;
      control.scope = record::Scope::account;
      control.scope_id = account_;
      control.reason = {'r', 'e', 's', 't', 'a', 'r', 't', ' ', ' ', ' ', ' ', ' '};
      tell(control);
    }
    positions_.clear();
  }

 private:
  std::uint32_t account_;
  bool over_ = false;
  std::map<std::uint32_t, std::int64_t> positions_;  // shares, by instrument
};

}  // namespace hft::engine
