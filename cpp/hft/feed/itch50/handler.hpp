// One feed from packets to records: arbitration of its lines, decoding, and the feed's own events.
//
// Records gather in one block of fixed size and leave for the sink when it is full, and after each
// packet unless told otherwise. What cannot be decoded is counted, its place kept, and told to the
// books as a gap: a book that missed a message may be wrong.
#pragma once

#include <array>
#include <limits>
#include <span>
#include <utility>

#include "hft/base/session_date.hpp"
#include "hft/feed/itch50/feed_counters.hpp"
#include "hft/feed/itch50/message_decoder.hpp"
#include "hft/feed/line_arbiter.hpp"

namespace hft::feed::itch50 {

struct HandlerOptions {
  std::uint16_t feed_index = 0;
  record::Venue venue = record::Venue::none;
  std::uint8_t channel = 0;
  std::optional<CivilDate> session_date{};  // else of each packet's receive time
  ArbiterOptions arbiter{};
  bool flush_each_packet = true;  // false: whoever drives the handler calls flush()
};

/// `Sink` is called with std::span<const record::Record>. `decode_run` is decode_blocks_slowly or
/// a function that answers the same.
template <class Sink, auto decode_run = &decode_blocks_slowly>
class Handler {
 public:
  static constexpr std::size_t block_records = 128;

  /// Throws hft::Error where the session date is none.
  Handler(const HandlerOptions& options, Sink sink)
      : options_(options), arbiter_(options.arbiter), sink_(std::move(sink)) {
    context_ = {0, 0, 1, options.feed_index, options.venue, options.channel};
    if (options.session_date) context_.midnight_ns = midnight_new_york_ns(*options.session_date);
    counters_.listed_gaps.reserve(FeedCounters::max_listed_gaps);
  }

  /// The file of what comes next: only places tell it.
  void set_file(std::size_t file) noexcept { arbiter_.set_file(file); }

  /// Takes the payload of one datagram of any of the feed's lines.
  Arrival on_packet(const FeedPacket& packet) {
    const Arrival arrival = arbiter_.on_packet(packet, *this);
    if (options_.flush_each_packet) flush();
    return arrival;
  }

  /// Takes the next blocks of a raw file, whose byte `offset` is the first of `bytes`. Returns how
  /// many bytes are done: a block that is not whole waits for more, unless `last` says that no more
  /// will come.
  std::size_t on_file_bytes(std::span<const std::byte> bytes, std::uint64_t offset, bool last);

  /// Gives up gaps that nothing has filled in time.
  void advance_time(std::uint64_t now_ns) {
    arbiter_.advance_time(now_ns, *this);
    if (options_.flush_each_packet) flush();
  }

  /// The data is at its end: hands on all that is held or gathered.
  void finish() {
    arbiter_.finish(*this);
    flush();
  }

  /// Hands the gathered records to the sink.
  void flush() {
    if (filled_ == 0) return;
    counters_.records += filled_;
    sink_(std::span<const record::Record>(block_.data(), filled_));
    filled_ = 0;
  }

  const HandlerOptions& options() const noexcept { return options_; }
  const FeedCounters& counters() const noexcept { return counters_; }
  const LineArbiter& arbiter() const noexcept { return arbiter_; }
  Sink& sink() noexcept { return sink_; }

  // What the arbiter calls.
  void on_messages(const Delivery& delivery);
  void on_session_start(const SessionName& session, std::uint64_t receive_time_ns);
  void on_late_start(MissingMessages missing, std::uint64_t receive_time_ns);
  void on_gap(MissingMessages missing, std::uint64_t receive_time_ns, const Place& place);
  void on_session_end(const SessionName& session, std::uint64_t next_sequence_number,
                      std::uint64_t receive_time_ns);

 private:
  struct Rest {  // what decode() left undone
    std::span<const std::byte> blocks;
    std::uint64_t messages;
  };

  Rest decode(std::span<const std::byte> blocks, std::uint64_t messages, const FaultPlace& place);
  void refuse(Verdict verdict, std::span<const std::byte> block, std::uint64_t messages,
              const FaultPlace& place);
  void set_date(std::uint64_t receive_time_ns);
  void append(record::StatusAction action, MissingMessages missing, std::uint64_t receive_time_ns,
              const SessionName& session = {});

  HandlerOptions options_;
  LineArbiter arbiter_;
  Sink sink_;
  Context context_;
  std::uint64_t day_ns_ = 0;  // how long midnight_ns holds; 0 makes every packet ask
  FeedCounters counters_;
  bool file_started_ = false;
  bool file_ended_ = false;
  std::size_t filled_ = 0;
  std::array<record::Record, block_records> block_;
};

template <class Sink, auto decode_run>
void Handler<Sink, decode_run>::on_messages(const Delivery& delivery) {
  if (delivery.receive_time_ns - context_.midnight_ns >= day_ns_) [[unlikely]]
    set_date(delivery.receive_time_ns);
  context_.receive_time_ns = delivery.receive_time_ns;
  context_.sequence_number = delivery.sequence_number;
  ++counters_.packets;
  const FaultPlace place{delivery.packet_number, delivery.packet_offset, delivery.payload_offset,
                         delivery.blocks.data()};
  const Rest rest = decode(delivery.blocks, delivery.message_count, place);
  if (rest.messages != 0) [[unlikely]]
    refuse(Verdict::truncated, rest.blocks, rest.messages, place);
  else if (!rest.blocks.empty()) [[unlikely]]
    ++counters_.surplus_packets;
}

/// Decodes at most `messages` blocks, in front of one that is cut off, and over refused ones.
template <class Sink, auto decode_run>
auto Handler<Sink, decode_run>::decode(std::span<const std::byte> blocks, std::uint64_t messages,
                                       const FaultPlace& place) -> Rest {
  for (;;) {
    const BlockRun run =
        decode_run(blocks, messages, context_, std::span(block_).subspan(filled_), counters_.types);
    filled_ += run.records;
    blocks = blocks.subspan(run.bytes);
    messages -= run.messages;
    context_.sequence_number += run.messages;
    if (messages == 0 || run.verdict == Verdict::truncated) return {blocks, messages};
    if (run.verdict <= Verdict::ignored) {  // the block of records is full
      flush();
      continue;
    }
    if (place.ends_at_empty_block && block_length(blocks) == 0) return {blocks, messages};
    refuse(run.verdict, blocks, 1, place);
    blocks = blocks.subspan(sizeof(wire::moldudp64::MessageBlock) + block_length(blocks));
    --messages;
  }
}

template <class Sink, auto decode_run>
std::size_t Handler<Sink, decode_run>::on_file_bytes(std::span<const std::byte> bytes,
                                                     std::uint64_t offset, bool last) {
  if (!std::exchange(file_started_, true)) on_session_start({}, 0);
  if (file_ended_) {
    counters_.bytes_behind_end += bytes.size();
    return bytes.size();
  }
  const FaultPlace place{0, offset, 0, bytes.data(), true};
  const Rest rest = decode(bytes, std::numeric_limits<std::uint64_t>::max(), place);
  std::size_t left = rest.blocks.size();
  if (left >= sizeof(wire::moldudp64::MessageBlock) && block_length(rest.blocks) == 0) {
    file_ended_ = true;  // an empty block is the end mark of Nasdaq's files
    on_session_end({}, context_.sequence_number, 0);
    counters_.bytes_behind_end += left - sizeof(wire::moldudp64::MessageBlock);
    left = 0;
  } else if (last && left != 0) {
    refuse(Verdict::truncated, rest.blocks, 1, place);
    left = 0;
  }
  if (options_.flush_each_packet) flush();
  return bytes.size() - left;
}

/// Counts messages that cannot be decoded, the first of them at the front of `block`, and tells the
/// books that they are missing.
template <class Sink, auto decode_run>
void Handler<Sink, decode_run>::refuse(Verdict verdict, std::span<const std::byte> block,
                                       std::uint64_t messages, const FaultPlace& place) {
  const MissingMessages missing{context_.sequence_number, messages};
  counters_.refused[static_cast<std::size_t>(verdict)] += messages;
  const Fault fault = fault_at(verdict, block, missing.first, arbiter_.file(), place);
  if (!counters_.first_fault) counters_.first_fault = fault;
  counters_.list({missing, context_.receive_time_ns, Gap::Cause::undecodable, fault.place});
  append(record::StatusAction::gap, missing, context_.receive_time_ns);
  context_.sequence_number += messages;
}

template <class Sink, auto decode_run>
void Handler<Sink, decode_run>::set_date(std::uint64_t receive_time_ns) {
  if (options_.session_date) {
    day_ns_ = std::numeric_limits<std::uint64_t>::max();
    return;
  }
  const auto date = session_date_at(receive_time_ns);
  context_.midnight_ns = date ? midnight_new_york_ns(*date) : 0;
  day_ns_ = date ? ns_per_day : 0;
  if (!date) ++counters_.undated_packets;
}

template <class Sink, auto decode_run>
void Handler<Sink, decode_run>::on_session_start(const SessionName& session,
                                                 std::uint64_t receive_time_ns) {
  ++counters_.sessions;
  append(record::StatusAction::session_start, {}, receive_time_ns, session);
}

template <class Sink, auto decode_run>
void Handler<Sink, decode_run>::on_late_start(MissingMessages missing,
                                              std::uint64_t receive_time_ns) {
  ++counters_.late_starts;
  counters_.late_start_messages += missing.count;
  append(record::StatusAction::late_start, missing, receive_time_ns);
}

template <class Sink, auto decode_run>
void Handler<Sink, decode_run>::on_gap(MissingMessages missing, std::uint64_t receive_time_ns,
                                       const Place& place) {
  ++counters_.gaps;
  counters_.lost_messages += missing.count;
  counters_.list({missing, receive_time_ns, Gap::Cause::lost, place});
  append(record::StatusAction::gap, missing, receive_time_ns);
}

template <class Sink, auto decode_run>
void Handler<Sink, decode_run>::on_session_end(const SessionName& session,
                                               std::uint64_t next_sequence_number,
                                               std::uint64_t receive_time_ns) {
  ++counters_.session_ends;
  append(record::StatusAction::session_end, {next_sequence_number, 0}, receive_time_ns, session);
}

/// Adds an event of the feed itself, behind the records of the messages before it.
template <class Sink, auto decode_run>
void Handler<Sink, decode_run>::append(record::StatusAction action, MissingMessages missing,
                                       std::uint64_t receive_time_ns, const SessionName& session) {
  if (filled_ == block_.size()) flush();
  record::as<record::StatusEvent>(block_[filled_]) =
      feed_status(action, missing, receive_time_ns, session, context_);
  ++filled_;
}

}  // namespace hft::feed::itch50
