// What leaves a replay, records or touches: counted, digested, and handed to every sink.
#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "hft/engine/record_digest.hpp"
#include "hft/engine/record_sink.hpp"

namespace hft::engine {

class Outlet {
 public:
  void add(std::unique_ptr<RecordSink> sink) { sinks_.push_back(std::move(sink)); }

  void take(std::span<const record::Record> records) {
    if (records.empty()) return;
    digest_.add(records);
    for (const auto& sink : sinks_) sink->take(records);
  }

  void close() {
    for (const auto& sink : sinks_) sink->close();
  }

  std::uint64_t count() const noexcept { return digest_.count(); }
  std::uint64_t digest() const noexcept { return digest_.value(); }

 private:
  RecordDigest digest_;
  std::vector<std::unique_ptr<RecordSink>> sinks_;
};

struct Outlets {
  Outlet records;
  Outlet touches;

  void close() {
    records.close();
    touches.close();
  }
};

}  // namespace hft::engine
