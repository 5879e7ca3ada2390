// Which sink serves which option.
#include "hft/engine/replay_outputs.hpp"

#include <memory>

#include "hft/base/error.hpp"
#include "hft/engine/npy_writer.hpp"
#include "hft/engine/ring_sink.hpp"
#include "hft/record/touch.hpp"

namespace hft::engine {

namespace {

std::unique_ptr<RecordSink> npy_writer(const std::string& path, std::span<const Field> fields,
                                       bool overwrite) {
  if (!path.ends_with(".npy")) {
    throw Error(path, "records and touches are written here as .npy only",
                "name it .npy; `hft replay` knows more formats by suffix");
  }
  return std::make_unique<NpyWriter>(path, fields,
                                     overwrite ? net::IfExists::overwrite : net::IfExists::refuse);
}

}  // namespace

void open_outputs(const OutputOptions& options, Outlets& outlets) {
  if (!options.records_path.empty()) {
    outlets.records.add(
        npy_writer(options.records_path, Layout<record::Record>::fields, options.overwrite));
  }
  if (!options.touch_path.empty()) {
    outlets.touches.add(
        npy_writer(options.touch_path, Layout<record::Touch>::fields, options.overwrite));
  }
  if (!options.ring.empty()) {
    outlets.records.add(std::make_unique<RingSink>(options.ring, options.ring_records));
  }
}

}  // namespace hft::engine
