// hft.wire: the dtypes of all wire structs, so that Python reads messages as C++ does, and the slow
// decoder for one message at a time: tests and questions, never a day.
#include <pybind11/stl.h>

#include "hft/feed/itch50/feed_counters.hpp"
#include "hft/feed/itch50/message_decoder.hpp"
#include "hft/py/bindings.hpp"
#include "hft/py/dtype.hpp"
#include "hft/wire/itch50.hpp"
#include "hft/wire/moldudp64.hpp"
#include "hft/wire/ouch42.hpp"
#include "hft/wire/ouch50.hpp"
#include "hft/wire/soupbintcp.hpp"

namespace hft::py {

namespace {

/// The dtypes of a protocol's messages by their type's letter.
template <class Add>
pyb::dict dtypes_by_type(Add&& add_all) {
  pyb::dict out;
  add_all(
      [&]<class Message>() { out[pyb::str(std::string(1, Message::tag))] = dtype_of<Message>(); });
  return out;
}

pyb::dict order_dtypes() {
  pyb::dict out;
  out["ouch50_inbound"] = dtypes_by_type([](auto visit) { wire::ouch50::for_each_inbound(visit); });
  out["ouch50_outbound"] =
      dtypes_by_type([](auto visit) { wire::ouch50::for_each_outbound(visit); });
  out["ouch42_inbound"] = dtypes_by_type([](auto visit) { wire::ouch42::for_each_inbound(visit); });
  out["ouch42_outbound"] =
      dtypes_by_type([](auto visit) { wire::ouch42::for_each_outbound(visit); });
  out["soupbintcp"] = dtypes_by_type([](auto visit) {
    visit.template operator()<wire::soupbintcp::LoginAccepted>();
    visit.template operator()<wire::soupbintcp::LoginRejected>();
    visit.template operator()<wire::soupbintcp::LoginRequest>();
  });
  out["soupbintcp_header"] = dtype_of<wire::soupbintcp::PacketHeader>();
  return out;
}

pyb::dict wire_dtypes() {
  pyb::dict out = order_dtypes();
  out["itch50"] = dtypes_by_type([](auto visit) { wire::itch50::for_each_message(visit); });
  out["moldudp64_header"] = dtype_of<wire::moldudp64::DownstreamHeader>();
  return out;
}

pyb::tuple decode_message(const pyb::bytes& message, std::uint64_t midnight_ns,
                          std::uint64_t receive_time_ns, std::uint64_t sequence_number,
                          record::Venue venue) {
  const std::string_view view(message);
  const feed::itch50::Context context{midnight_ns, receive_time_ns, sequence_number, 0, venue, 0};
  std::vector<record::Record> records(feed::itch50::records_per_message);
  const auto decoded = feed::itch50::decode(std::as_bytes(std::span(view.data(), view.size())),
                                            context, records.data());
  records.resize(decoded.records);
  return pyb::make_tuple(std::string(to_string(decoded.verdict)),
                         own(std::move(records), dtype_of_kind(record::Kind::none)));
}

}  // namespace

void bind_wire(pyb::module_& m) {
  using pyb::arg;
  m.def("wire_dtypes", &wire_dtypes);
  m.def("decode_message", &decode_message, arg("message"), pyb::kw_only(), arg("midnight_ns") = 0,
        arg("receive_time_ns") = 0, arg("sequence_number") = 1, arg("venue") = record::Venue::xnas);
}

}  // namespace hft::py
