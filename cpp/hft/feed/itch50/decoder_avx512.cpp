// The fast ITCH 5.0 decoder for processors with AVX-512: no branch on the message type.
//
// One permutation turns a message into its record, by a table (decoder_table.hpp). The loop keeps
// everything in registers and is left for whatever is rare or malformed: the slow decoder takes one
// message, and the loop goes on behind it.
#define HFT_ISA avx512

#include "hft/feed/itch50/decoder.hpp"

#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "hft/feed/itch50/decoder_table.hpp"
#include "hft/wire/moldudp64.hpp"

#if defined(__GNUC__) && !defined(__clang__)
// g++ 12 takes the undefined operand of its own unmasked intrinsics for a mistake of ours.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

namespace hft::feed::itch50::avx512 {
namespace {

constexpr std::ptrdiff_t prefix = sizeof(wire::moldudp64::MessageBlock);

/// What the packet adds to every record: lane i is bytes 8 i to 8 i + 7 of it.
__m512i context_lanes(const Context& context) noexcept {
  const std::uint64_t tail =
      static_cast<std::uint64_t>(context.venue) << 32 | std::uint64_t{context.channel} << 40;
  return _mm512_setr_epi64(static_cast<long long>(context.midnight_ns),
                           std::int64_t{context.feed_index} << 16,
                           static_cast<long long>(context.receive_time_ns),
                           static_cast<long long>(context.sequence_number & 0xffffffffffff), 0, 0,
                           0, static_cast<long long>(tail));
}

__m512i record_of(__m512i places, std::uint8_t lanes_to_price, __m512i message,
                  __m512i own) noexcept {
  __m512i record = _mm512_permutex2var_epi8(message, places, _mm512_load_si512(constants.data()));
  // In place: g++ 12 copies the register in front of the intrinsic's masked multiplication.
  asm("vpmuludq %2, %0, %0%{%1%}"
      : "+v"(record)
      : "Yk"(lanes_to_price), "v"(_mm512_set1_epi64(price_4_to_e9)));
  return _mm512_add_epi64(record, own);
}

/// Where a run stands.
struct Cursor {
  const std::byte* at;
  std::byte* to;       // where the next record goes
  std::uint64_t left;  // messages
};

/// What stays the same in a run.
struct Run {
  __m512i context;  // of its first message
  std::uint64_t messages;
  const std::byte* end;
  const std::byte* to_last;  // from here on the records of one more message have no room
  TypeCounts* counts;

  __m512i context_of_next(const Cursor& cursor) const noexcept {
    constexpr __mmask8 sequence_lane = 1 << (offsetof(OrderEvent, sequence_number) / 8);
    const auto done = static_cast<long long>(messages - cursor.left);
    return _mm512_add_epi64(context, _mm512_maskz_set1_epi64(sequence_lane, done));
  }
};

/// Decodes up to the first message that the table does not know or that is malformed, or until no
/// message, no room, or fewer bytes are left than it asks for at once.
///
/// Each message's second record is written whether it has one or not: the next one overwrites it,
/// and a branch on it would be mispredicted at every replace.
template <bool near_end>
[[gnu::always_inline]] inline void decode_common(const Run& run, Cursor& cursor) noexcept {
  constexpr std::ptrdiff_t at_once = near_end ? prefix + 1 : prefix + sizeof(__m512i);
  // Without it 20 M messages in memory take 0.4 ns longer, each. A prefetch beyond the end is none.
  constexpr std::size_t fetch_ahead = 2048;  // bytes
  const __m512i next_message = _mm512_setr_epi64(0, 0, 0, 1, 0, 0, 0, 0);
  const __m512i entering = _mm512_load_si512(table.entering.from.data());
  const auto* const places = reinterpret_cast<const std::byte*>(table.places.data());
  std::uint64_t* const counts = run.counts->data();
  const std::byte* const end = run.end;
  const std::byte* const to_last = run.to_last;
  auto [at, to, left] = cursor;
  __m512i own = run.context_of_next(cursor);
  while (left > 0 && end - at >= at_once && to < to_last) {
    const std::byte* const message_at = at + prefix;
    if (!near_end) _mm_prefetch(message_at + fetch_ahead, _MM_HINT_T0);
    const auto type = static_cast<std::size_t>(*message_at);
    const Form& form = table.forms[type];
    // The low byte is enough to find the next message, once both are known to be right.
    const auto length = static_cast<std::size_t>(at[1]);
    std::uint16_t wire_length;
    std::memcpy(&wire_length, at, sizeof wire_length);
    if (std::uint32_t{wire_length} != form.wire_length) [[unlikely]]
      break;
    if (near_end && end - message_at < static_cast<std::ptrdiff_t>(length)) [[unlikely]]
      break;
    const Variants& variants = table.variants[type];
    const std::int32_t choice =
        table.choices[static_cast<std::size_t>(message_at[form.choice_at])] & variants.mask;
    if (choice < 0) [[unlikely]]
      break;
    const __m512i message =
        near_end ? _mm512_maskz_loadu_epi8((std::uint64_t{1} << length) - 1, message_at)
                 : _mm512_loadu_si512(message_at);
    const std::byte* const variant = places + (static_cast<std::uint32_t>(choice) + variants.first);
    _mm512_store_si512(to, record_of(_mm512_load_si512(variant), form.price_lane, message, own));
    _mm512_store_si512(to + sizeof(record::Record), record_of(entering, price_lane, message, own));
    to += form.record_bytes;
    ++counts[type];
    own = _mm512_add_epi64(own, next_message);
    at = message_at + length;
    --left;
  }
  cursor = {at, to, left};
}

/// Apart, so that nothing but the loop asks for registers.
[[gnu::noinline]] void decode_far_from_end(const Run& run, Cursor& cursor) noexcept {
  decode_common<false>(run, cursor);
}

}  // namespace

BlockRun decode_blocks(std::span<const std::byte> blocks, std::uint64_t messages,
                       const Context& context, std::span<record::Record> out,
                       TypeCounts& counts) noexcept {
  if (out.size() < records_per_message) return {0, 0, 0, Verdict::records};
  constexpr std::ptrdiff_t far_from_end = 512;  // bytes; for less a second loop does not pay
  auto* const begin = reinterpret_cast<std::byte*>(out.data());
  const std::byte* const end = blocks.data() + blocks.size();
  const Run run{context_lanes(context), messages, end, begin + out.size_bytes() - sizeof(out[0]),
                &counts};
  Cursor cursor{blocks.data(), begin, messages};
  const auto records = [&] {
    return static_cast<std::size_t>(cursor.to - begin) / sizeof(record::Record);
  };
  Verdict verdict = Verdict::records;
  for (;;) {
    if (end - cursor.at >= far_from_end) decode_far_from_end(run, cursor);
    decode_common<true>(run, cursor);
    if (cursor.left == 0 || cursor.to >= run.to_last) break;
    // A rare type or a malformed message.
    Context one = context;
    one.sequence_number += messages - cursor.left;
    const BlockRun rare =
        portable::decode_blocks({cursor.at, end}, 1, one, out.subspan(records()), counts);
    verdict = rare.verdict;
    if (rare.messages == 0) break;
    cursor.at += rare.bytes;
    cursor.to += rare.records * sizeof(record::Record);
    --cursor.left;
  }
  return {static_cast<std::size_t>(cursor.at - blocks.data()), messages - cursor.left, records(),
          verdict};
}

}  // namespace hft::feed::itch50::avx512
