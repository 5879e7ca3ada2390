// Making, mapping and removing ring files. Control plane: slow, careful, and it throws.
#include "hft/ring/segment.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "hft/base/error.hpp"
#include "hft/ring/header_check.hpp"
#include "hft/ring/owner.hpp"

namespace hft::ring {
namespace {

/// A file descriptor that closes itself.
class File {
 public:
  File(const std::filesystem::path& path, int flags) noexcept
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (is_open()) ::close(descriptor_);
  }
  bool is_open() const noexcept { return descriptor_ >= 0; }
  int get() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

/// "WHAT: the system's words for errno"
std::string system_problem(const std::string& what) {
  return what + ": " + std::strerror(errno);
}

std::uint64_t bytes_needed(std::uint64_t capacity) noexcept {
  return sizeof(RingHeader) + capacity * sizeof(record::Record);
}

/// `bytes` in whole pages: a mapping in hugetlbfs must be whole huge pages.
std::uint64_t in_pages(int descriptor, std::uint64_t bytes) noexcept {
  struct statfs info {};
  const bool huge = ::fstatfs(descriptor, &info) == 0 && info.f_type == HUGETLBFS_MAGIC;
  const std::uint64_t page = huge ? static_cast<std::uint64_t>(info.f_bsize) : 4096;
  return (bytes + page - 1) / page * page;
}

/// Takes the room now: a full /dev/shm must say so here and not later by SIGBUS.
void reserve(const std::filesystem::path& path, const File& file, std::uint64_t bytes) {
  errno = ::posix_fallocate(file.get(), 0, static_cast<off_t>(bytes));
  if (errno == 0) return;
  throw Error(where(path), system_problem("no room for " + std::to_string(bytes) + " bytes"),
              "free memory (or huge pages), or use a smaller capacity");
}

/// Prefaulted: the first touch of a page costs microseconds, and the hot path must not pay them.
void* map(const std::filesystem::path& path, const File& file, std::uint64_t bytes, Access access) {
  const int protection = access == Access::write ? PROT_READ | PROT_WRITE : PROT_READ;
  void* memory = ::mmap(nullptr, bytes, protection, MAP_SHARED | MAP_POPULATE, file.get(), 0);
  if (memory != MAP_FAILED) return memory;
  throw Error(where(path), system_problem("cannot be mapped"),
              "free memory (or huge pages), or use a smaller capacity");
}

/// Gives the nameless finished file its name, unless the name is taken.
void publish_name(const std::filesystem::path& path, const File& file) {
  const std::string nameless = "/proc/self/fd/" + std::to_string(file.get());
  if (::linkat(AT_FDCWD, nameless.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0) return;
  if (errno == EEXIST) {
    throw Error(where(path), "exists already",
                "attach to it, or run `hft ring remove " + short_name(path) + "`");
  }
  throw Error(where(path), system_problem("cannot be named"), "check the folder's permissions");
}

std::uint64_t file_bytes(const std::filesystem::path& path, const File& file) {
  struct stat info {};
  if (::fstat(file.get(), &info) == 0) return static_cast<std::uint64_t>(info.st_size);
  throw Error(where(path), system_problem("cannot be read"), "check its permissions");
}

/// False when the file is shorter than a header.
bool read_header(const File& file, RingHeader& header) noexcept {
  return ::pread(file.get(), &header, sizeof header, 0) == ssize_t{sizeof header};
}

void check_length(const std::filesystem::path& path, std::uint64_t has, std::uint64_t needs) {
  if (has >= needs) return;
  throw Error(where(path),
              "cut off: it has " + std::to_string(has) + " bytes of " + std::to_string(needs),
              make_anew(path));
}

}  // namespace

std::filesystem::path ring_path(std::string_view name, const std::filesystem::path& directory) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789_-.";
  constexpr std::size_t longest = 48;
  if (name.empty() || name.size() > longest ||
      name.find_first_not_of(allowed) != std::string_view::npos) {
    throw Error("ring name '" + std::string(name) + "'",
                "not 1 to 48 of the characters a-z 0-9 _ - .", "use for example itch");
  }
  return directory / ("hft." + std::string(name));
}

Segment Segment::create(std::string_view name, const RingSpec& spec,
                        const std::filesystem::path& directory) {
  const std::filesystem::path path = ring_path(name, directory);
  check_capacity(path, spec.capacity);
  // Nameless until it is complete: a process killed before that leaves nothing behind.
  const File file(directory, O_RDWR | O_TMPFILE);
  if (!file.is_open()) {
    throw Error(where(path), system_problem("cannot be made"),
                "check that the folder exists, is writable and is tmpfs or hugetlbfs");
  }
  const std::uint64_t bytes = in_pages(file.get(), bytes_needed(spec.capacity));
  reserve(path, file, bytes);
  Segment segment(path, map(path, file, bytes, Access::write), bytes, spec.capacity);
  fill_header(segment.header(), name, spec);
  publish_name(path, file);
  return segment;
}

Segment Segment::attach(std::string_view name, const RingSpec& spec, Access access,
                        const std::filesystem::path& directory) {
  const std::filesystem::path path = ring_path(name, directory);
  const File file(path, access == Access::write ? O_RDWR : O_RDONLY);
  if (!file.is_open()) {
    throw Error(where(path), system_problem("cannot be opened"),
                "start its producer first, or check the name");
  }
  // The header is read before anything is mapped: the size it states is not to be trusted yet.
  RingHeader header{};
  const std::uint64_t has = file_bytes(path, file);
  if (!read_header(file, header)) check_length(path, has, sizeof header);
  check_header(path, header, spec);
  const std::uint64_t needs = bytes_needed(header.capacity);
  check_length(path, has, needs);
  const std::uint64_t bytes = in_pages(file.get(), needs);
  return Segment(path, map(path, file, bytes, access), bytes, header.capacity);
}

void Segment::remove(std::string_view name, const std::filesystem::path& directory) {
  const std::filesystem::path path = ring_path(name, directory);
  const File file(path, O_RDONLY);
  RingHeader header{};
  const bool is_ring = read_header(file, header) && header.magic == ring_magic;
  if (is_ring && find_producer(header) == OwnerFound::live) {
    throw Error(where(path), "process " + std::to_string(header.producer_pid) + " is its producer",
                "stop that process first");
  }
  if (::unlink(path.c_str()) == 0) return;
  throw Error(where(path), system_problem("cannot be removed"), "check the name");
}

Segment::Segment(std::filesystem::path path, void* memory, std::size_t bytes,
                 std::size_t capacity) noexcept
    : path_(std::move(path)),
      header_(static_cast<RingHeader*>(memory)),
      slots_(reinterpret_cast<record::Record*>(header_ + 1)),
      capacity_(capacity),
      bytes_(bytes) {}

Segment::Segment(Segment&& other) noexcept
    : path_(std::move(other.path_)),
      header_(std::exchange(other.header_, nullptr)),
      slots_(std::exchange(other.slots_, nullptr)),
      capacity_(std::exchange(other.capacity_, 0)),
      bytes_(std::exchange(other.bytes_, 0)) {}

Segment& Segment::operator=(Segment&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(header_, other.header_);
  std::swap(slots_, other.slots_);
  std::swap(capacity_, other.capacity_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

Segment::~Segment() {
  if (header_ != nullptr) ::munmap(header_, bytes_);
}

}  // namespace hft::ring
