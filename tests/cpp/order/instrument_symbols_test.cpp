// The table of instruments and symbols: both ways, at its edges, and against a plain map.
#include "hft/order/instrument_symbols.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string_view>

namespace hft::order {
namespace {

Alpha<8> symbol(std::string_view text) {
  Alpha<8> out;
  out.fill(' ');
  std::copy(text.begin(), text.end(), out.begin());
  return out;
}

TEST(InstrumentSymbols, FindsBothWays) {
  InstrumentSymbols symbols(4);
  EXPECT_EQ(symbols.add(0x3'0001, symbol("AAPL"), 100), Added::added);
  EXPECT_EQ(symbols.add(0x3'0002, symbol("BRK.A"), 1), Added::added);
  ASSERT_NE(symbols.find(0x3'0002), nullptr);
  EXPECT_EQ(symbols.find(0x3'0002)->symbol, symbol("BRK.A"));
  EXPECT_EQ(symbols.find(0x3'0002)->round_lot_size, 1u);
  EXPECT_EQ(symbols.instrument_of(symbol("AAPL")), 0x3'0001u);
  EXPECT_EQ(symbols.find(1), nullptr) << "another feed's instrument";
  EXPECT_EQ(symbols.instrument_of(symbol("AAP")), record::instrument_all);
  EXPECT_EQ(symbols.size(), 2u);
}

TEST(InstrumentSymbols, NeverTwoNamesForOneThing) {
  InstrumentSymbols symbols(2);
  EXPECT_EQ(symbols.add(1, symbol("A"), 100), Added::added);
  EXPECT_EQ(symbols.add(1, symbol("A"), 10), Added::known);
  EXPECT_EQ(symbols.find(1)->round_lot_size, 10u);
  EXPECT_EQ(symbols.add(1, symbol("B")), Added::taken);
  EXPECT_EQ(symbols.add(2, symbol("A")), Added::taken);
  EXPECT_EQ(symbols.add(2, symbol("B")), Added::added);
  EXPECT_EQ(symbols.add(1, symbol("B")), Added::taken) << "both are known, but not together";
  EXPECT_EQ(symbols.add(3, symbol("C")), Added::full);
  EXPECT_EQ(symbols.add(2, symbol("B")), Added::known) << "full, but nothing new";
  EXPECT_EQ(symbols.add(record::instrument_all, symbol("D")), Added::bad);
  EXPECT_EQ(symbols.add(4, symbol("")), Added::bad);
  EXPECT_EQ(symbols.instrument_of(symbol("B")), 2u);
}

TEST(InstrumentSymbols, FeedsShareATableWhereTheirLocateCodesDiffer) {
  InstrumentSymbols symbols(4);
  EXPECT_EQ(symbols.add(0x1'0007, symbol("A")), Added::added);
  EXPECT_EQ(symbols.add(0x2'0008, symbol("B")), Added::added);
  EXPECT_EQ(symbols.add(0x2'0007, symbol("C")), Added::taken);
  EXPECT_EQ(symbols.add(0x2'0007, symbol("A")), Added::taken);
  EXPECT_EQ(symbols.find(0x2'0007), nullptr);
  EXPECT_EQ(symbols.find(0x1'0007)->symbol, symbol("A"));
  EXPECT_EQ(symbols.find(record::instrument_all), nullptr);
}

TEST(InstrumentSymbols, LearnsFromTheDirectory) {
  InstrumentSymbols symbols(2);
  record::InstrumentEvent event{};
  event.instrument = 7;
  event.symbol = symbol("TEST");
  event.round_lot_size = 0;
  EXPECT_EQ(symbols.add(event), Added::added);
  EXPECT_EQ(symbols.find(7)->round_lot_size, InstrumentSymbols::usual_round_lot);
}

TEST(InstrumentSymbols, FullOfInstrumentsItStillTellsThemApart) {
  constexpr std::uint32_t count = 3000;
  InstrumentSymbols symbols(count);
  std::map<std::uint32_t, Alpha<8>> witness;
  std::mt19937_64 random(1);
  while (witness.size() < count) {
    const auto instrument = static_cast<std::uint32_t>(random() % 20'000);
    const Alpha<8> name = symbol("S" + std::to_string(random() % 1'000'000));
    const bool is_new = witness.find(instrument) == witness.end() &&
                        symbols.instrument_of(name) == record::instrument_all;
    EXPECT_EQ(symbols.add(instrument, name) == Added::added, is_new);
    if (is_new) witness.emplace(instrument, name);
  }
  for (std::uint32_t instrument = 0; instrument < 20'000; ++instrument) {
    const InstrumentSymbol* found = symbols.find(instrument);
    const auto expected = witness.find(instrument);
    ASSERT_EQ(found != nullptr, expected != witness.end());
    if (found == nullptr) continue;
    EXPECT_EQ(found->symbol, expected->second);
    EXPECT_EQ(symbols.instrument_of(found->symbol), instrument);
  }
  EXPECT_EQ(symbols.add(50'000, symbol("ONEMORE")), Added::full);
}

}  // namespace
}  // namespace hft::order
