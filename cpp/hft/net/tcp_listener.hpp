// Waits for TCP connections, without blocking.
#pragma once

#include "hft/net/tcp_stream.hpp"

namespace hft::net {

enum class AcceptVerdict : std::uint8_t {
  accepted,
  nobody,   // no one is waiting
  refused,  // someone is waiting and cannot be served: too many open files, or gone again
};

class TcpListener {
 public:
  /// Listens at `address`; port 0 lets the system choose one, which address() tells. Throws
  /// hft::Error where the address is in use, is not of this machine, or needs permission.
  explicit TcpListener(const SocketAddress& address, int backlog = 64);

  /// `out` is written only when the verdict is `accepted`.
  AcceptVerdict accept(TcpStream& out) noexcept;

  SocketAddress address() const noexcept { return socket_.local_address(); }
  int fd() const noexcept { return socket_.fd(); }

 private:
  Socket socket_;
};

}  // namespace hft::net
