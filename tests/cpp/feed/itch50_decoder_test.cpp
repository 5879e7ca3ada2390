// The fast decoder against its slow twin, byte for byte, on random runs of blocks: whole, damaged
// and cut, in memory that ends where the blocks end.
#include "hft/feed/itch50/decoder.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

#include "hft/feed/itch50/message_decoder.hpp"

namespace hft::feed::itch50 {
namespace {

/// Bytes that end at a page the process may not touch: reading one byte too many is a crash.
class GuardedBytes {
 public:
  explicit GuardedBytes(const std::vector<std::byte>& bytes) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t pages = (bytes.size() + page - 1) / page;
    size_ = (pages + 1) * page;
    base_ = static_cast<std::byte*>(
        mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    std::byte* guard = base_ + pages * page;
    mprotect(guard, page, PROT_NONE);
    bytes_ = {guard - bytes.size(), bytes.size()};
    std::copy(bytes.begin(), bytes.end(), guard - bytes.size());
  }
  ~GuardedBytes() { munmap(base_, size_); }
  GuardedBytes(const GuardedBytes&) = delete;
  GuardedBytes& operator=(const GuardedBytes&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::byte* base_;
  std::size_t size_;
  std::span<const std::byte> bytes_;
};

class RandomBlocks {
 public:
  explicit RandomBlocks(std::uint64_t seed) : random_(seed) {
    wire::itch50::for_each_message([&]<class Message>() {
      types_.push_back({Message::tag, sizeof(Message)});
    });
  }

  std::vector<std::byte> make(unsigned messages, bool damaged) {
    std::vector<std::byte> out;
    for (unsigned i = 0; i < messages; ++i) append(out, damaged);
    if (damaged && below(2) == 0) out.resize(below(out.size() + 1));
    return out;
  }

 private:
  struct Type {
    char tag;
    std::size_t size;
  };
  std::uint64_t below(std::uint64_t end) { return random_() % end; }

  void append(std::vector<std::byte>& out, bool damaged) {
    const Type type = types_[below(types_.size())];
    std::size_t size = type.size;
    if (damaged && below(30) == 0) size = below(70);
    out.push_back(static_cast<std::byte>(size >> 8));
    out.push_back(static_cast<std::byte>(size));
    const std::size_t at = out.size();
    for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<std::byte>(random_()));
    if (size > 0 && !(damaged && below(30) == 0)) out[at] = static_cast<std::byte>(type.tag);
    const bool has_side = type.tag == 'A' || type.tag == 'F' || type.tag == 'P';
    if (has_side && size > 19 && !(damaged && below(10) == 0)) {
      out[at + 19] = static_cast<std::byte>("BS"[below(2)]);
    }
    if (type.tag == 'C' && size > 31) out[at + 31] = static_cast<std::byte>("NY"[below(2)]);
  }

  std::mt19937_64 random_;
  std::vector<Type> types_;
};

struct Outcome {
  BlockRun run;
  std::vector<record::Record> records;
  TypeCounts counts{};
};

Outcome run_of(DecodeBlocks decode, std::span<const std::byte> blocks, std::uint64_t messages,
               std::size_t room) {
  const Context context{
      1'412'308'800'000'000'000, 1'412'341'200'000'881'000, 0xfffffffe, 3, record::Venue::xpsx, 9};
  Outcome out;
  out.records.resize(room);
  out.run = decode(blocks, messages, context, out.records, out.counts);
  out.records.resize(out.run.records);
  return out;
}

void expect_same(const Outcome& expected, const Outcome& actual) {
  ASSERT_EQ(expected.run.bytes, actual.run.bytes);
  ASSERT_EQ(expected.run.messages, actual.run.messages);
  ASSERT_EQ(expected.run.verdict, actual.run.verdict);
  ASSERT_EQ(expected.counts, actual.counts);
  ASSERT_EQ(expected.records.size(), actual.records.size());
  for (std::size_t i = 0; i < expected.records.size(); ++i) {
    ASSERT_EQ(0, std::memcmp(&expected.records[i], &actual.records[i], sizeof(record::Record)))
        << "record " << i << " of kind " << static_cast<int>(expected.records[i].kind);
  }
}

class Itch50DecoderTest : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    if (!isa_available(Isa::avx512)) GTEST_SKIP() << "no AVX-512 in this processor";
  }
  void compare(bool damaged) {
    RandomBlocks random(static_cast<std::uint64_t>(GetParam()));
    std::mt19937_64 sizes(static_cast<std::uint64_t>(GetParam()));
    for (int i = 0; i < 300; ++i) {
      const GuardedBytes memory(random.make(static_cast<unsigned>(sizes() % 40), damaged));
      const std::uint64_t messages = sizes() % 3 == 0 ? sizes() % 20 : 100;
      const std::size_t room = sizes() % 4 == 0 ? sizes() % 30 : 100;
      const Outcome slow = run_of(decode_blocks_for(Isa::portable), memory.bytes(), messages, room);
      const Outcome fast = run_of(decode_blocks_for(Isa::avx512), memory.bytes(), messages, room);
      ASSERT_NO_FATAL_FAILURE(expect_same(slow, fast));
    }
  }
};

TEST_P(Itch50DecoderTest, AgreesWithItsSlowTwinOnValidMessages) {
  compare(false);
}
TEST_P(Itch50DecoderTest, AgreesWithItsSlowTwinOnDamagedMessages) {
  compare(true);
}

/// A type's right length in one of its two bytes only, and the greatest there is.
TEST(Itch50Decoder, AgreesWithItsSlowTwinOnLengthsThatAreNearlyRight) {
  if (!isa_available(Isa::avx512)) GTEST_SKIP() << "no AVX-512 in this processor";
  std::vector<std::byte> bytes(2 + 0xffff);
  for (unsigned type = 0; type < 256; ++type) {
    std::fill(bytes.begin(), bytes.end(), std::byte{'S'});
    bytes[2] = static_cast<std::byte>(type);
    for (const unsigned high : {0x00u, 0x01u, 0xffu}) {
      for (unsigned low = 0; low < 256; ++low) {
        bytes[0] = static_cast<std::byte>(high);
        bytes[1] = static_cast<std::byte>(low);
        const Outcome slow = run_of(decode_blocks_for(Isa::portable), bytes, 1, 2);
        const Outcome fast = run_of(decode_blocks_for(Isa::avx512), bytes, 1, 2);
        ASSERT_NO_FATAL_FAILURE(expect_same(slow, fast)) << "type " << type << ' ' << high << low;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, Itch50DecoderTest, testing::Range(1, 11));

}  // namespace
}  // namespace hft::feed::itch50
