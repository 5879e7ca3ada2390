// hft.daemon: one live engine, configured, started, told things, stopped and asked what it did.
#include <pybind11/stl.h>

#include "hft/base/error.hpp"
#include "hft/engine/live/live_engine.hpp"
#include "hft/py/batch.hpp"
#include "hft/py/bindings.hpp"
#include "hft/py/latency_dict.hpp"

namespace hft::py {

namespace {

template <std::size_t n>
Alpha<n> padded(const std::string& text, const char* where) {
  Alpha<n> out;
  out.fill(' ');
  if (text.size() > n) {
    throw Error(where, "'" + text + "' is too long",
                "at most " + std::to_string(n) + " characters");
  }
  std::copy(text.begin(), text.end(), out.begin());
  return out;
}

template <class T>
T get(const pyb::dict& from, const char* name) {
  return pyb::cast<T>(from[name]);
}

void read_feed(const pyb::dict& from, engine::LiveConfig& to) {
  to.feed.name = get<std::string>(from, "feed_name");
  to.feed.handler.venue = get<record::Venue>(from, "venue");
  to.feed.handler.session_date = to.date;
  for (const auto& line : get<std::vector<std::string>>(from, "lines")) {
    net::UdpReceiverOptions options;
    options.group = net::parse_address(line);
    options.interface = get<std::string>(from, "interface");
    options.receive_buffer_bytes = get<int>(from, "receive_buffer_bytes");
    to.feed.lines.push_back(options);
  }
  to.books.max_orders = get<std::uint32_t>(from, "max_orders");
  to.books.max_instruments = get<std::uint32_t>(from, "max_instruments");
}

void read_session(const pyb::dict& from, engine::LiveConfig& to) {
  const bool is_ouch42 = get<std::string>(from, "protocol") == "ouch42";
  to.protocol = is_ouch42 ? engine::OrderProtocol::ouch42 : engine::OrderProtocol::ouch50;
  to.venue = net::parse_address(get<std::string>(from, "address"));
  to.gateway.session.username = get<std::string>(from, "username");
  to.gateway.session.password = get<std::string>(from, "password");
  to.gateway.session.session = get<std::string>(from, "session");
  to.gateway.session.silence_ns = get<std::uint64_t>(from, "silence_ns");
  to.gateway.encoder.firm = padded<4>(get<std::string>(from, "firm"), "session.firm");
  to.gateway.encoder.desk = padded<6>(get<std::string>(from, "desk"), "session.desk");
  to.gateway.venue = to.feed.handler.venue;
  to.gateway.midnight_ns = midnight_new_york_ns(to.date);
  to.gateway.messages_per_second = get<std::uint32_t>(from, "messages_per_second");
  to.gateway.states.orders = std::size_t{1} << 16;
  to.client_order_ids = get<std::string>(from, "client_order_ids");
}

engine::LiveConfig config_of(const pyb::dict& from) {
  engine::LiveConfig to;
  to.name = get<std::string>(from, "name");
  to.core = get<int>(from, "core");
  to.spin = get<bool>(from, "spin");
  to.log_records = get<std::uint64_t>(from, "log_records");
  to.stop_timeout_ns = get<std::uint64_t>(from, "stop_timeout_ns");
  to.date = parse_date(get<std::string>(from, "date"), "feed.session_date");
  read_feed(from, to);
  read_session(from, to);
  to.gate.instruments = to.books.max_instruments;
  to.gate.accounts = get<std::uint32_t>(from, "accounts");
  to.gate.strategies = get<std::uint32_t>(from, "strategies");
  to.shared_risk = get<std::string>(from, "shared_risk");
  to.clock_offset_ns = get<std::optional<std::int64_t>>(from, "clock_offset_ns");
  return to;
}

std::vector<record::ControlEvent> controls_in(const pyb::array& array) {
  const RecordsIn records(array);
  std::vector<record::ControlEvent> out;
  for (const record::Record& record : records.all())
    out.push_back(record::as<record::ControlEvent>(record));
  return out;
}

void trade(engine::LiveEngine& live, const std::string& strategy,
           engine::StrategyParameters parameters, std::vector<std::uint32_t> instruments,
           std::uint8_t index, std::uint8_t account, record::Venue venue,
           const pyb::array& controls) {
  engine::StrategyChoice choice{strategy, std::move(parameters), std::move(instruments), {}};
  choice.identity = {index, account, venue, 0};
  const std::vector<record::ControlEvent> first = controls_in(controls);
  const pyb::gil_scoped_release released;
  live.trade(choice, first);
}

pyb::dict counts_of(const engine::LiveEngine& live) {
  const engine::LiveCounts counts = live.counts();
  pyb::dict out;
  out["packets"] = counts.packets;
  out["records"] = counts.records;
  out["gaps"] = counts.gaps;
  out["lost_messages"] = counts.lost_messages;
  out["truncated_packets"] = counts.truncated;
  out["kernel_drops"] = counts.kernel_drops;
  out["log_records"] = counts.log_records;
  out["controls"] = counts.controls;
  out["open_orders"] = counts.open_orders;
  out["is_trading"] = counts.is_trading;
  out["ended_flat"] = counts.ended_flat;
  out["commands"] = counts.trading.commands;
  out["sent"] = counts.trading.sent;
  out["abandoned"] = counts.trading.abandoned;
  out["connections"] = counts.trading.connections;
  out["reports"] = counts.trading.reports;
  out["phase"] = order::name_of(counts.trading.phase);
  out["session_verdict"] = order::name_of(counts.trading.session_verdict);
  out["kept_open"] = counts.trading.kept_open;
  return out;
}

/// By stage, in ns; then the whole way of a packet, and that of a report.
pyb::dict times_of(const engine::LiveEngine& live) {
  const engine::TickToTrade& times = live.times();
  const double ticks_per_ns = times.clock().ticks_per_ns();
  pyb::dict out;
  for (std::size_t i = 0; i < engine::TickToTrade::stage_count; ++i) {
    const std::string_view name = engine::TickToTrade::names[i];
    out[pyb::str(name.data(), name.size())] = latency_dict(times.stage(i), 1 / ticks_per_ns);
  }
  out["tick_to_trade"] = latency_dict(times.whole(), 1 / ticks_per_ns);
  out["report_to_trade"] = latency_dict(times.of_reports(), 1 / ticks_per_ns);
  return out;
}

pyb::dict send_verdicts_of(const engine::LiveEngine& live) {
  pyb::dict out;
  const std::span<const std::uint64_t> counts = live.send_verdicts();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::string_view name = order::name_of(static_cast<order::SendVerdict>(i));
    if (counts[i] != 0) out[pyb::str(name.data(), name.size())] = counts[i];
  }
  return out;
}

}  // namespace

void bind_live(pyb::module_& m) {
  using pyb::arg;
  const auto released = pyb::call_guard<pyb::gil_scoped_release>();
  pyb::class_<engine::LiveEngine>(m, "LiveEngine", pyb::is_final(),
                                  "One feed, one strategy, one order session, on one thread.")
      .def(pyb::init([](const pyb::dict& config) {
             return std::make_unique<engine::LiveEngine>(config_of(config));
           }),
           arg("config"))
      .def("start", &engine::LiveEngine::start)
      .def("trade", &trade, arg("strategy"), arg("parameters"), arg("instruments"), arg("index"),
           arg("account"), arg("venue"), arg("controls"))
      .def(
          "control",
          [](engine::LiveEngine& live, const pyb::array& controls) {
            for (const auto& control : controls_in(controls)) live.control(control);
          },
          arg("controls"))
      .def("maintain", &engine::LiveEngine::maintain, released)
      .def("stop", &engine::LiveEngine::stop)
      .def("join", &engine::LiveEngine::join, released)
      .def_property_readonly("running", &engine::LiveEngine::running)
      .def("counts", &counts_of)
      .def("times", &times_of)
      .def("send_verdicts", &send_verdicts_of);
  m.def(
      "check_strategy",
      [](const std::string& name, engine::StrategyParameters parameters) {
        engine::with_strategy(name, std::move(parameters), []<class S>(const auto&) { return 0; });
      },
      arg("name"), arg("parameters"));
  m.attr("REASON_NOT_SENT") = engine::reason_not_sent;
  m.attr("REASON_NOT_RECEIVED") = order::reason_not_received;
  m.def("send_verdict_name", [](std::uint8_t verdict) {
    return verdict < order::send_verdict_count
               ? std::string(order::name_of(static_cast<order::SendVerdict>(verdict)))
               : std::string("unknown");
  });
}

}  // namespace hft::py
