// Ethernet, VLAN, IPv4, IPv6 and UDP headers, byte for byte, and the link layers of captures.
//
// Sources: IEEE 802.3 and 802.1Q; RFC 791 (IPv4), 8200 (IPv6), 768 (UDP); the link-layer header
// types registry of tcpdump.org (Linux cooked). All integers are big-endian.
#pragma once

#include "hft/base/layout.hpp"

namespace hft::wire::ethernet {

inline constexpr std::uint16_t type_ipv4 = 0x0800;
inline constexpr std::uint16_t type_ipv6 = 0x86dd;
inline constexpr std::uint16_t type_vlan = 0x8100;           // 802.1Q
inline constexpr std::uint16_t type_provider_vlan = 0x88a8;  // 802.1ad, the outer tag of QinQ
inline constexpr std::uint16_t type_old_qinq = 0x9100;       // the outer tag before 802.1ad

inline constexpr std::uint8_t protocol_udp = 17;

struct EthernetHeader {
  Be48 destination;
  Be48 source;
  Be16 ethernet_type;
};

struct VlanTag {     // stands after an ethernet_type that announces it
  Be16 tag_control;  // 3 bits priority, 1 bit drop eligible, 12 bits VLAN
  Be16 ethernet_type;
};

struct Ipv4Header {
  std::uint8_t version_and_length;  // 4 bits version, 4 bits header length in 32-bit words
  std::uint8_t type_of_service;
  Be16 total_length;  // header and payload, bytes
  Be16 identification;
  Be16 flags_and_fragment;  // 3 bits flags (bit 13: more fragments), 13 bits offset
  std::uint8_t time_to_live;
  std::uint8_t protocol;
  Be16 header_checksum;
  Be32 source_address;
  Be32 destination_address;
};

inline constexpr std::uint16_t ipv4_fragment_mask = 0x3fff;  // more fragments, or an offset

struct Ipv6Header {
  Be32 version_class_flow;  // 4 bits version, 8 bits traffic class, 20 bits flow label
  Be16 payload_length;      // after this header, extension headers included
  std::uint8_t next_header;
  std::uint8_t hop_limit;
  Be64 source_address_high;
  Be64 source_address_low;
  Be64 destination_address_high;
  Be64 destination_address_low;
};

struct Ipv6Extension {  // the first bytes of every extension header we step over
  std::uint8_t next_header;
  std::uint8_t extension_length;  // 8-byte units after the first 8; AH: 4-byte units, less 2
};

struct Ipv6Fragment {
  std::uint8_t next_header;
  std::uint8_t reserved;
  Be16 offset_and_flags;  // 13 bits offset, 2 reserved, 1 more fragments
  Be32 identification;
};

inline constexpr std::uint16_t ipv6_fragment_mask = 0xfff9;

struct UdpHeader {
  Be16 source_port;
  Be16 destination_port;
  Be16 datagram_length;  // header and payload, bytes
  Be16 checksum;
};

struct LinuxCookedHeader {  // link type 113
  Be16 packet_type;
  Be16 arphrd_type;
  Be16 address_length;
  Be64 address;
  Be16 protocol;  // an ethernet_type
};

struct LinuxCookedHeader2 {  // link type 276
  Be16 protocol;             // an ethernet_type
  Be16 reserved;
  Be32 interface_index;
  Be16 arphrd_type;
  std::uint8_t packet_type;
  std::uint8_t address_length;
  Be64 address;
};

}  // namespace hft::wire::ethernet

HFT_LAYOUT(hft::wire::ethernet::EthernetHeader, 14, destination, source, ethernet_type);
HFT_LAYOUT(hft::wire::ethernet::VlanTag, 4, tag_control, ethernet_type);
HFT_LAYOUT(hft::wire::ethernet::Ipv4Header, 20, version_and_length, type_of_service, total_length,
           identification, flags_and_fragment, time_to_live, protocol, header_checksum,
           source_address, destination_address);
HFT_LAYOUT(hft::wire::ethernet::Ipv6Header, 40, version_class_flow, payload_length, next_header,
           hop_limit, source_address_high, source_address_low, destination_address_high,
           destination_address_low);
HFT_LAYOUT(hft::wire::ethernet::Ipv6Extension, 2, next_header, extension_length);
HFT_LAYOUT(hft::wire::ethernet::Ipv6Fragment, 8, next_header, reserved, offset_and_flags,
           identification);
HFT_LAYOUT(hft::wire::ethernet::UdpHeader, 8, source_port, destination_port, datagram_length,
           checksum);
HFT_LAYOUT(hft::wire::ethernet::LinuxCookedHeader, 16, packet_type, arphrd_type, address_length,
           address, protocol);
HFT_LAYOUT(hft::wire::ethernet::LinuxCookedHeader2, 20, protocol, reserved, interface_index,
           arphrd_type, packet_type, address_length, address);
