// The replay of captures: packets to the feeds they belong to.
//
// Records of a feed gather in blocks until a packet of another feed comes: blocks feed the books
// faster than packets do, and records still leave in the order of their packets.
#include <algorithm>

#include "hft/engine/replay.hpp"
#include "hft/wire/moldudp64.hpp"

namespace hft::engine {

namespace {

constexpr std::uint64_t tick_ns = 1'000'000;  // how often silent feeds are told the time

std::size_t packet_limit(std::size_t messages) {
  constexpr std::size_t messages_per_packet = 4;  // a rough guess; only steps depend on it
  return std::clamp<std::size_t>(messages / messages_per_packet, 1, CaptureInput::batch_limit);
}

/// The messages that the packet's header counts.
std::uint64_t message_count(std::span<const std::byte> payload) noexcept {
  using Header = wire::moldudp64::DownstreamHeader;
  if (payload.size() < sizeof(Header)) return 0;
  const std::uint16_t count = reinterpret_cast<const Header&>(payload[0]).message_count;
  return count == wire::moldudp64::end_of_session_count ? 0 : count;
}

}  // namespace

bool Replay::advance_capture(std::size_t messages) {
  const bool paced = options_.pace > 0;
  if (waiting_.empty()) waiting_ = captures_->next(paced ? 1 : packet_limit(messages));
  if (waiting_.empty()) return finish(captures_->damaged() ? EndedBy::damaged : EndedBy::end);
  if (paced && !wait_until(waiting_.front().receive_time_ns)) return true;
  const auto packets = waiting_;
  waiting_ = {};
  run_packets(packets);
  settle(packets);
  return !all_stopped() || finish(EndedBy::to_time);
}

void Replay::run_packets(std::span<const net::Packet> packets) {
  for (const auto& run : runs_) {
    if (run != nullptr) run->set_file(captures_->file());
  }
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const net::Packet& packet = packets[i];
    if (packet.receive_time_ns >= next_tick_ns_) advance_time(packet.receive_time_ns);
    FeedRun* run = nullptr;
    const bool sampled = is_sample();
    if (sampled) begin_sample();
    const std::uint64_t messages_first = run_packet(packet, run);
    if (sampled) end_sample();
    count_packet(packet, messages_first);
    packet_runs_[i] = run;
  }
}

bool Replay::is_sample() noexcept {
  if (!options_.latency) return false;
  if (options_.pace > 0) return true;
  if (until_sample_-- != 0) return false;
  until_sample_ = StageLatency::sample_every - 1;
  return true;
}

void Replay::begin_sample() {
  hand_over(nullptr);
  latency_.begin();
}

void Replay::end_sample() {
  latency_.decoded();
  hand_over(nullptr);
  latency_.end();
}

/// Returns how many messages the packet brought first; `run` is the feed it is of, if any.
std::uint64_t Replay::run_packet(const net::Packet& packet, FeedRun*& run) {
  std::span<const std::byte> payload;
  feed::FeedTable::Match match{feed::FeedTable::no_feed, 0};
  auto verdict = net::DatagramVerdict::udp;
  const net::PlainUdp* const headers = net::plain_udp(packet);
  if (headers != nullptr) [[likely]] {
    payload = headers->payload();
    match = table_.find_recent(*headers);
  }
  if (match.feed == feed::FeedTable::no_feed) [[unlikely]] {
    net::Datagram datagram;
    verdict = net::parse_datagram(packet, datagram);
    if (verdict == net::DatagramVerdict::udp) match = table_.find(packet, datagram);
    payload = datagram.payload;
  }
  ++packets_.verdicts[static_cast<std::size_t>(verdict)];
  if (verdict != net::DatagramVerdict::udp) return 0;
  run = match.feed < runs_.size() ? runs_[match.feed].get() : run_of(match);
  if (run == nullptr) {
    ++packets_.foreign;
    return 0;
  }
  ++packets_.of_feeds;
  hand_over(run);
  const std::uint64_t sessions = run->counters().sessions;
  const feed::Arrival arrival =
      run->on_packet({payload, packet.receive_time_ns, packet.number, packet.offset, match.line});
  if (run->counters().sessions != sessions) {
    table_.note_session(match.feed, run->arbiter().session());
  }
  const bool first = arrival == feed::Arrival::delivered || arrival == feed::Arrival::held;
  return first ? message_count(payload) : 0;
}

/// The run of a feed, made when its first packet comes; null where the feed was not asked for, or
/// the packet is of none.
FeedRun* Replay::run_of(const feed::FeedTable::Match& match) {
  if (match.feed == feed::FeedTable::no_feed) return nullptr;
  while (runs_.size() < table_.feeds().size()) {
    const feed::Feed& feed = table_.feeds()[runs_.size()];
    const bool wanted = options_.venue == record::Venue::none || options_.venue == feed.venue;
    const auto index = static_cast<std::uint16_t>(runs_.size());
    runs_.push_back(!wanted
                        ? nullptr
                        : std::make_unique<FeedRun>(index, feed.venue, feed.channel, options_.date,
                                                    options_, outlets_, latency_));
    if (wanted) runs_.back()->set_file(captures_->file());
  }
  return runs_[match.feed].get();
}

/// From here on records of `run` gather; what another feed has gathered leaves before.
void Replay::hand_over(FeedRun* run) {
  if (gathering_ == run) return;
  if (gathering_ != nullptr) gathering_->flush();
  gathering_ = run;
}

void Replay::count_packet(const net::Packet& packet, std::uint64_t messages) noexcept {
  if (packets_.total++ == 0) first_receive_ns_ = packet.receive_time_ns;
  last_receive_ns_ = packet.receive_time_ns;
  packets_.bytes += packet.bytes.size();
  series_.add(packet.receive_time_ns, {1, messages, packet.bytes.size()});
}

/// A feed that is silent does not see that its gaps grow old.
void Replay::advance_time(std::uint64_t now_ns) {
  next_tick_ns_ = now_ns + tick_ns;
  for (const auto& run : runs_) {
    if (run == nullptr) continue;
    hand_over(run.get());
    run->advance_time(now_ns);
  }
}

/// The packets at hand are done: everything leaves, and what was wrong finds its place.
void Replay::settle(std::span<const net::Packet> packets) {
  hand_over(nullptr);
  for (const auto& run : runs_) {
    if (run == nullptr) continue;
    run->place_faults([&](std::uint64_t number) { return locate(packets, *run, number); });
  }
}

/// A message is in one of the packets at hand, or in one that was held.
Place Replay::locate(std::span<const net::Packet> packets, const FeedRun& run,
                     std::uint64_t sequence_number) const noexcept {
  using Header = wire::moldudp64::DownstreamHeader;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    net::Datagram datagram;
    if (packet_runs_[i] != &run ||
        net::parse_datagram(packets[i], datagram) != net::DatagramVerdict::udp ||
        datagram.payload.size() < sizeof(Header)) {
      continue;
    }
    const auto& header = reinterpret_cast<const Header&>(datagram.payload[0]);
    if (sequence_number - header.sequence_number < header.message_count) {
      return {captures_->file(), packets[i].number, packets[i].offset, sequence_number};
    }
  }
  return run.arbiter()
      .place_of_held(sequence_number)
      .value_or(Place{captures_->file(), 0, 0, sequence_number});
}

}  // namespace hft::engine
