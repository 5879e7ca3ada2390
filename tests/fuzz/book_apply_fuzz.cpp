// Any records: the fast book set of every instruction set that this processor has refuses, touches
// and remembers what the reference does, and reads nothing outside its tables.
//
// An input is a run of 8-byte steps, each one record of few ids, prices and instruments, so that
// duplicates, reuse, deep sides and wrong instruments are common.
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "hft/book/map_book.hpp"
#include "hft/book/order_book.hpp"

namespace {

using namespace hft;
using namespace hft::book;
using record::OrderEvent;
using record::Record;
using record::Touch;

constexpr Config config{100'000, 200, 3};

void require(bool holds) {
  if (!holds) std::abort();
}

struct Step {
  std::uint8_t what, instrument, size, flags;
  std::uint16_t order_id, price;
};
static_assert(sizeof(Step) == 8);

Record status_of(const Step& step) {
  record::StatusEvent event{};
  event.kind = record::Kind::status;
  event.instrument = step.instrument % 4U;
  event.action = static_cast<record::StatusAction>(step.size % 9);
  event.state = static_cast<char>('A' + step.price % 4);
  return record::as<Record>(event);
}

bool is_status(const Step& step) {
  return step.what % 32 == 31;
}
bool is_replace(const Step& step) {
  return !is_status(step) && static_cast<record::Action>(step.what % 7) == record::Action::replace;
}

Record record_of(const Step& step) {
  if (is_status(step)) return status_of(step);
  OrderEvent event{};
  event.kind = record::Kind::order;
  event.action = static_cast<record::Action>(step.what % 7);
  event.instrument = step.instrument % 4U;  // 3 is outside the configured range
  event.order_id = step.order_id % 512U;
  if ((step.flags & 64) != 0) event.order_id *= 0x9e3779b97f4a7c15;  // sparse
  event.size = step.size % 16U;
  if (step.size == 255) event.size = 0xffffff00;
  event.side = static_cast<record::Side>(step.flags % 3);
  event.price_e9 = std::int64_t{step.price} * 100'000 - ((step.flags & 32) != 0 ? 1 : 0);
  event.flags = event.action == record::Action::replace ? 0 : record::flag_last;
  return record::as<Record>(event);
}

void require_same(const MapBookSet& reference, const OrderBookSet& book) {
  require(reference.verdict_counts() == book.verdict_counts());
  require(reference.order_count() == book.order_count());
  require(reference.digest() == book.digest());
  for (std::uint32_t i = 0; i < config.max_instruments; ++i) {
    require(reference.is_suspect(i) == book.is_suspect(i));
    require(reference.trading_state(i) == book.trading_state(i));
  }
}

void check(const std::vector<Record>& records, const std::vector<Touch>& expected,
           const MapBookSet& reference, Isa isa) {
  OrderBookSet book(config, isa);
  std::vector<Touch> touches(records.size());
  touches.resize(book.apply(records, touches));
  require(touches.size() == expected.size());
  require(touches.empty() ||
          std::memcmp(touches.data(), expected.data(), touches.size() * sizeof(Touch)) == 0);
  require_same(reference, book);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<Record> records;
  Step before{};
  for (std::size_t at = 0; at + sizeof(Step) <= size; at += sizeof(Step)) {
    Step step;
    std::memcpy(&step, data + at, sizeof step);
    if (is_replace(before)) {  // a message is of one instrument, and what follows is its add
      step.what = static_cast<std::uint8_t>(record::Action::add);
      step.instrument = before.instrument;
    }
    records.push_back(record_of(step));
    before = step;
  }
  if (!records.empty()) {  // a message in the making would have no touch yet
    record::as<OrderEvent>(records.back()).flags |= record::flag_last;
  }
  MapBookSet reference(config);
  std::vector<Touch> touches;
  reference.apply(records, [&](const Touch& touch) { touches.push_back(touch); });
  for (const Isa isa : {Isa::portable, Isa::avx2, Isa::avx512}) {
    if (isa_available(isa)) check(records, touches, reference, isa);
  }
  return 0;
}
