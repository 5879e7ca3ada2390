// A strategy on the bench: touches and reports go in, commands come out and are looked at.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "feature/touches.hpp"
#include "hft/record/status_event.hpp"
#include "hft/strategy/strategy.hpp"

namespace hft::strategy {

using feature::cent_e9;
using feature::nobody;
using feature::open_ns;
using feature::Quoted;
using feature::second_ns;
using feature::suspect;
using feature::touch_of;
using record::CommandAction;
using record::OrderCommand;
using record::ReportAction;
using record::Side;

inline constexpr std::uint32_t instrument = 7;  // of touch_of
inline constexpr std::array instruments{instrument};

inline record::OrderReport report_of(ReportAction action, std::uint32_t client_order_id,
                                     std::uint32_t size = 0, std::int64_t price_e9 = 0,
                                     std::uint64_t time_ns = open_ns) {
  record::OrderReport report{};
  report.event_time_ns = time_ns;
  report.instrument = record::instrument_all;  // most reports of a venue do not name it
  report.kind = record::Kind::order_report;
  report.action = action;
  report.sequence_number = 1;
  report.size = size;
  report.reason = action == ReportAction::accepted || action == ReportAction::replaced ? 'L' : ' ';
  report.price_e9 = price_e9;
  report.client_order_id = client_order_id;
  return report;
}

/// Of a venue that does what it is asked.
inline record::OrderReport answer_to(const OrderCommand& command, std::uint64_t time_ns = open_ns) {
  const auto id = command.client_order_id;
  switch (command.action) {
    case CommandAction::enter:
      return report_of(ReportAction::accepted, id, command.size, command.price_e9, time_ns);
    case CommandAction::replace:
      return report_of(ReportAction::replaced, id, command.size, command.price_e9, time_ns);
    default: return report_of(ReportAction::cancelled, id, 1'000'000, 0, time_ns);
  }
}

inline record::StatusEvent status_of(record::StatusAction action, std::uint32_t of, char state) {
  record::StatusEvent event{};
  event.event_time_ns = open_ns;
  event.instrument = of;
  event.kind = record::Kind::status;
  event.action = action;
  event.state = state;
  return event;
}

template <class S>
class Bench {
 public:
  template <class... Arguments>
  explicit Bench(const Arguments&... arguments) : strategy(arguments...) {}

  using Commands = std::vector<OrderCommand>;

  Commands record(const auto& event) {
    actions.begin(event);
    strategy.on_record(record::as<record::Record>(event), actions);
    return taken();
  }
  Commands touch(const record::Touch& touch) {
    actions.begin(touch);
    strategy.on_touch(touch, actions);
    return taken();
  }
  Commands report(const record::OrderReport& report) {
    actions.begin(report);
    strategy.on_report(report, actions);
    return taken();
  }
  Commands report(ReportAction action, std::uint32_t id = 0, std::uint32_t size = 0) {
    return report(report_of(action, id, size));
  }
  Commands time(std::uint64_t time_ns) {
    actions.begin(report_of(ReportAction::none, 0));
    strategy.on_time(time_ns, actions);
    return taken();
  }
  /// The venue takes what was asked for: new orders live, replaced ones too, cancels leave. Returns
  /// what the strategy asks for thereupon.
  Commands accept(const Commands& commands) {
    Commands more;
    for (const OrderCommand& command : commands) {
      const Commands caused = report(answer_to(command));
      more.insert(more.end(), caused.begin(), caused.end());
    }
    return more;
  }

  Actions actions{Identity{3, 4, record::Venue::xnas, 0}, 1};
  S strategy;

 private:
  Commands taken() const { return {actions.commands().begin(), actions.commands().end()}; }
};

inline const OrderCommand* of_side(const std::vector<OrderCommand>& commands, Side side) {
  for (const OrderCommand& command : commands) {
    if (command.side == side) return &command;
  }
  return nullptr;
}

inline std::vector<std::uint32_t> ids(const std::vector<OrderCommand>& commands,
                                      CommandAction action) {
  std::vector<std::uint32_t> out;
  for (const OrderCommand& command : commands) {
    EXPECT_EQ(command.action, action);
    out.push_back(command.client_order_id);
  }
  return out;
}

}  // namespace hft::strategy
