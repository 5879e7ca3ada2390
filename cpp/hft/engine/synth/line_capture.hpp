// A capture of both lines of a session: messages are put into MoldUDP64 packets, and each line
// loses, repeats and reorders them in its own way.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hft/engine/synth/options.hpp"
#include "hft/engine/synth/packet_pool.hpp"
#include "hft/engine/synth/random.hpp"
#include "hft/net/capture_writer.hpp"

namespace hft::engine::synth {

class LineCapture {
 public:
  LineCapture(const Options& options, const std::string& path);

  /// Whole length-prefixed messages.
  void write_blocks(std::span<const std::byte> blocks);

  /// Ends the session on both lines and completes the file.
  void close();

  /// Sets what `summary` says about captures.
  void describe(Summary& summary) const;

 private:
  static constexpr std::uint32_t no_packet = 0xffffffff;

  struct Arrival {
    std::uint64_t time_ns;  // since the Unix epoch
    std::uint64_t number;   // decides between equal times
    std::uint32_t packet;
    std::uint32_t line;
    bool operator>(const Arrival& other) const noexcept {
      return time_ns != other.time_ns ? time_ns > other.time_ns : number > other.number;
    }
  };
  struct Line {
    net::DatagramRoute route;
    std::uint64_t loss;  // thresholds of Random::chance
    std::uint64_t duplicate;
    std::uint64_t reorder;
    std::uint64_t latency_ns;
    std::uint32_t jitter_ns;
    std::uint64_t last_arrival_ns = 0;
    std::uint32_t held = no_packet;  // held back to be overtaken
    std::uint64_t held_time_ns = 0;
    LineSummary summary;
  };

  void append(std::span<const std::byte> block, std::uint64_t time_ns);
  void send();
  void send_idle(std::uint64_t time_ns, std::uint16_t message_count);
  void send_heartbeats(std::uint64_t until_ns);
  void write_header(std::uint32_t packet, std::uint16_t message_count);
  bool deliver(std::uint32_t line, bool lost);
  std::uint64_t arrival_time(Line& line);
  void push(std::uint32_t line, std::uint32_t packet, std::uint64_t time_ns);
  void release_held(std::uint32_t line);
  void note_gap(bool lost);
  void write_until(std::uint64_t time_ns);

  net::PcapWriter file_;
  Random random_;
  PacketPool pool_;
  std::array<Line, 2> lines_;
  std::uint64_t gap_;  // threshold: both lines lose the packet
  std::uint64_t midnight_ns_;
  std::uint64_t heartbeat_ns_;
  std::array<char, 10> session_;
  std::vector<Arrival> arrivals_;  // a heap, the earliest on top
  std::uint64_t arrival_count_ = 0;
  std::uint32_t packet_ = no_packet;  // being filled
  std::uint16_t packet_messages_ = 0;
  std::uint64_t message_time_ns_ = 0;  // of the last message, since midnight
  std::uint64_t sent_ns_ = 0;          // of the last packet, since the Unix epoch
  std::uint64_t next_sequence_number_ = 1;
  std::uint64_t packets_ = 0;
  bool in_gap_ = false;
  std::uint64_t gaps_ = 0;
  std::uint64_t gap_messages_ = 0;
};

}  // namespace hft::engine::synth
