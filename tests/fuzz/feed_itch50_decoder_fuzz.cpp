// Any bytes, as one message and as a run of blocks: the decoder gives a verdict, reads nothing
// outside them, writes a record only when the verdict says so, and the fast decoders of this
// processor answer and write the same as the slow one.
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "hft/base/isa.hpp"
#include "hft/feed/itch50/decoder.hpp"
#include "hft/feed/itch50/message_decoder.hpp"

namespace {

using hft::Isa;
using hft::record::Record;
using namespace hft::feed::itch50;

constexpr Context context{1'412'308'800'000'000'000, 77, 0xffff'fffe, 3,
                          hft::record::Venue::xnas,  1};

void require(bool holds) {
  if (!holds) std::abort();
}

void check_message(std::span<const std::byte> message) {
  std::array<Record, records_per_message + 1> out;
  std::memset(out.data(), 0x5a, sizeof out);
  const auto before = out;
  const Decoded decoded = decode(message, context, out.data());
  require((decoded.records > 0) == (decoded.verdict == Verdict::records));
  const std::size_t kept = out.size() - decoded.records;
  require(std::memcmp(&out[decoded.records], &before[decoded.records], kept * sizeof(Record)) == 0);
  for (std::size_t i = 0; i < decoded.records; ++i) {
    require(out[i].stamp_0 == 0 && out[i].stamp_1 == 0 && out[i].stamp_2 == 0);
    require(out[i].stamp_3 == 0 && out[i].venue == context.venue);
  }
}

/// All blocks of the input; where one is refused, the run goes on behind it as a handler's does.
struct Decoding {
  std::vector<Record> records;
  std::vector<BlockRun> runs;
  TypeCounts counts{};
};

template <class Decode>
Decoding decode_all(std::span<const std::byte> blocks, std::size_t room, const Decode& decode_run) {
  Decoding result;
  Context own = context;
  const std::vector<Record> blank(room);
  for (;;) {
    std::vector<Record> out = blank;
    const BlockRun run = decode_run(blocks, ~std::uint64_t{0}, own, out, result.counts);
    require(run.records <= room && run.bytes <= blocks.size());
    result.records.insert(result.records.end(), out.begin(),
                          out.begin() + static_cast<std::ptrdiff_t>(run.records));
    result.runs.push_back(run);
    blocks = blocks.subspan(run.bytes);
    own.sequence_number += run.messages;
    if (run.verdict == Verdict::truncated) return result;
    if (run.verdict <= Verdict::ignored) continue;
    const auto high = std::to_integer<std::size_t>(blocks[0]);
    blocks = blocks.subspan(2 + (high << 8 | std::to_integer<std::size_t>(blocks[1])));
    ++own.sequence_number;
  }
}

bool same(const BlockRun& a, const BlockRun& b) {
  return a.bytes == b.bytes && a.messages == b.messages && a.records == b.records &&
         a.verdict == b.verdict;
}

void check_same(const Decoding& slow, const Decoding& fast) {
  require(slow.counts == fast.counts && slow.runs.size() == fast.runs.size());
  for (std::size_t i = 0; i < slow.runs.size(); ++i) require(same(slow.runs[i], fast.runs[i]));
  require(slow.records.size() == fast.records.size());
  const std::size_t bytes = slow.records.size() * sizeof(Record);
  require(bytes == 0 || std::memcmp(slow.records.data(), fast.records.data(), bytes) == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t room = 2 + data[0] % 62;
  const std::size_t length = size - 1;
  // Of exactly this size, on the heap: one byte read too far is found.
  const std::unique_ptr<std::byte[]> exact(new std::byte[length]);
  std::memcpy(exact.get(), data + 1, length);
  const std::span<const std::byte> bytes(exact.get(), length);
  check_message(bytes);
  const Decoding slow = decode_all(bytes, room, decode_blocks_slowly);
  for (const Isa isa : {Isa::portable, Isa::avx2, Isa::avx512}) {
    if (!hft::isa_available(isa)) continue;
    check_same(slow, decode_all(bytes, room, decode_blocks_for(isa)));
  }
  return 0;
}
