// The live engine and the exchange, each on its own thread, over sockets of this machine: it finds
// its instrument, trades, obeys a control, ends flat, and refuses what cannot be.
#include "hft/engine/live/live_engine.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "engine/closed_loop_fixture.hpp"
#include "hft/engine/exchange/exchange.hpp"
#include "hft/ring/broadcast.hpp"

namespace hft::engine {
namespace {

using namespace std::chrono_literals;

std::uint16_t free_udp_port() {
  net::UdpReceiverOptions options;
  options.group = {0x7f000001, 0};
  return net::UdpReceiver(options).address().port;
}

class LiveEngineTest : public testing::Test {
 protected:
  LiveEngineTest()
      : name_("live-test-" + std::to_string(getpid())),
        folder_(std::filesystem::temp_directory_path() / ("hft_" + name_)) {
    std::filesystem::create_directories(folder_);
    const std::uint16_t port = free_udp_port();
    exchange_options_.core = test::loop_options().exchange;
    exchange_options_.core.session.clear();
    exchange_options_.core.open_after_ns = 300'000'000;
    exchange_options_.lines = {{{0x7f000001, port}, 0}};
    config_.name = name_;
    config_.spin = false;
    config_.log_records = 1 << 16;
    config_.date = *session_date_at(system_ns(CLOCK_REALTIME));
    config_.feed.name = "xnas";
    net::UdpReceiverOptions line;
    line.group = {0x7f000001, port};
    line.receive_buffer_bytes = 4 << 20;
    config_.feed.lines = {line};
    config_.feed.handler.venue = record::Venue::xnas;
    config_.books.max_orders = 20'000;
    config_.books.max_instruments = 16;
    config_.gate.instruments = 16;
    config_.gate.max_orders = 1 << 16;
    config_.gate.max_executions = 1 << 16;
    config_.clock_offset_ns = 0;
    config_.gateway = test::loop_options().gateway;
    config_.gateway.midnight_ns = midnight_new_york_ns(config_.date);
    config_.client_order_ids = folder_ / "ids";
    choice_ = {"quoter", {{"half_spread_e9", 0}}, {1, 2}, {0, 0, record::Venue::xnas, 0}};
  }
  ~LiveEngineTest() override {
    std::filesystem::remove_all(folder_);
    for (const char* suffix : {".log", ".control"})
      std::filesystem::remove(ring::ring_path(name_ + suffix));
  }

  template <class Condition>
  static bool comes_true(Condition condition) {
    for (int i = 0; i < 3'000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }

  std::string name_;
  std::filesystem::path folder_;
  exchange::ExchangeOptions exchange_options_;
  LiveConfig config_;
  StrategyChoice choice_;
};

TEST_F(LiveEngineTest, trades_obeys_and_ends_flat) {
  exchange::Exchange exchange(exchange_options_);
  config_.venue = exchange.order_address();
  LiveEngine live(config_);
  live.start();
  std::thread venue([&] { exchange.run(); });
  live.trade(choice_, test::wide_limits());
  EXPECT_THROW(live.trade(choice_, {}), Error);
  EXPECT_TRUE(comes_true([&] {
    live.maintain();
    return live.counts().trading.sent > 20;
  }));
  record::ControlEvent kill{};
  kill.action = record::ControlAction::kill;
  kill.scope = record::Scope::firm;
  live.control(kill);
  EXPECT_TRUE(comes_true([&] { return live.counts().open_orders == 0; }));
  live.stop();
  live.join();
  EXPECT_TRUE(live.counts().ended_flat);
  EXPECT_GT(live.counts().trading.reports, 20U);
  EXPECT_GT(live.times().whole().count() + live.times().of_reports().count(), 0U);
  exchange.stop();
  venue.join();
  EXPECT_EQ(exchange.core().account(0).next_live(0, venue::no_instrument), 0U);
}

TEST_F(LiveEngineTest, refuses_what_cannot_be) {
  config_.venue = {0x7f000001, 9};
  {
    LiveEngine live(config_);
    EXPECT_THROW(LiveEngine second(config_), Error);  // the same rings
    choice_.name = "quotter";
    EXPECT_THROW(live.trade(choice_, {}), Error);
    choice_ = {"quoter", {{"sizes", 1}}, {1}, {}};
    EXPECT_THROW(live.trade(choice_, {}), Error);
    choice_ = {"quoter", {{"size", -1}}, {1}, {}};
    EXPECT_THROW(live.trade(choice_, {}), Error);
  }
  config_.core = 4'000;
  LiveEngine live(config_);
  live.start();
  EXPECT_THROW(live.join(), Error);
}

}  // namespace
}  // namespace hft::engine
