// Chooses without a branch, where no processor could foresee which way it goes.
//
// A wrong guess costs some 20 cycles. `?:` leaves the choice to the compiler, which often branches.
#pragma once

#include <concepts>

namespace hft {

template <std::unsigned_integral T>
[[gnu::always_inline]] constexpr T select(bool first, T if_true, T if_false) noexcept {
  const auto mask = static_cast<T>(0 - static_cast<T>(first));
  return static_cast<T>(if_false ^ ((if_true ^ if_false) & mask));
}

}  // namespace hft
