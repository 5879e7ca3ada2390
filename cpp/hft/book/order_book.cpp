#include "hft/book/order_book.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace hft::book {

OrderBookSet::ApplyBlock OrderBookSet::apply_block_for(Isa isa) {
  switch (isa) {
    case Isa::avx512: return avx512::apply_block;
    case Isa::avx2: return avx2::apply_block;
    case Isa::portable: break;
  }
  return portable::apply_block;
}

OrderBookSet::OrderBookSet(const Config& config, Isa isa)
    : state_(config), apply_block_(apply_block_for(isa)) {}

BestPrices OrderBookSet::best_prices(std::uint32_t instrument) const {
  BestPrices best;
  for (const Level& bid : depth(instrument, record::Side::bid, 1)) {
    best.bid_price_e9 = bid.price_e9;
    best.bid_size = bid.size;
  }
  for (const Level& ask : depth(instrument, record::Side::ask, 1)) {
    best.ask_price_e9 = ask.price_e9;
    best.ask_size = ask.size;
  }
  return best;
}

std::vector<Level> OrderBookSet::depth(std::uint32_t instrument, record::Side side,
                                       std::size_t levels_max) const {
  std::vector<Level> out;
  if (!has_book(instrument)) return out;
  SideLevels levels(state_.levels, instrument & 0xffff, side_index(side));
  levels.for_each_chunk([&](const LevelChunk& chunk) {
    for (unsigned lane = lanes; lane-- > lanes - chunk.used && out.size() < levels_max;) {
      const std::uint32_t price = key_of(chunk.keys[lane], side);  // complementing undoes itself
      out.push_back({price_e9(price), chunk.sizes[lane], chunk.counts[lane]});
    }
    return out.size() < levels_max;
  });
  return out;
}

std::vector<Order> OrderBookSet::orders(std::uint32_t instrument, record::Side side,
                                        std::int64_t price_e9) const {
  std::vector<Order> out;
  const std::int64_t price = price_e9 / state_.config.price_unit_e9;
  if (!has_book(instrument) || price_e9 % state_.config.price_unit_e9 != 0 || price <= 0 ||
      price > std::int64_t{price_units_max}) {
    return out;
  }
  const auto units = static_cast<std::uint32_t>(price);
  SideLevels levels(state_.levels, instrument & 0xffff, side_index(side));
  const Place place = levels.find(key_of(units, side));
  if (place.lane == lanes) return out;
  const std::size_t count = place.chunk->counts[place.lane];
  std::vector<std::pair<std::uint32_t, std::size_t>> by_age;  // arrivals ago, place in `out`
  state_.orders.for_each([&](std::uint64_t order_id, const OrderSlot& slot) {
    if (slot.price != units || slot.side != side || slot.instrument != (instrument & 0xffff)) {
      return true;
    }
    by_age.emplace_back(state_.arrivals - slot.arrival, out.size());
    out.push_back(order_of(order_id, slot));
    out.back().instrument = instrument;
    return out.size() < count;
  });
  std::sort(by_age.begin(), by_age.end(), std::greater<>());
  std::vector<Order> queue;
  queue.reserve(out.size());
  for (const auto& [age, at] : by_age) queue.push_back(out[at]);
  return queue;
}

std::optional<QueuePosition> OrderBookSet::queue_position(std::uint64_t order_id) const {
  const auto order = find(order_id);
  if (!order) return std::nullopt;
  QueuePosition ahead{0, 0};
  for (const Order& other : orders(order->instrument, order->side, order->price_e9)) {
    if (other.order_id == order_id) break;
    ++ahead.orders_ahead;
    ahead.size_ahead += other.size;
  }
  return ahead;
}

std::optional<Order> OrderBookSet::find(std::uint64_t order_id) const {
  const OrderSlot* slot = state_.orders.find(order_id);
  if (slot == nullptr) return std::nullopt;
  return order_of(order_id, *slot);
}

Order OrderBookSet::order_of(std::uint64_t order_id, const OrderSlot& slot) const {
  return {order_id, price_e9(slot.price), slot.instrument, slot.size, slot.side};
}

bool OrderBookSet::is_suspect(std::uint32_t instrument) const {
  return has_book(instrument) && state_.instruments[instrument & 0xffff].is_suspect();
}

char OrderBookSet::trading_state(std::uint32_t instrument) const {
  return has_book(instrument) ? state_.instruments[instrument & 0xffff].trading_state() : '\0';
}

std::uint64_t OrderBookSet::digest() const {
  struct Entry {
    std::uint32_t instrument, key;
    record::Side side;
    std::uint32_t age, size;
    std::uint64_t order_id;
  };
  std::vector<Entry> entries;
  entries.reserve(state_.orders.count());
  state_.orders.for_each([&](std::uint64_t id, const OrderSlot& slot) {
    entries.push_back({slot.instrument, key_of(slot.price, slot.side), slot.side,
                       state_.arrivals - slot.arrival, slot.size, id});
    return true;
  });
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.instrument, a.side, b.key, b.age) <
           std::tie(b.instrument, b.side, a.key, a.age);
  });
  // Levels come from the chunks and orders from the table: where the two disagree, the digest does.
  Digest digest;
  auto entry = entries.cbegin();
  for (std::uint32_t i = 0; i < state_.config.max_instruments; ++i) {
    const LevelChunk* first = &state_.levels.first[std::size_t{i} * 2];
    if (first[0].used == 0 && first[1].used == 0) continue;
    digest.add(i);
    for (const record::Side side : {record::Side::bid, record::Side::ask}) {
      digest.add(static_cast<std::uint64_t>(side));
      for (const Level& level : depth(i, side, ~std::size_t{0})) {
        digest.add(static_cast<std::uint64_t>(level.price_e9));
        digest.add(level.size);
        digest.add(level.count);
        for (std::uint32_t n = 0; n < level.count && entry != entries.cend(); ++n, ++entry) {
          digest.add(entry->order_id);
          digest.add(entry->size);
        }
      }
    }
  }
  return digest.value();
}

void OrderBookSet::prefault(std::uint64_t orders) {
  state_.orders.prefault(orders);
  const std::size_t instruments = state_.config.max_instruments;
  state_.levels.first_memory.prefault(instruments * 2 * sizeof(LevelChunk));
  state_.levels.deep_memory.prefault(orders / 4 * sizeof(LevelChunk));
  state_.instrument_memory.prefault(instruments * sizeof(InstrumentState));
}

}  // namespace hft::book
