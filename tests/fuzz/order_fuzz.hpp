// What the fuzz targets of order codecs share: exact bytes, a command from any bytes, and what must
// hold of any message and of any command that could be written.
#pragma once

#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>

#include "hft/order/encoding.hpp"
#include "hft/order/report_context.hpp"
#include "hft/py/unchecked_encoding.hpp"
#include "hft/wire/ouch_fields.hpp"
#include "hft/wire/soupbintcp.hpp"

namespace hft::order::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

inline constexpr std::uint32_t instrument = 0x1'0007;
inline constexpr Alpha<8> symbol{'A', 'A', 'P', 'L', ' ', ' ', ' ', ' '};
inline constexpr EncoderConfig config{
    .firm = {'H', 'F', 'T', 'X'}, .desk = {'Q', 'T', '1', ' ', ' ', ' '}, .shares_located = true};

inline const InstrumentSymbols& symbols() {
  static const InstrumentSymbols all = [] {
    InstrumentSymbols made(4);
    made.add(instrument, symbol);
    return made;
  }();
  return all;
}

inline ReportContext context() {
  return {&symbols(), 1'412'308'800'000'000'000, 77, 0x1'ffff'fffe, record::Venue::xnas, 1,
          config.desk};
}

/// A copy of exactly these bytes on the heap: one byte read too far is found.
class Exact {
 public:
  explicit Exact(std::span<const std::byte> bytes)
      : size_(bytes.size()), memory_(new std::byte[bytes.size()]) {
    if (size_ > 0) std::memcpy(memory_.get(), bytes.data(), size_);
  }
  std::span<const std::byte> bytes() const { return {memory_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<std::byte[]> memory_;
};

/// Any message: a verdict, and a report only where the verdict says so, with its common fields.
template <class Decode>
void check_any_message(std::span<const std::byte> input, Decode decode) {
  const Exact exact(input);
  record::OrderReport out;
  std::memset(&out, 0x5a, sizeof out);
  const record::OrderReport before = out;
  const Verdict verdict = decode(exact.bytes(), context(), out);
  if (verdict != Verdict::report) {
    require(std::memcmp(&out, &before, sizeof out) == 0);
    return;
  }
  require(out.kind == record::Kind::order_report && out.action != record::ReportAction::none);
  require(out.stamp_0 == 0 && out.stamp_1 == 0 && out.stamp_2 == 0 && out.stamp_3 == 0);
  require(record::sequence_number_of(out) == context().sequence_number);
  require(out.instrument == instrument || out.instrument == record::instrument_all);
  require(out.price_e9 >= 0 && (out.price_e9 == record::price_null ||
                                out.price_e9 <= wire::ouch::price_e9(wire::ouch::max_price)));
}

/// Any command; mostly of an instrument that has a symbol, so that some can be written.
inline record::OrderCommand command_of(std::span<const std::byte> input) {
  record::OrderCommand out{};
  if (!input.empty()) std::memcpy(&out, input.data(), std::min(input.size(), sizeof out));
  if (out.instrument % 4 != 0) out.instrument = instrument;
  return out;
}

/// A packet's message; the packet must be one whole unsequenced packet.
inline std::span<const std::byte> message_of(std::span<const std::byte> packet) {
  require(packet.size() > sizeof(wire::soupbintcp::PacketHeader));
  wire::soupbintcp::PacketHeader header;
  std::memcpy(&header, packet.data(), sizeof header);
  require(header.packet_length + wire::soupbintcp::length_size == packet.size());
  require(header.packet_type == wire::soupbintcp::unsequenced_data);
  return packet.subspan(sizeof header);
}

template <class Message>
Message read(std::span<const std::byte> bytes) {
  require(bytes.size() >= sizeof(Message));
  Message out;
  std::memcpy(&out, bytes.data(), sizeof out);
  return out;
}

/// Encodes the command twice: the packet depends on nothing but the command.
template <class Encoder>
std::span<const std::byte> encode(Encoder& encoder, const record::OrderCommand& command) {
  Encoder fresh(symbols(), config);
  const auto bytes = UncheckedEncoding::encode(encoder, command);
  const auto again = UncheckedEncoding::encode(fresh, command);
  require(encoder.verdict() == fresh.verdict() && bytes.size() == again.size());
  require(bytes.empty() == (encoder.verdict() != EncodeVerdict::encoded));
  require(bytes.empty() || std::memcmp(bytes.data(), again.data(), bytes.size()) == 0);
  return bytes;
}

/// The venue accepted what was entered: the report must say what the command asked for.
inline void check_accepted(const record::OrderCommand& command, const record::OrderReport& report,
                           Verdict verdict) {
  require(verdict == Verdict::report && report.action == record::ReportAction::accepted);
  require(report.client_order_id == command.client_order_id && report.size == command.size);
  require(report.instrument == command.instrument && report.side == command.side);
  require(report.price_e9 == command.price_e9);
}

}  // namespace hft::order::fuzz
