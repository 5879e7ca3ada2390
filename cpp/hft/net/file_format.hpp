// What kind of file the bytes are, told from the bytes and never from the name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "hft/base/error.hpp"
#include "hft/net/byte_source.hpp"

namespace hft::net {

enum class FileFormat : std::uint8_t {
  unknown,
  pcap,
  pcapng,
  raw_itch,             // blocks of a 16-bit length and an ITCH 5.0 message
  raw_itch_unprefixed,  // the same with every length written as 0: see fill_in_lengths
};

std::string_view name(FileFormat format) noexcept;

/// Looks at the first bytes of a file. Raw ITCH is a chain of blocks of which nearly all hold a
/// known type letter with exactly its length, so a stray unknown message does not hide the format.
FileFormat detect_format(std::span<const std::byte> window) noexcept;

/// Reads enough of `source` to tell; consumes nothing.
FileFormat detect_format(ByteSource& source);

/// The error for a file that is none of these: what was found, and what is accepted.
Error not_a_capture(const ByteSource& source);

/// The length of an ITCH 5.0 message by its type letter, bytes; 0 where there is no such type.
std::size_t itch50_length(std::byte message_type) noexcept;

}  // namespace hft::net
