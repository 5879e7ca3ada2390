// The exchange's market data: what the engine says to everyone, as ITCH 5.0 in MoldUDP64 packets.
//
// Pure: messages are kept for the day, packets are handed out, sockets are somebody else's. Every
// message stays in the store, numbered, so that a server of re-requests and snapshots can be put
// beside it without a change here.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "hft/venue/day_store.hpp"
#include "hft/venue/order_entry.hpp"
#include "hft/wire/itch50.hpp"
#include "hft/wire/moldudp64.hpp"

namespace hft::venue {

struct FeedTerms {
  Alpha<10> session{};
  std::uint64_t midnight_ns = 0;               // what message times count from
  std::size_t packet_bytes = 1400;             // most of one packet; below the network's MTU
  std::uint64_t heartbeat_ns = 1'000'000'000;  // silence before a heartbeat
};

class FeedPublisher {
 public:
  static constexpr std::size_t max_packet_bytes = 8192;

  /// Throws hft::Error where packet_bytes cannot hold every message, or is too much.
  FeedPublisher(const FeedTerms& terms, const Symbols& symbols);

  // What happens in the venue's day. Times are ns since the epoch.
  void system_event(char event_code, std::uint64_t time_ns);
  /// The directory entry of an instrument, and that it is traded.
  void list(std::uint32_t instrument, std::uint64_t time_ns);
  void imbalance(std::uint32_t instrument, Cross cross, const Indication& indication,
                 std::uint64_t time_ns);
  /// An event of the engine for everyone; those for owners are left out.
  void said(const VenueEvent& event);

  // Packets.
  /// The next packet with messages not handed out before; empty when there are none. Valid until
  /// the next call.
  std::span<const std::byte> next_packet(std::uint64_t now_ns) noexcept;
  bool has_waiting() const noexcept { return next_number_ <= store_.count(); }
  /// A heartbeat when nothing was handed out for long enough, else empty.
  std::span<const std::byte> heartbeat(std::uint64_t now_ns) noexcept;
  /// Says that the session is over; to be sent for a while.
  std::span<const std::byte> end_of_session() noexcept;
  /// Hands out from this message number on, again or for the first time.
  void hand_out_from(std::uint64_t number) noexcept;

  std::uint64_t messages() const noexcept { return store_.count(); }
  std::uint64_t count(char message_type) const noexcept {
    return by_type_[static_cast<std::size_t>(message_type)];
  }
  DayStore& store() noexcept { return store_; }

 private:
  template <class Message>
  Message& put(std::uint32_t instrument, std::uint64_t time_ns);
  void put_add(const VenueEvent& event);
  void put_execution(const VenueEvent& event);
  void put_trade(const VenueEvent& event);
  void put_cross(const VenueEvent& event);
  void put_status(const VenueEvent& event);
  std::span<const std::byte> bare_packet(std::uint16_t count) noexcept;

  FeedTerms terms_;
  const Symbols& symbols_;
  DayStore store_;
  std::uint64_t place_ = 0;        // of the next message to hand out
  std::uint64_t next_number_ = 1;  // its number
  std::uint64_t sent_ns_ = 0;
  std::array<std::uint64_t, 128> by_type_{};
  std::array<std::byte, max_packet_bytes> packet_;
};

}  // namespace hft::venue
