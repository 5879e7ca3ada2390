// Every packet that is not plain Ethernet, IPv4, UDP: other link layers, VLAN tags, options,
// fragments, IPv6.
#include "hft/net/datagram.hpp"

#include <algorithm>
#include <array>

namespace hft::net {
namespace {

namespace eth = wire::ethernet;
using Bytes = std::span<const std::byte>;

enum LinkType : std::uint16_t {  // the numbers of tcpdump.org's registry
  null = 0,
  ethernet = 1,
  raw_bsd = 12,
  raw = 101,
  loopback = 108,
  linux_cooked = 113,
  ipv4 = 228,
  ipv6 = 229,
  linux_cooked_2 = 276,
};
constexpr std::array<std::uint16_t, 9> known_types = {
    null, ethernet, raw_bsd, raw, loopback, ipv4, ipv6, linux_cooked, linux_cooked_2};

/// A header at the front of `bytes`, which then starts behind it; null where it does not fit.
template <class Header>
const Header* take(Bytes& bytes) noexcept {
  static_assert(alignof(Header) == 1);
  if (bytes.size() < sizeof(Header)) return nullptr;
  const auto* header = reinterpret_cast<const Header*>(bytes.data());
  bytes = bytes.subspan(sizeof(Header));
  return header;
}

DatagramVerdict parse_udp(Bytes bytes, Datagram& datagram) noexcept {
  const std::size_t size = bytes.size();
  const auto* header = take<eth::UdpHeader>(bytes);
  if (header == nullptr) return DatagramVerdict::truncated;
  const std::size_t length = header->datagram_length;
  if (length < sizeof(eth::UdpHeader)) return DatagramVerdict::malformed;
  if (length > size) return DatagramVerdict::truncated;
  datagram.payload = bytes.first(length - sizeof(eth::UdpHeader));
  datagram.destination.port = header->destination_port;
  datagram.source.port = header->source_port;
  return DatagramVerdict::udp;
}

DatagramVerdict parse_ipv4(Bytes bytes, Datagram& datagram) noexcept {
  const Bytes packet = bytes;
  const auto* header = take<eth::Ipv4Header>(bytes);
  if (header == nullptr) return DatagramVerdict::truncated;
  const std::size_t header_size = std::size_t{4} * (header->version_and_length & 0x0f);
  // Cards that cut large sends for the host are captured with a total length of 0.
  const std::size_t total = header->total_length == 0 ? packet.size() : header->total_length;
  if (header->version_and_length >> 4 != 4 || header_size < sizeof(eth::Ipv4Header) ||
      total < header_size) {
    return DatagramVerdict::malformed;
  }
  if ((header->flags_and_fragment & eth::ipv4_fragment_mask) != 0) return DatagramVerdict::fragment;
  if (header->protocol != eth::protocol_udp) return DatagramVerdict::not_udp;
  if (packet.size() < header_size) return DatagramVerdict::truncated;
  datagram.destination = {0, header->destination_address, 0};
  datagram.source = {0, header->source_address, 0};
  const std::size_t end = std::min(total, packet.size());  // the rest is Ethernet's padding
  return parse_udp(packet.subspan(header_size, end - header_size), datagram);
}

enum Extension : std::uint8_t {  // IANA's protocol numbers
  hop_by_hop = 0,
  routing = 43,
  fragment = 44,
  authentication = 51,
  destination_options = 60,
  mobility = 135,
  host_identity = 139,
  shim6 = 140,
};

/// Steps over the extension headers, up to UDP.
DatagramVerdict parse_extensions(std::uint8_t next, Bytes bytes, Datagram& datagram) noexcept {
  constexpr int most_extensions = 8;  // more are an attack, not a feed
  for (int i = 0; i < most_extensions; ++i) {
    std::size_t unit = 8;
    std::size_t fixed = 8;
    switch (next) {
      case eth::protocol_udp: return parse_udp(bytes, datagram);
      case fragment:
        if (bytes.size() < sizeof(eth::Ipv6Fragment)) return DatagramVerdict::truncated;
        if ((reinterpret_cast<const eth::Ipv6Fragment*>(bytes.data())->offset_and_flags &
             eth::ipv6_fragment_mask) != 0) {
          return DatagramVerdict::fragment;
        }
        unit = 0;  // its second byte is reserved: 8 bytes always
        break;
      case authentication: unit = 4; break;
      case hop_by_hop:
      case routing:
      case destination_options:
      case mobility:
      case host_identity:
      case shim6: break;
      default: return DatagramVerdict::not_udp;
    }
    if (bytes.size() < fixed) return DatagramVerdict::truncated;
    const auto& header = *reinterpret_cast<const eth::Ipv6Extension*>(bytes.data());
    const std::size_t size = fixed + unit * header.extension_length;
    if (bytes.size() < size) return DatagramVerdict::truncated;
    next = header.next_header;
    bytes = bytes.subspan(size);
  }
  return DatagramVerdict::malformed;
}

DatagramVerdict parse_ipv6(Bytes bytes, Datagram& datagram) noexcept {
  const auto* header = take<eth::Ipv6Header>(bytes);
  if (header == nullptr) return DatagramVerdict::truncated;
  if (header->version_class_flow >> 28 != 6) return DatagramVerdict::malformed;
  datagram.destination = {header->destination_address_high, header->destination_address_low, 0};
  datagram.source = {header->source_address_high, header->source_address_low, 0};
  const std::size_t length = header->payload_length;
  return parse_extensions(header->next_header, bytes.first(std::min(length, bytes.size())),
                          datagram);
}

DatagramVerdict parse_ip(Bytes bytes, Datagram& datagram) noexcept {
  if (bytes.empty()) return DatagramVerdict::truncated;
  switch (static_cast<std::uint8_t>(bytes[0]) >> 4) {
    case 4: return parse_ipv4(bytes, datagram);
    case 6: return parse_ipv6(bytes, datagram);
    default: return DatagramVerdict::malformed;
  }
}

DatagramVerdict parse_ethernet_type(std::uint16_t type, Bytes bytes, Datagram& datagram) noexcept {
  constexpr int most_tags = 4;
  for (int tags = 0; tags <= most_tags; ++tags) {
    switch (type) {
      case eth::type_ipv4: return parse_ipv4(bytes, datagram);
      case eth::type_ipv6: return parse_ipv6(bytes, datagram);
      case eth::type_vlan:
      case eth::type_provider_vlan:
      case eth::type_old_qinq: break;
      default: return DatagramVerdict::not_ip;
    }
    const auto* tag = take<eth::VlanTag>(bytes);
    if (tag == nullptr) return DatagramVerdict::truncated;
    type = tag->ethernet_type;
  }
  return DatagramVerdict::malformed;
}

/// The four bytes before the packet are an address family in the byte order of the capturing
/// machine; IPv6 has another number on every system, so the IP version is believed instead.
DatagramVerdict parse_null(Bytes bytes, Datagram& datagram) noexcept {
  constexpr std::array<std::uint32_t, 5> families = {2, 10, 24, 28, 30};  // IPv4; IPv6 on Linux,
                                                                          // the BSDs, macOS
  const auto* little = take<Le32>(bytes);
  if (little == nullptr) return DatagramVerdict::truncated;
  const auto& big = *reinterpret_cast<const Be32*>(little);
  const bool is_ip = std::any_of(families.begin(), families.end(), [&](std::uint32_t family) {
    return family == *little || family == big;
  });
  return is_ip ? parse_ip(bytes, datagram) : DatagramVerdict::not_ip;
}

template <class Header>
DatagramVerdict parse_cooked(Bytes bytes, Datagram& datagram) noexcept {
  const auto* header = take<Header>(bytes);
  if (header == nullptr) return DatagramVerdict::truncated;
  return parse_ethernet_type(header->protocol, bytes, datagram);
}

DatagramVerdict parse_ethernet(Bytes bytes, Datagram& datagram) noexcept {
  const auto* header = take<eth::EthernetHeader>(bytes);
  if (header == nullptr) return DatagramVerdict::truncated;
  return parse_ethernet_type(header->ethernet_type, bytes, datagram);
}

}  // namespace

std::string_view name(DatagramVerdict verdict) noexcept {
  switch (verdict) {
    case DatagramVerdict::udp: return "udp";
    case DatagramVerdict::not_ip: return "not_ip";
    case DatagramVerdict::not_udp: return "not_udp";
    case DatagramVerdict::fragment: return "fragment";
    case DatagramVerdict::truncated: return "truncated";
    case DatagramVerdict::malformed: return "malformed";
    case DatagramVerdict::unknown_link_type: break;
  }
  return "unknown_link_type";
}

bool is_known_link_type(std::uint16_t link_type) noexcept {
  return std::find(known_types.begin(), known_types.end(), link_type) != known_types.end();
}

std::string_view known_link_types() noexcept {
  return "0 and 108 (null, loopback), 1 (Ethernet), 12, 101, 228 and 229 (raw IP), 113 and 276 "
         "(Linux cooked)";
}

DatagramVerdict detail::parse_any(const Packet& packet, Datagram& datagram) noexcept {
  switch (packet.link_type) {
    case ethernet: return parse_ethernet(packet.bytes, datagram);
    case raw_bsd:
    case raw: return parse_ip(packet.bytes, datagram);
    case ipv4: return parse_ipv4(packet.bytes, datagram);
    case ipv6: return parse_ipv6(packet.bytes, datagram);
    case linux_cooked: return parse_cooked<eth::LinuxCookedHeader>(packet.bytes, datagram);
    case linux_cooked_2: return parse_cooked<eth::LinuxCookedHeader2>(packet.bytes, datagram);
    case null:
    case loopback: return parse_null(packet.bytes, datagram);
    default: return DatagramVerdict::unknown_link_type;
  }
}

}  // namespace hft::net
