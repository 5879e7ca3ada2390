// numpy dtypes from the layout tables, and arrays that view C++ memory.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hft/base/layout.hpp"
#include "hft/engine/npy_writer.hpp"
#include "hft/record/record.hpp"

namespace hft::py {

namespace pyb = pybind11;

/// The numpy dtype of a struct. Widths that no numpy integer has (48 bits) become raw bytes.
template <class T>
pyb::dtype dtype_of() {
  pyb::list names;
  pyb::list formats;
  pyb::list offsets;
  for (const Field& field : Layout<T>::fields) {
    names.append(pyb::str(field.name.data(), field.name.size()));
    formats.append(engine::numpy_format(field));
    offsets.append(field.offset);
  }
  return pyb::dtype(std::move(names), std::move(formats), std::move(offsets), sizeof(T));
}

/// A read-only array over `items`. `owner` is kept alive as long as any view of it.
template <class T>
pyb::array view_of(std::span<const T> items, const pyb::dtype& dtype, pyb::handle owner) {
  pyb::array view(dtype, {static_cast<pyb::ssize_t>(items.size())},
                  {static_cast<pyb::ssize_t>(sizeof(T))}, items.data(), owner);
  view.attr("flags").attr("writeable") = false;
  return view;
}

/// The same over memory that the array takes over.
template <class T>
pyb::array own(std::vector<T> items, const pyb::dtype& dtype) {
  auto kept = std::make_unique<std::vector<T>>(std::move(items));
  const std::span<const T> all(*kept);
  const pyb::capsule owner(kept.release(),
                           [](void* vector) { delete static_cast<std::vector<T>*>(vector); });
  return view_of(all, dtype, owner);
}

/// The records in an array of any record dtype, at 64-byte alignment: numpy promises 16, so most
/// arrays that numpy made are copied once, and those that came from here never.
class RecordsIn {
 public:
  /// Throws TypeError, naming the right dtypes, for any other dtype, and ValueError where the array
  /// is not contiguous or has more than one axis.
  explicit RecordsIn(const pyb::array& array);

  std::span<const record::Record> all() const noexcept { return all_; }

 private:
  std::vector<record::Record> copy_;
  std::span<const record::Record> all_;
};

/// The dtype of records that are all of one kind; of Kind::none: of records of any kind.
pyb::dtype dtype_of_kind(record::Kind kind);

}  // namespace hft::py
