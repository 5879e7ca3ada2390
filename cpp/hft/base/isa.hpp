// Which instruction set the hot loops use: chosen once at start, by what the processor has.
//
// The loops are compiled three times from the same source (cpp/CMakeLists.txt), each into a
// namespace of its own named by HFT_ISA, so that no function built for one processor is linked
// into another's path. `HFT_ISA=portable` in the environment forces a slower one, for tests.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#ifndef HFT_ISA
#define HFT_ISA portable
#endif

namespace hft {

enum class Isa : std::uint8_t { portable, avx2, avx512 };
inline constexpr std::array<std::string_view, 3> isa_names{"portable", "avx2", "avx512"};

/// The best instruction set of this processor, or what the environment variable HFT_ISA names.
/// Throws Error where the variable names an unknown set or one that the processor lacks.
Isa chosen_isa();

/// Whether this processor can run `isa`.
bool isa_available(Isa isa) noexcept;

}  // namespace hft
