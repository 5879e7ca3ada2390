// Asks for cache lines before they are needed.
//
// Not __builtin_prefetch: g++ 12 takes a function that only prefetches for one without effect and
// drops its calls.
#pragma once

namespace hft {

[[gnu::always_inline]] inline void prefetch(const void* address) noexcept {
#if defined(__x86_64__)
  asm volatile("prefetcht0 %0" : : "m"(*static_cast<const char*>(address)));
#else
  __builtin_prefetch(address);
#endif
}

}  // namespace hft
