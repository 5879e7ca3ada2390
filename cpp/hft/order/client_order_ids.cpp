// The file of client order ids. Control plane: slow, careful, and it throws.
#include "hft/order/client_order_ids.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>

#include "hft/base/error.hpp"

namespace hft::order {
namespace {

constexpr std::uint64_t magic = 0x31736469'74666800;  // "\0hftids1", little-endian
constexpr std::uint32_t version = 1;
constexpr std::size_t file_bytes = 4096;
constexpr std::size_t sector = 512;
constexpr std::uint64_t last_id = 0xffffffff;

std::string where(const std::filesystem::path& path) {
  return "client order ids in " + path.string();
}

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what) {
  throw Error(where(path), what + ": " + std::strerror(errno),
              "check that the folder exists, is on a local disk and is writable");
}

std::uint32_t check_of(const IdCell& cell) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::uint64_t word : {cell.magic, std::uint64_t{cell.version} << 32 | cell.date,
                                   cell.generation, std::uint64_t{cell.reserved_below}}) {
    hash = (hash ^ word) * 0x100000001b3;
  }
  return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

IdCell make_cell(std::uint32_t date, std::uint64_t generation, std::uint32_t below) noexcept {
  IdCell made{magic, version, date, generation, below, 0};
  made.check = check_of(made);
  return made;
}

/// Makes the file whole before it has a name: a process killed meanwhile leaves nothing behind.
void make_file(const std::filesystem::path& path, std::uint32_t date) {
  const std::filesystem::path folder =
      path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const int file = ::open(folder.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
  if (file < 0) refuse(path, "cannot be made");
  std::array<unsigned char, file_bytes> bytes{};
  const IdCell first = make_cell(date, 1, 1);
  std::memcpy(bytes.data() + sector, &first, sizeof first);  // generation 1 is in cell 1
  const bool written =
      ::write(file, bytes.data(), bytes.size()) == ssize_t{file_bytes} && ::fsync(file) == 0;
  const std::string nameless = "/proc/self/fd/" + std::to_string(file);
  const bool named =
      written && (::linkat(AT_FDCWD, nameless.c_str(), AT_FDCWD, path.c_str(),
                           AT_SYMLINK_FOLLOW) == 0 ||
                  errno == EEXIST);  // another process was faster: its file is as good
  const int fault = errno;
  ::close(file);
  errno = fault;
  if (!named) refuse(path, "cannot be made");
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {  // the name too must outlive a power cut
    ::fsync(directory);
    ::close(directory);
  }
}

/// The cell that holds. A cell in writing has no magic and was never relied on; one that has its
/// magic and is not whole was spoiled later, and may have said more than the other: not to be used.
std::optional<IdCell> read_cells(const unsigned char* memory) noexcept {
  std::optional<IdCell> best;
  for (std::size_t i = 0; i < 2; ++i) {
    IdCell cell;
    std::memcpy(&cell, memory + i * sector, sizeof cell);
    if (cell.magic == 0) continue;
    const bool whole = cell.magic == magic && cell.version == version && cell.generation % 2 == i &&
                       cell.reserved_below > 0 && cell.check == check_of(cell);
    if (!whole) return {};
    if (!best || cell.generation > best->generation) best = cell;
  }
  return best;
}

/// Without its magic until it is whole. The killer of a process stops it between two instructions:
/// it is enough that the compiler keeps the order.
void write_cell(IdCell& cell, const IdCell& made) noexcept {
  const std::atomic_ref<std::uint64_t> cell_magic(cell.magic);
  cell_magic.store(0, std::memory_order_relaxed);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  cell.version = made.version;
  cell.date = made.date;
  cell.generation = made.generation;
  cell.reserved_below = made.reserved_below;
  cell.check = made.check;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  cell_magic.store(made.magic, std::memory_order_relaxed);
}

std::uint32_t number_of(CivilDate date) noexcept {
  return static_cast<std::uint32_t>(date.year) * 10'000 + date.month * 100U + date.day;
}

/// The mapped file, locked by this process; the lock goes when the process does.
void* lock_and_map(const std::filesystem::path& path, int file) {
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    throw Error(where(path), "another process has it",
                "stop that process, or give this session a file of its own");
  }
  struct stat info {};
  if (::fstat(file, &info) != 0) refuse(path, "cannot be read");
  if (info.st_size != off_t{file_bytes}) {
    throw Error(where(path), "corrupt: not 4096 bytes long",
                "move it away, ask the venue for the next id, and start with that");
  }
  void* memory = ::mmap(nullptr, file_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (memory == MAP_FAILED) refuse(path, "cannot be mapped");
  return memory;
}

}  // namespace

ClientOrderIds::ClientOrderIds(const std::filesystem::path& path, CivilDate date,
                               std::uint32_t block)
    : path_(path), date_(number_of(date)), block_(std::max<std::uint32_t>(block, 2)) {
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor_ < 0 && errno == ENOENT) {
    make_file(path, date_);
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  }
  if (descriptor_ < 0) refuse(path, "cannot be opened");
  try {
    memory_ = lock_and_map(path, descriptor_);
    const auto found = read_cells(static_cast<const unsigned char*>(memory_));
    if (!found) {
      throw Error(where(path), "corrupt: a cell of it was spoiled",
                  "move it away, ask the venue for the next id, and start with that");
    }
    if (found->date > date_) {
      throw Error(where(path), "it is of a later date, " + std::to_string(found->date),
                  "check the clock and the session date");
    }
    generation_ = found->generation;
    next_ = found->date == date_ ? found->reserved_below : 1;
    reserve(std::uint64_t{next_} + block_);
  } catch (...) {
    if (memory_ != nullptr) ::munmap(memory_, file_bytes);
    ::close(descriptor_);
    throw;
  }
}

ClientOrderIds::~ClientOrderIds() {
  ::munmap(memory_, file_bytes);
  ::close(descriptor_);
}

IdCell& ClientOrderIds::cell(std::uint64_t generation) const noexcept {
  return *reinterpret_cast<IdCell*>(static_cast<unsigned char*>(memory_) + generation % 2 * sector);
}

/// Written and on the disk before anybody may use it.
void ClientOrderIds::reserve(std::uint64_t below) {
  if (next_ >= last_id) {
    throw Error(where(path_), "the ids of the day are used up", "trade on another session");
  }
  const auto limit = static_cast<std::uint32_t>(std::min(below, last_id));
  write_cell(cell(generation_ + 1), make_cell(date_, generation_ + 1, limit));
  if (::msync(memory_, file_bytes, MS_SYNC) != 0) refuse(path_, "cannot be written");
  ++generation_;
  reserved_below_.store(limit, std::memory_order_release);
}

void ClientOrderIds::maintain(std::uint32_t used) {
  const std::uint32_t limit = reserved_below();
  const std::uint32_t left = limit > used ? limit - used - 1 : 0;
  if (left < block_ / 2) reserve(std::uint64_t{limit} + block_);
}

void ClientOrderIds::skip_to(std::uint32_t id) {
  if (id <= next_) return;
  next_ = id;
  if (id >= reserved_below()) reserve(std::uint64_t{id} + block_);
}

}  // namespace hft::order
