// The parts of hft._native, one to a stage.
#pragma once

#include <pybind11/pybind11.h>

namespace hft::py {

void bind_wire(pybind11::module_& m);
void bind_record(pybind11::module_& m);
void bind_ring(pybind11::module_& m);
void bind_book(pybind11::module_& m);
void bind_feature(pybind11::module_& m);
void bind_strategy(pybind11::module_& m);
void bind_risk(pybind11::module_& m);
void bind_order(pybind11::module_& m);
void bind_venue(pybind11::module_& m);
void bind_live(pybind11::module_& m);
void bind_replay(pybind11::module_& m);
void bind_backtest(pybind11::module_& m);
void bind_synth(pybind11::module_& m);
void bind_exchange(pybind11::module_& m);

}  // namespace hft::py
