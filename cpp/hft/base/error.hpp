// The one exception of the control plane: it says what is wrong, where, and what to do.
//
// The hot path throws nothing; it answers with verdicts and counters.
#pragma once

#include <stdexcept>
#include <string>

namespace hft {

class Error : public std::runtime_error {
 public:
  /// "WHERE: PROBLEM; REMEDY", for example
  /// "day.pcap: packet 17 at offset 1840: length 70000 beyond the file; the capture is damaged".
  Error(const std::string& where, const std::string& problem, const std::string& remedy)
      : std::runtime_error(where + ": " + problem + "; " + remedy) {}
};

}  // namespace hft
