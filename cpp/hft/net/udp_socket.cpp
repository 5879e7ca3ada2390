#include "hft/net/udp_socket.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include "hft/base/error.hpp"

namespace hft::net {

namespace {

void require(bool granted, const std::string& where, const char* what, const char* remedy) {
  if (!granted)
    throw Error(where, std::string(what) + " is refused: " + std::strerror(errno), remedy);
}

sockaddr_in system_address(const SocketAddress& address) noexcept {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = htonl(address.address);
  in.sin_port = htons(address.port);
  return in;
}

ip_mreqn membership(std::uint32_t group, const Interface& interface) noexcept {
  ip_mreqn request{};
  request.imr_multiaddr.s_addr = htonl(group);
  request.imr_address.s_addr = htonl(interface.address);
  request.imr_ifindex = interface.index;
  return request;
}

}  // namespace

UdpReceiver::UdpReceiver(const UdpReceiverOptions& options)
    : socket_(open_socket(SOCK_DGRAM, "receiver of " + text_of(options.group))) {
  const std::string where = "receiver of " + text_of(options.group);
  // Several processes may read one multicast group; a unicast port has one reader, and a second
  // one must hear "address in use" rather than take the datagrams away.
  if (options.group.is_multicast()) socket_.set(SOL_SOCKET, SO_REUSEADDR, 1);
  bind_socket(socket_, options.group, where);
  join(options, where);
  require(socket_.set(SOL_SOCKET, SO_RXQ_OVFL, 1), where, "counting drops (SO_RXQ_OVFL)",
          "needs Linux");
  if (options.receive_timestamps)
    require(socket_.set(SOL_SOCKET, SO_TIMESTAMPNS, 1), where, "SO_TIMESTAMPNS", "needs Linux");
  if (options.receive_buffer_bytes > 0) {
    if (!socket_.set(SOL_SOCKET, SO_RCVBUFFORCE, options.receive_buffer_bytes))  // CAP_NET_ADMIN
      socket_.set(SOL_SOCKET, SO_RCVBUF, options.receive_buffer_bytes);
  }
  if (options.busy_poll_us > 0)
    require(socket_.set(SOL_SOCKET, SO_BUSY_POLL, options.busy_poll_us), where, "busy polling",
            "run with CAP_NET_ADMIN, or set net.core.busy_read");
}

void UdpReceiver::join(const UdpReceiverOptions& options, const std::string& where) {
  const Interface interface = find_interface(options.interface);
  if (!options.group.is_multicast()) return;
  // By default it also gets the group from interfaces where only others on the machine joined it.
  socket_.set(IPPROTO_IP, IP_MULTICAST_ALL, 0);
  const ip_mreqn request = membership(options.group.address, interface);
  if (setsockopt(socket_.fd(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) == 0)
    return;
  throw Error(where, std::string("cannot join the group: ") + std::strerror(errno),
              errno == ENODEV ? "no interface has a route to it; name one, for example lo"
                              : "check group and interface (net.ipv4.igmp_max_memberships)");
}

Received UdpReceiver::receive(std::span<std::byte> room) noexcept {
  iovec bytes{room.data(), room.size()};
  alignas(cmsghdr)
      std::byte control[CMSG_SPACE(sizeof(timespec)) + CMSG_SPACE(sizeof(std::uint32_t))];
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t got = -1;
  do {
    got = ::recvmsg(socket_.fd(), &message, 0);
  } while (got < 0 && errno == EINTR);
  // A socket that reports an ICMP error is still good: only a closed descriptor is closed.
  if (got < 0) return {errno == EBADF ? IoVerdict::closed : IoVerdict::would_block, false, 0, 0};
  Received received{IoVerdict::done, (message.msg_flags & MSG_TRUNC) != 0,
                    static_cast<std::size_t>(got), 0};
  for (cmsghdr* at = CMSG_FIRSTHDR(&message); at != nullptr; at = CMSG_NXTHDR(&message, at)) {
    if (at->cmsg_level != SOL_SOCKET) continue;
    if (at->cmsg_type == SO_TIMESTAMPNS) {
      timespec stamp{};
      std::memcpy(&stamp, CMSG_DATA(at), sizeof stamp);
      received.receive_time_ns = static_cast<std::uint64_t>(stamp.tv_sec) * 1'000'000'000U +
                                 static_cast<std::uint64_t>(stamp.tv_nsec);
    } else if (at->cmsg_type == SO_RXQ_OVFL) {
      std::uint32_t drops = 0;
      std::memcpy(&drops, CMSG_DATA(at), sizeof drops);
      note_drops(drops);
    }
  }
  return received;
}

void UdpReceiver::note_drops(std::uint32_t drops) noexcept {
  // The kernel counts in 32 bits from the socket's beginning and wraps.
  kernel_drops_ += static_cast<std::uint32_t>(drops - static_cast<std::uint32_t>(kernel_drops_));
}

int UdpReceiver::receive_buffer_bytes() const noexcept {
  int bytes = 0;
  socklen_t size = sizeof bytes;
  getsockopt(socket_.fd(), SOL_SOCKET, SO_RCVBUF, &bytes, &size);
  return bytes;
}

UdpSender::UdpSender(const UdpSenderOptions& options)
    : socket_(open_socket(SOCK_DGRAM, "sender to " + text_of(options.destination))),
      destination_(options.destination) {
  const std::string where = "sender to " + text_of(options.destination);
  const Interface interface = find_interface(options.interface);
  if (options.destination.is_multicast()) {
    const ip_mreqn request = membership(0, interface);
    require(interface.index == 0 || setsockopt(socket_.fd(), IPPROTO_IP, IP_MULTICAST_IF, &request,
                                               sizeof request) == 0,
            where, "the interface", "check its name");
    socket_.set(IPPROTO_IP, IP_MULTICAST_LOOP, options.loop ? 1 : 0);
    require(socket_.set(IPPROTO_IP, IP_MULTICAST_TTL, options.time_to_live), where, "time_to_live",
            "use 0 to 255");
  }
  if (options.send_buffer_bytes > 0) socket_.set(SOL_SOCKET, SO_SNDBUF, options.send_buffer_bytes);
  const sockaddr_in to = system_address(options.destination);
  // Connected once: the route is looked up here, and a missing one is told at setup.
  require(::connect(socket_.fd(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0, where,
          "the destination", "no route to it: name an interface, for example lo, or add a route");
}

IoResult UdpSender::send(std::span<const std::byte> datagram) noexcept {
  // Twice: an ICMP answer to an earlier datagram (nobody listens) is told instead of sending.
  for (int attempt = 0;; ++attempt) {
    const ssize_t sent = ::send(socket_.fd(), datagram.data(), datagram.size(), MSG_NOSIGNAL);
    if (sent >= 0) return {IoVerdict::done, static_cast<std::size_t>(sent)};
    if (errno == EINTR || (errno == ECONNREFUSED && attempt < 2)) continue;
    error_number_ = errno;
    return {verdict_of_errno(), 0};
  }
}

}  // namespace hft::net
