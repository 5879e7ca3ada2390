// Synthetic sessions: the same bytes everywhere, only messages that a venue could send, the asked
// shape, and an account of themselves that an independent reader confirms.
#include "hft/engine/synth/synth.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <set>

#include "engine/witness_books.hpp"
#include "hft/base/error.hpp"
#include "hft/engine/synth/zipf.hpp"

namespace hft::engine::synth {
namespace {

Options small_options() {
  Options options;
  options.seed = 42;
  options.messages = 60'000;
  options.instruments = 300;
  options.live_orders = 5'000;
  return options;
}

std::uint64_t fnv1a(std::span<const std::byte> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::byte byte : bytes) {
    hash = (hash ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3;
  }
  return hash;
}

// The message of Error that `work` throws; empty if none.
template <class Work>
std::string error_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

void expect_witnessed(const Options& options) {
  Summary summary;
  const std::vector<std::byte> bytes = generate_raw(options, &summary);
  WitnessBooks witness;
  witness.count_depth = true;
  witness.apply(bytes);
  EXPECT_EQ(witness.complaint, "");
  EXPECT_EQ(witness.messages, options.messages);
  EXPECT_EQ(summary.messages, options.messages);
  EXPECT_EQ(summary.bytes, bytes.size());
  EXPECT_EQ(summary.by_type, witness.by_type);
  EXPECT_EQ(summary.live_orders, witness.live_orders());
  EXPECT_EQ(summary.max_live_orders, witness.max_live);
  EXPECT_EQ(summary.deep_messages, witness.deep_messages);
  EXPECT_EQ(summary.max_levels, witness.max_levels);
  EXPECT_EQ(summary.digest, witness.digest());
}

// Made with g++ 12; any other compiler, library or machine must make the same.
TEST(Synth, BytesAreTheSameEverywhere) {
  EXPECT_EQ(fnv1a(generate_raw(small_options())), 0x92afe25be063d5fa);
}

TEST(Synth, AnotherSeedIsAnotherSession) {
  Options options = small_options();
  const std::vector<std::byte> bytes = generate_raw(options);
  EXPECT_EQ(bytes, generate_raw(options));
  options.seed = 43;
  EXPECT_NE(bytes, generate_raw(options));
}

TEST(Synth, WitnessConfirmsEveryMessage) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    Options options = small_options();
    options.seed = seed;
    expect_witnessed(options);
  }
}

TEST(Synth, WitnessConfirmsOneDeepInstrument) {
  Options options = small_options();
  options.instruments = 1;
  options.live_orders = 15'000;
  expect_witnessed(options);
}

TEST(Synth, WitnessConfirmsManyThinInstruments) {
  Options options = small_options();
  options.instruments = 7'000;
  options.live_orders = 50;
  options.zipf_exponent = 0;
  options.halts = 200;
  expect_witnessed(options);
}

TEST(Synth, WitnessConfirmsAnUnbalancedMix) {
  Options options = small_options();
  options.mix = {.add = 700, .remove = 1'000, .execute = 50'000, .cancel = 10'000};
  expect_witnessed(options);
}

TEST(Synth, SparseIdsAreTheOnlyDifference) {
  Options options = small_options();
  Summary dense;
  Summary sparse;
  std::vector<std::byte> dense_bytes = generate_raw(options, &dense);
  options.order_ids = OrderIds::sparse;
  std::vector<std::byte> sparse_bytes = generate_raw(options, &sparse);
  EXPECT_EQ(dense.by_type, sparse.by_type);
  EXPECT_NE(dense.digest, sparse.digest);
  ASSERT_EQ(dense_bytes.size(), sparse_bytes.size());
  const auto blank_ids = [](std::vector<std::byte>& bytes) {
    std::uint64_t greatest = 0;
    for (std::size_t at = 0; at < bytes.size();) {
      const char type = static_cast<char>(bytes[at + 2]);
      const std::size_t end = at + 2 + static_cast<std::size_t>(bytes[at + 1]);
      const std::size_t ids = std::string("AFEXCD").find(type) != std::string::npos ? 8
                              : type == 'U'                                         ? 16
                                                                                    : 0;
      for (std::size_t i = 0; i < ids; ++i) {
        if (i < 8 && ids != 0) greatest |= std::uint64_t{bytes[at + 13 + i] != std::byte{0}} << i;
        bytes[at + 13 + i] = std::byte{0};
      }
      at = end;
    }
    return greatest;  // a bit for each byte of an id that was ever used, the high byte first
  };
  EXPECT_EQ(blank_ids(dense_bytes), 0b11000000U);
  EXPECT_EQ(blank_ids(sparse_bytes), 0b11111100U);
  EXPECT_EQ(dense_bytes, sparse_bytes);
}

TEST(Synth, MixIsAsAsked) {
  Options options;
  options.messages = 400'000;
  options.instruments = 100;
  options.live_orders = 1'000;  // so few that the ramp hardly shows
  Summary summary;
  generate_raw(options, &summary);
  const auto percent = [&](char type) {
    return 100.0 * static_cast<double>(summary.count(type)) / 400'000.0;
  };
  EXPECT_NEAR(percent('A'), 43.0, 0.6);
  EXPECT_NEAR(percent('F'), 1.0, 0.1);
  EXPECT_NEAR(percent('D'), 41.0, 0.6);
  EXPECT_NEAR(percent('U'), 7.0, 0.2);
  EXPECT_NEAR(percent('E'), 3.0, 0.15);
  EXPECT_NEAR(percent('C'), 0.2, 0.05);
  EXPECT_NEAR(percent('X'), 1.0, 0.1);
  EXPECT_NEAR(percent('P'), 1.5, 0.1);
}

TEST(Synth, LiveOrdersReachTheTargetAndStay) {
  Options options = small_options();
  options.messages = 200'000;
  options.live_orders = 20'000;
  Summary summary;
  generate_raw(options, &summary);
  EXPECT_NEAR(static_cast<double>(summary.live_orders), 20'000, 200);
  EXPECT_NEAR(static_cast<double>(summary.max_live_orders), 20'000, 200);
}

TEST(Synth, DayHasItsFrame) {
  Options options = small_options();
  Summary summary;
  const std::vector<std::byte> bytes = generate_raw(options, &summary);
  EXPECT_EQ(summary.count('S'), 6U);
  EXPECT_EQ(summary.count('R'), 300U);
  // Each halt is halted, quoted, crossed and resumed, or is of this market alone (h).
  const std::uint64_t halts = summary.count('Q') - 600;
  EXPECT_EQ(summary.count('H'), 300U + 3 * halts);
  EXPECT_EQ(halts + summary.count('h') / 2, options.halts);
  EXPECT_GT(summary.count('J'), 0U);
  EXPECT_GT(summary.count('h'), 0U);
  EXPECT_EQ(static_cast<char>(bytes[2]), 'S');
  EXPECT_EQ(static_cast<char>(bytes[13]), 'O');
  EXPECT_EQ(static_cast<char>(bytes[bytes.size() - 12]), 'S');
  EXPECT_EQ(static_cast<char>(bytes.back()), 'C');
}

TEST(Synth, DefaultBooksAreAsDeepAsRealOnes) {
  Options options;
  options.messages = 600'000;
  options.instruments = 250;  // the default's messages and orders per instrument
  options.live_orders = 45'000;
  options.zipf_exponent = 0.5;
  Summary summary;
  generate_raw(options, &summary);
  const double deep =
      static_cast<double>(summary.deep_messages) / static_cast<double>(summary.book_messages);
  EXPECT_GT(deep, 0.15);
  EXPECT_LT(deep, 0.40);
  EXPECT_GT(summary.max_levels, 150U);
}

TEST(Synth, ActivityFollowsZipf) {
  const Zipf zipf(1'000, 900);
  Random random(5);
  std::vector<double> drawn(1'000);
  constexpr int draws = 2'000'000;
  for (int i = 0; i < draws; ++i) drawn[zipf.draw(random)] += 1;
  double total = 0;
  for (int rank = 1; rank <= 1'000; ++rank) total += std::pow(rank, -0.9);
  for (const int rank : {1, 2, 3, 10, 100, 500}) {
    const double expected = draws * std::pow(rank, -0.9) / total;
    EXPECT_NEAR(drawn[static_cast<std::size_t>(rank - 1)], expected, 5 * std::sqrt(expected));
  }
}

TEST(Synth, ImpossibleOptionsAreRefused) {
  const auto refused = [](auto&& change) {
    Options options = small_options();
    change(options);
    return error_of([&] { generate_raw(options); });
  };
  EXPECT_NE(refused([](Options& o) { o.instruments = 0; }).find("instruments"), std::string::npos);
  EXPECT_NE(refused([](Options& o) { o.instruments = 65'536; }).find("16 bits"), std::string::npos);
  EXPECT_NE(refused([](Options& o) { o.messages = 1'000; }).find("too few"), std::string::npos);
  EXPECT_NE(refused([](Options& o) { o.zipf_exponent = -1; }).find("zipf"), std::string::npos);
  EXPECT_NE(refused([](Options& o) { o.mix.remove = 0; }).find("mix"), std::string::npos);
  EXPECT_NE(refused([](Options& o) { o.close_ns = o.open_ns; }).find("close"), std::string::npos);
  EXPECT_EQ(refused([](Options&) {}), "");
}

class SynthFile : public testing::Test {
 protected:
  std::string path(const std::string& suffix) const {
    return testing::TempDir() + "hft_synth_" +
           testing::UnitTest::GetInstance()->current_test_info()->name() + suffix;
  }
  static bool exists(const std::string& file) { return std::ifstream(file).good(); }
};

TEST_F(SynthFile, HoldsTheSameBytesAsMemory) {
  Options options = small_options();
  options.overwrite = true;
  const std::string file = path(".raw");
  std::uint64_t told = 0;
  const Summary summary = generate(options, file, [&](std::uint64_t done) {
    told = done;
    return true;
  });
  std::ifstream stream(file, std::ios::binary);
  const std::string read{std::istreambuf_iterator<char>(stream), {}};
  const std::vector<std::byte> expected = generate_raw(options);
  EXPECT_EQ(told, options.messages);
  EXPECT_EQ(summary.bytes, expected.size());
  EXPECT_EQ(fnv1a(std::as_bytes(std::span(read))), fnv1a(expected));
  options.overwrite = false;
  EXPECT_NE(error_of([&] { generate(options, file); }).find("exists"), std::string::npos);
  std::remove(file.c_str());
}

TEST_F(SynthFile, IsNotLeftWhenStopped) {
  for (const char* suffix : {".raw", ".pcap"}) {
    Options options = small_options();
    options.overwrite = true;
    const Summary summary = generate(options, path(suffix), [](std::uint64_t) { return false; });
    EXPECT_LT(summary.messages, options.messages);
    EXPECT_FALSE(exists(path(suffix)));
  }
}

TEST_F(SynthFile, CompressedOutputIsRefused) {
  const std::string file = path(".pcap.gz");
  EXPECT_NE(error_of([&] { generate(small_options(), file); }).find("compress"), std::string::npos);
  EXPECT_FALSE(exists(file));
}

TEST_F(SynthFile, FullDiskIsAnError) {
  Options options = small_options();
  options.overwrite = true;  // the device exists; it is not removed
  EXPECT_NE(error_of([&] { generate(options, "/dev/full"); }).find("/dev/full"), std::string::npos);
  EXPECT_TRUE(exists("/dev/full"));
}

}  // namespace
}  // namespace hft::engine::synth
