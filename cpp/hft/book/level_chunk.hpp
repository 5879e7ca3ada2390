// Twelve price levels in two cache lines: the unit of which a book's sides are made.
//
// A level is a column: lane i of keys, sizes and counts. Keys are prices, complemented on the ask
// side, so that on both sides a larger key is a better price. Lanes are sorted upwards and right-
// aligned: the best level is always lane 11, and empty lanes hold key 0, which no price has. So
// finding is one comparison of all lanes, and inserting or erasing is one shift of the lanes below.
//
// The three versions of the primitives are equal by test (tests/cpp/book/order_book_test.cpp).
#pragma once

#include <cstdint>
#include <cstring>

#include "hft/base/isa.hpp"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace hft::book {

inline constexpr unsigned lanes = 12;
inline constexpr unsigned best_lane = lanes - 1;

struct alignas(128) LevelChunk {
  std::uint32_t keys[lanes];
  std::uint32_t sizes[lanes];   // shares of all orders
  std::uint16_t counts[lanes];  // orders
  // Lanes in use, and of a side's first chunk the number of its deeper chunks. 24 bits are enough
  // for as many chunks as orders may live.
  std::uint32_t used : 8;
  std::uint32_t deep_count : 24;
  std::uint32_t directory;  // of a side's first chunk: where to find them (side_levels.hpp)
};
static_assert(sizeof(LevelChunk) == 128);

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

/// Puts a level at `lane`; the lanes up to it move down by one.
inline void insert_lane(LevelChunk& chunk, unsigned lane, std::uint32_t key, std::uint32_t size,
                        std::uint16_t count) noexcept {
  const auto below = static_cast<__mmask16>((1U << lane) - 1);
  const auto at = static_cast<__mmask16>(1U << lane);
  const __m512i keys = load_lanes(chunk.keys);
  const __m512i sizes = load_lanes(chunk.sizes);
  const __m256i counts = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(chunk.counts));
  const __m512i keys_down = _mm512_mask_alignr_epi32(keys, below, keys, keys, 1);
  const __m512i sizes_down = _mm512_mask_alignr_epi32(sizes, below, sizes, sizes, 1);
  const __m256i one_up = _mm256_setr_epi16(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15);
  const __m256i counts_down = _mm256_mask_permutexvar_epi16(counts, below, one_up, counts);
  _mm512_mask_storeu_epi32(chunk.keys, all_lanes,
                           _mm512_mask_set1_epi32(keys_down, at, static_cast<int>(key)));
  _mm512_mask_storeu_epi32(chunk.sizes, all_lanes,
                           _mm512_mask_set1_epi32(sizes_down, at, static_cast<int>(size)));
  _mm256_mask_storeu_epi16(chunk.counts, all_lanes,
                           _mm256_mask_set1_epi16(counts_down, at, static_cast<short>(count)));
  ++chunk.used;
}

/// Takes out the level at `lane`; the lanes below it move up by one.
inline void erase_lane(LevelChunk& chunk, unsigned lane) noexcept {
  const auto moved = static_cast<__mmask16>((2U << lane) - 1);  // lane and all below it
  const __m512i keys = load_lanes(chunk.keys);
  const __m512i sizes = load_lanes(chunk.sizes);
  const __m256i counts = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(chunk.counts));
  // Lane i takes lane i-1; lane 0 becomes empty.
  const __m512i none = _mm512_setzero_si512();
  const __m256i one_down = _mm256_setr_epi16(0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
  const __m512i keys_up = _mm512_mask_alignr_epi32(keys, moved, keys, none, 15);
  const __m512i sizes_up = _mm512_mask_alignr_epi32(sizes, moved, sizes, none, 15);
  const __m256i counts_up = _mm256_mask_permutexvar_epi16(counts, moved, one_down, counts);
  _mm512_mask_storeu_epi32(chunk.keys, all_lanes, keys_up);
  _mm512_mask_storeu_epi32(chunk.sizes, all_lanes, sizes_up);
  _mm256_mask_storeu_epi16(chunk.counts, all_lanes, counts_up);
  chunk.counts[0] = 0;
  --chunk.used;
}

#else

#if defined(__AVX2__)

// Two overlapping vectors of eight: lanes 0..7 and 4..11.
inline unsigned lane_mask(__m256i low, __m256i high) noexcept {
  const auto bits = [](__m256i v) {
    return static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(v)));
  };
  return bits(low) | bits(high) << 4;
}

inline unsigned find_lane(const LevelChunk& chunk, std::uint32_t key) noexcept {
  const auto* keys = reinterpret_cast<const char*>(chunk.keys);
  const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(keys));
  const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(keys + 16));
  const __m256i wanted = _mm256_set1_epi32(static_cast<int>(key));
  const unsigned equal =
      lane_mask(_mm256_cmpeq_epi32(low, wanted), _mm256_cmpeq_epi32(high, wanted));
  return static_cast<unsigned>(__builtin_ctz(equal | 1U << lanes));
}

inline unsigned rank_lane(const LevelChunk& chunk, std::uint32_t key) noexcept {
  const auto* keys = reinterpret_cast<const char*>(chunk.keys);
  const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(keys));
  const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(keys + 16));
  const __m256i wanted = _mm256_set1_epi32(static_cast<int>(key));
  // Unsigned "not less" is max(a, key) == a; AVX2 compares signed numbers only.
  const unsigned not_less = lane_mask(_mm256_cmpeq_epi32(_mm256_max_epu32(low, wanted), low),
                                      _mm256_cmpeq_epi32(_mm256_max_epu32(high, wanted), high));
  return lanes - static_cast<unsigned>(__builtin_popcount(not_less));
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

#endif

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
