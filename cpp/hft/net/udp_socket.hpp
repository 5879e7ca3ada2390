// Datagrams out and in, multicast or unicast, non-blocking.
//
// The receiver tells for each datagram when the kernel took it from the device, and how many
// datagrams the kernel has dropped so far because nobody read in time: a loss at home must be told
// apart from a loss on the way.
#pragma once

#include <span>

#include "hft/net/socket.hpp"

namespace hft::net {

struct UdpReceiverOptions {
  SocketAddress group;             // of a line: a multicast group to join, or an own address
  std::string interface;           // name or IPv4 address; empty: the system chooses
  int receive_buffer_bytes = 0;    // 0: the system's default; else as much as it grants
  int busy_poll_us = 0;            // 0: off
  bool receive_timestamps = true;  // of the kernel; some ns each
};

struct Received {
  IoVerdict verdict;
  bool truncated;                 // the datagram was larger than the room
  std::size_t count;              // bytes
  std::uint64_t receive_time_ns;  // the kernel's stamp, ns since the Unix epoch; 0: none
};

class UdpReceiver {
 public:
  /// Binds and joins. Throws hft::Error (address in use, no such interface, permission).
  explicit UdpReceiver(const UdpReceiverOptions& options);

  Received receive(std::span<std::byte> room) noexcept;

  /// Datagrams that the kernel dropped because its buffer was full, as told by the last received.
  std::uint64_t kernel_drops() const noexcept { return kernel_drops_; }
  /// What the system granted: Linux doubles what was asked and bounds it by net.core.rmem_max.
  int receive_buffer_bytes() const noexcept;
  SocketAddress address() const noexcept { return socket_.local_address(); }
  int fd() const noexcept { return socket_.fd(); }

 private:
  void join(const UdpReceiverOptions& options, const std::string& where);
  void note_drops(std::uint32_t drops) noexcept;

  Socket socket_;
  std::uint64_t kernel_drops_ = 0;
};

struct UdpSenderOptions {
  SocketAddress destination;  // a multicast group or an address
  std::string interface;      // as of the receiver
  int time_to_live = 1;       // of multicast: 1 stays in the network
  bool loop = true;           // receivers on this machine get multicast too
  int send_buffer_bytes = 0;  // 0: the system's default
};

class UdpSender {
 public:
  /// Throws hft::Error (no such interface, no route, permission).
  explicit UdpSender(const UdpSenderOptions& options);

  /// Sends one datagram. `closed`: the system refused it, and error_number() says why; the socket
  /// stays usable.
  IoResult send(std::span<const std::byte> datagram) noexcept;

  int error_number() const noexcept { return error_number_; }
  SocketAddress destination() const noexcept { return destination_; }
  int fd() const noexcept { return socket_.fd(); }

 private:
  Socket socket_;
  SocketAddress destination_;
  int error_number_ = 0;
};

}  // namespace hft::net
