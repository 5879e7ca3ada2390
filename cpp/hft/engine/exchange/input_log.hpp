// The exchange's inputs in a file, written before anything they caused is said to anyone.
//
// Killed at any instant and started again with the same file, the exchange replays its inputs and
// is where it was: books, streams and numbers, byte for byte. Inputs are written in batches, each
// one whole or not there: a torn one at the end had not been acknowledged, and is cut off.
//
//   InputLogHeader, then batches: BatchHeader, `bytes` of entries { EntryHeader, payload }
//
// Little-endian, as all files of the project's own.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hft/base/layout.hpp"

namespace hft::engine::exchange {

struct InputLogHeader {
  Alpha<8> magic;              // "hftxlog1"
  std::uint64_t start_ns;      // of the exchange's day, ns since the epoch
  std::uint64_t options_hash;  // of all that decides what the exchange says
  Alpha<10> session;
  Alpha<6> reserved;
};

struct BatchHeader {
  std::uint32_t bytes;
  std::uint32_t reserved;
  std::uint64_t checksum;  // FNV-1a of the entries
};

enum class InputKind : std::uint8_t { none, time, message, disconnect };

struct EntryHeader {
  std::uint64_t time_ns;
  std::uint16_t size;  // of the payload
  InputKind kind;
  std::uint8_t reserved;
  std::uint32_t account;  // of message and disconnect
};

struct LoggedInput {
  std::uint64_t time_ns;
  InputKind kind;
  std::uint32_t account;
  std::span<const std::byte> payload;  // of message
};

class InputLog {
 public:
  /// `is_last`: of the last batch, of which nobody knows whether it was acknowledged.
  using Visit = std::function<void(const LoggedInput&, bool is_last)>;

  /// Opens the file, or makes it with this header. Throws hft::Error: no permission, another
  /// exchange has it open, it is no such file, or it belongs to other options.
  InputLog(const std::string& path, const InputLogHeader& header, bool sync);
  ~InputLog();
  InputLog(const InputLog&) = delete;
  InputLog& operator=(const InputLog&) = delete;

  /// What the file has: the caller's where it was just made.
  const InputLogHeader& header() const noexcept { return header_; }
  bool is_new() const noexcept { return is_new_; }

  /// Visits every input of the file once, before the first append, and cuts off a torn end.
  void recover(const Visit& visit);

  void append(std::uint64_t time_ns, InputKind kind, std::uint32_t account,
              std::span<const std::byte> payload = {});
  /// Writes what was appended. Throws hft::Error where the disk refuses: then nothing that was
  /// appended may be acknowledged.
  void flush();

  std::uint64_t inputs() const noexcept { return inputs_; }
  /// Bytes of a torn end that recover() cut off.
  std::uint64_t cut_bytes() const noexcept { return cut_bytes_; }

 private:
  void read_header(const InputLogHeader& wanted);
  void write_all(std::span<const std::byte> bytes);
  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const;

  std::string path_;
  int fd_ = -1;
  bool sync_;
  bool is_new_ = false;
  InputLogHeader header_;
  std::vector<std::byte> batch_;  // the header's room and the entries not written yet
  std::uint64_t inputs_ = 0;
  std::uint64_t cut_bytes_ = 0;
};

}  // namespace hft::engine::exchange

HFT_LAYOUT(hft::engine::exchange::InputLogHeader, 40, magic, start_ns, options_hash, session,
           reserved);
HFT_LAYOUT(hft::engine::exchange::BatchHeader, 16, bytes, reserved, checksum);
HFT_LAYOUT(hft::engine::exchange::EntryHeader, 16, time_ns, size, kind, reserved, account);
