// Records or touches to a .npy file: numpy reads it as a structured array, by memory map if asked.
//
// The records go to the file as they are. The header holds their layout, from the same table as
// everything else, and their count, which is known only at the end: it is written once more then.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "hft/base/layout.hpp"
#include "hft/engine/record_sink.hpp"
#include "hft/net/capture_writer.hpp"

namespace hft::engine {

class NpyWriter final : public RecordSink {
 public:
  static constexpr std::size_t header_size = 1024;  // bytes; the format wants a multiple of 64

  /// `fields`: the layout that the header tells. Throws hft::Error where the file exists already
  /// (unless it may be overwritten) or cannot be created.
  NpyWriter(const std::string& path, std::span<const Field> fields, net::IfExists if_exists);

  void take(std::span<const record::Record> records) override;
  void close() override;

  std::uint64_t count() const noexcept { return count_; }

 private:
  std::string header() const;

  net::FileWriter file_;
  std::string descr_;
  std::uint64_t count_ = 0;
  bool closed_ = false;
};

/// A field's type as numpy writes it: "<u8", "|S8", or raw bytes "|V6" for widths no integer has.
std::string numpy_format(const Field& field);

}  // namespace hft::engine
