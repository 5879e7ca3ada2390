// The blocks of a pcapng file, one at a time: sections of either byte order, their interfaces with
// link type and time unit, and the packets.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "hft/base/endian.hpp"
#include "hft/base/error.hpp"
#include "hft/net/byte_source.hpp"
#include "hft/net/packet.hpp"

namespace hft::net {

/// How an interface counts time: options if_tsresol and if_tsoffset.
struct TimeUnit {
  bool binary = false;        // units of 2^-exponent s, else of 10^-exponent s
  unsigned exponent = 6;      // the format's default: us
  std::int64_t offset_s = 0;  // added, seconds

  /// ns since the Unix epoch; nothing where that does not fit 64 bits.
  std::optional<std::uint64_t> to_ns(std::uint64_t count) const noexcept;
};

class PcapngBlocks {
 public:
  enum class Step : std::uint8_t { packet, other, end };

  explicit PcapngBlocks(ByteSource& source) : source_(source) {}

  /// Reads one block. A packet's number is left to the caller; `number` is the one it would have,
  /// for messages. Throws hft::Error, with the block not yet consumed, where it is damaged.
  Step step(std::uint64_t number, Packet& packet);

  /// Whether the next step() will not move the window.
  bool block_at_hand() const noexcept;

  /// After `end`: how many bytes at least are missing of a last block that is not whole.
  std::uint64_t missing_bytes() const noexcept { return missing_bytes_; }

  std::uint64_t impossible_times() const noexcept { return impossible_times_; }

 private:
  /// Packet blocks and descriptions beyond this are taken as damage; other blocks are skipped
  /// whatever their length.
  static constexpr std::uint32_t max_block = 512 * 1024;

  struct Interface {
    std::uint16_t link_type;
    std::uint32_t snap_length;  // 0: no limit
    TimeUnit time_unit;
  };
  struct Cut {  // a packet as its block tells of it
    std::uint32_t interface_id;
    std::uint64_t time;
    std::uint32_t header_size;
    std::uint32_t captured_length;
    std::uint32_t original_length;
  };

  template <ByteOrder order>
  Step step_in(Packet& packet);
  template <ByteOrder order>
  Step block(std::uint32_t type, std::uint32_t length, Packet& packet);
  template <ByteOrder order>
  void read_interface(std::uint32_t length);
  template <ByteOrder order>
  void read_options(std::span<const std::byte> options, Interface& interface) const;
  template <class Block>
  Cut cut_of_timed() const;
  template <ByteOrder order>
  Cut cut_of_simple(std::uint32_t length) const;
  Step deliver(const Cut& cut, std::uint32_t length, Packet& packet);
  bool read_section();
  bool bring(std::uint64_t size);
  Step skip(std::uint32_t length);
  std::string where() const;

  ByteSource& source_;
  ByteOrder order_ = ByteOrder::little;
  std::vector<Interface> interfaces_;
  std::uint64_t number_ = 0;
  std::uint64_t missing_bytes_ = 0;
  std::uint64_t impossible_times_ = 0;
};

}  // namespace hft::net
