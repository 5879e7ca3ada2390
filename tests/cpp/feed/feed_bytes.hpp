// Messages, blocks and packets as bytes, for the tests of the feed stage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "hft/feed/feed_packet.hpp"
#include "hft/wire/itch50.hpp"
#include "hft/wire/moldudp64.hpp"

namespace hft::feed::testing {

using Bytes = std::vector<std::byte>;

inline SessionName session_name(std::string_view text) {
  SessionName name{};
  text.copy(name.data(), name.size());
  return name;
}

/// A message of zeros but for its type.
template <class Message>
Message blank() {
  Message message;
  std::memset(&message, 0, sizeof message);
  message.message_type = Message::tag;
  return message;
}

template <class T>
Bytes bytes_of(const T& value) {
  const auto* begin = reinterpret_cast<const std::byte*>(&value);
  return {begin, begin + sizeof value};
}

inline void append(Bytes& to, const Bytes& more) {
  to.insert(to.end(), more.begin(), more.end());
}

inline Bytes block_of(const Bytes& message) {
  wire::moldudp64::MessageBlock block;
  block.message_length = static_cast<std::uint16_t>(message.size());
  Bytes bytes = bytes_of(block);
  append(bytes, message);
  return bytes;
}

inline Bytes blocks_of(const std::vector<Bytes>& messages) {
  Bytes bytes;
  for (const Bytes& message : messages) append(bytes, block_of(message));
  return bytes;
}

inline Bytes header_of(const SessionName& session, std::uint64_t sequence_number,
                       std::uint16_t message_count) {
  wire::moldudp64::DownstreamHeader header;
  header.session = session;
  header.sequence_number = sequence_number;
  header.message_count = message_count;
  return bytes_of(header);
}

inline Bytes packet_of(const SessionName& session, std::uint64_t sequence_number,
                       const std::vector<Bytes>& messages) {
  Bytes bytes = header_of(session, sequence_number, static_cast<std::uint16_t>(messages.size()));
  append(bytes, blocks_of(messages));
  return bytes;
}

inline Bytes add_order(std::uint64_t order_id, char buy_sell_indicator = 'B') {
  auto message = blank<wire::itch50::AddOrder>();
  message.stock_locate = 7;
  message.timestamp = 34'200'000'000'000;
  message.order_reference_number = order_id;
  message.buy_sell_indicator = buy_sell_indicator;
  message.shares = 100;
  message.stock = {'T', 'E', 'S', 'T', ' ', ' ', ' ', ' '};
  message.price = 1'234'500;
  return bytes_of(message);
}

inline Bytes order_delete(std::uint64_t order_id) {
  auto message = blank<wire::itch50::OrderDelete>();
  message.stock_locate = 7;
  message.timestamp = 34'200'000'000'001;
  message.order_reference_number = order_id;
  return bytes_of(message);
}

}  // namespace hft::feed::testing
