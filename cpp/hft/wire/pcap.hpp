// The headers of pcap and pcapng files, byte for byte.
//
// Sources: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng. Both formats are written in the
// byte order of the capturing machine, so every struct takes it as a parameter.
#pragma once

#include "hft/base/layout.hpp"

namespace hft::wire::pcap {

template <ByteOrder order>
using U16 = WireInt<std::uint16_t, order>;
template <ByteOrder order>
using U32 = WireInt<std::uint32_t, order>;
template <ByteOrder order>
using U64 = WireInt<std::uint64_t, order>;

inline constexpr std::uint32_t magic_microseconds = 0xa1b2c3d4;
inline constexpr std::uint32_t magic_nanoseconds = 0xa1b23c4d;

template <ByteOrder order>
struct FileHeader {
  U32<order> magic;
  U16<order> version_major;  // 2
  U16<order> version_minor;  // 4
  U32<order> reserved_1;     // once a time zone
  U32<order> reserved_2;     // once an accuracy
  U32<order> snap_length;    // most bytes kept of a packet
  U32<order> link_type;      // the low 16 bits; the high ones tell of a frame check sequence
};

template <ByteOrder order>
struct RecordHeader {
  U32<order> seconds;          // since the Unix epoch
  U32<order> fraction;         // us or ns, as the file's magic says
  U32<order> captured_length;  // bytes that follow
  U32<order> original_length;  // bytes on the wire
};

inline constexpr std::uint32_t block_section = 0x0a0d0d0a;  // the same in both byte orders
inline constexpr std::uint32_t block_interface = 1;
inline constexpr std::uint32_t block_old_packet = 2;
inline constexpr std::uint32_t block_simple_packet = 3;
inline constexpr std::uint32_t block_enhanced_packet = 6;
inline constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;
inline constexpr std::uint16_t option_end = 0;
inline constexpr std::uint16_t option_time_resolution = 9;
inline constexpr std::uint16_t option_time_offset = 14;

template <ByteOrder order>
struct BlockHeader {  // every block: this, a body, and block_length once more
  U32<order> block_type;
  U32<order> block_length;  // all of the block, a multiple of 4
};

template <ByteOrder order>
struct SectionHeader {
  U32<order> block_type;
  U32<order> block_length;
  U32<order> byte_order_magic;
  U16<order> version_major;  // 1
  U16<order> version_minor;
  U64<order> section_length;  // of the blocks that follow; all ones when unknown
};

template <ByteOrder order>
struct InterfaceDescription {
  U32<order> block_type;
  U32<order> block_length;
  U16<order> link_type;
  U16<order> reserved;
  U32<order> snap_length;  // 0: no limit
};

template <ByteOrder order>
struct Option {
  U16<order> code;
  U16<order> option_length;  // of the value, which is padded to a multiple of 4
};

template <ByteOrder order>
struct EnhancedPacket {
  U32<order> block_type;
  U32<order> block_length;
  U32<order> interface_id;
  U32<order> time_high;  // of a 64-bit count in the interface's resolution
  U32<order> time_low;
  U32<order> captured_length;
  U32<order> original_length;
};

template <ByteOrder order>
struct OldPacket {
  U32<order> block_type;
  U32<order> block_length;
  U16<order> interface_id;
  U16<order> drops_count;
  U32<order> time_high;
  U32<order> time_low;
  U32<order> captured_length;
  U32<order> original_length;
};

template <ByteOrder order>
struct SimplePacket {  // of interface 0, without a time
  U32<order> block_type;
  U32<order> block_length;
  U32<order> original_length;
};

using LittleRecordHeader = RecordHeader<ByteOrder::little>;
using LittleFileHeader = FileHeader<ByteOrder::little>;
using LittleSectionHeader = SectionHeader<ByteOrder::little>;
using LittleInterfaceDescription = InterfaceDescription<ByteOrder::little>;
using LittleEnhancedPacket = EnhancedPacket<ByteOrder::little>;
using LittleOldPacket = OldPacket<ByteOrder::little>;
using LittleSimplePacket = SimplePacket<ByteOrder::little>;

}  // namespace hft::wire::pcap

// One byte order proves the other: only the fields' kinds differ.
HFT_LAYOUT(hft::wire::pcap::LittleFileHeader, 24, magic, version_major, version_minor, reserved_1,
           reserved_2, snap_length, link_type);
HFT_LAYOUT(hft::wire::pcap::LittleRecordHeader, 16, seconds, fraction, captured_length,
           original_length);
HFT_LAYOUT(hft::wire::pcap::LittleSectionHeader, 24, block_type, block_length, byte_order_magic,
           version_major, version_minor, section_length);
HFT_LAYOUT(hft::wire::pcap::LittleInterfaceDescription, 16, block_type, block_length, link_type,
           reserved, snap_length);
HFT_LAYOUT(hft::wire::pcap::LittleEnhancedPacket, 28, block_type, block_length, interface_id,
           time_high, time_low, captured_length, original_length);
HFT_LAYOUT(hft::wire::pcap::LittleOldPacket, 28, block_type, block_length, interface_id,
           drops_count, time_high, time_low, captured_length, original_length);
HFT_LAYOUT(hft::wire::pcap::LittleSimplePacket, 12, block_type, block_length, original_length);
