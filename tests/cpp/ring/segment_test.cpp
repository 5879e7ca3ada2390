// Ring files: made whole or not at all, and refused with exactly the words an operator needs.
#include "hft/ring/segment.hpp"

#include <fcntl.h>
#include <sys/wait.h>

#include <barrier>
#include <csignal>
#include <fstream>
#include <thread>

#include "hft/base/error.hpp"
#include "hft/ring/header_check.hpp"
#include "hft/ring/owner.hpp"
#include "ring/ring_fixture.hpp"

namespace hft::ring {
namespace {

class SegmentTest : public RingFolder {
 protected:
  static constexpr RingSpec spec{RingKind::broadcast, 64};

  std::string attach_error(RingSpec wanted = {RingKind::broadcast}) {
    return error_of([&] { Segment::attach("itch", wanted, Access::read, folder_); });
  }
  std::string prefix() const { return "ring " + folder_.string() + "/hft.itch: "; }
  static std::string anew() { return "; stop hftd, run `hft ring remove itch`, start again"; }

  /// Makes a ring and writes `value` over the header's bytes at `offset`.
  template <class T>
  void make_with(std::size_t offset, T value) {
    Segment::create("itch", spec, folder_);
    std::fstream file(folder_ / "hft.itch", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(offset));
    file.write(reinterpret_cast<const char*>(&value), sizeof value);
  }
};

TEST_F(SegmentTest, WhatIsMadeCanBeAttached) {
  const Segment made = Segment::create("itch", spec, folder_);
  const Segment attached = Segment::attach("itch", {RingKind::broadcast}, Access::read, folder_);
  EXPECT_EQ(attached.header().magic, ring_magic);
  EXPECT_EQ(attached.slots().size(), 64u);
  EXPECT_EQ(attached.name(), "itch");
  EXPECT_EQ(attached.path(), folder_ / "hft.itch");
  EXPECT_GT(attached.header().created_time_ns, 1'600'000'000'000'000'000u);
}

TEST_F(SegmentTest, ASecondRingOfTheNameIsRefusedAndTheFirstStays) {
  Segment first = Segment::create("itch", spec, folder_);
  first.header().write_position = 7;
  EXPECT_EQ(error_of([&] { Segment::create("itch", spec, folder_); }),
            prefix() + "exists already; attach to it, or run `hft ring remove itch`");
  EXPECT_EQ(Segment::attach("itch", spec, Access::read, folder_).header().write_position, 7u);
}

TEST_F(SegmentTest, NothingIsLeftInTheFolderByAFailedCreate) {
  Segment::create("itch", spec, folder_);
  error_of([&] { Segment::create("itch", spec, folder_); });
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(SegmentTest, CapacityMustBeAPowerOfTwoOfAtLeast64) {
  for (const std::uint64_t capacity : {0ull, 1ull, 32ull, 100ull, 65535ull, 1ull << 33}) {
    EXPECT_EQ(error_of([&] {
                Segment::create("itch", {RingKind::spsc, capacity}, folder_);
              }),
              prefix() + "capacity " + std::to_string(capacity) +
                  " is not a power of two of at least 64 and at most 4294967296;"
                  " use for example 65536");
  }
}

TEST_F(SegmentTest, NamesAreChecked) {
  for (const char* name : {"", "a/b", "Itch", "../x"}) {
    EXPECT_EQ(error_of([&] { ring_path(name); }),
              "ring name '" + std::string(name) +
                  "': not 1 to 48 of the characters a-z 0-9 _ - .; use for example itch");
  }
  EXPECT_EQ(ring_path("itch"), "/dev/shm/hft.itch");
  EXPECT_NE(error_of([&] { ring_path(std::string(49, 'a')); }), "");
}

TEST_F(SegmentTest, AMissingRingIsRefused) {
  EXPECT_EQ(attach_error(), prefix() +
                                "cannot be opened: No such file or directory; start its producer "
                                "first, or check the name");
}

TEST_F(SegmentTest, AnotherFileIsRefused) {
  make_with(offsetof(RingHeader, magic), std::uint64_t{0x1234});
  EXPECT_EQ(attach_error(),
            prefix() + "not a ring: its magic is 0000000000001234 and not 676e697220746668;" +
                " check the name");
}

TEST_F(SegmentTest, AnotherVersionIsRefused) {
  make_with(offsetof(RingHeader, version), std::uint32_t{2});
  EXPECT_EQ(attach_error(), prefix() + "ring version is 2, this build needs 1" + anew());
}

TEST_F(SegmentTest, AnotherKindIsRefused) {
  Segment::create("itch", spec, folder_);
  EXPECT_EQ(attach_error({RingKind::spsc}),
            prefix() + "kind is broadcast, this build needs spsc" + anew());
}

TEST_F(SegmentTest, AnotherLayoutIsRefused) {
  make_with(offsetof(RingHeader, layout_hash), std::uint64_t{0x1f3a});
  char needed[17];
  std::snprintf(needed, sizeof needed, "%016llx",
                static_cast<unsigned long long>(records_layout_hash()));
  EXPECT_EQ(attach_error(),
            prefix() + "record layout is 0000000000001f3a, this build needs " + needed + anew());
}

TEST_F(SegmentTest, AnotherRecordSizeHeaderSizeOrCapacityIsRefused) {
  make_with(offsetof(RingHeader, record_size), std::uint32_t{128});
  EXPECT_EQ(attach_error(), prefix() + "record size is 128, this build needs 64" + anew());
  Segment::remove("itch", folder_);
  make_with(offsetof(RingHeader, header_size), std::uint32_t{512});
  EXPECT_EQ(attach_error(), prefix() + "header size is 512, this build needs 1024" + anew());
  Segment::remove("itch", folder_);
  make_with(offsetof(RingHeader, capacity), std::uint64_t{100});
  EXPECT_NE(attach_error().find("capacity 100 is not a power of two"), std::string::npos);
  Segment::remove("itch", folder_);
  Segment::create("itch", spec, folder_);
  EXPECT_EQ(attach_error({RingKind::broadcast, 128}),
            prefix() + "capacity is 64, this build needs 128" + anew());
}

TEST_F(SegmentTest, ACutOffFileIsRefused) {
  Segment::create("itch", spec, folder_);
  const std::uintmax_t whole = std::filesystem::file_size(folder_ / "hft.itch");
  EXPECT_EQ(whole, 8192u);  // 1024 + 64 * 64 in pages
  for (const std::uintmax_t left : {5119u, 4096u, 1024u}) {
    std::filesystem::resize_file(folder_ / "hft.itch", left);
    EXPECT_EQ(attach_error(),
              prefix() + "cut off: it has " + std::to_string(left) + " bytes of 5120" + anew());
  }
  for (const std::uintmax_t left : {1023u, 8u, 0u}) {
    std::filesystem::resize_file(folder_ / "hft.itch", left);
    EXPECT_EQ(attach_error(),
              prefix() + "cut off: it has " + std::to_string(left) + " bytes of 1024" + anew());
  }
}

TEST_F(SegmentTest, NoRoomIsSaidAtOnce) {
  const std::string message = error_of([&] {
    Segment::create("itch", {RingKind::broadcast, capacity_max}, folder_);
  });
  EXPECT_EQ(message, prefix() +
                         "no room for 274877911040 bytes: No space left on device; free memory (or "
                         "huge pages), or use a smaller capacity");
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(SegmentTest, AReaderCannotWrite) {
  Segment::create("itch", spec, folder_);
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGSEGV, SIG_DFL);
    Segment segment = Segment::attach("itch", spec, Access::read, folder_);
    segment.slots()[0].instrument = 1;
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(SegmentTest, AnEndHasOneLiveOwner) {
  Segment segment = Segment::create("itch", spec, folder_);
  EXPECT_EQ(find_producer(segment.header()), OwnerFound::none);
  {
    OwnerClaim claim = OwnerClaim::producer(segment);
    claim.beat(12345);
    EXPECT_EQ(segment.header().producer_heartbeat_ns, 12345u);
    EXPECT_EQ(find_producer(segment.header()), OwnerFound::live);
    EXPECT_EQ(find_consumer(segment.header()), OwnerFound::none);
    const std::string pid = std::to_string(::getpid());
    EXPECT_EQ(error_of([&] { OwnerClaim::producer(segment); }),
              prefix() + "process " + pid +
                  " is its producer, and a ring has only one; stop that process first");
    EXPECT_EQ(error_of([&] { Segment::remove("itch", folder_); }),
              prefix() + "process " + pid + " is its producer; stop that process first");
  }
  EXPECT_EQ(find_producer(segment.header()), OwnerFound::closed);
  OwnerClaim::producer(segment);
  Segment::remove("itch", folder_);
}

TEST_F(SegmentTest, AKilledOwnerIsToldFromALiveOne) {
  Segment segment = Segment::create("itch", {RingKind::spsc, 64}, folder_);
  const pid_t child = ::fork();
  if (child == 0) {
    const OwnerClaim claim = OwnerClaim::consumer(segment);
    ::kill(::getpid(), SIGKILL);
  }
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
  EXPECT_EQ(find_consumer(segment.header()), OwnerFound::killed) << "not yet reaped";
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(find_consumer(segment.header()), OwnerFound::killed);
  // Its number may come again: another process has another start time. Not this one, which may
  // have been started in the same hundredth of a second as its child.
  segment.header().consumer_pid = 1;
  EXPECT_EQ(find_consumer(segment.header()), OwnerFound::killed);
  const OwnerClaim next = OwnerClaim::consumer(segment);
  EXPECT_EQ(find_consumer(segment.header()), OwnerFound::live);
}

TEST_F(SegmentTest, AForkedChildDoesNotCloseItsParentsEnd) {
  Segment segment = Segment::create("itch", spec, folder_);
  auto claim = std::make_unique<OwnerClaim>(OwnerClaim::producer(segment));
  const pid_t child = ::fork();
  if (child == 0) {
    claim.reset();
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(find_producer(segment.header()), OwnerFound::live);
}

/// Of many processes that claim an end at the same time exactly one gets it.
TEST_F(SegmentTest, ClaimsAtTheSameTime) {
  Segment segment = Segment::create("itch", spec, folder_);
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> got{0};
    std::barrier together(4);
    std::vector<std::unique_ptr<OwnerClaim>> kept(4);
    std::vector<std::thread> threads;
    threads.reserve(kept.size());
    for (auto& place : kept) {
      threads.emplace_back([&] {
        together.arrive_and_wait();
        error_of([&] {
          place = std::make_unique<OwnerClaim>(OwnerClaim::producer(segment));
          ++got;
        });
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(got, 1);
  }
}

}  // namespace
}  // namespace hft::ring
