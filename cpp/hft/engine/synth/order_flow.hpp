// The messages that change books: which instrument, which order, at what price, all of them
// possible. Books never cross and executions take the first order of the best level.
#pragma once

#include <array>
#include <cstdint>

#include "hft/engine/synth/instruments.hpp"
#include "hft/engine/synth/market.hpp"
#include "hft/engine/synth/message_writer.hpp"
#include "hft/engine/synth/options.hpp"
#include "hft/engine/synth/random.hpp"
#include "hft/engine/synth/victims.hpp"

namespace hft::engine::synth {

class OrderFlow {
 public:
  OrderFlow(const Options& options, std::uint32_t live_orders, Instruments& instruments,
            Random& random, MessageWriter& writer);

  // Each writes exactly one message at `time_ns`; where none of its kind is possible (no order is
  // live), an added order.
  void add(std::uint64_t time_ns, bool with_mpid);
  void remove(std::uint64_t time_ns);
  void replace(std::uint64_t time_ns);
  void cancel(std::uint64_t time_ns);
  void execute(std::uint64_t time_ns, bool with_price);

  /// An instrument's locate code, active ones more often. Drawn some ahead and prefetched.
  std::uint16_t next_instrument() noexcept;

  const Market& market() const noexcept { return market_; }
  std::uint64_t deep_messages() const noexcept { return deep_messages_; }
  std::uint64_t next_match_number() noexcept { return ++match_number_; }
  std::uint64_t match_number() const noexcept { return match_number_; }

 private:
  struct Place {
    unsigned side;
    std::uint32_t price;
  };
  static constexpr std::uint32_t no_price = 0;

  std::uint64_t next_order_id() noexcept;
  std::uint32_t next_size() noexcept;
  std::uint32_t next_price(std::uint16_t locate, unsigned side) noexcept;
  Place next_place(std::uint16_t locate) noexcept;
  std::uint32_t victim() noexcept;
  std::uint32_t executable() noexcept;
  unsigned side_hit(std::uint16_t locate) noexcept;
  std::uint32_t enter(std::uint16_t locate, Place place, std::uint64_t order_id,
                      std::uint32_t size);

  Instruments& instruments_;
  Random& random_;
  MessageWriter& writer_;
  Market market_;
  Victims victims_;
  std::array<std::uint16_t, 8> instruments_ahead_{};
  std::uint32_t instruments_drawn_ = 0;
  OrderIds order_ids_;
  std::uint64_t order_number_ = 0;
  std::uint64_t match_number_ = 0;
  std::uint64_t deep_messages_ = 0;
};

}  // namespace hft::engine::synth
