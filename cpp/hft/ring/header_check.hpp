// What a ring's header says when it is made, and what is refused when it is attached.
#pragma once

#include <filesystem>
#include <string_view>

#include "hft/ring/segment.hpp"

namespace hft::ring {

/// Writes block 0 into zeroed memory, `magic` last.
void fill_header(RingHeader& header, std::string_view name, const RingSpec& spec) noexcept;

/// Error unless the header is exactly the ring that `spec` describes.
void check_header(const std::filesystem::path& path, const RingHeader& header,
                  const RingSpec& spec);
void check_capacity(const std::filesystem::path& path, std::uint64_t capacity);

// Words of this stage's errors.
std::string where(const std::filesystem::path& path);       // "ring /dev/shm/hft.itch"
std::string short_name(const std::filesystem::path& path);  // "itch"
std::string make_anew(const std::filesystem::path& path);   // the remedy when nothing else helps

}  // namespace hft::ring
