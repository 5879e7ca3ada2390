// What both ITCH 5.0 decoders, the slow and the fast, take in and answer.
//
// A block is a big-endian 16-bit length and a message of that many bytes: the same in a MoldUDP64
// packet, behind its header, and in a raw file, from its first byte.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "hft/record/record.hpp"

namespace hft::feed::itch50 {

inline constexpr std::int64_t price_4_to_e9 = 100'000;  // Price(4) counts 1e-4 USD

/// What the packet knows and the message does not.
struct Context {
  std::uint64_t midnight_ns;      // 00:00 New York of the session date, ns since the Unix epoch
  std::uint64_t receive_time_ns;  // of the packet; 0 in a raw file, which has none
  std::uint64_t sequence_number;  // of the first message
  std::uint16_t feed_index;       // upper half of every record's `instrument`
  record::Venue venue;
  std::uint8_t channel;
};

enum class Verdict : std::uint8_t {
  records,       // one record was written, or the two of a replace
  ignored,       // a valid message that makes no record
  truncated,     // the block ends beyond its bytes
  wrong_size,    // not the length that its type has
  unknown_type,  // a type that ITCH 5.0 does not have
  bad_field,     // a buy/sell indicator that is neither B nor S
};
inline constexpr std::size_t verdict_count = 6;

/// The outcome of one message: `records` were written to the front of `out`.
struct Decoded {
  Verdict verdict;
  std::uint8_t records;  // 0, 1, or 2
};

/// Most records that one message makes: U leaves with one and enters with the other.
inline constexpr std::size_t records_per_message = 2;

/// Messages by their type's byte.
using TypeCounts = std::array<std::uint64_t, 256>;

/// The outcome of a run of blocks. It stops in front of the first message that is neither `records`
/// nor `ignored`, when `out` has no room for the two records of another, or when all asked for is
/// done; `verdict` is that of the message at `bytes`, or `records` where none was refused.
struct BlockRun {
  std::size_t bytes;       // of whole blocks done
  std::uint64_t messages;  // done
  std::size_t records;     // written to the front of `out`
  Verdict verdict;
};

}  // namespace hft::feed::itch50
