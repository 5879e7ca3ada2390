// Claims of a ring's ends, checked against /proc.
#include "hft/ring/owner.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <utility>

#include "hft/base/error.hpp"

namespace hft::ring {
namespace {

/// The fields of one end, wherever in the header they stand.
struct End {
  const char* name;
  std::uint32_t& pid;
  OwnerState& state;
  std::uint64_t& start_time;
  std::uint64_t& heartbeat_ns;
};

End producer_end(RingHeader& header) noexcept {
  return {"producer", header.producer_pid, header.producer_state, header.producer_start_time,
          header.producer_heartbeat_ns};
}
End consumer_end(RingHeader& header) noexcept {
  return {"consumer", header.consumer_pid, header.consumer_state, header.consumer_start_time,
          header.consumer_heartbeat_ns};
}

/// Field 22 of /proc/PID/stat: clock ticks between boot and the process's start; 0 when there is no
/// such process or only its unreaped remains (state Z or X).
std::uint64_t start_time_of(std::uint32_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  if (!std::getline(file, text)) return 0;
  // The name, field 2, is in parentheses and may hold anything, also spaces and parentheses.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= text.size()) return 0;
  const char process_state = text[name_end + 2];
  if (process_state == 'Z' || process_state == 'X') return 0;
  std::size_t at = name_end + 2;
  for (int field = 3; field < 22; ++field) {
    at = text.find(' ', at);
    if (at == std::string::npos) return 0;
    ++at;
  }
  return std::stoull(text.substr(at));
}

OwnerFound find(const End& end) {
  switch (load_shared(end.state, std::memory_order_acquire)) {
    case OwnerState::none: return OwnerFound::none;
    case OwnerState::closed: return OwnerFound::closed;
    case OwnerState::live: break;
  }
  const std::uint32_t pid = load_shared(end.pid, std::memory_order_relaxed);
  const std::uint64_t started = load_shared(end.start_time, std::memory_order_relaxed);
  return started != 0 && start_time_of(pid) == started ? OwnerFound::live : OwnerFound::killed;
}

/// Held while an end changes hands: of two processes that claim it at once, one sees the other.
class ClaimLock {
 public:
  explicit ClaimLock(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ >= 0) ::flock(descriptor_, LOCK_EX);
  }
  ClaimLock(const ClaimLock&) = delete;
  ClaimLock& operator=(const ClaimLock&) = delete;
  ~ClaimLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

 private:
  int descriptor_;
};

void check_processor(const Segment& segment) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx")) return;
  throw Error("ring " + segment.path().string(),
              "this processor does not promise atomic 16-byte stores (it has no AVX)",
              "run on a processor with AVX: Intel since 2011, AMD since 2011");
#else
  static_cast<void>(segment);
#endif
}

void claim(const Segment& segment, const End& end) {
  check_processor(segment);
  const ClaimLock lock(segment.path());
  if (find(end) == OwnerFound::live) {
    throw Error(
        "ring " + segment.path().string(),
        "process " + std::to_string(end.pid) + " is its " + end.name + ", and a ring has only one",
        "stop that process first");
  }
  // Not live until complete: a process killed in between leaves an end that says none.
  shared(end.state).store(OwnerState::none, std::memory_order_release);
  const auto pid = static_cast<std::uint32_t>(::getpid());
  shared(end.pid).store(pid, std::memory_order_relaxed);
  shared(end.start_time).store(start_time_of(pid), std::memory_order_relaxed);
  shared(end.state).store(OwnerState::live, std::memory_order_release);
}

}  // namespace

OwnerFound find_producer(const RingHeader& header) {
  return find(producer_end(const_cast<RingHeader&>(header)));
}
OwnerFound find_consumer(const RingHeader& header) {
  return find(consumer_end(const_cast<RingHeader&>(header)));
}

OwnerClaim OwnerClaim::producer(Segment& segment) {
  const End end = producer_end(segment.header());
  claim(segment, end);
  return OwnerClaim(&end.pid, &end.state, &end.heartbeat_ns);
}

OwnerClaim OwnerClaim::consumer(Segment& segment) {
  const End end = consumer_end(segment.header());
  claim(segment, end);
  return OwnerClaim(&end.pid, &end.state, &end.heartbeat_ns);
}

OwnerClaim::OwnerClaim(OwnerClaim&& other) noexcept
    : pid_(other.pid_),
      state_(std::exchange(other.state_, nullptr)),
      heartbeat_ns_(other.heartbeat_ns_) {}

OwnerClaim::~OwnerClaim() {
  // A forked child that drops its copy says nothing about its parent.
  if (state_ == nullptr || *pid_ != static_cast<std::uint32_t>(::getpid())) return;
  shared(*state_).store(OwnerState::closed, std::memory_order_release);
}

void OwnerClaim::beat(std::uint64_t now_ns) noexcept {
  shared(*heartbeat_ns_).store(now_ns, std::memory_order_relaxed);
}

}  // namespace hft::ring
