// hft._native: thin bindings, no logic. Python's own part is python/hft/.
#include <pybind11/pybind11.h>

#include "hft/base/error.hpp"
#include "hft/base/version.hpp"
#include "hft/py/bindings.hpp"

namespace {

/// hft::Error becomes hft.errors.HftError, which Python code defines and may have before this.
void translate(std::exception_ptr raised) {
  try {
    if (raised) std::rethrow_exception(raised);
  } catch (const hft::Error& error) {
    const auto python_error = pybind11::module_::import("hft.errors").attr("HftError");
    pybind11::set_error(python_error, error.what());
  }
}

}  // namespace

PYBIND11_MODULE(_native, m) {
  m.doc() = "The native part of hft.";
  m.attr("__version__") = std::string(hft::version());
  pybind11::register_exception_translator(&translate);
  hft::py::bind_record(m);
  hft::py::bind_wire(m);
  hft::py::bind_ring(m);
  hft::py::bind_book(m);
  hft::py::bind_feature(m);
  hft::py::bind_strategy(m);
  hft::py::bind_risk(m);
  hft::py::bind_order(m);
  hft::py::bind_venue(m);
  hft::py::bind_live(m);
  hft::py::bind_replay(m);
  hft::py::bind_backtest(m);
  hft::py::bind_synth(m);
  hft::py::bind_exchange(m);
}
