// Who holds an end of a ring: one process at a time, known by its number and start time, so that a
// killed one is told from a live one and from a stranger with the same number.
#pragma once

#include <cstdint>

#include "hft/ring/segment.hpp"

namespace hft::ring {

/// What is known of an end. `killed`: it says live, but its process is gone.
enum class OwnerFound : std::uint8_t { none, live, closed, killed };

OwnerFound find_producer(const RingHeader& header);
OwnerFound find_consumer(const RingHeader& header);

/// Holds one end of a ring while it lives. Processes of other pid namespaces cannot be told from
/// killed ones: let both ends of a ring live in one container, or share the pid namespace.
class OwnerClaim {
 public:
  /// Error when a live process holds the end already (two producers would tear the ring), or when
  /// the processor does not promise atomic 16-byte stores.
  static OwnerClaim producer(Segment& segment);
  static OwnerClaim consumer(Segment& segment);

  OwnerClaim(OwnerClaim&& other) noexcept;
  OwnerClaim& operator=(OwnerClaim&&) = delete;
  ~OwnerClaim();  // marks the end closed: no more will come

  void beat(std::uint64_t now_ns) noexcept;  // ns since the Unix epoch

 private:
  OwnerClaim(const std::uint32_t* pid, OwnerState* state, std::uint64_t* heartbeat_ns) noexcept
      : pid_(pid), state_(state), heartbeat_ns_(heartbeat_ns) {}

  const std::uint32_t* pid_;
  OwnerState* state_;
  std::uint64_t* heartbeat_ns_;
};

}  // namespace hft::ring
