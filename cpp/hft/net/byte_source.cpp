// Mapped files, bytes in memory, and the choice between these and a streamed file.
#include "hft/net/byte_source.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "hft/base/error.hpp"
#include "hft/net/decompress.hpp"
#include "hft/net/streamed_bytes.hpp"

namespace hft::net {
namespace {

class MemoryBytes final : public ByteSource {
 public:
  MemoryBytes(std::span<const std::byte> bytes, std::string name)
      : ByteSource(std::move(name), bytes.size()) {
    base_ = begin_ = bytes.data();
    end_ = begin_ + bytes.size();
  }
  bool refill() override { return false; }
};

class MappedBytes final : public ByteSource {
 public:
  MappedBytes(std::string path, const FileHandle& file, std::size_t size)
      : ByteSource(std::move(path), size), size_(size) {
    void* mapping = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (mapping == MAP_FAILED) {
      throw Error(this->path(), std::string("it cannot be mapped: ") + std::strerror(errno),
                  "raise the limit on address space (ulimit -v)");
    }
    ::madvise(mapping, size, MADV_SEQUENTIAL);
    base_ = begin_ = dropped_ = static_cast<const std::byte*>(mapping);
    end_ = begin_ + size;
    if (size > step) drop_at_ = base_ + step;
    map_pages();
  }
  ~MappedBytes() override { ::munmap(const_cast<std::byte*>(base_), size_); }
  bool refill() override { return false; }

 private:
  static constexpr std::size_t step = std::size_t{4} << 20;  // bytes, a multiple of a page

  /// Maps the pages of the next step, all at once: page fault by page fault, a capture took 6 to 20
  /// ns a message longer. Reading ahead is left to the kernel, which was measured to be faster.
  void map_pages() noexcept {
#ifdef MADV_POPULATE_READ  // since Linux 5.14; only a hint: no failure counts
    const auto done = static_cast<std::size_t>(dropped_ - base_);
    ::madvise(const_cast<std::byte*>(dropped_), std::min(step, size_ - done), MADV_POPULATE_READ);
#endif
  }

  /// Gives back the pages behind the window. Given back too early, they are only read again.
  void drop_consumed() noexcept override {
    const auto done = static_cast<std::size_t>(begin_ - base_) / step * step;
    const auto dropped = static_cast<std::size_t>(dropped_ - base_);
    // Only a hint: no failure counts.
    ::madvise(const_cast<std::byte*>(dropped_), done - dropped, MADV_DONTNEED);
    dropped_ = base_ + done;
    drop_at_ = size_ - done > step ? dropped_ + step : never();
    map_pages();
  }

  std::size_t size_;
  const std::byte* dropped_ = nullptr;
};

[[noreturn]] void cannot_open(const std::string& path, int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR: throw Error(path, "no such file", "check the path");
    case EACCES:
    case EPERM: throw Error(path, "no permission to read it", "chmod a+r it, or run as its owner");
    default:
      throw Error(path, std::string("it cannot be opened: ") + std::strerror(error_number),
                  "check the file and the disk it lies on");
  }
}

FileHandle open_file(const std::string& path, struct stat& status) {
  FileHandle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) cannot_open(path, errno);
  if (S_ISDIR(status.st_mode)) {
    throw Error(path, "it is a directory", "name the files in it, for example " + path + "/*.pcap");
  }
  return file;
}

}  // namespace

std::uint64_t ByteSource::skip(std::uint64_t count) {
  std::uint64_t skipped = 0;
  while (skipped < count) {
    if (window().empty() && !refill()) break;
    const auto step = std::min<std::uint64_t>(count - skipped, window().size());
    consume(static_cast<std::size_t>(step));
    skipped += step;
  }
  return skipped;
}

std::unique_ptr<ByteSource> open_bytes(const std::string& path) {
  struct stat status = {};
  FileHandle file = open_file(path, status);
  if (!S_ISREG(status.st_mode)) return std::make_unique<StreamedBytes>(path, std::move(file), 0);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) throw Error(path, "the file is empty", "capture or copy it again");
  std::byte first[4] = {};
  const ssize_t count = ::pread(file.get(), first, sizeof first, 0);
  if (count > 0 && is_compressed({first, static_cast<std::size_t>(count)})) {
    return std::make_unique<StreamedBytes>(path, std::move(file), size);
  }
  return std::make_unique<MappedBytes>(path, file, size);
}

std::unique_ptr<ByteSource> view_bytes(std::span<const std::byte> bytes, std::string name) {
  return std::make_unique<MemoryBytes>(bytes, std::move(name));
}

}  // namespace hft::net
