// A captured or received packet, and the UDP datagram inside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace hft::net {

struct Packet {
  std::span<const std::byte>
      bytes;                        // from the link layer on; valid until the next one is asked for
  std::uint64_t receive_time_ns;    // the capture's stamp, ns since the Unix epoch; 0: it has none
  std::uint64_t number;             // position in its file, from 1
  std::uint64_t offset;             // of its record header in the (uncompressed) file, bytes
  std::uint16_t link_type;          // as in pcap: 1 is Ethernet
  std::uint32_t original_size = 0;  // bytes on the wire; 0 where nobody told

  /// Whether the capture kept less of it than was on the wire.
  bool cut_by_capture() const noexcept { return original_size > bytes.size(); }
};

/// Where a datagram went: IPv4 addresses stand in the last four bytes of `group`.
struct Endpoint {
  std::uint64_t group_high;  // IPv6 only, else 0
  std::uint64_t group_low;
  std::uint16_t port;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

struct Datagram {
  std::span<const std::byte> payload;
  Endpoint destination;
  Endpoint source;
};

}  // namespace hft::net
