// What the sockets share: who closes the file descriptor, IPv4 addresses, and what a read or a
// write came to.
//
// Setting a socket up throws hft::Error with what to do; reading and writing answer with a verdict
// and never throw, for they stand on the hot path. IPv4 only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace hft::net {

enum class IoVerdict : std::uint8_t {
  done,         // `count` bytes were moved, at least one (a datagram may be empty)
  would_block,  // nothing to read, or no room to write: try again later
  closed,       // the other end is gone, or the socket failed: close it
};

struct IoResult {
  IoVerdict verdict;
  std::size_t count;
};

/// An IPv4 address and port, both in this machine's byte order.
struct SocketAddress {
  std::uint32_t address = 0;  // 0: any of this machine's
  std::uint16_t port = 0;     // 0: the system chooses
  friend bool operator==(const SocketAddress&, const SocketAddress&) = default;

  /// Whether datagrams to it go to a group: 224.0.0.0 to 239.255.255.255.
  bool is_multicast() const noexcept { return address >> 28 == 0xe; }
};

/// Reads "127.0.0.1:26400". Throws hft::Error where it is no such address.
SocketAddress parse_address(std::string_view text);
/// Reads "127.0.0.1". Throws hft::Error where it is no such address.
std::uint32_t parse_ipv4(std::string_view text);
std::string text_of(const SocketAddress& address);
std::string ipv4_text(std::uint32_t address);

/// The index and IPv4 address of an interface, told by its name or its address.
struct Interface {
  int index = 0;  // 0: the system chooses
  std::uint32_t address = 0;
};
/// Empty text: the system chooses. Throws hft::Error where there is no such interface; the message
/// names those that are there.
Interface find_interface(std::string_view name_or_address);

/// Owns a file descriptor.
class Socket {
 public:
  Socket() noexcept = default;
  explicit Socket(int fd) noexcept : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    if (this != &other) {
      close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Socket() { close(); }

  int fd() const noexcept { return fd_; }
  bool is_open() const noexcept { return fd_ >= 0; }
  void close() noexcept;

  /// The address it is bound to: with the port that the system chose.
  SocketAddress local_address() const noexcept;
  /// Sets an integer option; false where the system refuses.
  bool set(int level, int option, int value) noexcept;

 private:
  int fd_ = -1;
};

/// A new non-blocking socket that is closed on exec. Throws hft::Error.
Socket open_socket(int kind, const std::string& where);
/// Binds, or throws hft::Error with what to do (address in use, no such address, permission).
void bind_socket(const Socket& socket, const SocketAddress& address, const std::string& where);

/// The verdict of a call that returned -1, from errno.
IoVerdict verdict_of_errno() noexcept;

}  // namespace hft::net
