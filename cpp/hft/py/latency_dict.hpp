// A distribution of times as Python gets it: percentiles, and the histogram for drawings.
#pragma once

#include <pybind11/pybind11.h>

#include "hft/base/histogram.hpp"

namespace hft::py {

/// `unit`: ns per recorded unit. Keys as in LatencyDict of python/hft/summary.py.
pybind11::dict latency_dict(const Histogram& histogram, double unit);

}  // namespace hft::py
