// The summary of a replay as a dictionary of plain values: python/hft/summary.py states its shape.
#include <algorithm>
#include <string>
#include <vector>

#include "hft/base/version.hpp"
#include "hft/py/summary_blocks.hpp"

namespace hft::py {

namespace py = pybind11;
using engine::FeedRun;
using engine::Replay;

namespace {

py::list file_list(const Replay& replay) {
  py::list files;
  for (const engine::FileReport& file : replay.files()) {
    py::dict out;
    out["path"] = file.path;
    out["format"] = file.format;
    out["size_bytes"] = file.size_bytes;
    out["packets"] = file.packets;
    out["bytes"] = file.bytes;
    out["note"] = file.note;
    files.append(out);
  }
  return files;
}

py::dict time_dict(const Replay& replay) {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  for (const auto& run : replay.feeds()) {
    if (run == nullptr || run->first_event_ns() == 0) continue;
    first = first == 0 ? run->first_event_ns() : std::min(first, run->first_event_ns());
    last = std::max(last, run->last_event_ns());
  }
  py::dict out;
  out["first_receive_ns"] = replay.first_receive_ns();
  out["last_receive_ns"] = replay.last_receive_ns();
  out["first_event_ns"] = first;
  out["last_event_ns"] = last;
  return out;
}

py::dict packet_dict(const engine::PacketCounts& packets) {
  py::dict refused;
  for (std::size_t i = 1; i < packets.verdicts.size(); ++i) {
    if (packets.verdicts[i] == 0) continue;
    const auto verdict = static_cast<net::DatagramVerdict>(i);
    refused[py::str(std::string(name(verdict)))] = packets.verdicts[i];
  }
  py::dict out;
  out["total"] = packets.total;
  out["bytes"] = packets.bytes;
  out["of_feeds"] = packets.of_feeds;
  out["foreign"] = packets.foreign;
  out["refused"] = refused;
  return out;
}

py::dict total_dict(const Replay& replay) {
  py::dict out;
  using Count = std::uint64_t;
  out["messages"] =
      sum_over_feeds<Count>(replay, [](const FeedRun& run) { return run.counters().messages(); });
  out["records"] =
      sum_over_feeds<Count>(replay, [](const FeedRun& run) { return run.counters().records; });
  out["touches"] =
      sum_over_feeds<Count>(replay, [](const FeedRun& run) { return run.touch_count(); });
  out["gaps"] =
      sum_over_feeds<Count>(replay, [](const FeedRun& run) { return run.counters().gaps; });
  out["messages_missed"] = sum_over_feeds<Count>(
      replay, [](const FeedRun& run) { return run.counters().lost_messages; });
  out["refused"] = sum_over_feeds<Count>(replay, [](const FeedRun& run) {
    return run.counters().refused_messages() +
           (run.books() == nullptr ? 0 : run.books()->refused());
  });
  return out;
}

/// A raw file's bytes are spread evenly over its messages: it has no packets to go by.
py::dict series_dict(const Replay& replay) {
  const engine::TimeSeries& series = replay.series();
  py::list packets;
  py::list messages;
  py::list bytes;
  std::uint64_t raw_bytes = 0;
  std::uint64_t raw_messages = 0;
  if (replay.is_raw()) {
    for (const auto& file : replay.files()) raw_bytes += file.bytes;
    for (const auto& bin : series) raw_messages += bin.messages;
  }
  for (const engine::TimeSeries::Bin& bin : series) {
    packets.append(bin.packets);
    messages.append(bin.messages);
    bytes.append(raw_messages == 0 ? bin.bytes : raw_bytes * bin.messages / raw_messages);
  }
  py::dict out;
  out["clock"] = replay.is_raw() ? "event" : "receive";
  out["start_ns"] = series.start_ns();
  out["bin_ns"] = series.bin_ns();
  out["packets"] = packets;
  out["messages"] = messages;
  out["bytes"] = bytes;
  out["peak_1ms_messages"] = series.peak_1ms_messages();
  return out;
}

/// Of one feed's books their own digest, which is also what `hft synth` tells; of several feeds' a
/// digest of their digests.
std::uint64_t books_digest(const Replay& replay) {
  std::vector<std::uint64_t> digests;
  for (const auto& run : replay.feeds()) {
    if (run != nullptr && run->books() != nullptr) digests.push_back(run->books()->digest());
  }
  if (digests.size() == 1) return digests.front();
  book::Digest all;
  for (const std::uint64_t digest : digests) all.add(digest);
  return all.value();
}

py::dict digest_dict(Replay& replay) {
  py::dict out;
  out["records"] = hex(replay.outlets().records.digest());
  out["touches"] = hex(replay.outlets().touches.digest());
  out["books"] = hex(books_digest(replay));
  return out;
}

py::object output(const std::string& path, const engine::Outlet& outlet) {
  if (path.empty()) return py::none();
  py::dict out;
  out["path"] = path;
  out["count"] = outlet.count();
  return out;
}

py::dict output_dict(const ReplayRun& run) {
  engine::Outlets& outlets = run.replay->outlets();
  py::dict out;
  out["records"] = output(run.outputs.records_path, outlets.records);
  out["touch"] = output(run.outputs.touch_path, outlets.touches);
  out["ring"] = output(run.outputs.ring, outlets.records);
  return out;
}

}  // namespace

py::dict summary_dict(const ReplayRun& run) {
  const Replay& replay = *run.replay;
  py::list feeds;
  for (std::size_t i = 0; i < replay.feeds().size(); ++i) {
    if (replay.feeds()[i] != nullptr) feeds.append(feed_dict(replay, i));
  }
  py::dict out;
  out["format"] = "hft.summary/1";
  out["version"] = std::string(version());
  out["ended_by"] = std::string(name(replay.ended_by()));
  out["files"] = file_list(replay);
  out["time"] = time_dict(replay);
  out["packets"] = packet_dict(replay.packets());
  out["totals"] = total_dict(replay);
  out["feeds"] = feeds;
  out["books"] = book_list(replay);
  out["series"] = series_dict(replay);
  out["digests"] = digest_dict(*run.replay);
  out["outputs"] = output_dict(run);
  out["measured"] = measured_dict(run);
  return out;
}

}  // namespace hft::py
