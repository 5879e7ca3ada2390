// One client's connection to the exchange, as SoupBinTCP wants it: a state machine without sockets.
//
// Bytes go in, bytes come out, and time is told. Login is checked by the host, which also owns the
// account's sequenced stream: the client's output is a place in that stream, so that a reconnect
// with any number is answered with the same bytes, and a client that does not read costs nothing
// but its distance, which is bounded. Whatever is no SoupBinTCP ends the connection with a reason.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "hft/venue/day_store.hpp"
#include "hft/wire/soupbintcp.hpp"

namespace hft::venue {

/// Why a connection ended. Each is a counter of the exchange.
enum class ClientEnd : std::uint8_t {
  open,            // it has not
  logged_out,      // the client said so
  disconnected,    // the client closed, or its connection broke
  not_authorised,  // unknown user or wrong password: rejected with A
  no_session,      // another session than today's: rejected with S
  number_ahead,    // asked for a number that is not yet: rejected with S
  login_timeout,   // connected and said nothing
  silent,          // logged in, and neither data nor heartbeat came for too long
  bad_length,      // a packet of length 0 or beyond the limit
  bad_type,        // a packet type that a client does not send
  bad_login,       // a login of the wrong length, or whose number is none
  no_login,        // data before the login
  second_login,    // logged in already
  bad_message,     // a message that the order protocol does not have
  slow,            // more than the limit is waiting for it
  stalled,         // took nothing for too long although something is waiting
  superseded,      // the account logged in again elsewhere: the newest connection counts
  session_ended,   // the exchange closed the session
};
inline constexpr std::size_t client_end_count = 18;

std::string_view name(ClientEnd end) noexcept;

struct SoupbinLimits {
  std::uint64_t login_ns = 30'000'000'000;     // the specification's "typically 30 seconds"
  std::uint64_t silence_ns = 15'000'000'000;   // likewise 15
  std::uint64_t heartbeat_ns = 1'000'000'000;  // the server's own, as the specification demands
  std::uint64_t stall_ns = 5'000'000'000;
  std::uint64_t backlog_bytes = 16 << 20;  // of what came since the login
  std::size_t packet_bytes = 4096;         // the longest that a client may send
};

/// A login request, its padding taken away.
struct SoupbinLogin {
  std::string_view user;
  std::string_view password;
  std::string_view session;       // empty: today's
  std::uint64_t sequence_number;  // 0: from the last message on
};

/// Appends a message of 1 to 1024 bytes to an account's stream, as a sequenced packet; returns the
/// room of its `bytes`, which the caller writes at once.
std::byte* append_sequenced(DayStore& stream, std::size_t bytes);

/// What the host answers to a login: the account's stream, or why not.
struct SoupbinAnswer {
  const DayStore* stream = nullptr;
  ClientEnd refused = ClientEnd::open;
  Alpha<10> session{};
};

class SoupbinServer {
 public:
  SoupbinServer(const SoupbinLimits& limits, std::uint64_t now_ns);

  /// Takes received bytes, in any pieces. The host must have
  ///   SoupbinAnswer login(const SoupbinLogin&)        of a login whose form is right, and
  ///   bool message(std::span<const std::byte>)        of an unsequenced message; false: it is none
  /// After an end the rest is left alone.
  template <class Host>
  void bytes_in(std::span<const std::byte> bytes, std::uint64_t now_ns, Host&& host);

  /// The next bytes to send; empty when there are none. They stay valid until sent() or the next
  /// call that changes the connection.
  std::span<const std::byte> output() noexcept;
  /// The first `bytes` of output() are with the system now.
  void sent(std::size_t bytes, std::uint64_t now_ns) noexcept;

  /// Heartbeats, time limits, and whether the client keeps up.
  void on_time(std::uint64_t now_ns) noexcept;

  /// The session is over: Z goes out behind everything else, then it ends.
  void end_session() noexcept;
  /// Ends for a reason that the host knows: disconnected, superseded.
  void close(ClientEnd why) noexcept;

  ClientEnd end() const noexcept { return end_; }
  bool is_logged_in() const noexcept { return stream_ != nullptr && end_ == ClientEnd::open; }
  /// Ended, and what had to be said (a rejection, Z) is said: the socket can be closed.
  bool is_finished() const noexcept { return end_ != ClientEnd::open && control_size_ == 0; }

 private:
  template <class Host>
  void packet(std::span<const std::byte> packet, Host& host);
  template <class Host>
  void login(std::span<const std::byte> payload, Host& host);
  /// How many of `bytes` complete the packet that has begun; ends the connection where its length
  /// is wrong.
  std::size_t gather(std::span<const std::byte> bytes) noexcept;
  bool parse(std::span<const std::byte> payload, SoupbinLogin& out) const noexcept;
  void accept(const SoupbinAnswer& answer, std::uint64_t number) noexcept;
  void reject(ClientEnd why) noexcept;
  void put_control(std::span<const std::byte> bytes) noexcept;
  bool has_unsent() const noexcept { return stream_ != nullptr && place_ != stream_->end(); }

  SoupbinLimits limits_;
  std::vector<std::byte> partial_;  // a packet that came in pieces; partial_size_ bytes are there
  std::size_t partial_size_ = 0;
  const DayStore* stream_ = nullptr;
  std::uint64_t place_ = 0;              // in the stream: the first byte not sent
  std::uint64_t login_place_ = 0;        // its end at login: what lies before is a replay asked for
  std::array<std::byte, 64> control_{};  // what is no part of the stream
  std::size_t control_size_ = 0;
  std::size_t control_sent_ = 0;
  ClientEnd end_ = ClientEnd::open;
  bool ending_ = false;  // end_session() was asked for
  std::uint64_t connected_ns_;
  std::uint64_t heard_ns_;
  std::uint64_t sent_ns_;
  std::uint64_t moved_ns_;  // when the client last took something, or nothing was waiting
};

template <class Host>
void SoupbinServer::bytes_in(std::span<const std::byte> bytes, std::uint64_t now_ns, Host&& host) {
  heard_ns_ = now_ns;
  while (!bytes.empty() && end_ == ClientEnd::open) {
    bytes = bytes.subspan(gather(bytes));
    if (end_ != ClientEnd::open || partial_size_ < sizeof(Be16)) continue;
    const auto& length = *reinterpret_cast<const Be16*>(partial_.data());
    const std::size_t whole = sizeof length + length;
    if (partial_size_ < whole) continue;
    partial_size_ = 0;
    packet(std::span(partial_).subspan(sizeof length, length), host);
  }
}

template <class Host>
void SoupbinServer::packet(std::span<const std::byte> packet, Host& host) {
  namespace soup = wire::soupbintcp;
  const auto payload = packet.subspan(1);
  switch (static_cast<char>(packet[0])) {
    case soup::unsequenced_data:
      if (stream_ == nullptr) return close(ClientEnd::no_login);
      if (!host.message(payload)) close(ClientEnd::bad_message);
      return;
    case soup::client_heartbeat:
      if (stream_ == nullptr) close(ClientEnd::no_login);
      return;
    case soup::LoginRequest::tag: return login(payload, host);
    case soup::logout_request: return close(ClientEnd::logged_out);
    case soup::debug: return;
    default: return close(ClientEnd::bad_type);
  }
}

template <class Host>
void SoupbinServer::login(std::span<const std::byte> payload, Host& host) {
  if (stream_ != nullptr) return close(ClientEnd::second_login);
  SoupbinLogin request{};
  if (!parse(payload, request)) return close(ClientEnd::bad_login);
  const SoupbinAnswer answer = host.login(request);
  if (answer.stream == nullptr) return reject(answer.refused);
  if (request.sequence_number > answer.stream->count() + 1) return reject(ClientEnd::number_ahead);
  accept(answer, request.sequence_number);
}

}  // namespace hft::venue
