// Opening captures, the loop over classic pcap, and what is said of damaged ones.
#include "hft/net/capture_file.hpp"

#include <algorithm>
#include <string>

#include "hft/base/error.hpp"
#include "hft/net/datagram.hpp"
#include "hft/net/pcapng.hpp"
#include "hft/wire/pcap.hpp"

namespace hft::net {

namespace pcap = wire::pcap;

namespace {

// Where the next header stands is known only once this one was read, so the processor cannot run
// ahead by itself. Reading 245-byte packets from memory took 17 ns instead of 21 with it (AMD EPYC,
// 2 cores of a virtual machine); of mapped files no difference could be told on that machine.
constexpr std::size_t fetch_ahead = 2048;  // bytes

}  // namespace

PacketReader::PacketReader(ByteSource& source) : source_(source), format_(detect_format(source)) {
  if (format_ == FileFormat::pcap) {
    open_classic();
  } else if (format_ == FileFormat::pcapng) {
    blocks_ = std::make_unique<PcapngBlocks>(source);
    read_ = &PacketReader::read_pcapng;
  } else if (format_ == FileFormat::unknown) {
    throw not_a_capture(source);
  } else {
    throw Error(source.path(), std::string(name(format_)) + " has messages, not packets",
                "read it as a raw file");
  }
}

PacketReader::~PacketReader() = default;

void PacketReader::open_classic() {
  if (!source_.ensure(sizeof(pcap::FileHeader<ByteOrder::little>))) {
    throw Error(source_.path(),
                "a pcap file header cut off after " + std::to_string(source_.window().size()) +
                    " of its 24 bytes",
                "fetch or copy the file again");
  }
  const std::uint32_t magic = *reinterpret_cast<const Le32*>(source_.window().data());
  switch (magic) {
    case pcap::magic_microseconds: return open_classic<ByteOrder::little>(false);
    case pcap::magic_nanoseconds: return open_classic<ByteOrder::little>(true);
    default: break;
  }
  const std::uint32_t big = *reinterpret_cast<const Be32*>(source_.window().data());
  open_classic<ByteOrder::big>(big == pcap::magic_nanoseconds);
}

template <ByteOrder order>
void PacketReader::open_classic(bool nanoseconds) {
  const auto& header = *reinterpret_cast<const pcap::FileHeader<order>*>(source_.window().data());
  if (header.version_major != 2) {
    throw Error(source_.path(),
                "pcap version " + std::to_string(header.version_major) + " is unknown (2 is known)",
                "convert the capture with editcap -F pcap");
  }
  link_type_ = static_cast<std::uint16_t>(header.link_type);  // the rest tells of a check sequence
  if (!is_known_link_type(link_type_)) {
    throw Error(source_.path(), "unknown link type " + std::to_string(link_type_),
                "known are " + std::string(known_link_types()));
  }
  read_ = nanoseconds ? &PacketReader::read_classic<order, 1>
                      : &PacketReader::read_classic<order, 1000>;
  source_.consume(sizeof header);
}

template <ByteOrder order, std::uint64_t unit_ns>
std::size_t PacketReader::read_classic(std::span<Packet> packets) {
  std::size_t count = take_from_window<order, unit_ns>(packets);
  if (count == 0 && !packets.empty() && bring_packet<order>()) {
    count = take_from_window<order, unit_ns>(packets);
  }
  return count;
}

/// The packets that lie whole in the window; stops before one that does not, or is damaged.
template <ByteOrder order, std::uint64_t unit_ns>
std::size_t PacketReader::take_from_window(std::span<Packet> packets) noexcept {
  using Header = pcap::RecordHeader<order>;
  constexpr std::uint64_t second_ns = 1'000'000'000;
  const std::span<const std::byte> window = source_.window();
  const std::uint64_t offset = source_.offset();
  const std::uint16_t link_type = link_type_;
  std::uint64_t impossible_times = 0;
  std::size_t used = 0;
  std::uint64_t fetched = std::max(fetched_, offset);
  std::size_t count = 0;
  for (; count < packets.size() && window.size() - used >= sizeof(Header); ++count) {
    const auto& header = *reinterpret_cast<const Header*>(window.data() + used);
    const std::uint32_t captured = header.captured_length;
    for (; fetched < offset + used + fetch_ahead; fetched += 64) {  // bytes of a cache line
      __builtin_prefetch(window.data() + (fetched - offset));
    }
    if (captured > max_packet_size || captured > window.size() - used - sizeof(Header)) break;
    const std::uint64_t fraction_ns = header.fraction * unit_ns;
    impossible_times += fraction_ns >= second_ns;
    Packet& packet = packets[count];
    packet.bytes = {window.data() + used + sizeof(Header), captured};
    packet.receive_time_ns = header.seconds * second_ns + fraction_ns;
    packet.number = number_ + count + 1;
    packet.offset = offset + used;
    packet.link_type = link_type;
    packet.original_size = header.original_length;
    used += sizeof(Header) + captured;
  }
  source_.consume(used);
  number_ += count;
  fetched_ = fetched;
  impossible_times_ += impossible_times;
  return count;
}

/// Brings the next packet whole into the window; false at the end, cut off or not.
template <ByteOrder order>
bool PacketReader::bring_packet() {
  using Header = pcap::RecordHeader<order>;
  if (!source_.ensure(sizeof(Header))) {
    const std::size_t left = source_.window().size();
    if (left != 0) truncated_end_ = {number_ + 1, source_.offset(), sizeof(Header) - left};
    return false;
  }
  const std::uint32_t captured =
      reinterpret_cast<const Header*>(source_.window().data())->captured_length;
  if (captured > max_packet_size) {
    throw Error(source_.path() + ": packet " + std::to_string(number_ + 1) + " at offset " +
                    std::to_string(source_.offset()),
                "impossible length " + std::to_string(captured) + " (at most " +
                    std::to_string(max_packet_size) + ")",
                "the file is damaged here; everything before was read");
  }
  if (source_.ensure(sizeof(Header) + captured)) return true;
  const std::uint64_t missing = sizeof(Header) + captured - source_.window().size();
  truncated_end_ = {number_ + 1, source_.offset(), missing};
  return false;
}

std::size_t PacketReader::read_pcapng(std::span<Packet> packets) {
  std::size_t count = 0;
  while (count < packets.size()) {
    // A step that moved the window would take the packets already given from under the caller, and
    // an error would hide them: both wait for the next call.
    if (count != 0 && !blocks_->block_at_hand()) break;
    const std::uint64_t offset = source_.offset();
    PcapngBlocks::Step step = PcapngBlocks::Step::end;
    try {
      step = blocks_->step(number_ + 1, packets[count]);
    } catch (const Error&) {
      if (count == 0) throw;
      break;
    }
    if (step == PcapngBlocks::Step::end) {
      if (blocks_->missing_bytes() != 0 && !truncated_end_) {
        truncated_end_ = {number_ + 1, offset, blocks_->missing_bytes()};
      }
      break;
    }
    if (step == PcapngBlocks::Step::packet) {
      ++count;
      ++number_;
    }
  }
  impossible_times_ = blocks_->impossible_times();
  return count;
}

std::string PacketReader::note() const {
  if (!truncated_end_) return {};
  const std::uint64_t missing = truncated_end_->missing_bytes;
  return source_.path() + ": packet " + std::to_string(truncated_end_->number) + " at offset " +
         std::to_string(truncated_end_->offset) + ": the file ends " + std::to_string(missing) +
         (missing == 1 ? " byte" : " bytes") + " too early; the packets before it were read";
}

}  // namespace hft::net
