// The summary's block on the busiest books.
#include <algorithm>
#include <vector>

#include "hft/py/summary_blocks.hpp"

namespace hft::py {

namespace py = pybind11;
using engine::FeedRun;
using engine::Replay;

namespace {

constexpr std::size_t busiest_books = 20;
constexpr std::size_t levels_shown = 20;

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

}  // namespace

py::list book_list(const Replay& replay) {
  py::list out;
  for (const Busy& busy : busiest(replay)) out.append(book_dict(replay, busy));
  return out;
}

}  // namespace hft::py
