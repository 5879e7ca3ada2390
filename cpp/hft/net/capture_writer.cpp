// Writing captures, and framing payloads as UDP datagrams.
#include "hft/net/capture_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "hft/base/error.hpp"
#include "hft/wire/ethernet.hpp"
#include "hft/wire/pcap.hpp"

namespace hft::net {

FileWriter::FileWriter(std::string path, IfExists if_exists)
    : path_(std::move(path)), buffer_(new std::byte[buffer_size]) {
  constexpr mode_t readable_by_all = 0644;
  struct stat status = {};
  // A device or a pipe exists always, and has nothing to lose.
  const bool special = ::stat(path_.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
  const int how = special ? 0 : O_CREAT | (if_exists == IfExists::refuse ? O_EXCL : O_TRUNC);
  file_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC | how, readable_by_all);
  if (file_ >= 0) {
    removable_ = !special;
  } else if (errno == EEXIST) {
    throw Error(path_, "the output file exists", "choose another name, or ask to overwrite it");
  } else {
    throw Error(path_, std::string("it cannot be written: ") + std::strerror(errno),
                "check that its folder exists and that you may write there");
  }
}

FileWriter::~FileWriter() {
  if (file_ >= 0) discard();
}

void FileWriter::append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const std::size_t part = std::min(bytes.size(), buffer_size);
    std::memcpy(reserve(part), bytes.data(), part);
    commit(part);
    bytes = bytes.subspan(part);
  }
}

void FileWriter::close() {
  if (file_ < 0) return;
  flush();
  // Some file systems (network ones) tell only now that there was no room.
  if (::close(std::exchange(file_, -1)) != 0) fail(errno);
}

void FileWriter::flush() {
  write_all({buffer_.get(), used_});
  written_ += used_;
  used_ = 0;
}

void FileWriter::write_all(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(errno);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void FileWriter::discard() noexcept {
  if (file_ >= 0) ::close(std::exchange(file_, -1));
  if (removable_) ::unlink(path_.c_str());
  removable_ = false;
}

void FileWriter::fail(int error_number) {
  const bool removed = removable_;
  discard();
  throw Error(path_ + ": byte " + std::to_string(written_),
              std::string("writing failed: ") + std::strerror(error_number) +
                  (removed ? " (the partial file was removed)" : ""),
              error_number == ENOSPC || error_number == EFBIG || error_number == EDQUOT
                  ? "free some space, or write to another disk"
                  : "check the disk or the network drive it lies on");
}

namespace {

namespace eth = wire::ethernet;

// One's complement sums over 16-bit words do not care for the byte order they are added in, nor
// for how many words are added at once: only the end folds to 16 bits (RFC 1071).
std::uint64_t add_words(std::uint64_t sum, std::span<const std::byte> bytes) noexcept {
  std::size_t i = 0;
  for (; i + 4 <= bytes.size(); i += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, bytes.data() + i, 4);
    sum += word;
  }
  std::uint32_t rest = 0;
  if (i < bytes.size()) std::memcpy(&rest, bytes.data() + i, bytes.size() - i);
  return sum + rest;
}

/// The checksum as it lies in memory.
std::uint16_t finish(std::uint64_t sum) noexcept {
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

template <class Struct>
std::span<const std::byte> bytes_of(const Struct& value) noexcept {
  return std::as_bytes(std::span(&value, 1));
}

void set_checksum(Be16& field, std::uint16_t checksum) noexcept {
  std::memcpy(&field, &checksum, sizeof checksum);
}

struct PseudoHeader {  // what the UDP checksum covers beside the datagram (RFC 768)
  Be32 source_address;
  Be32 destination_address;
  Be16 protocol;
  Be16 datagram_length;
};

std::uint64_t destination_mac(std::uint32_t address) noexcept {
  constexpr std::uint64_t multicast_mac = 0x01005e000000;  // and 23 bits of the group (RFC 1112)
  constexpr std::uint64_t made_up_mac = 0x020000000000;    // locally administered
  const bool multicast = address >> 28 == 0xe;
  return multicast ? multicast_mac | (address & 0x7fffff) : made_up_mac | address;
}

struct Frame {
  eth::EthernetHeader ethernet;
  eth::Ipv4Header ip;
  eth::UdpHeader udp;
};
static_assert(sizeof(Frame) == 42 && alignof(Frame) == 1);

Frame make_frame(const DatagramRoute& route, std::span<const std::byte> payload) noexcept {
  Frame frame = {};
  frame.ethernet.destination = destination_mac(route.destination_address);
  frame.ethernet.source = destination_mac(route.source_address);
  frame.ethernet.ethernet_type = eth::type_ipv4;
  const std::size_t udp_length = sizeof frame.udp + payload.size();
  frame.ip.version_and_length = 0x45;
  frame.ip.total_length = static_cast<std::uint16_t>(sizeof frame.ip + udp_length);
  frame.ip.flags_and_fragment = std::uint16_t{0x4000};  // do not fragment
  frame.ip.time_to_live = 64;
  frame.ip.protocol = eth::protocol_udp;
  frame.ip.source_address = route.source_address;
  frame.ip.destination_address = route.destination_address;
  set_checksum(frame.ip.header_checksum, finish(add_words(0, bytes_of(frame.ip))));
  frame.udp.source_port = route.source_port;
  frame.udp.destination_port = route.destination_port;
  frame.udp.datagram_length = static_cast<std::uint16_t>(udp_length);
  PseudoHeader pseudo = {};
  pseudo.source_address = route.source_address;
  pseudo.destination_address = route.destination_address;
  pseudo.protocol = std::uint16_t{eth::protocol_udp};
  pseudo.datagram_length = frame.udp.datagram_length;
  const std::uint64_t sum = add_words(add_words(0, bytes_of(pseudo)), bytes_of(frame.udp));
  const std::uint16_t checksum = finish(add_words(sum, payload));
  set_checksum(frame.udp.checksum, checksum == 0 ? 0xffff : checksum);  // 0 says there is none
  return frame;
}

constexpr std::uint64_t second_ns = 1'000'000'000;

std::byte* put_record_header(std::byte* at, std::uint64_t receive_time_ns, std::size_t size) {
  wire::pcap::LittleRecordHeader header = {};
  header.seconds = static_cast<std::uint32_t>(receive_time_ns / second_ns);
  header.fraction = static_cast<std::uint32_t>(receive_time_ns % second_ns);
  header.captured_length = static_cast<std::uint32_t>(size);
  header.original_length = static_cast<std::uint32_t>(size);
  std::memcpy(at, &header, sizeof header);
  return at + sizeof header;
}

void put(std::byte* at, std::span<const std::byte> bytes) noexcept {
  if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
}

}  // namespace

void require_size(const std::string& path, std::size_t size, std::size_t limit) {
  if (size <= limit) return;
  throw Error(path, std::to_string(size) + " bytes do not fit a packet or message",
              "split them: at most " + std::to_string(limit) + " are possible");
}

PcapWriter::PcapWriter(const std::string& path, IfExists if_exists) : file_(path, if_exists) {
  wire::pcap::LittleFileHeader header = {};
  header.magic = wire::pcap::magic_nanoseconds;
  header.version_major = std::uint16_t{2};
  header.version_minor = std::uint16_t{4};
  header.snap_length = max_packet_size;
  header.link_type = 1;  // Ethernet
  file_.append(bytes_of(header));
}

void PcapWriter::write_packet(std::uint64_t receive_time_ns, std::span<const std::byte> packet) {
  require_size(file_.path(), packet.size(), max_packet_size);
  const std::size_t record_size = sizeof(wire::pcap::LittleRecordHeader) + packet.size();
  put(put_record_header(file_.reserve(record_size), receive_time_ns, packet.size()), packet);
  file_.commit(record_size);
  ++packet_count_;
}

void PcapWriter::write_datagram(std::uint64_t receive_time_ns, const DatagramRoute& route,
                                std::span<const std::byte> payload) {
  require_size(file_.path(), payload.size(), max_payload);
  const std::size_t packet_size = sizeof(Frame) + payload.size();
  const std::size_t record_size = sizeof(wire::pcap::LittleRecordHeader) + packet_size;
  std::byte* at = put_record_header(file_.reserve(record_size), receive_time_ns, packet_size);
  const Frame frame = make_frame(route, payload);
  std::memcpy(at, &frame, sizeof frame);
  put(at + sizeof frame, payload);
  file_.commit(record_size);
  ++packet_count_;
}

}  // namespace hft::net
