// What a ring's header says when it is made, and what is refused when it is attached.
#include "hft/ring/header_check.hpp"

#include <algorithm>
#include <bit>
#include <cstdio>

#include "hft/base/clock.hpp"
#include "hft/base/error.hpp"

namespace hft::ring {
namespace {

std::string hex(std::uint64_t value) {
  char text[20];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

std::string word(RingKind kind) {
  switch (kind) {
    case RingKind::none: break;
    case RingKind::broadcast: return "broadcast";
    case RingKind::spsc: return "spsc";
  }
  return std::to_string(static_cast<std::uint32_t>(kind));
}

void check_field(const std::filesystem::path& path, const char* field, const std::string& has,
                 const std::string& needs) {
  if (has == needs) return;
  throw Error(where(path), std::string(field) + " is " + has + ", this build needs " + needs,
              make_anew(path));
}

}  // namespace

std::string where(const std::filesystem::path& path) {
  return "ring " + path.string();
}

std::string short_name(const std::filesystem::path& path) {
  return path.filename().string().substr(std::string_view("hft.").size());
}

std::string make_anew(const std::filesystem::path& path) {
  return "stop hftd, run `hft ring remove " + short_name(path) + "`, start again";
}

void check_capacity(const std::filesystem::path& path, std::uint64_t capacity) {
  if (std::has_single_bit(capacity) && capacity >= capacity_min && capacity <= capacity_max) return;
  throw Error(where(path),
              "capacity " + std::to_string(capacity) + " is not a power of two of at least " +
                  std::to_string(capacity_min) + " and at most " + std::to_string(capacity_max),
              "use for example 65536");
}

void fill_header(RingHeader& header, std::string_view name, const RingSpec& spec) noexcept {
  header.version = ring_version;
  header.kind = spec.kind;
  header.layout_hash = spec.layout_hash;
  header.record_size = sizeof(record::Record);
  header.header_size = sizeof(RingHeader);
  header.capacity = spec.capacity;
  header.created_time_ns = system_ns(CLOCK_REALTIME);
  std::copy(name.begin(), name.end(), header.name.begin());
  shared(header.magic).store(ring_magic, std::memory_order_release);
}

void check_header(const std::filesystem::path& path, const RingHeader& header,
                  const RingSpec& spec) {
  if (header.magic != ring_magic) {
    throw Error(where(path),
                "not a ring: its magic is " + hex(header.magic) + " and not " + hex(ring_magic),
                "check the name");
  }
  check_field(path, "ring version", std::to_string(header.version), std::to_string(ring_version));
  check_field(path, "kind", word(header.kind), word(spec.kind));
  check_field(path, "record layout", hex(header.layout_hash), hex(spec.layout_hash));
  check_field(path, "record size", std::to_string(header.record_size),
              std::to_string(sizeof(record::Record)));
  check_field(path, "header size", std::to_string(header.header_size),
              std::to_string(sizeof(RingHeader)));
  check_capacity(path, header.capacity);
  if (spec.capacity != 0) {
    check_field(path, "capacity", std::to_string(header.capacity), std::to_string(spec.capacity));
  }
}

}  // namespace hft::ring
