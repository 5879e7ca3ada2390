// SimulatedVenue: what a backtest asks of whoever matches its orders against a captured day.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hft/engine/book_stage.hpp"
#include "hft/record/order_command.hpp"
#include "hft/record/order_report.hpp"
#include "hft/record/record.hpp"

namespace hft::engine {

class SimulatedVenue {
 public:
  SimulatedVenue() = default;
  virtual ~SimulatedVenue() = default;
  SimulatedVenue(const SimulatedVenue&) = delete;
  SimulatedVenue& operator=(const SimulatedVenue&) = delete;

  /// The records of one message, before `books` has applied them.
  virtual void on_message(std::uint64_t time_ns, std::span<const record::Record> message,
                          const BookStage& books) = 0;

  /// A command of ours arrives.
  virtual void submit(std::uint64_t time_ns, const record::OrderCommand& command,
                      const BookStage& books) = 0;

  /// What the venue has said since this was last asked, in order; taken away by it.
  std::vector<record::OrderReport> take_reports() { return std::exchange(reports_, {}); }

 protected:
  std::vector<record::OrderReport> reports_;
};

}  // namespace hft::engine
