// Randomness that is the same bits everywhere: xoshiro256++ and integer draws.
//
// The standard library's distributions differ between implementations, and floating point between
// compilers; a synthetic session must be the same bytes from the same seed on every machine.
// Generator: D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators", 2021.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace hft::engine::synth {

class Random {
 public:
  /// `stream` separates the uses of one seed, so that one use does not shift another.
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0) noexcept {
    std::uint64_t x = seed ^ (stream * 0xd1342543de82ef95);
    for (std::uint64_t& word : state_) {  // splitmix64 fills the state, as its authors advise
      x += 0x9e3779b97f4a7c15;
      std::uint64_t z = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
      z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
      word = z ^ (z >> 31);
    }
  }

  std::uint64_t next() noexcept {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// Uniform in [0, bound). One multiplication: the bias, below bound / 2^32, does not matter here.
  std::uint32_t below(std::uint32_t bound) noexcept {
    return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
  }

  /// True with probability `threshold` / 2^32.
  bool chance(std::uint64_t threshold) noexcept { return (next() >> 32) < threshold; }

  /// Exponential with mean `mean` (< 2^40): minus the logarithm of a uniform number, its fraction
  /// by a straight line.
  std::uint64_t exponential(std::uint64_t mean) noexcept {
    const std::uint64_t uniform = next() | 1;
    const auto zeros = static_cast<std::uint64_t>(std::countl_zero(uniform));
    const std::uint64_t fraction = ~(uniform << zeros << 1) >> 52;  // 12 bits
    const std::uint64_t logarithm = (zeros << 12 | fraction);       // base 2, times 4096
    return (mean * ((logarithm * ln_2_times_4096) >> 12)) >> 12;
  }

 private:
  static constexpr std::uint64_t ln_2_times_4096 = 2839;

  std::array<std::uint64_t, 4> state_{};
};

/// `probability` in [0, 1] as a threshold for Random::chance.
constexpr std::uint64_t chance_threshold(double probability) {
  return static_cast<std::uint64_t>(probability * 4294967296.0);
}

}  // namespace hft::engine::synth
