// The UDP datagram inside a packet, or why there is none.
//
// The plain case (Ethernet, IPv4 without options, UDP) is inline and costs a few ns; every other
// link layer, tag and header goes to one out-of-line parser. Checksums are not verified: captures
// taken behind offloading cards carry wrong ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hft/net/packet.hpp"
#include "hft/wire/ethernet.hpp"

namespace hft::net {

enum class DatagramVerdict : std::uint8_t {
  udp,                // the datagram was written
  not_ip,             // ARP, LLC, ...
  not_udp,            // TCP, IGMP, ...
  fragment,           // a piece of a larger datagram: not put together
  truncated,          // a header or the payload goes beyond the packet
  malformed,          // a header contradicts itself
  unknown_link_type,  // see is_known_link_type
};
inline constexpr std::size_t datagram_verdict_count = 7;

std::string_view name(DatagramVerdict verdict) noexcept;

bool is_known_link_type(std::uint16_t link_type) noexcept;

/// "1 (Ethernet), 101 (raw IP), ...": for messages.
std::string_view known_link_types() noexcept;

/// The headers of nearly every packet of a market-data capture.
struct PlainUdp {
  wire::ethernet::EthernetHeader ethernet;
  wire::ethernet::Ipv4Header ip;
  wire::ethernet::UdpHeader udp;

  std::span<const std::byte> payload() const noexcept {
    return {reinterpret_cast<const std::byte*>(this + 1), udp.datagram_length - sizeof udp};
  }
};
static_assert(sizeof(PlainUdp) == 42 && alignof(PlainUdp) == 1);

/// The headers of a packet where they are plain and whole, and so is its payload; else null.
inline const PlainUdp* plain_udp(const Packet& packet) noexcept {
  namespace ethernet = wire::ethernet;
  const std::size_t size = packet.bytes.size();
  if (packet.link_type != 1 || size < sizeof(PlainUdp)) return nullptr;
  const auto* headers = reinterpret_cast<const PlainUdp*>(packet.bytes.data());
  const std::size_t udp_length = headers->udp.datagram_length;
  const std::size_t ip_length = headers->ip.total_length;
  const bool plain = headers->ethernet.ethernet_type == ethernet::type_ipv4 &&
                     headers->ip.version_and_length == 0x45 &&
                     headers->ip.protocol == ethernet::protocol_udp &&
                     (headers->ip.flags_and_fragment & ethernet::ipv4_fragment_mask) == 0 &&
                     udp_length >= sizeof(ethernet::UdpHeader) &&
                     sizeof(ethernet::Ipv4Header) + udp_length <= ip_length &&
                     sizeof(ethernet::EthernetHeader) + ip_length <= size;
  return plain ? headers : nullptr;
}

namespace detail {

DatagramVerdict parse_any(const Packet& packet, Datagram& datagram) noexcept;

}  // namespace detail

/// Finds the datagram of a packet. `datagram` is whole only when the verdict is `udp`.
inline DatagramVerdict parse_datagram(const Packet& packet, Datagram& datagram) noexcept {
  if (const PlainUdp* const headers = plain_udp(packet)) [[likely]] {
    datagram.payload = headers->payload();
    datagram.destination = {0, headers->ip.destination_address, headers->udp.destination_port};
    datagram.source = {0, headers->ip.source_address, headers->udp.source_port};
    return DatagramVerdict::udp;
  }
  return detail::parse_any(packet, datagram);
}

}  // namespace hft::net
