#include "hft/base/isa.hpp"

#include <cstdlib>
#include <string>

#include "hft/base/error.hpp"

namespace hft {

bool isa_available(Isa isa) noexcept {
  __builtin_cpu_init();
  switch (isa) {
    case Isa::portable: return true;
    case Isa::avx2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
    case Isa::avx512:
      return isa_available(Isa::avx2) && __builtin_cpu_supports("avx512f") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vbmi");
  }
  return false;
}

Isa chosen_isa() {
  const char* wanted = std::getenv("HFT_ISA");
  if (wanted == nullptr || *wanted == '\0') {
    if (isa_available(Isa::avx512)) return Isa::avx512;
    return isa_available(Isa::avx2) ? Isa::avx2 : Isa::portable;
  }
  for (const Isa isa : {Isa::portable, Isa::avx2, Isa::avx512}) {
    if (isa_names[static_cast<std::size_t>(isa)] != wanted) continue;
    if (isa_available(isa)) return isa;
    throw Error("environment variable HFT_ISA", std::string(wanted) + " is not in this processor",
                "unset it, or use portable");
  }
  throw Error("environment variable HFT_ISA", std::string(wanted) + " is unknown",
              "use portable, avx2 or avx512, or unset it");
}

}  // namespace hft
