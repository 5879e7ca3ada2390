// The server's end of a SoupBinTCP connection: logins, replay, silence, and whatever is none.
#include "hft/venue/soupbin_server.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace hft::venue {
namespace {

namespace soup = wire::soupbintcp;
constexpr std::uint64_t second = 1'000'000'000;

template <std::size_t n>
Alpha<n> left(const std::string& text) {
  Alpha<n> out;
  out.fill(' ');
  std::copy(text.begin(), text.end(), out.begin());
  return out;
}

std::string packet(char type, const std::string& payload = "") {
  const std::size_t length = payload.size() + 1;
  return std::string{static_cast<char>(length >> 8), static_cast<char>(length & 255), type} +
         payload;
}

std::string login_packet(const std::string& user, const std::string& password,
                         const std::string& number, const std::string& session = "") {
  const auto pad = [](const std::string& text, std::size_t size) {
    return text + std::string(size - text.size(), ' ');
  };
  return packet('L', pad(user, 6) + pad(password, 10) + pad(session, 10) +
                         std::string(20 - number.size(), ' ') + number);
}

/// One account, "trader" with "secret"; what it sent, and its stream.
class SoupbinServerTest : public testing::Test {
 protected:
  void say(const std::string& message) {
    std::memcpy(append_sequenced(stream_, message.size()), message.data(), message.size());
  }
  void receive(const std::string& bytes) {
    server_.bytes_in(std::as_bytes(std::span(bytes)), now_ns_, *this);
  }
  std::string sent(std::size_t most = ~std::size_t{0}) {
    std::string out;
    for (auto waiting = server_.output(); !waiting.empty() && out.size() < most;
         waiting = server_.output()) {
      waiting = waiting.first(std::min(waiting.size(), most - out.size()));
      out.append(reinterpret_cast<const char*>(waiting.data()), waiting.size());
      server_.sent(waiting.size(), now_ns_);
    }
    return out;
  }
  void on_time(std::uint64_t passed_ns) {
    now_ns_ += passed_ns;
    server_.on_time(now_ns_);
  }
  static std::string accepted(const std::string& number) {
    return packet('A', "   SESSION" + std::string(20 - number.size(), ' ') + number);
  }

 public:
  SoupbinAnswer login(const SoupbinLogin& request) {
    if (request.user != "trader" || request.password != "secret")
      return {nullptr, ClientEnd::not_authorised, {}};
    if (!request.session.empty() && request.session != "SESSION")
      return {nullptr, ClientEnd::no_session, {}};
    return {&stream_, ClientEnd::open, left<10>("   SESSION")};
  }
  bool message(std::span<const std::byte> message) {
    received_.emplace_back(reinterpret_cast<const char*>(message.data()), message.size());
    return received_.back() != "bad";
  }

 protected:
  DayStore stream_{"test"};
  std::vector<std::string> received_;
  std::uint64_t now_ns_ = 100 * second;
  SoupbinLimits limits_ = [] {
    SoupbinLimits limits;
    limits.backlog_bytes = 1000;
    return limits;
  }();
  SoupbinServer server_{limits_, now_ns_};
};

using hft::venue::ClientEnd;

std::string login_of_trader(const std::string& number = "1", const std::string& session = "") {
  return login_packet("trader", "secret", number, session);
}

TEST_F(SoupbinServerTest, accepts_and_sends_the_stream) {
  say("first");
  receive(login_of_trader());
  EXPECT_EQ(sent(), accepted("1") + packet('S', "first"));
  say("second");
  EXPECT_EQ(sent(), packet('S', "second"));
  EXPECT_TRUE(server_.is_logged_in());
}

TEST_F(SoupbinServerTest, takes_bytes_in_any_pieces) {
  const std::string all = login_of_trader() + packet('U', "one") + packet('R') +
                          packet('+', "debug") + packet('U', "two");
  for (std::size_t piece = 1; piece <= all.size(); ++piece) {
    SoupbinServer server(limits_, now_ns_);
    received_.clear();
    for (std::size_t at = 0; at < all.size(); at += piece)
      server.bytes_in(std::as_bytes(std::span(all).subspan(at, std::min(piece, all.size() - at))),
                      now_ns_, *this);
    EXPECT_EQ(received_, (std::vector<std::string>{"one", "two"})) << piece;
    EXPECT_EQ(server.end(), ClientEnd::open) << piece;
  }
}

TEST_F(SoupbinServerTest, replays_from_any_number) {
  const std::string names[] = {"1st", "2nd", "3rd"};
  for (const std::string& name : names) say(name);
  for (std::size_t from = 1; from <= 4; ++from) {
    SoupbinServer again(limits_, now_ns_);
    server_ = again;
    receive(login_of_trader(std::to_string(from), "SESSION"));
    std::string expected = accepted(std::to_string(from));
    for (std::size_t k = from; k <= 3; ++k) expected += packet('S', names[k - 1]);
    EXPECT_EQ(sent(), expected) << from;
  }
}

TEST_F(SoupbinServerTest, number_0_begins_with_the_newest) {
  say("1st");
  say("2nd");
  receive(login_of_trader("0"));
  EXPECT_EQ(sent(), accepted("2") + packet('S', "2nd"));
}

TEST_F(SoupbinServerTest, number_0_of_an_empty_stream_is_1) {
  receive(login_of_trader("0"));
  EXPECT_EQ(sent(), accepted("1"));
}

TEST_F(SoupbinServerTest, rejects_logins) {
  const auto ends = [&](const std::string& bytes, ClientEnd why, const std::string& answer) {
    server_ = SoupbinServer(limits_, now_ns_);
    receive(bytes);
    EXPECT_EQ(server_.end(), why) << name(server_.end());
    EXPECT_EQ(server_.is_finished(), answer.empty());
    EXPECT_EQ(sent(), answer);
    EXPECT_TRUE(server_.is_finished());
  };
  ends(login_packet("trader", "wrong", "1"), ClientEnd::not_authorised, packet('J', "A"));
  ends(login_packet("nobody", "secret", "1"), ClientEnd::not_authorised, packet('J', "A"));
  ends(login_of_trader("1", "YESTERDAY"), ClientEnd::no_session, packet('J', "S"));
  ends(login_of_trader("2"), ClientEnd::number_ahead, packet('J', "S"));
  ends(login_of_trader("18446744073709551615"), ClientEnd::number_ahead, packet('J', "S"));
  ends(login_of_trader("1x"), ClientEnd::bad_login, "");
  ends(login_of_trader(""), ClientEnd::bad_login, "");
  ends(packet('L', "short"), ClientEnd::bad_login, "");
}

TEST_F(SoupbinServerTest, what_is_no_soupbin_ends_it) {
  const auto ends = [&](const std::string& bytes, ClientEnd why) {
    server_ = SoupbinServer(limits_, now_ns_);
    received_.clear();
    receive(bytes + packet('U', "after the end"));
    EXPECT_EQ(server_.end(), why) << name(server_.end());
    for (const std::string& message : received_) EXPECT_NE(message, "after the end");
  };
  ends(std::string(2, '\0'), ClientEnd::bad_length);
  ends("\xff\xff" + std::string("S"), ClientEnd::bad_length);
  ends(packet('U', "early"), ClientEnd::no_login);
  ends(packet('R'), ClientEnd::no_login);
  ends(packet('S', "mine"), ClientEnd::bad_type);
  ends(login_of_trader() + packet('?'), ClientEnd::bad_type);
  ends(login_of_trader() + login_of_trader(), ClientEnd::second_login);
  ends(login_of_trader() + packet('O'), ClientEnd::logged_out);
  ends(login_of_trader() + packet('U', "bad"), ClientEnd::bad_message);
}

TEST_F(SoupbinServerTest, gives_up_who_does_not_log_in) {
  on_time(30 * second - 1);
  EXPECT_EQ(server_.end(), ClientEnd::open);
  on_time(1);
  EXPECT_EQ(server_.end(), ClientEnd::login_timeout);
}

TEST_F(SoupbinServerTest, gives_up_who_is_silent) {
  receive(login_of_trader());
  sent();
  on_time(14 * second);
  sent();
  receive(packet('R'));
  on_time(14 * second);
  EXPECT_EQ(server_.end(), ClientEnd::open);
  sent();
  on_time(second);
  EXPECT_EQ(server_.end(), ClientEnd::silent);
}

TEST_F(SoupbinServerTest, beats_each_second_without_data) {
  receive(login_of_trader());
  sent();
  on_time(second - 1);
  EXPECT_EQ(sent(), "");
  on_time(1);
  EXPECT_EQ(sent(), packet('H'));
  on_time(second / 2);
  say("data");
  EXPECT_EQ(sent(), packet('S', "data"));
  on_time(second / 2);
  EXPECT_EQ(sent(), "");  // data is as good as a heartbeat
  on_time(second / 2);
  EXPECT_EQ(sent(), packet('H'));
}

TEST_F(SoupbinServerTest, a_heartbeat_never_comes_between_the_pieces_of_a_packet) {
  receive(login_of_trader());
  sent();
  say("a message");
  std::string out = sent(4);
  on_time(2 * second);
  out += sent();
  EXPECT_EQ(out, packet('S', "a message"));
}

TEST_F(SoupbinServerTest, bounds_what_waits_for_a_slow_client) {
  for (int k = 0; k < 20; ++k) say(std::string(100, 'x'));  // asked for: no reason to end
  receive(login_of_trader());
  on_time(1);
  EXPECT_EQ(server_.end(), ClientEnd::open);
  for (int k = 0; k < 10; ++k) say(std::string(97, 'x'));  // 100 bytes each with the header
  on_time(1);
  EXPECT_EQ(server_.end(), ClientEnd::open);
  say("x");
  on_time(1);
  EXPECT_EQ(server_.end(), ClientEnd::slow);
}

TEST_F(SoupbinServerTest, gives_up_who_takes_nothing) {
  receive(login_of_trader());
  sent();
  on_time(second);
  say("take me");
  on_time(2 * second);
  receive(packet('R'));
  EXPECT_EQ(sent(2).size(), 2U);  // a piece is a sign of life
  on_time(4 * second);
  EXPECT_EQ(server_.end(), ClientEnd::open);
  on_time(second);
  EXPECT_EQ(server_.end(), ClientEnd::stalled);
}

TEST_F(SoupbinServerTest, says_the_end_of_the_session_behind_everything) {
  receive(login_of_trader());
  say("last");
  server_.end_session();
  EXPECT_EQ(sent(), accepted("1") + packet('S', "last") + packet('Z'));
  EXPECT_EQ(server_.end(), ClientEnd::session_ended);
  EXPECT_TRUE(server_.is_finished());
}

TEST(day_store, finds_every_packet_again) {
  DayStore store("test");
  std::vector<std::uint64_t> places;
  for (std::uint32_t k = 0; k < 5000; ++k) {  // over several chunks of 2 MiB
    places.push_back(store.end());
    const std::size_t bytes = 2 + 500 + k % 1000;
    std::byte* const room = store.append(bytes);
    *reinterpret_cast<Be16*>(room) = static_cast<std::uint16_t>(bytes - 2);
    std::memset(room + 2, static_cast<int>(k % 251), bytes - 2);
    if (k % 100 == 0) store.reserve();
  }
  EXPECT_EQ(store.count(), 5000U);
  for (std::uint64_t number : {1U, 2U, 1999U, 2800U, 4999U, 5000U}) {
    std::uint64_t place = store.place_of_number(number);
    const auto bytes = store.read(place);
    ASSERT_GE(bytes.size(), 502U) << number;
    EXPECT_EQ(std::to_integer<std::uint64_t>(bytes[2]), (number - 1) % 251) << number;
  }
  EXPECT_EQ(store.place_of_number(5001), store.end());
  std::uint64_t walked = 0, packets = 0;  // over the chunks' unused ends
  for (auto bytes = store.read(walked); !bytes.empty(); bytes = store.read(walked)) {
    walked += bytes.size();
    for (std::size_t at = 0; at < bytes.size(); ++packets) {
      EXPECT_EQ(std::to_integer<std::uint64_t>(bytes[at + 2]), packets % 251);
      at += 2 + reinterpret_cast<const Be16&>(bytes[at]);
    }
  }
  EXPECT_EQ(packets, 5000U);
  EXPECT_EQ(walked, store.end());
  std::uint64_t end = store.end();
  EXPECT_TRUE(store.read(end).empty());
}

}  // namespace
}  // namespace hft::venue
