// The order flow: a market without intelligence but with the shape of a real one. Orders arrive at
// distances from the other side's best price that are likely near and possible far; the touch is
// pulled and executed as fast as it is filled, so that prices walk.
#include "hft/engine/synth/order_flow.hpp"

#include <algorithm>
#include <array>

namespace hft::engine::synth {

namespace {

constexpr unsigned bid = 0;
constexpr unsigned ask = 1;

// Of 256 orders, how many rest at 2^k - 1 to 2^(k+1) - 2 ticks behind the best possible price.
constexpr std::array<std::uint32_t, 12> orders_by_magnitude = {54, 44, 40, 33, 24, 20,
                                                               15, 9,  6,  5,  4,  2};
constexpr std::uint32_t farthest = 3'400;  // ticks

constexpr std::array<std::uint8_t, 256> magnitudes = [] {
  std::array<std::uint8_t, 256> table{};
  std::size_t next = 0;
  for (std::size_t k = 0; k < orders_by_magnitude.size(); ++k) {
    for (std::uint32_t i = 0; i < orders_by_magnitude[k]; ++i) {
      table[next++] = static_cast<std::uint8_t>(k);
    }
  }
  return next == table.size() ? table : throw "the table must be filled exactly";
}();

std::uint32_t draw_distance(Random& random) noexcept {
  const std::uint64_t r = random.next();
  const std::uint32_t span = 1U << magnitudes[r & 255];
  const std::uint32_t ticks = span - 1 + (static_cast<std::uint32_t>(r >> 32) & (span - 1));
  return ticks > farthest ? ticks - farthest : ticks;
}

// A number of 48 bits for each number of 48 bits: order numbers become ids spread at random.
constexpr std::uint64_t scatter(std::uint64_t number) noexcept {
  constexpr std::uint64_t bits_48 = (std::uint64_t{1} << 48) - 1;
  number = (number * 0x9e3779b97f4b) & bits_48;
  number ^= number >> 24;
  number = (number * 0xd1342543de83) & bits_48;
  return number ^ number >> 24;
}

constexpr Alpha<4> mpid(std::uint64_t r) noexcept {
  return {'M', 'M', static_cast<char>('A' + (r & 7)), static_cast<char>('A' + (r >> 3 & 15))};
}

}  // namespace

OrderFlow::OrderFlow(const Options& options, std::uint32_t live_orders, Instruments& instruments,
                     Random& random, MessageWriter& writer)
    : instruments_(instruments),
      random_(random),
      writer_(writer),
      market_(options.instruments, live_orders + live_orders / 64 + 1024),
      victims_(market_),
      order_ids_(options.order_ids) {
  for (std::uint16_t& locate : instruments_ahead_) locate = instruments_.draw(random_);
}

void OrderFlow::add(std::uint64_t time_ns, bool with_mpid) {
  const std::uint16_t locate = next_instrument();
  const Place place = next_place(locate);
  const std::uint64_t order_id = next_order_id();
  const std::uint32_t size = next_size();
  const auto fill = [&](auto& message) {
    message.order_reference_number = order_id;
    message.buy_sell_indicator = place.side == bid ? 'B' : 'S';
    message.shares = size;
    message.stock = instruments_[locate].stock;
    message.price = place.price;
  };
  if (with_mpid) {
    auto& message = writer_.put<wire::itch50::AddOrderWithMpid>(locate, time_ns);
    fill(message);
    message.attribution = mpid(order_number_);
  } else {
    fill(writer_.put<wire::itch50::AddOrder>(locate, time_ns));
  }
  deep_messages_ += market_.is_deep(enter(locate, place, order_id, size));
}

void OrderFlow::remove(std::uint64_t time_ns) {
  const std::uint32_t slot = victim();
  if (slot == no_slot) return add(time_ns, false);
  const Order& order = market_.order(slot);
  auto& message = writer_.put<wire::itch50::OrderDelete>(order.instrument, time_ns);
  message.order_reference_number = order.order_id;
  deep_messages_ += market_.is_deep(slot);
  market_.remove(slot);
}

void OrderFlow::replace(std::uint64_t time_ns) {
  const std::uint32_t slot = victim();
  if (slot == no_slot) return add(time_ns, false);
  const Order order = market_.order(slot);
  const bool was_deep = market_.is_deep(slot);
  std::uint32_t price = next_price(order.instrument, order.side);
  if (price == no_price) price = order.price;
  auto& message = writer_.put<wire::itch50::OrderReplace>(order.instrument, time_ns);
  const std::uint64_t order_id = next_order_id();
  const std::uint32_t size = random_.below(4) == 0 ? next_size() : order.size;
  message.original_order_reference_number = order.order_id;
  message.new_order_reference_number = order_id;
  message.shares = size;
  message.price = price;
  market_.remove(slot);
  const std::uint32_t entered = enter(order.instrument, {order.side, price}, order_id, size);
  deep_messages_ += was_deep || market_.is_deep(entered);
}

void OrderFlow::cancel(std::uint64_t time_ns) {
  for (int attempt = 0; attempt < 8; ++attempt) {
    const std::uint32_t slot = victims_.pick(random_);
    if (slot == no_slot) break;
    const Order& order = market_.order(slot);
    if (order.size < 2) continue;  // a part of it could only be all of it
    const std::uint32_t cancelled = 1 + random_.below(order.size - 1);
    auto& message = writer_.put<wire::itch50::OrderCancel>(order.instrument, time_ns);
    message.order_reference_number = order.order_id;
    message.cancelled_shares = cancelled;
    deep_messages_ += market_.is_deep(slot);
    market_.reduce(slot, cancelled);
    return;
  }
  add(time_ns, false);
}

void OrderFlow::execute(std::uint64_t time_ns, bool with_price) {
  const std::uint32_t slot = executable();
  if (slot == no_slot) return add(time_ns, false);
  const Order& order = market_.order(slot);
  const bool whole = order.size == 1 || random_.below(4) != 0;
  const std::uint32_t executed = whole ? order.size : 1 + random_.below(order.size - 1);
  const auto fill = [&](auto& message) {
    message.order_reference_number = order.order_id;
    message.executed_shares = executed;
    message.match_number = next_match_number();
  };
  if (with_price) {
    auto& message = writer_.put<wire::itch50::OrderExecutedWithPrice>(order.instrument, time_ns);
    fill(message);
    message.printable = random_.below(2) == 0 ? 'Y' : 'N';
    message.execution_price = instruments_[order.instrument].anchor;
  } else {
    fill(writer_.put<wire::itch50::OrderExecuted>(order.instrument, time_ns));
  }
  market_.reduce(slot, executed);
}

std::uint16_t OrderFlow::next_instrument() noexcept {
  constexpr std::uint32_t ahead = 8;
  const std::uint32_t position = instruments_drawn_++ % ahead;
  const std::uint16_t locate = instruments_ahead_[position];
  instruments_ahead_[position] = instruments_.draw(random_);
  market_.prefetch_sides(instruments_ahead_[position]);
  market_.prefetch_touch(instruments_ahead_[(position + 5) % ahead]);
  market_.prefetch_best_levels(instruments_ahead_[(position + 2) % ahead]);
  return locate;
}

std::uint64_t OrderFlow::next_order_id() noexcept {
  const std::uint64_t r = random_.next();
  order_number_ += 1 + ((r & 3) == 0 ? r >> 2 & 3 : 0);
  return order_ids_ == OrderIds::dense ? order_number_ : scatter(order_number_);
}

// Half are of one round lot; odd lots and larger orders share the rest.
std::uint32_t OrderFlow::next_size() noexcept {
  const std::uint64_t r = random_.next();
  const auto choice = static_cast<std::uint32_t>(r & 15);
  const auto number = static_cast<std::uint32_t>(r >> 32);
  if (choice < 8) return 100;
  if (choice < 12) return 1 + number % 99;
  if (choice < 15) return 100 * (2 + number % 9);
  return 1 + number % 5'000;
}

// A price that does not cross, or no_price where the other side leaves no room.
std::uint32_t OrderFlow::next_price(std::uint16_t locate, unsigned side) noexcept {
  const Instrument& instrument = instruments_[locate];
  const unsigned other = 1 - side;
  const std::uint32_t limit =
      market_.empty(locate, other) ? instrument.last_best[other] : market_.best(locate, other);
  std::uint32_t ticks = 1 + draw_distance(random_);
  if (instrument.spread != 0) ticks += random_.below(2U * instrument.spread);
  if (side == ask) return limit + ticks * instrument.tick;
  const std::uint32_t room = (limit - 1) / instrument.tick;  // ticks from the lowest price
  if (room == 0) return no_price;
  return limit - (ticks <= room ? ticks : 1 + ticks % room) * instrument.tick;
}

OrderFlow::Place OrderFlow::next_place(std::uint16_t locate) noexcept {
  const unsigned side = random_.below(2);
  const std::uint32_t price = next_price(locate, side);
  if (price != no_price) return {side, price};
  return {ask, next_price(locate, ask)};  // above the bids there is always room
}

// One in four leaves from the touch: there orders are pulled as fast as they are entered.
std::uint32_t OrderFlow::victim() noexcept {
  if (random_.below(4) == 0) {
    const std::uint16_t locate = next_instrument();
    const unsigned side = random_.below(2);
    if (!market_.empty(locate, side)) return market_.first(locate, side);
  }
  return victims_.pick(random_);
}

// The first order of a best level, in an instrument that trades.
std::uint32_t OrderFlow::executable() noexcept {
  for (int attempt = 0; attempt < 8; ++attempt) {
    const std::uint16_t locate = next_instrument();
    if (instruments_[locate].halted) continue;
    const unsigned side = side_hit(locate);
    if (!market_.empty(locate, side)) return market_.first(locate, side);
  }
  return no_slot;
}

// Prices that strayed from the morning's are brought back in the long run: else a day of millions
// of messages would end at zero.
unsigned OrderFlow::side_hit(std::uint16_t locate) noexcept {
  const std::uint32_t anchor = instruments_[locate].anchor;
  const std::uint32_t choice = random_.below(4);
  if (!market_.empty(locate, bid) && market_.best(locate, bid) > anchor) {
    return choice == 0 ? ask : bid;
  }
  return choice == 0 ? bid : ask;
}

std::uint32_t OrderFlow::enter(std::uint16_t locate, Place place, std::uint64_t order_id,
                               std::uint32_t size) {
  const std::uint32_t slot = market_.add(locate, place.side, order_id, place.price, size);
  victims_.note_added(slot);
  instruments_[locate].last_best[place.side] = market_.best(locate, place.side);
  return slot;
}

}  // namespace hft::engine::synth
