// The small parts of a replay, each alone: time series, digest, instrument table, .npy header.
#include <gtest/gtest.h>

#include <fstream>
#include <numeric>

#include "engine/replay_fixture.hpp"
#include "hft/engine/instrument_table.hpp"
#include "hft/engine/npy_writer.hpp"
#include "hft/engine/record_digest.hpp"
#include "hft/engine/time_series.hpp"

namespace hft::engine {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;

std::uint64_t messages_in(const TimeSeries& series) {
  return std::accumulate(series.begin(), series.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& bin) { return sum + bin.messages; });
}

TEST(TimeSeries, first_bins_are_a_millisecond_wide) {
  TimeSeries series;
  series.add(5 * second_ns + 300, {1, 2, 64});
  series.add(5 * second_ns + 1'000'000, {1, 3, 64});
  ASSERT_EQ(series.end() - series.begin(), 2);
  EXPECT_EQ(series.start_ns(), 5 * second_ns);
  EXPECT_EQ(series.begin()[0].messages, 2u);
  EXPECT_EQ(series.begin()[1].messages, 3u);
}

TEST(TimeSeries, bins_widen_and_lose_nothing) {
  TimeSeries series;
  std::uint64_t messages = 0;
  for (std::uint64_t second = 0; second < 57'600; second += 3) {
    series.add(second * second_ns + 17, {1, second % 5, 100});
    messages += second % 5;
  }
  EXPECT_EQ(series.bin_ns(), 10 * second_ns);
  EXPECT_EQ(series.end() - series.begin(), 5760);
  EXPECT_EQ(messages_in(series), messages);
  EXPECT_EQ(series.begin()[1].messages, 12u % 5 + 15u % 5 + 18u % 5);
}

TEST(TimeSeries, earlier_time_counts_as_the_first) {
  TimeSeries series;
  series.add(9 * second_ns, {1, 1, 1});
  series.add(2 * second_ns, {1, 1, 1});
  ASSERT_EQ(series.end() - series.begin(), 1);
  EXPECT_EQ(series.begin()->messages, 2u);
}

TEST(TimeSeries, peak_is_of_one_millisecond) {
  TimeSeries series;
  series.add(10'000'000, {1, 5, 1});
  series.add(10'900'000, {1, 6, 1});
  series.add(11'000'000, {1, 9, 1});
  EXPECT_EQ(series.peak_1ms_messages(), 11u);
}

TEST(RecordDigest, does_not_depend_on_the_cuts_and_sees_every_byte) {
  std::vector<record::Record> records(7);
  for (std::size_t i = 0; i < records.size(); ++i) {
    std::memset(&records[i], static_cast<int>(i * 31 + 1), sizeof records[i]);
  }
  RecordDigest whole;
  whole.add(records);
  RecordDigest parts;
  parts.add(std::span(records).first(3));
  parts.add(std::span(records).subspan(3));
  EXPECT_EQ(whole.value(), parts.value());
  for (std::size_t byte = 0; byte < records.size() * 64; ++byte) {
    reinterpret_cast<unsigned char*>(records.data())[byte] ^= 0x80;
    RecordDigest other;
    other.add(records);
    EXPECT_NE(other.value(), whole.value()) << byte;
    reinterpret_cast<unsigned char*>(records.data())[byte] ^= 0x80;
  }
  RecordDigest nothing;
  RecordDigest zeros;
  zeros.add(std::vector<record::Record>(1));
  EXPECT_NE(nothing.value(), zeros.value());
}

TEST(InstrumentTable, learns_from_records_and_from_add_orders) {
  InstrumentTable table;
  record::InstrumentEvent event{};
  event.kind = record::Kind::instrument;
  event.instrument = 0x30007;
  event.symbol = {'A', 'B', ' ', ' ', ' ', ' ', ' ', ' '};
  EXPECT_TRUE(table.learn_from(record::as<record::Record>(event)));
  EXPECT_FALSE(table.learn_from(record::as<record::Record>(event))) << "nothing new";
  EXPECT_EQ(table.symbol(7), "AB");
  EXPECT_EQ(table.find("AB"), std::uint16_t{7});
  EXPECT_FALSE(table.find("A"));
  EXPECT_FALSE(table.find(""));

  InstrumentTable undirected;
  auto blocks = delete_order(5);
  const auto add = add_order(1, 1);
  blocks.insert(blocks.end(), add.begin(), add.end());
  EXPECT_TRUE(undirected.learn_from_blocks(blocks));
  EXPECT_EQ(undirected.find("TEST"), std::uint16_t{7});
  blocks.resize(blocks.size() - 1);
  EXPECT_FALSE(InstrumentTable().learn_from_blocks(blocks)) << "cut off: not read";
}

TEST_F(ReplayTest, npy_header_tells_layout_and_count) {
  NpyWriter writer(path("records.npy"), Layout<record::OrderEvent>::fields, net::IfExists::refuse);
  const std::vector<record::Record> records(5);
  writer.take(records);
  writer.take(std::span(records).first(2));
  writer.close();
  std::ifstream file(path("records.npy"), std::ios::binary);
  std::string header(NpyWriter::header_size, '\0');
  file.read(header.data(), static_cast<std::streamsize>(header.size()));
  EXPECT_EQ(header.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  EXPECT_EQ(static_cast<unsigned char>(header[8]) + 256 * static_cast<unsigned char>(header[9]),
            static_cast<int>(NpyWriter::header_size - 10));
  EXPECT_NE(header.find("('order_id', '<u8')"), std::string::npos);
  EXPECT_NE(header.find("'shape': (7,)"), std::string::npos);
  EXPECT_EQ(header.back(), '\n');
  EXPECT_EQ(std::filesystem::file_size(path("records.npy")), NpyWriter::header_size + 7 * 64);
  EXPECT_THROW(
      NpyWriter(path("records.npy"), Layout<record::OrderEvent>::fields, net::IfExists::refuse),
      Error);
}

}  // namespace
}  // namespace hft::engine
