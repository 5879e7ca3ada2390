// Any bytes from an order server, in any pieces: no over-read, the same messages, verdict and
// counters as in one piece, numbers without gap or repetition; and a gateway on top of them stays
// whole.
//
// The input: one byte chooses the split, then the server's bytes after a login that was accepted,
// or, with the top bit of the first byte, from the first byte of the connection on.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "hft/order/gateway.hpp"

namespace {

using namespace hft::order;

void require(bool holds) {
  if (!holds) std::abort();
}

using Bytes = std::vector<std::byte>;

void append_accepted_login(Bytes& out) {
  hft::wire::soupbintcp::LoginAccepted login;
  login.packet_length = sizeof login - hft::wire::soupbintcp::length_size;
  login.packet_type = login.tag;
  login.session.fill('s');
  login.sequence_number.fill(' ');
  login.sequence_number.back() = '1';
  for (const std::byte byte : std::as_bytes(std::span(&login, 1))) out.push_back(byte);
}

struct Outcome {
  Bytes messages;  // all of them, one behind the other
  std::vector<std::uint64_t> sizes;
  SessionVerdict verdict;
  SessionState state;
  std::uint64_t next;
  std::uint64_t unused_bytes;
  std::uint64_t heartbeats;
  std::uint64_t debug_packets;
  bool operator==(const Outcome&) const = default;
};

SoupbinConfig config() {
  SoupbinConfig out;
  out.username = "fuzz";
  out.packet_max = 300;
  out.remembered = 16;
  out.output_bytes = 1024;
  return out;
}

/// Calls `give` with each piece in memory of exactly its size, so that an over-read is caught.
template <class Give>
void in_pieces(const Bytes& bytes, std::uint8_t split, Give give) {
  std::uint32_t state = split;
  for (std::size_t at = 0; at < bytes.size();) {
    state = state * 1'664'525 + 1'013'904'223;  // Numerical Recipes' generator: split 0 is whole
    const std::size_t wanted = split == 0 ? bytes.size() : split == 1 ? 1 : 1 + (state >> 24) % 40;
    const std::size_t count = std::min(wanted, bytes.size() - at);
    const std::unique_ptr<std::byte[]> exact(new std::byte[count]);
    std::copy_n(bytes.begin() + static_cast<long>(at), count, exact.get());
    give(std::span<const std::byte>(exact.get(), count));
    at += count;
  }
}

Outcome outcome_of(const Bytes& bytes, std::uint8_t split) {
  SoupbinClient client(config());
  Outcome out{};
  require(client.login(1));
  in_pieces(bytes, split, [&](std::span<const std::byte> piece) {
    client.bytes_in(piece, 2, [&](std::uint64_t number, std::span<const std::byte> message) {
      out.sizes.push_back(message.size());
      require(number == out.sizes.size());
      out.messages.insert(out.messages.end(), message.begin(), message.end());
    });
  });
  out.verdict = client.verdict();
  out.state = client.state();
  out.next = client.next_sequence_number();
  out.unused_bytes = client.counters().unused_bytes;
  out.heartbeats = client.counters().heartbeats;
  out.debug_packets = client.counters().debug_packets;
  require(out.next == out.sizes.size() + 1);
  require((out.state == SessionState::over) == (out.verdict != SessionVerdict::ok));
  return out;
}

/// Nothing that a venue says may break the states of our orders.
void through_a_gateway(const Bytes& bytes, std::uint8_t split) {
  static const InstrumentSymbols symbols(4);
  GatewayConfig gateway_config;
  gateway_config.session = config();
  gateway_config.states = {.orders = 8, .executions = 8};
  Gateway<Ouch50> gateway(gateway_config, symbols);
  require(gateway.connected(1));
  std::uint64_t reports = 0;
  const auto sink = [&](const hft::record::OrderReport& report) {
    require(report.kind == hft::record::Kind::order_report);
    ++reports;
  };
  in_pieces(bytes, split, [&](std::span<const std::byte> piece) {
    gateway.bytes_in(piece, 2, sink);
    gateway.output_taken(gateway.take_output().size());
  });
  gateway.disconnected(3, sink);
  require(!gateway.ready() && reports == gateway.counters().reports && reports > 0);
  gateway.orders().for_each([](const Order& order) {
    require(order.open() == 0 || !is_closed(order.state));
    require(order.open() <= order.size);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bool from_the_start = (data[0] & 0x80) != 0;
  const auto split = static_cast<std::uint8_t>(data[0] & 0x7f);
  Bytes bytes;
  if (!from_the_start) append_accepted_login(bytes);
  for (std::size_t i = 1; i < size; ++i) bytes.push_back(std::byte{data[i]});
  require(outcome_of(bytes, 0) == outcome_of(bytes, split));
  require(outcome_of(bytes, 0) == outcome_of(bytes, 1));
  through_a_gateway(bytes, split);
  return 0;
}
