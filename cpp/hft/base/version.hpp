// The version of this build, from its one place: project() in CMakeLists.txt.
#pragma once

#include <string_view>

namespace hft {

/// For example "0.1.0".
std::string_view version() noexcept;

}  // namespace hft
