// Who may send no new order: killed by a person, throttled until a person looks, or the whole gate
// halted by a fault. Held in shared memory, where others read it; changed by sequenced inputs only.
//
// What `check` asks is one byte per strategy, made anew at each change, so that a kill costs the
// order path nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "hft/risk/gate_config.hpp"
#include "hft/risk/shared_state.hpp"
#include "hft/risk/stamped_write.hpp"

namespace hft::risk {

/// Bits of what holds a strategy's new orders back.
enum Block : std::uint8_t { block_killed = 1, block_halted = 2, block_throttled = 4 };

class KillSwitch {
 public:
  KillSwitch(const GateConfig& config, std::span<Switch> switches) noexcept
      : config_(config), switches_(switches) {}

  /// Block bits; the account is the one the strategy trades for.
  std::uint8_t blocks_of(std::size_t strategy, std::size_t account) const noexcept {
    return static_cast<std::uint8_t>(blocks_[GateConfig::firm()] |
                                     blocks_[config_.account(account)] |
                                     blocks_[config_.strategy(strategy)]);
  }
  bool is_instrument_killed(std::size_t instrument) const noexcept {
    return switches_[config_.actors() + instrument].killed != 0;
  }
  bool is_halted() const noexcept { return switches_[GateConfig::firm()].halted != 0; }

  std::size_t place_of_instrument(std::size_t instrument) const noexcept {
    return config_.actors() + instrument;
  }

  /// `place`: an actor's number, or place_of_instrument.
  void kill(std::size_t place, std::uint64_t time_ns, const Alpha<12>& reason) noexcept {
    change(place, time_ns, reason, [](Switch& it) { it.killed = 1; });
  }
  void resume(std::size_t place, std::uint64_t time_ns, const Alpha<12>& reason) noexcept {
    change(place, time_ns, reason, [](Switch& it) { it.killed = it.throttled = it.halted = 0; });
  }
  void halt(std::uint64_t time_ns, const Alpha<12>& reason) noexcept {
    change(GateConfig::firm(), time_ns, reason, [](Switch& it) { it.halted = 1; });
  }
  void throttle(std::size_t strategy, std::uint64_t time_ns) noexcept {
    change(config_.strategy(strategy), time_ns, text("repeated    "),
           [](Switch& it) { it.throttled = 1; });
  }

  static constexpr Alpha<12> text(const char (&words)[13]) noexcept {
    Alpha<12> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = words[i];
    return out;
  }

 private:
  template <class Set>
  void change(std::size_t place, std::uint64_t time_ns, const Alpha<12>& reason, Set set) noexcept {
    Switch& it = switches_[place];
    {
      const StampedWrite write(it.stamp);
      set(it);
      it.event_time_ns = time_ns;
      it.reason = reason;
    }
    if (place >= config_.actors()) return;
    blocks_[place] = static_cast<std::uint8_t>((it.killed != 0 ? block_killed : 0) |
                                               (it.halted != 0 ? block_halted : 0) |
                                               (it.throttled != 0 ? block_throttled : 0));
  }

  GateConfig config_;
  std::span<Switch> switches_;
  std::array<std::uint8_t, actors_most> blocks_{};
};

}  // namespace hft::risk
