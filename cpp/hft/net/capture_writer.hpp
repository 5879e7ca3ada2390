// Writes captures (pcap, ns) and raw ITCH files (length-prefixed), fast: bytes are laid straight
// into one large buffer that goes to the file in big blocks.
//
// A file is there whole or not at all: when the disk is full, or a writer is destroyed before
// close(), the partial file is removed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>

#include "hft/net/packet.hpp"

namespace hft::net {

enum class IfExists : std::uint8_t { refuse, overwrite };

/// The buffered end of a file. Throws hft::Error where it cannot be created or written.
class FileWriter {
 public:
  static constexpr std::size_t buffer_size = std::size_t{4} << 20;  // bytes

  explicit FileWriter(std::string path, IfExists if_exists = IfExists::refuse);
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  /// Room for `size` (at most buffer_size) bytes, which are written once commit() says how many.
  std::byte* reserve(std::size_t size) {
    if (buffer_size - used_ < size) [[unlikely]]
      flush();
    return buffer_.get() + used_;
  }
  void commit(std::size_t size) noexcept { used_ += size; }

  void append(std::span<const std::byte> bytes);

  /// Writes what is left and keeps the file. Must be called; a second call does nothing.
  void close();

  std::uint64_t size() const noexcept { return written_ + used_; }
  const std::string& path() const noexcept { return path_; }

 private:
  void flush();
  void write_all(std::span<const std::byte> bytes);
  void discard() noexcept;
  [[noreturn]] void fail(int error_number);

  std::string path_;
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t used_ = 0;
  std::uint64_t written_ = 0;
  int file_ = -1;
  bool removable_ = false;  // a regular file that we made: a device or pipe is never removed
};

/// Throws hft::Error where `size` is beyond `limit`, bytes.
void require_size(const std::string& path, std::size_t size, std::size_t limit);

/// The addresses of one line: what stands in the Ethernet, IPv4 and UDP headers of its packets.
struct DatagramRoute {
  std::uint32_t source_address;       // IPv4
  std::uint32_t destination_address;  // IPv4; a multicast group gets its multicast MAC address
  std::uint16_t source_port;
  std::uint16_t destination_port;
};

/// A pcap file (ns, little-endian, Ethernet) of whole packets or of UDP datagrams.
class PcapWriter {
 public:
  static constexpr std::size_t max_payload = 65'507;  // of a UDP datagram in IPv4, bytes

  static constexpr std::size_t max_packet_size = std::size_t{256}
                                                 << 10;  // bytes, as readers accept

  explicit PcapWriter(const std::string& path, IfExists if_exists = IfExists::refuse);

  /// A whole Ethernet frame, at most max_packet_size.
  void write_packet(std::uint64_t receive_time_ns, std::span<const std::byte> packet);

  /// Frames `payload` (at most max_payload) with valid lengths and checksums.
  void write_datagram(std::uint64_t receive_time_ns, const DatagramRoute& route,
                      std::span<const std::byte> payload);

  void close() { file_.close(); }
  std::uint64_t packet_count() const noexcept { return packet_count_; }
  std::uint64_t size() const noexcept { return file_.size(); }

 private:
  FileWriter file_;
  std::uint64_t packet_count_ = 0;
};

/// A raw file: each message behind its 16-bit big-endian length.
class RawWriter {
 public:
  explicit RawWriter(const std::string& path, IfExists if_exists = IfExists::refuse)
      : file_(path, if_exists) {}

  void write_message(std::span<const std::byte> message) {  // at most 65,535 bytes
    require_size(file_.path(), message.size(), 0xffff);
    std::byte* block = file_.reserve(2 + message.size());
    block[0] = static_cast<std::byte>(message.size() >> 8);
    block[1] = static_cast<std::byte>(message.size());
    std::memcpy(block + 2, message.data(), message.size());
    file_.commit(2 + message.size());
  }

  /// Blocks that carry their lengths already, as in a MoldUDP64 packet.
  void write_blocks(std::span<const std::byte> blocks) { file_.append(blocks); }

  void close() { file_.close(); }
  std::uint64_t size() const noexcept { return file_.size(); }

 private:
  FileWriter file_;
};

}  // namespace hft::net
