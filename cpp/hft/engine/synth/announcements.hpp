// The messages that change no book: the day's scheduled ones and what goes by between orders.
#pragma once

#include <cstdint>

#include "hft/engine/synth/instruments.hpp"
#include "hft/engine/synth/message_writer.hpp"
#include "hft/engine/synth/order_flow.hpp"
#include "hft/engine/synth/random.hpp"
#include "hft/engine/synth/schedule.hpp"

namespace hft::engine::synth {

class Announcements {
 public:
  Announcements(Instruments& instruments, OrderFlow& orders, Random& random, MessageWriter& writer)
      : instruments_(instruments), orders_(orders), random_(random), writer_(writer) {}

  /// Writes one scheduled message and lets it take effect.
  void write(const Scheduled& scheduled);

  void trade(std::uint64_t time_ns);
  void broken_trade(std::uint64_t time_ns);
  void imbalance(std::uint64_t time_ns);
  void retail_interest(std::uint64_t time_ns);
  void participant_position(std::uint64_t time_ns, std::uint16_t locate, char state);
  void short_sale(std::uint64_t time_ns, std::uint16_t locate, char action);

  std::uint16_t any_instrument() noexcept { return orders_.next_instrument(); }

 private:
  std::uint32_t price(std::uint16_t locate, unsigned side) noexcept;
  void directory(const Scheduled& scheduled);
  void trading_action(const Scheduled& scheduled);
  void circuit_breaker_levels(const Scheduled& scheduled);
  void auction_collar(const Scheduled& scheduled);
  void cross(const Scheduled& scheduled);
  void new_issue(const Scheduled& scheduled);
  void direct_listing(const Scheduled& scheduled);

  Instruments& instruments_;
  OrderFlow& orders_;
  Random& random_;
  MessageWriter& writer_;
};

}  // namespace hft::engine::synth
