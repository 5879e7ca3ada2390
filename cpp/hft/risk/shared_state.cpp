// Making and mapping the shared file of a gate. Control plane: slow, careful, and it throws.
#include "hft/risk/shared_state.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "hft/base/clock.hpp"
#include "hft/base/error.hpp"

namespace hft::risk {
namespace {

/// Where the parts begin; each on a line of its own.
SharedHeader planned(const GateConfig& config) noexcept {
  SharedHeader header{};
  header.magic = shared_magic;
  header.version = shared_version;
  header.header_size = sizeof(SharedHeader);
  header.layout_hash = shared_layout_hash();
  header.created_time_ns = system_ns(CLOCK_REALTIME);
  header.feeds = config.feeds;
  header.instruments = config.instruments;
  header.accounts = config.accounts;
  header.strategies = config.strategies;
  header.owner_pid = static_cast<std::uint32_t>(::getpid());
  std::uint64_t end = sizeof(SharedHeader);
  const auto part = [&end](std::uint64_t& offset, std::size_t bytes) {
    offset = end;
    end = (end + bytes + 127) / 128 * 128;
  };
  const std::size_t actors = config.actors();
  const std::size_t instruments = config.all_instruments();
  part(header.verdict_counts_offset, verdict_count_places * sizeof(std::uint64_t));
  part(header.actor_limits_offset, actors * sizeof(ActorLimits));
  part(header.actor_totals_offset, actors * sizeof(ActorTotals));
  part(header.switches_offset, (actors + instruments) * sizeof(Switch));
  part(header.instruments_offset, instruments * sizeof(SharedInstrument));
  part(header.instrument_limits_offset, instruments * sizeof(InstrumentLimits));
  part(header.holdings_offset, instruments * actors * sizeof(Holding));
  header.file_size = end;
  return header;
}

std::string problem_of(const char* what) {
  return std::string(what) + ": " + std::strerror(errno);
}

class File {
 public:
  File(const std::filesystem::path& path, int flags) noexcept
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  bool is_open() const noexcept { return descriptor_ >= 0; }
  int get() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

/// Prefaulted: the first touch of a page costs microseconds, and the order path must not pay them.
std::byte* map(int descriptor, std::size_t bytes, int protection, const std::string& where) {
  const int sharing = descriptor < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
  void* memory = ::mmap(nullptr, bytes, protection, sharing | MAP_POPULATE, descriptor, 0);
  if (memory != MAP_FAILED) return static_cast<std::byte*>(memory);
  throw Error(where, problem_of("cannot be mapped"),
              "free memory, or lower the gate's instruments");
}

bool reads_header(const File& file, SharedHeader& header) noexcept {
  return ::pread(file.get(), &header, sizeof header, 0) == ssize_t{sizeof header};
}

/// A file whose owner is another living process must not be taken from under it.
void refuse_if_owned(const std::filesystem::path& path) {
  const File file(path, O_RDONLY);
  SharedHeader header{};
  if (!file.is_open() || !reads_header(file, header) || header.magic != shared_magic) return;
  const auto owner = static_cast<pid_t>(header.owner_pid);
  if (owner == ::getpid() || (::kill(owner, 0) != 0 && errno == ESRCH)) return;
  throw Error(path.string(), "process " + std::to_string(owner) + " writes it",
              "stop that process, or use another path");
}

void check_header(const SharedHeader& header, const std::string& where) {
  if (header.magic != shared_magic) {
    throw Error(where, "not the shared state of a risk gate", "check the name");
  }
  if (header.version == shared_version && header.layout_hash == shared_layout_hash()) return;
  throw Error(where, "made by another build: its layout differs",
              "read it with the version that writes it");
}

}  // namespace

void check_config(const GateConfig& config) {
  const auto refuse = [](const char* name, const char* range) {
    throw Error(std::string("risk gate: ") + name, "out of range", std::string("use ") + range);
  };
  if (config.feeds < 1 || config.feeds > 256) refuse("feeds", "1 to 256");
  if (config.instruments < 1 || config.instruments > 65'536) refuse("instruments", "1 to 65536");
  if (config.accounts < 1) refuse("accounts", "1 or more");
  if (config.strategies < 1) refuse("strategies", "1 or more");
  if (config.actors() > actors_most) refuse("accounts and strategies", "63 together at most");
  if (config.sessions < 1 || config.sessions > 256) refuse("sessions", "1 to 256");
  constexpr std::uint32_t most_records = 1u << 28;
  if (config.max_orders < 2 || config.max_orders > most_records) refuse("max_orders", "2 to 2^28");
  if (config.max_executions < 1 || config.max_executions > most_records) {
    refuse("max_executions", "1 to 2^28");
  }
}

void SharedState::fill(const GateConfig& config) const noexcept {
  header() = planned(config);
  for (std::size_t i = 0; i < actors(); ++i) {
    const record::Scope scope = i == GateConfig::firm()  ? record::Scope::firm
                                : i < config.strategy(0) ? record::Scope::account
                                                         : record::Scope::strategy;
    actor_limits()[i].clear(scope);
  }
  for (InstrumentLimits& limits : instrument_limits()) limits.clear(record::Scope::instrument);
  for (std::size_t i = 0; i < instruments(); ++i) {
    const std::size_t feed = i / config.instruments;
    const std::size_t locate = i % config.instruments;
    shared_instruments()[i].instrument = static_cast<std::uint32_t>(feed << 16 | locate);
  }
}

SharedState SharedState::anonymous(const GateConfig& config) {
  check_config(config);
  const std::size_t bytes = planned(config).file_size;
  SharedState state(map(-1, bytes, PROT_READ | PROT_WRITE, "risk gate"), bytes);
  state.fill(config);
  return state;
}

SharedState SharedState::create(const std::filesystem::path& path, const GateConfig& config) {
  check_config(config);
  refuse_if_owned(path);
  const std::filesystem::path unfinished = path.string() + "." + std::to_string(::getpid());
  const std::string where = path.string();
  const std::size_t bytes = planned(config).file_size;
  ::unlink(unfinished.c_str());
  const File file(unfinished, O_RDWR | O_CREAT | O_EXCL);
  if (!file.is_open()) throw Error(where, problem_of("cannot be made"), "check its folder");
  try {
    // Takes the room now: a full /dev/shm must say so here and not later by SIGBUS.
    errno = ::posix_fallocate(file.get(), 0, static_cast<off_t>(bytes));
    if (errno != 0) {
      throw Error(where, problem_of("no room"), "free memory, or lower the gate's instruments");
    }
    SharedState state(map(file.get(), bytes, PROT_READ | PROT_WRITE, where), bytes);
    state.fill(config);
    if (::rename(unfinished.c_str(), path.c_str()) == 0) return state;
    throw Error(where, problem_of("cannot be named"), "check its folder");
  } catch (...) {
    ::unlink(unfinished.c_str());
    throw;
  }
}

SharedState SharedState::open(const std::filesystem::path& path) {
  const File file(path, O_RDONLY);
  const std::string where = path.string();
  if (!file.is_open()) throw Error(where, problem_of("cannot be opened"), "start its engine first");
  SharedHeader header{};
  struct stat info {};
  const bool whole = ::fstat(file.get(), &info) == 0 && reads_header(file, header);
  if (!whole) throw Error(where, "cut off", "let its engine make it anew");
  check_header(header, where);
  if (static_cast<std::uint64_t>(info.st_size) < header.file_size) {
    throw Error(where, "cut off", "let its engine make it anew");
  }
  return {map(file.get(), header.file_size, PROT_READ, where), header.file_size};
}

SharedState::SharedState(SharedState&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

SharedState& SharedState::operator=(SharedState&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

SharedState::~SharedState() {
  if (data_ != nullptr) ::munmap(data_, bytes_);
}

}  // namespace hft::risk
