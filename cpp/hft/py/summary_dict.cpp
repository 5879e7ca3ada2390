// The summary of a replay as a dictionary of plain values: python/hft/summary.py states its shape.
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "hft/base/version.hpp"
#include "hft/py/bind_replay.hpp"
#include "hft/py/latency_dict.hpp"

namespace hft::py {

namespace {

namespace py = pybind11;
using engine::FeedRun;
using engine::Replay;

constexpr std::array<const char*, 11> venue_names{"none", "xnas", "xbos", "xpsx", "xnys", "arcx",
                                                  "xcme", "bats", "iexg", "memx", "opra"};
constexpr std::size_t busiest_books = 20;
constexpr std::size_t levels_shown = 20;

const char* venue_name(record::Venue venue) {
  return venue_names[static_cast<std::size_t>(venue)];
}

std::string hex(std::uint64_t value) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

/// Printable ASCII, without padding: session names and the like, whatever a packet holds.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\0') break;
    out += c >= ' ' && c < 127 ? c : '?';
  }
  out.erase(0, out.find_first_not_of(' '));
  out.erase(out.find_last_not_of(' ') + 1);
  return out;
}

py::dict place_dict(const Replay& replay, const engine::Place& place) {
  py::dict out;
  out["file"] = replay.options().paths[place.file];
  out["packet"] = place.packet;
  out["offset"] = place.offset;
  out["sequence_number"] = place.sequence_number;
  return out;
}

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

template <class Number>
Number sum_over_feeds(const Replay& replay, Number (*of)(const FeedRun&)) {
  Number sum = 0;
  for (const auto& run : replay.feeds()) {
    if (run != nullptr) sum += of(*run);
  }
  return sum;
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

// Feeds ------------------------------------------------------------------------------------------

std::string group_text(const net::Endpoint& endpoint) {
  std::array<char, 48> text{};
  if (endpoint.group_high == 0 && endpoint.group_low <= 0xffffffff) {
    const std::uint64_t group = endpoint.group_low;
    std::snprintf(text.data(), text.size(), "%u.%u.%u.%u", static_cast<unsigned>(group >> 24),
                  static_cast<unsigned>(group >> 16 & 255), static_cast<unsigned>(group >> 8 & 255),
                  static_cast<unsigned>(group & 255));
    return text.data();
  }
  std::string out;
  for (int i = 7; i >= 0; --i) {
    const std::uint64_t half = i >= 4 ? endpoint.group_high : endpoint.group_low;
    std::snprintf(text.data(), text.size(), "%x",
                  static_cast<unsigned>(half >> (i % 4 * 16)) & 0xffffu);
    out += text.data();
    if (i != 0) out += ':';
  }
  return out;
}

py::dict line_dict(std::size_t index, const net::Endpoint& destination,
                   const feed::LineCounters& line) {
  py::dict out;
  out["name"] = std::string(1, static_cast<char>('A' + index));
  out["group"] = group_text(destination);
  out["port"] = destination.port;
  out["packets"] = line.packets;
  out["bytes"] = line.bytes;
  out["won"] = line.won;
  out["held"] = line.held;
  out["duplicates"] = line.duplicates;
  out["late"] = line.late;
  out["heartbeats"] = line.heartbeats;
  out["malformed"] = line.malformed;
  out["sequence_backwards"] = line.sequence_backwards;
  out["old_session"] = line.old_session;
  out["time_backwards"] = line.time_backwards;
  out["first_time_ns"] = line.first_time_ns;
  out["last_time_ns"] = line.last_time_ns;
  return out;
}

py::list line_list(const Replay& replay, std::size_t index, const FeedRun& run) {
  py::list lines;
  if (replay.is_raw()) return lines;
  const auto& known = replay.feed_table()[index].lines;
  for (std::size_t i = 0; i < known.size() && i < feed::max_lines; ++i) {
    lines.append(line_dict(i, known[i].destination, run.arbiter().lines()[i]));
  }
  return lines;
}

py::dict types_dict(const feed::itch50::TypeCounts& types) {
  py::dict out;
  for (std::size_t type = 0; type < types.size(); ++type) {
    if (types[type] == 0) continue;
    out[py::str(std::string(1, static_cast<char>(type)))] = types[type];
  }
  return out;
}

py::dict counter_dict(const FeedRun& run) {
  const feed::itch50::FeedCounters& counters = run.counters();
  py::dict out;
  out["packets_used"] = counters.packets;
  out["packets_unsequenced"] = run.arbiter().unsequenced_packets();
  out["packets_with_surplus_bytes"] = counters.surplus_packets;
  out["packets_undated"] = counters.undated_packets;
  out["messages_without_record"] = counters.ignored();
  out["messages_refused"] = counters.refused_messages();
  out["sessions"] = counters.sessions;
  out["session_ends"] = counters.session_ends;
  out["late_starts"] = counters.late_starts;
  out["gaps"] = counters.gaps;
  out["messages_lost"] = counters.lost_messages;
  out["bytes_behind_end"] = counters.bytes_behind_end;
  out["times_out_of_day"] = run.times_out_of_day();
  out["first_time_out_of_day"] = run.first_time_out_of_day();
  return out;
}

py::list fault_list(const feed::itch50::FeedCounters& counters) {
  py::list faults;
  for (std::size_t i = 0; i < counters.refused.size(); ++i) {
    if (counters.refused[i] == 0) continue;
    py::dict fault;
    fault["reason"] = std::string(to_string(static_cast<feed::itch50::Verdict>(i)));
    fault["count"] = counters.refused[i];
    faults.append(fault);
  }
  return faults;
}

py::object first_fault(const Replay& replay, const FeedRun& run) {
  const auto& fault = run.counters().first_fault;
  if (!fault) return py::none();
  py::dict out;
  out["reason"] = std::string(to_string(fault->verdict));
  out["place"] = place_dict(
      replay, {run.fault_file(), fault->packet_number, fault->offset, fault->sequence_number});
  out["text"] = describe(*fault);
  return out;
}

py::dict gap_dict(const feed::itch50::FeedCounters& counters) {
  py::list list;
  for (const feed::itch50::Gap& gap : counters.listed_gaps) {
    py::dict one;
    one["receive_time_ns"] = gap.receive_time_ns;
    one["first_sequence_number"] = gap.missing.first;
    one["count"] = gap.missing.count;
    one["cause"] = gap.cause == feed::itch50::Gap::Cause::lost ? "lost" : "undecodable";
    list.append(one);
  }
  py::dict out;
  out["count"] = counters.gaps;
  out["messages_missed"] = counters.lost_messages;
  out["list"] = list;
  return out;
}

py::list refused_list(const Replay& replay, const FeedRun& run) {
  py::list refused;
  for (std::size_t i = 1; i < book::verdict_count; ++i) {
    if (run.books()->verdict_counts()[i] == 0) continue;
    py::dict one;
    one["reason"] = std::string(book::verdict_names[i]);
    one["count"] = run.books()->verdict_counts()[i];
    const auto& place = run.refusal_places()[i];
    one["first"] = place_dict(replay, place.value_or(engine::Place{}));
    refused.append(one);
  }
  return refused;
}

/// A gap makes all books of a feed suspect: those without a message are not worth a word.
std::uint64_t suspect_books(const FeedRun& run) {
  std::uint64_t suspect = 0;
  for (std::uint32_t i = 1; i < engine::InstrumentTable::capacity - 1; ++i) {
    if (run.activity(i).messages != 0 && run.books()->is_suspect(i)) ++suspect;
  }
  return suspect;
}

py::object book_set_dict(const Replay& replay, const FeedRun& run) {
  if (run.books() == nullptr) return py::none();
  const engine::BookTotals totals = run.books()->totals();
  py::dict out;
  out["kind"] = std::string(run.books()->kind());
  out["orders"] = totals.orders;
  out["levels"] = totals.levels;
  out["instruments"] = totals.instruments;
  out["suspect"] = suspect_books(run);
  out["refused"] = refused_list(replay, run);
  out["digest"] = hex(run.books()->digest());
  return out;
}

std::uint64_t active_instruments(const FeedRun& run) {
  std::uint64_t active = 0;
  for (std::uint32_t i = 1; i < engine::InstrumentTable::capacity - 1; ++i) {
    if (run.activity(i).messages != 0) ++active;
  }
  return active;
}

py::dict feed_dict(const Replay& replay, std::size_t index) {
  const FeedRun& run = *replay.feeds()[index];
  const feed::itch50::FeedCounters& counters = run.counters();
  const feed::SessionName& session = run.arbiter().session();
  py::dict instruments;
  instruments["named"] = run.instruments().named();
  instruments["active"] = active_instruments(run);
  py::dict out;
  out["name"] = feed_name(replay, index);
  out["venue"] = venue_name(run.options().venue);
  out["index"] = index;
  out["protocol"] = "itch50";
  out["date"] = run.date() ? to_string(*run.date()) : std::string();
  out["midnight_ns"] = run.midnight_ns();
  out["session"] = replay.is_raw() ? std::string() : printable({session.data(), session.size()});
  out["messages"] = counters.messages();
  out["messages_by_type"] = types_dict(counters.types);
  out["records"] = counters.records;
  out["touches"] = run.touch_count();
  out["first_sequence_number"] = run.first_sequence_number();
  out["next_sequence_number"] = replay.is_raw()
                                    ? counters.messages() + counters.refused_messages() + 1
                                    : run.arbiter().next_sequence_number();
  out["late_start_missed"] = counters.late_start_messages;
  out["lines"] = line_list(replay, index, run);
  out["counters"] = counter_dict(run);
  out["faults"] = fault_list(counters);
  out["first_fault"] = first_fault(replay, run);
  out["gaps"] = gap_dict(counters);
  out["instruments"] = instruments;
  out["book"] = book_set_dict(replay, run);
  return out;
}

// Books ------------------------------------------------------------------------------------------

struct Busy {
  std::size_t feed;
  std::uint32_t locate;
  std::uint64_t messages;
};

std::vector<Busy> busiest(const Replay& replay) {
  std::vector<Busy> all;
  for (std::size_t feed = 0; feed < replay.feeds().size(); ++feed) {
    const FeedRun* run = replay.feeds()[feed].get();
    if (run == nullptr || run->books() == nullptr) continue;
    for (std::uint32_t locate = 1; locate < engine::InstrumentTable::capacity - 1; ++locate) {
      const std::uint64_t messages = run->activity(locate).messages;
      if (messages != 0) all.push_back({feed, locate, messages});
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Busy& a, const Busy& b) { return a.messages > b.messages; });
  all.resize(std::min(all.size(), busiest_books));
  return all;
}

py::list levels(const FeedRun& run, std::uint32_t locate, record::Side side) {
  py::list out;
  for (const book::Level& level : run.books()->depth(locate, side, levels_shown)) {
    out.append(py::make_tuple(level.price_e9, level.size, level.count));
  }
  return out;
}

py::dict book_dict(const Replay& replay, const Busy& busy) {
  const FeedRun& run = *replay.feeds()[busy.feed];
  const char state = run.books()->trading_state(busy.locate);
  py::dict out;
  out["feed"] = feed_name(replay, busy.feed);
  out["instrument"] = static_cast<std::uint32_t>(busy.feed) << 16 | busy.locate;
  out["symbol"] = printable(run.instruments().symbol(busy.locate));
  out["messages"] = busy.messages;
  out["touches"] = run.activity(busy.locate).touches;
  out["trading_state"] = state == '\0' ? std::string() : printable({&state, 1});
  out["suspect"] = run.books()->is_suspect(busy.locate);
  out["bid"] = levels(run, busy.locate, record::Side::bid);
  out["ask"] = levels(run, busy.locate, record::Side::ask);
  return out;
}

// The rest ---------------------------------------------------------------------------------------

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

}  // namespace

std::string feed_name(const Replay& replay, std::size_t index) {
  if (replay.is_raw()) return venue_name(replay.feeds()[index]->options().venue);
  return replay.feed_table()[index].name;
}

py::dict summary_dict(const ReplayRun& run) {
  const Replay& replay = *run.replay;
  py::list feeds;
  for (std::size_t i = 0; i < replay.feeds().size(); ++i) {
    if (replay.feeds()[i] != nullptr) feeds.append(feed_dict(replay, i));
  }
  py::list books;
  for (const Busy& busy : busiest(replay)) books.append(book_dict(replay, busy));
  py::dict out;
  out["format"] = "hft.summary/1";
  out["version"] = std::string(version());
  out["ended_by"] = std::string(name(replay.ended_by()));
  out["files"] = file_list(replay);
  out["time"] = time_dict(replay);
  out["packets"] = packet_dict(replay.packets());
  out["totals"] = total_dict(replay);
  out["feeds"] = feeds;
  out["books"] = books;
  out["series"] = series_dict(replay);
  out["digests"] = digest_dict(*run.replay);
  out["outputs"] = output_dict(run);
  out["measured"] = measured_dict(run);
  return out;
}

}  // namespace hft::py
