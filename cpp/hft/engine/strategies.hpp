// The native strategies by name, with their parameters by name: where one of your own is entered.
//
// A strategy is a type, and the engine is compiled for each: so the list stands in code and not in
// a table of pointers. Parameters come from a configuration file as whole numbers with units in
// their names; one that the strategy does not have is an error and not a default.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <utility>

#include "hft/base/error.hpp"
#include "hft/strategy/imbalance_taker.hpp"
#include "hft/strategy/quoter.hpp"

namespace hft::engine {

using StrategyParameters = std::map<std::string, std::int64_t>;

/// Moves parameters from the file into a strategy's configuration.
class ParameterReader {
 public:
  explicit ParameterReader(StrategyParameters given) : given_(std::move(given)) {}

  /// Sets `to` where the file names it. Throws hft::Error where the value does not fit.
  template <class T>
  void take(const char* name, T& to) {
    const auto found = given_.find(name);
    if (found == given_.end()) return;
    if (!std::in_range<T>(found->second)) {
      throw Error(std::string("strategy.parameters.") + name,
                  std::to_string(found->second) + " is out of range",
                  "give " + std::to_string(std::numeric_limits<T>::min()) + " to " +
                      std::to_string(std::numeric_limits<T>::max()));
    }
    to = static_cast<T>(found->second);
    given_.erase(found);
  }

  /// Throws hft::Error where a parameter is left that nobody took.
  void finish(const std::string& strategy) const {
    if (given_.empty()) return;
    throw Error("strategy.parameters." + given_.begin()->first,
                "the strategy " + strategy + " has no such parameter",
                "docs/strategies.md lists those it has");
  }

 private:
  StrategyParameters given_;
};

inline strategy::QuoterConfig quoter_config(StrategyParameters given) {
  strategy::QuoterConfig out;
  ParameterReader reader(std::move(given));
  reader.take("size", out.size);
  reader.take("position_max", out.position_max);
  reader.take("half_spread_e9", out.half_spread_e9);
  reader.take("skew_e9_per_share", out.skew_e9_per_share);
  reader.take("requote_e9", out.requote_e9);
  reader.take("tick_e9", out.tick_e9);
  reader.take("pause_ns", out.pause_ns);
  reader.finish("quoter");
  if (out.tick_e9 <= 0)
    throw Error("strategy.parameters.tick_e9", "is not positive", "give 1 or more");
  return out;
}

inline strategy::ImbalanceTakerConfig imbalance_taker_config(StrategyParameters given) {
  strategy::ImbalanceTakerConfig out;
  ParameterReader reader(std::move(given));
  reader.take("size", out.size);
  reader.take("position_max", out.position_max);
  reader.take("threshold", out.threshold);
  reader.take("spread_max_e9", out.spread_max_e9);
  reader.take("half_life_ns", out.half_life_ns);
  reader.take("cool_down_ns", out.cool_down_ns);
  reader.finish("imbalance_taker");
  return out;
}

/// Makes the strategy of this name in place, by `make.template operator()<S>(config)`, and returns
/// what that returns. Throws hft::Error where there is none of this name.
template <class Make>
auto with_strategy(const std::string& name, StrategyParameters parameters, Make make) {
  if (name == "quoter")
    return make.template operator()<strategy::Quoter>(quoter_config(std::move(parameters)));
  if (name == "imbalance_taker")
    return make.template operator()<strategy::ImbalanceTaker>(
        imbalance_taker_config(std::move(parameters)));
  throw Error("strategy.name", "there is no strategy " + name, "known: quoter, imbalance_taker");
}

}  // namespace hft::engine
