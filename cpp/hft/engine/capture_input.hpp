// The packets of one capture, or of several merged by their packets' times.
//
// Lines A and B are often captured into two files. Merging takes the earliest packet at hand from
// each; captures that follow one another in time are so read in order, whatever order was given.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hft/net/byte_source.hpp"
#include "hft/net/capture_file.hpp"
#include "hft/net/packet.hpp"

namespace hft::engine {

/// What an input file is and how far it has been read.
struct FileReport {
  std::string path;
  std::string format;
  std::uint64_t size_bytes = 0;  // on disk
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;  // of packets, link layer included; of blocks in a raw file
  std::string note;         // where it is cut off or damaged
};

class CaptureInput {
 public:
  static constexpr std::size_t batch_limit = 256;  // packets

  /// Takes opened files whose format was found to be a capture.
  explicit CaptureInput(std::vector<std::unique_ptr<net::ByteSource>> sources);

  /// Packets of one file, `file` among them, that come next in time: at most `limit` and
  /// batch_limit, valid until the next call. Empty at the end of all. A damaged file ends there,
  /// with a note.
  std::span<const net::Packet> next(std::size_t limit);

  std::size_t file() const noexcept { return file_; }
  bool damaged() const noexcept { return damaged_; }
  std::uint64_t position() const noexcept;  // bytes on disk, all files together
  std::vector<FileReport> reports() const;

 private:
  struct Capture {
    explicit Capture(std::unique_ptr<net::ByteSource> opened)
        : source(std::move(opened)), reader(*source) {}
    std::uint64_t head_time_ns() const noexcept { return batch[first].receive_time_ns; }

    std::unique_ptr<net::ByteSource> source;
    net::PacketReader reader;
    std::array<net::Packet, batch_limit> batch;
    std::size_t first = 0;
    std::size_t count = 0;
    std::uint64_t bytes = 0;
    std::string damage;
    bool ended = false;
  };

  bool fill(Capture& capture);
  std::size_t run_length(const Capture& earliest, std::size_t limit) const noexcept;

  std::vector<std::unique_ptr<Capture>> captures_;  // a reader holds on to its source: they stay
  std::size_t file_ = 0;
  bool damaged_ = false;
};

}  // namespace hft::engine
