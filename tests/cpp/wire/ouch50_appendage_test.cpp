// The appendage of OUCH 5.0: written and read back, found behind a message, and every way to lie.
#include "hft/wire/ouch50_appendage.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hft::wire::ouch50 {
namespace {

std::vector<std::byte> bytes(std::initializer_list<int> values) {
  std::vector<std::byte> out;
  for (const int value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

TEST(Appendage, WhatIsWrittenIsReadBack) {
  std::array<std::byte, 64> room{};
  AppendageWriter writer(room.data());
  writer.text<OptionTag::firm>(Alpha<4>{'L', 'I', 'M', 'E'});
  writer.number<OptionTag::max_floor>(0x0102'0304);
  writer.number<OptionTag::post_only>('P');
  writer.number<OptionTag::display_price>(0x0102'0304'0506'0708);
  const auto written = std::span<const std::byte>(room).first(writer.size());
  const auto expected = bytes(
      {5, 2, 'L', 'I', 'M', 'E', 5, 5, 1, 2, 3, 4, 2, 12, 'P', 9, 23, 1, 2, 3, 4, 5, 6, 7, 8});
  EXPECT_EQ(std::vector(written.begin(), written.end()), expected);

  AppendageReader reader(written);
  Option option{};
  std::vector<std::pair<OptionTag, std::uint64_t>> found;
  while (reader.next(option)) found.emplace_back(option.tag, option.number());
  EXPECT_FALSE(reader.bad());
  const std::vector<std::pair<OptionTag, std::uint64_t>> wanted{
      {OptionTag::firm, 0x4c49'4d45},
      {OptionTag::max_floor, 0x0102'0304},
      {OptionTag::post_only, 'P'},
      {OptionTag::display_price, 0x0102'0304'0506'0708}};
  EXPECT_EQ(found, wanted);
}

std::string outcome(const std::vector<std::byte>& appendage) {
  AppendageReader reader(appendage);
  Option option{};
  int count = 0;
  while (reader.next(option)) ++count;
  EXPECT_FALSE(reader.next(option)) << "the end stays the end";
  return std::to_string(count) + (reader.bad() ? " bad" : "");
}

TEST(Appendage, ElementsThatCannotBe) {
  EXPECT_EQ(outcome({}), "0");
  EXPECT_EQ(outcome(bytes({2, 12, 'P'})), "1");
  EXPECT_EQ(outcome(bytes({2, 12})), "0 bad") << "reaches beyond the end";
  EXPECT_EQ(outcome(bytes({0})), "0 bad") << "no tag";
  EXPECT_EQ(outcome(bytes({2})), "0 bad");
  EXPECT_EQ(outcome(bytes({3, 12, 'P', 'P'})), "0 bad") << "another size than the option has";
  EXPECT_EQ(outcome(bytes({2, 12, 'P', 1, 12})), "1 bad") << "no value";
  EXPECT_EQ(outcome(bytes({4, 99, 1, 2, 3, 2, 12, 'P'})), "2") << "unknown tags are passed by";
  EXPECT_EQ(outcome(bytes({1, 99})), "1") << "of an unknown tag any size will do";
  EXPECT_EQ(outcome(bytes({2, 12, 'P', 255, 1})), "1 bad");
}

template <class Message>
bool fits(std::size_t size, int high = 0, int low = 0) {
  std::vector<std::byte> message(size);
  const std::size_t at = sizeof(Message) - (has_appendage_length<Message> ? 2 : 0);
  if (at + 1 < size) {
    message[at] = static_cast<std::byte>(high);
    message[at + 1] = static_cast<std::byte>(low);
  }
  std::span<const std::byte> appendage;
  const bool found = find_appendage<Message>(message, appendage);
  if (found) {
    EXPECT_EQ(appendage.data() + appendage.size(),
              appendage.empty() ? appendage.data() : message.data() + message.size());
  }
  return found;
}

TEST(Appendage, AnnouncedAndThereMustAgree) {
  using outbound::OrderExecuted;  // 36 bytes, the length among them
  EXPECT_TRUE(fits<OrderExecuted>(36));
  EXPECT_FALSE(fits<OrderExecuted>(35));
  EXPECT_FALSE(fits<OrderExecuted>(37));
  EXPECT_TRUE(fits<OrderExecuted>(37, 0, 1));
  EXPECT_FALSE(fits<OrderExecuted>(36, 0, 1));
  EXPECT_TRUE(fits<OrderExecuted>(36 + 0x0102, 1, 2));

  using outbound::CancelPending;  // 13 bytes, and a length only where something follows
  EXPECT_TRUE(fits<CancelPending>(13));
  EXPECT_FALSE(fits<CancelPending>(12));
  EXPECT_FALSE(fits<CancelPending>(14));
  EXPECT_TRUE(fits<CancelPending>(15));
  EXPECT_TRUE(fits<CancelPending>(18, 0, 3));
  EXPECT_FALSE(fits<CancelPending>(18, 0, 2));

  EXPECT_TRUE(fits<outbound::SystemEvent>(10));
  EXPECT_FALSE(fits<outbound::SystemEvent>(12)) << "the one message that never has one";
}

TEST(Appendage, KnownTagsAreThoseOfTheSpecification) {
  std::string sizes;
  for (int tag = 0; tag < 256; ++tag) {
    const std::size_t size = option_size(static_cast<OptionTag>(tag));
    if (tag <= 31) {
      sizes += std::to_string(size);
    } else {
      EXPECT_EQ(size, 0u);
    }
  }
  EXPECT_EQ(sizes, "08441414081414441110004821411120");
}

}  // namespace
}  // namespace hft::wire::ouch50
