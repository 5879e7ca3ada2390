// gzip and zstd as one interface: bytes in, bytes out, damage told and never thrown, so that what
// was decoded before it reaches the reader first.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace hft::net {

struct Damage {
  std::string problem;
  std::string remedy;
};

class Decompressor {
 public:
  virtual ~Decompressor() = default;

  /// Moves on in `input` and `output` as far as both reach. Call again with more input, or more
  /// room, until an answer: damage, after which nothing more can be decoded.
  virtual std::optional<Damage> decode(std::span<const std::byte>& input,
                                       std::span<std::byte>& output) = 0;

  /// Whether the data may end here: between gzip members or zstd frames.
  virtual bool may_end() const noexcept = 0;

  /// What it decodes: "gzip", "zstd" or "plain".
  virtual const char* name() const noexcept = 0;
};

/// By the first (four or more) bytes of a file; the plain one copies.
std::unique_ptr<Decompressor> make_decompressor(std::span<const std::byte> first_bytes);

bool is_compressed(std::span<const std::byte> first_bytes) noexcept;

}  // namespace hft::net
