// What to replay, and how.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hft/base/session_date.hpp"
#include "hft/book/book_types.hpp"
#include "hft/engine/book_stage.hpp"
#include "hft/feed/feed_table.hpp"
#include "hft/record/record.hpp"

namespace hft::engine {

/// Which records and touches are passed on. Books are always built from everything before `stop`.
struct Selection {
  static constexpr std::uint32_t all_kinds = ~std::uint32_t{0};
  static constexpr std::uint64_t no_stop = ~std::uint64_t{0};

  std::vector<std::string> symbols;  // empty: all
  std::uint32_t kinds = all_kinds;   // bit k: records of Kind k
  std::uint64_t start_ns = 0;        // by event_time_ns
  std::uint64_t stop_ns = no_stop;   // the first message at or after it ends the replay of its feed
  bool times_since_midnight = false;  // of the session date on the venue's clock, not of the epoch
};

struct ReplayOptions {
  std::vector<std::string> paths;
  std::vector<feed::FeedConfig> feeds;        // empty: recognised
  record::Venue venue = record::Venue::none;  // only feeds of it; the venue of raw files
  std::optional<CivilDate> date;              // else from stamps or the file's name
  Selection selection;
  double pace = 0;  // 0: as fast as possible; 1: by the capture's own clock
  BookKind book = BookKind::fast;
  book::Config book_config;
  bool latency = true;  // sample the stages' latencies
};

}  // namespace hft::engine
