// Where a replay's records and touches go: files, rings, batches for Python.
#pragma once

#include <span>

#include "hft/record/record.hpp"
#include "hft/record/touch.hpp"

namespace hft::engine {

class RecordSink {
 public:
  RecordSink() = default;
  virtual ~RecordSink() = default;
  RecordSink(const RecordSink&) = delete;
  RecordSink& operator=(const RecordSink&) = delete;

  /// Takes records in order. They are valid only during the call.
  virtual void take(std::span<const record::Record> records) = 0;

  /// Nothing more comes: a file is written out and closed. May throw hft::Error.
  virtual void close() {}
};

/// Touches are records too.
inline std::span<const record::Record> as_records(std::span<const record::Touch> touches) {
  return {reinterpret_cast<const record::Record*>(touches.data()), touches.size()};
}

}  // namespace hft::engine
