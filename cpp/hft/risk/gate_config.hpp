// What a gate is made for: how many of everything. Memory is set aside for all of it at start.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hft::risk {

struct GateConfig {
  std::uint32_t feeds = 1;
  std::uint32_t instruments = 65'536;  // of each feed: locates 0 to instruments - 1
  std::uint32_t accounts = 1;
  std::uint32_t strategies = 1;
  std::uint32_t sessions = 1;
  std::uint32_t max_orders = 1u << 20;      // client_order_ids below it, of a day
  std::uint32_t max_executions = 1u << 20;  // of a day

  constexpr std::size_t all_instruments() const noexcept {
    return std::size_t{feeds} * instruments;
  }
  constexpr std::size_t actors() const noexcept { return std::size_t{1} + accounts + strategies; }

  // Actors are numbered: the firm, the accounts, the strategies.
  static constexpr std::size_t firm() noexcept { return 0; }
  constexpr std::size_t account(std::size_t index) const noexcept { return 1 + index; }
  constexpr std::size_t strategy(std::size_t index) const noexcept { return 1 + accounts + index; }
};

inline constexpr std::size_t actors_most = 64;  // one bit each in a word

/// Throws Error naming the figure that is out of range.
void check_config(const GateConfig& config);

}  // namespace hft::risk
