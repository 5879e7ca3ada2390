// Any bytes as a file: reading gives the same data and the same end however it is stepped through,
// the window never stands still, and a plain file gives itself.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "hft/base/error.hpp"
#include "hft/net/byte_source.hpp"
#include "hft/net/decompress.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

constexpr std::size_t most = std::size_t{3} << 20;  // bytes: a compressed bomb is cut here

constexpr std::size_t large_step = 4093;

struct Result {
  std::string data;
  std::string error;
};

Result drain(const std::string& path, std::size_t step) {
  Result result;
  try {
    const auto source = hft::net::open_bytes(path);
    bool more = true;
    while (more && result.data.size() < most) {
      while (source->window().size() >= step || (!more && !source->window().empty())) {
        const std::size_t count = std::min(step, source->window().size());
        require(source->offset() == result.data.size());
        result.data.append(reinterpret_cast<const char*>(source->window().data()), count);
        source->consume(count);
      }
      const std::size_t before = source->window().size();
      more = source->refill();
      require(source->window().size() > before || !more);
    }
    require(source->file_position() <= source->file_size());
    if (!more) {
      const auto rest = source->window();
      result.data.append(reinterpret_cast<const char*>(rest.data()), rest.size());
    }
  } catch (const hft::Error& error) {
    result.error = error.what();
  }
  result.data.resize(std::min(result.data.size(), most));
  return result;
}

/// A file in memory that has a path.
class MemoryFile {
 public:
  MemoryFile(const std::uint8_t* data, std::size_t size)
      : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    require(descriptor_ >= 0);
    require(size == 0 || ::write(descriptor_, data, size) == static_cast<ssize_t>(size));
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const MemoryFile file(data, size);
  const Result small_steps = drain(file.path(), 1);
  const Result large_steps = drain(file.path(), large_step);
  const std::size_t common = std::min(small_steps.data.size(), large_steps.data.size());
  require(small_steps.data.compare(0, common, large_steps.data, 0, common) == 0);
  if (small_steps.data.size() < most && large_steps.data.size() < most) {
    require(small_steps.error == large_steps.error);
    // An error leaves the reader of large steps with less than a step that it did not take.
    require(small_steps.data.size() - large_steps.data.size() < large_step);
  }
  if (size != 0 && !hft::net::is_compressed(std::as_bytes(std::span(data, size)))) {
    require(small_steps.error.empty() && small_steps.data.size() == std::min(size, most));
    require(std::memcmp(small_steps.data.data(), data, small_steps.data.size()) == 0);
  }
  return 0;
}
