// A ring as a file that many processes map: made whole or not at all, refused when it does not fit.
//
// Plain open and mmap in /dev/shm or a hugetlbfs folder, no shm_open, so that any language can.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "hft/ring/header.hpp"

namespace hft::ring {

inline constexpr const char* default_directory = "/dev/shm";

/// What a ring is to be when it is made, or must be when it is attached.
struct RingSpec {
  RingKind kind = RingKind::broadcast;
  std::uint64_t capacity = 0;  // records, a power of two; 0 when attaching: whatever it has
  std::uint64_t layout_hash = records_layout_hash();
};

enum class Access : std::uint8_t { read, write };

/// DIRECTORY/hft.NAME. Names are 1 to 48 of a-z, 0-9, '_', '-' and '.'; others are an Error.
std::filesystem::path ring_path(std::string_view name,
                                const std::filesystem::path& directory = default_directory);

class Segment {
 public:
  /// Makes a ring and maps it. The file appears under its name only when it is complete. Error when
  /// the name is taken, the capacity is no power of two, or there is no room.
  static Segment create(std::string_view name, const RingSpec& spec,
                        const std::filesystem::path& directory = default_directory);

  /// Maps an existing ring. Error when it is missing, cut off, of another version, kind, layout or
  /// capacity. A broadcast reader needs Access::read only; the ends of an spsc ring write.
  static Segment attach(std::string_view name, const RingSpec& spec, Access access,
                        const std::filesystem::path& directory = default_directory);

  /// Takes the name away; who has it mapped keeps the memory. Error while a producer lives.
  static void remove(std::string_view name,
                     const std::filesystem::path& directory = default_directory);

  Segment(Segment&& other) noexcept;
  Segment& operator=(Segment&& other) noexcept;
  ~Segment();

  const std::filesystem::path& path() const noexcept { return path_; }
  std::string name() const { return header_->name.data(); }
  const RingHeader& header() const noexcept { return *header_; }
  std::span<const record::Record> slots() const noexcept { return {slots_, capacity_}; }

  /// To write with; needs Access::write (without it a store is a segmentation fault).
  RingHeader& header() noexcept { return *header_; }
  std::span<record::Record> slots() noexcept { return {slots_, capacity_}; }

 private:
  Segment(std::filesystem::path path, void* memory, std::size_t bytes,
          std::size_t capacity) noexcept;

  std::filesystem::path path_;
  RingHeader* header_ = nullptr;
  record::Record* slots_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace hft::ring
