#include "hft/net/tcp_listener.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "hft/base/error.hpp"

namespace hft::net {

TcpListener::TcpListener(const SocketAddress& address, int backlog)
    : socket_(open_socket(SOCK_STREAM, "listener at " + text_of(address))) {
  const std::string where = "listener at " + text_of(address);
  // A restarted process takes the port over from its last one's connections in TIME_WAIT; one that
  // still listens keeps it.
  socket_.set(SOL_SOCKET, SO_REUSEADDR, 1);
  bind_socket(socket_, address, where);
  if (listen(socket_.fd(), backlog) != 0)
    throw Error(where, std::string("cannot listen: ") + std::strerror(errno),
                "another process has the port (ss -lntp shows which); stop it or use another port");
}

AcceptVerdict TcpListener::accept(TcpStream& out) noexcept {
  for (;;) {
    const int fd = ::accept4(socket_.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      out = TcpStream(Socket(fd));
      return AcceptVerdict::accepted;
    }
    if (errno == EAGAIN) return AcceptVerdict::nobody;
    if (errno != EINTR) return AcceptVerdict::refused;
  }
}

}  // namespace hft::net
