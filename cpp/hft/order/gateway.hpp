// Gateway: one order session, from commands that a risk gate has passed to reports of their fate.
//
// It joins the session, the encoder, the states of our orders and the throttle, and knows no
// socket. After every login it first learns what became of what was on its way: the messages that
// were missed are repeated by their numbers, then the venue is asked which orders it has seen, and
// only when every order is answered or known to be lost is it ready for another. docs/orders.md
// tells the whole of it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "hft/order/order_states.hpp"
#include "hft/order/protocols.hpp"
#include "hft/order/soupbin_client.hpp"
#include "hft/order/throttle.hpp"

namespace hft::order {

/// `reason` of reports that the gateway makes itself, with sequence_number 0: `rejected` of an
/// order that the venue has not, `cancel_rejected` of a cancel that it has not.
inline constexpr std::uint8_t reason_not_received = 254;

struct GatewayConfig {
  SoupbinConfig session;
  EncoderConfig encoder;
  OrderStatesConfig states;
  record::Venue venue = record::Venue::none;
  std::uint8_t channel = 0;       // of the records; commands for another one are refused
  std::uint64_t midnight_ns = 0;  // of the session date: midnight_new_york_ns()
  std::uint32_t messages_per_second = 10'000;
  std::uint32_t burst = 100;
  std::uint32_t kept_for_cancels = 20;  // of the burst: only cancels may use them
  bool cancel_on_disconnect = true;     // the port's setting at the venue; see kept_open()
};

enum class GatewayPhase : std::uint8_t {
  down,  // no session; connect
  logging_in,
  repeating,  // the venue repeats what was missed
  querying,   // it was asked which orders it has seen
  ready,
  leaving,  // after logout()
  stopped,  // for a person: see SoupbinClient::verdict()
};
constexpr std::string_view name_of(GatewayPhase phase) noexcept {
  constexpr std::array<std::string_view, 7> names{"down",  "logging_in", "repeating", "querying",
                                                  "ready", "leaving",    "stopped"};
  return names[static_cast<std::size_t>(phase)];
}

enum class SendVerdict : std::uint8_t {
  sent,
  not_ready,        // see phase()
  bad_action,       // or for another channel
  id_not_reserved,  // allow_ids_below() was not told of it
  id_used,          // not above every id before it
  unknown_order,
  order_closed,
  replace_pending,
  window_full,
  not_encodable,  // see encoder().verdict()
  output_full,    // the socket takes nothing
  throttled,
};
inline constexpr std::size_t send_verdict_count = 12;
constexpr std::string_view name_of(SendVerdict verdict) noexcept {
  constexpr std::array<std::string_view, send_verdict_count> names{
      "sent",        "not_ready",     "bad_action",   "id_not_reserved",
      "id_used",     "unknown_order", "order_closed", "replace_pending",
      "window_full", "not_encodable", "output_full",  "throttled"};
  return names[static_cast<std::size_t>(verdict)];
}

constexpr SendVerdict to_send_verdict(CommandVerdict verdict) noexcept {
  switch (verdict) {
    case CommandVerdict::sendable: return SendVerdict::sent;
    case CommandVerdict::bad_action: return SendVerdict::bad_action;
    case CommandVerdict::id_used: return SendVerdict::id_used;
    case CommandVerdict::unknown_order: return SendVerdict::unknown_order;
    case CommandVerdict::order_closed: return SendVerdict::order_closed;
    case CommandVerdict::replace_pending: return SendVerdict::replace_pending;
    case CommandVerdict::window_full: return SendVerdict::window_full;
  }
  return SendVerdict::bad_action;
}

struct GatewayCounters {
  std::array<std::uint64_t, send_verdict_count> sends;  // by SendVerdict
  std::uint64_t reports;                                // given to the sink
  std::uint64_t undecodable;    // messages that cannot be understood: each stops the session
  std::uint64_t stale_answers;  // to account queries of connections before
  std::uint64_t reconciliations;
};

template <Protocol P>
class Gateway {
 public:
  /// `symbols` outlives the gateway and may grow meanwhile. Throws hft::Error for a configuration
  /// that cannot be.
  Gateway(const GatewayConfig& config, const InstrumentSymbols& symbols);

  /// Ids below `limit` are reserved on disk: see ClientOrderIds. None are at first.
  void allow_ids_below(std::uint32_t limit) noexcept { ids_below_ = limit; }

  /// The socket is connected. False when a login would be wrong: see may_connect().
  bool connected(std::uint64_t now_ns) noexcept;
  bool may_connect() const noexcept { return phase_ == GatewayPhase::down && session_.may_login(); }
  /// The session is over: close the socket, then say disconnected().
  bool must_close() const noexcept { return session_.state() == SessionState::over; }

  /// What the socket gave, what the clock says, that the socket is closed. `sink(const
  /// record::OrderReport&)` is called in turn for each report; it may send().
  template <class Sink>
  void bytes_in(std::span<const std::byte> bytes, std::uint64_t now_ns, Sink&& sink);
  template <class Sink>
  void on_time(std::uint64_t now_ns, Sink&& sink);
  template <class Sink>
  void disconnected(std::uint64_t now_ns, Sink&& sink);

  SendVerdict send(const record::PassedCommand& passed) noexcept {
    const SendVerdict verdict = try_send(passed);
    ++counters_.sends[static_cast<std::size_t>(verdict)];
    return verdict;
  }

  /// Asks the venue to close the session. Orders stay as the venue keeps them.
  bool logout(std::uint64_t now_ns) noexcept;

  std::span<const std::byte> take_output() const noexcept { return session_.take_output(); }
  void output_taken(std::size_t count) noexcept { session_.output_taken(count); }

  bool ready() const noexcept { return phase_ == GatewayPhase::ready; }
  GatewayPhase phase() const noexcept { return phase_; }
  const SoupbinClient& session() const noexcept { return session_; }
  const OrderStates& orders() const noexcept { return states_; }
  const typename P::Encoder& encoder() const noexcept { return encoder_; }
  const GatewayCounters& counters() const noexcept { return counters_; }
  /// The first id that the venue will take, as far as it is known.
  std::uint32_t next_id() const noexcept { return std::max(venue_next_, states_.newest() + 1); }
  const Reconciled& last_reconciled() const noexcept { return reconciled_; }
  /// Orders that lived on over a disconnect although the port is said to cancel them.
  std::uint32_t kept_open() const noexcept { return cancel_on_disconnect_ ? reconciled_.open : 0; }

 private:
  SendVerdict try_send(const record::PassedCommand& passed) noexcept;
  template <class Sink>
  void on_message(std::uint64_t number, std::span<const std::byte> message, Sink& sink) noexcept;
  template <class Sink>
  void on_answer(std::uint32_t venue_next, Sink& sink) noexcept;
  template <class Sink>
  void follow_session(Sink& sink) noexcept;
  template <class Sink>
  void go_down(Sink& sink) noexcept;
  template <class Sink>
  void reconcile(std::uint32_t venue_next, Sink& sink) noexcept;
  template <class Sink>
  void tell_lost(const Order& order, bool was_cancel, Sink& sink) noexcept;
  template <class Sink>
  void tell_session(record::ReportAction action, Sink& sink) noexcept;
  record::OrderReport own_report(record::ReportAction action) const noexcept;

  ReportContext context_;
  std::uint32_t kept_for_cancels_;
  bool cancel_on_disconnect_;
  SoupbinClient session_;
  typename P::Encoder encoder_;
  OrderStates states_;
  Throttle throttle_;
  GatewayPhase phase_ = GatewayPhase::down;
  bool knows_ = false;         // whether all orders of the session are in states_
  std::uint32_t queries_ = 0;  // unanswered, of this connection and of those before
  std::uint32_t ids_below_ = 0;
  std::uint32_t venue_next_ = 1;
  std::uint32_t answered_ = 0;  // highest id that a report was about
  std::uint64_t now_ns_ = 0;
  Reconciled reconciled_{};
  GatewayCounters counters_{};
};

template <Protocol P>
Gateway<P>::Gateway(const GatewayConfig& config, const InstrumentSymbols& symbols)
    : context_{&symbols,       config.midnight_ns, 0, 0, config.venue,
               config.channel, config.encoder.desk},
      kept_for_cancels_(std::min(config.kept_for_cancels, config.burst - 1)),
      cancel_on_disconnect_(config.cancel_on_disconnect),
      session_(config.session),
      encoder_(symbols, config.encoder),
      states_(config.states),
      throttle_(config.messages_per_second, config.burst) {
  states_.adopt_unknown(true);
}

template <Protocol P>
bool Gateway<P>::connected(std::uint64_t now_ns) noexcept {
  if (!may_connect() || !session_.login(now_ns)) return false;
  now_ns_ = std::max(now_ns_, now_ns);
  phase_ = GatewayPhase::logging_in;
  return true;
}

template <Protocol P>
template <class Sink>
void Gateway<P>::bytes_in(std::span<const std::byte> bytes, std::uint64_t now_ns, Sink&& sink) {
  now_ns_ = std::max(now_ns_, now_ns);
  context_.receive_time_ns = now_ns;
  session_.bytes_in(bytes, now_ns, [&](std::uint64_t number, std::span<const std::byte> message) {
    on_message(number, message, sink);
  });
  follow_session(sink);
}

template <Protocol P>
template <class Sink>
void Gateway<P>::on_time(std::uint64_t now_ns, Sink&& sink) {
  now_ns_ = std::max(now_ns_, now_ns);
  session_.on_time(now_ns);
  follow_session(sink);
}

template <Protocol P>
template <class Sink>
void Gateway<P>::disconnected(std::uint64_t now_ns, Sink&& sink) {
  now_ns_ = std::max(now_ns_, now_ns);
  session_.disconnected();
  go_down(sink);
}

template <Protocol P>
bool Gateway<P>::logout(std::uint64_t now_ns) noexcept {
  if (!session_.logout(now_ns)) return false;
  phase_ = GatewayPhase::leaving;
  return true;
}

template <Protocol P>
SendVerdict Gateway<P>::try_send(const record::PassedCommand& passed) noexcept {
  const record::OrderCommand& command = passed.command();
  if (phase_ != GatewayPhase::ready) return SendVerdict::not_ready;
  if (command.channel != context_.channel) return SendVerdict::bad_action;
  const bool is_cancel = command.action == record::CommandAction::cancel;
  if (!is_cancel) {
    if (command.client_order_id >= ids_below_) return SendVerdict::id_not_reserved;
    if (command.client_order_id < venue_next_) return SendVerdict::id_used;
  }
  const CommandVerdict may = states_.may_send(command);
  if (may != CommandVerdict::sendable) return to_send_verdict(may);
  const std::span<const std::byte> packet = encoder_.encode(passed);
  if (packet.empty()) return SendVerdict::not_encodable;
  if (!session_.has_room(packet.size())) return SendVerdict::output_full;
  const std::uint64_t time_ns = std::max(now_ns_, command.receive_time_ns);
  if (!throttle_.take(time_ns, is_cancel ? 0 : kept_for_cancels_)) return SendVerdict::throttled;
  session_.append(packet, time_ns);
  states_.sent(command);
  return SendVerdict::sent;
}

template <Protocol P>
template <class Sink>
void Gateway<P>::on_message(std::uint64_t number, std::span<const std::byte> message,
                            Sink& sink) noexcept {
  context_.sequence_number = number;
  if (const std::uint32_t next = P::next_id(message); next != 0) {
    states_.skip(number);
    return on_answer(next, sink);
  }
  record::OrderReport report;
  const Verdict verdict = P::decode(message, context_, report);
  if (verdict == Verdict::ignored) return states_.skip(number);
  if (verdict != Verdict::report) {
    // A report that cannot be read may have been a fill: nothing that is known is sure any more.
    ++counters_.undecodable;
    return session_.stop(SessionVerdict::bad_message);
  }
  answered_ = std::max(answered_, report.client_order_id);
  if (states_.apply(report, P::replaced_order(message, context_)) == StateVerdict::duplicate) {
    return;
  }
  ++counters_.reports;
  sink(std::as_const(report));
  for (std::uint32_t id = states_.take_lost(); id != 0; id = states_.take_lost()) {
    tell_lost(*states_.find(id), false, sink);
  }
}

/// The answer stands in the one sequence of reports: what was said of our orders before we asked
/// has been said. Answers to questions of earlier connections may come first, and count for
/// nothing.
template <Protocol P>
template <class Sink>
void Gateway<P>::on_answer(std::uint32_t venue_next, Sink& sink) noexcept {
  if (phase_ != GatewayPhase::querying) {
    ++counters_.stale_answers;
    queries_ -= queries_ > 0 ? 1 : 0;
    return;
  }
  queries_ = 0;
  const bool knows_less = venue_next <= answered_;
  const bool knows_others = knows_ && venue_next > states_.newest() + 1;
  if (knows_less || knows_others) {
    return session_.stop(knows_less ? SessionVerdict::history_differs
                                    : SessionVerdict::foreign_orders);
  }
  reconcile(venue_next, sink);
}

template <Protocol P>
template <class Sink>
void Gateway<P>::follow_session(Sink& sink) noexcept {
  if (session_.state() == SessionState::over) return go_down(sink);
  if (session_.state() != SessionState::open) return;
  if (phase_ == GatewayPhase::logging_in) phase_ = GatewayPhase::repeating;
  if (phase_ != GatewayPhase::repeating) return;
  // An idle server has said all. Before that only a question that no older answer can be taken for
  // is sure to be answered behind what is repeated.
  const std::span<const std::byte> query = P::account_query();
  const bool sure = session_.was_idle() || (knows_ && queries_ == 0 && !query.empty());
  if (!sure) return;
  if (query.empty()) return reconcile(0, sink);
  if (!session_.append(query, now_ns_)) return;
  ++queries_;
  phase_ = GatewayPhase::querying;
}

template <Protocol P>
template <class Sink>
void Gateway<P>::reconcile(std::uint32_t venue_next, Sink& sink) noexcept {
  reconciled_ = states_.reconcile(
      venue_next, [&](const Order& order, bool was_cancel) { tell_lost(order, was_cancel, sink); });
  states_.adopt_unknown(false);
  knows_ = true;
  venue_next_ = std::max(venue_next_, venue_next);
  ++counters_.reconciliations;
  phase_ = GatewayPhase::ready;
  tell_session(record::ReportAction::session_up, sink);
}

template <Protocol P>
template <class Sink>
void Gateway<P>::go_down(Sink& sink) noexcept {
  if (phase_ == GatewayPhase::down || phase_ == GatewayPhase::stopped) return;
  phase_ = needs_a_person(session_.verdict()) ? GatewayPhase::stopped : GatewayPhase::down;
  states_.disconnected();
  tell_session(record::ReportAction::session_down, sink);
}

template <Protocol P>
template <class Sink>
void Gateway<P>::tell_lost(const Order& order, bool was_cancel, Sink& sink) noexcept {
  record::OrderReport report = own_report(was_cancel ? record::ReportAction::cancel_rejected
                                                     : record::ReportAction::rejected);
  report.instrument = order.instrument;
  report.size = was_cancel ? order.open() : order.size;
  report.side = order.side;
  report.reason = reason_not_received;
  report.price_e9 = order.price_e9;
  report.client_order_id = order.client_order_id;
  ++counters_.reports;
  sink(std::as_const(report));
}

template <Protocol P>
template <class Sink>
void Gateway<P>::tell_session(record::ReportAction action, Sink& sink) noexcept {
  record::OrderReport report = own_report(action);
  const std::uint64_t next = session_.next_sequence_number();
  report.sequence_number = static_cast<std::uint32_t>(next);
  report.sequence_number_high = static_cast<std::uint16_t>(next >> 32);
  report.reason = static_cast<std::uint8_t>(session_.verdict());
  ++counters_.reports;
  sink(std::as_const(report));
}

template <Protocol P>
record::OrderReport Gateway<P>::own_report(record::ReportAction action) const noexcept {
  record::OrderReport out{};
  out.event_time_ns = now_ns_;
  out.instrument = record::instrument_all;
  out.kind = record::Kind::order_report;
  out.action = action;
  out.receive_time_ns = now_ns_;
  out.price_e9 = record::price_null;
  out.venue = context_.venue;
  out.channel = context_.channel;
  return out;
}

// The type is the lock: a command that no gate has passed does not go in.
template <class G>
concept TakesUncheckedCommands = requires(G& gateway, const record::OrderCommand& command) {
  gateway.send(command);
};
static_assert(!TakesUncheckedCommands<Gateway<Ouch50>>);
static_assert(!TakesUncheckedCommands<Gateway<Ouch42>>);

}  // namespace hft::order
