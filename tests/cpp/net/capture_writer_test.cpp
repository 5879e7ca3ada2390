// Captures and raw files as they are written: bytes, checksums, and what happens when it fails.
#include "hft/net/capture_writer.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "hft/net/capture_file.hpp"
#include "hft/net/datagram.hpp"
#include "net/bytes.hpp"

namespace hft::net::test {
namespace {

using namespace std::string_literals;

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The one's complement sum of 16-bit big-endian words; right data gives 0xffff.
unsigned checksum(std::string_view bytes) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    sum += unsigned{static_cast<unsigned char>(bytes[i])} << (i % 2 == 0 ? 8 : 0);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return sum;
}

constexpr DatagramRoute route{0x0a000001, 0xe9b60c6f, 1111, 26477};  // the group's bit 23 is set

TEST(PcapWriter, FramesDatagramsWithValidChecksums) {
  const TemporaryFolder folder;
  PcapWriter writer(folder.path("a.pcap"));
  const std::string payloads[] = {"", "a", "odd", "four", noise(1400), noise(65'507)};
  for (const std::string& payload : payloads) {
    writer.write_datagram(1'700'000'000'123'456'789, route, as_bytes(payload));
  }
  writer.close();
  EXPECT_EQ(writer.size(), content(folder.path("a.pcap")).size());

  const auto source = open_bytes(folder.path("a.pcap"));
  PacketReader reader(*source);
  Packet packet = {};
  for (const std::string& payload : payloads) {
    ASSERT_TRUE(reader.next(packet));
    EXPECT_EQ(packet.receive_time_ns, 1'700'000'000'123'456'789u);
    Datagram datagram = {};
    ASSERT_EQ(parse_datagram(packet, datagram), DatagramVerdict::udp);
    EXPECT_TRUE(as_text(datagram.payload) == payload);
    EXPECT_EQ(datagram.destination, (Endpoint{0, 0xe9b60c6f, 26477}));
    EXPECT_EQ(datagram.source, (Endpoint{0, 0x0a000001, 1111}));
    const std::string bytes = as_text(packet.bytes);
    EXPECT_EQ(bytes.substr(0, 6), "\x01\x00\x5e\x36\x0c\x6f"s);
    EXPECT_EQ(checksum(bytes.substr(14, 20)), 0xffffu);
    const std::string pseudo = bytes.substr(26, 8) + "\0\x11"s + bytes.substr(38, 2);
    EXPECT_EQ(checksum(pseudo + bytes.substr(34)), 0xffffu) << payload.size();
  }
  EXPECT_FALSE(reader.next(packet));
  EXPECT_EQ(writer.packet_count(), std::size(payloads));
}

TEST(PcapWriter, NeverWritesAChecksumOfZeroWhichWouldMeanNone) {
  const TemporaryFolder folder;
  PcapWriter writer(folder.path("a.pcap"));
  // Some two bytes make the sum 0xffff and its complement 0.
  for (unsigned i = 0; i < 65536; ++i) {
    writer.write_datagram(0, route, as_bytes(Bytes().u16(i).str()));
  }
  writer.close();
  const auto source = open_bytes(folder.path("a.pcap"));
  PacketReader reader(*source);
  Packet packet = {};
  std::size_t all_ones = 0;
  while (reader.next(packet)) {
    const std::string sum = as_text(packet.bytes.subspan(40, 2));
    ASSERT_NE(sum, "\0\0"s);
    all_ones += sum == "\xff\xff";
  }
  EXPECT_GE(all_ones, 1u);
}

TEST(PcapWriter, WritesWholePackets) {
  const TemporaryFolder folder;
  PcapWriter writer(folder.path("a.pcap"));
  writer.write_packet(5'000'000'007, as_bytes("a frame"));
  expect_parts(error_of([&] { writer.write_packet(0, as_bytes(std::string(262'145, 'x'))); }),
               {"a.pcap", "262145 bytes do not fit", "at most 262144"});
  expect_parts(
      error_of([&] { writer.write_datagram(0, route, as_bytes(std::string(65'508, 'x'))); }),
      {"65508 bytes do not fit"});
  writer.close();
  Bytes expected(ByteOrder::little);
  expected.u32(0xa1b23c4d).u16(2).u16(4).u64(0).u32(262'144).u32(1);
  expected.u32(5).u32(7).u32(7).u32(7).text("a frame");
  EXPECT_EQ(content(folder.path("a.pcap")), expected.str());
}

TEST(RawWriter, WritesLengthsBeforeMessages) {
  const TemporaryFolder folder;
  const std::string longest = noise(65'535);
  RawWriter writer(folder.path("a"));
  writer.write_message(as_bytes("abc"));
  writer.write_message(as_bytes(longest));
  writer.write_blocks(as_bytes(Bytes().u16(1).text("z").str()));
  expect_parts(error_of([&] { writer.write_message(as_bytes(longest + "x")); }),
               {"65536 bytes do not fit"});
  writer.close();
  const std::string expected =
      Bytes().u16(3).text("abc").u16(65'535).text(longest).u16(1).text("z").str();
  EXPECT_TRUE(content(folder.path("a")) == expected);
  EXPECT_EQ(writer.size(), expected.size());
}

TEST(RawWriter, WritesMoreThanItsBuffer) {
  const TemporaryFolder folder;
  const std::string text = noise(9'000'000);
  RawWriter writer(folder.path("a"));
  writer.write_blocks(as_bytes(text));
  for (int i = 0; i < 100; ++i) writer.write_message(as_bytes(text.substr(0, 50'000)));
  writer.close();
  EXPECT_EQ(std::filesystem::file_size(folder.path("a")), 9'000'000u + 100 * 50'002);
  EXPECT_TRUE(content(folder.path("a")).substr(0, text.size()) == text);
}

TEST(FileWriter, RefusesToOverwriteUnlessTold) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a", "precious, and longer");
  expect_parts(error_of([&] { RawWriter writer(path); }),
               {path, "the output file exists", "choose another name, or ask to overwrite"});
  EXPECT_EQ(content(path), "precious, and longer");
  RawWriter writer(path, IfExists::overwrite);
  writer.write_message(as_bytes("new"));
  writer.close();
  EXPECT_EQ(content(path), "\0\3new"s);
}

TEST(FileWriter, RemovesAFileThatWasNotClosed) {
  const TemporaryFolder folder;
  { RawWriter writer(folder.path("a")); }
  EXPECT_FALSE(std::filesystem::exists(folder.path("a")));
}

TEST(FileWriter, SaysWhereItCannotWrite) {
  const TemporaryFolder folder;
  const std::string path = folder.path("no/such/folder/a.pcap");
  expect_parts(
      error_of([&] { PcapWriter writer(path); }),
      {path, "cannot be written", "No such file or directory", "check that its folder exists"});
}

TEST(FileWriter, TellsAFullDeviceAndKeepsTheDevice) {
  const std::string error = error_of([] {
    RawWriter writer("/dev/full");
    writer.write_message(as_bytes("abc"));
    writer.close();
  });
  expect_parts(error, {"/dev/full: byte 0", "No space left on device", "free some space"});
  EXPECT_EQ(error.find("removed"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists("/dev/full"));
}

TEST(FileWriter, RemovesThePartialFileWhenThereIsNoMoreRoom) {
  const TemporaryFolder folder;
  rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit limit{5'000'000, before.rlim_max};
  std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  const std::string message(60'000, 'x');
  const std::string error = error_of([&] {
    RawWriter writer(folder.path("a"));
    for (int i = 0; i < 1000; ++i) writer.write_message(as_bytes(message));
    writer.close();
  });
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, SIG_DFL);
  expect_parts(error, {folder.path("a"), "byte 41", "File too large",
                       "the partial file was removed", "free some space"});
  EXPECT_FALSE(std::filesystem::exists(folder.path("a")));
}

}  // namespace
}  // namespace hft::net::test
