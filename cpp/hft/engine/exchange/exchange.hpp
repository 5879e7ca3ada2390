// The exchange as others meet it: TCP for orders, UDP for the feed, a file for its inputs, and one
// thread that polls them all.
//
// One turn of the loop: read what clients sent and match it; do what is due; write the inputs down;
// only then publish the feed and answer. Nothing is said that would be unsaid by a crash.
#pragma once

#include <poll.h>

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hft/engine/exchange/core.hpp"
#include "hft/engine/exchange/input_log.hpp"
#include "hft/engine/exchange/options.hpp"
#include "hft/engine/synth/random.hpp"
#include "hft/net/tcp_listener.hpp"
#include "hft/net/udp_socket.hpp"
#include "hft/venue/soupbin_server.hpp"

namespace hft::engine::exchange {

struct AccountSummary {
  std::string user;
  std::uint64_t logins = 0;
  std::uint64_t inputs = 0;
  std::uint64_t answered = 0;
  std::uint64_t ignored = 0;
  std::uint64_t sequenced = 0;  // messages of its stream
  bool connected = false;
};

struct ExchangeSummary {
  CoreCounters core;
  std::uint64_t connections = 0;
  std::uint64_t refused_connections = 0;  // too many clients
  std::array<std::uint64_t, venue::client_end_count> ends{};
  std::vector<AccountSummary> accounts;
  std::uint64_t feed_messages = 0;
  std::uint64_t feed_packets = 0;
  std::vector<std::uint64_t> packets_lost;  // by line, on purpose
  std::uint64_t packets_refused = 0;        // by the system, after waiting
  std::uint32_t live_orders = 0;
  std::uint64_t digest = 0;  // of the displayed books
  std::uint64_t logged_inputs = 0;
  std::uint64_t recovered_inputs = 0;
  std::uint64_t cut_bytes = 0;  // of the state file's torn end
};

class Exchange {
 public:
  /// Opens everything and recovers. Throws hft::Error with what to do.
  explicit Exchange(const ExchangeOptions& options);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// Serves until stop(). Throws hft::Error where the state file cannot be written.
  void run();
  /// One turn; waits at most so long for something to do.
  void turn(std::uint64_t wait_ns);
  /// Ends the session: without a state file the day is over and all are told; with one the exchange
  /// just leaves, and the next start goes on. The destructor does not.
  void finish();

  /// Any thread, or a signal handler, may call it.
  void stop() noexcept { stop_.store(true, std::memory_order_relaxed); }

  bool is_stopped() const noexcept { return stop_.load(std::memory_order_relaxed); }

  net::SocketAddress order_address() const noexcept { return listener_.address(); }
  std::string session() const { return options_.core.session; }
  ExchangeSummary summary() const;
  const ExchangeCore& core() const noexcept { return *core_; }

 private:
  static constexpr std::uint32_t no_account = 0xffffffff;

  struct Client {
    net::TcpStream stream;
    venue::SoupbinServer soup;
    std::uint32_t account = no_account;
  };
  struct Host;  // what a SoupbinServer asks
  struct Line {
    net::UdpSender sender;
    synth::Random random;
    std::uint64_t loss;  // threshold of Random::chance
    std::uint64_t lost = 0;
  };

  void open_lines();
  void recover();
  std::uint64_t time_ns();
  void wait(std::uint64_t wait_ns);
  void accept_clients(std::uint64_t now_ns);
  void read_clients(std::uint64_t now_ns);
  void read_client(Client& client, std::uint64_t now_ns);
  void do_due(std::uint64_t now_ns);
  void publish(std::uint64_t now_ns);
  void send(std::span<const std::byte> packet);
  void serve_clients(std::uint64_t now_ns);
  void write_client(Client& client, std::uint64_t now_ns);
  void reap(std::uint64_t now_ns);
  void leave(Client& client, std::uint64_t now_ns);
  void log(std::uint64_t now_ns, InputKind kind, std::uint32_t account,
           std::span<const std::byte> payload = {});
  void flush_log();
  venue::SoupbinAnswer login(Client& client, const venue::SoupbinLogin& request,
                             std::uint64_t now_ns);

  ExchangeOptions options_;
  std::optional<InputLog> log_;
  std::unique_ptr<ExchangeCore> core_;
  net::TcpListener listener_;
  std::vector<Line> lines_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<pollfd> polled_;  // [0] the listener, then the clients
  std::vector<std::byte> room_;
  std::vector<std::uint64_t> logins_;  // by account
  std::atomic<bool> stop_ = false;
  std::uint64_t last_ns_ = 0;
  bool finished_ = false;
  ExchangeSummary counted_;
};

}  // namespace hft::engine::exchange
