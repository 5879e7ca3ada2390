// The gateway: what it refuses, what it tells, and how it comes back after each kind of fault.
#include "hft/order/gateway.hpp"

#include "hft/base/error.hpp"
#include "order/order_fixture.hpp"

namespace hft::order {
namespace {

using record::ReportAction;

OrderState state(Rig& rig, std::uint32_t id) {
  const Order* order = rig.gateway().orders().find(id);
  return order == nullptr ? OrderState::none : order->state;
}

TEST(Gateway, ComesUpAndTrades) {
  Rig rig;
  EXPECT_EQ(rig.send(enter(1, 100)), SendVerdict::not_ready);
  ASSERT_TRUE(rig.connect());
  ASSERT_EQ(rig.reports.size(), 1U);
  EXPECT_EQ(rig.reports[0].action, ReportAction::session_up);
  EXPECT_EQ(rig.send(enter(1, 100)), SendVerdict::sent);
  rig.pump();
  EXPECT_EQ(state(rig, 1), OrderState::live);
  const record::OrderReport& accepted = rig.reports.back();
  EXPECT_EQ(accepted.action, ReportAction::accepted);
  EXPECT_EQ(accepted.instrument, instrument);
  EXPECT_EQ(record::sequence_number_of(accepted), 2U) << "1 was the answer to the query";
  rig.server.fill(1, 40, 9);
  rig.pump();
  EXPECT_EQ(rig.reports.back().action, ReportAction::executed);
  EXPECT_EQ(rig.reports.back().instrument, instrument) << "OUCH leaves it out";
  EXPECT_EQ(rig.reports.back().side, record::Side::bid);
  EXPECT_EQ(rig.send(replace(1, 2, 100)), SendVerdict::sent);
  rig.pump();
  EXPECT_EQ(rig.gateway().orders().find(2)->open(), 60U);
  EXPECT_EQ(rig.send(cancel(2)), SendVerdict::sent);
  rig.pump();
  EXPECT_EQ(state(rig, 2), OrderState::cancelled);
  rig.expect_agreement();
  EXPECT_EQ(rig.gateway().orders().sequence().missing(), 0U) << "answers to queries count too";
  rig.server.say_fill(2, 1, 10);
  rig.pump();
  EXPECT_EQ(rig.gateway().orders().count(StateVerdict::overfill), 1U);
}

TEST(Gateway, RefusesWhatItMustNotSend) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  rig.gateway().allow_ids_below(10);
  EXPECT_EQ(rig.send(enter(10, 100)), SendVerdict::id_not_reserved);
  ASSERT_EQ(rig.send(enter(2, 100)), SendVerdict::sent);
  EXPECT_EQ(rig.send(enter(2, 100)), SendVerdict::id_used);
  EXPECT_EQ(rig.send(enter(1, 100)), SendVerdict::id_used);
  EXPECT_EQ(rig.send(cancel(3)), SendVerdict::unknown_order);
  EXPECT_EQ(rig.send(replace(3, 4, 100)), SendVerdict::unknown_order);
  EXPECT_EQ(rig.send(enter(4, 0)), SendVerdict::not_encodable);
  record::OrderCommand elsewhere = enter(4, 100);
  elsewhere.channel = 1;
  EXPECT_EQ(rig.send(elsewhere), SendVerdict::bad_action);
  EXPECT_EQ(rig.send(replace(2, 4, 100)), SendVerdict::sent);
  EXPECT_EQ(rig.send(replace(2, 5, 100)), SendVerdict::replace_pending);
  rig.pump();
  EXPECT_EQ(rig.send(cancel(2)), SendVerdict::order_closed);
  EXPECT_EQ(rig.gateway().counters().sends[static_cast<std::size_t>(SendVerdict::sent)], 2U);
  EXPECT_EQ(rig.server.ignored(), 0);
}

TEST(Gateway, NoIdsBeforeTheyAreReserved) {
  Gateway<Ouch50> gateway(gateway_config(), test_symbols());
  Rig rig;
  ASSERT_TRUE(rig.connect());
  rig.gateway().allow_ids_below(0);
  EXPECT_EQ(rig.send(enter(1, 100)), SendVerdict::id_not_reserved);
}

TEST(Gateway, AFullWindowTakesNoMore) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  for (std::uint32_t id = 1; id <= 64; ++id) {
    ASSERT_EQ(rig.send(enter(id, 1)), SendVerdict::sent);
    rig.pump();
  }
  EXPECT_EQ(rig.send(enter(65, 1)), SendVerdict::window_full);
  rig.server.fill(1, 1, 1);
  rig.pump();
  EXPECT_EQ(rig.send(enter(65, 1)), SendVerdict::sent);
}

TEST(Gateway, ThrottlesOnTheTimeOfRecordsAndKeepsSomeForCancels) {
  GatewayConfig config = gateway_config();
  config.messages_per_second = 10;
  config.burst = 5;
  config.kept_for_cancels = 2;
  Rig rig(config);
  ASSERT_TRUE(rig.connect());
  for (std::uint32_t id = 1; id <= 3; ++id) ASSERT_EQ(rig.send(enter(id, 1)), SendVerdict::sent);
  EXPECT_EQ(rig.send(enter(4, 1)), SendVerdict::throttled);
  EXPECT_EQ(rig.send(cancel(1)), SendVerdict::sent);
  EXPECT_EQ(rig.send(cancel(2)), SendVerdict::sent);
  EXPECT_EQ(rig.send(cancel(3)), SendVerdict::throttled);
  record::OrderCommand later = enter(4, 1);
  later.receive_time_ns = rig.now_ns + 3 * second / 10;
  EXPECT_EQ(rig.send(later), SendVerdict::sent);
  EXPECT_EQ(state(rig, 3), OrderState::pending_new) << "what was refused left no trace";
}

TEST(Gateway, ASocketThatTakesNothingFillsTheOutput) {
  GatewayConfig config = gateway_config();
  config.session.output_bytes = 1024;
  Rig rig(config);
  ASSERT_TRUE(rig.connect());
  std::uint32_t id = 1;
  while (rig.send(enter(id, 1)) == SendVerdict::sent) ++id;
  EXPECT_EQ(rig.send(enter(id, 1)), SendVerdict::output_full);
  EXPECT_EQ(rig.gateway().orders().find(id), nullptr);
  rig.pump();
  EXPECT_EQ(rig.send(enter(id, 1)), SendVerdict::sent);
  rig.pump();
  rig.expect_agreement();
}

TEST(Gateway, OrdersThatNeverArrivedAreToldLost) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  ASSERT_EQ(rig.send(enter(1, 100)), SendVerdict::sent);
  rig.pump();
  ASSERT_EQ(rig.send(enter(2, 100)), SendVerdict::sent);
  ASSERT_EQ(rig.send(cancel(1)), SendVerdict::sent);
  rig.disconnect();
  EXPECT_EQ(rig.reports.back().action, ReportAction::session_down);
  EXPECT_EQ(rig.reports.back().reason, static_cast<std::uint8_t>(SessionVerdict::connection_lost));
  EXPECT_TRUE(rig.gateway().orders().is_uncertain());
  EXPECT_EQ(rig.send(enter(3, 100)), SendVerdict::not_ready);
  rig.reports.clear();
  ASSERT_TRUE(rig.connect());
  ASSERT_EQ(rig.reports.size(), 3U);
  EXPECT_EQ(rig.reports[0].action, ReportAction::cancel_rejected);
  EXPECT_EQ(rig.reports[0].client_order_id, 1U);
  EXPECT_EQ(rig.reports[0].reason, reason_not_received);
  EXPECT_EQ(rig.reports[0].size, 100U) << "what is open still";
  EXPECT_EQ(record::sequence_number_of(rig.reports[0]), 0U);
  EXPECT_EQ(rig.reports[1].action, ReportAction::rejected);
  EXPECT_EQ(rig.reports[1].client_order_id, 2U);
  EXPECT_EQ(rig.reports[1].reason, reason_not_received);
  EXPECT_EQ(rig.reports[1].instrument, instrument);
  EXPECT_EQ(rig.reports[2].action, ReportAction::session_up);
  EXPECT_EQ(rig.gateway().last_reconciled().never_received, 1U);
  EXPECT_EQ(rig.send(enter(2, 100)), SendVerdict::id_used) << "an id is never used twice";
  EXPECT_EQ(rig.send(enter(3, 100)), SendVerdict::sent);
  rig.pump();
  rig.expect_agreement();
}

TEST(Gateway, ReportsThatWereMissedComeBeforeItIsReady) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  ASSERT_EQ(rig.send(enter(1, 100)), SendVerdict::sent);
  ASSERT_EQ(rig.send(enter(2, 100)), SendVerdict::sent);
  rig.server.bytes_in(rig.gateway().take_output());  // it arrives; the answers do not
  rig.server.fill(1, 60, 1);
  rig.disconnect();
  rig.reports.clear();
  const std::uint64_t before = rig.now_ns;
  ASSERT_TRUE(rig.connect());
  EXPECT_EQ(rig.now_ns, before) << "no need to wait for an idle server";
  ASSERT_EQ(rig.reports.size(), 4U);
  EXPECT_EQ(rig.reports[2].action, ReportAction::executed);
  EXPECT_EQ(rig.reports[3].action, ReportAction::session_up);
  EXPECT_EQ(rig.gateway().orders().find(1)->executed, 60U);
  EXPECT_EQ(rig.gateway().last_reconciled().open, 2U);
  rig.expect_agreement();
}

TEST(Gateway, TheVenueCancelsOnDisconnect) {
  GatewayConfig config = gateway_config();
  config.cancel_on_disconnect = true;
  Rig rig(config);
  rig.server.cancel_on_disconnect = true;
  ASSERT_TRUE(rig.connect());
  ASSERT_EQ(rig.send(enter(1, 100)), SendVerdict::sent);
  rig.pump();
  rig.disconnect();
  EXPECT_EQ(state(rig, 1), OrderState::live) << "nobody has said otherwise yet";
  ASSERT_TRUE(rig.connect());
  EXPECT_EQ(state(rig, 1), OrderState::cancelled);
  EXPECT_EQ(rig.gateway().kept_open(), 0U);
  rig.server.cancel_on_disconnect = false;  // the port is set otherwise than we think
  ASSERT_EQ(rig.send(enter(2, 100)), SendVerdict::sent);
  rig.pump();
  rig.disconnect();
  ASSERT_TRUE(rig.connect());
  EXPECT_EQ(rig.gateway().kept_open(), 1U);
}

TEST(Gateway, AnswersToOlderQuestionsAreNotTakenForTheAnswer) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  ASSERT_EQ(rig.send(enter(1, 100)), SendVerdict::sent);
  rig.pump();
  rig.disconnect();
  // A connection that is cut just behind the question: the venue has answered, we have not heard.
  ASSERT_TRUE(rig.gateway().connected(rig.now_ns));
  rig.server.bytes_in(rig.gateway().take_output());
  rig.gateway().output_taken(1'000);
  rig.gateway().bytes_in(rig.server.take_output(), rig.now_ns, rig.sink());
  ASSERT_EQ(rig.gateway().phase(), GatewayPhase::querying);
  rig.server.bytes_in(rig.gateway().take_output());
  rig.disconnect();
  ASSERT_TRUE(rig.gateway().connected(rig.now_ns));
  rig.gateway().output_taken(0);
  const Bytes login = login_accepted("day1", 3);
  rig.gateway().bytes_in(login, rig.now_ns, rig.sink());
  EXPECT_EQ(rig.gateway().phase(), GatewayPhase::repeating) << "an old answer may come";
  rig.gateway().bytes_in(packet_of('S', rig.server.log()[2]), rig.now_ns, rig.sink());
  EXPECT_EQ(rig.gateway().counters().stale_answers, 1U);
  EXPECT_FALSE(rig.gateway().ready()) << "that was the old one";
  EXPECT_EQ(rig.gateway().phase(), GatewayPhase::querying);
  ScriptedServer& venue = rig.server;
  venue.bytes_in(rig.gateway().take_output());  // login and question; its answer is message 4
  venue.take_output();
  rig.gateway().bytes_in(packet_of('S', venue.log().back()), rig.now_ns, rig.sink());
  EXPECT_TRUE(rig.gateway().ready());
}

TEST(Gateway, AQuestionThatWasLostIsAskedAgainWhenTheServerIsIdle) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  rig.disconnect();
  rig.cut_after_sent(49);  // the login, and nothing of the question
  rig.connect();
  ASSERT_TRUE(rig.was_cut());
  ASSERT_TRUE(rig.gateway().connected(rig.now_ns));
  rig.pump();
  EXPECT_EQ(rig.gateway().phase(), GatewayPhase::ready) << "none was on its way";
  rig.disconnect();
  rig.cut_after_sent(51);  // half of the question
  ASSERT_TRUE(rig.gateway().connected(rig.now_ns));
  rig.pump();
  ASSERT_TRUE(rig.gateway().connected(rig.now_ns));
  rig.pump();
  EXPECT_EQ(rig.gateway().phase(), GatewayPhase::repeating) << "it may have been answered";
  rig.server.idle();
  rig.pump();
  EXPECT_TRUE(rig.gateway().ready());
}

TEST(Gateway, ARestartWithNothingInMemoryRebuildsAllFromTheSession) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  ASSERT_EQ(rig.send(enter(1, 100)), SendVerdict::sent);
  ASSERT_EQ(rig.send(enter(2, 50)), SendVerdict::sent);
  ASSERT_EQ(rig.send(replace(1, 3, 120)), SendVerdict::sent);
  rig.pump();
  rig.server.fill(3, 20, 1);
  rig.server.cancel(2, 50);
  rig.pump();
  const std::uint64_t digest = rig.gateway().orders().digest();
  rig.restart();
  rig.reports.clear();
  ASSERT_TRUE(rig.connect());
  EXPECT_EQ(rig.gateway().orders().digest(), digest);
  EXPECT_EQ(rig.gateway().orders().find(3)->original, 1U);
  EXPECT_EQ(rig.gateway().next_id(), 4U);
  EXPECT_EQ(rig.count(ReportAction::executed), 1U);
  EXPECT_EQ(rig.send(enter(3, 1)), SendVerdict::id_used);
  EXPECT_EQ(rig.send(cancel(3)), SendVerdict::sent);
  rig.pump();
  rig.expect_agreement();
}

TEST(Gateway, AfterARestartIdsThatWereSentAndLostAreNotUsedAgain) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  ASSERT_EQ(rig.send(enter(7, 100)), SendVerdict::sent);
  rig.pump();
  rig.restart();
  ASSERT_TRUE(rig.connect());
  EXPECT_EQ(rig.gateway().next_id(), 8U) << "for ClientOrderIds::skip_to, if its file was lost";
  EXPECT_EQ(rig.send(enter(7, 100)), SendVerdict::id_used);
}

TEST(Gateway, AfterARestartIdsThatTheVenueIgnoredAreNotUsedAgain) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  ASSERT_EQ(rig.send(enter(1, 100)), SendVerdict::sent);
  rig.pump();
  rig.server.fill(1, 100, 1);
  ASSERT_EQ(rig.send(replace(1, 2, 150)), SendVerdict::sent);  // of what is gone: no answer
  rig.pump();
  rig.restart();
  ASSERT_TRUE(rig.connect());
  EXPECT_EQ(rig.gateway().orders().newest(), 1U) << "no report tells of 2";
  EXPECT_EQ(rig.gateway().next_id(), 3U);
  EXPECT_EQ(rig.send(enter(2, 100)), SendVerdict::id_used) << "the venue would ignore it";
  EXPECT_EQ(rig.send(enter(3, 100)), SendVerdict::sent);
}

TEST(Gateway, OrdersOfOthersOnOurAccountStopIt) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  rig.disconnect();
  wire::ouch50::outbound::AccountQueryResponse answer{};
  answer.message_type = answer.tag;
  answer.next_user_ref_num = 9;  // we have sent none
  rig.server.answers_queries = false;
  ASSERT_TRUE(rig.gateway().connected(rig.now_ns));
  rig.pump();
  ASSERT_EQ(rig.gateway().phase(), GatewayPhase::querying);
  rig.server.say(answer);
  rig.pump();
  EXPECT_EQ(rig.gateway().phase(), GatewayPhase::stopped);
  EXPECT_EQ(rig.gateway().session().verdict(), SessionVerdict::foreign_orders);
  EXPECT_FALSE(rig.gateway().may_connect());
}

TEST(Gateway, AVenueThatHasForgottenOurOrdersStopsIt) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  ASSERT_EQ(rig.send(enter(5, 100)), SendVerdict::sent);
  rig.pump();
  rig.disconnect();
  wire::ouch50::outbound::AccountQueryResponse answer{};
  answer.message_type = answer.tag;
  answer.next_user_ref_num = 5;  // but 5 was accepted
  rig.server.answers_queries = false;
  ASSERT_TRUE(rig.gateway().connected(rig.now_ns));
  rig.pump();
  rig.server.say(answer);
  rig.pump();
  EXPECT_EQ(rig.gateway().session().verdict(), SessionVerdict::history_differs);
}

TEST(Gateway, ItIsNotReadyBeforeTheVenueHasAnswered) {
  Rig rig;
  rig.server.answers_queries = false;
  EXPECT_FALSE(rig.connect());
  EXPECT_EQ(rig.gateway().phase(), GatewayPhase::querying);
  EXPECT_EQ(rig.send(enter(1, 100)), SendVerdict::not_ready);
}

TEST(Gateway, ASequenceFromTheFutureStopsIt) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  ASSERT_EQ(rig.send(enter(1, 100)), SendVerdict::sent);
  rig.pump();
  rig.disconnect();
  rig.server.login_offset = 1;
  EXPECT_FALSE(rig.connect());
  EXPECT_EQ(rig.gateway().phase(), GatewayPhase::stopped);
  EXPECT_EQ(rig.gateway().session().verdict(), SessionVerdict::sequence_gap);
  EXPECT_EQ(rig.send(enter(2, 100)), SendVerdict::not_ready);
  EXPECT_FALSE(rig.gateway().connected(rig.now_ns));
}

TEST(Gateway, ASequenceFromThePastIsSkipped) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  ASSERT_EQ(rig.send(enter(1, 100)), SendVerdict::sent);
  rig.pump();
  rig.server.fill(1, 10, 1);
  rig.pump();
  rig.disconnect();
  const std::size_t before = rig.reports.size();
  rig.server.login_offset = ~std::uint64_t{0};  // one less than was asked for
  ASSERT_TRUE(rig.connect());
  EXPECT_EQ(rig.gateway().session().counters().duplicates, 1U);
  EXPECT_EQ(rig.gateway().orders().find(1)->executed, 10U);
  EXPECT_EQ(rig.reports.size(), before + 1) << "session_up only";
}

TEST(Gateway, AWrongLoginStopsIt) {
  Rig rig;
  rig.server.password = "other";
  EXPECT_FALSE(rig.connect());
  EXPECT_EQ(rig.gateway().phase(), GatewayPhase::stopped);
  EXPECT_EQ(rig.reports.back().action, ReportAction::session_down);
  EXPECT_EQ(rig.reports.back().reason, static_cast<std::uint8_t>(SessionVerdict::login_rejected));
  EXPECT_FALSE(rig.gateway().may_connect());
}

TEST(Gateway, ASessionThatIsNotThereIsTriedAgain) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  rig.disconnect();
  rig.server.session = "day2";
  EXPECT_FALSE(rig.connect());
  EXPECT_EQ(rig.gateway().phase(), GatewayPhase::down);
  EXPECT_TRUE(rig.gateway().may_connect());
  rig.server.session = "day1";
  EXPECT_TRUE(rig.connect());
}

TEST(Gateway, EndOfSession) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  rig.server.end_session();
  rig.pump();
  EXPECT_EQ(rig.gateway().phase(), GatewayPhase::stopped);
  EXPECT_EQ(rig.reports.back().reason, static_cast<std::uint8_t>(SessionVerdict::end_of_session));
}

TEST(Gateway, SilenceIsADisconnect) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  rig.now_ns += 15 * second;
  rig.gateway().on_time(rig.now_ns, rig.sink());
  EXPECT_TRUE(rig.gateway().must_close());
  EXPECT_EQ(rig.reports.back().action, ReportAction::session_down);
  EXPECT_FALSE(rig.gateway().may_connect() && rig.gateway().must_close());
  rig.disconnect();
  EXPECT_EQ(rig.count(ReportAction::session_down), 1U) << "told once";
  EXPECT_TRUE(rig.connect());
}

TEST(Gateway, Logout) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  ASSERT_EQ(rig.send(enter(1, 100)), SendVerdict::sent);
  ASSERT_TRUE(rig.gateway().logout(rig.now_ns));
  EXPECT_EQ(rig.send(enter(2, 100)), SendVerdict::not_ready);
  rig.pump();
  EXPECT_EQ(state(rig, 1), OrderState::live) << "the answer came all the same";
  EXPECT_EQ(rig.server.logouts(), 1);
  rig.disconnect();
  EXPECT_EQ(rig.reports.back().reason, static_cast<std::uint8_t>(SessionVerdict::logged_out));
}

TEST(Gateway, AMessageThatCannotBeUnderstoodStopsIt) {
  for (const char* text : {"?", "", "A", "Efill"}) {
    Rig rig;
    ASSERT_TRUE(rig.connect());
    rig.server.say_raw(bytes_of(text));
    rig.server.fill(1, 1, 1);
    rig.pump();
    EXPECT_EQ(rig.gateway().phase(), GatewayPhase::stopped) << text;
    EXPECT_EQ(rig.gateway().session().verdict(), SessionVerdict::bad_message) << text;
    EXPECT_EQ(rig.gateway().counters().undecodable, 1U);
  }
}

TEST(Gateway, AFillOfNoOrderOfOursIsToldAndCounted) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  rig.server.say_fill(99, 10, 1);
  rig.pump();
  EXPECT_EQ(rig.reports.back().action, ReportAction::executed);
  EXPECT_EQ(rig.reports.back().client_order_id, 99U);
  EXPECT_EQ(rig.gateway().orders().count(StateVerdict::unknown_order), 1U);
}

TEST(Gateway, AReplaceOfWhatWasJustFilledIsToldLostAtOnce) {
  Rig rig;
  ASSERT_TRUE(rig.connect());
  ASSERT_EQ(rig.send(enter(1, 100)), SendVerdict::sent);
  rig.pump();
  rig.server.fill(1, 100, 1);
  ASSERT_EQ(rig.send(replace(1, 2, 150)), SendVerdict::sent);  // before the fill is heard of
  rig.pump();
  EXPECT_EQ(state(rig, 1), OrderState::filled);
  EXPECT_EQ(state(rig, 2), OrderState::lost);
  EXPECT_EQ(rig.reports.back().action, ReportAction::rejected);
  EXPECT_EQ(rig.reports.back().reason, reason_not_received);
  EXPECT_EQ(rig.server.orders().contains(2), false);
}

TEST(Gateway, TheSinkMaySend) {
  Rig rig;
  ASSERT_TRUE(rig.gateway().connected(rig.now_ns));
  int sent = 0;
  const auto sink = [&](const record::OrderReport& report) {
    if (report.action != ReportAction::session_up && report.action != ReportAction::executed)
      return;
    if (rig.send(enter(rig.gateway().next_id(), 10)) == SendVerdict::sent) ++sent;
  };
  const auto round = [&] {
    rig.server.bytes_in(rig.gateway().take_output());
    rig.gateway().output_taken(4'096);
    rig.gateway().bytes_in(rig.server.take_output(), rig.now_ns, sink);
  };
  round();
  rig.server.idle();
  for (int i = 0; i < 4; ++i) round();
  EXPECT_EQ(sent, 1) << "on session_up";
  rig.server.fill(1, 5, 1);
  rig.server.fill(1, 5, 2);
  for (int i = 0; i < 4; ++i) round();
  EXPECT_EQ(sent, 3);
  rig.expect_agreement();
}

TEST(Gateway, ByteByByteGivesTheSame) {
  std::vector<record::OrderReport> whole;
  for (const bool trickle : {false, true}) {
    Rig rig;
    if (trickle) rig.trickle();
    ASSERT_TRUE(rig.connect());
    for (std::uint32_t id = 1; id <= 4; ++id)
      ASSERT_EQ(rig.send(enter(id, 100)), SendVerdict::sent);
    ASSERT_EQ(rig.send(replace(2, 5, 70)), SendVerdict::sent);
    ASSERT_EQ(rig.send(cancel(3)), SendVerdict::sent);
    rig.pump();
    rig.server.fill(1, 100, 1);
    rig.server.fill(5, 1, 2);
    rig.server.break_trade(1, 100, 1);
    rig.pump();
    if (!trickle) {
      whole = rig.reports;
    } else {
      ASSERT_EQ(whole.size(), rig.reports.size());
      EXPECT_EQ(std::memcmp(whole.data(), rig.reports.data(), whole.size() * 64), 0);
    }
  }
}

/// OUCH 4.2 cannot be asked what it has seen: an idle server is the answer.
TEST(Gateway, Ouch42IsReadyWhenTheServerIsIdle) {
  Gateway<Ouch42> gateway(gateway_config(), test_symbols());
  gateway.allow_ids_below(100);
  std::vector<record::OrderReport> reports;
  const auto sink = [&](const record::OrderReport& report) { reports.push_back(report); };
  ASSERT_TRUE(gateway.connected(start_ns));
  gateway.output_taken(100);
  gateway.bytes_in(login_accepted("day1", 1), start_ns, sink);
  EXPECT_FALSE(gateway.ready());
  gateway.bytes_in(packet_of('H'), start_ns, sink);
  EXPECT_TRUE(gateway.ready());
  ASSERT_EQ(gateway.send(passed(enter(1, 100))), SendVerdict::sent);
  EXPECT_EQ(gateway.take_output().size(), 52U);
  gateway.disconnected(start_ns, sink);
  ASSERT_TRUE(gateway.connected(start_ns));
  gateway.bytes_in(login_accepted("day1", 1), start_ns, sink);
  EXPECT_FALSE(gateway.ready()) << "the accepted of 1 may still come";
  gateway.bytes_in(packet_of('H'), start_ns, sink);
  EXPECT_TRUE(gateway.ready());
  EXPECT_EQ(gateway.orders().find(1)->state, OrderState::lost);
  EXPECT_EQ(gateway.last_reconciled().never_received, 1U);
}

TEST(Gateway, ConfigurationsThatCannotBe) {
  GatewayConfig config = gateway_config();
  config.burst = 0;
  EXPECT_THROW(Gateway<Ouch50>(config, test_symbols()), Error);
  config = gateway_config();
  config.states.orders = 3;
  EXPECT_THROW(Gateway<Ouch50>(config, test_symbols()), Error);
}

TEST(Gateway, EveryVerdictAndPhaseHasAName) {
  EXPECT_EQ(name_of(SendVerdict::sent), "sent");
  EXPECT_EQ(name_of(SendVerdict::throttled), "throttled");
  EXPECT_EQ(name_of(GatewayPhase::down), "down");
  EXPECT_EQ(name_of(GatewayPhase::stopped), "stopped");
  EXPECT_EQ(name_of(StateVerdict::revived), "revived");
}

}  // namespace
}  // namespace hft::order
