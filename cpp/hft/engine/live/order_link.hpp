// OrderLink: an order gateway and the TCP connection under it, kept up as long as it makes sense.
//
// The gateway knows no socket and the socket no orders; here bytes go between them. A lost
// connection is tried again after a second; a session that needs a person is not.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "hft/net/tcp_stream.hpp"
#include "hft/order/gateway.hpp"

namespace hft::engine {

template <order::Protocol P>
class OrderLink {
 public:
  static constexpr std::uint64_t retry_ns = 1'000'000'000;
  static constexpr std::size_t read_bytes = 65'536;

  OrderLink(const net::SocketAddress& venue, const order::GatewayConfig& config,
            const order::InstrumentSymbols& symbols)
      : venue_(venue), gateway_(config, symbols) {}

  /// Reads what is there and gives the reports to `sink`. True when there was something.
  template <class Sink>
  bool poll(std::uint64_t now_ns, Sink&& sink) {
    if (!stream_.is_open()) return connect(now_ns);
    if (connecting_) return settle_connect(now_ns);
    const net::IoResult got = stream_.read(room_);
    if (got.verdict == net::IoVerdict::would_block) return false;
    if (got.verdict == net::IoVerdict::closed) return hang_up(now_ns, sink);
    gateway_.bytes_in(std::span<const std::byte>(room_).first(got.count), now_ns, sink);
    if (gateway_.must_close()) return hang_up(now_ns, sink);
    return true;
  }

  /// Heartbeats, silence. Call it every 10 ms or so.
  template <class Sink>
  void on_time(std::uint64_t now_ns, Sink&& sink) {
    gateway_.on_time(now_ns, sink);
    if (gateway_.must_close() && stream_.is_open()) hang_up(now_ns, sink);
  }

  /// Writes what the gateway has for the venue, as far as the socket takes it.
  void flush() noexcept {
    const std::span<const std::byte> out = gateway_.take_output();
    if (out.empty() || connecting_ || !stream_.is_open()) return;
    const net::IoResult put = stream_.write(out);
    if (put.verdict == net::IoVerdict::done) gateway_.output_taken(put.count);
  }

  order::Gateway<P>& gateway() noexcept { return gateway_; }
  const order::Gateway<P>& gateway() const noexcept { return gateway_; }
  bool is_open() const noexcept { return stream_.is_open() && !connecting_; }
  std::uint64_t connections() const noexcept { return connections_; }

  /// No more connections are made; what is open stays open.
  void stop_connecting() noexcept { may_connect_ = false; }

 private:
  bool connect(std::uint64_t now_ns) {
    if (!may_connect_ || now_ns < retry_at_ns_ || !gateway_.may_connect()) return false;
    retry_at_ns_ = now_ns + retry_ns;
    stream_ = net::TcpStream::connect(venue_);
    connecting_ = true;
    return true;
  }

  bool settle_connect(std::uint64_t now_ns) {
    const net::ConnectVerdict verdict = stream_.connect_verdict();
    if (verdict == net::ConnectVerdict::pending) return false;
    connecting_ = false;
    if (verdict == net::ConnectVerdict::refused || !gateway_.connected(now_ns)) {
      stream_.close();
      return false;
    }
    ++connections_;
    return true;
  }

  template <class Sink>
  bool hang_up(std::uint64_t now_ns, Sink& sink) {
    flush();
    stream_.close();
    gateway_.disconnected(now_ns, sink);
    return true;
  }

  net::SocketAddress venue_;
  order::Gateway<P> gateway_;
  net::TcpStream stream_;
  bool connecting_ = false;
  bool may_connect_ = true;
  std::uint64_t retry_at_ns_ = 0;
  std::uint64_t connections_ = 0;
  std::array<std::byte, read_bytes> room_;
};

}  // namespace hft::engine
