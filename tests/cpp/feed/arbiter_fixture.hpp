// An arbiter whose messages are their own sequence numbers, and a log of what it hands on.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "feed/feed_bytes.hpp"
#include "hft/feed/line_arbiter.hpp"

namespace hft::feed::testing {

/// Writes each event as a line of text, a message as its number.
struct EventLog {
  std::vector<std::string> events;
  std::vector<Place> behind;  // of each gap, the packet that follows it

  static std::string text(const SessionName& session) {
    const std::string name(session.begin(), session.end());
    return name.substr(0, name.find('\0'));
  }
  static std::string text(MissingMessages missing, std::uint64_t now) {
    return std::to_string(missing.first) + "+" + std::to_string(missing.count) + " at " +
           std::to_string(now);
  }

  void on_messages(const Delivery& delivery) {
    auto blocks = delivery.blocks;
    for (std::uint16_t i = 0; i < delivery.message_count && blocks.size() >= 10; ++i) {
      const auto& number = reinterpret_cast<const Be64&>(blocks[2]);
      EXPECT_EQ(number, delivery.sequence_number + i);
      events.push_back(std::to_string(number));
      blocks = blocks.subspan(10);
    }
  }
  void on_session_start(const SessionName& session, std::uint64_t) {
    events.push_back("start " + text(session));
  }
  void on_late_start(MissingMessages missing, std::uint64_t now) {
    events.push_back("late " + text(missing, now));
  }
  void on_gap(MissingMessages missing, std::uint64_t now, const Place& place) {
    EXPECT_EQ(place.sequence_number, missing.first + missing.count);
    events.push_back("gap " + text(missing, now));
    behind.push_back(place);
  }
  void on_session_end(const SessionName& session, std::uint64_t next, std::uint64_t) {
    events.push_back("end " + text(session) + " " + std::to_string(next));
  }
};

struct ArbiterFixture {
  LineArbiter arbiter;
  EventLog log;
  SessionName session = session_name("SESSION__1");
  std::uint64_t now = 0;
  std::uint64_t packets = 0;

  explicit ArbiterFixture(const ArbiterOptions& options) : arbiter(options) {}

  /// A packet whose bytes are gone after the call, as in a capture reader.
  Arrival raw(const Bytes& payload, std::uint8_t line = 0) {
    const Bytes copy = payload;
    ++packets;
    return arbiter.on_packet({copy, now, packets, packets * 1'000, line}, log);
  }
  Arrival messages(std::uint64_t first, std::uint16_t count, std::uint8_t line = 0) {
    Bytes payload = header_of(session, first, count);
    for (std::uint64_t number = first; number < first + count; ++number) {
      Be64 body;
      body = number;
      append(payload, block_of(bytes_of(body)));
    }
    return raw(payload, line);
  }
  Arrival heartbeat(std::uint64_t next, std::uint8_t line = 0) {
    return raw(header_of(session, next, 0), line);
  }
  Arrival end_of_session(std::uint64_t next, std::uint8_t line = 0) {
    return raw(header_of(session, next, 0xffff), line);
  }
  void advance() { arbiter.advance_time(now, log); }
  void finish() { arbiter.finish(log); }

  /// What was handed on since the last call.
  std::vector<std::string> take() { return std::exchange(log.events, {}); }
};

}  // namespace hft::feed::testing
