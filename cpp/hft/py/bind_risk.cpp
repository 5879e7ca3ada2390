// hft.risk: the gate driven by arrays of records, its tables, and the dtypes of its shared file.
#include <pybind11/native_enum.h>
#include <pybind11/stl.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "hft/py/bindings.hpp"
#include "hft/py/dtype.hpp"
#include "hft/risk/gate.hpp"

namespace hft::py {

namespace {

namespace record = hft::record;
namespace risk = hft::risk;

std::uint8_t take(risk::Gate& gate, const record::Record& seen) {
  switch (seen.kind) {
    case record::Kind::touch: gate.on_touch(record::as<record::Touch>(seen)); return 0;
    case record::Kind::status: gate.on_status(record::as<record::StatusEvent>(seen)); return 0;
    case record::Kind::instrument:
      gate.on_instrument(record::as<record::InstrumentEvent>(seen));
      return 0;
    case record::Kind::order_report:
      return static_cast<std::uint8_t>(gate.on_report(record::as<record::OrderReport>(seen)));
    case record::Kind::control:
      return static_cast<std::uint8_t>(gate.on_control(record::as<record::ControlEvent>(seen)));
    case record::Kind::order_command:
      return static_cast<std::uint8_t>(gate.check(record::as<record::OrderCommand>(seen)).verdict);
    case record::Kind::none:
    case record::Kind::order:
    case record::Kind::trade: return 0;  // the gate is not told of these
  }
  return 0;
}

pyb::array apply(risk::Gate& gate, const pyb::array& array) {
  const RecordsIn records(array);
  std::vector<std::uint8_t> verdicts;
  verdicts.reserve(records.all().size());
  {
    const pyb::gil_scoped_release released;
    for (const record::Record& seen : records.all()) verdicts.push_back(take(gate, seen));
  }
  return own(std::move(verdicts), pyb::dtype::of<std::uint8_t>());
}

template <class T>
pyb::array copy_of(std::span<const T> items) {
  return own(std::vector<T>(items.begin(), items.end()), dtype_of<T>());
}

std::unique_ptr<risk::Gate> make_gate(const risk::GateConfig& config,
                                      const std::optional<std::string>& path) {
  if (!path) return std::make_unique<risk::Gate>(config);
  return std::make_unique<risk::Gate>(config, risk::SharedState::create(*path, config));
}

std::unique_ptr<risk::Gate> make(std::uint32_t feeds, std::uint32_t instruments,
                                 std::uint32_t accounts, std::uint32_t strategies,
                                 std::uint32_t sessions, std::uint32_t max_orders,
                                 std::uint32_t max_executions,
                                 const std::optional<std::string>& path) {
  return make_gate({feeds, instruments, accounts, strategies, sessions, max_orders, max_executions},
                   path);
}

pyb::object order(const risk::Gate& gate, std::uint32_t client_order_id) {
  if (!gate.orders().is_known(client_order_id)) return pyb::none();
  static constexpr std::array names{"none", "sent", "live", "dead", "refused"};
  const risk::OpenOrder& it = gate.orders().at(client_order_id);
  pyb::dict out;
  out["state"] = names[static_cast<std::size_t>(it.state)];
  out["leaves"] = it.leaves;
  out["executed"] = it.executed;
  out["price_e9"] = it.price_e9;
  return out;
}

pyb::dict verdict_counts(const risk::Gate& gate) {
  pyb::dict out;
  for (std::size_t i = 0; i < risk::verdict_count; ++i) {
    const std::uint64_t count = gate.shared().verdict_counts()[i];
    if (count != 0) out[pyb::str(std::string(risk::verdict_names[i]))] = count;
  }
  return out;
}

/// A dtype whose fields are named by the limits of a scope, at the places of their numbers.
template <class Block>
pyb::dtype limits_dtype(std::uint8_t scopes) {
  pyb::list names, formats, offsets;
  const auto field = [&](std::string_view name, const char* format, std::size_t offset) {
    names.append(pyb::str(name.data(), name.size()));
    formats.append(format);
    offsets.append(offset);
  };
  field("stamp", "<u8", 0);
  for (const risk::LimitInfo& info : risk::limit_table) {
    if ((info.scopes & scopes) == 0) continue;
    field(info.name, "<i8", static_cast<std::size_t>(info.limit) * sizeof(std::int64_t));
  }
  field("checksum", "<u8", sizeof(Block) - sizeof(std::uint64_t));
  return pyb::dtype(std::move(names), std::move(formats), std::move(offsets), sizeof(Block));
}

pyb::dict risk_dtypes() {
  pyb::dict out;
  out["header"] = dtype_of<risk::SharedHeader>();
  out["holding"] = dtype_of<risk::Holding>();
  out["totals"] = dtype_of<risk::ActorTotals>();
  out["switch"] = dtype_of<risk::Switch>();
  out["instrument"] = dtype_of<risk::SharedInstrument>();
  out["actor_limits"] = limits_dtype<risk::ActorLimits>(risk::of_actors);
  out["instrument_limits"] = limits_dtype<risk::InstrumentLimits>(risk::of_instrument);
  return out;
}

pyb::list limit_rows() {
  static constexpr std::array loosers{"larger", "smaller", "bits", "any"};
  pyb::list out;
  for (const risk::LimitInfo& info : risk::limit_table) {
    out.append(pyb::make_tuple(std::string(info.name), static_cast<int>(info.limit),
                               static_cast<int>(info.scopes), info.least, info.most,
                               loosers[static_cast<std::size_t>(info.looser)]));
  }
  return out;
}

template <class Enum, std::size_t n>
void bind_names(pyb::module_& m, const char* name, const char* doc,
                const std::array<std::string_view, n>& names) {
  pyb::native_enum<Enum> bound(m, name, "enum.IntEnum", doc);
  for (std::size_t i = 0; i < n; ++i) {
    bound.value(std::string(names[i]).c_str(), static_cast<Enum>(i));
  }
  bound.finalize();
}

}  // namespace

void bind_risk(pyb::module_& m) {
  using pyb::arg;
  bind_names<risk::Verdict>(m, "RiskVerdict", "What the gate answers to a command.",
                            risk::verdict_names);
  bind_names<risk::ControlVerdict>(m, "ControlVerdict", "What became of a control.",
                                   risk::control_verdict_names);
  bind_names<risk::ReportVerdict>(m, "ReportVerdict", "What became of a report.",
                                  risk::report_verdict_names);
  m.def("risk_dtypes", &risk_dtypes);
  m.def("risk_limits", &limit_rows);
  m.attr("RISK_LIMIT_MISSING") = risk::limit_missing;
  m.attr("RISK_MAGIC") = risk::shared_magic;
  m.attr("RISK_VERSION") = risk::shared_version;
  m.attr("RISK_LAYOUT_HASH") = risk::shared_layout_hash();
  pyb::class_<risk::Gate>(m, "RiskGate", pyb::is_final(), "The gate every order goes through.")
      .def(pyb::init(&make), pyb::kw_only(), arg("feeds") = 1, arg("instruments") = 65'536,
           arg("accounts") = 1, arg("strategies") = 1, arg("sessions") = 1,
           arg("max_orders") = 1 << 20, arg("max_executions") = 1 << 20, arg("path") = pyb::none())
      .def("apply", &apply, arg("records"))
      .def("order", &order, arg("client_order_id"))
      .def("holdings",
           [](const risk::Gate& gate) {
             return copy_of<risk::Holding>(gate.shared().holdings())
                 .attr("reshape")(gate.config().all_instruments(), gate.config().actors());
           })
      .def("totals",
           [](const risk::Gate& gate) {
             return copy_of<risk::ActorTotals>(gate.shared().actor_totals());
           })
      .def("switches",
           [](const risk::Gate& gate) { return copy_of<risk::Switch>(gate.shared().switches()); })
      .def_property_readonly("verdict_counts", &verdict_counts)
      .def_property_readonly("now_ns", &risk::Gate::now_ns);
}

}  // namespace hft::py
