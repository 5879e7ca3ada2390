// The day's executions, chained by order: a venue that breaks a trade names it by its match number
// and says neither size nor price.
#pragma once

#include <cstddef>
#include <cstdint>

#include "hft/base/memory.hpp"

namespace hft::risk {

struct Execution {
  std::uint64_t reference;  // the venue's match number
  std::int64_t price_e9;
  std::uint32_t size;
  std::uint32_t previous;  // of the same order: place + 1; 0: none
  bool is_undone;
};

class Executions {
 public:
  explicit Executions(std::uint32_t max_executions)
      : memory_(std::size_t{max_executions} * sizeof(Execution), "risk gate executions"),
        max_executions_(max_executions) {}

  bool is_full() const noexcept { return count_ == max_executions_; }

  /// Needs room. Returns the place + 1.
  std::uint32_t add(const Execution& execution) noexcept {
    memory_.as<Execution>()[count_] = execution;
    return ++count_;
  }

  struct Found {
    Execution* execution;  // none: null
    bool was_undone;       // there is one, but all of that reference are undone
  };

  /// The newest of the chain that begins at `last` with that reference and is not undone.
  Found find(std::uint32_t last, std::uint64_t reference) noexcept {
    bool was_undone = false;
    for (std::uint32_t place = last; place != 0;) {
      Execution& execution = memory_.as<Execution>()[place - 1];
      if (execution.reference == reference) {
        if (!execution.is_undone) return {&execution, false};
        was_undone = true;
      }
      place = execution.previous;
    }
    return {nullptr, was_undone};
  }

  void prefault(std::size_t executions) noexcept {
    memory_.prefault(executions * sizeof(Execution));
  }

 private:
  MappedMemory memory_;
  std::uint32_t max_executions_;
  std::uint32_t count_ = 0;
};

}  // namespace hft::risk
