// PerInstrument: what a strategy keeps of each instrument it trades.
//
// Every touch of the market asks whether it is one of ours, and mostly it is not: the numbers lie
// side by side, so that for a dozen instruments the answer is one cache line read from end to end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hft::strategy {

template <class State>
class PerInstrument {
 public:
  /// Allocates here, and never again. An instrument given twice is kept once.
  PerInstrument(std::span<const std::uint32_t> instruments, const State& initial)
      : instruments_(instruments.begin(), instruments.end()) {
    std::sort(instruments_.begin(), instruments_.end());
    instruments_.erase(std::unique(instruments_.begin(), instruments_.end()), instruments_.end());
    states_.assign(instruments_.size(), initial);
  }

  /// Null where the instrument is none of ours.
  State* find(std::uint32_t instrument) noexcept {
    for (std::size_t i = 0; i < instruments_.size(); ++i) {
      if (instruments_[i] == instrument) return &states_[i];
    }
    return nullptr;
  }
  const State* find(std::uint32_t instrument) const noexcept {
    return const_cast<PerInstrument*>(this)->find(instrument);
  }

  std::uint32_t instrument_of(const State& state) const noexcept {
    return instruments_[static_cast<std::size_t>(&state - states_.data())];
  }
  std::span<State> all() noexcept { return states_; }
  std::size_t size() const noexcept { return states_.size(); }

 private:
  std::vector<std::uint32_t> instruments_;
  std::vector<State> states_;  // in the same order
};

}  // namespace hft::strategy
