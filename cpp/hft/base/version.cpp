// A file of its own, so that a new version recompiles one line and not the library.
#include "hft/base/version.hpp"

namespace hft {

std::string_view version() noexcept {
  return HFT_VERSION;
}

}  // namespace hft
