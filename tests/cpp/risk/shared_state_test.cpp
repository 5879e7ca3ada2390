// The shared file: read by another process, refused when it does not fit, and damage that is seen.
#include "hft/risk/shared_state.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "hft/base/error.hpp"
#include "risk/gate_fixture.hpp"

namespace hft::risk {
namespace {

std::filesystem::path new_path() {
  static int count = 0;
  return std::filesystem::temp_directory_path() /
         ("hft.risk_test." + std::to_string(::getpid()) + "." + std::to_string(++count));
}

class SharedGate : public GateTest {
 protected:
  SharedGate() : SharedGate(new_path()) {}
  explicit SharedGate(const std::filesystem::path& where)
      : GateTest(SharedState::create(where, small_config())), path(where) {}
  ~SharedGate() override { std::filesystem::remove(path); }

  /// Changes a limit as a stray store would: without its checksum.
  template <class Block>
  static void damage(Block& block, Limit limit) {
    block[limit] ^= 1 << 20;
  }

  std::filesystem::path path;
};

/// Runs `look` in another process; true when it returned true there.
template <class Look>
bool in_another_process(Look look) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(look() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST_F(SharedGate, AnotherProcessReadsLimitsPositionsAndKills) {
  set(Scope::account, 1, Limit::order_size, 4'321);
  set(Scope::instrument, 0, Limit::lot_size, 5, 3);
  fill(sent(order(Side::bid, 100)), 60, 100 * unit);
  tell(control(ControlAction::kill, Scope::strategy, 1), "too fast");
  tell(control(ControlAction::kill, Scope::instrument, 0, 4), "rumour");
  EXPECT_TRUE(in_another_process([this] {
    const SharedState seen = SharedState::open(path);
    const auto limits = read_stamped(seen.actor_limits()[account_1]);
    const auto of_instrument_3 = read_stamped(seen.instrument_limits()[3]);
    const auto holding = read_stamped(seen.holdings()[seen.actors() + strategy_0]);
    const auto killed = read_stamped(seen.switches()[strategy_1]);
    const auto instrument_4 = read_stamped(seen.switches()[seen.actors() + 4]);
    return limits && (*limits)[Limit::order_size] == 4'321 && limits->is_intact() &&
           of_instrument_3 && (*of_instrument_3)[Limit::lot_size] == 5 && holding &&
           holding->position == 60 && holding->open_bid_size == 40 && killed &&
           killed->killed == 1 && killed->reason == KillSwitch::text("too fast    ") &&
           killed->event_time_ns == start_ns && instrument_4 && instrument_4->killed == 1 &&
           seen.switches()[strategy_0].killed == 0 && seen.verdict_counts()[0] == 1 &&
           seen.header().owner_pid == static_cast<std::uint32_t>(::getppid());
  }));
}

TEST_F(SharedGate, AReaderNeverSeesHalfAChange) {
  // Position and value change together.
  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> read = 0, wrong = 0;
  const SharedState seen = SharedState::open(path);
  sent(order(Side::bid, 1'000));
  std::thread reader([&] {
    const Holding& holding = seen.holdings()[seen.actors() + firm];
    while (!stop) {
      const auto copy = read_stamped(holding);
      if (!copy) continue;
      ++read;
      if (copy->value_e6 != value_of(100 * unit + cent, copy->worst_size())) ++wrong;
    }
  });
  for (int round = 0; round < 20'000 || read < 1'000; ++round) {
    hold(0, 1, round % 2 == 0 ? 5'000 : 0);
  }
  stop = true;
  reader.join();
  EXPECT_GT(read, 0u);
  EXPECT_EQ(wrong, 0u);
}

TEST_F(SharedGate, DamagedLimitsOfAnInstrumentRefuse) {
  EXPECT_EQ(check(order()), Verdict::passed);
  damage(gate.shared().instrument_limits()[1], Limit::order_value_e6);
  EXPECT_EQ(check(order()), Verdict::limits);
  OrderCommand other = order();
  other.instrument = 2;
  EXPECT_EQ(check(other), Verdict::passed);
  EXPECT_EQ(set(Scope::instrument, 0, Limit::order_size, 1, 1), ControlVerdict::damaged);
  EXPECT_EQ(check(order()), Verdict::limits) << "and no change mends it";
}

TEST_F(SharedGate, DamagedLimitsOfActorsRefuseFromTheNextTimeOn) {
  damage(gate.shared().actor_limits()[account_1], Limit::order_value_e6);
  tell(control(ControlAction::time), "");
  OrderCommand of_account_1 = order();
  of_account_1.strategy = 2;
  of_account_1.account = 1;
  EXPECT_EQ(check(of_account_1), Verdict::limits);
  EXPECT_EQ(check(order()), Verdict::passed);
  EXPECT_EQ(set(Scope::account, 1, Limit::order_size, 1), ControlVerdict::damaged);
  damage(gate.shared().actor_limits()[firm], Limit::clock_age_ns);
  set(Scope::account, 0, Limit::order_size, 1'000);  // any change looks at all blocks
  EXPECT_EQ(check(order()), Verdict::limits);
}

TEST_F(SharedGate, AnyOneChangedWordIsSeen) {
  InstrumentLimits& block = gate.shared().instrument_limits()[1];
  for (std::int64_t& word : block.values) {
    for (int bit = 0; bit < 64; ++bit) {
      word ^= std::int64_t{1} << bit;
      EXPECT_FALSE(block.is_intact());
      word ^= std::int64_t{1} << bit;
    }
  }
  EXPECT_TRUE(block.is_intact());
}

TEST_F(SharedGate, AFileInUseIsNotTakenAway) {
  EXPECT_TRUE(in_another_process([this] {
    try {
      SharedState::create(path, small_config());
    } catch (const Error& error) {
      return std::string(error.what()).find("writes it") != std::string::npos;
    }
    return false;
  }));
}

TEST_F(SharedGate, AFileOfADeadProcessIsReplaced) {
  const std::filesystem::path left = new_path();
  EXPECT_TRUE(in_another_process([&] {
    SharedState::create(left, small_config());
    return true;
  }));
  const SharedState mine = SharedState::create(left, small_config());
  EXPECT_EQ(mine.header().owner_pid, static_cast<std::uint32_t>(::getpid()));
  std::filesystem::remove(left);
}

TEST_F(SharedGate, FilesThatDoNotFitAreRefused) {
  const auto problem = [](const std::filesystem::path& of) -> std::string {
    try {
      SharedState::open(of);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(problem(path), "");
  EXPECT_NE(problem("/nonexistent/gate").find("cannot be opened"), std::string::npos);
  const std::filesystem::path copy = new_path();
  const auto with = [&](std::uint64_t offset, char byte, std::uint64_t size) {
    std::filesystem::copy_file(path, copy, std::filesystem::copy_options::overwrite_existing);
    std::fstream file(copy, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(offset));
    file.put(byte);
    file.close();
    std::filesystem::resize_file(copy, size);
    return problem(copy);
  };
  const std::uint64_t whole = std::filesystem::file_size(path);
  EXPECT_NE(with(0, 'x', whole).find("not the shared state"), std::string::npos);
  EXPECT_NE(with(8, 9, whole).find("another build"), std::string::npos);
  EXPECT_NE(with(16, 9, whole).find("another build"), std::string::npos);
  EXPECT_NE(with(0, 'h', whole - 1).find("cut off"), std::string::npos);
  EXPECT_NE(with(0, 'h', 100).find("cut off"), std::string::npos);
  std::filesystem::remove(copy);
}

TEST(GateConfigs, ThatCannotBeAreRefused) {
  const auto refused = [](auto change) {
    GateConfig config{1, 8, 1, 1, 1, 256, 64};
    change(config);
    try {
      check_config(config);
    } catch (const Error&) {
      return true;
    }
    return false;
  };
  EXPECT_FALSE(refused([](GateConfig&) {}));
  EXPECT_TRUE(refused([](GateConfig& it) { it.feeds = 0; }));
  EXPECT_TRUE(refused([](GateConfig& it) { it.instruments = 65'537; }));
  EXPECT_TRUE(refused([](GateConfig& it) { it.accounts = 0; }));
  EXPECT_TRUE(refused([](GateConfig& it) { it.strategies = 63; }));
  EXPECT_FALSE(refused([](GateConfig& it) { it.strategies = 62; }));
  EXPECT_TRUE(refused([](GateConfig& it) { it.sessions = 257; }));
  EXPECT_TRUE(refused([](GateConfig& it) { it.max_orders = 1; }));
  EXPECT_TRUE(refused([](GateConfig& it) { it.max_executions = 0; }));
}

}  // namespace
}  // namespace hft::risk
