// What all records share: 64 bytes, one cache line, the same bits on the CPU, the GPU and the FPGA.
//
//   byte  0  event_time_ns (8)    instrument (4)       kind (1)  action (1)    stamp_0 (2)
//   byte 16  receive_time_ns (8)  sequence_number (4)  sequence_number_high (2) stamp_1 (2)
//   byte 32  14 bytes of the kind's own                                        stamp_2 (2)
//   byte 48  12 bytes of the kind's own                venue (1) channel (1)   stamp_3 (2)
//
// The four stamps belong to the ring: it writes its lap into each 16-byte quarter with the payload
// in one store, so that a reader on any device proves a record whole by four equal stamps
// (docs/decisions/0003). Everyone else writes them as 0 and ignores them.
#pragma once

#include <cstdint>
#include <limits>

#include "hft/base/layout.hpp"

namespace hft::record {

enum class Kind : std::uint8_t {
  none,
  order,
  trade,
  status,
  instrument,
  touch,
  order_command,
  order_report,
  control
};

/// What an OrderEvent says happened. `replace`: the order leaves, and the `add` that follows with
/// the same sequence number and Side::none takes over its side (ITCH does not repeat it).
enum class Action : std::uint8_t { none, add, cancel, execute, remove, replace, clear };

enum class TradeAction : std::uint8_t { none, trade, cross, broken };

/// What a StatusEvent is about. The last four are the feed handler's own.
enum class StatusAction : std::uint8_t {
  none,
  system,            // state: the venue's event code
  trading,           // state: H halted, P paused, Q quotation only, T trading
  operational_halt,  // state: H halted, T resumed; reason: the market code
  short_sale,        // state: the venue's short sale restriction code
  session_start,     // a session begins; symbol: the first 8 characters of its name
  late_start,        // the first message seen was not number 1; count: messages missed
  gap,               // messages are missing on all lines and given up; count: how many
  session_end,       // the venue closed the session
};

enum class Side : std::uint8_t { none, bid, ask };

/// Venues by MIC. `xbos` is Nasdaq BX, `xpsx` is Nasdaq PSX.
enum class Venue : std::uint8_t {
  none,
  xnas,
  xbos,
  xpsx,
  xnys,
  arcx,
  xcme,
  bats,
  iexg,
  memx,
  opra
};

/// Bits of a record's `flags`.
enum Flag : std::uint8_t {
  flag_last = 1,           // the last record of its message
  flag_book_suspect = 2,   // messages were missed: the book may be wrong
  flag_non_printable = 4,  // leave this execution out of time and sales
  flag_snapshot = 8,       // part of a snapshot, not of the live stream
};

inline constexpr std::int64_t price_null = std::numeric_limits<std::int64_t>::max();
inline constexpr std::uint32_t instrument_all = 0xffffffff;  // a status of the whole feed

/// Any record, seen through the fields that all kinds share.
struct alignas(64) Record {
  std::uint64_t event_time_ns;  // venue's clock, ns since the Unix epoch
  std::uint32_t instrument;     // feed index << 16 | the venue's locate code
  Kind kind;
  std::uint8_t action;  // Action, TradeAction, StatusAction, CommandAction …, by kind
  std::uint16_t stamp_0;
  std::uint64_t receive_time_ns;       // first byte at our NIC (in a replay: the capture's stamp)
  std::uint32_t sequence_number;       // low 32 bits of the message's number in its session, from 1
  std::uint16_t sequence_number_high;  // the next 16 bits
  std::uint16_t stamp_1;
  std::array<char, 14> body_a;
  std::uint16_t stamp_2;
  std::array<char, 12> body_b;
  Venue venue;
  std::uint8_t channel;
  std::uint16_t stamp_3;
};

/// The message's number in its session, from 1, put together from its two fields.
template <class T>
constexpr std::uint64_t sequence_number_of(const T& record) noexcept {
  return std::uint64_t{record.sequence_number_high} << 32 | record.sequence_number;
}

template <class T>
inline constexpr bool is_record = sizeof(T) == 64 && alignof(T) % 64 == 0;

/// A record seen as another kind of record. The project is built with -fno-strict-aliasing.
template <class To, class From>
const To& as(const From& record) noexcept {
  static_assert(is_record<To>);
  static_assert(is_record<From>);
  return reinterpret_cast<const To&>(record);
}
template <class To, class From>
To& as(From& record) noexcept {
  static_assert(is_record<To>);
  static_assert(is_record<From>);
  return reinterpret_cast<To&>(record);
}

}  // namespace hft::record

HFT_LAYOUT(hft::record::Record, 64, event_time_ns, instrument, kind, action, stamp_0,
           receive_time_ns, sequence_number, sequence_number_high, stamp_1, body_a, stamp_2, body_b,
           venue, channel, stamp_3);
