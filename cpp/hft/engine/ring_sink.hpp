// Records to a broadcast ring in shared memory.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "hft/engine/record_sink.hpp"
#include "hft/ring/broadcast.hpp"
#include "hft/ring/owner.hpp"
#include "hft/ring/segment.hpp"

namespace hft::engine {

class RingSink final : public RecordSink {
 public:
  /// Takes over the ring of this name, or makes it with room for `capacity` records (a power of
  /// two). Throws hft::Error where another process writes to it.
  RingSink(const std::string& name, std::uint64_t capacity);

  void take(std::span<const record::Record> records) override { producer_.publish(records); }

 private:
  ring::Segment segment_;
  ring::OwnerClaim claim_;
  ring::BroadcastProducer producer_;
};

}  // namespace hft::engine
