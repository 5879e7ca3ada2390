// hft.synth: synthetic sessions by seed.
#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include "hft/engine/synth/synth.hpp"
#include "hft/py/bindings.hpp"

namespace hft::py {

namespace {

namespace py = pybind11;
namespace synth = engine::synth;

synth::LineOptions line_options(const py::sequence& line) {
  return {py::cast<double>(line[0]), py::cast<double>(line[1]), py::cast<double>(line[2])};
}

py::dict summary_dict(const synth::Summary& summary) {
  py::dict types;
  for (std::size_t type = 0; type < summary.by_type.size(); ++type) {
    if (summary.by_type[type] == 0) continue;
    types[py::str(std::string(1, static_cast<char>(type)))] = summary.by_type[type];
  }
  py::list lines;
  for (const synth::LineSummary& line : summary.lines) {
    py::dict one;
    one["packets"] = line.packets;
    one["heartbeats"] = line.heartbeats;
    one["lost"] = line.lost;
    one["duplicated"] = line.duplicated;
    one["reordered"] = line.reordered;
    lines.append(one);
  }
  py::dict out;
  out["messages"] = summary.messages;
  out["messages_by_type"] = types;
  out["bytes"] = summary.bytes;
  out["live_orders"] = summary.live_orders;
  out["max_live_orders"] = summary.max_live_orders;
  out["max_levels"] = summary.max_levels;
  out["digest"] = summary.digest;
  out["packets"] = summary.packets;
  out["lines"] = lines;
  out["gaps"] = summary.gaps;
  out["gap_messages"] = summary.gap_messages;
  return out;
}

/// Asks Python about Ctrl-C, and its callback about going on, a few times a second.
synth::Progress progress_of(const py::object& callback) {
  return [&callback](std::uint64_t done) {
    const py::gil_scoped_acquire acquired;
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (!callback.is_none()) callback(done);
    return true;
  };
}

}  // namespace

void bind_synth(py::module_& m) {
  using py::arg;
  const auto generate = [](const std::string& path, std::uint64_t seed, std::uint64_t messages,
                           std::uint32_t instruments, std::uint32_t live_orders,
                           double zipf_exponent, bool sparse_order_ids, std::uint32_t halts,
                           bool crosses, std::uint32_t session_date, const py::sequence& line_a,
                           const py::sequence& line_b, double gap, bool overwrite,
                           const py::object& progress) {
    synth::Options options;
    options.seed = seed;
    options.messages = messages;
    options.instruments = instruments;
    options.live_orders = live_orders;
    options.zipf_exponent = zipf_exponent;
    options.order_ids = sparse_order_ids ? synth::OrderIds::sparse : synth::OrderIds::dense;
    options.halts = halts;
    options.crosses = crosses;
    options.session_date = session_date;
    options.lines = {line_options(line_a), line_options(line_b)};
    options.gap = gap;
    options.overwrite = overwrite;
    synth::Summary summary;
    {
      const py::gil_scoped_release released;
      summary = synth::generate(options, path, progress_of(progress));
    }
    return summary_dict(summary);
  };
  const synth::Options defaults;
  const py::tuple clean = py::make_tuple(0.0, 0.0, 0.0);
  m.def("synth_generate", generate, arg("path"), py::kw_only(), arg("seed") = defaults.seed,
        arg("messages") = defaults.messages, arg("instruments") = defaults.instruments,
        arg("live_orders") = defaults.live_orders, arg("zipf_exponent") = defaults.zipf_exponent,
        arg("sparse_order_ids") = false, arg("halts") = defaults.halts,
        arg("crosses") = defaults.crosses, arg("session_date") = defaults.session_date,
        arg("line_a") = clean, arg("line_b") = clean, arg("gap") = 0.0, arg("overwrite") = false,
        arg("progress") = py::none());
}

}  // namespace hft::py
