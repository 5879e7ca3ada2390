// pcapng: sections of both byte orders, interfaces with their own link types and clocks, all packet
// blocks, and damage.
#include "hft/net/pcapng.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "hft/net/capture_file.hpp"
#include "net/bytes.hpp"

namespace hft::net::test {
namespace {

/// Writes blocks of one byte order.
class Pcapng {
 public:
  explicit Pcapng(ByteOrder order = ByteOrder::little) : order_(order) {}

  Pcapng& section(unsigned major = 1) {
    Bytes body(order_);
    body.u32(0x1a2b3c4d).u16(major).u16(0).u64(~std::uint64_t{0});
    return block(0x0a0d0d0a, body.str());
  }
  Pcapng& interface(unsigned link_type, std::string_view options = "", unsigned snap_length = 0) {
    Bytes body(order_);
    body.u16(link_type).u16(0).u32(snap_length).text(options);
    return block(1, body.str());
  }
  Pcapng& enhanced(unsigned interface, std::uint64_t time, std::string_view data,
                   std::uint64_t original = 0, std::string_view options = "") {
    Bytes body(order_);
    body.u32(interface).u32(time >> 32).u32(time).u32(data.size());
    body.u32(original == 0 ? data.size() : original).text(data).zeros((4 - data.size() % 4) % 4);
    body.text(options);
    return block(6, body.str());
  }
  Pcapng& old(unsigned interface, std::uint64_t time, std::string_view data) {
    Bytes body(order_);
    body.u16(interface).u16(7).u32(time >> 32).u32(time).u32(data.size()).u32(data.size());
    body.text(data).zeros((4 - data.size() % 4) % 4);
    return block(2, body.str());
  }
  Pcapng& simple(std::string_view data, std::uint64_t original) {
    Bytes body(order_);
    body.u32(original).text(data).zeros((4 - data.size() % 4) % 4);
    return block(3, body.str());
  }
  Pcapng& block(std::uint32_t type, std::string_view body) {
    Bytes bytes(order_);
    bytes.u32(type).u32(12 + body.size()).text(body).u32(12 + body.size());
    data_ += bytes.str();
    return *this;
  }
  Pcapng& raw(std::string_view bytes) {
    data_ += bytes;
    return *this;
  }
  std::string option(unsigned code, std::string_view value) const {
    Bytes bytes(order_);
    bytes.u16(code).u16(static_cast<unsigned>(value.size())).text(value);
    return bytes.zeros((4 - value.size() % 4) % 4).str();
  }
  std::string resolution(unsigned value) const {
    return option(2, "eth0") + option(9, std::string(1, static_cast<char>(value)));
  }
  std::string offset(std::int64_t seconds) const {
    return option(14, Bytes(order_).u64(static_cast<std::uint64_t>(seconds)).str());
  }

  const std::string& str() const { return data_; }

 private:
  ByteOrder order_;
  std::string data_;
};

struct Read {
  std::vector<Packet> packets;
  std::vector<std::string> data;
  std::string error;
  std::string note;
  std::uint64_t impossible_times = 0;
};

/// Reads in batches, from a compressed file where `compressed`, keeping copies.
Read read(const std::string& file, bool compressed = false, std::size_t batch_size = 5) {
  const TemporaryFolder folder;
  const auto source = compressed ? open_bytes(folder.write("a.pcapng", gzip(file)))
                                 : view_bytes(as_bytes(file), "a.pcapng");
  Read result;
  result.error = error_of([&] {
    PacketReader reader(*source);
    EXPECT_EQ(reader.format(), FileFormat::pcapng);
    std::vector<Packet> batch(batch_size);
    while (const std::size_t count = reader.read(batch)) {
      for (const Packet& packet : std::span(batch).first(count)) {
        result.packets.push_back(packet);
        result.data.push_back(as_text(packet.bytes));
      }
    }
    result.note = reader.note();
    result.impossible_times = reader.impossible_time_count();
    EXPECT_EQ(reader.packet_count(), result.packets.size());
  });
  return result;
}

TEST(Pcapng, ReadsAllPacketBlocksInBothByteOrders) {
  for (const ByteOrder order : {ByteOrder::little, ByteOrder::big}) {
    Pcapng file(order);
    file.section().interface(1).interface(101, file.resolution(9), 4);
    const std::size_t first = file.str().size();
    file.enhanced(0, 1'700'000'000'123'456, "first", 1500, file.option(1, "a comment"));
    file.block(0x0bad, "skipped ").block(5, std::string(16, '\0'));
    file.old(1, 42, "old").simple("simple", 9000).enhanced(1, 43, "");
    const Read result = read(file.str());
    EXPECT_EQ(result.error, "no error");
    // A simple packet does not say how long its padding is.
    const std::string simple("simple\0\0", 8);
    ASSERT_EQ(result.data, (std::vector<std::string>{"first", "old", simple, ""}));
    EXPECT_EQ(result.packets[0].receive_time_ns, 1'700'000'000'123'456'000u);
    EXPECT_EQ(result.packets[0].offset, first);
    EXPECT_EQ(result.packets[0].link_type, 1);
    EXPECT_TRUE(result.packets[0].cut_by_capture());
    EXPECT_EQ(result.packets[1].receive_time_ns, 42u);
    EXPECT_EQ(result.packets[1].link_type, 101);
    EXPECT_EQ(result.packets[2].receive_time_ns, 0u);  // the block carries none
    EXPECT_EQ(result.packets[2].link_type, 1);
    EXPECT_EQ(result.packets[2].original_size, 9000u);
    EXPECT_EQ(result.packets[3].number, 4u);
  }
}

TEST(Pcapng, CutsASimplePacketToTheInterfacesSnapLength) {
  Pcapng file;
  file.section().interface(1, "", 5).simple("simple..", 8).simple("abc", 3);
  EXPECT_EQ(read(file.str()).data, (std::vector<std::string>{"simpl", "abc"}));
}

TEST(Pcapng, ReadsEveryClock) {
  const Pcapng form;
  struct {
    std::string options;
    std::uint64_t time;
    std::uint64_t ns;
  } const cases[] = {
      {"", 1'500'000, 1'500'000'000},
      {form.resolution(0), 3, 3'000'000'000},
      {form.resolution(3), 1'500, 1'500'000'000},
      {form.resolution(9), 77, 77},
      {form.resolution(12), 77'999, 77},
      {form.resolution(60), ~std::uint64_t{0}, 0},
      {form.resolution(0x80 | 10), 1536, 1'500'000'000},
      {form.resolution(0x80 | 32), 0x1'8000'0000, 1'500'000'000},
      {form.resolution(0x80 | 127), ~std::uint64_t{0}, 0},
      {form.resolution(9) + form.offset(100), 5, 100'000'000'005},
      {form.resolution(9) + form.offset(-1), 1'000'000'007, 7},
      {form.option(0, "") + form.resolution(9), 2, 2'000},  // behind the end of options
  };
  for (const auto& [options, time, ns] : cases) {
    Pcapng file;
    file.section().interface(1, options).enhanced(0, time, "x");
    const Read result = read(file.str());
    ASSERT_EQ(result.packets.size(), 1u) << result.error;
    EXPECT_EQ(result.packets[0].receive_time_ns, ns);
    EXPECT_EQ(result.impossible_times, 0u);
  }
}

TEST(Pcapng, CountsTimesBeyond64Bits) {
  Pcapng file;
  file.section().interface(1, file.resolution(6)).interface(1, file.offset(-5));
  file.enhanced(0, ~std::uint64_t{0}, "x").enhanced(1, 1, "y").enhanced(1, 5'000'000, "z");
  const Read result = read(file.str());
  ASSERT_EQ(result.packets.size(), 3u);
  EXPECT_EQ(result.packets[0].receive_time_ns, 0u);
  EXPECT_EQ(result.impossible_times, 2u);
}

TEST(Pcapng, StartsEverySectionAnew) {
  Pcapng little(ByteOrder::little);
  little.section().interface(1).interface(101).enhanced(1, 1, "a");
  Pcapng big(ByteOrder::big);
  big.section().interface(113, big.resolution(9)).enhanced(0, 5, "b");
  const Read both = read(little.str() + big.str());
  EXPECT_EQ(both.data, (std::vector<std::string>{"a", "b"})) << both.error;
  EXPECT_EQ(both.packets[1].link_type, 113);
  EXPECT_EQ(both.packets[1].receive_time_ns, 5u);
  // Interface 1 was the first section's.
  big.enhanced(1, 6, "c");
  expect_parts(read(little.str() + big.str()).error,
               {"packet 3 at offset", "interface 1 was not described", "editcap"});
}

TEST(Pcapng, ReadsACompressedFileAcrossWindows) {
  Pcapng file;
  file.section().interface(1);
  std::vector<std::string> expected;
  for (std::uint32_t i = 0; i < 9000; ++i) {
    expected.push_back(noise(i % 700, i));
    file.enhanced(0, i, expected.back());
    if (i % 1000 == 0) file.block(0x0bad, noise(1'500'000));  // longer than the window
  }
  const Read result = read(file.str(), true, 64);
  EXPECT_EQ(result.error, "no error");
  EXPECT_TRUE(result.data == expected);
}

TEST(Pcapng, NotesWhereTheFileWasCutOff) {
  Pcapng file;
  file.section().interface(1).enhanced(0, 1, "whole");
  const std::size_t second = file.str().size();
  file.enhanced(0, 2, "second");
  for (std::size_t size = second; size < file.str().size(); ++size) {
    for (const bool compressed : {false, true}) {
      const Read result = read(file.str().substr(0, size), compressed);
      EXPECT_EQ(result.error, "no error");
      EXPECT_EQ(result.data, std::vector<std::string>{"whole"});
      if (size == second) {
        EXPECT_EQ(result.note, "");
        continue;
      }
      const std::size_t whole = size < second + 8 ? second + 8 : file.str().size();
      expect_parts(result.note, {"a.pcapng", "packet 2 at offset " + std::to_string(second),
                                 "ends " + std::to_string(whole - size) + " byte"});
    }
  }
}

TEST(Pcapng, NotesACutInASkippedBlock) {
  Pcapng file;
  file.section().interface(1).enhanced(0, 1, "whole").block(0x0bad, std::string(400, 'x'));
  const Read result = read(file.str().substr(0, file.str().size() - 10));
  EXPECT_EQ(result.data.size(), 1u);
  expect_parts(result.note, {"packet 2 at offset", "ends 10 bytes too early"});
}

TEST(Pcapng, DeliversWhatIsBeforeDamageAndSaysWhere) {
  Pcapng start;
  start.section().interface(1).enhanced(0, 1, "one").enhanced(0, 2, "two");
  const std::string where = "a.pcapng: packet 3 at offset " + std::to_string(start.str().size());
  const auto le = [] { return Bytes(ByteOrder::little); };
  struct {
    std::string bytes;
    std::string_view problem;
  } const cases[] = {
      {le().u32(6).u32(8).zeros(100).str(), "impossible block length 8"},
      {le().u32(6).u32(33).zeros(100).str(), "impossible block length 33"},
      {le().u32(6).u32(12).u32(12).str(), "impossible block length 12"},
      {le().u32(1).u32(16).u32(0).u32(16).str(), "impossible block length 16"},
      {le().u32(3).u32(12).u32(12).str(), "impossible block length 12"},
      {le().u32(6).u32(600'000).zeros(600'000).str(), "impossible block length 600000"},
      {le().u32(6).u32(32).zeros(20).u32(36).str(), "two lengths differ (32, 36)"},
      {le().u32(6).u32(32).zeros(12).u32(1).u32(1).u32(32).str(), "length 1 in a block of 32"},
      {le().u32(0x0a0d0d0a).u32(28).u32(7).zeros(12).u32(28).str(), "byte-order magic"},
      {Pcapng().section(2).str(), "pcapng version 2 is unknown"},
      {Pcapng().enhanced(1, 0, "x").str(), "interface 1 was not described"},
      {Pcapng().interface(147).enhanced(1, 0, "x").str(), "unknown link type 147"},
  };
  for (const auto& [bytes, problem] : cases) {
    const Read result = read(start.str() + bytes);
    EXPECT_EQ(result.data, (std::vector<std::string>{"one", "two"})) << problem;
    expect_parts(result.error, {problem, "packet 3 at offset"});
    if (problem.find("link type") == std::string_view::npos) expect_parts(result.error, {where});
  }
  expect_parts(read(start.str() + cases[11].bytes).error, {"known are", "1 (Ethernet)"});
}

TEST(Pcapng, AnUnknownLinkTypeWithoutPacketsDoesNoHarm) {
  Pcapng file;
  file.section().interface(147).interface(1).enhanced(1, 1, "x");
  EXPECT_EQ(read(file.str()).data, std::vector<std::string>{"x"});
}

}  // namespace
}  // namespace hft::net::test
