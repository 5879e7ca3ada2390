// Reading pcapng block by block. Nothing of a block is consumed before it has been found sound.
#include "hft/net/pcapng.hpp"

#include <algorithm>
#include <string>

#include "hft/net/capture_file.hpp"
#include "hft/net/datagram.hpp"
#include "hft/wire/pcap.hpp"

namespace hft::net {
namespace {

namespace pcap = wire::pcap;

constexpr std::uint64_t second_ns = 1'000'000'000;

std::uint64_t power_of_ten(unsigned exponent) noexcept {
  std::uint64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

/// Of a block that is read: its fixed fields and the length once more, bytes.
constexpr std::uint32_t smallest_block(std::uint32_t type) noexcept {
  constexpr auto order = ByteOrder::little;  // either has the same sizes
  switch (type) {
    case pcap::block_interface: return sizeof(pcap::InterfaceDescription<order>) + 4;
    case pcap::block_simple_packet: return sizeof(pcap::SimplePacket<order>) + 4;
    default: return sizeof(pcap::EnhancedPacket<order>) + 4;
  }
}

template <class Struct>
const Struct& at(std::span<const std::byte> bytes) noexcept {
  static_assert(alignof(Struct) == 1);
  return *reinterpret_cast<const Struct*>(bytes.data());
}

}  // namespace

std::optional<std::uint64_t> TimeUnit::to_ns(std::uint64_t count) const noexcept {
  constexpr unsigned largest_power = 19;  // of ten, in 64 bits
  unsigned __int128 ns = 0;
  if (binary) {
    ns = static_cast<unsigned __int128>(count) * second_ns >> exponent;
  } else if (exponent <= 9) {
    ns = static_cast<unsigned __int128>(count) * power_of_ten(9 - exponent);
  } else if (exponent - 9 <= largest_power) {
    ns = count / power_of_ten(exponent - 9);
  }
  ns += static_cast<unsigned __int128>(static_cast<__int128>(offset_s) * second_ns);
  if (ns >> 64 != 0) return std::nullopt;  // a negative sum has its high bits set too
  return static_cast<std::uint64_t>(ns);
}

PcapngBlocks::Step PcapngBlocks::step(std::uint64_t number, Packet& packet) {
  number_ = number;
  if (!source_.ensure(sizeof(pcap::BlockHeader<ByteOrder::little>))) {
    const std::size_t left = source_.window().size();
    missing_bytes_ = left == 0 ? 0 : sizeof(pcap::BlockHeader<ByteOrder::little>) - left;
    return Step::end;
  }
  const auto& header = at<pcap::BlockHeader<ByteOrder::little>>(source_.window());
  if (header.block_type == pcap::block_section && !read_section()) return Step::end;
  return order_ == ByteOrder::little ? step_in<ByteOrder::little>(packet)
                                     : step_in<ByteOrder::big>(packet);
}

/// Learns the byte order, and forgets the interfaces of the section before.
bool PcapngBlocks::read_section() {
  if (!bring(sizeof(pcap::SectionHeader<ByteOrder::little>))) return false;
  const auto& little = at<pcap::SectionHeader<ByteOrder::little>>(source_.window());
  const auto& big = at<pcap::SectionHeader<ByteOrder::big>>(source_.window());
  if (little.byte_order_magic == pcap::byte_order_magic) {
    order_ = ByteOrder::little;
  } else if (big.byte_order_magic == pcap::byte_order_magic) {
    order_ = ByteOrder::big;
  } else {
    throw Error(where(), "a pcapng section without a byte-order magic", "the file is damaged here");
  }
  const std::uint16_t version =
      order_ == ByteOrder::little ? little.version_major : big.version_major;
  if (version != 1) {
    throw Error(where(), "pcapng version " + std::to_string(version) + " is unknown",
                "convert the capture with editcap -F pcap");
  }
  interfaces_.clear();
  return true;
}

template <ByteOrder order>
PcapngBlocks::Step PcapngBlocks::step_in(Packet& packet) {
  constexpr std::uint32_t smallest = 12;  // a header and the length once more
  const auto& header = at<pcap::BlockHeader<order>>(source_.window());
  const std::uint32_t type = header.block_type;
  const std::uint32_t length = header.block_length;
  if (length < smallest || length % 4 != 0) {
    throw Error(where(), "impossible block length " + std::to_string(length),
                "the file is damaged here; everything before was read");
  }
  return block<order>(type, length, packet);
}

template <ByteOrder order>
PcapngBlocks::Step PcapngBlocks::block(std::uint32_t type, std::uint32_t length, Packet& packet) {
  const bool is_packet = type == pcap::block_enhanced_packet || type == pcap::block_old_packet ||
                         type == pcap::block_simple_packet;
  if (!is_packet && type != pcap::block_interface) return skip(length);
  if (length > max_block || length < smallest_block(type)) {
    throw Error(where(), "impossible block length " + std::to_string(length),
                "the file is damaged here; everything before was read");
  }
  if (!bring(length)) return Step::end;
  const auto& tail = at<pcap::U32<order>>(source_.window().subspan(length - 4));
  if (tail != length) {
    throw Error(where(),
                "a block whose two lengths differ (" + std::to_string(length) + ", " +
                    std::to_string(std::uint32_t{tail}) + ")",
                "the file is damaged here; everything before was read");
  }
  switch (type) {
    case pcap::block_enhanced_packet:
      return deliver(cut_of_timed<pcap::EnhancedPacket<order>>(), length, packet);
    case pcap::block_old_packet:
      return deliver(cut_of_timed<pcap::OldPacket<order>>(), length, packet);
    case pcap::block_simple_packet: return deliver(cut_of_simple<order>(length), length, packet);
    default: read_interface<order>(length); return Step::other;
  }
}

template <ByteOrder order>
void PcapngBlocks::read_interface(std::uint32_t length) {
  constexpr std::size_t fixed = sizeof(pcap::InterfaceDescription<order>);
  const auto& description = at<pcap::InterfaceDescription<order>>(source_.window());
  Interface interface {
    description.link_type, description.snap_length, {}
  };
  read_options<order>(source_.window().subspan(fixed, length - fixed - 4), interface);
  interfaces_.push_back(interface);
  source_.consume(length);
}

template <ByteOrder order>
void PcapngBlocks::read_options(std::span<const std::byte> options, Interface& interface) const {
  constexpr std::size_t header_size = sizeof(pcap::Option<order>);
  while (options.size() >= header_size) {
    const auto& option = at<pcap::Option<order>>(options);
    const std::size_t size = option.option_length;
    options = options.subspan(header_size);
    if (option.code == pcap::option_end || size > options.size()) return;
    if (option.code == pcap::option_time_resolution && size >= 1) {
      const auto resolution = static_cast<std::uint8_t>(options[0]);
      interface.time_unit.binary = (resolution & 0x80) != 0;
      interface.time_unit.exponent = resolution & 0x7f;
    } else if (option.code == pcap::option_time_offset && size >= 8) {
      interface.time_unit.offset_s =
          static_cast<std::int64_t>(std::uint64_t{at<pcap::U64<order>>(options)});
    }
    options = options.subspan(std::min(options.size(), (size + 3) / 4 * 4));
  }
}

template <class Block>
PcapngBlocks::Cut PcapngBlocks::cut_of_timed() const {
  const auto& block = at<Block>(source_.window());
  const std::uint64_t time = std::uint64_t{block.time_high} << 32 | block.time_low;
  return {block.interface_id, time, sizeof(Block), block.captured_length, block.original_length};
}

template <ByteOrder order>
PcapngBlocks::Cut PcapngBlocks::cut_of_simple(std::uint32_t length) const {
  constexpr std::uint32_t fixed = sizeof(pcap::SimplePacket<order>);
  const std::uint32_t original = at<pcap::SimplePacket<order>>(source_.window()).original_length;
  std::uint32_t captured = std::min(original, length - fixed - 4);
  if (!interfaces_.empty() && interfaces_[0].snap_length != 0) {
    captured = std::min(captured, interfaces_[0].snap_length);
  }
  return {0, 0, fixed, captured, original};
}

PcapngBlocks::Step PcapngBlocks::deliver(const Cut& cut, std::uint32_t length, Packet& packet) {
  if (cut.captured_length > PacketReader::max_packet_size ||
      cut.header_size + cut.captured_length + 4 > length) {
    throw Error(where(),
                "length " + std::to_string(cut.captured_length) + " in a block of " +
                    std::to_string(length) + " bytes cannot be",
                "the file is damaged here; everything before was read");
  }
  if (cut.interface_id >= interfaces_.size()) {
    throw Error(where(), "interface " + std::to_string(cut.interface_id) + " was not described",
                "the file is damaged: rewrite it with editcap -F pcapng");
  }
  const Interface& interface = interfaces_[cut.interface_id];
  if (!is_known_link_type(interface.link_type)) {
    throw Error(where(), "unknown link type " + std::to_string(interface.link_type),
                "known are " + std::string(known_link_types()) +
                    "; filter other interfaces out with tshark -Y frame.interface_id");
  }
  const std::optional<std::uint64_t> time_ns = interface.time_unit.to_ns(cut.time);
  impossible_times_ += !time_ns;
  packet.bytes = source_.window().subspan(cut.header_size, cut.captured_length);
  packet.receive_time_ns = time_ns.value_or(0);
  packet.number = number_;
  packet.offset = source_.offset();
  packet.link_type = interface.link_type;
  packet.original_size = cut.original_length;
  source_.consume(length);
  return Step::packet;
}

bool PcapngBlocks::block_at_hand() const noexcept {
  const std::span<const std::byte> window = source_.window();
  if (window.size() < sizeof(pcap::SectionHeader<ByteOrder::little>)) return false;
  const auto& little = at<pcap::BlockHeader<ByteOrder::little>>(window);
  if (little.block_type == pcap::block_section) return false;
  const auto& big = at<pcap::BlockHeader<ByteOrder::big>>(window);
  const std::uint32_t length = order_ == ByteOrder::little ? little.block_length : big.block_length;
  return length <= window.size();
}

/// Brings a block into the window, or notes how much of it there is not.
bool PcapngBlocks::bring(std::uint64_t size) {
  if (source_.ensure(static_cast<std::size_t>(size))) return true;
  missing_bytes_ = size - source_.window().size();
  return false;
}

PcapngBlocks::Step PcapngBlocks::skip(std::uint32_t length) {
  missing_bytes_ = length - source_.skip(length);
  return missing_bytes_ == 0 ? Step::other : Step::end;
}

std::string PcapngBlocks::where() const {
  return source_.path() + ": packet " + std::to_string(number_) + " at offset " +
         std::to_string(source_.offset());
}

}  // namespace hft::net
