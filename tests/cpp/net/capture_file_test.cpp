// Classic pcap: us and ns, both byte orders; batches; cut-off ends and damage.
#include "hft/net/capture_file.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "net/bytes.hpp"

namespace hft::net::test {
namespace {

constexpr std::uint32_t microseconds = 0xa1b2c3d4;
constexpr std::uint32_t nanoseconds = 0xa1b23c4d;

Bytes pcap(ByteOrder order, std::uint32_t magic, std::uint64_t link_type = 1) {
  Bytes bytes(order);
  bytes.u32(magic).u16(2).u16(4).u32(0).u32(0).u32(65535).u32(link_type);
  return bytes;
}

void add_packet(Bytes& bytes, std::uint32_t seconds, std::uint32_t fraction, std::string_view data,
                std::uint64_t original = 0) {
  bytes.u32(seconds).u32(fraction).u32(data.size()).u32(original == 0 ? data.size() : original);
  bytes.text(data);
}

std::string read_all(PacketReader& reader, std::vector<Packet>& packets) {
  return error_of([&] {
    Packet packet = {};
    while (reader.next(packet)) packets.push_back(packet);
  });
}

TEST(PacketReader, ReadsEveryVariantOfClassicPcap) {
  for (const ByteOrder order : {ByteOrder::big, ByteOrder::little}) {
    for (const std::uint32_t magic : {microseconds, nanoseconds}) {
      Bytes file = pcap(order, magic);
      add_packet(file, 1'700'000'000, 123'456, "first");
      add_packet(file, 1'700'000'001, 999'999, "");
      add_packet(file, 0xffffffff, 0, "third", 1500);
      const auto source = view_bytes(as_bytes(file.str()), "a.pcap");
      PacketReader reader(*source);
      EXPECT_EQ(reader.format(), FileFormat::pcap);
      std::vector<Packet> packets;
      EXPECT_EQ(read_all(reader, packets), "no error");
      ASSERT_EQ(packets.size(), 3u);
      const std::uint64_t unit = magic == microseconds ? 1000 : 1;
      EXPECT_EQ(as_text(packets[0].bytes), "first");
      EXPECT_EQ(packets[0].receive_time_ns, 1'700'000'000'000'000'000 + 123'456 * unit);
      EXPECT_EQ(packets[0].number, 1u);
      EXPECT_EQ(packets[0].offset, 24u);
      EXPECT_EQ(packets[0].link_type, 1);
      EXPECT_FALSE(packets[0].cut_by_capture());
      EXPECT_TRUE(packets[1].bytes.empty());
      EXPECT_EQ(packets[1].offset, 45u);
      EXPECT_EQ(packets[2].receive_time_ns, 4'294'967'295'000'000'000);
      EXPECT_EQ(packets[2].number, 3u);
      EXPECT_EQ(packets[2].original_size, 1500u);
      EXPECT_TRUE(packets[2].cut_by_capture());
      EXPECT_EQ(reader.packet_count(), 3u);
      EXPECT_EQ(reader.note(), "");
      EXPECT_EQ(reader.impossible_time_count(), 0u);
    }
  }
}

TEST(PacketReader, ReadsBatchesOfACompressedCaptureAcrossWindows) {
  constexpr std::uint32_t count = 30'000;
  Bytes file = pcap(ByteOrder::little, nanoseconds);
  for (std::uint32_t i = 0; i < count; ++i) add_packet(file, i, i, noise(i % 300, i));
  const TemporaryFolder folder;
  for (const std::string& content : {file.str(), gzip(file.str()), zstd(file.str())}) {
    const auto source = open_bytes(folder.write("a", content));
    PacketReader reader(*source);
    std::vector<Packet> batch(777);
    std::uint32_t i = 0;
    while (const std::size_t got = reader.read(batch)) {
      for (const Packet& packet : std::span(batch).first(got)) {
        ASSERT_EQ(packet.number, i + 1);
        ASSERT_EQ(packet.receive_time_ns, i * std::uint64_t{1'000'000'001});
        ASSERT_EQ(as_text(packet.bytes), noise(i % 300, i));
        ++i;
      }
    }
    EXPECT_EQ(i, count);
  }
}

TEST(PacketReader, TakesAnEmptyCaptureAsNoPackets) {
  const std::string file = pcap(ByteOrder::little, microseconds).str();
  const auto source = view_bytes(as_bytes(file), "a.pcap");
  PacketReader reader(*source);
  Packet packet = {};
  EXPECT_FALSE(reader.next(packet));
  EXPECT_EQ(reader.note(), "");
}

TEST(PacketReader, NotesWhereTheFileWasCutOff) {
  Bytes file = pcap(ByteOrder::little, microseconds);
  add_packet(file, 1, 1, "whole");
  const std::size_t second = file.size();
  add_packet(file, 2, 2, "also whole");
  const TemporaryFolder folder;
  for (std::size_t size = second; size < file.size(); ++size) {
    const std::string cut = file.str().substr(0, size);
    for (const bool compressed : {false, true}) {
      const std::string path = folder.write("a.pcap", compressed ? gzip(cut) : cut);
      const auto source = open_bytes(path);
      PacketReader reader(*source);
      std::vector<Packet> packets;
      EXPECT_EQ(read_all(reader, packets), "no error");
      ASSERT_EQ(packets.size(), 1u);
      ASSERT_EQ(reader.truncated_end().has_value(), size != second);
      if (size == second) continue;
      const std::size_t whole = size < second + 16 ? second + 16 : file.size();
      EXPECT_EQ(reader.truncated_end()->number, 2u);
      EXPECT_EQ(reader.truncated_end()->offset, second);
      EXPECT_EQ(reader.truncated_end()->missing_bytes, whole - size);
      expect_parts(reader.note(),
                   {path, "packet 2 at offset " + std::to_string(second),
                    "ends " + std::to_string(whole - size) + " byte", "before it were read"});
    }
  }
}

TEST(PacketReader, StopsAtAnImpossibleLengthWithItsPlace) {
  Bytes file = pcap(ByteOrder::big, nanoseconds);
  add_packet(file, 1, 1, "whole");
  file.u32(2).u32(2).u32(262'145).u32(262'145).zeros(300'000);
  const auto source = view_bytes(as_bytes(file.str()), "a.pcap");
  PacketReader reader(*source);
  std::vector<Packet> batch(10);
  EXPECT_EQ(reader.read(batch), 1u);  // what is before the damage comes first
  expect_parts(error_of([&] { reader.read(batch); }),
               {"a.pcap: packet 2 at offset 45", "impossible length 262145", "damaged here"});
}

TEST(PacketReader, TakesThePacketsOfTheGreatestLength) {
  Bytes file = pcap(ByteOrder::little, nanoseconds);
  add_packet(file, 1, 1, noise(262'144));
  const TemporaryFolder folder;
  const auto source = open_bytes(folder.write("a", gzip(file.str())));
  PacketReader reader(*source);
  Packet packet = {};
  ASSERT_TRUE(reader.next(packet));
  EXPECT_EQ(packet.bytes.size(), 262'144u);
}

TEST(PacketReader, DeliversThePacketsBeforeDamageInACompressedFile) {
  Bytes file = pcap(ByteOrder::little, nanoseconds);
  for (std::uint32_t i = 0; i < 10'000; ++i) add_packet(file, i, 0, noise(100, i));
  const TemporaryFolder folder;
  const std::string packed = gzip(file.str());
  const auto source = open_bytes(folder.write("a.gz", std::string_view(packed).substr(0, 600'000)));
  PacketReader reader(*source);
  std::vector<Packet> packets;
  expect_parts(read_all(reader, packets), {"a.gz", "gzip data ends too early"});
  EXPECT_GT(packets.size(), 4000u);
  EXPECT_EQ(packets.back().number, packets.size());
  EXPECT_EQ(reader.packet_count(), packets.size());
}

TEST(PacketReader, CountsTimesThatCannotBe) {
  for (const auto& [magic, limit] :
       {std::pair(microseconds, 1'000'000u), std::pair(nanoseconds, 1'000'000'000u)}) {
    Bytes file = pcap(ByteOrder::little, magic);
    add_packet(file, 1, limit - 1, "a");
    add_packet(file, 1, limit, "b");
    add_packet(file, 1, 0xffffffff, "c");
    const auto source = view_bytes(as_bytes(file.str()), "a.pcap");
    PacketReader reader(*source);
    std::vector<Packet> packets;
    EXPECT_EQ(read_all(reader, packets), "no error");
    EXPECT_EQ(packets.size(), 3u);
    EXPECT_EQ(reader.impossible_time_count(), 2u);
  }
}

std::string refusal(const std::string& file) {
  const auto source = view_bytes(as_bytes(file), "a.pcap");
  return error_of([&] { PacketReader reader(*source); });
}

TEST(PacketReader, RefusesWhatIsNotACapture) {
  expect_parts(refusal("hello, this is no capture"),
               {"a.pcap: not a capture", "68 65 6c 6c 6f", "text", "accepted are pcap, pcapng"});
  expect_parts(refusal(""), {"a.pcap: not a capture", "no bytes"});
  expect_parts(refusal(Bytes().u16(12).text("S").zeros(11).str()),
               {"a.pcap: raw ITCH 5.0", "not packets", "raw file"});
}

TEST(PacketReader, RefusesACutOffFileHeader) {
  const std::string file = pcap(ByteOrder::little, nanoseconds).str();
  for (std::size_t size = 4; size < 24; ++size) {
    expect_parts(refusal(file.substr(0, size)),
                 {"a.pcap", "cut off after " + std::to_string(size) + " of its 24 bytes", "copy"});
  }
}

TEST(PacketReader, RefusesAnUnknownLinkTypeAndNamesTheKnownOnes) {
  expect_parts(
      refusal(pcap(ByteOrder::little, nanoseconds, 147).str()),
      {"a.pcap", "unknown link type 147", "known are", "1 (Ethernet)", "113", "276", "101"});
  // The high bits tell of a frame check sequence and do not belong to the type.
  EXPECT_EQ(refusal(pcap(ByteOrder::little, nanoseconds, 0x24000001).str()), "no error");
}

TEST(PacketReader, RefusesAnUnknownVersion) {
  Bytes file(ByteOrder::little);
  file.u32(nanoseconds).u16(3).u16(0).zeros(16);
  expect_parts(refusal(file.str()), {"pcap version 3 is unknown", "editcap"});
}

}  // namespace
}  // namespace hft::net::test
