// A ring that a replay before this one has left is used again: its readers go on where they are.
#include "hft/engine/ring_sink.hpp"

#include <filesystem>

namespace hft::engine {

namespace {

ring::Segment open_ring(const std::string& name, std::uint64_t capacity) {
  if (std::filesystem::exists(ring::ring_path(name))) {
    return ring::Segment::attach(name, {}, ring::Access::write);
  }
  return ring::Segment::create(name, {ring::RingKind::broadcast, capacity});
}

}  // namespace

RingSink::RingSink(const std::string& name, std::uint64_t capacity)
    : segment_(open_ring(name, capacity)),
      claim_(ring::OwnerClaim::producer(segment_)),
      producer_(segment_.header(), segment_.slots()) {}

}  // namespace hft::engine
