#include "hft/engine/exchange/input_log.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "hft/base/error.hpp"

namespace hft::engine::exchange {

namespace {

constexpr Alpha<8> magic{'h', 'f', 't', 'x', 'l', 'o', 'g', '1'};

std::uint64_t checksum_of(std::span<const std::byte> bytes) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::byte byte : bytes)
    hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3;
  return hash;
}

template <class T>
T copied(const std::byte* from) noexcept {
  T out;
  std::memcpy(&out, from, sizeof out);
  return out;
}

/// A file's bytes, mapped to be read once.
class Mapped {
 public:
  Mapped(int fd, std::size_t size) : size_(size) {
    if (size == 0) return;
    data_ = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data_ == MAP_FAILED) data_ = nullptr;
  }
  ~Mapped() {
    if (data_ != nullptr) munmap(data_, size_);
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;

  bool is_mapped() const noexcept { return data_ != nullptr || size_ == 0; }
  std::span<const std::byte> bytes() const noexcept {
    return {static_cast<const std::byte*>(data_), size_};
  }

 private:
  void* data_ = nullptr;
  std::size_t size_;
};

/// The batch at the front of `rest`, whole and unharmed; empty where there is none.
std::span<const std::byte> batch_at(std::span<const std::byte> rest) noexcept {
  if (rest.size() < sizeof(BatchHeader)) return {};
  const auto header = copied<BatchHeader>(rest.data());
  rest = rest.subspan(sizeof header);
  if (header.bytes == 0 || header.bytes > rest.size()) return {};
  const auto entries = rest.first(header.bytes);
  return checksum_of(entries) == header.checksum ? entries : std::span<const std::byte>{};
}

std::uint64_t visit_entries(std::span<const std::byte> entries, const InputLog::Visit& visit,
                            bool is_last) {
  std::uint64_t count = 0;
  while (entries.size() >= sizeof(EntryHeader)) {
    const auto header = copied<EntryHeader>(entries.data());
    entries = entries.subspan(sizeof header);
    if (header.size > entries.size()) break;
    visit({header.time_ns, header.kind, header.account, entries.first(header.size)}, is_last);
    entries = entries.subspan(header.size);
    ++count;
  }
  return count;
}

}  // namespace

void InputLog::fail(const std::string& what, const std::string& remedy) const {
  throw Error("state file " + path_, what, remedy);
}

InputLog::InputLog(const std::string& path, const InputLogHeader& header, bool sync)
    : path_(path), sync_(sync), header_(header), batch_(sizeof(BatchHeader)) {
  header_.magic = magic;
  fd_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd_ < 0)
    fail(std::string("cannot open: ") + std::strerror(errno), "check folder and permission");
  if (flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    close(fd_);
    fail("another exchange has it open", "stop that one, or give this one a file of its own");
  }
  try {
    read_header(header_);
  } catch (...) {
    close(fd_);
    throw;
  }
  batch_.reserve(std::size_t{1} << 20);
}

InputLog::~InputLog() {
  if (fd_ >= 0) close(fd_);
}

void InputLog::read_header(const InputLogHeader& wanted) {
  InputLogHeader found{};
  const ssize_t got = pread(fd_, &found, sizeof found, 0);
  if (got < static_cast<ssize_t>(sizeof found)) {  // new, or killed while it was made
    is_new_ = true;
    if (ftruncate(fd_, 0) != 0) fail(std::strerror(errno), "check the disk");
    lseek(fd_, 0, SEEK_SET);
    write_all(std::as_bytes(std::span(&header_, 1)));
    return;
  }
  if (found.magic != magic)
    fail("is no state file of an exchange", "give another name: nothing is overwritten");
  if (found.options_hash != wanted.options_hash)
    fail("belongs to another configuration",
         "restore symbols, accounts, schedule and flow as they were, or name a new file");
  header_ = found;
}

void InputLog::recover(const Visit& visit) {
  struct stat status {};
  if (fstat(fd_, &status) != 0) fail(std::strerror(errno), "check the disk");
  const Mapped file(fd_, static_cast<std::size_t>(status.st_size));
  if (!file.is_mapped()) fail(std::strerror(errno), "the memory to read it is refused");
  std::span<const std::byte> rest = file.bytes().subspan(sizeof(InputLogHeader));
  for (auto batch = batch_at(rest); !batch.empty();) {
    rest = rest.subspan(sizeof(BatchHeader) + batch.size());
    const auto next = batch_at(rest);
    inputs_ += visit_entries(batch, visit, next.empty());
    batch = next;
  }
  cut_bytes_ = rest.size();
  const off_t whole = status.st_size - static_cast<off_t>(rest.size());
  if (ftruncate(fd_, whole) != 0 || lseek(fd_, whole, SEEK_SET) < 0)
    fail(std::string("cannot cut its torn end: ") + std::strerror(errno), "check the disk");
}

void InputLog::append(std::uint64_t time_ns, InputKind kind, std::uint32_t account,
                      std::span<const std::byte> payload) {
  const EntryHeader header{time_ns, static_cast<std::uint16_t>(payload.size()), kind, 0, account};
  const auto bytes = std::as_bytes(std::span(&header, 1));
  batch_.insert(batch_.end(), bytes.begin(), bytes.end());
  batch_.insert(batch_.end(), payload.begin(), payload.end());
  ++inputs_;
}

void InputLog::flush() {
  if (batch_.size() == sizeof(BatchHeader)) return;
  const auto entries = std::span<const std::byte>(batch_).subspan(sizeof(BatchHeader));
  const BatchHeader header{static_cast<std::uint32_t>(entries.size()), 0, checksum_of(entries)};
  std::memcpy(batch_.data(), &header, sizeof header);
  write_all(batch_);
  if (sync_ && fdatasync(fd_) != 0)
    fail(std::string("cannot be written: ") + std::strerror(errno), "check the disk");
  batch_.resize(sizeof(BatchHeader));
}

void InputLog::write_all(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0)
      fail(std::string("cannot be written: ") + std::strerror(errno),
           "make room on the disk and start again: what was acknowledged is in it");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

}  // namespace hft::engine::exchange
