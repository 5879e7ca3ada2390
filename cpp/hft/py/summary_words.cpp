// The words that the blocks of a summary share.
#include <array>
#include <cstdio>

#include "hft/py/summary_blocks.hpp"

namespace hft::py {

namespace {

constexpr std::array<const char*, 11> venue_names{"none", "xnas", "xbos", "xpsx", "xnys", "arcx",
                                                  "xcme", "bats", "iexg", "memx", "opra"};

}  // namespace

const char* venue_name(record::Venue venue) {
  return venue_names[static_cast<std::size_t>(venue)];
}

std::string hex(std::uint64_t value) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

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

std::string feed_name(const engine::Replay& replay, std::size_t index) {
  if (replay.is_raw()) return venue_name(replay.feeds()[index]->options().venue);
  return replay.feed_table()[index].name;
}

}  // namespace hft::py
