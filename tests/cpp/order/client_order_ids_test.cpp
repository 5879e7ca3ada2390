// Client order ids: none is given twice in a session date, whatever is killed and whenever.
#include "hft/order/client_order_ids.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "hft/base/error.hpp"

namespace hft::order {
namespace {

constexpr CivilDate today{2014, 10, 3};
constexpr CivilDate tomorrow{2014, 10, 4};

class Ids : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "hft_ids_XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    path_ = folder_ / "session.ids";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string refusal(CivilDate date = today) const {
    try {
      const ClientOrderIds ids(path_, date);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  void overwrite(std::streamoff at, const std::string& bytes) const {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

  std::filesystem::path folder_;
  std::filesystem::path path_;
};

TEST_F(Ids, StartAtOneAndGoOn) {
  ClientOrderIds ids(path_, today, 10);
  EXPECT_EQ(ids.next(), 1U);
  EXPECT_EQ(ids.reserved_below(), 11U);
  for (std::uint32_t id = 1; id <= 10; ++id) EXPECT_EQ(ids.take(), id);
  EXPECT_EQ(ids.take(), 0U) << "used up until maintained";
  ids.maintain(10);
  EXPECT_EQ(ids.take(), 11U);
}

TEST_F(Ids, ReserveAheadWhenHalfABlockIsLeft) {
  ClientOrderIds ids(path_, today, 10);
  ids.maintain(5);  // 6 to 10 are left
  EXPECT_EQ(ids.reserved_below(), 11U);
  ids.maintain(6);
  EXPECT_EQ(ids.reserved_below(), 21U);
  ids.maintain(100);  // who counted beyond what was reserved gets a block at a time
  EXPECT_EQ(ids.reserved_below(), 31U);
}

TEST_F(Ids, ARestartBeginsBehindWhatWasReserved) {
  { const ClientOrderIds ids(path_, today, 10); }
  const ClientOrderIds again(path_, today, 10);
  EXPECT_EQ(again.next(), 11U);
}

TEST_F(Ids, ALaterDateBeginsAtOne) {
  { const ClientOrderIds ids(path_, today, 10); }
  { const ClientOrderIds ids(path_, tomorrow, 10); }
  const ClientOrderIds ids(path_, tomorrow, 10);
  EXPECT_EQ(ids.next(), 11U);
}

TEST_F(Ids, AnEarlierDateIsRefused) {
  { const ClientOrderIds ids(path_, tomorrow); }
  EXPECT_NE(refusal(today).find("later date, 20141004"), std::string::npos) << refusal(today);
}

TEST_F(Ids, SkipWhatTheVenueHasSeen) {
  {
    ClientOrderIds ids(path_, today, 10);
    ids.skip_to(5);
    EXPECT_EQ(ids.take(), 5U);
    ids.skip_to(2);
    EXPECT_EQ(ids.take(), 6U);
    ids.skip_to(1'000);
    EXPECT_EQ(ids.take(), 1'000U);
    EXPECT_EQ(ids.reserved_below(), 1'010U);
  }
  const ClientOrderIds again(path_, today, 10);
  EXPECT_EQ(again.next(), 1'010U);
}

TEST_F(Ids, TheLastOfTheDay) {
  ClientOrderIds ids(path_, today, 10);
  ids.skip_to(0xfffffff8);
  EXPECT_EQ(ids.reserved_below(), 0xffffffff);
  while (ids.take() != 0) {
  }
  EXPECT_EQ(ids.next(), 0xffffffff);
  EXPECT_THROW(ids.maintain(0xfffffffe), Error);
}

TEST_F(Ids, AFileInUseIsRefused) {
  const ClientOrderIds ids(path_, today);
  EXPECT_NE(refusal().find("another process has it"), std::string::npos) << refusal();
}

TEST_F(Ids, ACorruptFileIsRefused) {
  { const ClientOrderIds ids(path_, today); }
  const auto good = [&] {
    std::ifstream file(path_, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }();
  ASSERT_EQ(good.size(), 4096U);
  for (const std::streamoff cell : {0, 512}) {
    for (std::streamoff at = 0; at < 32; ++at) {
      overwrite(0, good);
      const char spoiled = static_cast<char>(good[static_cast<std::size_t>(cell + at)] ^ 0x10);
      overwrite(cell + at, std::string(1, spoiled));
      EXPECT_NE(refusal().find("corrupt"), std::string::npos) << cell << '+' << at;
    }
  }
  overwrite(0, std::string(4096, '\0'));
  EXPECT_NE(refusal().find("corrupt"), std::string::npos);
  std::filesystem::resize_file(path_, 4095);
  EXPECT_NE(refusal().find("not 4096 bytes"), std::string::npos);
  std::filesystem::resize_file(path_, 0);
  EXPECT_NE(refusal().find("not 4096 bytes"), std::string::npos);
}

TEST_F(Ids, ACellInWritingCountsForNothing) {
  { const ClientOrderIds ids(path_, today, 10); }  // cell 1 from making, cell 0 from the block
  overwrite(0, std::string(8, '\0'));              // killed before the magic came back
  const ClientOrderIds ids(path_, today, 10);
  EXPECT_EQ(ids.next(), 1U);
}

TEST_F(Ids, AFolderThatIsNotThere) {
  path_ = folder_ / "none" / "session.ids";
  EXPECT_NE(refusal().find("cannot be made"), std::string::npos) << refusal();
}

/// What a killed process leaves of itself: the ids it was given, in memory shared with it.
struct Given {
  std::uint32_t count;
  std::uint32_t ids[1U << 20];
};

/// Kills at a count reach every part of the work on a slow machine too; at 0 they hit the start.
void wait_until_given(const volatile std::uint32_t& count, std::uint64_t wanted) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  while (count < wanted && std::chrono::steady_clock::now() < end) std::this_thread::yield();
}

TEST_F(Ids, NoneIsGivenTwiceThoughProcessesAreKilledAtRandomInstants) {
  void* memory =
      ::mmap(nullptr, sizeof(Given), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  auto& given = *static_cast<volatile Given*>(memory);
  std::mt19937_64 random(20141003);
  std::uint32_t highest = 0;
  std::uint32_t productive = 0;
  for (int kill = 0; kill < 150; ++kill) {
    given.count = 0;
    const pid_t child = ::fork();
    if (child == 0) {
      ClientOrderIds ids(path_, today, 4);  // small blocks: most of the time is spent reserving
      for (;;) {
        const std::uint32_t id = ids.take();
        if (id == 0 || given.count == 1U << 20) ::_exit(1);
        given.ids[given.count] = id;  // given first, counted then: a kill between loses only one
        given.count = given.count + 1;
        ids.maintain(id);
      }
    }
    wait_until_given(given.count, random() % 20);
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 200));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself after " << given.count;
    const std::uint32_t count = given.count;
    productive += count > 0 ? 1 : 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t id = given.ids[i];
      ASSERT_GT(id, highest) << "kill " << kill;
      highest = id;
    }
    // The id whose count a kill swallowed.
    if (count < (1U << 20) && given.ids[count] > highest) highest = given.ids[count];
  }
  EXPECT_GT(productive, 100U) << "the machine was too slow for this test to mean anything";
  ::munmap(memory, sizeof(Given));
}

/// Steps a stopped child by one instruction; false when it has ended.
bool step(pid_t child) {
  int status = 0;
  if (::ptrace(PTRACE_SINGLESTEP, child, nullptr, nullptr) != 0) return false;
  return ::waitpid(child, &status, 0) == child && WIFSTOPPED(status);
}

TEST_F(Ids, AKillAtAnyInstructionOfAReservationLeavesAGoodFile) {
  { const ClientOrderIds ids(path_, today, 2); }
  const pid_t child = ::fork();
  if (child == 0) {
    ClientOrderIds ids(path_, today, 2);
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    ::raise(SIGSTOP);
    for (std::uint32_t used = 3; used < 12; ++used) ids.maintain(used);
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (!WIFSTOPPED(status)) GTEST_SKIP() << "tracing is not allowed here";
  const auto content = [this] {
    std::ifstream file(path_, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::filesystem::path copy = folder_ / "copy.ids";
  std::string last = content();
  std::uint32_t next = 5;
  int changes = 0;
  while (step(child)) {
    const std::string now = content();
    if (now == last) continue;
    ++changes;
    last = now;
    std::ofstream(copy, std::ios::binary | std::ios::trunc) << now;
    const ClientOrderIds after(copy, today, 2);  // throws for a corrupt file
    ASSERT_GE(after.next(), next) << "change " << changes;
    next = after.next();
  }
  EXPECT_GE(changes, 16);  // four reservations, each of several stores
  EXPECT_GT(next, 9U);
}

}  // namespace
}  // namespace hft::order
