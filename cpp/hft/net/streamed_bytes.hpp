// A byte source that reads a file or pipe piece by piece and decompresses it into one bounded
// buffer.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "hft/base/error.hpp"
#include "hft/net/buffered_bytes.hpp"
#include "hft/net/decompress.hpp"

namespace hft::net {

/// A file descriptor that closes itself.
class FileHandle {
 public:
  explicit FileHandle(int descriptor) noexcept : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileHandle& operator=(FileHandle&&) = delete;
  ~FileHandle();
  int get() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

class StreamedBytes final : public BufferedBytes {
 public:
  StreamedBytes(std::string path, FileHandle file, std::uint64_t file_size);

  bool refill() override;
  std::uint64_t file_position() const noexcept override { return file_read_ - raw_.size(); }

 private:
  static constexpr std::size_t raw_size = std::size_t{256} << 10;

  void read_raw();
  bool decode(std::span<std::byte>& room);
  void end_of_raw();
  Error error(const Damage& damage) const;

  FileHandle file_;
  std::unique_ptr<std::byte[]> raw_buffer_;  // as read from the file
  std::span<const std::byte> raw_;           // of it, what is not decoded yet
  std::uint64_t file_read_ = 0;              // bytes
  bool raw_ended_ = false;
  bool ended_ = false;
  std::unique_ptr<Decompressor> decompressor_;
  std::optional<Damage> damage_;  // told once everything before it has been in a window
};

}  // namespace hft::net
