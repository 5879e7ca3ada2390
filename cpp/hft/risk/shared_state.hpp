// Limits, positions and kill switch of a gate in a file that other processes map and read.
//
// The gate works on this memory itself, so that what others read is what it decides by. Without a
// path it is memory of the process: for replays and tests.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "hft/risk/gate_config.hpp"
#include "hft/risk/shared_layout.hpp"

namespace hft::risk {

class SharedState {
 public:
  /// Memory of this process only.
  static SharedState anonymous(const GateConfig& config);

  /// Makes the file, all limits missing; an older one of a process that is gone is replaced. It
  /// appears under its name when it is complete. Error when its owner lives, or there is no room.
  static SharedState create(const std::filesystem::path& path, const GateConfig& config);

  /// Maps an existing file to read. Error when it is missing, cut off, or of another layout.
  static SharedState open(const std::filesystem::path& path);

  SharedState(SharedState&& other) noexcept;
  SharedState& operator=(SharedState&& other) noexcept;
  ~SharedState();

  SharedHeader& header() const noexcept { return *reinterpret_cast<SharedHeader*>(data_); }
  std::span<std::uint64_t> verdict_counts() const noexcept {
    return {at<std::uint64_t>(header().verdict_counts_offset), verdict_count_places};
  }
  std::span<ActorLimits> actor_limits() const noexcept {
    return {at<ActorLimits>(header().actor_limits_offset), actors()};
  }
  std::span<ActorTotals> actor_totals() const noexcept {
    return {at<ActorTotals>(header().actor_totals_offset), actors()};
  }
  /// Of the actors, then of the instruments.
  std::span<Switch> switches() const noexcept {
    return {at<Switch>(header().switches_offset), actors() + instruments()};
  }
  std::span<SharedInstrument> shared_instruments() const noexcept {
    return {at<SharedInstrument>(header().instruments_offset), instruments()};
  }
  std::span<InstrumentLimits> instrument_limits() const noexcept {
    return {at<InstrumentLimits>(header().instrument_limits_offset), instruments()};
  }
  /// Of instrument 0 all actors, then of instrument 1 …
  std::span<Holding> holdings() const noexcept {
    return {at<Holding>(header().holdings_offset), instruments() * actors()};
  }

  std::size_t actors() const noexcept {
    return std::size_t{1} + header().accounts + header().strategies;
  }
  std::size_t instruments() const noexcept {
    return std::size_t{header().feeds} * header().instruments;
  }

 private:
  SharedState(std::byte* data, std::size_t bytes) noexcept : data_(data), bytes_(bytes) {}

  template <class T>
  T* at(std::uint64_t offset) const noexcept {
    return reinterpret_cast<T*>(data_ + offset);
  }
  void fill(const GateConfig& config) const noexcept;

  std::byte* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace hft::risk
