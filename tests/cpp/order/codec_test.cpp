// Codecs by hand-written bytes: one order's life in OUCH 5.0 and in 4.2, what is refused, and that
// nothing of one command is left in the packet of the next.
//
// The contract (tests/contract/test_encoder_contract.py) goes through all fields and values; these
// few cases say what the bytes look like, and need no Python.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "hft/base/error.hpp"
#include "hft/order/ouch42/decoder.hpp"
#include "hft/order/ouch42/encoder.hpp"
#include "hft/order/ouch50/decoder.hpp"
#include "hft/order/ouch50/encoder.hpp"
#include "hft/py/unchecked_encoding.hpp"

namespace hft::order {
namespace {

using record::CommandAction;
using record::OrderCommand;
using record::OrderReport;
using record::ReportAction;
using record::Side;

constexpr std::uint32_t instrument = 0x2'0009;
constexpr EncoderConfig config{.firm = {'H', 'F', 'T', 'X'},
                               .desk = {'Q', 'T', '1', ' ', ' ', ' '}};

InstrumentSymbols known_symbols() {
  InstrumentSymbols symbols(8);
  symbols.add(instrument, {'C', 'V', 'L', 'T', ' ', ' ', ' ', ' '}, 40);
  return symbols;
}

OrderCommand enter(std::uint32_t id) {
  OrderCommand out{};
  out.kind = record::Kind::order_command;
  out.action = CommandAction::enter;
  out.instrument = instrument;
  out.client_order_id = id;
  out.size = 225;
  out.side = Side::bid;
  out.price_e9 = 63'020'000'000;
  out.strategy = 0x0b;
  out.account = 0x21;
  return out;
}

/// Text as it is, other bytes as \xx.
std::string shown(std::span<const std::byte> bytes) {
  std::string out;
  char hex[4];
  for (const std::byte byte : bytes) {
    const auto c = std::to_integer<unsigned char>(byte);
    if (c >= ' ' && c <= '~') {
      out += static_cast<char>(c);
    } else {
      std::snprintf(hex, sizeof hex, "\\%02x", c);
      out += hex;
    }
  }
  return out;
}

template <class Encoder>
std::string encoded(Encoder& encoder, const OrderCommand& command) {
  const auto bytes = UncheckedEncoding::encode(encoder, command);
  EXPECT_EQ(bytes.empty(), encoder.verdict() != EncodeVerdict::encoded);
  return bytes.empty() ? std::string(to_string(encoder.verdict())) : shown(bytes);
}

TEST(Ouch50Encoder, AnOrderItsReplacementAndItsEnd) {
  const InstrumentSymbols symbols = known_symbols();
  ouch50::Encoder encoder(symbols, config);
  OrderCommand command = enter(0x71);
  EXPECT_EQ(encoded(encoder, command),
            "\\006UO\\00\\00\\00qB\\00\\00\\00\\e1CVLT    \\00\\00\\00\\00\\00\\09\\9d\\b80YPNN"
            "000000710B21QT\\00\\06\\05\\02HFTX");
  command.action = CommandAction::replace;
  command.original_client_order_id = 0x71;
  command.client_order_id = 0x72;
  command.flags = record::command_post_only | record::command_sweep;
  command.time_in_force = record::TimeInForce::immediate;
  EXPECT_EQ(encoded(encoder, command),
            "\\00,UU\\00\\00\\00q\\00\\00\\00r\\00\\00\\00\\e1\\00\\00\\00\\00\\00\\09\\9d\\b83YY"
            "000000720B21QT\\00\\03\\02\\0cP");
  command.action = CommandAction::cancel;
  command.size = 0;
  EXPECT_EQ(encoded(encoder, command), "\\00\\0aUX\\00\\00\\00r\\00\\00\\00\\00");
  EXPECT_EQ(shown(ouch50::Encoder::account_query()), "\\00\\02UQ");
}

TEST(Ouch50Encoder, NothingOfACommandIsLeftInTheNext) {
  const InstrumentSymbols symbols = known_symbols();
  ouch50::Encoder encoder(symbols, config);
  const std::string plain = encoded(encoder, enter(1));
  OrderCommand full = enter(2);
  full.side = Side::ask;
  full.display = 2;
  full.flags = record::command_post_only | record::command_short_sale | record::command_retail |
               record::command_sweep | record::command_closing_cross;
  EXPECT_NE(
      encoded(encoder, full).find("\\00\\12\\05\\02HFTX\\02\\0cP\\05\\05\\00\\00\\00P\\02\\04R"),
      std::string::npos)
      << "2 round lots of 40 shares are shown";
  EXPECT_EQ(encoded(encoder, enter(1)), plain);
  EXPECT_EQ(encoder.counts()[0], 3u);
}

TEST(Ouch50Encoder, AReserveThatIsShownWholeIsNone) {
  const InstrumentSymbols symbols = known_symbols();
  ouch50::Encoder encoder(symbols, config);
  OrderCommand command = enter(1);
  const std::string plain = encoded(encoder, command);
  command.display = 6;  // 240 shares
  EXPECT_EQ(encoded(encoder, command), plain);
  command.size = 240;
  EXPECT_EQ(encoded(encoder, command).find("\\05\\05"), std::string::npos) << "just all of it";
  command.display = 5;  // 200 shares
  EXPECT_NE(encoded(encoder, command).find("\\05\\05\\00\\00\\00\\c8"), std::string::npos);
}

TEST(Ouch50Encoder, MarketOrdersHaveThePriceOfTheirPlace) {
  const InstrumentSymbols symbols = known_symbols();
  ouch50::Encoder encoder(symbols, config);
  OrderCommand command = enter(1);
  command.flags = record::command_market;
  EXPECT_EQ(encoded(encoder, command), "bad_price") << "a market order with a limit";
  command.price_e9 = record::price_null;
  EXPECT_NE(encoded(encoder, command).find("CVLT    \\00\\00\\00\\00w5\\94\\000"),
            std::string::npos);
  command.flags |= record::command_opening_cross;
  EXPECT_NE(encoded(encoder, command).find("CVLT    \\00\\00\\00\\00\\7f\\ff\\ff\\ff0YPNO"),
            std::string::npos);
  command.flags = 0;
  EXPECT_EQ(encoded(encoder, command), "bad_price") << "no price and no market order";
}

TEST(Ouch42Encoder, AnOrderItsReplacementAndItsEnd) {
  const InstrumentSymbols symbols = known_symbols();
  ouch42::Encoder encoder(symbols, config);
  OrderCommand command = enter(0x71);
  EXPECT_EQ(encoded(encoder, command),
            "\\002UO00000071QT1   B\\00\\00\\00\\e1CVLT    \\00\\09\\9d\\b8\\00\\01\\86\\9eHFTXYPN"
            "\\00\\00\\00\\00N ");
  command.action = CommandAction::replace;
  command.original_client_order_id = 0x71;
  command.client_order_id = 0xa0b0c0d0;
  command.flags = record::command_post_only;
  command.time_in_force = record::TimeInForce::extended;
  EXPECT_EQ(encoded(encoder, command),
            "\\000UU00000071QT1   A0B0C0D0QT1   \\00\\00\\00\\e1\\00\\09\\9d\\b8\\00\\01\\86\\9fPN"
            "\\00\\00\\00\\00");
  command.action = CommandAction::cancel;
  command.strategy = 9;  // whoever cancels: the token names the order all the same
  command.size = 100;
  EXPECT_EQ(encoded(encoder, command), "\\00\\14UXA0B0C0D0QT1   \\00\\00\\00d");
}

TEST(Ouch42Encoder, WhatItCannotSayIsRefused) {
  const InstrumentSymbols symbols = known_symbols();
  ouch42::Encoder encoder(symbols, config);
  OrderCommand command = enter(1);
  command.display = 3;
  EXPECT_EQ(encoded(encoder, command), "unsupported") << "a reserve";
  command.display = record::display_none;
  command.flags = record::command_post_only;
  EXPECT_EQ(encoded(encoder, command), "unsupported") << "hidden and post only";
  command.display = record::display_all;
  command.flags = record::command_market;
  command.price_e9 = record::price_null;
  EXPECT_EQ(encoded(encoder, command), "unsupported") << "a market order outside a cross";
}

template <class Encoder>
class AnyEncoder : public testing::Test {};
using Encoders = testing::Types<ouch50::Encoder, ouch42::Encoder>;
TYPED_TEST_SUITE(AnyEncoder, Encoders);

TYPED_TEST(AnyEncoder, RefusesWhatHasNoBytes) {
  const InstrumentSymbols symbols = known_symbols();
  TypeParam encoder(symbols, config);
  const auto refused = [&](auto change) {
    OrderCommand command = enter(1);
    change(command);
    return encoded(encoder, command);
  };
  EXPECT_EQ(refused([](auto& c) { c.action = CommandAction::none; }), "bad_action");
  EXPECT_EQ(refused([](auto& c) { c.action = static_cast<CommandAction>(77); }), "bad_action");
  EXPECT_EQ(refused([](auto& c) { c.client_order_id = 0; }), "bad_id");
  EXPECT_EQ(refused([](auto& c) { c.instrument = 9; }), "unknown_instrument");
  EXPECT_EQ(refused([](auto& c) { c.side = Side::none; }), "bad_side");
  EXPECT_EQ(refused([](auto& c) { c.flags = record::command_short_sale; }), "bad_side");
  EXPECT_EQ(refused([](auto& c) { c.size = 0; }), "bad_size");
  EXPECT_EQ(refused([](auto& c) { c.size = 1'000'000; }), "bad_size");
  EXPECT_EQ(refused([](auto& c) { c.price_e9 += 1; }), "bad_price");
  EXPECT_EQ(refused([](auto& c) { c.price_e9 = 199'999'990'100'000; }), "bad_price");
  EXPECT_EQ(refused([](auto& c) { c.flags = 0x80; }), "unsupported");
  EXPECT_EQ(refused([](auto& c) {
              c.flags = record::command_opening_cross | record::command_closing_cross;
            }),
            "unsupported");
  EXPECT_EQ(refused([](auto& c) { c.time_in_force = static_cast<record::TimeInForce>(3); }),
            "unsupported");
  EXPECT_EQ(refused([](auto& c) {
              c.action = CommandAction::replace;
              c.original_client_order_id = c.client_order_id;
            }),
            "bad_id");
  EXPECT_EQ(refused([](auto& c) {
              c.action = CommandAction::cancel;
              c.size = 1'000'000;
            }),
            "bad_size");
  std::uint64_t sum = 0;
  for (const std::uint64_t count : encoder.counts()) sum += count;
  EXPECT_EQ(sum, 15u);
}

TYPED_TEST(AnyEncoder, RefusesAConfigurationThatNoVenueKnows) {
  const InstrumentSymbols symbols = known_symbols();
  EncoderConfig wrong = config;
  wrong.capacity = 'Z';
  EXPECT_THROW(TypeParam(symbols, wrong), Error);
  wrong = config;
  wrong.desk[0] = '-';
  EXPECT_THROW(TypeParam(symbols, wrong), Error);
}

struct Message {
  Message& text(std::string_view letters) {
    for (const char c : letters) bytes.push_back(static_cast<std::byte>(c));
    return *this;
  }
  Message& number(std::uint64_t value, int width) {
    for (int i = width; i > 0; --i)  // wider than 8 bytes: zeros in front
      bytes.push_back(i > 8 ? std::byte{0} : static_cast<std::byte>(value >> (8 * (i - 1))));
    return *this;
  }
  std::vector<std::byte> bytes;
};

ReportContext context_of(const InstrumentSymbols& symbols) {
  return {&symbols, 1'000,      2'000, (std::uint64_t{1} << 32) + 5, record::Venue::xnas,
          3,        config.desk};
}

TEST(Ouch50Decoder, AnAcceptedOrderAndItsExecution) {
  const InstrumentSymbols symbols = known_symbols();
  const ReportContext context = context_of(symbols);
  OrderReport report{};
  Message accepted;
  accepted.text("A").number(77, 8).number(0x71, 4).text("T").number(225, 4).text("CVLT    ");
  accepted.number(630'200, 8).text("0Y").number(0x1234'5678'9abc, 8).text("ANNL00000071000000");
  accepted.number(3, 2).text("\x02\x12\x30");  // one option: the weight indicator, '0'
  ASSERT_EQ(ouch50::decode(accepted.bytes, context, report), Verdict::report);
  EXPECT_EQ(report.action, ReportAction::accepted);
  EXPECT_EQ(report.event_time_ns, 1'077u);
  EXPECT_EQ(report.receive_time_ns, 2'000u);
  EXPECT_EQ(record::sequence_number_of(report), (std::uint64_t{1} << 32) + 5);
  EXPECT_EQ(report.instrument, instrument);
  EXPECT_EQ(report.client_order_id, 0x71u);
  EXPECT_EQ(report.reference, 0x1234'5678'9abcu);
  EXPECT_EQ(report.size, 225u);
  EXPECT_EQ(report.side, Side::ask);
  EXPECT_EQ(report.reason, 'L');
  EXPECT_EQ(report.price_e9, 63'020'000'000);
  EXPECT_EQ(report.channel, 3);

  Message executed;
  executed.text("E").number(78, 8).number(0x71, 4).number(25, 4).number(630'100, 8).text("A");
  executed.number(999, 8).number(0, 2);
  ASSERT_EQ(ouch50::decode(executed.bytes, context, report), Verdict::report);
  EXPECT_EQ(report.action, ReportAction::executed);
  EXPECT_EQ(report.instrument, record::instrument_all) << "the message names none";
  EXPECT_EQ(report.side, Side::none);
  EXPECT_EQ(report.reference, 999u);
  EXPECT_EQ(report.size, 25u);
  EXPECT_EQ(report.price_e9, 63'010'000'000);
}

TEST(Ouch50Decoder, SaysWhyAndWritesNothing) {
  const InstrumentSymbols symbols = known_symbols();
  const ReportContext context = context_of(symbols);
  OrderReport report{};
  report.size = 12'345;
  const auto verdict = [&](const Message& message) {
    return ouch50::decode(message.bytes, context, report);
  };
  EXPECT_EQ(verdict({}), Verdict::truncated);
  EXPECT_EQ(verdict(Message().text("P").number(0, 11)), Verdict::truncated);
  EXPECT_EQ(verdict(Message().text("P").number(0, 8).number(0, 5)), Verdict::wrong_size);
  EXPECT_EQ(verdict(Message().text("z").number(0, 12)), Verdict::unknown);
  EXPECT_EQ(verdict(Message().text("R").number(0, 12).text("R").number(2, 2).text("\x02\x0c")),
            Verdict::bad_appendage);
  EXPECT_EQ(verdict(Message().text("M").number(0, 12).text("x").number(1, 4)), Verdict::bad_field);
  EXPECT_EQ(verdict(Message().text("Q").number(0, 8).number(88, 4)), Verdict::ignored);
  EXPECT_EQ(ouch50::next_user_ref_num(Message().text("Q").number(0, 8).number(88, 4).bytes), 88u);
  EXPECT_EQ(report.size, 12'345u);
}

TEST(Ouch50Decoder, SelfMatchCancelsOfBothRevisions) {
  const InstrumentSymbols symbols = known_symbols();
  const ReportContext context = context_of(symbols);
  const auto begin = [] {
    Message out;
    out.text("D").number(5, 8).number(9, 4).number(70, 4).text("Q").number(70, 4);
    return out.number(100'000, 8).text("A");
  };
  for (const auto& message :
       {begin(), begin().text("D"), begin().number(0, 2), begin().text("D").number(0, 2),
        begin().number(3, 2).text("\x02\x1c\x05"),
        begin().text("D").number(3, 2).text("\x02\x1c\x05")}) {
    OrderReport report{};
    ASSERT_EQ(ouch50::decode(message.bytes, context, report), Verdict::report)
        << shown(message.bytes);
    EXPECT_EQ(report.action, ReportAction::cancelled);
    EXPECT_EQ(report.size, 70u);
    EXPECT_EQ(report.reason, 'Q');
    EXPECT_EQ(report.price_e9, record::price_null);
  }
}

TEST(Ouch42Decoder, TokensNameOurOrdersOnly) {
  const InstrumentSymbols symbols = known_symbols();
  const ReportContext context = context_of(symbols);
  OrderReport report{};
  const auto cancelled = [](std::string_view token) {
    return Message().text("C").number(5, 8).text(token).number(70, 4).text("U").bytes;
  };
  ASSERT_EQ(ouch42::decode(cancelled("A0B0C0D0QT1   "), context, report), Verdict::report);
  EXPECT_EQ(report.client_order_id, 0xa0b0c0d0u);
  EXPECT_EQ(report.action, ReportAction::cancelled);
  EXPECT_EQ(report.size, 70u);
  for (const char* token :
       {"A0B0C0D0QT2   ", "a0B0C0D0QT1   ", "00000000QT1   ", "              "}) {
    EXPECT_EQ(ouch42::decode(cancelled(token), context, report), Verdict::bad_token) << token;
  }
}

}  // namespace
}  // namespace hft::order
