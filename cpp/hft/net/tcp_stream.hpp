// One TCP connection: non-blocking, without Nagle's delay, closed on exec.
//
// A read or write takes what the system has room for and answers at once. Nothing here buffers:
// who writes keeps what was not taken.
#pragma once

#include <span>

#include "hft/net/socket.hpp"

namespace hft::net {

enum class ConnectVerdict : std::uint8_t {
  connected,
  pending,  // ask again later
  refused,  // nobody listens, or no way there: close it and try again later
};

class TcpStream {
 public:
  TcpStream() noexcept = default;
  /// Takes over a connected socket, as TcpListener::accept makes it.
  explicit TcpStream(Socket socket) noexcept;

  /// Begins to connect and does not wait: ask connect_verdict(). Throws hft::Error only where no
  /// socket can be made; a refusal is a verdict, for whoever reconnects all day.
  static TcpStream connect(const SocketAddress& to);
  ConnectVerdict connect_verdict() noexcept;
  /// Why the last connect_verdict() was `refused`, for messages.
  std::string refusal() const;

  /// Reads what is there, at most `room`, which must not be empty.
  IoResult read(std::span<std::byte> room) noexcept;
  /// Writes as much of `bytes` as there is room for. A closed peer is a verdict and no signal.
  IoResult write(std::span<const std::byte> bytes) noexcept;

  bool is_open() const noexcept { return socket_.is_open(); }
  void close() noexcept { socket_.close(); }
  int fd() const noexcept { return socket_.fd(); }
  SocketAddress local_address() const noexcept { return socket_.local_address(); }
  SocketAddress peer_address() const noexcept;

  /// Has the kernel poll the device for up to `us` before it says that nothing is there. False
  /// where the system refuses (above net.core.busy_read it needs CAP_NET_ADMIN).
  bool set_busy_poll(int us) noexcept;
  /// Bounds what the kernel keeps of our unsent bytes; for tests of slow readers.
  bool set_send_buffer(int bytes) noexcept;
  bool set_receive_buffer(int bytes) noexcept;

 private:
  Socket socket_;
  int refused_by_ = 0;  // errno of the connection
};

}  // namespace hft::net
