// The engine's log: every command, report and control in the order in which it took effect, to a
// broadcast ring. Whoever wants to know what the engine does reads it, and slows nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "hft/engine/ring_sink.hpp"

namespace hft::engine {

class LogTap {
 public:
  LogTap(const std::string& ring, std::uint64_t records) : sink_(ring, records) {}

  void operator()(const record::Record& record) noexcept {
    sink_.take({&record, 1});
    ++count_;
  }

  std::uint64_t count() const noexcept { return count_; }

 private:
  RingSink sink_;
  std::uint64_t count_ = 0;
};

}  // namespace hft::engine
