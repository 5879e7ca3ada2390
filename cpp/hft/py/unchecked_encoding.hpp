// The way around the risk gate that tests, benchmarks and their bindings need: commands that no
// gate has seen become bytes, which nobody sends.
//
// It stands in hft/py because no stage may include that folder (scripts/check_layers.py): an order
// gateway of an engine cannot get at it.
#pragma once

#include <span>

#include "hft/record/order_command.hpp"

namespace hft::order {

struct UncheckedEncoding {
  template <class Encoder>
  static std::span<const std::byte> encode(Encoder& encoder,
                                           const record::OrderCommand& command) noexcept {
    return encoder.encode_command(command);
  }
};

}  // namespace hft::order
