// The lines of one live feed: datagrams from sockets into the feed's handler.
//
// Lines are read in turn, one datagram each, so that neither starves the other. Time is the
// kernel's stamp of the datagram, or the engine's clock where the kernel gives none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hft/engine/feed_run.hpp"
#include "hft/feed/itch50/handler.hpp"
#include "hft/net/udp_socket.hpp"

namespace hft::engine {

struct FeedInputConfig {
  std::string name;
  std::vector<net::UdpReceiverOptions> lines;  // A, B, …: at most feed::max_lines
  feed::itch50::HandlerOptions handler{};
};

template <class Sink>
class FeedInput {
 public:
  static constexpr std::size_t datagram_bytes = 65'536;  // UDP allows no more

  /// Opens all lines. Throws hft::Error where one cannot be opened, or there are too many.
  FeedInput(const FeedInputConfig& config, Sink sink) : handler_(config.handler, std::move(sink)) {
    if (config.lines.empty() || config.lines.size() > feed::max_lines) {
      throw Error("feed " + config.name, std::to_string(config.lines.size()) + " lines",
                  "give 1 to " + std::to_string(feed::max_lines));
    }
    receivers_.reserve(config.lines.size());
    for (const net::UdpReceiverOptions& line : config.lines) receivers_.emplace_back(line);
  }

  /// Takes one datagram from each line that has one. `begin` is called before each, and gives the
  /// time now. Returns how many there were.
  template <class Begin>
  std::size_t poll(Begin begin) noexcept {
    std::size_t taken = 0;
    for (std::size_t line = 0; line < receivers_.size(); ++line) {
      const net::Received got = receivers_[line].receive(room_);
      if (got.verdict != net::IoVerdict::done) continue;
      const std::uint64_t now_ns = begin();
      ++taken;
      if (got.truncated) [[unlikely]] {
        ++truncated_;
        continue;
      }
      handler_.on_packet({std::span<const std::byte>(room_).first(got.count),
                          got.receive_time_ns != 0 ? got.receive_time_ns : now_ns, ++packets_, 0,
                          static_cast<std::uint8_t>(line)});
    }
    return taken;
  }

  /// Gives up gaps that nothing has filled in time.
  void advance_time(std::uint64_t now_ns) { handler_.advance_time(now_ns); }

  const feed::itch50::FeedCounters& counters() const noexcept { return handler_.counters(); }
  const feed::LineArbiter& arbiter() const noexcept { return handler_.arbiter(); }
  std::uint64_t truncated() const noexcept { return truncated_; }
  std::uint64_t kernel_drops() const noexcept {
    std::uint64_t sum = 0;
    for (const net::UdpReceiver& receiver : receivers_) sum += receiver.kernel_drops();
    return sum;
  }

 private:
  feed::itch50::Handler<Sink, &decode_blocks> handler_;
  std::vector<net::UdpReceiver> receivers_;
  std::uint64_t packets_ = 0;
  std::uint64_t truncated_ = 0;
  std::array<std::byte, datagram_bytes> room_;
};

}  // namespace hft::engine
