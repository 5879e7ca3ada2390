// hft.replay and hft.capture: one replay, run at once or batch by batch.
#include "hft/py/bind_replay.hpp"

#include <pybind11/stl.h>

#include <chrono>

#include "hft/base/error.hpp"
#include "hft/py/bind_book.hpp"
#include "hft/py/bindings.hpp"

namespace hft::py {

namespace {

using SteadyClock = std::chrono::steady_clock;

double seconds_since(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

std::uint32_t kinds_mask(const std::vector<record::Kind>& kinds) {
  if (kinds.empty()) return engine::Selection::all_kinds;
  std::uint32_t mask = 0;
  for (const record::Kind kind : kinds) mask |= 1u << static_cast<unsigned>(kind);
  return mask;
}

/// "233.54.12.111" as a group. IPv6 groups are written as Python's ipaddress gives their bytes.
net::Endpoint endpoint(const pyb::handle& group_bytes, std::uint16_t port) {
  const auto bytes = pyb::cast<std::string>(group_bytes);
  net::Endpoint endpoint{0, 0, port};
  for (const char c : bytes) {
    endpoint.group_high = endpoint.group_high << 8 | endpoint.group_low >> 56;
    endpoint.group_low = endpoint.group_low << 8 | static_cast<unsigned char>(c);
  }
  return endpoint;
}

/// Feeds as Python's configuration reader gives them: name, venue, channel, lines of (group, port).
std::vector<feed::FeedConfig> feed_configs(const pyb::sequence& feeds) {
  std::vector<feed::FeedConfig> configs;
  for (const pyb::handle one : feeds) {
    const auto feed = pyb::cast<pyb::tuple>(one);
    feed::FeedConfig config;
    config.name = pyb::cast<std::string>(feed[0]);
    config.venue = pyb::cast<record::Venue>(feed[1]);
    config.channel = pyb::cast<std::uint8_t>(feed[2]);
    for (const pyb::handle line : pyb::cast<pyb::sequence>(feed[3])) {
      const auto pair = pyb::cast<pyb::tuple>(line);
      config.lines.push_back(endpoint(pair[0], pyb::cast<std::uint16_t>(pair[1])));
    }
    configs.push_back(std::move(config));
  }
  return configs;
}

struct TimeBounds {
  std::uint64_t start_ns;
  std::uint64_t stop_ns;
  bool since_midnight;
};

engine::ReplayOptions replay_options(std::vector<std::string> paths, const pyb::sequence& feeds,
                                     record::Venue venue, const std::string& date,
                                     std::vector<std::string> symbols,
                                     const std::vector<record::Kind>& kinds, TimeBounds times) {
  engine::ReplayOptions options;
  options.paths = std::move(paths);
  options.feeds = feed_configs(feeds);
  options.venue = venue;
  if (!date.empty()) options.date = parse_date(date, "date");
  options.selection = {std::move(symbols), kinds_mask(kinds), times.start_ns,
                       times.stop_ns == 0 ? engine::Selection::no_stop : times.stop_ns,
                       times.since_midnight};
  return options;
}

void close(ReplayRun& run) {
  if (run.closed) return;
  run.closed = true;
  const pyb::gil_scoped_release released;
  run.replay->close();
}

/// Runs for about a tenth of a second: long enough to cost nothing, short enough for Ctrl-C.
bool run_a_while(ReplayRun& run) {
  const pyb::gil_scoped_release released;
  const auto begin = SteadyClock::now();
  bool more = true;
  for (int i = 0; more; ++i) {
    more = run.replay->advance();
    if (i % 16 == 0 && seconds_since(begin) > 0.1) break;
  }
  run.wall_s += seconds_since(begin);
  return more;
}

pyb::tuple progress_of(const ReplayRun& run) {
  const engine::Progress progress = run.replay->progress();
  return pyb::make_tuple(progress.bytes_read, progress.bytes, progress.messages);
}

/// True when it ran to its end, false when stop() ended it.
bool run_all(ReplayRun& run, const pyb::object& on_progress) {
  bool more = true;
  while (more) {
    more = run_a_while(run);
    if (PyErr_CheckSignals() != 0) throw pyb::error_already_set();
    if (!on_progress.is_none()) on_progress(*progress_of(run));
  }
  close(run);
  return run.replay->ended_by() != engine::EndedBy::stopped;
}

void gather(ReplayRun& run) {
  if (run.records != nullptr) return;
  auto records = std::make_unique<BatchSink>();
  auto touches = std::make_unique<BatchSink>();
  run.records = records.get();
  run.touches = touches.get();
  run.replay->outlets().records.add(std::move(records));
  run.replay->outlets().touches.add(std::move(touches));
}

/// The next batch of at least `count` records, fewer at the end; None behind it.
pyb::object step(ReplayRun& run, std::size_t count) {
  if (count == 0) throw pyb::value_error("step: records must be at least 1");
  gather(run);
  constexpr std::size_t overshoot = 1024;  // the packets at hand are always finished
  run.records->expect(count + overshoot);
  bool more = true;
  while (more && run.records->size() < count) {
    {
      const pyb::gil_scoped_release released;
      const auto begin = SteadyClock::now();
      for (int i = 0; more && i < 256 && run.records->size() < count; ++i) {
        more = run.replay->advance(count - run.records->size());
      }
      run.wall_s += seconds_since(begin);
    }
    if (PyErr_CheckSignals() != 0) throw pyb::error_already_set();
  }
  if (!more) close(run);
  if (run.records->size() == 0 && run.touches->size() == 0) return pyb::none();
  return pyb::cast(run.records->batch());
}

/// The touches that the records stepped over have made.
std::unique_ptr<Batch> take_touches(ReplayRun& run) {
  gather(run);
  return run.touches->batch();
}

const engine::FeedRun& feed_run(const ReplayRun& run, std::size_t feed) {
  const auto& feeds = run.replay->feeds();
  if (feed < feeds.size() && feeds[feed] != nullptr) return *feeds[feed];
  throw pyb::index_error("feed " + std::to_string(feed) + ": the replay has not seen it");
}

std::unique_ptr<BookView> book(const ReplayRun& run, std::size_t feed) {
  auto view = std::make_unique<BookView>();
  view->books = feed_run(run, feed).books();
  if (view->books == nullptr) throw pyb::value_error("book: the replay runs without books");
  return view;
}

pyb::list instruments(const ReplayRun& run, std::size_t feed) {
  const engine::FeedRun& of = feed_run(run, feed);
  pyb::list out;
  for (std::uint32_t locate = 0; locate < engine::InstrumentTable::capacity; ++locate) {
    const std::string_view symbol = of.instruments().symbol(locate);
    if (symbol.empty()) continue;
    const std::uint32_t instrument = std::uint32_t{of.options().feed_index} << 16 | locate;
    out.append(pyb::make_tuple(instrument, std::string(symbol)));
  }
  return out;
}

/// Index, name and venue of the feeds seen so far.
pyb::list feeds(const ReplayRun& run) {
  pyb::list out;
  for (std::size_t i = 0; i < run.replay->feeds().size(); ++i) {
    if (run.replay->feeds()[i] == nullptr) continue;
    out.append(
        pyb::make_tuple(i, feed_name(*run.replay, i), run.replay->feeds()[i]->options().venue));
  }
  return out;
}

void bind_batch(pyb::module_& m) {
  const auto array = [](const pyb::object& self) {
    const auto& batch = pyb::cast<const Batch&>(self);
    return view_of(batch.all(), dtype_of_kind(batch.kind()), self);
  };
  const auto stream = [](const Batch& batch, const pyb::object&) { return arrow_stream(batch); };
  const auto columns = [](const Batch& batch, const pyb::object&) { return arrow_array(batch); };
  pyb::class_<Batch>(m, "Batch", pyb::is_final(), "Records in C++ memory, in sequence.")
      .def_property_readonly("array", array)
      .def("__len__", [](const Batch& batch) { return batch.all().size(); })
      .def("__arrow_c_schema__", &arrow_schema)
      .def("__arrow_c_array__", columns, pyb::arg("requested_schema") = pyb::none())
      .def("__arrow_c_stream__", stream, pyb::arg("requested_schema") = pyb::none());
  m.def(
      "batch_of", [](const pyb::array& records) { return std::make_unique<Batch>(records); },
      pyb::arg("records"));
}

}  // namespace

void bind_replay(pyb::module_& m) {
  using pyb::arg;
  bind_batch(m);
  m.def(
      "midnight_ns",
      [](const std::string& date) { return midnight_new_york_ns(parse_date(date, "date")); },
      arg("date"));
  const auto make = [](std::vector<std::string> paths, const pyb::sequence& feed_list,
                       record::Venue venue, const std::string& date,
                       std::vector<std::string> symbols, const std::vector<record::Kind>& kinds,
                       std::uint64_t start_ns, std::uint64_t stop_ns, bool times_since_midnight,
                       double pace, const std::string& book_kind, std::uint32_t max_orders,
                       std::uint32_t max_instruments, bool latency, const std::string& records_path,
                       const std::string& touch_path, const std::string& ring,
                       std::uint64_t ring_records, bool overwrite) {
    auto options = replay_options(std::move(paths), feed_list, venue, date, std::move(symbols),
                                  kinds, {start_ns, stop_ns, times_since_midnight});
    options.pace = pace;
    options.book = engine::parse_book_kind(book_kind, "book");
    options.book_config.max_orders = max_orders;
    options.book_config.max_instruments = max_instruments;
    options.latency = latency;
    auto run = std::make_unique<ReplayRun>();
    run->outputs = {records_path, touch_path, ring, ring_records, overwrite};
    run->replay = std::make_unique<engine::Replay>(std::move(options));
    engine::open_outputs(run->outputs, run->replay->outlets());
    return run;
  };
  pyb::class_<ReplayRun>(m, "Replay", pyb::is_final(), "A capture on its way through the stages.")
      .def(pyb::init(make), arg("paths"), pyb::kw_only(), arg("feeds") = pyb::tuple(),
           arg("venue") = record::Venue::none, arg("date") = "",
           arg("symbols") = std::vector<std::string>(), arg("kinds") = std::vector<record::Kind>(),
           arg("start_ns") = 0, arg("stop_ns") = 0, arg("times_since_midnight") = false,
           arg("pace") = 0.0, arg("book") = "fast", arg("max_orders") = 4'000'000,
           arg("max_instruments") = 65'536, arg("latency") = true, arg("records_path") = "",
           arg("touch_path") = "", arg("ring") = "", arg("ring_records") = 1 << 20,
           arg("overwrite") = false)
      .def("run", &run_all, arg("progress") = pyb::none())
      .def("step", &step, arg("records") = 65'536)
      .def("take_touches", &take_touches)
      .def("close", &close)
      .def("stop", [](ReplayRun& run) { run.replay->stop(); })
      .def("summary", &summary_dict)
      .def("instruments", &instruments, arg("feed"))
      .def(
          "instrument_count",
          [](const ReplayRun& run, std::size_t feed) {
            return feed_run(run, feed).instruments().named();
          },
          arg("feed"))
      .def("book", &book, arg("feed"), pyb::keep_alive<0, 1>())
      .def_property_readonly("feeds", &feeds)
      .def_property_readonly("progress", &progress_of)
      .def_property_readonly("finished", [](const ReplayRun& run) {
        return run.replay->ended_by() != engine::EndedBy::running;
      });
}

}  // namespace hft::py
