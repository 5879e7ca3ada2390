// What is known before the day begins: the messages that open and close it, the crosses, and the
// halts, each with its time.
#pragma once

#include <cstdint>
#include <vector>

#include "hft/engine/synth/options.hpp"
#include "hft/engine/synth/random.hpp"

namespace hft::engine::synth {

struct Scheduled {
  std::uint64_t time_ns;  // since midnight, New York
  std::uint16_t instrument;
  char message_type;
  char detail;  // the event code, trading state, cross type, position state or market code
};

/// In the order of their times. `instruments` are those of the options, 1 to n.
std::vector<Scheduled> make_schedule(const Options& options, Random& random);

}  // namespace hft::engine::synth
