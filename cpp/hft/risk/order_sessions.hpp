// Order sessions as the gate sees them: up or not, what is unanswered, and which reports were seen.
//
// What was sent before a connection broke and was not answered is in doubt: it may live at the
// venue or never have reached it. No new order goes to a session until all such orders are
// accounted for.
#pragma once

#include <cstddef>
#include <cstdint>

#include "hft/risk/open_orders.hpp"
#include "hft/risk/rate_window.hpp"
#include "hft/risk/seen_numbers.hpp"

namespace hft::risk {

struct OrderSession {
  std::uint32_t unanswered = 0;
  std::uint32_t doubtful = 0;
  std::uint32_t epoch = 0;  // how often it went down
  bool is_up = false;
  RateWindow orders;
  SeenNumbers seen;  // of reports

  bool takes_orders() const noexcept { return is_up && doubtful == 0; }

  void went_up(std::uint64_t next_sequence_number) noexcept {
    is_up = true;
    seen.begin_after(next_sequence_number == 0 ? 0 : next_sequence_number - 1);
  }
  void went_down() noexcept {
    is_up = false;
    ++epoch;
    doubtful = unanswered;
  }
  void sent(OpenOrder& order) noexcept {
    order.session_epoch = epoch;
    ++unanswered;
  }
  void answered(const OpenOrder& order) noexcept {
    --unanswered;
    if (order.session_epoch != epoch) --doubtful;
  }

  /// True when a report of this number was seen already; 0 is no number.
  bool has_seen(std::uint64_t sequence_number) noexcept {
    return sequence_number != 0 && seen.mark(sequence_number);
  }
};

}  // namespace hft::risk
