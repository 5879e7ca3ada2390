// One slot of a ring: a 64-byte record whose four 16-byte quarters each carry a 16-bit lap stamp in
// their last two bytes, written with the payload by one aligned 16-byte store a quarter.
//
// Such loads and stores are atomic on every x86-64 processor with AVX: Intel SDM volume 3A, 9.1.1
// "Guaranteed Atomic Operations"; AMD APM volume 2, 7.3.2 "Access Atomicity" (cacheable memory).
// Attaching asks the processor. docs/decisions/0003-lap-stamps.md has the proof.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "hft/record/record.hpp"

// Inline assembly, because no C++ type promises exactly one such instruction. ThreadSanitizer
// cannot see into assembly; for it, and on other processors, the compiler's own 16-byte atomics
// stand in.
#if defined(__SANITIZE_THREAD__) || !defined(__x86_64__)
#define HFT_RING_COMPILER_ATOMICS 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HFT_RING_COMPILER_ATOMICS 1
#endif
#endif

namespace hft::ring {

inline constexpr std::size_t quarters = 4;
inline constexpr std::size_t stamp_lane = 7;           // of a quarter's eight 16-bit lanes
inline constexpr std::uint64_t stamp_laps = 1u << 16;  // a stamp comes again after so many laps

using Quarter = std::uint16_t __attribute__((vector_size(16)));
struct alignas(64) Line {
  Quarter quarter[quarters];
};
static_assert(sizeof(Line) == sizeof(record::Record));

/// The stamp of lap 0 is 1, so that memory never written (zeros) holds no record.
constexpr std::uint16_t stamp_of_lap(std::uint64_t lap) noexcept {
  return static_cast<std::uint16_t>(lap + 1);
}

#if defined(HFT_RING_COMPILER_ATOMICS)
__extension__ using Int128 = unsigned __int128;
inline void store_quarter(Quarter& to, Quarter value) noexcept {
  __atomic_store_n(reinterpret_cast<Int128*>(&to), std::bit_cast<Int128>(value), __ATOMIC_RELEASE);
}
inline Quarter load_quarter(const Quarter& from) noexcept {
  return std::bit_cast<Quarter>(
      __atomic_load_n(reinterpret_cast<const Int128*>(&from), __ATOMIC_ACQUIRE));
}
inline void prefetch_for_write(const void*) noexcept {}
#else
#if defined(__AVX__)
#define HFT_MOVE_QUARTER "vmovdqa %1, %0"
#else
#define HFT_MOVE_QUARTER "movdqa %1, %0"
#endif
inline void store_quarter(Quarter& to, Quarter value) noexcept {
  __asm__ volatile(HFT_MOVE_QUARTER : "=m"(to) : "x"(value));
}
inline Quarter load_quarter(const Quarter& from) noexcept {
  Quarter value;
  __asm__ volatile(HFT_MOVE_QUARTER : "=x"(value) : "m"(from));
  return value;
}
#undef HFT_MOVE_QUARTER
/// Fetches a line for writing (a plain prefetch would fetch it to be read, and pay twice).
inline void prefetch_for_write(const void* line) noexcept {
  __asm__ volatile("prefetchw %0" : : "m"(*static_cast<const char*>(line)));
}
#endif

/// Keeps the compiler from moving loads and stores across; x86-64 itself keeps stores in order and
/// loads in order, and the compiler's atomics above bring their own fences.
inline void keep_order() noexcept {
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

inline Line& line_of(record::Record& slot) noexcept {
  return reinterpret_cast<Line&>(slot);
}
inline const Line& line_of(const record::Record& slot) noexcept {
  return reinterpret_cast<const Line&>(slot);
}

/// Writes quarter 0 last: a slot left torn by a killed producer has an old quarter 0
/// (recovery.cpp).
inline void write_slot(record::Record& slot, const record::Record& record,
                       std::uint16_t stamp) noexcept {
  for (std::size_t i = quarters; i-- > 0;) {
    Quarter value = line_of(record).quarter[i];
    value[stamp_lane] = stamp;
    store_quarter(line_of(slot).quarter[i], value);
  }
}

/// The stamp of quarter 0, the one written last: what a waiting reader polls. One narrow load, so
/// that the loop is short and the line's arrival is seen at once; it proves nothing by itself.
inline bool may_be_whole(const record::Record& slot, std::uint16_t stamp) noexcept {
  const std::uint16_t& lane = slot.stamp_0;
  return __atomic_load_n(&lane, __ATOMIC_RELAXED) == stamp;
}

inline Line load_slot(const record::Record& slot) noexcept {
  Line line;
  for (std::size_t i = 0; i < quarters; ++i) {
    line.quarter[i] = load_quarter(line_of(slot).quarter[i]);
  }
  keep_order();
  return line;
}

/// True when all four quarters carry `stamp`.
inline bool is_whole(const Line& line, std::uint16_t stamp) noexcept {
  const Quarter difference = (line.quarter[0] ^ line.quarter[1]) |
                             (line.quarter[0] ^ line.quarter[2]) |
                             (line.quarter[0] ^ line.quarter[3]);
  return line.quarter[0][stamp_lane] == stamp && difference[stamp_lane] == 0;
}

/// The record as it was before the ring stamped it.
inline void copy_unstamped(const Line& line, record::Record& out) noexcept {
  for (std::size_t i = 0; i < quarters; ++i) {
    Quarter value = line.quarter[i];
    value[stamp_lane] = 0;
    line_of(out).quarter[i] = value;
  }
}

}  // namespace hft::ring
