// The instruments of a synthetic session: names, ticks, price bands, and how active each is.
#pragma once

#include <cstdint>
#include <vector>

#include "hft/base/endian.hpp"
#include "hft/engine/synth/options.hpp"
#include "hft/engine/synth/random.hpp"
#include "hft/engine/synth/zipf.hpp"

namespace hft::engine::synth {

struct Instrument {
  Alpha<8> stock;
  std::uint32_t anchor;  // the price of the morning, 1e-4 USD
  std::uint32_t tick;    // 1e-4 USD: a cent, below a dollar the smallest unit
  // The last best prices by side: where a side that ran empty is taken up again.
  std::uint32_t last_best[2];
  std::uint8_t spread;  // how far, in ticks, quotes keep from the other side; 0 in active ones
  bool halted;
};

class Instruments {
 public:
  Instruments(const Options& options, Random& random);

  /// An instrument's locate code, active ones more often.
  std::uint16_t draw(Random& random) const noexcept { return by_rank_[activity_.draw(random)]; }
  Instrument& operator[](std::uint32_t locate) noexcept { return instruments_[locate]; }

 private:
  Zipf activity_;
  std::vector<std::uint16_t> by_rank_;
  std::vector<Instrument> instruments_;  // [0] is none: locate codes begin at 1
};

}  // namespace hft::engine::synth
