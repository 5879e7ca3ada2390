// Names, ticks and price bands by seed.
#include "hft/engine/synth/instruments.hpp"

#include <cmath>
#include <utility>

namespace hft::engine::synth {

namespace {

constexpr std::uint32_t dollar = 10'000;  // 1e-4 USD

// Four letters count the instruments, so that names differ; longer ones exist on the venue too.
Alpha<8> stock_name(std::uint32_t locate) {
  Alpha<8> name = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
  std::uint32_t rest = locate;
  for (std::size_t letter = 4; letter-- > 0; rest /= 26) {
    name[letter] = static_cast<char>('A' + rest % 26);
  }
  return name;
}

// About as prices of listed shares are spread: few below a dollar, most from 10 to 100. The most
// active ones cost enough for deep books on both sides.
std::uint32_t morning_price(std::uint32_t rank, Random& random) {
  const std::uint32_t kind = rank < 64 ? 60 : random.below(100);
  if (kind < 3) return 2'000 + random.below(7'000);
  if (kind < 15) return dollar + random.below(9 * dollar);
  if (kind < 60) return 10 * dollar + random.below(40 * dollar);
  if (kind < 90) return 50 * dollar + random.below(150 * dollar);
  return 200 * dollar + random.below(800 * dollar);
}

}  // namespace

Instruments::Instruments(const Options& options, Random& random)
    : activity_(options.instruments,
                static_cast<std::uint32_t>(std::lround(options.zipf_exponent * 1000))),
      by_rank_(options.instruments),
      instruments_(std::size_t{options.instruments} + 1) {
  for (std::uint32_t rank = 0; rank < options.instruments; ++rank) {
    by_rank_[rank] = static_cast<std::uint16_t>(rank + 1);
    std::swap(by_rank_[rank], by_rank_[random.below(rank + 1)]);
  }
  for (std::uint32_t rank = 0; rank < options.instruments; ++rank) {
    const std::uint32_t locate = by_rank_[rank];
    const std::uint32_t price = morning_price(rank, random);
    const std::uint32_t tick = price < dollar ? 1 : 100;
    const std::uint32_t anchor = price / tick * tick;
    const std::uint32_t widest = rank < 200 ? 1 : rank < 2'000 ? 4 : 12;
    const auto spread = static_cast<std::uint8_t>(random.below(widest));
    instruments_[locate] = {stock_name(locate),      anchor, tick,
                            {anchor, anchor + tick}, spread, false};
  }
}

}  // namespace hft::engine::synth
