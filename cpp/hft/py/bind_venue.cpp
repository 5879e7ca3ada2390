// hft.venue: the matching engine of the simulated exchange, driven by arrays of commands.
#include <pybind11/native_enum.h>
#include <pybind11/stl.h>

#include "hft/py/bindings.hpp"
#include "hft/py/dtype.hpp"
#include "hft/venue/replay_matching.hpp"
#include "hft/venue/venue_command.hpp"

namespace hft::py {

namespace {

struct EventList {
  std::vector<venue::VenueEvent> events;
  void operator()(const venue::VenueEvent& event) { events.push_back(event); }
};
using Engine = venue::MatchingEngine<EventList>;

/// An engine with the sink that it writes to.
struct EngineView {
  explicit EngineView(const venue::EngineConfig& config) : engine(config, sink) {}
  EventList sink;
  Engine engine;
};

struct DisplayedOrder {  // a row of what `orders` answers
  std::uint64_t order_id;
  std::uint64_t token;
  std::int64_t price_e9;
  std::uint32_t owner;
  std::uint32_t open;
  std::uint32_t shown;
  std::uint32_t liable;
};

std::unique_ptr<EngineView> make(std::uint32_t instruments, std::int64_t tick_e9,
                                 std::int64_t reference_price_e9, std::uint32_t max_orders,
                                 std::uint32_t max_owners, const std::string& post_only) {
  if (post_only != "adjust" && post_only != "reject") {
    throw pyb::value_error("MatchingEngine: post_only: use adjust or reject");
  }
  venue::EngineConfig config;
  config.max_orders = max_orders;
  config.max_instruments = std::max(instruments, 1U);
  config.max_owners = max_owners;
  config.post_only =
      post_only == "adjust" ? venue::PostOnlyRule::adjust : venue::PostOnlyRule::reject;
  auto view = std::make_unique<EngineView>(config);
  for (std::uint32_t i = 0; i < instruments; ++i) {
    view->engine.add_instrument({tick_e9, reference_price_e9});
  }
  return view;
}

const pyb::dtype& command_dtype() {
  static const auto* const dtype = new pyb::dtype(dtype_of<venue::VenueCommand>());
  return *dtype;
}
const pyb::dtype& event_dtype() {
  static const auto* const dtype = new pyb::dtype(dtype_of<venue::VenueEvent>());
  return *dtype;
}

/// The answer to each command, and all events in order.
pyb::tuple apply(EngineView& view, const pyb::array& commands) {
  if (!commands.dtype().equal(command_dtype())) {
    throw pyb::type_error("MatchingEngine.apply: dtype must be hft.venue_command_dtype()");
  }
  if (commands.ndim() != 1 || (commands.flags() & pyb::array::c_style) == 0) {
    throw pyb::value_error("MatchingEngine.apply: commands must be one contiguous axis");
  }
  const auto count = static_cast<std::size_t>(commands.size());
  const auto* first = static_cast<const venue::VenueCommand*>(commands.data());
  pyb::array_t<std::uint8_t> verdicts(static_cast<pyb::ssize_t>(count));
  auto* verdict = verdicts.mutable_data();
  venue::apply_all(view.engine, {first, count},
                   [&](venue::Verdict of) { *verdict++ = static_cast<std::uint8_t>(of); });
  return pyb::make_tuple(verdicts, own(std::exchange(view.sink.events, {}), event_dtype()));
}

pyb::array orders(const EngineView& view, std::uint32_t instrument, record::Side side) {
  std::vector<DisplayedOrder> rows;
  if (instrument >= view.engine.instrument_count()) throw pyb::index_error("orders: instrument");
  view.engine.for_each_order(instrument, side, [&](const venue::RestingOrder& order) {
    rows.push_back({order.order_id, order.token, venue::to_price_e9(order.price), order.owner,
                    order.open, order.shown, order.liable});
  });
  pyb::list fields;
  fields.append(pyb::make_tuple("order_id", "<u8"));
  fields.append(pyb::make_tuple("token", "<u8"));
  fields.append(pyb::make_tuple("price_e9", "<i8"));
  for (const char* name : {"owner", "open", "shown", "liable"}) {
    fields.append(pyb::make_tuple(name, "<u4"));
  }
  return own(std::move(rows), pyb::dtype::from_args(fields));
}

pyb::tuple indication(EngineView& view, std::uint32_t instrument, const std::string& cross) {
  if (cross.size() != 1) throw pyb::value_error("indication: cross: use O, C or H");
  const venue::Indication now =
      view.engine.indication(instrument, static_cast<venue::Cross>(cross[0]));
  return pyb::make_tuple(now.paired, now.imbalance, now.side, now.near_price_e9, now.far_price_e9,
                         now.reference_price_e9);
}

using venue::ReplayMatching;

std::unique_ptr<ReplayMatching> make_replay(const std::string& post_only, std::uint32_t max_orders,
                                            std::uint32_t max_instruments) {
  if (post_only != "adjust" && post_only != "reject") {
    throw pyb::value_error("ReplayMatching: post_only: use adjust or reject");
  }
  venue::ReplayConfig config;
  config.books.max_orders = max_orders;
  config.books.max_instruments = max_instruments;
  config.post_only =
      post_only == "adjust" ? venue::PostOnlyRule::adjust : venue::PostOnlyRule::reject;
  return std::make_unique<ReplayMatching>(config);
}

/// All of them arrive at `time_ns`.
pyb::array submit(ReplayMatching& replay, const pyb::array& commands, std::uint64_t time_ns) {
  const RecordsIn records(commands);
  std::vector<record::OrderReport> reports;
  for (const record::Record& record : records.all()) {
    if (record.kind != record::Kind::order_command) {
      throw pyb::type_error("ReplayMatching.submit: every record must be an order_command");
    }
    const auto made = replay.submit(record::as<record::OrderCommand>(record), time_ns);
    reports.insert(reports.end(), made.begin(), made.end());
  }
  return own(std::move(reports), dtype_of_kind(record::Kind::order_report));
}

pyb::array on_records(ReplayMatching& replay, const pyb::array& array) {
  const RecordsIn records(array);
  std::vector<record::OrderReport> reports;
  for (const record::Record& record : records.all()) {
    const auto made = replay.on_record(record);
    reports.insert(reports.end(), made.begin(), made.end());
  }
  return own(std::move(reports), dtype_of_kind(record::Kind::order_report));
}

void bind_replay_matching(pyb::module_& m) {
  using pyb::arg;
  pyb::class_<ReplayMatching>(m, "ReplayMatching", pyb::is_final(),
                              "A captured book with simulated orders in it.")
      .def(pyb::init(&make_replay), pyb::kw_only(), arg("post_only") = "adjust",
           arg("max_orders") = 4'000'000, arg("max_instruments") = 65'536)
      .def("submit", &submit, arg("commands"), arg("time_ns"))
      .def("on_records", &on_records, arg("records"))
      .def("size_ahead", &ReplayMatching::size_ahead, arg("client_order_id"))
      .def_property_readonly("order_count", &ReplayMatching::order_count);
}

void bind_enums(pyb::module_& m) {
  using venue::EventKind;
  using venue::VenueAction;
  using venue::Verdict;
  pyb::native_enum<VenueAction>(m, "VenueAction", "enum.IntEnum", "An input of a venue.")
      .value("none", VenueAction::none)
      .value("enter", VenueAction::enter)
      .value("replace", VenueAction::replace)
      .value("cancel", VenueAction::cancel)
      .value("modify", VenueAction::modify)
      .value("cancel_all", VenueAction::cancel_all)
      .value("self_match", VenueAction::self_match)
      .value("set_state", VenueAction::set_state)
      .value("freeze", VenueAction::freeze)
      .value("cross", VenueAction::cross)
      .value("expire", VenueAction::expire)
      .value("set_open", VenueAction::set_open)
      .finalize();
  pyb::native_enum<EventKind>(m, "VenueEventKind", "enum.IntEnum", "What a venue says.")
      .value("none", EventKind::none)
      .value("accepted", EventKind::accepted)
      .value("rejected", EventKind::rejected)
      .value("replaced", EventKind::replaced)
      .value("modified", EventKind::modified)
      .value("executed", EventKind::executed)
      .value("cancelled", EventKind::cancelled)
      .value("restated", EventKind::restated)
      .value("cancel_pending", EventKind::cancel_pending)
      .value("cancel_rejected", EventKind::cancel_rejected)
      .value("book_add", EventKind::book_add)
      .value("book_execute", EventKind::book_execute)
      .value("book_cancel", EventKind::book_cancel)
      .value("book_delete", EventKind::book_delete)
      .value("book_replace", EventKind::book_replace)
      .value("trade", EventKind::trade)
      .value("cross_trade", EventKind::cross_trade)
      .value("trading_status", EventKind::trading_status)
      .finalize();
  pyb::native_enum<Verdict>(m, "VenueVerdict", "enum.IntEnum", "A venue's answer to an input.")
      .value("done", Verdict::done)
      .value("rejected", Verdict::rejected)
      .value("duplicate_token", Verdict::duplicate_token)
      .value("unknown_order", Verdict::unknown_order)
      .value("without_effect", Verdict::without_effect)
      .value("wrong_state", Verdict::wrong_state)
      .value("bad_instrument", Verdict::bad_instrument)
      .value("bad_owner", Verdict::bad_owner)
      .finalize();
}

}  // namespace

void bind_venue(pyb::module_& m) {
  using pyb::arg;
  bind_enums(m);
  bind_replay_matching(m);
  m.def("venue_command_dtype", [] { return command_dtype(); });
  m.def("venue_event_dtype", [] { return event_dtype(); });
  pyb::class_<EngineView>(m, "MatchingEngine", pyb::is_final(),
                          "The simulated exchange's price-time matching.")
      .def(pyb::init(&make), pyb::kw_only(), arg("instruments") = 1, arg("tick_e9") = 10'000'000,
           arg("reference_price_e9") = 0, arg("max_orders") = 1'000'000, arg("max_owners") = 1'024,
           arg("post_only") = "adjust")
      .def("apply", &apply, arg("commands"))
      .def("orders", &orders, arg("instrument"), arg("side"))
      .def("indication", &indication, arg("instrument"), arg("cross"))
      .def("displayed_digest",
           [](const EngineView& view) { return view.engine.displayed_digest(); })
      .def_property_readonly("order_count",
                             [](const EngineView& view) { return view.engine.order_count(); });
}

}  // namespace hft::py
