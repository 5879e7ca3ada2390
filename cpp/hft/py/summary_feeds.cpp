// The summary's block on a feed: messages, lines, faults, gaps, and what its books refused.
#include <array>
#include <cstdio>
#include <optional>
#include <string>

#include "hft/py/summary_blocks.hpp"

namespace hft::py {

namespace py = pybind11;
using engine::FeedRun;
using engine::Replay;

namespace {

py::dict place_dict(const Replay& replay, const feed::Place& place) {
  py::dict out;
  out["file"] = replay.options().paths[place.file];
  out["packet"] = place.packet;
  out["offset"] = place.offset;
  out["sequence_number"] = place.sequence_number;
  return out;
}

py::object place_or_none(const Replay& replay, const std::optional<feed::Place>& place) {
  if (!place) return py::none();
  return place_dict(replay, *place);
}

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

py::dict line_dict(const Replay& replay, const FeedRun& run, std::size_t index,
                   const net::Endpoint& destination) {
  const feed::LineCounters& line = run.arbiter().lines()[index];
  const feed::LinePlaces& places = run.arbiter().places()[index];
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
  out["first_malformed"] = place_or_none(replay, places.malformed);
  out["first_sequence_backwards"] = place_or_none(replay, places.sequence_backwards);
  out["first_time_backwards"] = place_or_none(replay, places.time_backwards);
  out["first_time_ns"] = line.first_time_ns;
  out["last_time_ns"] = line.last_time_ns;
  return out;
}

py::list line_list(const Replay& replay, std::size_t index, const FeedRun& run) {
  py::list lines;
  if (replay.is_raw()) return lines;
  const auto& known = replay.feed_table()[index].lines;
  for (std::size_t i = 0; i < known.size() && i < feed::max_lines; ++i) {
    lines.append(line_dict(replay, run, i, known[i].destination));
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
  out["place"] = place_dict(replay, fault->place);
  out["text"] = describe(*fault);
  return out;
}

py::dict gap_dict(const Replay& replay, const feed::itch50::FeedCounters& counters) {
  py::list list;
  for (const feed::itch50::Gap& gap : counters.listed_gaps) {
    py::dict one;
    one["receive_time_ns"] = gap.receive_time_ns;
    one["first_sequence_number"] = gap.missing.first;
    one["count"] = gap.missing.count;
    one["cause"] = gap.cause == feed::itch50::Gap::Cause::lost ? "lost" : "undecodable";
    one["place"] = place_dict(replay, gap.place);
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
    one["first"] = place_dict(replay, place.value_or(feed::Place{}));
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

}  // namespace

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
  out["first_time_out_of_day"] = place_or_none(replay, run.place_out_of_day());
  out["gaps"] = gap_dict(replay, counters);
  out["instruments"] = instruments;
  out["book"] = book_set_dict(replay, run);
  return out;
}

}  // namespace hft::py
