// After warm-up a replay allocates nothing, from packets to touches; nor does the way from a packet
// to an order, and what comes back.
#include "counted_allocations.hpp"
#include "engine/closed_loop_fixture.hpp"
#include "engine/replay_fixture.hpp"

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

struct NoTap {
  void operator()(const record::Record&) noexcept {}
};

TEST(TraderTest, allocates_nothing_after_warm_up) {
  const auto options = test::loop_options();
  NoTap tap;
  ClosedLoop<strategy::Quoter, NoTap> loop(options, test::quoter(), tap);
  loop.run_until(options.start_ns + 1'500 * test::ns_per_ms);
  const std::uint64_t before = allocations;
  const std::uint64_t asked = loop.exchange().counters().messages;
  loop.run_until(options.start_ns + 2'500 * test::ns_per_ms);
  EXPECT_GT(loop.exchange().counters().messages, asked + 100);
  EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace hft::engine
