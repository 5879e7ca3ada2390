// Line arbitration of one MoldUDP64 channel: the first copy of each message wins, whichever line
// brings it, and messages leave in sequence.
//
// Nearly every packet is the next one or a copy of one just seen; both are settled inline, without
// a copy of the bytes. A packet ahead of a gap is held until the other line fills the gap, or until
// it has waited `hold_ns` of capture time or the storage is full: then the gap is given up.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "hft/feed/feed_packet.hpp"
#include "hft/feed/held_packets.hpp"
#include "hft/wire/moldudp64.hpp"

namespace hft::feed {

/// Takes what an arbiter finds out, in sequence.
template <class T>
concept ArbiterSink = requires(T& sink, const Delivery& delivery, const SessionName& session,
                               MissingMessages missing, std::uint64_t number, const Place& place) {
  sink.on_messages(delivery);
  sink.on_session_start(session, number);        // receive_time_ns
  sink.on_late_start(missing, number);           // receive_time_ns
  sink.on_gap(missing, number, place);           // receive_time_ns; of the packet behind the gap
  sink.on_session_end(session, number, number);  // next sequence number, receive_time_ns
};

struct ArbiterOptions {
  std::size_t hold_packets = 512;
  std::size_t hold_payload = 2048;           // bytes; a longer packet is never held
  std::uint64_t hold_ns = 10'000'000;        // of capture time
  std::uint64_t backward_messages = 65'536;  // further behind its own line is no reordering
};

class LineArbiter {
 public:
  explicit LineArbiter(const ArbiterOptions& options = {})
      : options_(options), held_(options.hold_packets, options.hold_payload) {
    session_.fill(no_session);
    ended_session_.fill(no_session);
  }

  /// The file of the packets that come next: only places tell it.
  void set_file(std::size_t file) noexcept { file_ = file; }

  template <ArbiterSink Sink>
  Arrival on_packet(const FeedPacket& packet, Sink& sink) {
    LineCounters& line = lines_[packet.line];
    count(line, packet);
    if (packet.payload.size() < sizeof(Header)) [[unlikely]]
      return on_malformed(packet);
    const Header& header = header_of(packet);
    const std::uint64_t first = header.sequence_number;
    const std::uint16_t messages = header.message_count;
    // One comparison refuses a heartbeat (0) and an end of session (0xffff).
    const bool plain = static_cast<std::uint16_t>(messages - 1) < end_of_session - 1 &&
                       same_session(header.session, session_) && held_.empty() && first != 0;
    if (plain && first == next_) [[likely]] {
      deliver(packet, first, first + messages, sink);
      return Arrival::delivered;
    }
    if (plain && first < next_ && messages <= next_ - first) return on_old(packet, first, messages);
    return on_unexpected(packet, line, sink);
  }

  /// Gives up gaps that nothing has filled in time. Packets do this too; call it where none come.
  template <ArbiterSink Sink>
  void advance_time(std::uint64_t now_ns, Sink& sink) {
    while (!held_.empty() && waited(now_ns, held_.front().receive_time_ns)) {
      give_up_gap(now_ns, sink);
    }
  }

  /// Hands on everything that is held: the capture is at its end.
  template <ArbiterSink Sink>
  void finish(Sink& sink) {
    while (!held_.empty()) give_up_gap(held_.front().receive_time_ns, sink);
  }

  std::span<const LineCounters, max_lines> lines() const noexcept { return lines_; }
  std::span<const LinePlaces, max_lines> places() const noexcept { return places_; }
  /// Of the packet at hand, while it is handed on.
  std::size_t file() const noexcept { return file_; }
  /// Where a message lay that was held and handed on not long ago.
  std::optional<Place> place_of_held(std::uint64_t sequence_number) const noexcept {
    return held_.place_of_popped(sequence_number);
  }
  std::uint64_t next_sequence_number() const noexcept { return next_; }
  const SessionName& session() const noexcept { return session_; }
  std::uint64_t unsequenced_packets() const noexcept { return unsequenced_; }

 private:
  using Header = wire::moldudp64::DownstreamHeader;
  static constexpr std::uint16_t end_of_session = wire::moldudp64::end_of_session_count;
  static constexpr char no_session = '\xff';                               // never on the wire
  static constexpr std::uint64_t sequence_limit = std::uint64_t{1} << 48;  // what a record holds
  static constexpr std::uint64_t forward_limit = std::uint64_t{1} << 32;   // no session has so many
  static constexpr std::uint32_t straggler_limit = 64;                     // packets

  static const Header& header_of(const FeedPacket& packet) noexcept {
    return reinterpret_cast<const Header&>(packet.payload[0]);
  }

  void count(LineCounters& line, const FeedPacket& packet) noexcept {
    if (line.packets++ == 0) line.first_time_ns = packet.receive_time_ns;
    line.bytes += packet.payload.size();
    if (packet.receive_time_ns < line.last_time_ns) [[unlikely]]
      on_time_backwards(packet);
    line.last_time_ns = packet.receive_time_ns;
  }

  /// Signed: a capture's clock may step back.
  bool waited(std::uint64_t now_ns, std::uint64_t since_ns) const noexcept {
    return static_cast<std::int64_t>(now_ns - since_ns) >
           static_cast<std::int64_t>(options_.hold_ns);
  }

  Arrival on_old(const FeedPacket& packet, std::uint64_t first, std::uint64_t messages) noexcept {
    LineCounters& line = lines_[packet.line];
    const std::uint64_t end = first + messages;
    if (end + options_.backward_messages < line.next_sequence_number) [[unlikely]]
      return on_sequence_backwards(packet);
    if (line.next_sequence_number < end) line.next_sequence_number = end;
    if (given_up_count_ > 0 && was_given_up(first, end)) {
      ++line.late;
      return Arrival::late;
    }
    ++line.duplicates;
    return Arrival::duplicate;
  }

  Place place_of(const FeedPacket& packet) const noexcept;
  void on_time_backwards(const FeedPacket& packet) noexcept;
  Arrival on_malformed(const FeedPacket& packet) noexcept;
  Arrival on_sequence_backwards(const FeedPacket& packet) noexcept;
  bool is_back(bool plain) noexcept;
  bool was_given_up(std::uint64_t first, std::uint64_t end) const noexcept;
  void note_given_up(MissingMessages missing) noexcept;

  /// Hands on messages [next_, end) of a packet that starts at `first`, at or before next_.
  template <ArbiterSink Sink>
  void deliver(const FeedPacket& packet, std::uint64_t first, std::uint64_t end, Sink& sink) {
    std::size_t start = sizeof(Header);
    for (std::uint64_t seen = next_ - first; seen > 0; --seen) start = skip_block(packet, start);
    const Delivery delivery{packet.payload.subspan(start),
                            next_,
                            packet.receive_time_ns,
                            packet.number,
                            packet.offset,
                            static_cast<std::uint32_t>(start),
                            static_cast<std::uint16_t>(end - next_),
                            packet.line};
    LineCounters& line = lines_[packet.line];
    ++line.won;
    if (line.next_sequence_number < end) line.next_sequence_number = end;
    next_ = end;
    sink.on_messages(delivery);
  }

  /// Behind the block at `start`, or the payload's end where the block is not whole.
  static std::size_t skip_block(const FeedPacket& packet, std::size_t start) noexcept {
    using Block = wire::moldudp64::MessageBlock;
    const std::size_t rest = packet.payload.size() - start;
    if (rest < sizeof(Block)) return packet.payload.size();
    const auto& block = reinterpret_cast<const Block&>(packet.payload[start]);
    const std::size_t size = sizeof(Block) + block.message_length;
    return size <= rest ? start + size : packet.payload.size();
  }

  template <ArbiterSink Sink>
  Arrival on_unexpected(const FeedPacket& packet, LineCounters& line, Sink& sink);
  template <ArbiterSink Sink>
  Arrival on_unsequenced(const FeedPacket& packet, LineCounters& line, Sink& sink);
  template <ArbiterSink Sink>
  Arrival on_heartbeat(const FeedPacket& packet, Sink& sink);
  template <ArbiterSink Sink>
  void start_session(const Header& header, std::uint64_t now_ns, Sink& sink);
  template <ArbiterSink Sink>
  Arrival take(const FeedPacket& packet, std::uint64_t first, std::uint64_t end, Sink& sink);
  template <ArbiterSink Sink>
  Arrival arrive(const FeedPacket& packet, std::uint64_t first, std::uint64_t end, Sink& sink);
  template <ArbiterSink Sink>
  void lose_until(const Place& behind, std::uint64_t now_ns, Sink& sink);
  template <ArbiterSink Sink>
  void give_up_gap(std::uint64_t now_ns, Sink& sink);
  template <ArbiterSink Sink>
  void drain(Sink& sink);

  ArbiterOptions options_;
  SessionName session_;
  std::uint64_t next_ = 0;  // the sequence number of the next message to hand on
  HeldPackets held_;
  std::array<LineCounters, max_lines> lines_{};
  std::array<LinePlaces, max_lines> places_{};
  std::size_t file_ = 0;
  SessionName ended_session_;     // the one before: its stragglers must not bring it back
  bool ended_ = false;            // the venue closed the session
  std::uint32_t stragglers_ = 0;  // of ended_session_, since the present one last moved
  std::uint64_t next_at_straggler_ = 0;
  std::uint64_t unsequenced_ = 0;
  std::array<MissingMessages, 16> given_up_{};  // the latest, to tell late from duplicate
  std::size_t given_up_count_ = 0;
};

template <ArbiterSink Sink>
Arrival LineArbiter::on_unexpected(const FeedPacket& packet, LineCounters& line, Sink& sink) {
  const Header& header = header_of(packet);
  const std::uint64_t first = header.sequence_number;
  const std::uint16_t messages = header.message_count;
  const bool plain = messages != wire::moldudp64::heartbeat_count && messages != end_of_session;
  if (first == 0) return plain ? on_unsequenced(packet, line, sink) : on_heartbeat(packet, sink);
  const bool known_session = header.session == session_;
  if (first >= sequence_limit || (known_session && first > next_ + forward_limit)) {
    return on_malformed(packet);
  }
  if (header.session == ended_session_ && !is_back(plain)) {
    ++line.old_session;
    return Arrival::old_session;
  }
  if (!known_session) start_session(header, packet.receive_time_ns, sink);
  advance_time(packet.receive_time_ns, sink);
  if (!plain) return on_heartbeat(packet, sink);
  return arrive(packet, first, first + messages, sink);
}

/// A capture whose sequence numbers were blanked: nothing can be arbitrated, all is handed on.
template <ArbiterSink Sink>
Arrival LineArbiter::on_unsequenced(const FeedPacket& packet, LineCounters& line, Sink& sink) {
  const Header& header = header_of(packet);
  // The session has numbers: this is damage.
  if (header.session == session_ && next_ != 0) return on_malformed(packet);
  if (header.session != session_) start_session(header, packet.receive_time_ns, sink);
  ++unsequenced_;
  ++line.won;
  sink.on_messages(Delivery{packet.payload.subspan(sizeof(Header)), 0, packet.receive_time_ns,
                            packet.number, packet.offset, sizeof(Header), header.message_count,
                            packet.line});
  return Arrival::delivered;
}

/// A heartbeat names the next message, and so reveals a gap that no packet has revealed yet.
template <ArbiterSink Sink>
Arrival LineArbiter::on_heartbeat(const FeedPacket& packet, Sink& sink) {
  const std::uint64_t first = header_of(packet).sequence_number;
  ++lines_[packet.line].heartbeats;
  if (first != 0) arrive(packet, first, first, sink);
  return Arrival::heartbeat;
}

template <ArbiterSink Sink>
void LineArbiter::start_session(const Header& header, std::uint64_t now_ns, Sink& sink) {
  finish(sink);
  ended_session_ = session_;
  session_ = header.session;
  next_ = header.sequence_number;
  ended_ = false;
  given_up_count_ = 0;
  for (LineCounters& line : lines_) line.next_sequence_number = 0;
  sink.on_session_start(session_, now_ns);
  if (next_ == 1) return;
  // Without sequence numbers nobody knows what is missing: a late start of unknown length.
  const MissingMessages missing = next_ == 0 ? MissingMessages{} : MissingMessages{1, next_ - 1};
  note_given_up(missing);
  sink.on_late_start(missing, now_ns);
}

/// Takes a packet of messages [first, end), none in a heartbeat, that starts at or before next_.
template <ArbiterSink Sink>
Arrival LineArbiter::take(const FeedPacket& packet, std::uint64_t first, std::uint64_t end,
                          Sink& sink) {
  Arrival arrival = Arrival::heartbeat;
  if (end > next_) {
    deliver(packet, first, end, sink);
    arrival = Arrival::delivered;
  } else if (end > first) {
    arrival = on_old(packet, first, end - first);
  } else if (header_of(packet).message_count == end_of_session && !ended_) {
    ended_ = true;  // it is sent many times
    sink.on_session_end(session_, next_, packet.receive_time_ns);
  }
  return arrival;
}

/// A packet that starts beyond next_ is kept. Where it cannot be, gaps are given up, the lowest
/// first, until it can be kept or its turn has come.
template <ArbiterSink Sink>
Arrival LineArbiter::arrive(const FeedPacket& packet, std::uint64_t first, std::uint64_t end,
                            Sink& sink) {
  LineCounters& line = lines_[packet.line];
  const bool ends_session = header_of(packet).message_count == end_of_session;
  while (first > next_) {
    const auto outcome = held_.hold(packet, file_, first, end, ends_session);
    if (outcome == HeldPackets::Outcome::held) {
      ++line.held;
      return Arrival::held;
    }
    if (outcome == HeldPackets::Outcome::already_held) {
      if (end > first) ++line.duplicates;
      return Arrival::duplicate;
    }
    const bool front_is_lower = !held_.empty() && held_.front().first < first;
    if (front_is_lower) {
      give_up_gap(packet.receive_time_ns, sink);
    } else {
      lose_until(place_of(packet), packet.receive_time_ns, sink);
    }
  }
  const Arrival arrival = take(packet, first, end, sink);
  drain(sink);
  return arrival;
}

/// Gives up what is missing in front of a packet's first message.
template <ArbiterSink Sink>
void LineArbiter::lose_until(const Place& behind, std::uint64_t now_ns, Sink& sink) {
  const MissingMessages missing{next_, behind.sequence_number - next_};
  note_given_up(missing);
  next_ = behind.sequence_number;
  sink.on_gap(missing, now_ns, behind);
}

template <ArbiterSink Sink>
void LineArbiter::give_up_gap(std::uint64_t now_ns, Sink& sink) {
  const HeldPacket& held = held_.front();
  lose_until({held.file, held.number, held.offset, held.first}, now_ns, sink);
  drain(sink);
}

/// Hands on what is held, as far as it follows on.
template <ArbiterSink Sink>
void LineArbiter::drain(Sink& sink) {
  while (!held_.empty() && held_.front().first <= next_) {
    const HeldPacket held = held_.front();
    held_.pop_front();  // its bytes stay until the next hold(), and drain() holds nothing
    const FeedPacket packet{held_.payload(held), held.receive_time_ns, held.number, held.offset,
                            held.line};
    const std::size_t file = std::exchange(file_, held.file);
    take(packet, held.first, held.end, sink);
    file_ = file;
  }
}

}  // namespace hft::feed
