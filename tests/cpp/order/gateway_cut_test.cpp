// The session is cut after every single byte of a scripted day, in both directions, and each time
// it comes back: the same orders, the same fills, nothing twice.
#include <functional>

#include "order/order_fixture.hpp"

namespace hft::order {
namespace {

using Step = std::function<void(Rig&)>;

void send_or_skip(Rig& rig, const record::OrderCommand& command) {
  const SendVerdict verdict = rig.send(command);
  // After a cut an order that was lost cannot be replaced or cancelled; nothing else may be
  // refused.
  if (verdict == SendVerdict::sent) return;
  ASSERT_TRUE(rig.was_cut()) << name_of(verdict);
  ASSERT_TRUE(verdict == SendVerdict::order_closed || verdict == SendVerdict::unknown_order)
      << name_of(verdict);
}

/// A day with everything in it: orders in flight together, fills, replaces that race, cancels,
/// refusals, a broken trade.
std::vector<Step> day() {
  return {
      [](Rig& rig) { send_or_skip(rig, enter(1, 100)); },
      [](Rig& rig) {
        send_or_skip(rig, enter(2, 200, record::Side::ask));
        send_or_skip(rig, enter(3, 300));
        send_or_skip(rig, replace(1, 4, 120));
      },
      [](Rig& rig) {
        rig.server.fill(2, 50, 1);
        rig.server.fill(4, 20, 2);
      },
      [](Rig& rig) {
        rig.server.fill(3, 300, 3);  // and before it is heard of:
        send_or_skip(rig, replace(3, 5, 400));
        send_or_skip(rig, cancel(2, 100));
      },
      [](Rig& rig) {
        rig.server.reject_next(1);
        send_or_skip(rig, enter(6, 10));
        send_or_skip(rig, enter(7, 10));
      },
      [](Rig& rig) {
        rig.server.fill(7, 10, 4);
        rig.server.break_trade(7, 10, 4);
        send_or_skip(rig, cancel(4));
      },
      [](Rig& rig) {
        send_or_skip(rig, enter(8, 80));
        send_or_skip(rig, replace(8, 9, 90));
        send_or_skip(rig, replace(9, 10, 95));
      },
      [](Rig& rig) { rig.server.fill(10, 15, 5); },
  };
}

/// Plays the day; whenever the wire has broken, connects again and goes on.
void play(Rig& rig, bool restarts) {
  const auto recover = [&] {
    for (int tries = 0; !rig.gateway().ready(); ++tries) {
      ASSERT_LT(tries, 3) << "phase " << name_of(rig.gateway().phase()) << ", verdict "
                          << name_of(rig.gateway().session().verdict());
      if (restarts && rig.was_cut()) rig.restart();
      rig.connect();
    }
  };
  ASSERT_NO_FATAL_FAILURE(recover());
  for (const Step& step : day()) {
    step(rig);
    rig.pump();
    ASSERT_NO_FATAL_FAILURE(recover());
  }
}

/// No order twice, no report twice: each id and each match stands once in what the venue saw.
void expect_nothing_twice(Rig& rig) {
  EXPECT_EQ(rig.server.ignored(), 0) << "the venue saw an id twice, or an unknown message";
  std::map<std::uint64_t, int> numbers;
  std::map<std::uint64_t, std::uint32_t> matches;
  for (const record::OrderReport& report : rig.reports) {
    if (report.action == record::ReportAction::executed) ++matches[report.reference];
    const bool local = record::sequence_number_of(report) == 0 ||
                       report.action == record::ReportAction::session_up ||
                       report.action == record::ReportAction::session_down;
    if (!local) {
      EXPECT_EQ(++numbers[record::sequence_number_of(report)], 1);
    }
  }
  for (const auto& [match, count] : matches) EXPECT_EQ(count, 1U) << "match " << match;
}

struct Uncut {
  std::uint64_t digest;
  std::size_t sent;
  std::size_t received;
};

Uncut uncut() {
  Rig rig;
  play(rig, false);
  EXPECT_FALSE(rig.was_cut());
  rig.expect_agreement();
  expect_nothing_twice(rig);
  EXPECT_EQ(rig.gateway().orders().find(10)->open(), 80U);
  EXPECT_EQ(rig.gateway().orders().find(7)->state, OrderState::broken);
  EXPECT_EQ(rig.gateway().orders().find(5)->state, OrderState::lost);
  return {rig.gateway().orders().digest(), rig.sent_bytes(), rig.received_bytes()};
}

TEST(GatewayCut, WhatTheVenueSaysIsCutAfterEveryByte) {
  const Uncut whole = uncut();
  for (const bool trickle : {false, true}) {
    for (std::size_t at = 1; at <= whole.received; ++at) {
      SCOPED_TRACE(testing::Message() << "after byte " << at << (trickle ? ", byte by byte" : ""));
      Rig rig;
      if (trickle) rig.trickle();
      rig.cut_after_received(at);
      ASSERT_NO_FATAL_FAILURE(play(rig, false));
      ASSERT_TRUE(rig.was_cut());
      rig.expect_agreement();
      expect_nothing_twice(rig);
      // The venue has had all commands, so what became of them is what it was without the cut.
      ASSERT_EQ(rig.gateway().orders().digest(), whole.digest);
      if (HasFailure()) return;
    }
  }
}

TEST(GatewayCut, WhatWeSayIsCutAfterEveryByte) {
  const Uncut whole = uncut();
  std::uint32_t lost = 0;
  for (std::size_t at = 1; at <= whole.sent; ++at) {
    SCOPED_TRACE(testing::Message() << "after byte " << at);
    Rig rig;
    rig.cut_after_sent(at);
    ASSERT_NO_FATAL_FAILURE(play(rig, false));
    ASSERT_TRUE(rig.was_cut());
    rig.expect_agreement();
    expect_nothing_twice(rig);
    rig.gateway().orders().for_each([&](const Order& order) {
      const bool sent = rig.server.orders().contains(order.client_order_id);
      lost += order.state == OrderState::lost && !sent ? 1 : 0;
    });
    if (HasFailure()) return;
  }
  EXPECT_GT(lost, 500U) << "cuts inside orders must lose them";
}

TEST(GatewayCut, OurProcessDiesAfterEveryByteAndRemembersNothing) {
  const Uncut whole = uncut();
  for (std::size_t at = 1; at <= whole.received; ++at) {
    SCOPED_TRACE(testing::Message() << "after received byte " << at);
    Rig rig;
    if (at % 2 == 0) rig.trickle();  // what was said long ago comes after the question
    rig.cut_after_received(at);
    ASSERT_NO_FATAL_FAILURE(play(rig, true));
    ASSERT_TRUE(rig.was_cut());
    rig.expect_agreement();
    ASSERT_EQ(rig.gateway().orders().digest(), whole.digest);
    if (HasFailure()) return;
  }
  for (std::size_t at = 1; at <= whole.sent; ++at) {
    SCOPED_TRACE(testing::Message() << "after sent byte " << at);
    Rig rig;
    rig.cut_after_sent(at);
    ASSERT_NO_FATAL_FAILURE(play(rig, true));
    rig.expect_agreement();
    EXPECT_EQ(rig.server.ignored(), 0);
    if (HasFailure()) return;
  }
}

TEST(GatewayCut, EveryConnectionIsCutAfterAFewBytesUntilTheDayIsOver) {
  // Cut again and again, also while it logs in, while it catches up, while it asks.
  for (std::size_t piece = 1; piece <= 120; piece += 7) {
    SCOPED_TRACE(testing::Message() << "pieces of " << piece);
    Rig rig;
    rig.trickle();
    ASSERT_TRUE(rig.connect());
    for (std::uint32_t id = 1; id <= 5; ++id) send_or_skip(rig, enter(id, 100));
    rig.server.bytes_in(rig.gateway().take_output());
    for (std::uint32_t id = 1; id <= 5; ++id) rig.server.fill(id, 10 * id, id);
    rig.disconnect();
    for (std::size_t cuts = 1; cuts < 20; ++cuts) {
      if (cuts % 2 == 0) {
        rig.cut_after_received(33 + piece * cuts);
      } else {
        rig.cut_after_sent(piece * cuts % 53 + 1);
      }
      rig.connect();
      rig.disconnect();
    }
    rig.cut_after_received(1U << 20);
    rig.cut_after_sent(1U << 20);
    ASSERT_TRUE(rig.connect());
    rig.expect_agreement();
    expect_nothing_twice(rig);
    EXPECT_EQ(rig.gateway().orders().find(5)->executed, 50U);
  }
}

}  // namespace
}  // namespace hft::order
