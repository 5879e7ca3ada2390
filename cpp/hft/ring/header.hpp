// The header of a shared-memory ring, byte by byte, as every process and device maps it.
//
//   [ header 1024 B ][ slot 0 ][ slot 1 ] ... [ slot capacity-1 ]      one slot: one 64-byte record
//
// Whatever one side writes has a 128-byte block of its own: two lines, because the adjacent-line
// prefetcher pulls pairs. docs/ring.md is the same table for people and for other languages.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "hft/base/layout.hpp"
#include "hft/record/instrument_event.hpp"
#include "hft/record/order_event.hpp"
#include "hft/record/status_event.hpp"
#include "hft/record/touch.hpp"
#include "hft/record/trade_event.hpp"

namespace hft::ring {

inline constexpr std::uint64_t ring_magic = 0x676e697220746668;  // "hft ring", little-endian
inline constexpr std::uint32_t ring_version = 1;  // of these bytes and their protocol
inline constexpr std::size_t block = 128;
inline constexpr std::uint64_t capacity_min = 64;          // records: 4 KiB of slots
inline constexpr std::uint64_t capacity_max = 1ull << 32;  // 256 GiB of slots
inline constexpr std::uint64_t return_every = 64;          // records an spsc consumer holds back

enum class RingKind : std::uint32_t { none, broadcast, spsc };

/// What an end of a ring says about itself. A process that was killed leaves `live` behind: its
/// number and start time tell (owner.hpp).
enum class OwnerState : std::uint32_t { none, live, closed };

struct alignas(block) RingHeader {
  // Block 0, written once by the creator; `magic` last, with release, so that whoever sees it sees
  // all of the block.
  std::uint64_t magic;            // ring_magic
  std::uint32_t version;          // ring_version
  RingKind kind;                  // 1 broadcast, 2 spsc
  std::uint64_t layout_hash;      // of the records' layout tables; must equal the reader's
  std::uint32_t record_size;      // bytes: 64
  std::uint32_t header_size;      // bytes: slot 0 begins here
  std::uint64_t capacity;         // slots, a power of two
  std::uint64_t created_time_ns;  // ns since the Unix epoch
  std::array<char, 64> name;      // padded with zeros
  std::array<char, 16> reserved_0;

  // Block 1, producer. Positions count records since creation and never wrap (2^64 at 100 M/s last
  // 5,800 years); a record's slot is position & (capacity - 1).
  std::uint64_t write_position;  // all records before it are whole; may lag by 64 within a block
  std::array<char, 120> reserved_1;

  // Block 2, producer, once a lap.
  std::uint64_t lap;  // position / capacity of the newest record begun: closes the stamps' wrap
  std::array<char, 120> reserved_2;

  // Block 3, spsc consumer, read by the producer when the ring looks full.
  std::uint64_t read_position;  // all slots before it may be written again
  std::array<char, 120> reserved_3;

  // Block 4, spsc consumer, read by nobody else while it lives.
  std::uint64_t consumed_position;  // exact: where the next consumer goes on after a crash
  std::array<char, 120> reserved_4;

  // Block 5, who produces.
  std::uint32_t producer_pid;
  OwnerState producer_state;
  std::uint64_t producer_start_time;    // clock ticks after boot: tells a reused pid
  std::uint64_t producer_heartbeat_ns;  // ns since the Unix epoch, whenever the producer likes
  std::uint64_t recoveries;             // torn slots closed after a producer was killed
  std::array<char, 96> reserved_5;

  // Block 6, who consumes (spsc only: readers of a broadcast ring write nothing).
  std::uint32_t consumer_pid;
  OwnerState consumer_state;
  std::uint64_t consumer_start_time;
  std::uint64_t consumer_heartbeat_ns;
  std::array<char, 104> reserved_6;

  std::array<char, 128> reserved_7;
};

/// 64 bits that change with any field of any record that a ring may carry.
consteval std::uint64_t records_layout_hash() {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::uint64_t table :
       {hft::layout_hash<record::Record>(), hft::layout_hash<record::OrderEvent>(),
        hft::layout_hash<record::TradeEvent>(), hft::layout_hash<record::StatusEvent>(),
        hft::layout_hash<record::InstrumentEvent>(), hft::layout_hash<record::Touch>()}) {
    hash = (hash ^ table) * 0x100000001b3;
  }
  return hash;
}

/// A field of a mapped header as an atomic. Readers map the header read-only and only load.
template <class T>
std::atomic_ref<T> shared(T& field) noexcept {
  return std::atomic_ref<T>(field);
}
template <class T>
T load_shared(const T& field, std::memory_order order) noexcept {
  return std::atomic_ref<T>(const_cast<T&>(field)).load(order);
}

}  // namespace hft::ring

HFT_LAYOUT(hft::ring::RingHeader, 1024, magic, version, kind, layout_hash, record_size, header_size,
           capacity, created_time_ns, name, reserved_0, write_position, reserved_1, lap, reserved_2,
           read_position, reserved_3, consumed_position, reserved_4, producer_pid, producer_state,
           producer_start_time, producer_heartbeat_ns, recoveries, reserved_5, consumer_pid,
           consumer_state, consumer_start_time, consumer_heartbeat_ns, reserved_6, reserved_7);

namespace hft::ring {
static_assert(offsetof(RingHeader, write_position) == 1 * block);
static_assert(offsetof(RingHeader, lap) == 2 * block);
static_assert(offsetof(RingHeader, read_position) == 3 * block);
static_assert(offsetof(RingHeader, consumed_position) == 4 * block);
static_assert(offsetof(RingHeader, producer_pid) == 5 * block);
static_assert(offsetof(RingHeader, consumer_pid) == 6 * block);
static_assert(std::atomic_ref<std::uint64_t>::is_always_lock_free, "it is shared across processes");
}  // namespace hft::ring
