// Eleven price levels in two cache lines: the unit of which a book's sides are made.
//
// A level is a column: lane i of keys, sizes and counts. Keys are prices, complemented on the ask
// side, so that on both sides a larger key is a better price. Lanes are sorted upwards and right-
// aligned: the best level is always the last lane, and empty lanes hold key 0, which no price has.
// So finding is one comparison of all lanes, and inserting or erasing is one shift of the lanes
// below.
//
// The three versions of the primitives are equal by test (tests/cpp/book/order_book_test.cpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "hft/base/isa.hpp"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace hft::book {

inline constexpr unsigned lanes = 11;
inline constexpr unsigned best_lane = lanes - 1;

struct alignas(128) LevelChunk {
  std::uint32_t keys[lanes];
  std::uint32_t sizes[lanes];   // shares of all orders
  std::uint16_t counts[lanes];  // orders
  std::uint16_t used;           // lanes in use
  // Of a side's first chunk only (side_levels.hpp):
  std::uint32_t deep_count;  // its deeper chunks
  std::uint32_t directory;   // where to find them
  std::uint32_t floor;       // keys below it are theirs; 0: there are none
  std::uint32_t reserved;
};
static_assert(sizeof(LevelChunk) == 128);
static_assert(offsetof(LevelChunk, used) == offsetof(LevelChunk, counts) + lanes * 2,
              "vectors of counts have `used` behind them");

namespace HFT_ISA {

#if defined(__AVX512BW__) && defined(__AVX512VL__)

inline __m512i load_lanes(const std::uint32_t* from) noexcept {
  return _mm512_loadu_si512(from);
}
inline constexpr __mmask16 all_lanes = (1U << lanes) - 1;

/// The lane that holds `key`, or `lanes`.
inline unsigned find_lane(const LevelChunk& chunk, std::uint32_t key) noexcept {
  const __mmask16 equal =
      _mm512_cmpeq_epi32_mask(load_lanes(chunk.keys), _mm512_set1_epi32(static_cast<int>(key)));
  return static_cast<unsigned>(__builtin_ctz((equal & all_lanes) | 1U << lanes));
}

/// How many lanes, empty ones included, hold less than `key`.
inline unsigned rank_lane(const LevelChunk& chunk, std::uint32_t key) noexcept {
  const __mmask16 less =
      _mm512_cmplt_epu32_mask(load_lanes(chunk.keys), _mm512_set1_epi32(static_cast<int>(key)));
  return static_cast<unsigned>(__builtin_popcount(less & all_lanes));
}

inline __m256i load_counts(const LevelChunk& chunk) noexcept {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(chunk.counts));
}

/// Stores whole vectors: what of the one reaches into the next array, the next one mends. A load
/// that follows is served from a whole store while it is still under way, from a masked one not.
inline void store_lanes(LevelChunk& chunk, __m512i keys, __m512i sizes, __m256i counts) noexcept {
  _mm512_storeu_si512(chunk.keys, keys);
  _mm512_storeu_si512(chunk.sizes, sizes);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(chunk.counts), counts);
}

/// Puts a level at `lane`; the lanes up to it move down by one.
inline void insert_lane(LevelChunk& chunk, unsigned lane, std::uint32_t key, std::uint32_t size,
                        std::uint16_t count) noexcept {
  const auto below = static_cast<__mmask16>((1U << lane) - 1);
  const auto at = static_cast<__mmask16>(1U << lane);
  const __m512i keys = load_lanes(chunk.keys);
  const __m512i sizes = load_lanes(chunk.sizes);
  const __m256i counts = load_counts(chunk);
  const __m512i keys_down = _mm512_mask_alignr_epi32(keys, below, keys, keys, 1);
  const __m512i sizes_down = _mm512_mask_alignr_epi32(sizes, below, sizes, sizes, 1);
  const __m256i one_up = _mm256_setr_epi16(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15);
  const __m256i counts_down = _mm256_mask_permutexvar_epi16(counts, below, one_up, counts);
  const __m256i one_more = _mm256_setr_epi16(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0);
  store_lanes(chunk, _mm512_mask_set1_epi32(keys_down, at, static_cast<int>(key)),
              _mm512_mask_set1_epi32(sizes_down, at, static_cast<int>(size)),
              _mm256_add_epi16(_mm256_mask_set1_epi16(counts_down, at, static_cast<short>(count)),
                               one_more));
}

/// Takes out the level at `lane`; the lanes below it move up by one.
inline void erase_lane(LevelChunk& chunk, unsigned lane) noexcept {
  const auto moved = static_cast<__mmask16>((2U << lane) - 1);  // lane and all below it
  const __m512i keys = load_lanes(chunk.keys);
  const __m512i sizes = load_lanes(chunk.sizes);
  const __m256i counts = load_counts(chunk);
  // Lane i takes lane i-1; lane 0 becomes empty.
  const __m512i none = _mm512_setzero_si512();
  const __m256i one_down = _mm256_setr_epi16(0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
  const __m256i counts_up = _mm256_mask_permutexvar_epi16(counts, moved, one_down, counts);
  const __m256i one_less = _mm256_setr_epi16(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0);
  store_lanes(
      chunk, _mm512_mask_alignr_epi32(keys, moved, keys, none, 15),
      _mm512_mask_alignr_epi32(sizes, moved, sizes, none, 15),
      _mm256_add_epi16(_mm256_mask_mov_epi16(counts_up, 1, _mm256_setzero_si256()), one_less));
}

#elif defined(__AVX2__)

// Two overlapping vectors of eight: lanes 0..7 and 3..10.
inline unsigned lane_mask(__m256i low, __m256i high) noexcept {
  const auto bits = [](__m256i v) {
    return static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(v)));
  };
  return bits(low) | bits(high) << 3;
}

inline unsigned find_lane(const LevelChunk& chunk, std::uint32_t key) noexcept {
  const auto* keys = reinterpret_cast<const char*>(chunk.keys);
  const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(keys));
  const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(keys + 12));
  const __m256i wanted = _mm256_set1_epi32(static_cast<int>(key));
  const unsigned equal =
      lane_mask(_mm256_cmpeq_epi32(low, wanted), _mm256_cmpeq_epi32(high, wanted));
  return static_cast<unsigned>(__builtin_ctz(equal | 1U << lanes));
}

inline unsigned rank_lane(const LevelChunk& chunk, std::uint32_t key) noexcept {
  const auto* keys = reinterpret_cast<const char*>(chunk.keys);
  const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(keys));
  const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(keys + 12));
  const __m256i wanted = _mm256_set1_epi32(static_cast<int>(key));
  // Unsigned "not less" is max(a, key) == a; AVX2 compares signed numbers only.
  const unsigned not_less = lane_mask(_mm256_cmpeq_epi32(_mm256_max_epu32(low, wanted), low),
                                      _mm256_cmpeq_epi32(_mm256_max_epu32(high, wanted), high));
  return lanes - static_cast<unsigned>(__builtin_popcount(not_less));
}

/// Lanes 0..7 and 3..10 of an array, and the same of its neighbours above or below.
struct LanePair {
  __m256i low, high;
};

inline LanePair load_pair(const std::uint32_t* lane_0) noexcept {
  return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(lane_0)),
          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(lane_0 + 3))};
}
inline void store_pair(std::uint32_t* lane_0, const LanePair& lane_pair) noexcept {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(lane_0), lane_pair.low);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(lane_0 + 3), lane_pair.high);
}

/// `values`, with those below `lane` from one lane above, and `value` at `lane`.
inline void insert_value(std::uint32_t* values, unsigned lane, std::uint32_t value) noexcept {
  const __m256i at = _mm256_set1_epi32(static_cast<int>(lane));
  const __m256i lanes_low = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const __m256i lanes_high = _mm256_setr_epi32(3, 4, 5, 6, 7, 8, 9, 10);
  const __m256i added = _mm256_set1_epi32(static_cast<int>(value));
  const auto moved = [&](__m256i is, __m256i above, __m256i lane_numbers) {
    const __m256i below = _mm256_blendv_epi8(is, above, _mm256_cmpgt_epi32(at, lane_numbers));
    return _mm256_blendv_epi8(below, added, _mm256_cmpeq_epi32(at, lane_numbers));
  };
  const LanePair is = load_pair(values);
  const LanePair above = load_pair(values + 1);
  store_pair(values, {moved(is.low, above.low, lanes_low), moved(is.high, above.high, lanes_high)});
}

/// `values`, with those up to `lane` from one lane below, and 0 in lane 0.
inline void erase_value(std::uint32_t* values, unsigned lane) noexcept {
  const __m256i at = _mm256_set1_epi32(static_cast<int>(lane));
  const __m256i lanes_low = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const __m256i lanes_high = _mm256_setr_epi32(3, 4, 5, 6, 7, 8, 9, 10);
  const LanePair is = load_pair(values);
  const __m256i one_down = _mm256_setr_epi32(0, 0, 1, 2, 3, 4, 5, 6);
  const __m256i below_low =
      _mm256_blend_epi32(_mm256_permutevar8x32_epi32(is.low, one_down), _mm256_setzero_si256(), 1);
  const __m256i below_high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values + 2));
  store_pair(values, {_mm256_blendv_epi8(below_low, is.low, _mm256_cmpgt_epi32(lanes_low, at)),
                      _mm256_blendv_epi8(below_high, is.high, _mm256_cmpgt_epi32(lanes_high, at))});
}

inline __m128i load_counts(const std::uint16_t* from) noexcept {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}
inline void store_counts(LevelChunk& chunk, __m128i low, __m128i high) noexcept {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(chunk.counts), low);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(chunk.counts + 3), high);
}

inline void insert_lane(LevelChunk& chunk, unsigned lane, std::uint32_t key, std::uint32_t size,
                        std::uint16_t count) noexcept {
  insert_value(chunk.keys, lane, key);
  insert_value(chunk.sizes, lane, size);
  const __m128i at = _mm_set1_epi16(static_cast<short>(lane));
  const __m128i added = _mm_set1_epi16(static_cast<short>(count));
  const auto moved = [&](__m128i is, __m128i above, __m128i lane_numbers) {
    const __m128i below = _mm_blendv_epi8(is, above, _mm_cmpgt_epi16(at, lane_numbers));
    return _mm_blendv_epi8(below, added, _mm_cmpeq_epi16(at, lane_numbers));
  };
  const __m128i low = moved(load_counts(chunk.counts), load_counts(chunk.counts + 1),
                            _mm_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7));
  const __m128i high = moved(load_counts(chunk.counts + 3), load_counts(chunk.counts + 4),
                             _mm_setr_epi16(3, 4, 5, 6, 7, 8, 9, 10));
  store_counts(chunk, low, high);
  ++chunk.used;
}

inline void erase_lane(LevelChunk& chunk, unsigned lane) noexcept {
  erase_value(chunk.keys, lane);
  erase_value(chunk.sizes, lane);
  const __m128i at = _mm_set1_epi16(static_cast<short>(lane));
  const __m128i is_low = load_counts(chunk.counts);
  const __m128i low = _mm_blendv_epi8(_mm_slli_si128(is_low, sizeof chunk.counts[0]), is_low,
                                      _mm_cmpgt_epi16(_mm_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7), at));
  const __m128i high =
      _mm_blendv_epi8(load_counts(chunk.counts + 2), load_counts(chunk.counts + 3),
                      _mm_cmpgt_epi16(_mm_setr_epi16(3, 4, 5, 6, 7, 8, 9, 10), at));
  store_counts(chunk, low, high);
  --chunk.used;
}

#else

inline unsigned find_lane(const LevelChunk& chunk, std::uint32_t key) noexcept {
  for (unsigned i = lanes; i-- > 0;) {
    if (chunk.keys[i] == key) return i;
  }
  return lanes;
}

inline unsigned rank_lane(const LevelChunk& chunk, std::uint32_t key) noexcept {
  unsigned less = 0;
  for (const std::uint32_t other : chunk.keys) less += other < key ? 1U : 0U;
  return less;
}

inline void insert_lane(LevelChunk& chunk, unsigned lane, std::uint32_t key, std::uint32_t size,
                        std::uint16_t count) noexcept {
  std::memmove(chunk.keys, chunk.keys + 1, lane * sizeof chunk.keys[0]);
  std::memmove(chunk.sizes, chunk.sizes + 1, lane * sizeof chunk.sizes[0]);
  std::memmove(chunk.counts, chunk.counts + 1, lane * sizeof chunk.counts[0]);
  chunk.keys[lane] = key;
  chunk.sizes[lane] = size;
  chunk.counts[lane] = count;
  ++chunk.used;
}

inline void erase_lane(LevelChunk& chunk, unsigned lane) noexcept {
  std::memmove(chunk.keys + 1, chunk.keys, lane * sizeof chunk.keys[0]);
  std::memmove(chunk.sizes + 1, chunk.sizes, lane * sizeof chunk.sizes[0]);
  std::memmove(chunk.counts + 1, chunk.counts, lane * sizeof chunk.counts[0]);
  chunk.keys[0] = chunk.sizes[0] = 0;
  chunk.counts[0] = 0;
  --chunk.used;
}

#endif

}  // namespace HFT_ISA
using namespace HFT_ISA;  // this file's user is of one instruction set
}  // namespace hft::book
