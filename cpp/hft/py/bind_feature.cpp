// hft.feature: features of arrays of touches and records, one value for each touch.
#include <pybind11/numpy.h>

#include <string>
#include <unordered_map>
#include <vector>

#include "hft/feature/depth_imbalance.hpp"
#include "hft/feature/microprice.hpp"
#include "hft/feature/order_flow.hpp"
#include "hft/feature/touch_imbalance.hpp"
#include "hft/feature/trade_flow.hpp"
#include "hft/feature/volatility.hpp"
#include "hft/py/bindings.hpp"
#include "hft/py/dtype.hpp"

namespace hft::py {

namespace {

using Values = pyb::array_t<std::int64_t>;
using Sizes = pyb::array_t<std::uint32_t, pyb::array::c_style>;

const record::Touch& touch_at(std::span<const record::Record> records, std::size_t i) {
  if (records[i].kind != record::Kind::touch) {
    throw pyb::value_error("touches: element " + std::to_string(i) +
                           " is no touch; give an array of dtype hft.touch");
  }
  return record::as<record::Touch>(records[i]);
}

/// One value for each touch.
template <class Feature>
Values of_touches(const pyb::array& array, Feature&& feature) {
  const RecordsIn touches(array);
  Values values(static_cast<pyb::ssize_t>(touches.all().size()));
  std::int64_t* out = values.mutable_data();
  for (std::size_t i = 0; i < touches.all().size(); ++i) {
    out[i] = feature(touch_at(touches.all(), i));
  }
  return values;
}

/// The same with a state for each instrument, all made as `initial` is.
template <class State, class Feature>
Values of_series(const pyb::array& array, const State& initial, Feature&& feature) {
  std::unordered_map<std::uint32_t, State> states;
  return of_touches(array, [&](const record::Touch& touch) {
    return feature(states.try_emplace(touch.instrument, initial).first->second, touch);
  });
}

Values depth_imbalance(const Sizes& bids, const Sizes& asks) {
  if (bids.ndim() != 2 || asks.ndim() != 2 || bids.shape(0) != asks.shape(0)) {
    throw pyb::value_error(
        "depth_imbalance: the sizes must have two axes, (times, levels), with the same times");
  }
  const auto levels_of = [](const Sizes& sizes, pyb::ssize_t row) {
    std::vector<book::Level> levels;
    for (pyb::ssize_t i = 0; i < sizes.shape(1); ++i) levels.push_back({0, sizes.at(row, i), 1});
    return levels;
  };
  Values values(bids.shape(0));
  for (pyb::ssize_t row = 0; row < bids.shape(0); ++row) {
    values.mutable_at(row) =
        feature::depth_imbalance_e9(levels_of(bids, row), levels_of(asks, row));
  }
  return values;
}

/// Records and touches of one feed as the engine gives them: each message's records, then its
/// touch.
class TradeFlows {
 public:
  TradeFlows(std::span<const record::Record> records, std::uint64_t half_life_ns)
      : records_(records), initial_(half_life_ns) {}

  const feature::TradeFlow& on_touch(const record::Touch& touch) {
    while (!records_.empty() &&
           record::sequence_number_of(records_[0]) <= record::sequence_number_of(touch)) {
      of(records_[0]).on_record(records_[0]);
      records_ = records_.subspan(1);
    }
    feature::TradeFlow& flow = of(record::as<record::Record>(touch));
    flow.on_touch(touch);
    return flow;
  }

 private:
  feature::TradeFlow& of(const record::Record& seen) {
    const bool of_all = seen.instrument == record::instrument_all;
    if (feed_ == unknown && !of_all) feed_ = seen.instrument >> 16;
    if (!of_all && seen.instrument >> 16 != feed_) {
      throw pyb::value_error(
          "trade_flow: records of several feeds, whose sequence numbers do not "
          "compare; give those of one feed at a time");
    }
    return flows_.try_emplace(seen.instrument, initial_).first->second;
  }

  static constexpr std::uint32_t unknown = 0xffffffff;
  std::span<const record::Record> records_;
  feature::TradeFlow initial_;
  std::unordered_map<std::uint32_t, feature::TradeFlow> flows_;
  std::uint32_t feed_ = unknown;
};

pyb::tuple trade_flow(const pyb::array& records, const pyb::array& touches,
                      std::uint64_t half_life_ns) {
  const RecordsIn records_in(records);
  const auto count = touches.size();
  Values flow(count);
  Values size(count);
  Values rate(count);
  TradeFlows flows(records_in.all(), half_life_ns);
  pyb::ssize_t row = 0;
  of_touches(touches, [&](const record::Touch& touch) {
    const feature::TradeFlow& own = flows.on_touch(touch);
    flow.mutable_at(row) = own.flow(touch.event_time_ns);
    size.mutable_at(row) = own.size(touch.event_time_ns);
    rate.mutable_at(row++) = own.trades_per_second_e6(touch.event_time_ns);
    return 0;
  });
  return pyb::make_tuple(flow, size, rate);
}

void bind_series(pyb::module_& m) {
  using pyb::arg;
  m.def(
      "feature_order_flow",
      [](const pyb::array& touches) {
        return of_series(touches, feature::OrderFlow(),
                         [](auto& state, const auto& touch) { return state.on_touch(touch); });
      },
      arg("touches"));
  m.def(
      "feature_order_flow_imbalance",
      [](const pyb::array& touches, std::uint64_t half_life_ns) {
        return of_series(touches, feature::OrderFlowImbalance(half_life_ns),
                         [](auto& state, const auto& touch) {
                           state.on_touch(touch);
                           return state.at(touch.event_time_ns);
                         });
      },
      arg("touches"), arg("half_life_ns"));
  m.def(
      "feature_variance",
      [](const pyb::array& touches, std::uint64_t half_life_ns) {
        return of_series(touches, feature::Volatility(half_life_ns),
                         [](auto& state, const auto& touch) {
                           state.on_touch(touch);
                           return state.variance_e18(touch.event_time_ns);
                         });
      },
      arg("touches"), arg("half_life_ns"));
  m.def(
      "feature_volatility",
      [](const pyb::array& touches, std::uint64_t half_life_ns) {
        return of_series(touches, feature::Volatility(half_life_ns),
                         [](auto& state, const auto& touch) {
                           state.on_touch(touch);
                           return state.per_root_second_e9(touch.event_time_ns);
                         });
      },
      arg("touches"), arg("half_life_ns"));
}

}  // namespace

void bind_feature(pyb::module_& m) {
  using pyb::arg;
  const auto bind_touch_feature = [&m](const char* name,
                                       std::int64_t (*feature)(const record::Touch&) noexcept) {
    m.def(
        name, [feature](const pyb::array& touches) { return of_touches(touches, feature); },
        arg("touches"));
  };
  bind_touch_feature("feature_mid_price", &feature::mid_price_e9);
  bind_touch_feature("feature_spread", &feature::spread_e9);
  bind_touch_feature("feature_microprice", &feature::microprice_e9);
  bind_touch_feature("feature_touch_imbalance", &feature::touch_imbalance_e9);
  m.def("feature_depth_imbalance", &depth_imbalance, arg("bid_sizes"), arg("ask_sizes"));
  m.def("feature_trade_flow", &trade_flow, arg("records"), arg("touches"), arg("half_life_ns"));
  bind_series(m);
}

}  // namespace hft::py
