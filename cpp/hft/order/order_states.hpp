// OrderStates: every order of ours of the session date, what became of it, and what it may still
// do.
//
// A window of the newest client_order_ids, dense and allocated once. Each report is judged by the
// table of legal steps, but what an order is follows from what was said of it and not from the turn
// in which it was said: reports that come late or early lead to the same end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "hft/order/order_life.hpp"
#include "hft/order/sequence_window.hpp"
#include "hft/record/order_command.hpp"
#include "hft/record/order_report.hpp"

namespace hft::order {

/// What became of a report.
enum class StateVerdict : std::uint8_t {
  applied,
  out_of_order,        // applied, though not its turn: reports are missing or were late
  duplicate,           // its number was seen: not applied
  unknown_order,       // no such order of ours: not applied. A fill of it is a matter for a halt
  forgotten,           // of an order that left the window: not applied
  overfill,            // a fill of more than was open: applied, for the shares are ours
  illegal_transition,  // not in the table: applied only if it is a fill; or more was cancelled
                       // than was open
  unknown_execution,   // undoes or corrects a fill that was never seen: not applied
  revived,             // the venue has an order that was taken for lost: applied
};
inline constexpr std::size_t state_verdict_count = 9;
std::string_view name_of(StateVerdict verdict) noexcept;

/// Whether a command makes sense for what is known.
enum class CommandVerdict : std::uint8_t {
  sendable,
  bad_action,
  id_used,          // not above every id before it: venues take none below
  unknown_order,    // of a replace or a cancel
  order_closed,     // of a replace or a cancel
  replace_pending,  // another replace of the order is on its way
  window_full,      // the order that would leave the window is still open
};

enum OrderFact : std::uint16_t {
  fact_sent = 1,  // by this process, which so knows what it asked for
  fact_accepted = 2,
  fact_rejected = 4,
  fact_gave_way = 8,
  fact_lost = 16,
  fact_cancel_asked = 32,
  fact_cancel_waits = 64,  // the venue has the cancel and will act on it later
  fact_broken = 128,       // an execution was undone
};

struct Order {
  std::uint64_t reference;  // the venue's order id; 0: not known
  std::int64_t price_e9;
  std::uint32_t client_order_id;  // 0: an empty place
  std::uint32_t instrument;
  std::uint32_t size;            // liable in all: as asked for, then as the venue took it
  std::uint32_t executed;        // traded, and not undone
  std::uint32_t undone;          // traded, then broken
  std::uint32_t left;            // cancelled
  std::uint32_t keep;            // of a cancel: what may remain of `size`
  std::uint32_t original;        // the order it replaces, or 0
  std::uint32_t replacement;     // the order that is to replace it, or has; or 0
  std::uint32_t last_execution;  // 1 + place in the executions, 0: none
  std::uint16_t facts;           // OrderFact
  OrderState state;
  record::Side side;
  std::uint8_t strategy;
  std::uint8_t account;
  record::Venue venue;
  std::uint8_t channel;

  bool has(OrderFact fact) const noexcept { return (facts & fact) != 0; }
  /// Shares that may still trade; of a closed order none.
  std::uint32_t open() const noexcept {
    if ((facts & (fact_rejected | fact_gave_way)) != 0 || state == OrderState::lost) return 0;
    const std::uint64_t gone = std::uint64_t{executed} + undone + left;
    return gone < size ? static_cast<std::uint32_t>(size - gone) : 0;
  }
};
static_assert(sizeof(Order) == 64);

struct OrderStatesConfig {
  std::size_t orders = 1U << 18;      // in the window, a power of two; 64 bytes each
  std::size_t executions = 1U << 18;  // kept for broken trades; 24 bytes each
};

/// What a reconnect has settled.
struct Reconciled {
  std::uint32_t never_received;  // orders that did not reach the venue
  std::uint32_t ignored;         // orders that it has seen, and neither took nor refused
  std::uint32_t cancels_undone;  // cancels that did not reach it
  std::uint32_t open;            // orders that live on
};

class OrderStates {
 public:
  /// Throws hft::Error when a size is none.
  explicit OrderStates(const OrderStatesConfig& config);

  CommandVerdict may_send(const record::OrderCommand& command) const noexcept;
  /// The command is on its way. It must have been sendable.
  void sent(const record::OrderCommand& command) noexcept;

  /// What the venue says. Completes the report by what it leaves out: instrument, side, of a
  /// broken trade size and price, of a restatement what is open. `original`: of `replaced` the
  /// order that leaves, if the message says it.
  StateVerdict apply(record::OrderReport& report, std::uint32_t original = 0) noexcept;

  /// The next order that the last apply() has shown to be lost: a replace of what was gone is
  /// answered by nothing. 0 when there is none.
  std::uint32_t take_lost() noexcept;

  /// While on, orders that are not known are taken from the reports: after a restart.
  void adopt_unknown(bool on) noexcept { adopting_ = on; }

  /// The connection is gone: what is open is uncertain until reconciled.
  void disconnected() noexcept { uncertain_ = true; }
  bool is_uncertain() const noexcept { return uncertain_; }

  /// All that the venue had to say was applied. Orders without an answer are lost, cancels without
  /// one undone; `told(order, was_cancel)` is called for each. `venue_next`: the first id that the
  /// venue has not seen, or 0 when it cannot be asked.
  template <class Told>
  Reconciled reconcile(std::uint32_t venue_next, Told&& told) noexcept;

  const Order* find(std::uint32_t client_order_id) const noexcept;
  /// The highest client_order_id sent or seen, 0 when none.
  std::uint32_t newest() const noexcept { return newest_; }
  const SequenceWindow& sequence() const noexcept { return sequence_; }
  std::uint64_t count(StateVerdict verdict) const noexcept {
    return counts_[static_cast<std::size_t>(verdict)];
  }
  std::uint64_t executions_unkept() const noexcept { return executions_unkept_; }

  /// A message of the session that is no report: its number counts all the same.
  void skip(std::uint64_t sequence_number) noexcept { sequence_.mark(sequence_number); }

  /// Calls `visit(const Order&)` for every order of the window, by ascending id.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t i = 1; i <= orders_.size(); ++i) {
      const Order& order = orders_[(newest_ + i) & (orders_.size() - 1)];
      if (order.client_order_id != 0) visit(order);
    }
  }

  /// A digest of every order in the window: equal on equal states, in any process.
  std::uint64_t digest() const noexcept;

 private:
  struct Execution {
    std::uint64_t match_number;
    std::int64_t price_e9;
    std::uint32_t size;      // 0: undone
    std::uint32_t previous;  // 1 + place of the order's execution before
  };
  Order* find_mutable(std::uint32_t client_order_id) noexcept;
  Order& place_of(std::uint32_t client_order_id) noexcept {
    return orders_[client_order_id & (orders_.size() - 1)];
  }
  Order& start(std::uint32_t client_order_id) noexcept;
  Order* adopt(const record::OrderReport& report) noexcept;
  StateVerdict judge(record::OrderReport& report, std::uint32_t original) noexcept;
  StateVerdict carry_out(Order& order, record::OrderReport& report,
                         std::uint32_t original) noexcept;
  StateVerdict execute(Order& order, const record::OrderReport& report) noexcept;
  StateVerdict undo(Order& order, record::OrderReport& report) noexcept;
  StateVerdict correct(const Order& order, const record::OrderReport& report) noexcept;
  StateVerdict accept(Order& order, const record::OrderReport& report,
                      std::uint32_t original) noexcept;
  StateVerdict give_way(const Order& to) noexcept;
  StateVerdict reduce(Order& order, std::uint32_t size) noexcept;
  static void change(Order& order, record::OrderReport& report) noexcept;
  void free_original(const Order& order) noexcept;
  void lose_replacement(const Order& order) noexcept;
  Execution* execution_of(const Order& order, std::uint64_t match_number) noexcept;
  void settle(Order& order) noexcept;
  static OrderState state_of(const Order& order) noexcept;
  bool settle_unanswered(Order& order, std::uint32_t venue_next, Reconciled& result) noexcept;

  std::vector<Order> orders_;
  std::vector<Execution> executions_;
  std::size_t execution_count_ = 0;
  std::uint64_t executions_unkept_ = 0;
  SequenceWindow sequence_;
  std::uint32_t newest_ = 0;
  std::uint32_t lost_ = 0;  // first of the orders that take_lost() shows
  bool adopting_ = false;
  bool uncertain_ = false;
  std::array<std::uint64_t, state_verdict_count> counts_{};
};

template <class Told>
Reconciled OrderStates::reconcile(std::uint32_t venue_next, Told&& told) noexcept {
  Reconciled result{};
  for (std::size_t i = 1; i <= orders_.size(); ++i) {
    Order& order = orders_[(newest_ + i) & (orders_.size() - 1)];
    if (is_closed(order.state)) continue;
    const bool was_cancel = order.has(fact_accepted);
    if (settle_unanswered(order, venue_next, result)) told(std::as_const(order), was_cancel);
    if (!is_closed(order.state)) ++result.open;
  }
  lost_ = 0;
  uncertain_ = false;
  return result;
}

}  // namespace hft::order
