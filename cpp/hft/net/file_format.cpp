// Telling a capture from a raw ITCH file from anything else.
#include "hft/net/file_format.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

#include "hft/wire/itch50.hpp"
#include "hft/wire/pcap.hpp"

namespace hft::net {
namespace {

constexpr std::array<std::uint8_t, 256> make_lengths() {
  std::array<std::uint8_t, 256> lengths = {};
  wire::itch50::for_each_message([&]<class Message>() {
    lengths[static_cast<unsigned char>(Message::tag)] = sizeof(Message);
  });
  return lengths;
}
constexpr std::array<std::uint8_t, 256> itch50_lengths = make_lengths();

constexpr std::size_t chain_length = 64;      // messages looked at
constexpr std::size_t max_message_size = 64;  // bytes; the longest of ITCH 5.0 has 50

struct Chain {
  std::size_t blocks = 0;  // whole ones
  std::size_t known = 0;   // of them, with a type letter and exactly its length
};

std::size_t block_length(std::span<const std::byte> bytes) {
  return *reinterpret_cast<const Be16*>(bytes.data());
}

/// Blocks by their length prefixes, until one cannot be or reaches beyond the bytes.
Chain walk_prefixed(std::span<const std::byte> bytes) noexcept {
  Chain chain;
  while (chain.blocks < chain_length && bytes.size() > 2) {
    const std::size_t length = block_length(bytes);
    if (length == 0) break;  // ends a file
    if (length > max_message_size) return {};
    if (bytes.size() < 2 + length) break;
    chain.known += itch50_length(bytes[2]) == length;
    ++chain.blocks;
    bytes = bytes.subspan(2 + length);
  }
  return chain;
}

/// Blocks by their type letters, where every prefix is 0.
Chain walk_unprefixed(std::span<const std::byte> bytes) noexcept {
  Chain chain;
  while (chain.blocks < chain_length && bytes.size() > 2) {
    const std::size_t length = itch50_length(bytes[2]);
    if (block_length(bytes) != 0 || length == 0) return {};
    if (bytes.size() < 2 + length) break;
    ++chain.known;
    ++chain.blocks;
    bytes = bytes.subspan(2 + length);
  }
  return chain;
}

FileFormat by_magic(std::span<const std::byte> window) noexcept {
  if (window.size() < 4) return FileFormat::unknown;
  const std::uint32_t little = *reinterpret_cast<const Le32*>(window.data());
  const std::uint32_t big = *reinterpret_cast<const Be32*>(window.data());
  for (const std::uint32_t magic : {little, big}) {
    if (magic == wire::pcap::magic_microseconds || magic == wire::pcap::magic_nanoseconds) {
      return FileFormat::pcap;
    }
  }
  return little == wire::pcap::block_section ? FileFormat::pcapng : FileFormat::unknown;
}

struct Signature {
  std::string_view bytes;
  std::string_view what;
};
constexpr Signature signatures[] = {
    {"\xfd"
     "7zXZ",
     "an xz file: unpack it with xz -d"},
    {"BZh", "a bzip2 file: unpack it with bzip2 -d"},
    {"\x04\x22\x4d\x18", "an lz4 file: unpack it with lz4 -d"},
    {"PK\x03\x04", "a zip archive: unpack it with unzip"},
    {"7z\xbc\xaf", "a 7z archive: unpack it with 7z x"},
    {"DBN", "a DBN file: open it with databento-dbn"},
    {"PAR1", "a Parquet file: open it in Python"},
    {"\x93NUMPY", "a numpy array: open it in Python"},
    {"snoop\0", "a snoop capture: convert it with editcap -F pcap"},
    {"\x34\xcd\xb2\xa1", "a modified pcap (kuznetzov): convert it with editcap -F pcap"},
    {"\xa1\xb2\xcd\x34", "a modified pcap (kuznetzov): convert it with editcap -F pcap"},
};

std::string_view guess(std::string_view bytes) {
  for (const Signature& signature : signatures) {
    if (bytes.starts_with(signature.bytes)) return signature.what;
  }
  const bool text = std::all_of(bytes.begin(), bytes.end(), [](char c) {
    return (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t';
  });
  return text ? "text" : "";
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    char two[4];
    std::snprintf(two, sizeof two, "%02x ", static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += two;
  }
  if (!out.empty()) out.pop_back();
  return out;
}

}  // namespace

std::string_view name(FileFormat format) noexcept {
  switch (format) {
    case FileFormat::pcap: return "pcap";
    case FileFormat::pcapng: return "pcapng";
    case FileFormat::raw_itch: return "raw ITCH 5.0";
    case FileFormat::raw_itch_unprefixed: return "raw ITCH 5.0 with lengths of 0";
    case FileFormat::unknown: break;
  }
  return "unknown";
}

std::size_t itch50_length(std::byte message_type) noexcept {
  return itch50_lengths[static_cast<std::size_t>(message_type)];
}

FileFormat detect_format(std::span<const std::byte> window) noexcept {
  const FileFormat format = by_magic(window);
  if (format != FileFormat::unknown) return format;
  const Chain prefixed = walk_prefixed(window);
  if (prefixed.known > 0 && prefixed.known * 4 >= prefixed.blocks * 3) return FileFormat::raw_itch;
  return walk_unprefixed(window).known > 0 ? FileFormat::raw_itch_unprefixed : FileFormat::unknown;
}

FileFormat detect_format(ByteSource& source) {
  // Only as far as needed: what lies behind may be damaged, and that is for the reader to tell.
  while (true) {
    const FileFormat format = detect_format(source.window());
    const bool enough = source.window().size() >= chain_length * (2 + max_message_size);
    if (format != FileFormat::unknown || enough || !source.refill()) return format;
  }
}

Error not_a_capture(const ByteSource& source) {
  const std::span<const std::byte> window = source.window();
  const std::string_view first(reinterpret_cast<const char*>(window.data()),
                               std::min<std::size_t>(window.size(), 16));
  std::string found = "not a capture: ";
  if (first.empty()) {
    found += "it has no bytes";
  } else {
    const std::string_view what = guess(first);
    found += "it starts with " + hex(first.substr(0, 8));
    if (!what.empty()) found += " (" + std::string(what) + ")";
  }
  return Error(
      source.path(), found,
      "accepted are pcap, pcapng and raw length-prefixed ITCH 5.0, each plain, .gz or .zst");
}

}  // namespace hft::net
