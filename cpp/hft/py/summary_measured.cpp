// The summary's block on what was measured: it differs from run to run, all others do not.
#include <sys/resource.h>

#include <algorithm>
#include <string>

#include "hft/py/latency_dict.hpp"
#include "hft/py/summary_blocks.hpp"

namespace hft::py {

namespace py = pybind11;
using engine::FeedRun;
using engine::Replay;

namespace {

std::string how_sampled(const Replay& replay) {
  if (replay.options().pace > 0) return "every packet, each alone, as it came due";
  if (replay.is_raw()) {
    return std::to_string(engine::StageLatency::samples_per_chunk) + " messages of every " +
           std::to_string(engine::RawInput::chunk_limit / 1024) +
           " KiB of the file, one at a time; the others go in blocks";
  }
  return "one packet in " + std::to_string(engine::StageLatency::sample_every) +
         ", alone; the others go in blocks";
}

py::object latency(const Replay& replay) {
  if (!replay.options().latency) return py::none();
  const engine::StageLatency& measured = replay.latency();
  const double unit = 1.0 / measured.clock().ticks_per_ns();
  py::dict stages;
  stages["packet_to_record"] = latency_dict(measured.packet_to_record, unit);
  stages["record_to_book"] = latency_dict(measured.record_to_book, unit);
  stages["packet_to_touch"] = latency_dict(measured.packet_to_touch, unit);
  py::dict out;
  out["how"] = how_sampled(replay);
  out["stages"] = stages;
  return out;
}

py::object pace(const Replay& replay) {
  if (replay.options().pace <= 0) return py::none();
  py::dict out;
  out["factor"] = replay.options().pace;
  out["lateness"] = latency_dict(replay.lateness(), 1.0);
  return out;
}

}  // namespace

py::dict measured_dict(const ReplayRun& run) {
  const Replay& replay = *run.replay;
  const double seconds = std::max(run.wall_s, 1e-9);
  const auto messages = sum_over_feeds<std::uint64_t>(
      replay, [](const FeedRun& feed) { return feed.counters().messages(); });
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  py::dict out;
  out["wall_s"] = run.wall_s;
  out["messages_per_s"] = static_cast<double>(messages) / seconds;
  out["bytes_per_s"] = static_cast<double>(replay.progress().bytes_read) / seconds;
  out["peak_memory_bytes"] = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  out["latency"] = latency(replay);
  out["pace"] = pace(replay);
  return out;
}

}  // namespace hft::py
