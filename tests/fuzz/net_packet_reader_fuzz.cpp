// Any bytes as a capture: the packets are the same whether asked for one by one or in batches, they
// lie inside the file in order, and the end is a plain end, a noted cut or an error.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "hft/base/error.hpp"
#include "hft/net/capture_file.hpp"

namespace {

using hft::net::Packet;

struct Result {
  std::vector<Packet> packets;
  std::string end;  // the note or the error
};

void require(bool condition) {
  if (!condition) std::abort();
}

Result read(std::span<const std::byte> file, std::size_t batch_size) {
  Result result;
  const auto source = hft::net::view_bytes(file, "fuzz");
  try {
    hft::net::PacketReader reader(*source);
    std::vector<Packet> batch(batch_size);
    while (const std::size_t count = reader.read(batch)) {
      require(count <= batch_size);
      result.packets.insert(result.packets.end(), batch.begin(),
                            batch.begin() + static_cast<std::ptrdiff_t>(count));
    }
    require(reader.packet_count() == result.packets.size());
    result.end = reader.note();
  } catch (const hft::Error& error) {
    result.end = error.what();
    require(!result.end.empty());
  }
  return result;
}

void require_inside(std::span<const std::byte> file, const std::vector<Packet>& packets) {
  const std::byte* behind = file.data();
  std::uint64_t number = 0;
  for (const Packet& packet : packets) {
    require(packet.number == ++number);
    require(packet.offset < file.size());
    require(packet.bytes.data() > behind || number == 1);
    require(packet.bytes.data() >= file.data() + packet.offset);
    behind = packet.bytes.data() + packet.bytes.size();
    require(behind <= file.data() + file.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = std::as_bytes(std::span(data, size));
  const Result one_by_one = read(file, 1);
  const Result batches = read(file, 7);
  require_inside(file, one_by_one.packets);
  require(one_by_one.end == batches.end);
  require(one_by_one.packets.size() == batches.packets.size());
  for (std::size_t i = 0; i < batches.packets.size(); ++i) {
    const Packet& a = one_by_one.packets[i];
    const Packet& b = batches.packets[i];
    require(a.bytes.data() == b.bytes.data() && a.bytes.size() == b.bytes.size());
    require(a.receive_time_ns == b.receive_time_ns && a.link_type == b.link_type);
    require(a.offset == b.offset && a.original_size == b.original_size);
  }
  return 0;
}
