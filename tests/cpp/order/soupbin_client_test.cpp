// The SoupBinTCP client: logins, counting, time, ends; and the same result for every split.
#include "hft/order/soupbin_client.hpp"

#include "hft/base/error.hpp"
#include "order/order_fixture.hpp"

namespace hft::order {
namespace {

/// What a session has handed on, and how it stands.
struct Outcome {
  std::vector<std::pair<std::uint64_t, Bytes>> messages;
  SessionVerdict verdict;
  SessionState state;
  std::uint64_t next;
  std::uint64_t heartbeats;
  std::uint64_t debug_packets;
  std::uint64_t duplicates;
  std::uint64_t unused_bytes;
  Bytes output;

  bool operator==(const Outcome&) const = default;
};

class Session {
 public:
  explicit Session(const SoupbinConfig& config = session_config()) : client(config) {}

  SoupbinClient client;
  std::vector<std::pair<std::uint64_t, Bytes>> messages;
  std::uint64_t now = start_ns;

  void in(const Bytes& bytes) {
    client.bytes_in(bytes, now, [this](std::uint64_t number, std::span<const std::byte> message) {
      messages.emplace_back(number, Bytes(message.begin(), message.end()));
    });
  }
  void login(std::uint64_t number = 1) {
    ASSERT_TRUE(client.login(now));
    client.output_taken(client.take_output().size());
    in(login_accepted("day1", number));
  }
  std::string output() {
    const auto pending = client.take_output();
    std::string out(reinterpret_cast<const char*>(pending.data()), pending.size());
    client.output_taken(pending.size());
    return out;
  }
  Outcome outcome() {
    const auto pending = client.take_output();
    const SessionCounters& counters = client.counters();
    return {messages,
            client.verdict(),
            client.state(),
            client.next_sequence_number(),
            counters.heartbeats,
            counters.debug_packets,
            counters.duplicates,
            counters.unused_bytes,
            {pending.begin(), pending.end()}};
  }
};

Bytes message(std::string_view text) {
  return packet_of('S', bytes_of(text));
}

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const Bytes& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

TEST(SoupbinClient, AsksForTheSessionAndTheFirstMessage) {
  Session session;
  ASSERT_TRUE(session.client.login(session.now));
  EXPECT_EQ(session.output(), std::string("\0\x2fLtradersecret    ", 19) + std::string(10, ' ') +
                                  std::string(19, ' ') + "1");
  EXPECT_EQ(session.client.state(), SessionState::logging_in);
  EXPECT_FALSE(session.client.login(session.now)) << "one is under way";
}

TEST(SoupbinClient, CountsMessagesFromOne) {
  Session session;
  session.login();
  session.in(joined({message("a"), packet_of('H'), message("bc"), packet_of('+', bytes_of("hello")),
                     message("")}));
  const std::vector<std::pair<std::uint64_t, Bytes>> expected{
      {1, bytes_of("a")}, {2, bytes_of("bc")}, {3, {}}};
  EXPECT_EQ(session.messages, expected);
  EXPECT_EQ(session.client.next_sequence_number(), 4U);
  EXPECT_EQ(session.client.counters().heartbeats, 1U);
  EXPECT_EQ(session.client.counters().debug_packets, 1U);
  EXPECT_TRUE(session.client.was_idle());
}

TEST(SoupbinClient, AsksAgainForWhatItHasNotSeen) {
  Session session;
  session.login();
  session.in(joined({message("a"), packet_of('H'), message("b"), Bytes{std::byte{0}}}));
  session.client.disconnected();
  EXPECT_EQ(session.client.verdict(), SessionVerdict::connection_lost);
  EXPECT_EQ(session.client.state(), SessionState::closed);
  ASSERT_TRUE(session.client.login(session.now));
  const std::string request = session.output();
  EXPECT_EQ(request.substr(19, 10), "      day1");
  EXPECT_EQ(request.substr(29), std::string(19, ' ') + "3");
  session.in(joined({login_accepted("day1", 3), message("c")}));
  ASSERT_EQ(session.messages.size(), 3U);
  EXPECT_EQ(session.messages.back().first, 3U);
  EXPECT_FALSE(session.client.was_idle()) << "not since this login";
}

TEST(SoupbinClient, SkipsWhatIsRepeatedByItsNumber) {
  Session session;
  session.login();
  session.in(joined({message("a"), message("b")}));
  session.client.disconnected();
  session.login(1);  // asked for 3
  session.in(joined({message("a"), message("b"), message("c")}));
  EXPECT_EQ(session.client.verdict(), SessionVerdict::ok);
  EXPECT_EQ(session.messages.size(), 3U);
  EXPECT_EQ(session.client.counters().duplicates, 2U);
}

TEST(SoupbinClient, StopsWhenTheVenueSaysOtherThingsUnderTheSameNumbers) {
  Session session;
  session.login();
  session.in(joined({message("a"), message("b")}));
  session.client.disconnected();
  session.login(1);
  session.in(joined({message("a"), message("x"), message("c")}));
  EXPECT_EQ(session.client.verdict(), SessionVerdict::history_differs);
  EXPECT_EQ(session.messages.size(), 2U);
  session.client.disconnected();
  EXPECT_FALSE(session.client.login(session.now)) << "a person must look at it";
}

TEST(SoupbinClient, StopsWhenTheVenueHasForgottenWhatItSaid) {
  Session session;
  session.login();
  session.in(joined({message("a"), message("b"), packet_of('H')}));
  EXPECT_EQ(session.client.verdict(), SessionVerdict::ok);
  session.client.disconnected();
  session.login(1);
  session.in(joined({message("a"), packet_of('H')}));  // idle, and b is not said again
  EXPECT_EQ(session.client.verdict(), SessionVerdict::history_differs);
}

TEST(SoupbinClient, StopsWhenRepeatsAreTooOldToCompare) {
  SoupbinConfig config = session_config();
  config.remembered = 4;
  for (const std::uint64_t from : {1U, 2U}) {
    Session session(config);
    session.login();
    for (int i = 0; i < 5; ++i) session.in(message("m"));
    session.client.disconnected();
    session.login(from);
    session.in(message("m"));
    EXPECT_EQ(session.client.verdict(),
              from == 1 ? SessionVerdict::history_differs : SessionVerdict::ok);
  }
}

TEST(SoupbinClient, StopsAtAGap) {
  Session first;
  ASSERT_TRUE(first.client.login(first.now));
  first.in(login_accepted("day1", 2));
  EXPECT_EQ(first.client.verdict(), SessionVerdict::sequence_gap);
  Session later;
  later.login();
  later.in(message("a"));
  later.client.disconnected();
  ASSERT_TRUE(later.client.login(later.now));
  later.in(joined({login_accepted("day1", 3), message("c")}));
  EXPECT_EQ(later.client.verdict(), SessionVerdict::sequence_gap);
  EXPECT_EQ(later.messages.size(), 1U);
  later.client.disconnected();
  EXPECT_FALSE(later.client.may_login());
}

TEST(SoupbinClient, StopsWhenTheSessionIsAnother) {
  Session session;
  session.login();
  session.client.disconnected();
  ASSERT_TRUE(session.client.login(session.now));
  session.in(login_accepted("day2", 1));
  EXPECT_EQ(session.client.verdict(), SessionVerdict::session_changed);
}

TEST(SoupbinClient, TakesTheSessionItIsConfiguredFor) {
  SoupbinConfig config = session_config();
  config.session = "day1";
  Session session(config);
  ASSERT_TRUE(session.client.login(session.now));
  EXPECT_EQ(session.output().substr(19, 10), "      day1");
  session.in(login_accepted("day2", 1));
  EXPECT_EQ(session.client.verdict(), SessionVerdict::session_changed);
}

TEST(SoupbinClient, ARejectedLoginIsNotTriedAgain) {
  Session session;
  ASSERT_TRUE(session.client.login(session.now));
  session.in(packet_of('J', bytes_of("A")));
  EXPECT_EQ(session.client.verdict(), SessionVerdict::login_rejected);
  EXPECT_EQ(session.client.reject_reason(), 'A');
  session.client.disconnected();
  EXPECT_FALSE(session.client.login(session.now));
}

TEST(SoupbinClient, ASessionThatIsNotThereMayComeLater) {
  Session session;
  ASSERT_TRUE(session.client.login(session.now));
  session.in(packet_of('J', bytes_of("S")));
  EXPECT_EQ(session.client.verdict(), SessionVerdict::session_unavailable);
  session.client.disconnected();
  EXPECT_TRUE(session.client.login(session.now));
}

TEST(SoupbinClient, LoginAnswersThatCannotBeRead) {
  for (const std::string& number : {std::string("0"), std::string("-1"), std::string("1x"),
                                    std::string(""), std::string("1 2"), std::string(20, '9')}) {
    Session session;
    ASSERT_TRUE(session.client.login(session.now));
    session.in(packet_of('A', bytes_of(right("day1", 10) + right(number, 20))));
    EXPECT_EQ(session.client.verdict(), SessionVerdict::bad_login) << number;
  }
  Session nameless;
  ASSERT_TRUE(nameless.client.login(nameless.now));
  nameless.in(login_accepted("", 1));
  EXPECT_EQ(nameless.client.verdict(), SessionVerdict::bad_login);
  Session left;  // padded on the other side
  ASSERT_TRUE(left.client.login(left.now));
  left.in(packet_of('A', bytes_of("day1      1" + std::string(19, ' '))));
  EXPECT_EQ(left.client.verdict(), SessionVerdict::ok);
}

TEST(SoupbinClient, HeartbeatsAfterASecondOfOwnSilence) {
  Session session;
  ASSERT_TRUE(session.client.login(session.now));
  session.output();
  session.client.on_time(session.now + second);
  EXPECT_EQ(session.output(), "") << "not before the login";
  session.in(login_accepted("day1", 1));
  session.client.on_time(session.now + second - 1);
  EXPECT_EQ(session.output(), "");
  session.client.on_time(session.now + second);
  EXPECT_EQ(session.output(), std::string("\0\x01R", 3));
  session.client.on_time(session.now + second + 1);
  EXPECT_EQ(session.output(), "");
  ASSERT_TRUE(session.client.append(bytes_of("any"), session.now + 2 * second - 1));
  session.output();
  session.client.on_time(session.now + 2 * second);
  EXPECT_EQ(session.output(), "") << "it has said something";
  session.client.on_time(session.now);
  EXPECT_EQ(session.client.verdict(), SessionVerdict::ok) << "time that steps back is no time";
  EXPECT_EQ(session.client.counters().heartbeats_sent, 1U);
}

TEST(SoupbinClient, SilenceIsALostLink) {
  Session session;
  session.login();
  session.now += 14 * second;
  session.in(packet_of('H'));
  EXPECT_EQ(session.client.on_time(session.now + 15 * second - 1), SessionVerdict::ok);
  EXPECT_EQ(session.client.on_time(session.now + 15 * second), SessionVerdict::silence);
  session.in(message("late"));
  EXPECT_TRUE(session.messages.empty());
  EXPECT_EQ(session.client.counters().unused_bytes, 7U);
  session.client.disconnected();
  EXPECT_EQ(session.client.verdict(), SessionVerdict::silence);
  EXPECT_TRUE(session.client.may_login());
  Session unanswered;
  ASSERT_TRUE(unanswered.client.login(unanswered.now));
  EXPECT_EQ(unanswered.client.on_time(unanswered.now + 15 * second), SessionVerdict::silence);
}

TEST(SoupbinClient, EndOfSession) {
  Session session;
  session.login();
  session.in(joined({message("a"), packet_of('Z'), message("b")}));
  EXPECT_EQ(session.client.verdict(), SessionVerdict::end_of_session);
  EXPECT_EQ(session.messages.size(), 1U);
  session.client.disconnected();
  EXPECT_FALSE(session.client.may_login());
}

TEST(SoupbinClient, LogoutTakesWhatStillComes) {
  Session session;
  EXPECT_FALSE(session.client.logout(session.now));
  session.login();
  ASSERT_TRUE(session.client.logout(session.now));
  EXPECT_EQ(session.output(), std::string("\0\x01O", 3));
  EXPECT_FALSE(session.client.append(bytes_of("x"), session.now));
  session.in(message("a"));
  EXPECT_EQ(session.messages.size(), 1U);
  session.client.on_time(session.now + 2 * second);
  EXPECT_EQ(session.output(), "");
  session.client.disconnected();
  EXPECT_EQ(session.client.verdict(), SessionVerdict::logged_out);
  EXPECT_TRUE(session.client.login(session.now));
}

TEST(SoupbinClient, AFullOutputTakesNoHalfPackets) {
  Session session;
  session.login();
  const Bytes packet(1000);
  int taken = 0;
  while (session.client.append(packet, session.now)) ++taken;
  EXPECT_EQ(taken, 4);
  EXPECT_EQ(session.client.take_output().size(), 4000U);
  EXPECT_EQ(session.client.counters().output_full, 1U);
  session.client.output_taken(999);
  EXPECT_TRUE(session.client.append(packet, session.now)) << "moved to the front";
  session.client.output_taken(1U << 20);
  EXPECT_TRUE(session.client.take_output().empty());
}

TEST(SoupbinClient, TheOutputKeepsItsOrder) {
  Session session;
  session.login();
  std::string all;
  std::string taken;
  for (int i = 0; i < 500; ++i) {
    const std::string text(static_cast<std::size_t>(i * 37 % 400), static_cast<char>('a' + i % 26));
    if (session.client.append(bytes_of(text), session.now)) all += text;
    const auto pending = session.client.take_output();
    const std::size_t count =
        std::min<std::size_t>(pending.size(), static_cast<std::size_t>(i * 53 % 350));
    taken.append(reinterpret_cast<const char*>(pending.data()), count);
    session.client.output_taken(count);
  }
  taken += session.output();
  EXPECT_GT(session.client.counters().output_full, 0U);
  EXPECT_EQ(taken, all);
}

TEST(SoupbinClient, ConfigurationsThatCannotBe) {
  const auto refused = [](auto change) {
    SoupbinConfig config = session_config();
    config.password = "hunter2";
    change(config);
    try {
      const SoupbinClient client(config);
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find(config.password), std::string::npos);
      return true;
    }
    return false;
  };
  EXPECT_FALSE(refused([](SoupbinConfig&) {}));
  EXPECT_TRUE(refused([](SoupbinConfig& c) { c.username = "toolong"; }));
  EXPECT_TRUE(refused([](SoupbinConfig& c) { c.username = ""; }));
  EXPECT_TRUE(refused([](SoupbinConfig& c) { c.password = "hunter2hunter2"; }));
  EXPECT_TRUE(refused([](SoupbinConfig& c) { c.session = "12345678901"; }));
  EXPECT_TRUE(refused([](SoupbinConfig& c) { c.silence_ns = c.heartbeat_ns; }));
  EXPECT_TRUE(refused([](SoupbinConfig& c) { c.heartbeat_ns = 0; }));
  EXPECT_TRUE(refused([](SoupbinConfig& c) { c.packet_max = 32; }));
  EXPECT_TRUE(refused([](SoupbinConfig& c) { c.packet_max = 65'536; }));
  EXPECT_TRUE(refused([](SoupbinConfig& c) { c.output_bytes = 1023; }));
  EXPECT_TRUE(refused([](SoupbinConfig& c) { c.remembered = 3; }));
}

struct Malformed {
  const char* what;
  Bytes bytes;
  SessionVerdict verdict;
};

std::vector<Malformed> malformed_packets() {
  const Bytes none{std::byte{0}, std::byte{0}};
  const Bytes long_debug{std::byte{0x02}, std::byte{0x01}, std::byte{'+'}};  // 513, allowed: 512
  std::vector<Malformed> all{
      {"no type", none, SessionVerdict::bad_size},
      {"too long", long_debug, SessionVerdict::oversized},
      {"long heartbeat", packet_of('H', bytes_of("x")), SessionVerdict::bad_size},
      {"long end", packet_of('Z', bytes_of("x")), SessionVerdict::bad_size},
      {"short login", packet_of('A', Bytes(29)), SessionVerdict::bad_size},
      {"long login", packet_of('A', Bytes(31)), SessionVerdict::bad_size},
      {"short reject", packet_of('J'), SessionVerdict::bad_size},
      {"second login", login_accepted("day1", 1), SessionVerdict::unexpected_packet},
      {"late reject", packet_of('J', bytes_of("A")), SessionVerdict::unexpected_packet}};
  for (const char type : {'L', 'U', 'R', 'O', 's', '\0', '\xff'}) {
    all.push_back({"type", packet_of(type), SessionVerdict::unknown_packet});
  }
  return all;
}

TEST(SoupbinClient, MalformedPacketsEndTheConnectionAtEveryPlace) {
  const std::vector<Bytes> good{login_accepted("day1", 1), message("one"), packet_of('H'),
                                message("two"), packet_of('+', bytes_of("x"))};
  for (const Malformed& bad : malformed_packets()) {
    for (std::size_t place = 0; place <= good.size(); ++place) {
      const bool early = place == 0;
      const bool is_login = bad.bytes.size() > 2 &&
                            (bad.bytes[2] == std::byte{'A'} || bad.bytes[2] == std::byte{'J'});
      if (early && is_login && bad.verdict == SessionVerdict::unexpected_packet) continue;
      Session session;
      ASSERT_TRUE(session.client.login(session.now));
      for (std::size_t i = 0; i < place; ++i) session.in(good[i]);
      const std::size_t before = session.messages.size();
      session.in(bad.bytes);
      EXPECT_EQ(session.client.verdict(), bad.verdict) << bad.what << " at " << place;
      session.in(message("after"));
      EXPECT_EQ(session.messages.size(), before) << bad.what << " at " << place;
      session.client.disconnected();
      EXPECT_TRUE(session.client.login(session.now)) << "another connection may be good";
    }
  }
}

TEST(SoupbinClient, NothingButAnAnswerComesBeforeTheLogin) {
  for (const Bytes& bytes : {message("a"), packet_of('H'), packet_of('Z')}) {
    Session session;
    ASSERT_TRUE(session.client.login(session.now));
    session.in(packet_of('+', bytes_of("welcome")));
    session.in(bytes);
    EXPECT_EQ(session.client.verdict(), SessionVerdict::unexpected_packet);
  }
}

TEST(SoupbinClient, BytesWithoutAConnectionAreCountedAndIgnored) {
  Session session;
  session.in(message("a"));
  EXPECT_TRUE(session.messages.empty());
  EXPECT_EQ(session.client.counters().unused_bytes, 4U);
  EXPECT_EQ(session.client.on_time(session.now + 100 * second), SessionVerdict::ok);
}

std::vector<Bytes> streams() {
  const Bytes login = login_accepted("day1", 1);
  std::vector<Bytes> all{joined({login, message("one"), packet_of('H'),
                                 message(std::string(511, 'm')), packet_of('+', bytes_of("text")),
                                 message(""), message("two"), packet_of('Z'), message("never")}),
                         joined({packet_of('+', bytes_of("hi")), packet_of('J', bytes_of("S"))})};
  for (const Malformed& bad : malformed_packets()) {
    all.push_back(joined({login, message("one"), bad.bytes, message("two")}));
  }
  return all;
}

Outcome outcome_of(const Bytes& stream, const std::vector<std::size_t>& ends) {
  Session session;
  EXPECT_TRUE(session.client.login(session.now));
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    session.in(
        Bytes(stream.begin() + static_cast<long>(begin), stream.begin() + static_cast<long>(end)));
    begin = end;
  }
  return session.outcome();
}

TEST(SoupbinClient, EverySplitGivesTheSameResult) {
  for (const Bytes& stream : streams()) {
    const Outcome whole = outcome_of(stream, {stream.size()});
    std::vector<std::size_t> all;
    for (std::size_t i = 1; i <= stream.size(); ++i) all.push_back(i);
    EXPECT_TRUE(outcome_of(stream, all) == whole) << "byte by byte";
    for (std::size_t a = 0; a <= stream.size(); ++a) {
      EXPECT_TRUE(outcome_of(stream, {a, stream.size()}) == whole) << a;
      for (std::size_t b = a; b <= std::min(a + 5, stream.size()); ++b) {
        EXPECT_TRUE(outcome_of(stream, {a, b, stream.size()}) == whole) << a << ' ' << b;
      }
    }
  }
}

TEST(SoupbinClient, TheSinkMayStopTheSession) {
  Session session;
  session.login();
  int calls = 0;
  session.client.bytes_in(joined({message("a"), message("b")}), session.now,
                          [&](std::uint64_t, std::span<const std::byte>) {
                            ++calls;
                            session.client.stop(SessionVerdict::bad_message);
                          });
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(session.client.verdict(), SessionVerdict::bad_message);
  EXPECT_EQ(session.client.next_sequence_number(), 2U);
}

TEST(SoupbinClient, EveryVerdictHasAName) {
  EXPECT_EQ(name_of(SessionVerdict::ok), "ok");
  EXPECT_EQ(name_of(SessionVerdict::end_of_session), "end_of_session");
  EXPECT_EQ(name_of(SessionVerdict::foreign_orders), "foreign_orders");
}

}  // namespace
}  // namespace hft::order
