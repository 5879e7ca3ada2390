// hft.exchange: the simulated exchange as a process runs it.
#include <pybind11/stl.h>

#include "hft/base/clock.hpp"
#include "hft/engine/exchange/exchange.hpp"
#include "hft/py/bindings.hpp"

namespace hft::py {

namespace {

namespace py = pybind11;
namespace exchange = engine::exchange;

template <class T>
T get(const py::dict& from, const char* key) {
  return py::cast<T>(from[key]);
}

std::uint64_t ns(const py::dict& from, const char* key) {
  return static_cast<std::uint64_t>(get<double>(from, key) * 1e9);
}

exchange::AccountOptions account_of(const py::dict& from) {
  exchange::AccountOptions out;
  out.terms.user = get<std::string>(from, "user");
  out.terms.password = get<std::string>(from, "password");
  const auto firm = get<std::string>(from, "firm");
  out.terms.firm.fill(' ');
  std::copy_n(firm.begin(), std::min<std::size_t>(firm.size(), 4), out.terms.firm.begin());
  out.terms.cancel_on_disconnect = get<bool>(from, "cancel_on_disconnect");
  out.terms.self_match = static_cast<venue::SelfMatch>(get<int>(from, "self_match"));
  out.protocol = static_cast<exchange::Protocol>(get<int>(from, "protocol"));
  return out;
}

exchange::FlowOptions flow_of(const py::dict& from) {
  exchange::FlowOptions out;
  out.rate = get<double>(from, "rate");
  out.seed = get<std::uint64_t>(from, "seed");
  out.live_orders = get<std::uint32_t>(from, "live_orders");
  out.zipf_exponent = get<double>(from, "zipf");
  out.capture = get<std::string>(from, "capture");
  out.pace = get<double>(from, "pace");
  return out;
}

exchange::CoreOptions core_of(const py::dict& from) {
  exchange::CoreOptions out;
  out.symbols = get<std::vector<std::string>>(from, "symbols");
  for (const py::handle account : from["accounts"])
    out.accounts.push_back(account_of(py::cast<py::dict>(account)));
  for (const py::handle item : from["schedule"]) {
    const auto [after_s, action, instrument] =
        py::cast<std::tuple<double, int, std::uint32_t>>(item);
    out.schedule.push_back({static_cast<std::uint64_t>(after_s * 1e9),
                            static_cast<exchange::DayAction>(action), instrument});
  }
  out.flow = flow_of(py::cast<py::dict>(from["flow"]));
  out.session = get<std::string>(from, "session");
  out.max_orders = get<std::uint32_t>(from, "max_orders");
  out.tick_e9 = get<std::int64_t>(from, "tick_e9");
  out.post_only = static_cast<venue::PostOnlyRule>(get<int>(from, "post_only"));
  out.open_after_ns = ns(from, "open_after_s");
  out.open_in_quotation = get<bool>(from, "open_in_quotation");
  out.feed_packet_bytes = get<std::size_t>(from, "packet_bytes");
  return out;
}

exchange::ExchangeOptions options_of(const py::dict& from) {
  exchange::ExchangeOptions out;
  out.core = core_of(from);
  out.order_address = net::parse_address(get<std::string>(from, "orders"));
  for (const py::handle item : from["lines"]) {
    const auto [destination, loss] = py::cast<std::tuple<std::string, double>>(item);
    out.lines.push_back({net::parse_address(destination), loss});
  }
  out.interface = get<std::string>(from, "interface");
  out.limits.login_ns = ns(from, "login_s");
  out.limits.silence_ns = ns(from, "silence_s");
  out.limits.stall_ns = ns(from, "stall_s");
  out.limits.backlog_bytes = get<std::uint64_t>(from, "backlog_bytes");
  out.max_clients = get<std::uint32_t>(from, "max_clients");
  out.state_file = get<std::string>(from, "state");
  out.sync_state = get<bool>(from, "sync");
  out.busy = get<bool>(from, "busy");
  return out;
}

py::list accounts_of(const exchange::ExchangeSummary& summary) {
  py::list out;
  for (const exchange::AccountSummary& account : summary.accounts) {
    py::dict one;
    one["user"] = account.user;
    one["logins"] = account.logins;
    one["inputs"] = account.inputs;
    one["answered"] = account.answered;
    one["ignored"] = account.ignored;
    one["sequenced"] = account.sequenced;
    one["connected"] = account.connected;
    out.append(one);
  }
  return out;
}

py::dict summary_of(const exchange::Exchange& of) {
  const exchange::ExchangeSummary summary = of.summary();
  py::dict ends;
  for (std::size_t k = 1; k < summary.ends.size(); ++k)
    if (summary.ends[k] != 0)
      ends[py::str(std::string(venue::name(static_cast<venue::ClientEnd>(k))))] = summary.ends[k];
  py::dict out;
  out["session"] = of.session();
  out["connections"] = summary.connections;
  out["refused_connections"] = summary.refused_connections;
  out["ends"] = ends;
  out["accounts"] = accounts_of(summary);
  out["messages"] = summary.core.messages;
  out["orders"] = summary.core.orders;
  out["rejected"] = summary.core.rejected;
  out["cancelled"] = summary.core.cancelled;
  out["trades"] = summary.core.trades;
  out["flow_messages"] = summary.core.flow_messages;
  out["flow_orders"] = summary.core.flow_orders;
  out["live_orders"] = summary.live_orders;
  out["feed_messages"] = summary.feed_messages;
  out["feed_packets"] = summary.feed_packets;
  out["packets_lost"] = summary.packets_lost;
  out["packets_refused"] = summary.packets_refused;
  out["digest"] = summary.digest;
  out["logged_inputs"] = summary.logged_inputs;
  out["recovered_inputs"] = summary.recovered_inputs;
  out["cut_bytes"] = summary.cut_bytes;
  return out;
}

/// Serves until stop() or for so many seconds; asks Python about signals a few times a second.
void run(exchange::Exchange& served, double seconds) {
  constexpr std::uint64_t slice_ns = 50'000'000;
  const std::uint64_t begin_ns = system_ns(CLOCK_MONOTONIC);
  const auto limit_ns = seconds > 0 ? static_cast<std::uint64_t>(seconds * 1e9) : ~std::uint64_t{0};
  while (!served.is_stopped()) {
    const std::uint64_t slice_begin_ns = system_ns(CLOCK_MONOTONIC);
    if (slice_begin_ns - begin_ns >= limit_ns) return;
    {
      const py::gil_scoped_release released;
      while (!served.is_stopped() && system_ns(CLOCK_MONOTONIC) - slice_begin_ns < slice_ns)
        served.turn(slice_ns);
    }
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
  }
}

}  // namespace

void bind_exchange(py::module_& m) {
  using py::arg;
  const auto released = py::call_guard<py::gil_scoped_release>();
  py::class_<exchange::Exchange>(m, "Exchange", py::is_final(),
                                 "A simulated exchange with its sockets; hft.exchange has options.")
      .def(py::init([](const py::dict& options) {
             const exchange::ExchangeOptions native = options_of(options);
             const py::gil_scoped_release unlocked;
             return std::make_unique<exchange::Exchange>(native);
           }),
           arg("options"))
      .def("run", &run, arg("seconds") = 0.0)
      .def("stop", &exchange::Exchange::stop)
      .def("finish", &exchange::Exchange::finish, released)
      .def("summary", &summary_of)
      .def_property_readonly(
          "order_address",
          [](const exchange::Exchange& of) { return net::text_of(of.order_address()); })
      .def_property_readonly("session", &exchange::Exchange::session);
}

}  // namespace hft::py
