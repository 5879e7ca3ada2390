// Sums and words for what a feed handler has counted.
#include "hft/feed/itch50/feed_counters.hpp"

#include <algorithm>
#include <numeric>

#include "hft/wire/itch50.hpp"
#include "hft/wire/moldudp64.hpp"

namespace hft::feed::itch50 {
namespace {

std::string quoted(char type) {
  if (type >= ' ' && type <= '~') return std::string("'") + type + "'";
  return "number " + std::to_string(static_cast<unsigned char>(type));
}

/// The length that a type has; 0 for a type that ITCH 5.0 does not have.
std::size_t length_of(char type) {
  std::size_t length = 0;
  wire::itch50::for_each_message([&]<class Message>() {
    if (type == Message::tag) length = sizeof(Message);
  });
  return length;
}

std::string problem(const Fault& fault) {
  switch (fault.verdict) {
    case Verdict::truncated:
      return "the block's length, " + std::to_string(fault.length) +
             ", reaches beyond the end of the data";
    case Verdict::wrong_size:
      if (fault.length == 0) return "the block's length is 0";
      return "a message of type " + quoted(fault.message_type) + " has " +
             std::to_string(length_of(fault.message_type)) + " bytes, this one has " +
             std::to_string(fault.length);
    case Verdict::unknown_type:
      return "message type " + quoted(fault.message_type) + " is not in ITCH 5.0";
    case Verdict::bad_field: return "its buy/sell indicator is neither B nor S";
    case Verdict::records:
    case Verdict::ignored: break;
  }
  return "nothing is wrong";
}

}  // namespace

std::uint64_t FeedCounters::messages() const noexcept {
  return std::accumulate(types.begin(), types.end(), std::uint64_t{0});
}

std::uint64_t FeedCounters::ignored() const noexcept {
  std::uint64_t sum = 0;
  for (const char type : std::string_view("LVWKJINO"))
    sum += types[static_cast<unsigned char>(type)];
  return sum;
}

std::uint64_t FeedCounters::refused_messages() const noexcept {
  return std::accumulate(refused.begin(), refused.end(), std::uint64_t{0});
}

std::string_view to_string(Verdict verdict) noexcept {
  constexpr std::array<std::string_view, verdict_count> names{
      "records", "ignored", "truncated", "wrong_size", "unknown_type", "bad_field"};
  return names[static_cast<std::size_t>(verdict)];
}

std::uint16_t block_length(std::span<const std::byte> blocks) noexcept {
  using Block = wire::moldudp64::MessageBlock;
  if (blocks.size() < sizeof(Block)) return 0;
  return reinterpret_cast<const Block&>(blocks[0]).message_length;
}

Fault fault_at(Verdict verdict, std::span<const std::byte> block, std::uint64_t sequence_number,
               std::size_t file, const FaultPlace& run) noexcept {
  const auto distance = static_cast<std::uint64_t>(block.data() - run.begin);
  const bool in_packet = run.packet_number != 0;
  const std::uint64_t offset = in_packet ? run.offset : run.offset + distance;
  constexpr std::size_t prefix = sizeof(wire::moldudp64::MessageBlock);
  const std::uint16_t length = block_length(block);
  const bool has_type = block.size() > prefix && length > 0;
  return {verdict,
          {file, run.packet_number, offset, sequence_number},
          in_packet ? run.payload_offset + distance : 0,
          length,
          has_type ? static_cast<char>(block[prefix]) : '\0'};
}

std::string describe(const Fault& fault) {
  const Place& place = fault.place;
  std::string text = "offset " + std::to_string(place.offset);
  if (place.packet != 0) {
    text = "packet " + std::to_string(place.packet) + " at " + text + ", payload byte " +
           std::to_string(fault.payload_offset);
  }
  return text + ", sequence number " + std::to_string(place.sequence_number) + ": " +
         problem(fault);
}

record::StatusEvent feed_status(record::StatusAction action, MissingMessages missing,
                                std::uint64_t receive_time_ns, const SessionName& session,
                                const Context& context) noexcept {
  record::StatusEvent event{};
  event.event_time_ns = receive_time_ns;
  event.instrument = record::instrument_all;
  event.kind = record::Kind::status;
  event.action = action;
  event.receive_time_ns = receive_time_ns;
  event.sequence_number = static_cast<std::uint32_t>(missing.first);
  event.sequence_number_high = static_cast<std::uint16_t>(missing.first >> 32);
  std::copy_n(session.begin(), event.symbol.size(), event.symbol.begin());
  event.flags = record::flag_last;
  event.count = missing.count;
  event.venue = context.venue;
  event.channel = context.channel;
  return event;
}

}  // namespace hft::feed::itch50
