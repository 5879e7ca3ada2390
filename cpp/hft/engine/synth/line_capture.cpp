// Packets, faults, and the merge of both lines by time.
#include "hft/engine/synth/line_capture.hpp"

#include <algorithm>
#include <functional>

#include "hft/base/error.hpp"
#include "hft/base/session_date.hpp"
#include "hft/wire/itch50.hpp"
#include "hft/wire/moldudp64.hpp"

namespace hft::engine::synth {

namespace mold = wire::moldudp64;

namespace {

constexpr std::uint64_t publish_ns = 10'000;      // from the match to the wire
constexpr std::uint64_t packet_spacing_ns = 100;  // no two packets of a line are closer
constexpr std::uint64_t join_ns = 300;            // a message that soon joins the packet before
constexpr std::uint16_t join_messages = 30;
constexpr std::uint64_t overtake_ns = 200'000;  // a packet is held back no longer
constexpr std::uint64_t end_packets = 3;        // end of session, sent every heartbeat interval

constexpr std::array<net::DatagramRoute, 2> routes = {{
    {0xc0000201, 0xe9360c6f, 26477, 26477},  // 192.0.2.1 to 233.54.12.111
    {0xc6336401, 0xe931c46f, 26477, 26477},  // 198.51.100.1 to 233.49.196.111
}};

std::uint64_t threshold(double probability, const char* option) {
  if (!(probability >= 0 && probability <= 1)) {
    throw Error(std::string("synthetic session: ") + option, "it is not a probability",
                "give a number from 0 to 1");
  }
  return chance_threshold(probability);
}

CivilDate civil_date(std::uint32_t yyyymmdd) {
  return {static_cast<std::int32_t>(yyyymmdd / 10'000),
          static_cast<std::uint8_t>(yyyymmdd / 100 % 100),
          static_cast<std::uint8_t>(yyyymmdd % 100)};
}

std::array<char, 10> session_name(std::uint32_t yyyymmdd) {
  std::array<char, 10> name = {'S', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', 'A'};
  for (std::size_t digit = 8; digit > 0; --digit, yyyymmdd /= 10) {
    name[digit] = static_cast<char>('0' + yyyymmdd % 10);
  }
  return name;
}

}  // namespace

LineCapture::LineCapture(const Options& options, const std::string& path)
    : file_(path, options.overwrite ? net::IfExists::overwrite : net::IfExists::refuse),
      random_(options.seed, 1),
      gap_(threshold(options.gap, "gap")),
      midnight_ns_(midnight_new_york_ns(civil_date(options.session_date))),
      heartbeat_ns_(std::max<std::uint64_t>(options.heartbeat_ns, 1'000'000)),
      session_(session_name(options.session_date)) {
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    lines_[i].route = routes[i];
    lines_[i].loss = threshold(options.lines[i].loss, "loss");
    lines_[i].duplicate = threshold(options.lines[i].duplicate, "duplicate");
    lines_[i].reorder = threshold(options.lines[i].reorder, "reorder");
    lines_[i].latency_ns = i == 0 ? 4'000 : 6'000;  // B comes later most of the time, not always
    lines_[i].jitter_ns = i == 0 ? 2'000 : 6'000;
  }
}

void LineCapture::write_blocks(std::span<const std::byte> blocks) {
  while (!blocks.empty()) {
    const auto& block = *reinterpret_cast<const mold::MessageBlock*>(blocks.data());
    // Every message has its time where the system event has it.
    const auto& message =
        *reinterpret_cast<const wire::itch50::SystemEvent*>(blocks.data() + sizeof block);
    const std::size_t size = sizeof block + block.message_length;
    append(blocks.first(size), message.timestamp);
    blocks = blocks.subspan(size);
  }
}

void LineCapture::close() {
  send();
  for (std::uint64_t i = 0; i < end_packets; ++i) {
    send_idle(sent_ns_ + heartbeat_ns_, mold::end_of_session_count);
  }
  write_until(~std::uint64_t{0});
  file_.close();
}

void LineCapture::describe(Summary& summary) const {
  summary.bytes = file_.size();
  summary.packets = packets_;
  for (std::size_t i = 0; i < lines_.size(); ++i) summary.lines[i] = lines_[i].summary;
  summary.gaps = gaps_;
  summary.gap_messages = gap_messages_;
}

void LineCapture::append(std::span<const std::byte> block, std::uint64_t time_ns) {
  if (packet_ != no_packet &&
      (time_ns - message_time_ns_ > join_ns || packet_messages_ == join_messages ||
       pool_.bytes(packet_).size() + block.size() > PacketPool::max_payload)) {
    send();
  }
  if (packet_ == no_packet) {
    packet_ = pool_.take();
    packet_messages_ = 0;
    write_header(packet_, 0);
  }
  pool_.append(packet_, block);
  ++packet_messages_;
  message_time_ns_ = time_ns;
}

// Sends the packet being filled down both lines.
void LineCapture::send() {
  if (packet_ == no_packet) return;
  const std::uint64_t ready = midnight_ns_ + message_time_ns_ + publish_ns;
  if (sent_ns_ != 0) send_heartbeats(ready);
  sent_ns_ = std::max(ready, sent_ns_ + packet_spacing_ns);
  write_header(packet_, packet_messages_);
  const bool lost = random_.chance(gap_);
  const bool delivered_a = deliver(0, lost);
  const bool delivered_b = deliver(1, lost);
  note_gap(!delivered_a && !delivered_b);
  next_sequence_number_ += packet_messages_;
  ++packets_;
  pool_.release(packet_);
  packet_ = no_packet;
  write_until(sent_ns_);
}

// A packet without messages: a heartbeat or the end of the session.
void LineCapture::send_idle(std::uint64_t time_ns, std::uint16_t message_count) {
  sent_ns_ = time_ns;
  const std::uint32_t packet = pool_.take();
  write_header(packet, message_count);
  for (std::uint32_t line = 0; line < lines_.size(); ++line) {
    release_held(line);
    push(line, packet, arrival_time(lines_[line]));
    lines_[line].summary.heartbeats += message_count == mold::heartbeat_count;
  }
  pool_.release(packet);
  write_until(sent_ns_);
}

void LineCapture::send_heartbeats(std::uint64_t until_ns) {
  while (sent_ns_ + heartbeat_ns_ < until_ns) {
    send_idle(sent_ns_ + heartbeat_ns_, mold::heartbeat_count);
  }
}

// The first call makes room for the header, a later one sets the count.
void LineCapture::write_header(std::uint32_t packet, std::uint16_t message_count) {
  mold::DownstreamHeader header;
  header.session = session_;
  header.sequence_number = next_sequence_number_;
  header.message_count = message_count;
  const auto bytes = std::as_bytes(std::span(&header, 1));
  if (pool_.bytes(packet).empty()) return pool_.append(packet, bytes);
  std::copy(bytes.begin(), bytes.end(), pool_.bytes(packet).begin());
}

// Sends the packet being filled down one line; false where the line loses it.
bool LineCapture::deliver(std::uint32_t index, bool lost) {
  Line& line = lines_[index];
  const std::uint64_t time_ns = arrival_time(line);
  if (random_.chance(line.loss) || lost) {
    ++line.summary.lost;
    return false;
  }
  const bool overtakes = line.held != no_packet && time_ns - line.held_time_ns < overtake_ns;
  if (!overtakes) release_held(index);
  if (line.held == no_packet && random_.chance(line.reorder)) {
    pool_.hold(packet_);
    line.held = packet_;
    line.held_time_ns = time_ns;
  } else {
    push(index, packet_, time_ns);
  }
  if (overtakes) {
    line.last_arrival_ns = line.held_time_ns = time_ns + packet_spacing_ns;
    ++line.summary.reordered;
    release_held(index);
  }
  if (random_.chance(line.duplicate)) {
    push(index, packet_, time_ns + 1'000 + random_.below(20'000));
    ++line.summary.duplicated;
  }
  return true;
}

std::uint64_t LineCapture::arrival_time(Line& line) {
  const std::uint64_t time_ns = sent_ns_ + line.latency_ns + random_.below(line.jitter_ns);
  line.last_arrival_ns = std::max(time_ns, line.last_arrival_ns + packet_spacing_ns);
  return line.last_arrival_ns;
}

void LineCapture::push(std::uint32_t line, std::uint32_t packet, std::uint64_t time_ns) {
  pool_.hold(packet);
  arrivals_.push_back({time_ns, arrival_count_++, packet, line});
  std::push_heap(arrivals_.begin(), arrivals_.end(), std::greater<>());
  ++lines_[line].summary.packets;
}

void LineCapture::release_held(std::uint32_t index) {
  Line& line = lines_[index];
  if (line.held == no_packet) return;
  push(index, line.held, line.held_time_ns);
  pool_.release(line.held);
  line.held = no_packet;
}

void LineCapture::note_gap(bool lost) {
  if (lost) gap_messages_ += packet_messages_;
  gaps_ += lost && !in_gap_;
  in_gap_ = lost;
}

// Writes what arrived until then; nothing that is still to come can be earlier.
void LineCapture::write_until(std::uint64_t time_ns) {
  for (const Line& line : lines_) {
    if (line.held != no_packet) time_ns = std::min(time_ns, line.held_time_ns);
  }
  while (!arrivals_.empty() && arrivals_.front().time_ns <= time_ns) {
    std::pop_heap(arrivals_.begin(), arrivals_.end(), std::greater<>());
    const Arrival arrival = arrivals_.back();
    arrivals_.pop_back();
    file_.write_datagram(arrival.time_ns, lines_[arrival.line].route, pool_.bytes(arrival.packet));
    pool_.release(arrival.packet);
  }
}

}  // namespace hft::engine::synth
