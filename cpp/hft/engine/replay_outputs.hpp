// The files and the ring that a replay writes to, opened before it begins.
#pragma once

#include <cstdint>
#include <string>

#include "hft/engine/outlet.hpp"

namespace hft::engine {

struct OutputOptions {
  std::string records_path;  // .npy; empty: none
  std::string touch_path;
  std::string ring;  // name of a broadcast ring; empty: none
  std::uint64_t ring_records = std::uint64_t{1} << 20;
  bool overwrite = false;
};

/// Throws hft::Error where a file exists (and may not be overwritten), has another suffix than
/// .npy, or cannot be created, or the ring has another producer.
void open_outputs(const OutputOptions& options, Outlets& outlets);

}  // namespace hft::engine
