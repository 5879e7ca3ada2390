// A file's uncompressed bytes as a window that moves forward: mapped where the file is plain,
// streamed through one bounded buffer where it is .gz, .zst or a pipe.
//
// Readers look at bytes where they lie. Memory stays flat for any file size: pages of a mapped
// file that lie behind the window are given back as it moves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace hft::net {

class ByteSource {
 public:
  /// A window shorter than this can always be made longer, unless the data ends.
  static constexpr std::size_t window_limit = std::size_t{1} << 20;

  virtual ~ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// The unread bytes at hand; they stay where they are until refill().
  std::span<const std::byte> window() const noexcept { return {begin_, end_}; }

  /// Steps over the first `count` bytes of the window. They stay readable until refill().
  void consume(std::size_t count) noexcept {
    begin_ += count;
    if (begin_ >= drop_at_) [[unlikely]]
      drop_consumed();
  }

  /// Reads more behind the window; false at the end of the data. The unread bytes are kept, but
  /// may move. Throws hft::Error where compressed data is damaged or cut off, after everything
  /// that could be read before the damage has been in a window.
  virtual bool refill() = 0;

  /// Whether at least `count` (at most window_limit) bytes are, or can be brought, into the window.
  bool ensure(std::size_t count) {
    while (window().size() < count) {
      if (!refill()) return false;
    }
    return true;
  }

  /// Steps over `count` bytes, refilling as needed; returns how many there were.
  std::uint64_t skip(std::uint64_t count);

  /// Where window().front() stands in the uncompressed data, bytes.
  std::uint64_t offset() const noexcept {
    return base_offset_ + static_cast<std::uint64_t>(begin_ - base_);
  }

  /// How far the file on disk has been read and how long it is, bytes: for progress bars.
  /// The size of a pipe is 0.
  virtual std::uint64_t file_position() const noexcept { return offset(); }
  std::uint64_t file_size() const noexcept { return file_size_; }

  const std::string& path() const noexcept { return path_; }

 protected:
  ByteSource(std::string path, std::uint64_t file_size)
      : path_(std::move(path)), file_size_(file_size) {}

  /// Called once the window has moved to drop_at_.
  virtual void drop_consumed() noexcept {}
  static const std::byte* never() noexcept {  // a drop_at_ that is never reached
    // NOLINTNEXTLINE(performance-no-int-to-ptr): it is compared, never followed
    return reinterpret_cast<const std::byte*>(~std::uintptr_t{0});
  }

  const std::byte* base_ = nullptr;  // of the buffer or mapping; base_offset_ is its place
  const std::byte* begin_ = nullptr;
  const std::byte* end_ = nullptr;
  const std::byte* drop_at_ = never();
  std::uint64_t base_offset_ = 0;

 private:
  std::string path_;
  std::uint64_t file_size_;
};

/// Opens a file, plain, gzip or zstd (by its content, not its name). Throws hft::Error where it
/// does not exist, may not be read, is a directory or is empty.
std::unique_ptr<ByteSource> open_bytes(const std::string& path);

/// Bytes already in memory, which must outlive the source. `name` stands for a path in messages.
std::unique_ptr<ByteSource> view_bytes(std::span<const std::byte> bytes, std::string name);

}  // namespace hft::net
