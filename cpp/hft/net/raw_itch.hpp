// Raw ITCH files whose lengths are all written as 0 (some simulators do), made readable: a source
// that gives the same bytes with the lengths filled in from the type letters.
#pragma once

#include <memory>

#include "hft/net/byte_source.hpp"

namespace hft::net {

/// Offsets and sizes are those of `source`. refill() throws hft::Error at a type letter that ITCH
/// 5.0 does not have: without a length there is no way past it.
std::unique_ptr<ByteSource> fill_in_lengths(std::unique_ptr<ByteSource> source);

}  // namespace hft::net
