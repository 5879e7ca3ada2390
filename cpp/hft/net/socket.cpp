#include "hft/net/socket.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

#include "hft/base/error.hpp"

namespace hft::net {

namespace {

std::string remedy_of_bind(int error, const SocketAddress& address) {
  switch (error) {
    case EADDRINUSE:
      return "another process has it (ss -lntup shows which); stop it, or use another port, or 0 "
             "for any free one";
    case EADDRNOTAVAIL:
      return ipv4_text(address.address) + " is no address of this machine (ip -4 addr shows them)";
    case EACCES: return "ports below 1024 need CAP_NET_BIND_SERVICE; use a higher one";
    default: return "check address and port";
  }
}

std::string known_interfaces(const ifaddrs* list) {
  std::string known;
  for (const ifaddrs* at = list; at != nullptr; at = at->ifa_next) {
    if (at->ifa_addr == nullptr || at->ifa_addr->sa_family != AF_INET) continue;
    const auto* in = reinterpret_cast<const sockaddr_in*>(at->ifa_addr);
    known += (known.empty() ? "" : ", ") + std::string(at->ifa_name) + " (" +
             ipv4_text(ntohl(in->sin_addr.s_addr)) + ")";
  }
  return known;
}

}  // namespace

std::uint32_t parse_ipv4(std::string_view text) {
  in_addr parsed{};
  if (inet_pton(AF_INET, std::string(text).c_str(), &parsed) != 1)
    throw Error("address", "'" + std::string(text) + "' is no IPv4 address",
                "write it as 127.0.0.1 (IPv6 is not supported here)");
  return ntohl(parsed.s_addr);
}

SocketAddress parse_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  std::uint16_t port = 0;
  const std::string_view digits = colon == text.npos ? "" : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size())
    throw Error("address", "'" + std::string(text) + "' has no port from 0 to 65535",
                "write it as 127.0.0.1:26400");
  return {parse_ipv4(text.substr(0, colon)), port};
}

std::string ipv4_text(std::uint32_t address) {
  return std::to_string(address >> 24) + '.' + std::to_string(address >> 16 & 255) + '.' +
         std::to_string(address >> 8 & 255) + '.' + std::to_string(address & 255);
}

std::string text_of(const SocketAddress& address) {
  return ipv4_text(address.address) + ':' + std::to_string(address.port);
}

Interface find_interface(std::string_view name_or_address) {
  if (name_or_address.empty()) return {};
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) list = nullptr;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, &freeifaddrs);
  for (const ifaddrs* at = list; at != nullptr; at = at->ifa_next) {
    if (at->ifa_addr == nullptr || at->ifa_addr->sa_family != AF_INET) continue;
    const auto* in = reinterpret_cast<const sockaddr_in*>(at->ifa_addr);
    const std::uint32_t address = ntohl(in->sin_addr.s_addr);
    if (name_or_address != at->ifa_name && name_or_address != ipv4_text(address)) continue;
    return {static_cast<int>(if_nametoindex(at->ifa_name)), address};
  }
  throw Error("interface '" + std::string(name_or_address) + "'",
              "no interface has this name or IPv4 address",
              "use one of: " + known_interfaces(list));
}

void Socket::close() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

SocketAddress Socket::local_address() const noexcept {
  sockaddr_in in{};
  socklen_t size = sizeof in;
  if (getsockname(fd_, reinterpret_cast<sockaddr*>(&in), &size) != 0) return {};
  return {ntohl(in.sin_addr.s_addr), ntohs(in.sin_port)};
}

bool Socket::set(int level, int option, int value) noexcept {
  return setsockopt(fd_, level, option, &value, sizeof value) == 0;
}

Socket open_socket(int kind, const std::string& where) {
  Socket made(socket(AF_INET, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!made.is_open())
    throw Error(where, std::string("no socket: ") + std::strerror(errno),
                errno == EMFILE ? "raise ulimit -n" : "check the limits of this process");
  return made;
}

void bind_socket(const Socket& socket, const SocketAddress& address, const std::string& where) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = htonl(address.address);
  in.sin_port = htons(address.port);
  if (bind(socket.fd(), reinterpret_cast<const sockaddr*>(&in), sizeof in) == 0) return;
  const int error = errno;
  throw Error(where, std::string("cannot bind: ") + std::strerror(error),
              remedy_of_bind(error, address));
}

IoVerdict verdict_of_errno() noexcept {
  switch (errno) {
    case EAGAIN:
    case ENOBUFS:  // the queue of the interface is full: as good as no room
    case EINTR: return IoVerdict::would_block;
    default: return IoVerdict::closed;
  }
}

}  // namespace hft::net
