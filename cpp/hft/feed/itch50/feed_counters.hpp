// What a feed handler has counted: plain numbers, and the first places where something was wrong.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hft/feed/feed_packet.hpp"
#include "hft/feed/itch50/context.hpp"
#include "hft/record/status_event.hpp"

namespace hft::feed::itch50 {

/// A hole in the messages handed on.
struct Gap {
  enum class Cause : std::uint8_t { lost, undecodable };
  MissingMessages missing;
  std::uint64_t receive_time_ns;
  Cause cause;
  Place place;  // of the packet behind lost messages; of the first undecodable one
};

/// A message that was refused, and where it lies.
struct Fault {
  Verdict verdict;
  Place place;
  std::uint64_t payload_offset;  // of the block in the packet's payload, bytes; 0 in a raw file
  std::uint16_t length;          // as the block says; 0 where even that is cut off
  char message_type;             // 0 where there is none
};

/// Where in its file a run of blocks lies.
struct FaultPlace {
  std::uint64_t packet_number;
  std::uint64_t offset;          // of the packet's record header, or of `begin` in a raw file
  std::uint64_t payload_offset;  // of `begin`
  const std::byte* begin;
  bool ends_at_empty_block = false;  // as raw files do
};

struct FeedCounters {
  static constexpr std::size_t max_listed_gaps = 1024;

  TypeCounts types{};  // messages decoded, by type
  std::uint64_t records = 0;
  std::array<std::uint64_t, verdict_count> refused{};  // messages, by verdict
  std::uint64_t packets = 0;                           // that were handed on, in whole or in part
  std::uint64_t surplus_packets = 0;  // with bytes behind the last message of their count
  std::uint64_t undated_packets = 0;  // their stamps name no session date: midnight is taken as 0
  std::uint64_t sessions = 0;
  std::uint64_t session_ends = 0;
  std::uint64_t late_starts = 0;
  std::uint64_t late_start_messages = 0;  // before the first one seen
  std::uint64_t gaps = 0;                 // lost on all lines
  std::uint64_t lost_messages = 0;
  std::uint64_t bytes_behind_end = 0;  // of a raw file, behind its end mark
  std::vector<Gap> listed_gaps;        // the first max_listed_gaps, refused messages among them
  std::optional<Fault> first_fault;

  void list(const Gap& gap) {
    if (listed_gaps.size() < max_listed_gaps) listed_gaps.push_back(gap);
  }

  /// Messages decoded.
  std::uint64_t messages() const noexcept;
  /// Messages decoded that make no record (L V W K J I N O).
  std::uint64_t ignored() const noexcept;
  /// Messages not decoded.
  std::uint64_t refused_messages() const noexcept;
};

std::string_view to_string(Verdict verdict) noexcept;

/// The length that the block at the front says; 0 where that is cut off.
std::uint16_t block_length(std::span<const std::byte> blocks) noexcept;

/// The fault of the message at the front of `block`, which lies in the run that `run` names.
Fault fault_at(Verdict verdict, std::span<const std::byte> block, std::uint64_t sequence_number,
               std::size_t file, const FaultPlace& run) noexcept;

/// "packet 17 at offset 1840, payload byte 58, sequence number 40: message type 'Z' is not in ..."
std::string describe(const Fault& fault);

/// An event of the feed itself. No venue's clock tells its time: the receive time stands for it.
record::StatusEvent feed_status(record::StatusAction action, MissingMessages missing,
                                std::uint64_t receive_time_ns, const SessionName& session,
                                const Context& context) noexcept;

}  // namespace hft::feed::itch50
