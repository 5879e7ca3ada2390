// What the ring's tests share: a ring in plain memory, a folder for ring files, and records that
// give away any mixture of two of them.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "hft/ring/broadcast.hpp"
#include "hft/ring/spsc.hpp"

namespace hft::ring {

/// Every field of every quarter follows from the number, so a torn record cannot look right.
inline record::Record record_of(std::uint64_t number) {
  record::Record record{};
  record.event_time_ns = number;
  record.instrument = static_cast<std::uint32_t>(number * 3);
  record.kind = record::Kind::order;
  record.receive_time_ns = ~number;
  record.sequence_number = static_cast<std::uint32_t>(number);
  record.sequence_number_high = static_cast<std::uint16_t>(number >> 32);
  for (std::size_t i = 0; i < record.body_a.size(); ++i) {
    record.body_a[i] = static_cast<char>(number * 5 + i);
  }
  for (std::size_t i = 0; i < record.body_b.size(); ++i) {
    record.body_b[i] = static_cast<char>(number * 7 + i);
  }
  return record;
}

inline bool equal(const record::Record& a, const record::Record& b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

/// True when `record` is record_of(its own number), its stamps apart.
inline bool is_consistent(const record::Record& stamped) {
  record::Record record = stamped;
  record.stamp_0 = record.stamp_1 = record.stamp_2 = record.stamp_3 = 0;
  return equal(record, record_of(record.event_time_ns));
}

/// A ring in plain memory, also smaller than a file may be.
struct MemoryRing {
  MemoryRing(RingKind kind, std::size_t capacity)
      : header(std::make_unique<RingHeader>()), slots(capacity) {
    header->kind = kind;
    header->capacity = capacity;
  }
  std::unique_ptr<RingHeader> header;
  std::vector<record::Record> slots;
};

/// A folder for one test's ring files, in shared memory, gone afterwards.
class RingFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path("/dev/shm") /
              (std::string("hft-test-") + test->name() + "-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

/// The seed of a random test: HFT_TEST_SEED or a new one, printed so that a failure can be run
/// again.
inline std::uint64_t test_seed() {
  const char* chosen = std::getenv("HFT_TEST_SEED");
  const std::uint64_t seed = chosen != nullptr ? std::stoull(chosen) : std::random_device{}();
  std::printf("HFT_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  return seed;
}

/// The message of the Error that `work` throws; empty when it throws none.
template <class Work>
std::string error_of(Work work) {
  try {
    work();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

}  // namespace hft::ring
