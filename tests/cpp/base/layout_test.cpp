// The ground everything stands on: wire integers, the layout table, the version.
#include "hft/base/layout.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "hft/base/error.hpp"
#include "hft/base/version.hpp"
#include "hft/record/order_event.hpp"
#include "hft/wire/itch50.hpp"

namespace hft {
namespace {

TEST(WireInt, ReadsBothByteOrders) {
  EXPECT_EQ((Be32{{0x01, 0x02, 0x03, 0x04}}), 0x01020304u);
  EXPECT_EQ((Le32{{0x01, 0x02, 0x03, 0x04}}), 0x04030201u);
  EXPECT_EQ((Be48{{0x01, 0x02, 0x03, 0x04, 0x05, 0x06}}), 0x010203040506u);
}

TEST(WireInt, WritesWhatItReads) {
  Be48 wire{};
  wire = 0x0102030405060708u;  // the two upper bytes do not fit and fall off
  EXPECT_EQ(wire, 0x030405060708u);
  EXPECT_EQ(wire.bytes[0], 0x03);
  EXPECT_EQ(wire.bytes[5], 0x08);
}

TEST(Layout, FieldsFollowEachOtherAndFillTheStruct) {
  std::size_t end = 0;
  for (const Field& field : Layout<record::OrderEvent>::fields) {
    EXPECT_EQ(field.offset, end) << field.name;
    end += field.size;
  }
  EXPECT_EQ(end, 64u);
}

TEST(Layout, KnowsNamesAndKinds) {
  const auto& fields = Layout<wire::itch50::AddOrder>::fields;
  EXPECT_EQ(fields[0].name, "message_type");
  EXPECT_EQ(fields[0].kind, FieldKind::text);
  EXPECT_EQ(fields[1].name, "stock_locate");
  EXPECT_EQ(fields[1].kind, FieldKind::big);
}

TEST(Error, SaysWhereWhatAndTheRemedy) {
  EXPECT_STREQ(Error("day.pcap", "no such file", "check the path").what(),
               "day.pcap: no such file; check the path");
}

TEST(Version, HasThreeParts) {
  EXPECT_EQ(std::count(version().begin(), version().end(), '.'), 2) << version();
}

}  // namespace
}  // namespace hft
