// Packets on their way: the same bytes wait for their turn on both lines, and once more where they
// are sent twice.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace hft::engine::synth {

class PacketPool {
 public:
  static constexpr std::size_t max_payload = 1'400;  // bytes, the MoldUDP64 header included

  /// A packet with one holder.
  std::uint32_t take() {
    if (free_.empty()) {
      packets_.emplace_back();
      free_.push_back(static_cast<std::uint32_t>(packets_.size() - 1));
    }
    const std::uint32_t packet = free_.back();
    free_.pop_back();
    packets_[packet].holders = 1;
    packets_[packet].size = 0;
    return packet;
  }
  void hold(std::uint32_t packet) noexcept { ++packets_[packet].holders; }
  void release(std::uint32_t packet) {
    if (--packets_[packet].holders == 0) free_.push_back(packet);
  }

  void append(std::uint32_t packet, std::span<const std::byte> bytes) noexcept {
    Packet& to = packets_[packet];
    std::memcpy(to.bytes.data() + to.size, bytes.data(), bytes.size());
    to.size += static_cast<std::uint32_t>(bytes.size());
  }
  std::span<std::byte> bytes(std::uint32_t packet) noexcept {
    return std::span(packets_[packet].bytes).first(packets_[packet].size);
  }

 private:
  struct Packet {
    std::uint32_t holders;
    std::uint32_t size;
    std::array<std::byte, max_payload> bytes;
  };

  std::vector<Packet> packets_;
  std::vector<std::uint32_t> free_;
};

}  // namespace hft::engine::synth
