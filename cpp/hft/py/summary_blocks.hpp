// The blocks of a replay's summary that have a file of their own, and the words they share.
#pragma once

#include <pybind11/pybind11.h>

#include <string>
#include <string_view>

#include "hft/py/bind_replay.hpp"

namespace hft::py {

/// One feed: its messages, lines, faults, gaps and book set.
pybind11::dict feed_dict(const engine::Replay& replay, std::size_t index);

/// The busiest books of all feeds, with their best levels.
pybind11::list book_list(const engine::Replay& replay);

/// What differs from run to run: times, rates, memory, latencies.
pybind11::dict measured_dict(const ReplayRun& run);

const char* venue_name(record::Venue venue);

/// A digest as 16 hexadecimal digits.
std::string hex(std::uint64_t value);

/// Printable ASCII, without padding: session names and the like, whatever a packet holds.
std::string printable(std::string_view text);

template <class Number>
Number sum_over_feeds(const engine::Replay& replay, Number (*of)(const engine::FeedRun&)) {
  Number sum = 0;
  for (const auto& run : replay.feeds()) {
    if (run != nullptr) sum += of(*run);
  }
  return sum;
}

}  // namespace hft::py
