#include "hft/net/tcp_stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace hft::net {

TcpStream::TcpStream(Socket socket) noexcept : socket_(std::move(socket)) {
  socket_.set(IPPROTO_TCP, TCP_NODELAY, 1);
}

TcpStream TcpStream::connect(const SocketAddress& to) {
  TcpStream made(open_socket(SOCK_STREAM, "connection to " + text_of(to)));
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = htonl(to.address);
  in.sin_port = htons(to.port);
  if (::connect(made.fd(), reinterpret_cast<const sockaddr*>(&in), sizeof in) != 0 &&
      errno != EINPROGRESS && errno != EINTR)
    made.refused_by_ = errno;
  return made;
}

ConnectVerdict TcpStream::connect_verdict() noexcept {
  if (!is_open() || refused_by_ != 0) return ConnectVerdict::refused;
  pollfd wait{fd(), POLLOUT, 0};
  if (::poll(&wait, 1, 0) <= 0) return ConnectVerdict::pending;
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &size);
  refused_by_ = error;
  return error == 0 ? ConnectVerdict::connected : ConnectVerdict::refused;
}

std::string TcpStream::refusal() const {
  return refused_by_ == 0 ? "not refused" : std::strerror(refused_by_);
}

IoResult TcpStream::read(std::span<std::byte> room) noexcept {
  for (;;) {
    const ssize_t got = ::recv(fd(), room.data(), room.size(), 0);
    if (got > 0) return {IoVerdict::done, static_cast<std::size_t>(got)};
    if (got == 0) return {IoVerdict::closed, 0};
    if (errno != EINTR) return {verdict_of_errno(), 0};
  }
}

IoResult TcpStream::write(std::span<const std::byte> bytes) noexcept {
  if (bytes.empty()) return {IoVerdict::done, 0};
  for (;;) {
    const ssize_t sent = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return {IoVerdict::done, static_cast<std::size_t>(sent)};
    if (errno != EINTR) return {verdict_of_errno(), 0};
  }
}

SocketAddress TcpStream::peer_address() const noexcept {
  sockaddr_in in{};
  socklen_t size = sizeof in;
  if (getpeername(fd(), reinterpret_cast<sockaddr*>(&in), &size) != 0) return {};
  return {ntohl(in.sin_addr.s_addr), ntohs(in.sin_port)};
}

bool TcpStream::set_busy_poll(int us) noexcept {
  return socket_.set(SOL_SOCKET, SO_BUSY_POLL, us);
}

bool TcpStream::set_send_buffer(int bytes) noexcept {
  return socket_.set(SOL_SOCKET, SO_SNDBUF, bytes);
}

bool TcpStream::set_receive_buffer(int bytes) noexcept {
  return socket_.set(SOL_SOCKET, SO_RCVBUF, bytes);
}

}  // namespace hft::net
