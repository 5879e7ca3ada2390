// Bytes of files and packets, written field by field from the formats' documents and not with the
// structs under test.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "hft/base/endian.hpp"
#include "hft/base/error.hpp"

namespace hft::net::test {

/// A string of bytes that grows by numbers of either byte order.
class Bytes {
 public:
  explicit Bytes(ByteOrder order = ByteOrder::big) : order_(order) {}

  Bytes& u8(unsigned value) { return number(value, 1); }
  Bytes& u16(unsigned value) { return number(value, 2); }
  Bytes& u32(std::uint64_t value) { return number(value, 4); }
  Bytes& u64(std::uint64_t value) { return number(value, 8); }
  Bytes& text(std::string_view text) { return *this += text, *this; }
  Bytes& zeros(std::size_t count) { return text(std::string(count, '\0')); }
  void operator+=(std::string_view text) { data_ += text; }

  const std::string& str() const { return data_; }
  std::size_t size() const { return data_.size(); }

 private:
  Bytes& number(std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i) {
      const int shift = 8 * (order_ == ByteOrder::big ? width - 1 - i : i);
      data_ += static_cast<char>(value >> shift);
    }
    return *this;
  }

  ByteOrder order_;
  std::string data_;
};

inline std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

inline std::string as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A folder of its own, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "hft-net-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const std::string& name = "") const { return (path_ / name).string(); }
  std::string write(const std::string& name, std::string_view content) const {
    std::ofstream(path(name), std::ios::binary) << content;
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

inline std::string gzip(std::string_view text) {
  z_stream stream = {};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

inline std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  out.resize(ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return out;
}

/// Text that hardly compresses, so that compressed files are long: a plain generator of 2^32
/// period.
inline std::string noise(std::size_t size, std::uint32_t state = 1) {
  std::string out(size, '\0');
  for (char& c : out) {
    state = state * 1664525 + 1013904223;
    c = static_cast<char>(state >> 24);
  }
  return out;
}

/// The message of the hft::Error that `act` must throw.
template <class Act>
std::string error_of(Act&& act) {
  try {
    std::forward<Act>(act)();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

/// Fails at the caller's line unless `text` contains every part: what, where, and what to do.
inline void expect_parts(const std::string& text, std::initializer_list<std::string_view> parts,
                         const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  for (const std::string_view part : parts) {
    if (text.find(part) != std::string::npos) continue;
    ADD_FAILURE_AT(file, line) << '"' << part << "\" is not in: " << text;
  }
}

}  // namespace hft::net::test
