// An order session in its steady state allocates nothing: sends, reports, heartbeats, reconnects.
#include "counted_allocations.hpp"
#include "hft/order/client_order_ids.hpp"
#include "order/order_fixture.hpp"

namespace hft::order {
namespace {

/// The venue's side, written before anything is counted.
struct Script {
  Bytes login = login_accepted("day1", 1);
  Bytes idle = packet_of('H');
  Bytes again;  // a login at the end of it all
  Bytes query_answer;
  std::vector<Bytes> traffic;  // for each order: accepted, two fills; a broken trade
};

constexpr std::uint32_t orders = 200;

Script script() {
  Script out;
  ScriptedServer server;
  server.bytes_in(bytes_of(std::string("\0\x2fLtradersecret    ", 19) + std::string(10, ' ') +
                           std::string(19, ' ') + "1"));
  server.bytes_in(packet_of('U', bytes_of("Q")));
  server.take_output();
  out.query_answer = packet_of('S', server.log()[0]);
  wire::ouch50::inbound::EnterOrder in{};
  in.message_type = in.tag;
  in.side = 'B';
  in.shares = 100;
  in.symbol = {'T', 'E', 'S', 'T', ' ', ' ', ' ', ' '};
  in.price = 1'000'000;
  in.time_in_force = '0';
  for (std::uint32_t id = 1; id <= orders; ++id) {
    in.user_ref_num = id;
    server.bytes_in(packet_of('U', bytes_of_struct(in)));
    server.fill(id, 60, 2 * id);
    server.fill(id, 40, 2 * id + 1);
    server.break_trade(id, 40, 2 * id + 1);
    out.traffic.push_back(server.take_output());
  }
  out.again = login_accepted("day1", server.log().size() + 1);
  return out;
}

TEST(Allocation, NoneOnceAnOrderSessionStands) {
  const Script the = script();
  Gateway<Ouch50> gateway(gateway_config(), test_symbols());
  gateway.allow_ids_below(1'000'000);
  std::uint64_t executed = 0;
  const auto sink = [&](const record::OrderReport& report) {
    if (report.action == record::ReportAction::executed) executed += report.size;
  };
  std::uint64_t now = start_ns;
  const std::uint64_t before = allocations;
  ASSERT_TRUE(gateway.connected(now));
  gateway.output_taken(100);
  gateway.bytes_in(the.login, now, sink);
  gateway.bytes_in(the.idle, now, sink);
  gateway.bytes_in(the.query_answer, now, sink);
  ASSERT_TRUE(gateway.ready());
  for (std::uint32_t id = 1; id <= orders; ++id) {
    now += second / 10;
    ASSERT_EQ(gateway.send(passed(enter(id, 100))), SendVerdict::sent);
    gateway.output_taken(gateway.take_output().size());
    const std::size_t half = the.traffic[id - 1].size() / 2;  // inside a message
    const std::span<const std::byte> bytes(the.traffic[id - 1]);
    gateway.bytes_in(bytes.first(half), now, sink);
    gateway.bytes_in(bytes.subspan(half), now, sink);
    gateway.on_time(now, sink);
  }
  gateway.disconnected(now, sink);
  ASSERT_TRUE(gateway.connected(now));
  gateway.bytes_in(the.again, now, sink);
  EXPECT_EQ(gateway.phase(), GatewayPhase::querying);
  EXPECT_EQ(allocations - before, 0U);
  EXPECT_EQ(executed, 100U * orders);
}

TEST(Allocation, NoneForAnId) {
  std::string name = testing::TempDir() + "hft_ids_XXXXXX";
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  const std::filesystem::path folder = name;
  {
    ClientOrderIds ids(folder / "ids", {2014, 10, 3}, 1'000);
    const std::uint64_t before = allocations;
    std::uint32_t last = 0;
    for (int i = 0; i < 1'000; ++i) last = ids.take();
    EXPECT_EQ(allocations - before, 0U);
    EXPECT_EQ(last, 1'000U);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace hft::order
