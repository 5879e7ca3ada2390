// Format: "NEP 1, a simple file format for NumPy arrays", version 1.0.
#include "hft/engine/npy_writer.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "hft/base/error.hpp"

namespace hft::engine {

std::string numpy_format(const Field& field) {
  const std::string size = std::to_string(field.size);
  if (field.kind == FieldKind::text) return "|S" + size;
  if (field.size == 1) return field.kind == FieldKind::native_signed ? "|i1" : "|u1";
  if (field.size != 2 && field.size != 4 && field.size != 8) return "|V" + size;
  const std::string order = field.kind == FieldKind::big ? ">" : "<";
  return order + (field.kind == FieldKind::native_signed ? "i" : "u") + size;
}

NpyWriter::NpyWriter(const std::string& path, std::span<const Field> fields,
                     net::IfExists if_exists)
    : file_(path, if_exists) {
  for (const Field& field : fields) {
    descr_ += "('" + std::string(field.name) + "', '" + numpy_format(field) + "'), ";
  }
  const std::string empty = header();
  file_.append(std::as_bytes(std::span(empty)));
}

void NpyWriter::take(std::span<const record::Record> records) {
  file_.append(std::as_bytes(records));
  count_ += records.size();
}

void NpyWriter::close() {
  if (closed_) return;
  closed_ = true;
  file_.close();
  std::fstream again(file_.path(), std::ios::in | std::ios::out | std::ios::binary);
  again << header();
  again.close();
  if (!again) {
    throw Error(file_.path(), std::string("its header cannot be written: ") + std::strerror(errno),
                "check the disk, then run again");
  }
}

std::string NpyWriter::header() const {
  constexpr std::size_t dictionary_size = header_size - 10;
  std::string out("\x93NUMPY\x01\x00", 8);
  out += static_cast<char>(dictionary_size & 0xff);
  out += static_cast<char>(dictionary_size >> 8);
  out += "{'descr': [" + descr_ + "], 'fortran_order': False, 'shape': (" + std::to_string(count_) +
         ",), }";
  out.resize(header_size - 1, ' ');
  return out + '\n';
}

}  // namespace hft::engine
