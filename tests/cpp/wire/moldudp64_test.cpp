// The fields of MoldUDP64 stand where its specification puts them.
#include "hft/wire/moldudp64.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace hft::wire::moldudp64 {
namespace {

TEST(MoldUdp64, HeaderReadsAndWritesTheSpecifiedBytes) {
  const unsigned char bytes[21] = "0123456789\0\0\0\0\0\x01\x02\x03\xff\xfe";
  DownstreamHeader header;
  std::memcpy(&header, bytes, sizeof header);
  EXPECT_EQ(std::string(header.session.begin(), header.session.end()), "0123456789");
  EXPECT_EQ(header.sequence_number, 0x010203u);
  EXPECT_EQ(header.message_count, 0xfffe);

  DownstreamHeader written{};
  written.session = header.session;
  written.sequence_number = 0x010203;
  written.message_count = 0xfffe;
  EXPECT_EQ(std::memcmp(&written, bytes, sizeof written), 0);
}

TEST(MoldUdp64, BlockAndRequest) {
  const unsigned char bytes[] = {0x01, 0x24};
  MessageBlock block;
  std::memcpy(&block, bytes, sizeof block);
  EXPECT_EQ(block.message_length, 0x0124);

  RequestPacket request{};
  request.sequence_number = 0x1122334455667788;
  request.requested_message_count = 0x0102;
  const auto* raw = reinterpret_cast<const unsigned char*>(&request);
  EXPECT_EQ(raw[10], 0x11);
  EXPECT_EQ(raw[17], 0x88);
  EXPECT_EQ(raw[18], 0x01);
  EXPECT_EQ(raw[19], 0x02);
}

TEST(MoldUdp64, CountsWithAMeaning) {
  EXPECT_EQ(heartbeat_count, 0);
  EXPECT_EQ(end_of_session_count, 0xffff);
}

}  // namespace
}  // namespace hft::wire::moldudp64
