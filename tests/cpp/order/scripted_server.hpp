// A venue of a few lines in memory: SoupBinTCP and OUCH 5.0 from the server's side, for tests.
//
// It takes orders, does what a test tells it to (fill, reduce, reject, break), numbers what it
// says, and repeats it to whoever logs in again. It is written from the specifications and shares
// no code with the client but the wire structs.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hft/wire/ouch50.hpp"
#include "hft/wire/soupbintcp.hpp"

namespace hft::order {

using Bytes = std::vector<std::byte>;

inline Bytes bytes_of(std::string_view text) {
  const auto view = std::as_bytes(std::span(text));
  return {view.begin(), view.end()};
}

template <class T>
Bytes bytes_of_struct(const T& value) {
  const auto view = std::as_bytes(std::span(&value, 1));
  return {view.begin(), view.end()};
}

/// A whole packet: the length, the type, the payload.
inline Bytes packet_of(char type, std::span<const std::byte> payload = {}) {
  const std::size_t length = payload.size() + 1;
  Bytes out(3 + payload.size());
  out[0] = static_cast<std::byte>(length >> 8);
  out[1] = static_cast<std::byte>(length);
  out[2] = static_cast<std::byte>(type);
  std::copy(payload.begin(), payload.end(), out.begin() + 3);
  return out;
}

/// `text` in a field of `width`, at its right end.
inline std::string right(std::string_view text, std::size_t width) {
  return std::string(width - text.size(), ' ') + std::string(text);
}

inline Bytes login_accepted(std::string_view session, std::uint64_t number) {
  return packet_of('A', bytes_of(right(session, 10) + right(std::to_string(number), 20)));
}

class ScriptedServer {
 public:
  struct Order {
    std::uint32_t size = 0;  // liable in all
    std::uint32_t executed = 0;
    std::uint32_t left = 0;
    bool live = false;
    std::uint32_t open() const { return live ? size - executed - left : 0; }
  };

  std::string session = "day1";
  std::string password = "secret";
  bool cancel_on_disconnect = false;
  bool answers_queries = true;
  std::uint64_t login_offset = 0;  // added to the number a login asks for

  // --- the connection -------------------------------------------------------------------------

  /// The client's bytes, in any pieces.
  void bytes_in(std::span<const std::byte> bytes) {
    input_.insert(input_.end(), bytes.begin(), bytes.end());
    while (input_.size() >= 2) {
      const std::size_t length =
          std::to_integer<std::size_t>(input_[0]) << 8 | std::to_integer<std::size_t>(input_[1]);
      if (input_.size() < length + 2) return;
      const Bytes packet(input_.begin() + 2, input_.begin() + 2 + static_cast<long>(length));
      input_.erase(input_.begin(), input_.begin() + 2 + static_cast<long>(length));
      on_packet(packet);
    }
  }
  /// What the client has not been sent yet.
  Bytes take_output() { return std::exchange(output_, {}); }
  void disconnected() {
    input_.clear();
    output_.clear();
    logged_in_ = false;
    if (!cancel_on_disconnect) return;
    for (auto& [id, order] : orders_) {
      if (order.live) cancel(id, order.open(), 'Z');
    }
  }
  /// A second without anything to say.
  void idle() {
    if (logged_in_) put(packet_of('H'));
  }
  void end_session() { put(packet_of('Z')); }
  void send_raw(const Bytes& bytes) { put(bytes); }
  bool logged_in() const { return logged_in_; }
  int heartbeats() const { return heartbeats_; }
  int logouts() const { return logouts_; }
  const std::string& requested_number() const { return requested_number_; }
  const std::string& requested_session() const { return requested_session_; }

  // --- what the venue does --------------------------------------------------------------------

  void fill(std::uint32_t id, std::uint32_t size, std::uint64_t match) {
    Order& order = orders_[id];
    if (!order.live) return;
    size = std::min(size, order.open());
    order.executed += size;
    if (order.open() == 0) order.live = false;
    say_fill(id, size, match);
  }
  /// Says a fill, whatever the order is.
  void say_fill(std::uint32_t id, std::uint32_t size, std::uint64_t match) {
    wire::ouch50::outbound::OrderExecuted out{};
    begin(out, id);
    out.shares = size;
    out.price = 1'000'000;
    out.liquidity_flag = 'A';
    out.match_number = match;
    say(out);
  }
  void cancel(std::uint32_t id, std::uint32_t size, char reason = 'U') {
    Order& order = orders_[id];
    if (!order.live) return;
    order.left += size;
    if (order.open() == 0) order.live = false;
    wire::ouch50::outbound::OrderCanceled out{};
    begin(out, id);
    out.shares = size;
    out.cancel_order_reason = reason;
    say(out);
  }
  void break_trade(std::uint32_t id, std::uint32_t size, std::uint64_t match) {
    if (orders_[id].executed < size) return;
    orders_[id].executed -= size;
    orders_[id].size -= size;
    wire::ouch50::outbound::BrokenTrade out{};
    begin(out, id);
    out.match_number = match;
    out.broken_trade_reason = 'E';
    say(out);
  }
  /// The next orders that come are refused.
  void reject_next(int count) { rejects_ = count; }
  void say_raw(const Bytes& message) {
    log_.push_back(message);
    if (logged_in_) put(packet_of('S', message));
  }
  template <class Message>
  void say(const Message& message) {
    say_raw(bytes_of_struct(message));
  }

  const std::map<std::uint32_t, Order>& orders() const { return orders_; }
  const std::vector<Bytes>& log() const { return log_; }
  std::uint32_t last_id() const { return last_id_; }
  int ignored() const { return ignored_; }

 private:
  template <class Message>
  void begin(Message& message, std::uint32_t id) {
    message.message_type = Message::tag;
    message.timestamp = 34'200'000'000'000 + log_.size();  // 09:30 and a nanosecond each
    message.user_ref_num = id;
  }
  void put(const Bytes& bytes) { output_.insert(output_.end(), bytes.begin(), bytes.end()); }

  void on_packet(const Bytes& packet) {
    const char type = static_cast<char>(packet[0]);
    if (type == 'L') return on_login(packet);
    if (!logged_in_) return;
    if (type == 'R') ++heartbeats_;
    if (type == 'O') ++logouts_;
    if (type == 'U') on_message(Bytes(packet.begin() + 1, packet.end()));
  }

  void on_login(const Bytes& packet) {
    const std::string text(reinterpret_cast<const char*>(packet.data()), packet.size());
    requested_session_ = text.substr(17, 10);
    requested_number_ = text.substr(27, 20);
    if (text.substr(7, 10) != password + std::string(10 - password.size(), ' ')) {
      return put(packet_of('J', bytes_of("A")));
    }
    const bool any = requested_session_ == std::string(10, ' ');
    if (!any && requested_session_ != right(session, 10)) {
      return put(packet_of('J', bytes_of("S")));
    }
    const std::uint64_t from = std::stoull(requested_number_) + login_offset;
    logged_in_ = true;
    put(login_accepted(session, from));
    for (std::size_t i = from - 1; i < log_.size(); ++i) put(packet_of('S', log_[i]));
  }

  template <class Message>
  static Message read(const Bytes& message) {
    Message out{};
    std::memcpy(&out, message.data(), std::min(sizeof out, message.size()));
    return out;
  }

  void on_message(const Bytes& message) {
    namespace in = wire::ouch50::inbound;
    switch (static_cast<char>(message[0])) {
      case 'O': return on_enter(read<in::EnterOrder>(message));
      case 'U': return on_replace(read<in::ReplaceOrder>(message));
      case 'X': return on_cancel(read<in::CancelOrder>(message));
      case 'Q':
        if (answers_queries) answer_query();
        return;
      default: ++ignored_;
    }
  }

  bool takes(std::uint32_t id) {
    if (id <= last_id_) {
      ++ignored_;
      return false;
    }
    last_id_ = id;
    return true;
  }

  bool refuses(std::uint32_t id) {
    if (rejects_ == 0) return false;
    --rejects_;
    wire::ouch50::outbound::RejectedOrder out{};
    begin(out, id);
    out.rejected_order_reason = 7;
    out.cl_ord_id.fill(' ');
    say(out);
    return true;
  }

  void on_enter(const wire::ouch50::inbound::EnterOrder& in) {
    if (!takes(in.user_ref_num) || refuses(in.user_ref_num)) return;
    orders_[in.user_ref_num] = {.size = in.shares, .live = true};
    wire::ouch50::outbound::OrderAccepted out{};
    begin(out, in.user_ref_num);
    fill_terms(out, in);
    out.side = in.side;
    out.symbol = symbols_[in.user_ref_num] = in.symbol;
    out.cross_type = in.cross_type;
    sides_[in.user_ref_num] = in.side;
    say(out);
  }

  void on_replace(const wire::ouch50::inbound::ReplaceOrder& in) {
    if (!takes(in.user_ref_num)) return;
    Order& original = orders_[in.orig_user_ref_num];
    if (!original.live) return;  // in silence, as the specification has it
    if (refuses(in.user_ref_num)) return;
    const std::uint32_t executed = original.executed;
    original.live = false;
    orders_[in.user_ref_num] = {.size = in.shares - executed, .live = true};
    wire::ouch50::outbound::OrderReplaced out{};
    begin(out, in.user_ref_num);
    fill_terms(out, in);
    out.orig_user_ref_num = in.orig_user_ref_num;
    out.shares = in.shares - executed;
    out.side = sides_[in.user_ref_num] = sides_[in.orig_user_ref_num];
    out.symbol = symbols_[in.user_ref_num] = symbols_[in.orig_user_ref_num];
    say(out);
  }

  void on_cancel(const wire::ouch50::inbound::CancelOrder& in) {
    const Order& order = orders_[in.user_ref_num];
    const std::uint32_t total = order.size - order.left;
    const std::uint32_t keep = std::max<std::uint32_t>(in.shares, order.executed);
    if (order.live && keep < total) cancel(in.user_ref_num, total - keep);
  }

  void answer_query() {
    wire::ouch50::outbound::AccountQueryResponse out{};
    out.message_type = out.tag;
    out.timestamp = 34'200'000'000'000 + log_.size();
    out.next_user_ref_num = last_id_ + 1;
    say(out);
  }

  template <class Out, class In>
  void fill_terms(Out& out, const In& in) {
    out.shares = in.shares;
    out.price = in.price;
    out.time_in_force = in.time_in_force;
    out.display = in.display;
    out.order_reference_number = 1'000 + in.user_ref_num;
    out.order_state = 'L';
    out.cl_ord_id = in.cl_ord_id;
  }

  Bytes input_;
  Bytes output_;
  bool logged_in_ = false;
  std::string requested_number_;
  std::string requested_session_;
  int heartbeats_ = 0;
  int logouts_ = 0;
  int rejects_ = 0;
  int ignored_ = 0;
  std::uint32_t last_id_ = 0;
  std::vector<Bytes> log_;
  std::map<std::uint32_t, Order> orders_;
  std::map<std::uint32_t, char> sides_;
  std::map<std::uint32_t, Alpha<8>> symbols_;
};

}  // namespace hft::order
