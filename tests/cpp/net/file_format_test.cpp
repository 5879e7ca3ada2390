// Telling captures, raw ITCH and other files apart by their first bytes.
#include "hft/net/file_format.hpp"

#include <gtest/gtest.h>

#include "net/bytes.hpp"

namespace hft::net::test {
namespace {

std::string message(char type, std::size_t size) {
  return type + std::string(size - 1, '\1');
}

std::string block(char type, std::size_t size) {
  return Bytes().u16(static_cast<unsigned>(size)).text(message(type, size)).str();
}

std::string unprefixed(char type, std::size_t size) {
  return Bytes().u16(0).text(message(type, size)).str();
}

FileFormat detect(const std::string& text) {
  return detect_format(as_bytes(text));
}

TEST(FileFormat, TellsCapturesByTheirMagic) {
  EXPECT_EQ(detect("\xd4\xc3\xb2\xa1"), FileFormat::pcap);
  EXPECT_EQ(detect("\xa1\xb2\xc3\xd4"), FileFormat::pcap);
  EXPECT_EQ(detect("\x4d\x3c\xb2\xa1"), FileFormat::pcap);
  EXPECT_EQ(detect("\xa1\xb2\x3c\x4d"), FileFormat::pcap);
  EXPECT_EQ(detect("\x0a\x0d\x0d\x0a"), FileFormat::pcapng);
  EXPECT_EQ(detect("\xd4\xc3\xb2"), FileFormat::unknown);
  EXPECT_EQ(detect(""), FileFormat::unknown);
}

TEST(FileFormat, KnowsTheLengthOfEveryItchMessage) {
  // Type letters and lengths of the specification.
  const std::pair<char, std::size_t> lengths[] = {
      {'S', 12}, {'R', 39}, {'H', 25}, {'Y', 20}, {'L', 26}, {'V', 35}, {'W', 12}, {'K', 28},
      {'J', 35}, {'h', 21}, {'A', 36}, {'F', 40}, {'E', 31}, {'C', 36}, {'X', 23}, {'D', 19},
      {'U', 35}, {'P', 44}, {'Q', 40}, {'B', 19}, {'I', 50}, {'N', 20}, {'O', 48}};
  std::size_t known = 0;
  for (int letter = 0; letter < 256; ++letter) known += itch50_length(std::byte(letter)) != 0;
  EXPECT_EQ(known, std::size(lengths));
  for (const auto& [letter, length] : lengths) {
    EXPECT_EQ(itch50_length(std::byte(letter)), length) << letter;
    EXPECT_EQ(detect(block(letter, length)), FileFormat::raw_itch) << letter;
  }
}

TEST(FileFormat, TellsRawItchAlsoWhereItIsCutOffOrOddInPlaces) {
  const std::string day = block('S', 12) + block('R', 39) + block('A', 36) + block('D', 19);
  EXPECT_EQ(detect(day), FileFormat::raw_itch);
  EXPECT_EQ(detect(day + day.substr(0, 7)), FileFormat::raw_itch);      // cut off
  EXPECT_EQ(detect(day + block('z', 30) + day), FileFormat::raw_itch);  // unknown type
  EXPECT_EQ(detect(block('z', 30) + day), FileFormat::raw_itch);        // at the start, too
  EXPECT_EQ(detect(day + block('A', 35)), FileFormat::raw_itch);        // wrong size
  EXPECT_EQ(detect(day + std::string(2, '\0')), FileFormat::raw_itch);  // an end mark
  EXPECT_EQ(detect(block('z', 30) + block('y', 9) + day.substr(0, 14)), FileFormat::unknown);
  EXPECT_EQ(detect(block('A', 35)), FileFormat::unknown);
  EXPECT_EQ(detect(std::string(1000, '\0')), FileFormat::unknown);
  EXPECT_EQ(detect(noise(10'000)), FileFormat::unknown);
}

TEST(FileFormat, TellsRawItchWithLengthsOfZero) {
  const std::string day = unprefixed('S', 12) + unprefixed('R', 39) + unprefixed('A', 36);
  EXPECT_EQ(detect(day), FileFormat::raw_itch_unprefixed);
  EXPECT_EQ(detect(day + unprefixed('D', 19).substr(0, 9)), FileFormat::raw_itch_unprefixed);
  EXPECT_EQ(detect(day + unprefixed('z', 19)), FileFormat::unknown);  // there is no way past it
  EXPECT_EQ(detect(day + block('D', 19)), FileFormat::unknown);
}

TEST(FileFormat, ReadsAsFarAsItNeedsFromASource) {
  const TemporaryFolder folder;
  const auto source = open_bytes(folder.write("a", gzip(block('S', 12) + block('R', 39))));
  EXPECT_EQ(detect_format(*source), FileFormat::raw_itch);
  EXPECT_EQ(source->offset(), 0u);
  // Damage behind what tells the format is for the reader to find.
  std::string day;
  for (std::uint32_t i = 0; i < 40; ++i) day += Bytes().u16(19).text("D" + noise(18, i)).str();
  const std::string packed = gzip(day);
  const auto cut = open_bytes(folder.write("b", std::string_view(packed).substr(0, 400)));
  EXPECT_EQ(detect_format(*cut), FileFormat::raw_itch);
}

TEST(FileFormat, SaysWhatItFoundAndWhatItAccepts) {
  const auto refusal = [](const std::string& text) {
    const auto source = view_bytes(as_bytes(text), "x.bin");
    return std::string(not_a_capture(*source).what());
  };
  expect_parts(
      refusal("\x7f"
              "ELF\x02\x01\x01\x00\x00"),
      {"x.bin: not a capture", "7f 45 4c 46 02 01 01", "accepted are pcap, pcapng", ".gz or .zst"});
  expect_parts(refusal("PK\x03\x04 and more"), {"zip archive", "unzip"});
  expect_parts(refusal("time,price\n1,2\n"), {"(text)", "accepted are"});
  expect_parts(refusal(""), {"it has no bytes"});
}

}  // namespace
}  // namespace hft::net::test
