// The last new order of an instrument's side, to recognise the same one again: a strategy that
// loops sends what it has just sent.
#pragma once

#include <cstdint>

#include "hft/record/order_command.hpp"

namespace hft::risk {

struct LastEnter {
  std::int64_t price_e9 = 0;  // as in the command
  std::uint64_t time_ns = 0;
  std::uint32_t size = 0;  // 0: there was none
  std::uint8_t strategy = 0;

  bool is_same(const record::OrderCommand& command) const noexcept {
    return size == command.size && price_e9 == command.price_e9 && strategy == command.strategy;
  }
  void take(const record::OrderCommand& command, std::uint64_t now_ns) noexcept {
    *this = {command.price_e9, now_ns, command.size, command.strategy};
  }
};

}  // namespace hft::risk
