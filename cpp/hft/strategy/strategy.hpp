// What a strategy is: an object that is told of touches, records and reports, and asks for orders.
//
// A concept and not a base class: the engine is compiled for its strategy, and a call costs
// nothing. Every method is called on one thread, in the order of the one input sequence; a strategy
// reads no clock, file or random device, so that the same sequence gives the same orders again.
#pragma once

#include <concepts>

#include "hft/record/order_report.hpp"
#include "hft/record/record.hpp"
#include "hft/record/touch.hpp"
#include "hft/strategy/actions.hpp"

namespace hft::strategy {

/// on_record   every record of the feed, after the book has applied it: orders, trades, statuses
/// on_touch    the best prices of an instrument after a message that changed them
/// on_report   what the venue says of our orders; and what the gate refused, as `rejected`
///             with `reason` the risk::Verdict and sequence_number 0
/// on_time     the time of the sequence, at least every 100 ms while nothing else comes
template <class T>
concept Strategy = requires(T strategy, const record::Record& seen, const record::Touch& touch,
                            const record::OrderReport& report, std::uint64_t time_ns,
                            Actions& actions) {
  { strategy.on_record(seen, actions) }
  noexcept->std::same_as<void>;
  { strategy.on_touch(touch, actions) }
  noexcept->std::same_as<void>;
  { strategy.on_report(report, actions) }
  noexcept->std::same_as<void>;
  { strategy.on_time(time_ns, actions) }
  noexcept->std::same_as<void>;
};

}  // namespace hft::strategy
