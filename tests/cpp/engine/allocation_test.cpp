// After warm-up a replay allocates nothing, from packets to touches.
#include <atomic>
#include <cstdlib>
#include <new>

#include "engine/replay_fixture.hpp"

namespace {
std::atomic<std::uint64_t> allocations{0};
}

// Not inlined: g++ would see free() meet a pointer of operator new, and warn.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace hft::engine {
namespace {

TEST_F(ReplayTest, allocates_nothing_after_warm_up) {
  const std::string raw_file = raw(60'000);
  const std::string capture = path("session.pcap");
  auto faulty = session(60'000);
  faulty.lines[0] = {0.01, 0.01, 0.01};
  faulty.gap = 0.001;
  synth::generate(faulty, capture);
  for (const std::string& file : {raw_file, capture}) {
    auto options = options_for({file});
    options.book = BookKind::fast;
    Replay replay(options);
    while (replay.progress().messages < 30'000) ASSERT_TRUE(replay.advance());
    const std::uint64_t before = allocations;
    while (replay.progress().messages < 55'000) ASSERT_TRUE(replay.advance());
    EXPECT_EQ(allocations, before) << file;
  }
}

}  // namespace
}  // namespace hft::engine
