// Any bytes as a packet of any link type: a datagram lies inside the packet, and the quick path
// says what the general parser says.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "hft/net/datagram.hpp"

namespace {

using namespace hft::net;

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  // A copy of the exact size, so that AddressSanitizer sees a read beyond the packet.
  const std::unique_ptr<std::byte[]> copy(new std::byte[size - 2]);
  std::copy_n(reinterpret_cast<const std::byte*>(data) + 2, size - 2, copy.get());
  Packet packet = {};
  packet.bytes = {copy.get(), size - 2};
  packet.link_type = static_cast<std::uint16_t>(data[0] | data[1] << 8);
  Datagram datagram = {};
  const DatagramVerdict verdict = parse_datagram(packet, datagram);
  require((verdict == DatagramVerdict::unknown_link_type) != is_known_link_type(packet.link_type));
  Datagram general = {};
  require(detail::parse_any(packet, general) == verdict);
  if (verdict != DatagramVerdict::udp) return 0;
  require(datagram.payload.data() >= packet.bytes.data() + 8);
  require(datagram.payload.data() + datagram.payload.size() <=
          packet.bytes.data() + packet.bytes.size());
  require(general.payload.data() == datagram.payload.data());
  require(general.payload.size() == datagram.payload.size());
  require(general.destination == datagram.destination && general.source == datagram.source);
  return 0;
}
