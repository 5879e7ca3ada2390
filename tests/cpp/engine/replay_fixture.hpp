// Small captures and replays for the engine's tests.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hft/base/error.hpp"
#include "hft/engine/replay.hpp"
#include "hft/engine/synth/synth.hpp"
#include "hft/net/capture_writer.hpp"
#include "hft/wire/itch50.hpp"
#include "hft/wire/moldudp64.hpp"

namespace hft::engine {

/// A folder of its own for each test, gone afterwards.
class ReplayTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("hft_" + std::to_string(getpid()) + "_" + test->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ / name; }

  synth::Options session(std::uint64_t messages = 20'000) const {
    synth::Options options;
    options.messages = messages;
    options.instruments = 40;
    return options;
  }

  /// A raw file, dated by its name.
  std::string raw(std::uint64_t messages = 20'000) const {
    std::string file = path("20260105.itch");
    synth::generate(session(messages), file);
    return file;
  }

  static ReplayOptions options_for(std::vector<std::string> paths) {
    ReplayOptions options;
    options.paths = std::move(paths);
    options.book = BookKind::map;
    options.book_config.max_orders = 100'000;
    options.book_config.max_instruments = 1'000;
    return options;
  }

 private:
  std::filesystem::path folder_;
};

/// Keeps everything.
class Kept final : public RecordSink {
 public:
  explicit Kept(std::vector<record::Record>& into) : into_(into) {}
  void take(std::span<const record::Record> records) override {
    into_.insert(into_.end(), records.begin(), records.end());
  }

 private:
  std::vector<record::Record>& into_;
};

inline void run(Replay& replay, std::size_t messages = Replay::no_limit) {
  while (replay.advance(messages)) {
  }
}

struct Digests {
  std::uint64_t records;
  std::uint64_t touches;
  std::uint64_t books;
  friend bool operator==(const Digests&, const Digests&) = default;
};

inline Digests digests(Replay& replay) {
  book::Digest books;
  for (const auto& feed : replay.feeds()) {
    if (feed != nullptr && feed->books() != nullptr) books.add(feed->books()->digest());
  }
  return {replay.outlets().records.digest(), replay.outlets().touches.digest(), books.value()};
}

// Captures message by message -------------------------------------------------------------------

constexpr std::uint64_t nine_thirty_ns = 34'200'000'000'000;
constexpr net::DatagramRoute line_a{0x0a000001, 0xe9360c6f, 30'000, 26'477};  // 233.54.12.111
constexpr net::DatagramRoute line_b{0x0a000002, 0xe931c46f, 30'001, 26'477};

inline std::uint64_t receive_ns(std::uint64_t after_ns) {
  return midnight_new_york_ns({2026, 1, 5}) + nine_thirty_ns + after_ns;
}

template <class Message>
std::vector<std::byte> block_of(const Message& message) {
  std::vector<std::byte> block(sizeof(wire::moldudp64::MessageBlock) + sizeof message);
  reinterpret_cast<wire::moldudp64::MessageBlock&>(block[0]).message_length = sizeof message;
  std::memcpy(&block[sizeof(wire::moldudp64::MessageBlock)], &message, sizeof message);
  return block;
}

inline std::vector<std::byte> add_order(std::uint64_t order_id, std::uint32_t shares,
                                        std::uint64_t after_ns = 0, char side = 'B') {
  wire::itch50::AddOrder add{};
  add.message_type = 'A';
  add.stock_locate = 7;
  add.timestamp = nine_thirty_ns + after_ns;
  add.order_reference_number = order_id;
  add.buy_sell_indicator = side;
  add.shares = shares;
  add.stock = {'T', 'E', 'S', 'T', ' ', ' ', ' ', ' '};
  add.price = 100'000;
  return block_of(add);
}

inline std::vector<std::byte> delete_order(std::uint64_t order_id) {
  wire::itch50::OrderDelete remove{};
  remove.message_type = 'D';
  remove.stock_locate = 7;
  remove.timestamp = nine_thirty_ns;
  remove.order_reference_number = order_id;
  return block_of(remove);
}

inline std::vector<std::byte> payload(std::uint64_t sequence_number,
                                      const std::vector<std::vector<std::byte>>& blocks) {
  std::vector<std::byte> out(sizeof(wire::moldudp64::DownstreamHeader));
  auto& header = reinterpret_cast<wire::moldudp64::DownstreamHeader&>(out[0]);
  header.session = {'0', '0', '0', '0', '0', '0', '0', '0', '1', 'A'};
  header.sequence_number = sequence_number;
  header.message_count = static_cast<std::uint16_t>(blocks.size());
  for (const auto& block : blocks) out.insert(out.end(), block.begin(), block.end());
  return out;
}

}  // namespace hft::engine
