// The packets of a capture: classic pcap (us and ns, both byte orders) and pcapng.
//
// Packets are spans into the source's window, so a mapped capture is read without a copy or an
// allocation. Ask for batches: the loop over classic pcap then stays in registers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "hft/base/endian.hpp"
#include "hft/net/byte_source.hpp"
#include "hft/net/file_format.hpp"
#include "hft/net/packet.hpp"

namespace hft::net {

class PcapngBlocks;

/// How a capture that was cut off ends. Not an error: all packets before it stand.
struct TruncatedEnd {
  std::uint64_t number;         // of the packet (or pcapng block) that is not whole, from 1
  std::uint64_t offset;         // of its header in the uncompressed file, bytes
  std::uint64_t missing_bytes;  // at least; exact where its header is whole
};

class PacketReader {
 public:
  /// A packet longer than this is taken as damage: libpcap's own limit.
  static constexpr std::uint32_t max_packet_size = 256 * 1024;

  /// Reads the file header. Throws hft::Error where the bytes are not a capture or the link type is
  /// unknown. `source` must outlive the reader.
  explicit PacketReader(ByteSource& source);
  ~PacketReader();
  PacketReader(const PacketReader&) = delete;
  PacketReader& operator=(const PacketReader&) = delete;

  /// The next packet; false at the end. It is valid until the next call. Throws hft::Error where
  /// the file is damaged; packets delivered before stand.
  bool next(Packet& packet) { return read({&packet, 1}) == 1; }

  /// Fills `packets` from the front as far as the window reaches and returns how many; 0 only at
  /// the end. All of them are valid until the next call.
  std::size_t read(std::span<Packet> packets) { return (this->*read_)(packets); }

  FileFormat format() const noexcept { return format_; }
  std::uint64_t packet_count() const noexcept { return number_; }

  /// Packets whose stamp cannot be: a fraction of a second or more, or beyond 64 bits of ns.
  std::uint64_t impossible_time_count() const noexcept { return impossible_times_; }

  /// Set once the end is reached, where it cuts a packet.
  const std::optional<TruncatedEnd>& truncated_end() const noexcept { return truncated_end_; }

  /// A sentence on a truncated end with file, packet and offset; empty where there is none.
  std::string note() const;

 private:
  template <ByteOrder order, std::uint64_t unit_ns>
  std::size_t read_classic(std::span<Packet> packets);
  template <ByteOrder order, std::uint64_t unit_ns>
  std::size_t take_from_window(std::span<Packet> packets) noexcept;
  template <ByteOrder order>
  bool bring_packet();
  template <ByteOrder order>
  void open_classic(bool nanoseconds);
  void open_classic();
  std::size_t read_pcapng(std::span<Packet> packets);

  ByteSource& source_;
  FileFormat format_ = FileFormat::unknown;
  std::uint16_t link_type_ = 0;  // of a classic pcap
  std::uint64_t number_ = 0;
  std::uint64_t fetched_ = 0;  // offset up to which the cache was told, bytes
  std::uint64_t impossible_times_ = 0;
  std::optional<TruncatedEnd> truncated_end_;
  std::unique_ptr<PcapngBlocks> blocks_;
  std::size_t (PacketReader::*read_)(std::span<Packet>) = nullptr;
};

}  // namespace hft::net
