// Raw ITCH files one after the other, in chunks of whole and cut length-prefixed messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hft/engine/capture_input.hpp"
#include "hft/net/byte_source.hpp"
#include "hft/net/file_format.hpp"

namespace hft::engine {

class RawInput {
 public:
  /// Most bytes of a chunk: small enough for the L2 cache, and longer than any message (64 KiB).
  static constexpr std::size_t chunk_limit = std::size_t{128} * 1024;
  static constexpr std::size_t one_message = 0;  // as a chunk's limit

  struct Chunk {
    std::span<const std::byte> bytes;
    std::uint64_t offset;  // of the first byte in the uncompressed file
    std::size_t file;
    bool last;  // nothing comes behind it in its file
  };

  /// Takes opened files whose format was found to be raw ITCH.
  explicit RawInput(std::vector<std::unique_ptr<net::ByteSource>> sources);

  /// The next bytes: at most `limit`, or one message. Valid until consume(). A file's last chunk
  /// comes once and may be empty; after those of all files the answer is false.
  bool next(std::size_t limit, Chunk& chunk);

  /// Steps over what is done of the chunk.
  void consume(std::size_t bytes);

  bool damaged() const noexcept { return damaged_; }
  std::uint64_t position() const noexcept;
  std::vector<FileReport> reports() const;

 private:
  struct File {
    std::unique_ptr<net::ByteSource> source;
    net::FileFormat format;
    std::uint64_t bytes = 0;  // consumed
    std::string damage;
    bool ended = false;
  };

  void fill(File& file);
  static std::size_t first_message_size(std::span<const std::byte> window) noexcept;
  std::span<const std::byte> with_lengths(File& file, std::span<const std::byte> blocks);
  void note_damage(File& file, const std::string& what);

  std::vector<File> files_;
  std::size_t current_ = 0;
  bool last_given_ = false;
  bool damaged_ = false;
  std::vector<std::byte> patched_;  // blocks of a file that leaves the lengths out
};

}  // namespace hft::engine
