// hft.ring: reading broadcast rings of other processes, as copies or in place.
#include "hft/engine/ring_sink.hpp"
#include "hft/py/batch.hpp"
#include "hft/py/bindings.hpp"
#include "hft/ring/broadcast.hpp"
#include "hft/ring/owner.hpp"
#include "hft/ring/segment.hpp"

namespace hft::py {

namespace {

const char* producer_state(const ring::RingHeader& header) {
  switch (ring::find_producer(header)) {
    case ring::OwnerFound::none: return "none";
    case ring::OwnerFound::live: return "live";
    case ring::OwnerFound::closed: return "closed";
    case ring::OwnerFound::killed: return "killed";
  }
  return "none";
}

class Reader {
 public:
  Reader(const std::string& name, bool newest)
      : segment_(ring::Segment::attach(name, {}, ring::Access::read)),
        reader_(header(), slots(), newest ? ring::Start::newest : ring::Start::oldest) {}

  /// Copies what is ready, at most `limit`, without a wait.
  std::unique_ptr<Batch> read(std::size_t limit) {
    auto records = pool_->take(std::min<std::size_t>(limit, slots().size()));
    record::Record record;
    while (records->size() < limit) {
      const ring::Found found = reader_.next(record);
      if (found == ring::Found::empty) break;
      if (found == ring::Found::record) records->push_back(record);
    }
    return std::make_unique<Batch>(std::move(records));
  }

  std::span<const record::Record> peek(std::size_t limit) { return reader_.peek(limit); }
  bool keep(std::size_t count) { return reader_.keep(count); }

  std::uint64_t position() const { return reader_.position(); }
  std::uint64_t lost() const { return reader_.lost(); }
  std::size_t capacity() const { return slots().size(); }
  const ring::RingHeader& header() const { return segment_.header(); }

 private:
  std::span<const record::Record> slots() const { return std::as_const(segment_).slots(); }

  ring::Segment segment_;
  ring::BroadcastReader reader_;
  std::shared_ptr<BatchPool> pool_ = std::make_shared<BatchPool>();
};

class Writer {
 public:
  Writer(const std::string& name, std::uint64_t records) : sink_(name, records) {}
  void publish(const pyb::array& array) {
    const RecordsIn records(array);
    const pyb::gil_scoped_release released;
    sink_.take(records.all());
  }

 private:
  engine::RingSink sink_;
};

pyb::array peek(const pyb::object& self, std::size_t limit) {
  auto& reader = pyb::cast<Reader&>(self);
  return view_of(reader.peek(limit), dtype_of_kind(record::Kind::none), self);
}

}  // namespace

void bind_ring(pyb::module_& m) {
  using pyb::arg;
  const auto released = pyb::call_guard<pyb::gil_scoped_release>();
  pyb::class_<Reader>(m, "RingReader", pyb::is_final(), "Reads a broadcast ring; writes nothing.")
      .def(pyb::init<const std::string&, bool>(), arg("name"), pyb::kw_only(),
           arg("newest") = false)
      .def("read", &Reader::read, arg("limit") = 65'536, released)
      .def("peek", &peek, arg("limit") = 65'536)
      .def("keep", &Reader::keep, arg("count"))
      .def_property_readonly("position", &Reader::position)
      .def_property_readonly("lost", &Reader::lost)
      .def_property_readonly("capacity", &Reader::capacity)
      .def_property_readonly("producer",
                             [](const Reader& reader) { return producer_state(reader.header()); });
  pyb::class_<Writer>(m, "RingWriter", pyb::is_final(), "The producer of a broadcast ring.")
      .def(pyb::init<const std::string&, std::uint64_t>(), arg("name"), pyb::kw_only(),
           arg("records") = 1 << 20)
      .def("publish", &Writer::publish, arg("records"));
  m.def(
      "ring_remove", [](const std::string& name) { ring::Segment::remove(name); }, arg("name"));
}

}  // namespace hft::py
