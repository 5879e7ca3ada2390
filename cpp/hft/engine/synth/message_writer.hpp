// Lays messages into a buffer, each behind its length, as raw files and packets have them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "hft/wire/itch50.hpp"
#include "hft/wire/moldudp64.hpp"

namespace hft::engine::synth {

class MessageWriter {
 public:
  /// The longest block: the two bytes of its length and 50 of a message.
  static constexpr std::size_t max_block =
      sizeof(wire::moldudp64::MessageBlock) + sizeof(wire::itch50::NetOrderImbalance);

  void point_at(std::byte* next) noexcept { next_ = next; }
  std::byte* next() const noexcept { return next_; }
  const std::array<std::uint64_t, 128>& by_type() const noexcept { return by_type_; }

  /// A message with its common fields set; the rest is for the caller to set.
  template <class Message>
  Message& put(std::uint16_t locate, std::uint64_t time_ns) noexcept {
    auto* block = reinterpret_cast<wire::moldudp64::MessageBlock*>(next_);
    auto* message = reinterpret_cast<Message*>(next_ + sizeof *block);
    block->message_length = static_cast<std::uint16_t>(sizeof *message);
    message->message_type = Message::tag;
    message->stock_locate = locate;
    message->tracking_number = std::uint16_t{0};
    message->timestamp = time_ns;
    next_ += sizeof *block + sizeof *message;
    ++by_type_[static_cast<std::size_t>(Message::tag)];
    return *message;
  }

 private:
  std::byte* next_ = nullptr;
  std::array<std::uint64_t, 128> by_type_{};
};

}  // namespace hft::engine::synth
