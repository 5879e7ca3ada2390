// Records as columns: which there are, of what type, and where each kind of record keeps them.
//
// The columns follow from the layout tables. Records of one kind give that kind's fields; records
// of several kinds give the fields of all of them, null where a record's kind has no such field.
// The two halves of the sequence number become one column; stamps and reserved bytes become none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hft/base/layout.hpp"
#include "hft/record/record.hpp"

namespace hft::py {

inline constexpr std::size_t kind_count = 6;

enum class ColumnType : std::uint8_t { unsigned_int, signed_int, price, time, sequence, text };

struct Column {
  static constexpr std::uint8_t absent = 0xff;

  std::string name;
  ColumnType type;
  std::uint8_t width;                             // bytes in the record
  std::array<std::uint8_t, kind_count> offset{};  // in a record of each kind, or absent

  /// Whether a value can be missing: no such field in the kind, no price, no time, no text.
  bool nullable = false;

  /// The Arrow format string: "L" for 64 bits unsigned, "tsn:UTC" for times, "u" for text, ….
  const char* format() const noexcept;
};

/// The columns of records of these kinds (bit k: Kind k is among them), in the layouts' order.
std::vector<Column> columns_of(std::uint32_t kinds);

/// The kinds among the records, as columns_of takes them.
std::uint32_t kinds_in(std::span<const record::Record> records) noexcept;

}  // namespace hft::py
