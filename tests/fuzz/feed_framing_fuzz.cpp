// Any packets, on any lines, at any times: each sequence number of a session is settled once and in
// order, as handed on or as missing; and a handler decodes or refuses exactly what was handed on.
//
// The input is a list of packets. One byte: line (bits 0 to 2), time step (3 to 5), kind (6, 7).
// Kind 0: a length byte and that many bytes are the payload. Others: session, number, count, and a
// length byte with that many bytes of blocks, so that headers that fit together are common.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

#include "hft/feed/feed_table.hpp"
#include "hft/feed/itch50/handler.hpp"

namespace {

using namespace hft::feed;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Checks that what it is told covers each session without hole or overlap.
struct Ledger {
  std::uint64_t next = 0;
  std::uint64_t handed_on = 0;
  bool started = false;

  void on_messages(const Delivery& delivery) {
    require(started && delivery.message_count > 0);
    handed_on += delivery.message_count;
    if (delivery.sequence_number == 0) return;  // a session without numbers
    require(delivery.sequence_number == next);
    next += delivery.message_count;
  }
  void on_session_start(const SessionName&, std::uint64_t) {
    started = true;
    next = 1;
  }
  void on_late_start(MissingMessages missing, std::uint64_t) {
    require(missing.first <= 1 && next == 1);
    next = missing.first + missing.count;
  }
  void on_gap(MissingMessages missing, std::uint64_t, const Place& behind) {
    require(missing.count > 0 && missing.first == next);
    require(behind.sequence_number == missing.first + missing.count);
    next += missing.count;
  }
  void on_session_end(const SessionName&, std::uint64_t next_sequence_number, std::uint64_t) {
    require(next_sequence_number == next);
  }
};

/// Counts records, none of which may be blank.
struct RecordCheck {
  std::uint64_t* records;
  void operator()(std::span<const hft::record::Record> block) const {
    require(!block.empty());
    for (const hft::record::Record& record : block) {
      require(record.kind != hft::record::Kind::none && record.stamp_0 == 0);
    }
    *records += block.size();
  }
};

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}
  bool empty() const { return left_ == 0; }
  std::uint8_t byte() {
    if (left_ == 0) return 0;
    --left_;
    return *data_++;
  }
  void copy_to(std::vector<std::byte>& out, std::size_t count) {
    for (; count > 0 && left_ > 0; --count) out.push_back(std::byte{byte()});
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

std::vector<std::byte> payload_of(Input& input, int kind) {
  std::vector<std::byte> payload;
  if (kind != 0) {
    hft::wire::moldudp64::DownstreamHeader header;
    header.session.fill(static_cast<char>('A' + input.byte() % 3));
    header.sequence_number = std::uint64_t{input.byte()};
    const std::uint8_t count = input.byte();
    header.message_count = count == 0xff ? std::uint16_t{0xffff} : count;
    const auto* begin = reinterpret_cast<const std::byte*>(&header);
    payload.assign(begin, begin + sizeof header);
  }
  input.copy_to(payload, input.byte());
  return payload;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const ArbiterOptions options{
      .hold_packets = 4, .hold_payload = 128, .hold_ns = 20, .backward_messages = 50};
  Ledger ledger;
  LineArbiter arbiter(options);
  std::uint64_t records = 0;
  itch50::Handler<RecordCheck> handler({.arbiter = options}, RecordCheck{&records});
  FeedTable table;
  std::uint64_t now = 1'412'341'200'000'000'000;
  while (!input.empty()) {
    const std::uint8_t control = input.byte();
    const std::vector<std::byte> bytes = payload_of(input, control >> 6);
    const std::unique_ptr<std::byte[]> exact(new std::byte[bytes.size()]);
    std::copy(bytes.begin(), bytes.end(), exact.get());
    now += control >> 3 & 7U;
    const FeedPacket packet{{exact.get(), bytes.size()}, now, 1, 0, std::uint8_t(control & 7U)};
    require(arbiter.on_packet(packet, ledger) == handler.on_packet(packet));
    require(arbiter.next_sequence_number() == ledger.next || !ledger.started);
    const hft::net::Packet frame{packet.payload, now, 1, 0, 1};
    const auto match = table.find(frame, {packet.payload, {0, control & 7U, 1}, {}});
    require(match.feed == FeedTable::no_feed || match.feed < table.feeds().size());
  }
  arbiter.finish(ledger);
  handler.finish();
  const itch50::FeedCounters& counters = handler.counters();
  require(counters.messages() + counters.refused_messages() == ledger.handed_on);
  require(counters.records == records);
  return 0;
}
