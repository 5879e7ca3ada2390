// Prices, sides and numbers of OUCH at the edges of what the wire can hold.
#include "hft/wire/ouch_fields.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <limits>
#include <string>

namespace hft::wire::ouch {
namespace {

std::string text(const Alpha<8>& digits) {
  return {digits.data(), digits.size()};
}

TEST(OuchPrice, OnlyWholeUnitsUpToTheHighestHaveBytes) {
  EXPECT_EQ(wire_price(price_to_e9), 1u);
  EXPECT_EQ(wire_price(477'780'000'000), 4'777'800u);
  EXPECT_EQ(wire_price(199'999'990'000'000), 1'999'999'900u);
  EXPECT_EQ(wire_price(199'999'990'100'000), 0u) << "one unit above the highest";
  EXPECT_EQ(wire_price(0), 0u);
  EXPECT_EQ(wire_price(-price_to_e9), 0u);
  EXPECT_EQ(wire_price(price_to_e9 - 1), 0u);
  EXPECT_EQ(wire_price(price_to_e9 + 1), 0u) << "never rounded";
  EXPECT_EQ(wire_price(std::numeric_limits<std::int64_t>::max()), 0u);
  EXPECT_EQ(wire_price(std::numeric_limits<std::int64_t>::min()), 0u);
  // The wire's width in 4.2: a price that wraps round must not come out as a small one.
  EXPECT_EQ(wire_price((std::int64_t{1} << 32) * price_to_e9 + price_to_e9), 0u);
}

TEST(OuchPrice, MarketOrdersHaveTwoPricesOfTheirOwn) {
  EXPECT_TRUE(is_market_price(2'000'000'000));
  EXPECT_TRUE(is_market_price(2'147'483'647));
  EXPECT_FALSE(is_market_price(2'000'000'001));
  EXPECT_FALSE(is_limit_price(2'000'000'000));
  EXPECT_TRUE(is_limit_price(1'999'999'900));
  EXPECT_FALSE(is_limit_price(1'999'999'901));
  EXPECT_TRUE(is_limit_price(0));
  EXPECT_FALSE(is_limit_price(~std::uint64_t{0}));
  EXPECT_EQ(price_e9(1'999'999'900), 199'999'990'000'000);
}

TEST(OuchSide, ThreeLettersSell) {
  EXPECT_FALSE(is_sell('B'));
  for (const char letter : {'S', 'T', 'E'}) EXPECT_TRUE(is_sell(letter));
  EXPECT_FALSE(is_sell('s'));
}

TEST(OuchHex, DigitsAsPrintfWritesThem) {
  for (std::uint64_t number = 0; number <= 0xffff'ffff; number += 0x00fe'dcb1) {
    char expected[9];
    std::snprintf(expected, sizeof expected, "%08X", static_cast<unsigned>(number));
    const std::string found = text(hex(static_cast<std::uint32_t>(number)));
    EXPECT_EQ(found, expected);
    std::uint32_t back = 0;
    EXPECT_TRUE(parse_hex(found, back));
    EXPECT_EQ(back, number);
  }
  EXPECT_EQ(text(hex(0)), "00000000");
  EXPECT_EQ(text(hex(0x9a9a9a9a)), "9A9A9A9A");
  EXPECT_EQ(text(hex(0xffffffff)), "FFFFFFFF");
}

TEST(OuchHex, WhatIsNoNumberIsRefused) {
  std::uint32_t number = 7;
  for (const char* digits : {"0000000G", "0000000a", "0000 000", "0000000/", "0000000:", "000000@0",
                             "0000000", "000000000", ""}) {
    EXPECT_FALSE(parse_hex(digits, number)) << digits;
  }
}

}  // namespace
}  // namespace hft::wire::ouch
