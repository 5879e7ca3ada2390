// hft.order: the codecs of order protocols, one message at a time: tests and questions. Nothing
// here sends: what encodes commands without a gate only shows their bytes.
#include <pybind11/stl.h>

#include <string>
#include <variant>

#include "hft/base/error.hpp"
#include "hft/order/ouch42/decoder.hpp"
#include "hft/order/ouch42/encoder.hpp"
#include "hft/order/ouch50/decoder.hpp"
#include "hft/order/ouch50/encoder.hpp"
#include "hft/py/bindings.hpp"
#include "hft/py/dtype.hpp"
#include "hft/py/unchecked_encoding.hpp"

namespace hft::py {

namespace {

using order::InstrumentSymbols;
using order::UncheckedEncoding;

template <std::size_t n>
Alpha<n> padded(const char* field, const std::string& text) {
  if (text.size() > n) {
    throw Error(field, "\"" + text + "\" is longer than " + std::to_string(n) + " characters",
                "shorten it");
  }
  Alpha<n> out;
  out.fill(' ');
  std::copy(text.begin(), text.end(), out.begin());
  return out;
}

[[noreturn]] void refuse_protocol(const std::string& protocol) {
  throw Error("order codec", "protocol \"" + protocol + "\" is not known", "use ouch50 or ouch42");
}

const char* to_text(order::Added added) {
  constexpr std::array names{"added", "known", "taken", "full", "bad"};
  return names[static_cast<std::size_t>(added)];
}

pyb::object find(const InstrumentSymbols& symbols, std::uint32_t instrument) {
  const auto* found = symbols.find(instrument);
  if (found == nullptr) return pyb::none();
  return pyb::make_tuple(pyb::bytes(found->symbol.data(), found->symbol.size()),
                         found->round_lot_size);
}

class OrderEncoder {
 public:
  OrderEncoder(const std::string& protocol, const InstrumentSymbols& symbols,
               const order::EncoderConfig& config)
      : encoder_(make(protocol, symbols, config)) {}

  /// (verdict, packet) of each command, in order.
  pyb::list encode_unchecked(const pyb::array& commands) {
    pyb::list out;
    const RecordsIn records(commands);
    for (const record::Record& one : records.all()) {
      const auto& command = record::as<record::OrderCommand>(one);
      std::visit(
          [&](auto& encoder) {
            const auto bytes = UncheckedEncoding::encode(encoder, command);
            const auto* text = reinterpret_cast<const char*>(bytes.data());
            out.append(pyb::make_tuple(std::string(order::to_string(encoder.verdict())),
                                       pyb::bytes(text, bytes.size())));
          },
          encoder_);
    }
    return out;
  }

  pyb::dict counts() const {
    pyb::dict out;
    std::visit(
        [&](const auto& encoder) {
          for (std::size_t i = 0; i < order::encode_verdict_count; ++i) {
            const auto verdict = static_cast<order::EncodeVerdict>(i);
            out[pyb::str(std::string(order::to_string(verdict)))] = encoder.counts()[i];
          }
        },
        encoder_);
    return out;
  }

 private:
  using Any = std::variant<order::ouch50::Encoder, order::ouch42::Encoder>;

  static Any make(const std::string& protocol, const InstrumentSymbols& symbols,
                  const order::EncoderConfig& config) {
    if (protocol == "ouch50")
      return Any(std::in_place_type<order::ouch50::Encoder>, symbols, config);
    if (protocol == "ouch42")
      return Any(std::in_place_type<order::ouch42::Encoder>, symbols, config);
    refuse_protocol(protocol);
  }

  Any encoder_;
};

order::EncoderConfig encoder_config(const std::string& firm, const std::string& desk, char capacity,
                                    char short_sale, bool attributed, bool shares_located) {
  return {.firm = padded<4>("firm", firm),
          .desk = padded<6>("desk", desk),
          .capacity = capacity,
          .short_sale = short_sale,
          .attributed = attributed,
          .shares_located = shares_located};
}

std::span<const std::byte> bytes_of(const std::string_view& view) {
  return std::as_bytes(std::span(view.data(), view.size()));
}

pyb::tuple decode_order_report(const std::string& protocol, const pyb::bytes& message,
                               const InstrumentSymbols& symbols, std::uint64_t midnight_ns,
                               std::uint64_t receive_time_ns, std::uint64_t sequence_number,
                               record::Venue venue, std::uint8_t channel, const std::string& desk) {
  const order::ReportContext context{&symbols, midnight_ns, receive_time_ns,        sequence_number,
                                     venue,    channel,     padded<6>("desk", desk)};
  if (protocol != "ouch50" && protocol != "ouch42") refuse_protocol(protocol);
  const auto decode = protocol == "ouch50" ? &order::ouch50::decode : &order::ouch42::decode;
  std::vector<record::OrderReport> reports(1);
  const order::Verdict verdict = decode(bytes_of(std::string_view(message)), context, reports[0]);
  reports.resize(verdict == order::Verdict::report ? 1 : 0);
  return pyb::make_tuple(std::string(order::to_string(verdict)),
                         own(std::move(reports), dtype_of_kind(record::Kind::order_report)));
}

void bind_symbols(pyb::module_& m) {
  using pyb::arg;
  pyb::class_<InstrumentSymbols>(m, "InstrumentSymbols")
      .def(pyb::init<std::size_t>(), arg("capacity") = 16'384)
      .def(
          "add",
          [](InstrumentSymbols& symbols, std::uint32_t instrument, const std::string& symbol,
             std::uint32_t round_lot_size) {
            return to_text(symbols.add(instrument, padded<8>("symbol", symbol), round_lot_size));
          },
          arg("instrument"), arg("symbol"),
          arg("round_lot_size") = InstrumentSymbols::usual_round_lot)
      .def("find", &find, arg("instrument"))
      .def(
          "instrument_of",
          [](const InstrumentSymbols& symbols, const std::string& symbol) {
            return symbols.instrument_of(padded<8>("symbol", symbol));
          },
          arg("symbol"))
      .def("__len__", &InstrumentSymbols::size);
}

}  // namespace

void bind_order(pyb::module_& m) {
  using pyb::arg;
  bind_symbols(m);
  pyb::class_<OrderEncoder>(m, "OrderEncoder")
      .def(pyb::init([](const std::string& protocol, const InstrumentSymbols& symbols,
                        const std::string& firm, const std::string& desk, char capacity,
                        char short_sale, bool attributed, bool shares_located) {
             return OrderEncoder(
                 protocol, symbols,
                 encoder_config(firm, desk, capacity, short_sale, attributed, shares_located));
           }),
           arg("protocol"), arg("symbols"), pyb::kw_only(), arg("firm") = "", arg("desk") = "",
           arg("capacity") = 'P', arg("short_sale") = 'T', arg("attributed") = false,
           arg("shares_located") = false, pyb::keep_alive<1, 3>())
      .def("encode_unchecked", &OrderEncoder::encode_unchecked, arg("commands"))
      .def_property_readonly("counts", &OrderEncoder::counts);
  m.def("decode_order_report", &decode_order_report, arg("protocol"), arg("message"),
        arg("symbols"), pyb::kw_only(), arg("midnight_ns") = 0, arg("receive_time_ns") = 0,
        arg("sequence_number") = 1, arg("venue") = record::Venue::xnas, arg("channel") = 0,
        arg("desk") = "");
  m.def(
      "next_user_ref_num",
      [](const pyb::bytes& message) {
        return order::ouch50::next_user_ref_num(bytes_of(std::string_view(message)));
      },
      arg("message"));
}

}  // namespace hft::py
