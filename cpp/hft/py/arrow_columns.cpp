// The columns of each set of kinds, read off the layout tables.
#include "hft/py/arrow_columns.hpp"

#include <algorithm>
#include <bit>
#include <string_view>

#include "hft/record/control_event.hpp"
#include "hft/record/instrument_event.hpp"
#include "hft/record/order_command.hpp"
#include "hft/record/order_event.hpp"
#include "hft/record/order_report.hpp"
#include "hft/record/status_event.hpp"
#include "hft/record/touch.hpp"
#include "hft/record/trade_event.hpp"

namespace hft::py {

namespace {

std::span<const Field> fields_of(std::size_t kind) {
  switch (static_cast<record::Kind>(kind)) {
    case record::Kind::order: return Layout<record::OrderEvent>::fields;
    case record::Kind::trade: return Layout<record::TradeEvent>::fields;
    case record::Kind::status: return Layout<record::StatusEvent>::fields;
    case record::Kind::instrument: return Layout<record::InstrumentEvent>::fields;
    case record::Kind::touch: return Layout<record::Touch>::fields;
    case record::Kind::order_command: return Layout<record::OrderCommand>::fields;
    case record::Kind::order_report: return Layout<record::OrderReport>::fields;
    case record::Kind::control: return Layout<record::ControlEvent>::fields;
    case record::Kind::none: break;
  }
  return {};
}

bool is_internal(std::string_view name) {
  return name.starts_with("stamp_") || name.starts_with("reserved") ||
         name == "sequence_number_high";
}

ColumnType type_of(const Field& field) {
  if (field.name == "sequence_number") return ColumnType::sequence;
  if (field.name.ends_with("_time_ns")) return ColumnType::time;
  if (field.name.ends_with("price_e9")) return ColumnType::price;
  if (field.kind == FieldKind::text) return ColumnType::text;
  return field.kind == FieldKind::native_signed ? ColumnType::signed_int : ColumnType::unsigned_int;
}

Column& column_named(std::vector<Column>& columns, const Field& field) {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const Column& column) { return column.name == field.name; });
  if (found != columns.end()) return *found;
  Column column{std::string(field.name), type_of(field), static_cast<std::uint8_t>(field.size), {}};
  column.offset.fill(Column::absent);
  column.nullable = column.type == ColumnType::time || column.type == ColumnType::price ||
                    column.type == ColumnType::text;
  return columns.emplace_back(std::move(column));
}

}  // namespace

const char* Column::format() const noexcept {
  switch (type) {
    case ColumnType::time: return "tsn:UTC";
    case ColumnType::price: return "l";
    case ColumnType::sequence: return "L";
    case ColumnType::text: return "u";
    case ColumnType::signed_int:
      return width == 8 ? "l" : width == 4 ? "i" : width == 2 ? "s" : "c";
    case ColumnType::unsigned_int:
      return width == 8 ? "L" : width == 4 ? "I" : width == 2 ? "S" : "C";
  }
  return "n";
}

std::vector<Column> columns_of(std::uint32_t kinds) {
  std::vector<Column> columns;
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    if ((kinds >> kind & 1) == 0) continue;
    for (const Field& field : fields_of(kind)) {
      if (is_internal(field.name)) continue;
      column_named(columns, field).offset[kind] = static_cast<std::uint8_t>(field.offset);
    }
  }
  for (Column& column : columns) {
    for (std::size_t kind = 0; kind < kind_count; ++kind) {
      const bool asked = (kinds >> kind & 1) != 0;
      column.nullable |= asked && column.offset[kind] == Column::absent;
    }
  }
  return columns;
}

std::uint32_t kinds_in(std::span<const record::Record> records) noexcept {
  std::uint32_t kinds = 0;
  for (const record::Record& record : records) {
    const auto kind = static_cast<std::uint32_t>(record.kind);
    kinds |= kind < kind_count ? 1u << kind : 1u;
  }
  return kinds;
}

}  // namespace hft::py
