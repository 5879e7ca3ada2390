// A replay as Python holds it, and its summary as a dictionary.
#pragma once

#include <pybind11/pybind11.h>

#include <memory>
#include <string>

#include "hft/engine/replay.hpp"
#include "hft/engine/replay_outputs.hpp"
#include "hft/py/batch.hpp"

namespace hft::py {

struct ReplayRun {
  std::unique_ptr<engine::Replay> replay;
  engine::OutputOptions outputs;
  BatchSink* records = nullptr;  // the replay's own; null until Python asks for batches
  BatchSink* touches = nullptr;
  bool closed = false;
  double wall_s = 0;  // running, waiting for Python left out
};

/// A feed as configured, or as recognised; of a raw file, its venue.
std::string feed_name(const engine::Replay& replay, std::size_t index);

/// The shape of python/hft/summary.py.
pybind11::dict summary_dict(const ReplayRun& run);

}  // namespace hft::py
