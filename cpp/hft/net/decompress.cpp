// gzip by zlib (several members, zero padding) and zstd by libzstd (several frames, skippable
// ones too).
#include "hft/net/decompress.hpp"

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>

#include "hft/base/endian.hpp"

namespace hft::net {
namespace {

bool is_gzip(std::span<const std::byte> bytes) noexcept {
  return bytes.size() >= 2 && bytes[0] == std::byte{0x1f} && bytes[1] == std::byte{0x8b};
}

bool is_zstd(std::span<const std::byte> bytes) noexcept {
  if (bytes.size() < 4) return false;
  const std::uint32_t magic = *reinterpret_cast<const Le32*>(bytes.data());
  return magic == ZSTD_MAGICNUMBER ||
         (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

class PlainCopy final : public Decompressor {
 public:
  std::optional<Damage> decode(std::span<const std::byte>& input,
                               std::span<std::byte>& output) override {
    const std::size_t count = std::min(input.size(), output.size());
    if (count != 0) std::memcpy(output.data(), input.data(), count);
    input = input.subspan(count);
    output = output.subspan(count);
    return {};
  }
  bool may_end() const noexcept override { return true; }
  const char* name() const noexcept override { return "plain"; }
};

class Gzip final : public Decompressor {
 public:
  Gzip() {
    constexpr int largest_window_gzip_only = 15 + 16;  // see inflateInit2 in zlib.h
    if (inflateInit2(&stream_, largest_window_gzip_only) != Z_OK) throw std::bad_alloc();
  }
  ~Gzip() override { inflateEnd(&stream_); }

  std::optional<Damage> decode(std::span<const std::byte>& input,
                               std::span<std::byte>& output) override {
    if (between_members_) {
      while (!input.empty() && input[0] == std::byte{0}) input = input.subspan(1);  // padding
      if (input.empty()) return {};
      if (input[0] != std::byte{0x1f}) {
        return Damage{"bytes that are not gzip follow the gzip data",
                      "cut them off, or unpack the file with gzip -dc"};
      }
      inflateReset(&stream_);
      between_members_ = false;
    }
    const int answer = run(input, output);
    if (answer == Z_STREAM_END) between_members_ = true;
    if (answer == Z_OK || answer == Z_BUF_ERROR || answer == Z_STREAM_END) return {};
    return Damage{
        std::string("the gzip data is damaged (") + (stream_.msg ? stream_.msg : "unknown") + ")",
        "check it with gzip -t and fetch or copy it again"};
  }
  bool may_end() const noexcept override { return between_members_; }
  const char* name() const noexcept override { return "gzip"; }

 private:
  int run(std::span<const std::byte>& input, std::span<std::byte>& output) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(input.data()));
    stream_.avail_in = static_cast<uInt>(input.size());
    stream_.next_out = reinterpret_cast<Bytef*>(output.data());
    stream_.avail_out = static_cast<uInt>(output.size());
    const int answer = inflate(&stream_, Z_NO_FLUSH);
    input = input.last(stream_.avail_in);
    output = output.last(stream_.avail_out);
    return answer;
  }

  z_stream stream_ = {};
  bool between_members_ = false;
};

class Zstd final : public Decompressor {
 public:
  Zstd() : stream_(ZSTD_createDStream()) {
    if (stream_ == nullptr) throw std::bad_alloc();
  }
  ~Zstd() override { ZSTD_freeDStream(stream_); }
  Zstd(const Zstd&) = delete;
  Zstd& operator=(const Zstd&) = delete;

  std::optional<Damage> decode(std::span<const std::byte>& input,
                               std::span<std::byte>& output) override {
    // One step at a time: a call that meets damage hides everything that it decoded before.
    const std::size_t size = std::min(input.size(), step_);
    ZSTD_inBuffer in{input.data(), size, 0};
    ZSTD_outBuffer out{output.data(), output.size(), 0};
    const std::size_t answer = ZSTD_decompressStream(stream_, &out, &in);
    input = input.subspan(in.pos);
    output = output.subspan(out.pos);
    if (ZSTD_isError(answer)) return damage(answer);
    if (in.pos == 0 && out.pos == 0) return {};
    between_frames_ = answer == 0;
    step_ = between_frames_ ? first_step : answer;
    return {};
  }
  bool may_end() const noexcept override { return between_frames_; }
  const char* name() const noexcept override { return "zstd"; }

 private:
  static Damage damage(std::size_t answer) {
    switch (ZSTD_getErrorCode(answer)) {
      case ZSTD_error_prefix_unknown:
        return {"bytes that are not zstd follow the zstd data",
                "cut them off, or unpack the file with zstd -dc"};
      case ZSTD_error_frameParameter_windowTooLarge:
        return {"the zstd data needs a window of more than 128 MiB",
                "unpack it first with zstd -d --long=31"};
      default:
        return {std::string("the zstd data is damaged (") + ZSTD_getErrorName(answer) + ")",
                "check it with zstd -t and fetch or copy it again"};
    }
  }

  static constexpr std::size_t first_step = 5;  // bytes: the shortest start of a frame

  ZSTD_DStream* stream_;
  std::size_t step_ = first_step;  // what libzstd wants to see next, bytes: a header or a block
  bool between_frames_ = true;
};

}  // namespace

bool is_compressed(std::span<const std::byte> first_bytes) noexcept {
  return is_gzip(first_bytes) || is_zstd(first_bytes);
}

std::unique_ptr<Decompressor> make_decompressor(std::span<const std::byte> first_bytes) {
  if (is_gzip(first_bytes)) return std::make_unique<Gzip>();
  if (is_zstd(first_bytes)) return std::make_unique<Zstd>();
  return std::make_unique<PlainCopy>();
}

}  // namespace hft::net
