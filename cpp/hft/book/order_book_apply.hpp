// The hot loop of OrderBookSet. Three source files (order_book_{portable,avx2,avx512}.cpp) include
// this, each compiled for its processor and into a namespace of its own (base/isa.hpp).
#pragma once
// NOLINTBEGIN(misc-definitions-in-headers): what stands here is defined once in each namespace

#include <algorithm>
#include <utility>

#include "hft/book/order_book.hpp"

namespace hft::book::HFT_ISA {
namespace {

using record::Action;
using record::OrderEvent;
using record::Record;
using record::Side;

/// A 64-bit division costs as much as a cache miss to L2; by a constant it is a multiplication.
bool price_in_units(std::int64_t price_e9, std::int64_t unit_e9, std::uint32_t& price) noexcept {
  constexpr std::int64_t itch_unit_e9 = 100'000;
  const std::int64_t units = unit_e9 == itch_unit_e9 ? price_e9 / itch_unit_e9 : price_e9 / unit_e9;
  price = static_cast<std::uint32_t>(units);
  return price_e9 > 0 && units * unit_e9 == price_e9 && units <= std::int64_t{price_units_max};
}

class Applier {
 public:
  Applier(OrderBookState& state, record::Touch* out) noexcept
      : state_(state), out_(out), begin_(out) {}

  void apply_order(const OrderEvent& event) noexcept {
    const Verdict verdict = change(event);
    ++state_.verdict_counts[static_cast<std::size_t>(verdict)];
    if (verdict != Verdict::applied) [[unlikely]]
      refuse(event, verdict);
    if ((event.flags & record::flag_last) != 0) end_message(event);
  }

  void apply_status(const Record& record) noexcept {
    const auto& event = record::as<record::StatusEvent>(record);
    switch (event.action) {
      case record::StatusAction::gap:
      case record::StatusAction::late_start:
        for (std::uint32_t i = 0; i < state_.config.max_instruments; ++i) {
          state_.instruments[i].suspect = true;
        }
        break;
      case record::StatusAction::session_start:
        clear_all();
        state_.instrument_memory.zero();
        break;
      case record::StatusAction::trading: set_trading_state(record, event.state); break;
      default: break;
    }
  }

  /// Only an add directly behind its replace, in the same message, takes over the side.
  void forget_replaced() noexcept { state_.replaced.side = Side::none; }

  std::size_t written() const noexcept { return static_cast<std::size_t>(out_ - begin_); }

 private:
  static std::uint32_t index(std::uint32_t instrument) noexcept { return instrument & 0xffff; }
  SideLevels side_of(std::uint32_t instrument, Side side) noexcept {
    return {state_.levels, index(instrument), side_index(side)};
  }

  Verdict change(const OrderEvent& event) noexcept {
    const auto replaced = state_.replaced;
    forget_replaced();
    if (index(event.instrument) >= state_.config.max_instruments) [[unlikely]] {
      return event.action == Action::clear && event.instrument == record::instrument_all
                 ? clear_all()
                 : Verdict::bad_instrument;
    }
    switch (event.action) {
      case Action::add: return add(event, replaced);
      case Action::cancel:
      case Action::execute: return reduce(event);
      case Action::remove:
      case Action::replace: return remove(event);
      case Action::clear:
        return event.instrument == record::instrument_all ? clear_all()
                                                          : clear(index(event.instrument));
      case Action::none: break;
    }
    return Verdict::applied;
  }

  Verdict add(const OrderEvent& event, const OrderBookState::Replaced& replaced) noexcept {
    std::uint32_t price;
    if (!price_in_units(event.price_e9, state_.config.price_unit_e9, price)) {
      return Verdict::bad_price;
    }
    if (event.size == 0) return Verdict::bad_size;
    Side side = event.side;
    if (side == Side::none && replaced.instrument == event.instrument) side = replaced.side;
    if (side != Side::bid && side != Side::ask) return Verdict::bad_side;
    if (state_.orders.find(event.order_id) != nullptr) return Verdict::duplicate_order;
    const Verdict verdict = join_level(event.instrument, side, key_of(price, side), event.size);
    if (verdict != Verdict::applied) return verdict;
    state_.orders.add(event.order_id,
                      {event.size, price, state_.arrivals++,
                       static_cast<std::uint16_t>(index(event.instrument)), side, 0});
    return Verdict::applied;
  }

  Verdict join_level(std::uint32_t instrument, Side side, std::uint32_t key,
                     std::uint32_t size) noexcept {
    SideLevels levels = side_of(instrument, side);
    const Place place = levels.find(key);
    if (place.lane != lanes) {
      if (size > 0xffffffff - place.chunk->sizes[place.lane] ||
          place.chunk->counts[place.lane] == level_orders_max) {
        return Verdict::level_overflow;
      }
      if (state_.orders.count() >= state_.config.max_orders) return Verdict::full;
      remember(levels.first(), side);
      place.chunk->sizes[place.lane] += size;
      ++place.chunk->counts[place.lane];
      return Verdict::applied;
    }
    if (state_.orders.count() >= state_.config.max_orders) return Verdict::full;
    remember(levels.first(), side);
    levels.insert(key, size);
    return Verdict::applied;
  }

  Verdict reduce(const OrderEvent& event) noexcept {
    OrderSlot* order = state_.orders.find(event.order_id);
    if (order == nullptr) return Verdict::unknown_order;
    if (order->instrument != index(event.instrument)) return Verdict::wrong_instrument;
    if (event.size == 0) return Verdict::bad_size;
    if (event.size > order->size) return Verdict::oversized;
    if (event.size == order->size) return leave(event, order);
    const std::uint32_t key = key_of(order->price, order->side);
    SideLevels levels = side_of(event.instrument, order->side);
    remember(levels.first(), order->side);
    const Place place = levels.find(key);
    place.chunk->sizes[place.lane] -= event.size;
    order->size -= event.size;
    return Verdict::applied;
  }

  Verdict remove(const OrderEvent& event) noexcept {
    OrderSlot* order = state_.orders.find(event.order_id);
    if (order == nullptr) return Verdict::unknown_order;
    if (order->instrument != index(event.instrument)) return Verdict::wrong_instrument;
    if (event.action == Action::replace) state_.replaced = {event.instrument, order->side};
    return leave(event, order);
  }

  Verdict leave(const OrderEvent& event, OrderSlot* order) noexcept {
    const std::uint32_t key = key_of(order->price, order->side);
    SideLevels levels = side_of(event.instrument, order->side);
    remember(levels.first(), order->side);
    const Place place = levels.find(key);
    if (--place.chunk->counts[place.lane] == 0) {
      levels.erase(place, key);
    } else {
      place.chunk->sizes[place.lane] -= order->size;
    }
    state_.orders.erase(order);
    return Verdict::applied;
  }

  /// Keeps a side's best level as it was before the message's first change.
  void remember(const LevelChunk& first, Side side) noexcept {
    OrderBookState::Before& before = state_.before[side_index(side)];
    if (before.first == nullptr) before = {&first, first.keys[best_lane], first.sizes[best_lane]};
  }

  void end_message(const OrderEvent& event) noexcept {
    forget_replaced();
    InstrumentState& instrument = state_.instruments[index(event.instrument)];
    const bool bid_changed = end_side(0, instrument);
    const bool ask_changed = end_side(1, instrument);
    if (bid_changed || ask_changed) emit(record::as<Record>(event), instrument);
  }

  bool end_side(unsigned side, InstrumentState& instrument) noexcept {
    OrderBookState::Before& before = state_.before[side];
    const LevelChunk* first = std::exchange(before.first, nullptr);
    if (first == nullptr) return false;
    const std::uint32_t key = first->keys[best_lane];
    const std::uint32_t size = first->sizes[best_lane];
    if (key == before.key && size == before.size) return false;
    instrument.keys[side] = key;
    instrument.sizes[side] = size;
    return true;
  }

  void emit(const Record& cause, const InstrumentState& instrument) noexcept {
    const std::int64_t unit_e9 = state_.config.price_unit_e9;
    const auto price = [&](unsigned side) {
      const std::uint32_t key = instrument.keys[side];
      const std::uint32_t units = side == 0 ? key : ~key;
      return key == 0 ? record::price_null : units * unit_e9;
    };
    record::Touch& touch = *out_++;
    touch = {};
    touch.event_time_ns = cause.event_time_ns;
    touch.instrument = cause.instrument;
    touch.kind = record::Kind::touch;
    touch.receive_time_ns = cause.receive_time_ns;
    touch.sequence_number = cause.sequence_number;
    touch.sequence_number_high = cause.sequence_number_high;
    touch.bid_price_e9 = price(0);
    touch.bid_size = instrument.sizes[0];
    touch.trading_state = instrument.trading_state;
    touch.flags = static_cast<std::uint8_t>(record::flag_last |
                                            (instrument.suspect ? record::flag_book_suspect : 0));
    touch.ask_price_e9 = price(1);
    touch.ask_size = instrument.sizes[1];
    touch.venue = cause.venue;
    touch.channel = cause.channel;
  }

  void refuse(const OrderEvent& event, Verdict verdict) noexcept {
    std::uint64_t& first = state_.first_refused[static_cast<std::size_t>(verdict)];
    if (first == 0) first = record::sequence_number_of(event);
    if (verdict == Verdict::bad_instrument) return;
    state_.instruments[index(event.instrument)].suspect = true;
  }

  void set_trading_state(const Record& record, char state) noexcept {
    if (index(record.instrument) >= state_.config.max_instruments) return;
    InstrumentState& instrument = state_.instruments[index(record.instrument)];
    if (instrument.trading_state == state) return;
    instrument.trading_state = state;
    emit(record, instrument);
  }

  Verdict clear_all() noexcept {
    state_.orders.clear();
    state_.levels.clear();
    for (std::uint32_t i = 0; i < state_.config.max_instruments; ++i) {
      InstrumentState& instrument = state_.instruments[i];
      const char trading_state = instrument.trading_state;
      instrument = {};
      instrument.trading_state = trading_state;
    }
    return Verdict::applied;
  }

  /// Rare (a venue empties one book): removes its orders one by one.
  Verdict clear(std::uint32_t instrument) noexcept {
    for (const Side side : {Side::bid, Side::ask}) {
      remember(side_of(instrument, side).first(), side);
    }
    for (bool found = true; found;) {
      found = false;
      std::uint64_t order_id = 0;
      state_.orders.for_each([&](std::uint64_t id, const OrderSlot& slot) {
        found = slot.instrument == instrument;
        order_id = id;
        return !found;
      });
      if (!found) break;
      OrderEvent event{};
      event.instrument = instrument;
      leave(event, state_.orders.find(order_id));
    }
    state_.instruments[instrument].suspect = false;
    return Verdict::applied;
  }

  OrderBookState& state_;
  record::Touch* out_;
  record::Touch* begin_;
};

/// Runs ahead of the applier and asks for the cache lines that each record will touch, one step
/// after the other as each needs what the one before has brought: the order, its side's first
/// chunk, the directory and the chunk of a deep level.
///
/// The steps stay a few records apart. A processor has 16 to 24 misses open at a time and drops
/// prefetches beyond (measured: 26 ns a line for 16 at a time, 50 ns for 128), and a record costs
/// about two. What is read here is a guess, because records between may change it; nothing but the
/// speed depends on it.
class Forerunner {
 public:
  Forerunner(OrderBookState& state, std::span<const Record> records) noexcept
      : state_(state), records_(records) {}

  // How many records before its own a record's lines are asked for. An order is looked for earlier
  // than the rest follows: of all lines it is the one most often in DRAM.
  static constexpr std::size_t lead = 30;
  static constexpr std::size_t first_behind = 12;
  static constexpr std::size_t directory_behind = 18;
  static constexpr std::size_t deep_behind = 24;

  /// For a record that comes alone: asks for its order and for its side's first chunk at the same
  /// time, for both sides' where only the order knows which, instead of one after the other.
  void ask_at_once() const noexcept {
    for (const Record& record : records_) {
      const auto& event = record::as<OrderEvent>(record);
      prefetch(state_.orders.guess(event.order_id));
      const std::uint32_t instrument =
          std::min(event.instrument & 0xffff, state_.config.max_instruments - 1);
      for (const unsigned side : {0U, 1U}) {
        SideLevels(state_.levels, instrument, side).prefetch_first();
      }
    }
  }

  /// Takes each step for the record that is due for it when record `at` enters.
  [[gnu::always_inline]] void advance(std::size_t at) noexcept {
    if (at < records_.size()) ask_order(at);
    if (due(at, first_behind)) ask_first(at - first_behind);
    if (due(at, directory_behind)) ask_directory(at - directory_behind);
    if (due(at, deep_behind)) ask_deep(at - deep_behind);
  }

 private:
  struct Guess {
    const OrderSlot* order;
    LevelChunk* first;
    std::uint32_t key;
    bool deep;
  };

  bool due(std::size_t at, std::size_t behind) const noexcept {
    return at - behind < records_.size();  // also when at < behind: unsigned
  }
  Guess& guess_of(std::size_t at) noexcept { return guesses_[at % 32]; }
  SideLevels side_of(const Guess& guess) const noexcept { return {state_.levels, *guess.first}; }

  [[gnu::always_inline]] void ask_order(std::size_t at) noexcept {
    const auto& event = record::as<OrderEvent>(records_[at]);
    Guess& guess = guess_of(at);
    guess.order = state_.orders.guess(event.order_id);
    prefetch(guess.order);
  }

  [[gnu::always_inline]] void ask_first(std::size_t at) noexcept {
    const auto& event = record::as<OrderEvent>(records_[at]);
    Guess& guess = guess_of(at);
    // An add says its price itself; for all others their order does.
    const bool says = event.side != Side::none;
    const auto said = static_cast<std::uint32_t>(event.price_e9 / 100'000);
    const std::uint32_t price = says ? said : guess.order->price;
    const unsigned side = side_index(says ? event.side : guess.order->side);
    const std::uint32_t instrument =
        std::min(event.instrument & 0xffff, state_.config.max_instruments - 1);
    guess.first = &state_.levels.first[instrument * 2 + side];
    guess.key = side == 0 ? price : ~price;
    side_of(guess).prefetch_first();
  }

  [[gnu::always_inline]] void ask_directory(std::size_t at) noexcept {
    Guess& guess = guess_of(at);
    const SideLevels levels = side_of(guess);
    guess.deep = levels.is_deep(guess.key);
    if (guess.deep) levels.prefetch_directory();
  }

  [[gnu::always_inline]] void ask_deep(std::size_t at) noexcept {
    const Guess& guess = guess_of(at);
    const SideLevels levels = side_of(guess);
    if (guess.deep && levels.is_deep(guess.key)) levels.prefetch_deep(guess.key);
  }

  OrderBookState& state_;
  std::span<const Record> records_;
  Guess guesses_[32];
};

}  // namespace

std::size_t apply_block(OrderBookState& state, std::span<const Record> records,
                        record::Touch* touches) {
  Applier applier(state, touches);
  Forerunner forerunner(state, records);
  // A message that comes alone is applied at once: running ahead of nothing would only delay it.
  constexpr std::size_t records_of_one_message = 2;
  const std::size_t lead = records.size() > records_of_one_message ? Forerunner::lead : 0;
  if (lead == 0) forerunner.ask_at_once();
  for (std::size_t i = 0; i < records.size() + lead; ++i) {
    if (lead != 0) forerunner.advance(i);
    if (i < lead) continue;
    const Record& record = records[i - lead];
    if (record.kind == record::Kind::order) [[likely]] {
      applier.apply_order(record::as<OrderEvent>(record));
    } else {
      applier.forget_replaced();
      if (record.kind == record::Kind::status) applier.apply_status(record);
    }
  }
  return applier.written();
}

}  // namespace hft::book::HFT_ISA
// NOLINTEND(misc-definitions-in-headers): of the file
