// The exchange on loopback, turn by turn: connections, the two lines, and starting again.
#include "hft/engine/exchange/exchange.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "hft/base/error.hpp"
#include "hft/wire/ouch50.hpp"
#include "hft/wire/soupbintcp.hpp"

namespace hft::engine::exchange {
namespace {

constexpr std::uint64_t start_ns = 1'795'364'000'000'000'000;
constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint32_t localhost = 0x7f000001;

std::string packet(char type, const std::string& payload = "") {
  const std::size_t length = payload.size() + 1;
  return std::string{static_cast<char>(length >> 8), static_cast<char>(length & 255), type} +
         payload;
}

std::string login(const std::string& user = "one", int number = 1) {
  const std::string digits = std::to_string(number);
  return packet('L', user + std::string(6 - user.size(), ' ') + "secret    " +
                         std::string(10, ' ') + std::string(20 - digits.size(), ' ') + digits);
}

std::string enter(std::uint32_t number, char side = 'B', std::uint32_t shares = 100) {
  wire::ouch50::inbound::EnterOrder out{};
  out.message_type = 'O';
  out.user_ref_num = number;
  out.side = side;
  out.shares = shares;
  out.symbol = {'A', 'A', 'P', 'L', ' ', ' ', ' ', ' '};
  out.price = std::uint64_t{1'000'000};
  out.time_in_force = '0';
  out.display = 'Y';
  out.capacity = 'P';
  out.intermarket_sweep_eligibility = 'N';
  out.cross_type = 'N';
  return packet('U', std::string(reinterpret_cast<const char*>(&out), sizeof out));
}

class ExchangeTest : public testing::Test {
 protected:
  ExchangeTest() {
    state_ = (std::filesystem::temp_directory_path() /
              ("hft_exchange_" + std::to_string(getpid()) + ".state"))
                 .string();
    std::filesystem::remove(state_);
    options_.core.symbols = {"AAPL"};
    for (const char* const user : {"one", "two"}) {
      AccountOptions account;
      account.terms.user = user;
      account.terms.password = "SECRET";
      account.terms.firm = {'H', 'F', 'T', 'X'};
      options_.core.accounts.push_back(account);
    }
    options_.core.expected_orders = 64;
    options_.core.max_orders = 1000;
    options_.clock = [this] { return now_ns_; };
  }
  ~ExchangeTest() override { std::filesystem::remove(state_); }

  void turn(Exchange& exchange, int turns = 3) {
    for (int k = 0; k < turns; ++k) exchange.turn(20'000'000);
  }
  net::TcpStream connect(Exchange& exchange) {
    auto stream = net::TcpStream::connect(exchange.order_address());
    turn(exchange, 1);
    EXPECT_EQ(stream.connect_verdict(), net::ConnectVerdict::connected);
    return stream;
  }
  static void send(net::TcpStream& stream, const std::string& bytes) {
    EXPECT_EQ(stream.write(std::as_bytes(std::span(bytes))).count, bytes.size());
  }
  /// What came: the types of the packets, "!" where the connection was closed.
  static std::string heard(net::TcpStream& stream, std::string* bytes = nullptr) {
    std::string all;
    std::vector<std::byte> room(65'536);
    net::IoResult got = stream.read(room);
    while (got.verdict == net::IoVerdict::done) {
      all.append(reinterpret_cast<const char*>(room.data()), got.count);
      got = stream.read(room);
    }
    if (bytes != nullptr) *bytes = all;
    std::string types;
    for (std::size_t at = 0; at + 2 < all.size();) {
      const std::size_t length =
          static_cast<unsigned char>(all[at]) * 256U + static_cast<unsigned char>(all[at + 1]);
      types += all[at + 2];
      if (all[at + 2] == 'S') types += all[at + 3];
      at += 2 + length;
    }
    return types + (got.verdict == net::IoVerdict::closed ? "!" : "");
  }

  ExchangeOptions options_;
  std::uint64_t now_ns_ = start_ns;
  std::string state_;
};

TEST_F(ExchangeTest, trades_between_two_clients) {
  Exchange exchange(options_);
  net::TcpStream one = connect(exchange), two = connect(exchange);
  send(one, login() + enter(1));
  turn(exchange);
  EXPECT_EQ(heard(one), "ASSSA");               // accepted; start of day; order accepted
  send(two, login("TWO") + enter(1, 'S', 40));  // case does not matter
  turn(exchange);
  EXPECT_EQ(heard(two), "ASSSASE");
  EXPECT_EQ(heard(one), "SE");
  const ExchangeSummary summary = exchange.summary();
  EXPECT_EQ(summary.core.orders, 2U);
  EXPECT_EQ(summary.core.trades, 1U);
  EXPECT_EQ(summary.live_orders, 1U);
  EXPECT_TRUE(summary.accounts[0].connected);
}

TEST_F(ExchangeTest, ends_bad_connections_and_counts_them) {
  Exchange exchange(options_);
  net::TcpStream wrong = connect(exchange), bytes = connect(exchange), gone = connect(exchange);
  send(wrong, login("nobody"));
  send(bytes, "GET / HTTP/1.1\r\n\r\n");
  send(gone, login());
  turn(exchange);
  EXPECT_EQ(heard(wrong), "J!");
  EXPECT_NE(heard(bytes).find('!'), std::string::npos);
  gone.close();
  turn(exchange);
  const auto ends = exchange.summary().ends;
  EXPECT_EQ(ends[static_cast<std::size_t>(venue::ClientEnd::not_authorised)], 1U);
  EXPECT_EQ(ends[static_cast<std::size_t>(venue::ClientEnd::bad_length)], 1U);
  EXPECT_EQ(ends[static_cast<std::size_t>(venue::ClientEnd::disconnected)], 1U);
}

TEST_F(ExchangeTest, the_newest_login_of_an_account_counts) {
  Exchange exchange(options_);
  net::TcpStream old = connect(exchange);
  send(old, login() + enter(1));
  turn(exchange);
  heard(old);
  net::TcpStream next = connect(exchange);
  send(next, login("one", 2));
  turn(exchange);
  EXPECT_EQ(heard(next), "ASA");  // from number 2 on
  EXPECT_EQ(heard(old), "!");
  EXPECT_EQ(exchange.summary().ends[static_cast<std::size_t>(venue::ClientEnd::superseded)], 1U);
  EXPECT_EQ(exchange.summary().live_orders, 1U);
}

TEST_F(ExchangeTest, refuses_more_clients_than_it_may_have) {
  options_.max_clients = 1;
  Exchange exchange(options_);
  net::TcpStream first = connect(exchange), second_one = connect(exchange);
  turn(exchange);
  EXPECT_EQ(heard(second_one), "!");
  EXPECT_EQ(exchange.summary().refused_connections, 1U);
  send(first, login());
  turn(exchange);
  EXPECT_EQ(heard(first), "ASS");
}

TEST_F(ExchangeTest, beats_and_gives_up_the_silent) {
  Exchange exchange(options_);
  net::TcpStream client = connect(exchange);
  send(client, login());
  turn(exchange);
  heard(client);
  now_ns_ += second;
  turn(exchange);
  EXPECT_EQ(heard(client), "H");
  now_ns_ += 15 * second;
  turn(exchange);
  EXPECT_EQ(heard(client), "!");
}

TEST_F(ExchangeTest, publishes_on_two_lines) {
  net::UdpReceiver line_a({{0xefc0ff61, 30'511}, "lo"}), line_b({{0xefc0ff62, 30'512}, "lo"});
  options_.interface = "lo";
  options_.lines = {{line_a.address(), 0}, {line_b.address(), 0}};
  Exchange exchange(options_);
  turn(exchange, 1);
  std::vector<std::byte> of_a(2048), of_b(2048);
  const auto a = line_a.receive(of_a), b = line_b.receive(of_b);
  ASSERT_EQ(a.verdict, net::IoVerdict::done);
  ASSERT_EQ(a.count, b.count);
  EXPECT_EQ(std::memcmp(of_a.data(), of_b.data(), a.count), 0);
  exchange.finish();
  std::size_t last = 0;
  for (auto got = line_a.receive(of_a); got.verdict == net::IoVerdict::done;
       got = line_a.receive(of_a))
    last = got.count;
  EXPECT_EQ(last, 20U);  // end of session: a bare header
  EXPECT_EQ(std::to_integer<int>(of_a[18]), 0xff);
}

TEST_F(ExchangeTest, loses_packets_of_one_line_where_asked) {
  net::UdpReceiver line_a({{localhost, 0}, ""}), line_b({{localhost, 0}, ""});
  options_.lines = {{line_a.address(), 1.0}, {line_b.address(), 0}};
  Exchange exchange(options_);
  turn(exchange, 1);
  std::vector<std::byte> room(2048);
  EXPECT_EQ(line_a.receive(room).verdict, net::IoVerdict::would_block);
  EXPECT_EQ(line_b.receive(room).verdict, net::IoVerdict::done);
  EXPECT_EQ(exchange.summary().packets_lost, (std::vector<std::uint64_t>{1, 0}));
}

TEST_F(ExchangeTest, says_goodbye) {
  Exchange exchange(options_);
  net::TcpStream client = connect(exchange);
  send(client, login());
  turn(exchange);
  heard(client);
  exchange.finish();
  EXPECT_EQ(heard(client), "SSZ!");  // end of day, end of session
  exchange.stop();
  exchange.run();  // does nothing more
}

TEST_F(ExchangeTest, goes_on_after_a_kill) {
  options_.state_file = state_;
  options_.core.accounts[1].terms.cancel_on_disconnect = true;
  std::string before;
  std::uint64_t digest = 0;
  {
    Exchange exchange(options_);
    net::TcpStream one = connect(exchange), two = connect(exchange);
    send(one, login() + enter(1) + enter(2));
    send(two, login("two") + enter(1, 'S', 30));
    turn(exchange);
    EXPECT_EQ(heard(one, &before), "ASSSASASE");
    EXPECT_EQ(heard(two), "ASSSASE");
    send(two, enter(2, 'S', 500));
    turn(exchange);
    EXPECT_EQ(heard(two), "SASESE");
    std::string more;
    heard(one, &more);
    before += more;
    digest = exchange.summary().digest;
  }  // and nothing is said: as if killed
  now_ns_ += 60 * second;
  {
    Exchange again(options_);
    const ExchangeSummary summary = again.summary();
    EXPECT_EQ(summary.recovered_inputs, 4U);
    EXPECT_NE(summary.digest, digest);  // the second account's order left with its connection
    EXPECT_EQ(summary.live_orders, 0U);
    net::TcpStream one = connect(again), two = connect(again);
    send(one, login());
    send(two, login("two", 4));
    turn(again);
    std::string after;
    heard(one, &after);
    EXPECT_EQ(after, before);  // the same bytes, times included
    EXPECT_EQ(heard(two), "ASASESESC");
    send(one, enter(2) + enter(3));  // one used, one new
    turn(again);
    EXPECT_EQ(heard(one), "SA");
  }
  options_.core.symbols.push_back("MSFT");
  EXPECT_THROW(Exchange{options_}, Error);  // another configuration
}

TEST_F(ExchangeTest, publishes_again_what_may_not_have_been_seen) {
  net::UdpReceiver line({{localhost, 0}, ""});
  options_.lines = {{line.address(), 0}};
  options_.state_file = state_;
  const auto first_numbers = [&] {
    std::vector<std::uint64_t> numbers;
    std::vector<std::byte> room(2048);
    for (auto got = line.receive(room); got.verdict == net::IoVerdict::done;
         got = line.receive(room)) {
      Be64 number;
      std::memcpy(&number, room.data() + 10, sizeof number);
      numbers.push_back(number);
    }
    return numbers;
  };
  {
    Exchange exchange(options_);
    turn(exchange, 1);
    EXPECT_EQ(first_numbers(), (std::vector<std::uint64_t>{1}));
  }
  {
    Exchange exchange(options_);  // killed before any input: the opening is said again
    net::TcpStream one = connect(exchange);
    EXPECT_EQ(first_numbers(), (std::vector<std::uint64_t>{1}));
    send(one, login() + enter(1));
    turn(exchange);
    send(one, enter(2));
    turn(exchange);
    EXPECT_EQ(first_numbers(), (std::vector<std::uint64_t>{6, 7}));
  }
  {
    Exchange exchange(options_);
    turn(exchange, 1);
    EXPECT_EQ(first_numbers(), (std::vector<std::uint64_t>{7}));  // of the last batch
  }
  std::filesystem::remove(state_);
  {
    Exchange exchange(options_);
    net::TcpStream one = connect(exchange);
    send(one, login() + enter(1));
    turn(exchange);
    EXPECT_EQ(first_numbers(), (std::vector<std::uint64_t>{1, 6}));
  }
  Exchange exchange(options_);  // a first batch may have gone out together with the opening
  turn(exchange, 1);
  EXPECT_EQ(first_numbers(), (std::vector<std::uint64_t>{1}));
}

}  // namespace
}  // namespace hft::engine::exchange
