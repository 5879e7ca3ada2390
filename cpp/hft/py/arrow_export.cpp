// Records as Arrow columns, handed over by the Arrow PyCapsule protocol.
//
// Arrow wants columns, records are rows: each value is copied once, here, and never again. The
// consumer owns what it is given and frees it by the release functions below.
#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "hft/py/arrow_abi.hpp"
#include "hft/py/arrow_columns.hpp"
#include "hft/py/batch.hpp"

namespace hft::py {

namespace {

using Bytes = std::vector<std::byte>;

// Schema -----------------------------------------------------------------------------------------

struct SchemaMemory {  // what one ArrowSchema points to
  std::string name;
  std::vector<std::unique_ptr<ArrowSchema>> children;
  std::vector<ArrowSchema*> pointers;
};

void release_schema(ArrowSchema* schema) {
  auto* memory = static_cast<SchemaMemory*>(schema->private_data);
  for (const auto& child : memory->children) {
    if (child->release != nullptr) child->release(child.get());
  }
  delete memory;
  schema->release = nullptr;
}

void fill_schema(ArrowSchema& schema, const char* format, std::string name, bool nullable,
                 std::unique_ptr<SchemaMemory> memory) {
  memory->name = std::move(name);
  schema = {};
  schema.format = format;
  schema.name = memory->name.c_str();
  schema.flags = nullable ? arrow_flag_nullable : 0;
  schema.n_children = static_cast<std::int64_t>(memory->children.size());
  schema.children = memory->pointers.data();
  schema.release = &release_schema;
  schema.private_data = memory.release();
}

void export_schema(const std::vector<Column>& columns, ArrowSchema& out) {
  auto memory = std::make_unique<SchemaMemory>();
  for (const Column& column : columns) {
    auto child = std::make_unique<ArrowSchema>();
    fill_schema(*child, column.format(), column.name, column.nullable,
                std::make_unique<SchemaMemory>());
    memory->pointers.push_back(child.get());
    memory->children.push_back(std::move(child));
  }
  fill_schema(out, "+s", "", false, std::move(memory));
}

// Columns ----------------------------------------------------------------------------------------

struct ArrayMemory {  // what one ArrowArray points to
  Bytes validity;
  Bytes values;  // of text: the offsets
  Bytes text;
  std::vector<const void*> buffers;
  std::vector<std::unique_ptr<ArrowArray>> children;
  std::vector<ArrowArray*> pointers;
  std::int64_t nulls = 0;
};

void release_array(ArrowArray* array) {
  auto* memory = static_cast<ArrayMemory*>(array->private_data);
  for (const auto& child : memory->children) {
    if (child->release != nullptr) child->release(child.get());
  }
  delete memory;
  array->release = nullptr;
}

void fill_array(ArrowArray& array, std::size_t length, std::unique_ptr<ArrayMemory> memory) {
  array = {};
  array.length = static_cast<std::int64_t>(length);
  array.null_count = memory->nulls;
  array.n_buffers = static_cast<std::int64_t>(memory->buffers.size());
  array.buffers = memory->buffers.data();
  array.n_children = static_cast<std::int64_t>(memory->children.size());
  array.children = memory->pointers.data();
  array.release = &release_array;
  array.private_data = memory.release();
}

/// The field's bytes in a record; null where its kind has no such field.
const std::byte* field_of(const record::Record& record, const Column& column) noexcept {
  const auto kind = static_cast<std::size_t>(record.kind);
  const std::uint8_t offset = kind < kind_count ? column.offset[kind] : Column::absent;
  if (offset == Column::absent) return nullptr;
  return reinterpret_cast<const std::byte*>(&record) + offset;
}

template <class T>
T load(const std::byte* bytes) noexcept {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

class ColumnWriter {
 public:
  ColumnWriter(std::span<const record::Record> records, const Column& column, ArrayMemory& memory)
      : records_(records), column_(column), memory_(memory) {
    if (column.nullable) memory.validity.assign((records.size() + 7) / 8, std::byte{0xff});
  }

  void write() {
    switch (column_.type) {
      case ColumnType::text: write_text(); break;
      case ColumnType::sequence: write_sequence(); break;
      case ColumnType::time: write_values<std::uint64_t>(0); break;
      case ColumnType::price: write_values<std::int64_t>(record::price_null); break;
      case ColumnType::signed_int:
      case ColumnType::unsigned_int: write_integers(); break;
    }
    memory_.buffers = {memory_.validity.empty() ? nullptr : memory_.validity.data(),
                       memory_.values.data()};
    if (column_.type == ColumnType::text) memory_.buffers.push_back(memory_.text.data());
  }

 private:
  void set_null(std::size_t row) noexcept {
    memory_.validity[row / 8] &= ~(std::byte{1} << (row % 8));
    ++memory_.nulls;
  }

  template <class T>
  T* values(std::size_t count) {
    memory_.values.resize(std::max<std::size_t>(1, count) * sizeof(T));
    return reinterpret_cast<T*>(memory_.values.data());
  }

  /// Values as they are; `null` stands for a missing one.
  template <class T>
  void write_values(T null) {
    T* out = values<T>(records_.size());
    for (std::size_t row = 0; row < records_.size(); ++row) {
      const std::byte* field = field_of(records_[row], column_);
      out[row] = field == nullptr ? null : load<T>(field);
      if (out[row] == null) set_null(row);
    }
  }

  template <class T>
  void write_integers_as() {
    T* out = values<T>(records_.size());
    for (std::size_t row = 0; row < records_.size(); ++row) {
      const std::byte* field = field_of(records_[row], column_);
      out[row] = field == nullptr ? T{0} : load<T>(field);
      if (field == nullptr) set_null(row);
    }
  }

  void write_integers() {  // signed ones have the same bits
    switch (column_.width) {
      case 1: return write_integers_as<std::uint8_t>();
      case 2: return write_integers_as<std::uint16_t>();
      case 4: return write_integers_as<std::uint32_t>();
      default: return write_integers_as<std::uint64_t>();
    }
  }

  void write_sequence() {
    std::uint64_t* out = values<std::uint64_t>(records_.size());
    for (const record::Record& record : records_) *out++ = record::sequence_number_of(record);
  }

  void write_text() {
    std::int32_t* offsets = values<std::int32_t>(records_.size() + 1);
    memory_.text.reserve(records_.size() * column_.width + 1);
    offsets[0] = 0;
    for (std::size_t row = 0; row < records_.size(); ++row) {
      const std::byte* field = field_of(records_[row], column_);
      if (field == nullptr || !append_text(field)) set_null(row);
      offsets[row + 1] = static_cast<std::int32_t>(memory_.text.size());
    }
    memory_.text.reserve(1);  // a buffer must have an address
  }

  /// Without the padding, and with '?' for what is not ASCII; false where there is nothing.
  bool append_text(const std::byte* field) {
    std::size_t size = column_.width;
    while (size > 0 && (field[size - 1] == std::byte{' '} || field[size - 1] == std::byte{0})) {
      --size;
    }
    for (std::size_t i = 0; i < size; ++i) {
      memory_.text.push_back(field[i] < std::byte{0x80} ? field[i] : std::byte{'?'});
    }
    return size > 0;
  }

  std::span<const record::Record> records_;
  const Column& column_;
  ArrayMemory& memory_;
};

void export_array(std::span<const record::Record> records, const std::vector<Column>& columns,
                  ArrowArray& out) {
  auto memory = std::make_unique<ArrayMemory>();
  for (const Column& column : columns) {
    auto values = std::make_unique<ArrayMemory>();
    ColumnWriter(records, column, *values).write();
    auto child = std::make_unique<ArrowArray>();
    fill_array(*child, records.size(), std::move(values));
    memory->pointers.push_back(child.get());
    memory->children.push_back(std::move(child));
  }
  memory->buffers = {nullptr};  // a struct has a validity buffer, and ours is never needed
  fill_array(out, records.size(), std::move(memory));
}

// Stream -----------------------------------------------------------------------------------------

struct StreamMemory {  // a stream of one array, which is made at once
  std::vector<Column> columns;
  ArrowArray array{};
};

int stream_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  export_schema(static_cast<StreamMemory*>(stream->private_data)->columns, *out);
  return 0;
}

int stream_next(ArrowArrayStream* stream, ArrowArray* out) {
  *out = std::exchange(static_cast<StreamMemory*>(stream->private_data)->array, ArrowArray{});
  return 0;
}

const char* stream_error(ArrowArrayStream*) {
  return nullptr;
}

void release_stream(ArrowArrayStream* stream) {
  auto* memory = static_cast<StreamMemory*>(stream->private_data);
  if (memory->array.release != nullptr) memory->array.release(&memory->array);
  delete memory;
  stream->release = nullptr;
}

// Capsules ---------------------------------------------------------------------------------------

template <class T>
void destroy(PyObject* capsule) {
  auto* item = static_cast<T*>(PyCapsule_GetPointer(capsule, PyCapsule_GetName(capsule)));
  if (item->release != nullptr) item->release(item);
  delete item;
}

template <class T>
pyb::capsule capsule_of(std::unique_ptr<T> item, const char* name) {
  return pyb::capsule(item.release(), name, &destroy<T>);
}

/// An empty batch has the columns that records of all kinds share, and more.
std::vector<Column> columns_for(const Batch& batch) {
  constexpr std::uint32_t order = 1u << static_cast<unsigned>(record::Kind::order);
  const std::uint32_t kinds = kinds_in(batch.all());
  return columns_of(kinds == 0 ? order : kinds);
}

}  // namespace

pyb::capsule arrow_schema(const Batch& batch) {
  auto schema = std::make_unique<ArrowSchema>();
  export_schema(columns_for(batch), *schema);
  return capsule_of(std::move(schema), "arrow_schema");
}

pyb::tuple arrow_array(const Batch& batch) {
  auto array = std::make_unique<ArrowArray>();
  {
    const pyb::gil_scoped_release released;
    export_array(batch.all(), columns_for(batch), *array);
  }
  return pyb::make_tuple(arrow_schema(batch), capsule_of(std::move(array), "arrow_array"));
}

pyb::capsule arrow_stream(const Batch& batch) {
  auto memory = std::make_unique<StreamMemory>();
  {
    const pyb::gil_scoped_release released;
    memory->columns = columns_for(batch);
    export_array(batch.all(), memory->columns, memory->array);
  }
  auto stream = std::make_unique<ArrowArrayStream>();
  *stream = {&stream_schema, &stream_next, &stream_error, &release_stream, memory.release()};
  return capsule_of(std::move(stream), "arrow_array_stream");
}

}  // namespace hft::py
