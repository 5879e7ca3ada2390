// SoupbinClient: our side of a SoupBinTCP session as a state machine without sockets or clocks.
//
// Bytes go in, messages with their numbers come out; bytes to send are taken from here; time is
// told. So every split of the stream, every cut and every silence is a plain test. Messages are
// numbered by counting, and the count survives the connection: after a cut the next login asks for
// the first message that was not seen.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hft/order/output_buffer.hpp"
#include "hft/wire/soupbintcp.hpp"

namespace hft::order {

enum class SessionState : std::uint8_t {
  closed,      // no connection
  logging_in,  // the request is on its way
  open,        // logged in
  over,        // see the verdict; close the socket, then say disconnected()
};

/// How a connection ended. The last group needs a person: login() refuses from then on.
enum class SessionVerdict : std::uint8_t {
  ok,
  connection_lost,      // the other side closed it, or the network did
  silence,              // nothing was heard for silence_ns
  unknown_packet,       // a type that SoupBinTCP servers do not send
  unexpected_packet,    // a type that has no place here: data before the login, a second login
  bad_size,             // a packet of no or of the wrong length
  oversized,            // a packet longer than packet_max
  session_unavailable,  // the login was rejected: that session is not there (now)
  logged_out,           // after logout(), by the server

  end_of_session,   // the venue's day is over
  login_rejected,   // wrong name or password: another try may lock the account
  bad_login,        // the answer's session or number cannot be read
  session_changed,  // another session than the one whose messages were counted
  sequence_gap,     // the venue starts behind what was seen: messages are lost
  history_differs,  // the venue says another thing under a number that was seen, or nothing
  bad_message,      // a message that cannot be understood (the caller's verdict)
  foreign_orders,   // the venue has seen orders on this account that are not ours (likewise)
};

constexpr bool needs_a_person(SessionVerdict verdict) noexcept {
  return verdict >= SessionVerdict::end_of_session;
}
std::string_view name_of(SessionVerdict verdict) noexcept;

struct SoupbinConfig {
  std::string username;                        // at most 6 characters
  std::string password;                        // at most 10; never shown again
  std::string session;                         // at most 10; empty: the one that runs
  std::uint64_t heartbeat_ns = 1'000'000'000;  // of own silence, as the specification has it
  std::uint64_t silence_ns = 15'000'000'000;   // of theirs; the specification's example
  std::size_t packet_max = 4096;               // largest packet_length taken
  std::size_t output_bytes = 65'536;           // unsent bytes kept for a slow socket
  std::size_t remembered = 65'536;             // messages whose digests are kept; a power of two
};

struct SessionCounters {
  std::uint64_t logins;
  std::uint64_t messages;    // sequenced, handed on
  std::uint64_t duplicates;  // sequenced, seen before: skipped
  std::uint64_t heartbeats;  // the server's
  std::uint64_t heartbeats_sent;
  std::uint64_t debug_packets;
  std::uint64_t unused_bytes;  // from the packet on that ended a connection
  std::uint64_t output_full;
};

class SoupbinClient {
 public:
  /// Throws hft::Error when a name is too long or a size is none; never shows the password.
  explicit SoupbinClient(const SoupbinConfig& config);

  /// The socket is connected: asks for the session and the first message not yet seen. False when
  /// a login would be wrong: one is under way, or the last one ended in what needs a person.
  bool login(std::uint64_t now_ns) noexcept;

  /// What the socket gave. `sink(sequence_number, message)` is called for each new message in
  /// turn; it may append() to the output, and stop() the session.
  template <class Sink>
  SessionVerdict bytes_in(std::span<const std::byte> bytes, std::uint64_t now_ns, Sink&& sink);

  /// Heartbeats and silence; call it at least ten times a second.
  SessionVerdict on_time(std::uint64_t now_ns) noexcept;

  /// The socket is closed, by whomever. Unsent bytes are forgotten.
  void disconnected() noexcept;

  /// Asks the server to close. Messages that it still sends are taken; nothing more is appended.
  bool logout(std::uint64_t now_ns) noexcept;

  /// A whole packet to send. False when not logged in, or when there is no room.
  bool append(std::span<const std::byte> packet, std::uint64_t now_ns) noexcept;
  bool has_room(std::size_t bytes) const noexcept { return output_.room() >= bytes; }

  /// Bytes for the socket; then say how many it took.
  std::span<const std::byte> take_output() const noexcept { return output_.pending(); }
  void output_taken(std::size_t count) noexcept { output_.taken(count); }

  /// Ends the connection for a reason of the layer above.
  void stop(SessionVerdict verdict) noexcept { end(verdict); }

  SessionState state() const noexcept { return state_; }
  SessionVerdict verdict() const noexcept { return verdict_; }
  bool may_login() const noexcept {
    return state_ == SessionState::closed && !needs_a_person(verdict_);
  }
  bool is_leaving() const noexcept { return leaving_; }
  /// Whether the server has been idle since the login, so that what it had to repeat is here.
  bool was_idle() const noexcept { return idle_; }
  std::uint64_t next_sequence_number() const noexcept { return next_; }
  /// As the venue wrote it, padding included; all spaces before the first login.
  std::string_view session() const noexcept { return {session_.data(), session_.size()}; }
  /// The letter of a rejected login, else 0.
  char reject_reason() const noexcept { return reject_reason_; }
  const SessionCounters& counters() const noexcept { return counters_; }

 private:
  struct Frame {
    SessionVerdict verdict;
    std::size_t size;  // of the whole packet; 0: not known yet
  };

  /// Judges as much of a packet as is there, so that a bad one ends the session at the same byte
  /// however the stream was split.
  Frame frame_of(std::span<const std::byte> bytes) const noexcept;
  /// Anything but sequenced data.
  void on_control(char type, std::span<const std::byte> packet) noexcept;
  void on_heartbeat() noexcept;
  void on_accepted(const wire::soupbintcp::LoginAccepted& accepted) noexcept;
  void on_rejected(const wire::soupbintcp::LoginRejected& rejected) noexcept;
  /// True when the message is new.
  bool count_message(std::span<const std::byte> message) noexcept;
  void end(SessionVerdict verdict) noexcept;
  bool send_bare(char type, std::uint64_t now_ns) noexcept;
  bool is_connected() const noexcept {
    return state_ == SessionState::logging_in || state_ == SessionState::open;
  }

  template <class Sink>
  void on_packet(std::span<const std::byte> packet, Sink& sink);
  std::span<const std::byte> hold(std::span<const std::byte> bytes) noexcept;

  wire::soupbintcp::LoginRequest request_;
  std::uint64_t heartbeat_ns_;
  std::uint64_t silence_ns_;
  std::size_t packet_max_;
  OutputBuffer output_;
  std::vector<std::byte> held_;  // the front of a packet whose rest has not come
  std::size_t held_size_ = 0;
  std::vector<std::uint64_t> digests_;  // of message n at n & (size - 1)
  Alpha<10> session_;
  SessionState state_ = SessionState::closed;
  SessionVerdict verdict_ = SessionVerdict::ok;
  bool leaving_ = false;
  bool idle_ = false;
  char reject_reason_ = 0;
  std::uint64_t next_ = 1;      // first message not seen
  std::uint64_t incoming_ = 1;  // number of the connection's next message; behind next_: repeated
  std::uint64_t heard_ns_ = 0;
  std::uint64_t sent_ns_ = 0;
  SessionCounters counters_{};
};

template <class Sink>
SessionVerdict SoupbinClient::bytes_in(std::span<const std::byte> bytes, std::uint64_t now_ns,
                                       Sink&& sink) {
  if (!bytes.empty() && now_ns > heard_ns_) heard_ns_ = now_ns;
  while (!bytes.empty() && is_connected()) {
    const bool whole_here = held_size_ == 0;
    if (!whole_here) bytes = hold(bytes);
    const std::span<const std::byte> packet =
        whole_here ? bytes : std::span<const std::byte>(held_.data(), held_size_);
    const Frame frame = frame_of(packet);
    if (frame.verdict != SessionVerdict::ok) {
      counters_.unused_bytes += held_size_;
      end(frame.verdict);
    } else if (frame.size != 0 && packet.size() >= frame.size) {
      if (whole_here) bytes = bytes.subspan(frame.size);
      held_size_ = 0;
      on_packet(packet.first(frame.size), sink);
    } else if (whole_here) {
      std::memcpy(held_.data(), bytes.data(), bytes.size());
      held_size_ = bytes.size();
      bytes = {};
    }
  }
  counters_.unused_bytes += bytes.size();
  return verdict_;
}

template <class Sink>
void SoupbinClient::on_packet(std::span<const std::byte> packet, Sink& sink) {
  using wire::soupbintcp::PacketHeader;
  const char type = reinterpret_cast<const PacketHeader*>(packet.data())->packet_type;
  if (type != wire::soupbintcp::sequenced_data) return on_control(type, packet);
  if (state_ != SessionState::open) return end(SessionVerdict::unexpected_packet);
  const std::span<const std::byte> message = packet.subspan(sizeof(PacketHeader));
  if (count_message(message)) sink(next_ - 1, message);
}

}  // namespace hft::order
