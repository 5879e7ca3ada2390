// Which instrument is active next: rank r with probability proportional to r^-exponent.
//
// An alias table (A. J. Walker, 1977; M. D. Vose, 1991) answers in one draw whatever the number of
// instruments. Powers are computed in fixed point: libraries of mathematics differ in last bits.
#pragma once

#include <cstdint>
#include <vector>

#include "hft/engine/synth/random.hpp"

namespace hft::engine::synth {

class Zipf {
 public:
  /// `exponent_thousandths`: 900 means r^-0.9; 0 makes all ranks equal.
  Zipf(std::uint32_t ranks, std::uint32_t exponent_thousandths);

  std::uint32_t draw(Random& random) const noexcept {
    const std::uint64_t r = random.next();
    const auto cell = static_cast<std::uint32_t>(((r >> 32) * cells_.size()) >> 32);
    return (r & threshold_mask) < cells_[cell].threshold ? cell : cells_[cell].alias;
  }

 private:
  struct Cell {
    std::uint32_t threshold;  // of 2^24: below it the cell's own rank, else the alias
    std::uint32_t alias;
  };
  static constexpr std::uint64_t threshold_mask = (1 << 24) - 1;

  std::vector<Cell> cells_;
};

}  // namespace hft::engine::synth
