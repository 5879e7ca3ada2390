// Only buckets that hold something are listed: a distribution has a few hundred of them.
#include "hft/py/latency_dict.hpp"

namespace hft::py {

namespace py = pybind11;

py::dict latency_dict(const Histogram& histogram, double unit) {
  const auto ns = [unit](std::uint64_t value) { return static_cast<double>(value) * unit; };
  py::list buckets;
  for (std::size_t i = 0; i < Histogram::bucket_count; ++i) {
    if (histogram.count_in(i) == 0) continue;
    buckets.append(py::make_tuple(ns(Histogram::upper_bound(i)), histogram.count_in(i)));
  }
  py::dict out;
  out["count"] = histogram.count();
  out["min_ns"] = ns(histogram.min());
  out["p50_ns"] = ns(histogram.value_at(0.5));
  out["p90_ns"] = ns(histogram.value_at(0.9));
  out["p99_ns"] = ns(histogram.value_at(0.99));
  out["p99_9_ns"] = ns(histogram.value_at(0.999));
  out["max_ns"] = ns(histogram.max());
  out["histogram"] = buckets;
  return out;
}

}  // namespace hft::py
