// The hot loop of OrderBookSet. Three source files (order_book_{portable,avx2,avx512}.cpp) include
// this, each compiled for its processor and into a namespace of its own (base/isa.hpp).
#pragma once
// NOLINTBEGIN(misc-definitions-in-headers): what stands here is defined once in each namespace

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "hft/base/select.hpp"
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

/// What running ahead has found for a record. Guesses: records between may change it, so the
/// applier looks whether it still holds.
struct Guess {
  const OrderSlot* order;
  const LevelChunk* first = nullptr;  // of the side
  LevelChunk* chunk;                  // where the level of `key` belongs
  std::uint32_t key;
  std::uint32_t version;  // of the levels' memory, when `chunk` was found
};

class Applier {
 public:
  Applier(OrderBookState& state, record::Touch* out) noexcept
      : state_(state), out_(out), begin_(out) {}

  [[gnu::always_inline]] void apply_order(const OrderEvent& event, const Guess& guess) noexcept {
    const Verdict verdict = change(event, guess);
    if (verdict == Verdict::applied) [[likely]] {
      ++applied_;
    } else {
      refuse(event, verdict);
    }
    if ((event.flags & record::flag_last) != 0) end_message(event);
  }

  void apply_status(const Record& record) noexcept {
    const auto& event = record::as<record::StatusEvent>(record);
    switch (event.action) {
      case record::StatusAction::gap:
      case record::StatusAction::late_start:
        for (std::uint32_t i = 0; i < state_.config.max_instruments; ++i) {
          state_.instruments[i].set_suspect(true);
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

  /// Ends the block; returns how many touches were written.
  std::size_t finish() const noexcept {
    state_.verdict_counts[static_cast<std::size_t>(Verdict::applied)] += applied_;
    return static_cast<std::size_t>(out_ - begin_);
  }

 private:
  static std::uint32_t index(std::uint32_t instrument) noexcept { return instrument & 0xffff; }
  SideLevels side_of(std::uint32_t instrument, Side side) noexcept {
    return {state_.levels, index(instrument), side_index(side)};
  }

  [[gnu::always_inline]] Verdict change(const OrderEvent& event, const Guess& guess) noexcept {
    const auto replaced = state_.replaced;
    forget_replaced();
    if (index(event.instrument) >= state_.config.max_instruments) [[unlikely]] {
      return event.action == Action::clear && event.instrument == record::instrument_all
                 ? clear_all()
                 : Verdict::bad_instrument;
    }
    if (event.action == Action::add) return add(event, replaced, guess);
    if (event.action == Action::clear) [[unlikely]] {
      return event.instrument == record::instrument_all ? clear_all()
                                                        : clear(index(event.instrument));
    }
    if (event.action == Action::none) [[unlikely]]
      return Verdict::applied;
    return take(event, guess);
  }

  [[gnu::always_inline]] Verdict add(const OrderEvent& event,
                                     const OrderBookState::Replaced& replaced,
                                     const Guess& guess) noexcept {
    std::uint32_t price;
    if (!price_in_units(event.price_e9, state_.config.price_unit_e9, price)) {
      return Verdict::bad_price;
    }
    if (event.size == 0) return Verdict::bad_size;
    Side side = event.side;
    if (side == Side::none && replaced.instrument == event.instrument) side = replaced.side;
    if (side != Side::bid && side != Side::ask) return Verdict::bad_side;
    OrderSlot* place = state_.orders.make_place(event.order_id);
    if (place == nullptr) return Verdict::duplicate_order;
    const Verdict verdict =
        join_level(event.instrument, side, key_of(price, side), event.size, guess);
    if (verdict != Verdict::applied) return verdict;
    state_.orders.fill(place, {event.size, price, state_.arrivals++,
                               static_cast<std::uint16_t>(index(event.instrument)), side, 0});
    return Verdict::applied;
  }

  [[gnu::always_inline]] Verdict join_level(std::uint32_t instrument, Side side, std::uint32_t key,
                                            std::uint32_t size, const Guess& guess) noexcept {
    SideLevels levels = side_of(instrument, side);
    const Place place = find(levels, key, guess);
    if (state_.orders.count() >= state_.config.max_orders) [[unlikely]] {
      return place.lane != lanes && overflows(place, size) ? Verdict::level_overflow
                                                           : Verdict::full;
    }
    if (place.lane == lanes) {
      remember(levels.first(), side);
      levels.insert(place.chunk, key, size);
      return Verdict::applied;
    }
    if (overflows(place, size)) [[unlikely]]
      return Verdict::level_overflow;
    remember(levels.first(), side);
    place.chunk->sizes[place.lane] += size;
    ++place.chunk->counts[place.lane];
    return Verdict::applied;
  }

  static bool overflows(const Place& place, std::uint32_t size) noexcept {
    return size > 0xffffffff - place.chunk->sizes[place.lane] ||
           place.chunk->counts[place.lane] == level_orders_max;
  }

  /// Cancel, execute, remove, replace: the order loses some or all of its size.
  [[gnu::always_inline]] Verdict take(const OrderEvent& event, const Guess& guess) noexcept {
    OrderSlot* order = state_.orders.find(event.order_id);
    if (order == nullptr) return Verdict::unknown_order;
    if (order->instrument != index(event.instrument)) return Verdict::wrong_instrument;
    if (event.action == Action::cancel || event.action == Action::execute) {
      if (event.size == 0) return Verdict::bad_size;
      if (event.size > order->size) return Verdict::oversized;
      if (event.size < order->size) return reduce(event, order, guess);
    } else if (event.action == Action::replace) {
      state_.replaced = {event.instrument, order->side};
    }
    leave_level(event.instrument, *order, guess);
    state_.orders.erase(order);
    return Verdict::applied;
  }

  [[gnu::always_inline]] Verdict reduce(const OrderEvent& event, OrderSlot* order,
                                        const Guess& guess) noexcept {
    SideLevels levels = side_of(event.instrument, order->side);
    remember(levels.first(), order->side);
    const Place place = find(levels, key_of(order->price, order->side), guess);
    place.chunk->sizes[place.lane] -= event.size;
    order->size -= event.size;
    return Verdict::applied;
  }

  [[gnu::always_inline]] void leave_level(std::uint32_t instrument, const OrderSlot& order,
                                          const Guess& guess) noexcept {
    const std::uint32_t key = key_of(order.price, order.side);
    SideLevels levels = side_of(instrument, order.side);
    remember(levels.first(), order.side);
    const Place place = find(levels, key, guess);
    if (place.chunk->counts[place.lane] == 1) {
      levels.erase(place, key);
    } else {
      --place.chunk->counts[place.lane];
      place.chunk->sizes[place.lane] -= order.size;
    }
  }

  [[gnu::always_inline]] Place find(SideLevels& levels, std::uint32_t key,
                                    const Guess& guess) noexcept {
    const bool holds = (guess.first == &levels.first()) & (guess.key == key) &
                       (guess.version == state_.levels.version);
    return SideLevels::find_in(holds ? guess.chunk : levels.chunk_of(key), key);
  }

  /// Keeps a side's best level as it was before the message's first change.
  [[gnu::always_inline]] void remember(const LevelChunk& first, Side side) noexcept {
    const unsigned at = side_index(side);
    if ((state_.sides_changed & 1U << at) != 0) return;
    state_.sides_changed |= 1U << at;
    state_.before[at] = {&first, first.keys[best_lane], first.sizes[best_lane]};
  }

  // What the best level is now is written in any case, and the touch too, which the next one
  // overwrites where nothing has changed: a third of all messages change it, in no order.
  [[gnu::always_inline]] void end_message(const OrderEvent& event) noexcept {
    forget_replaced();
    InstrumentState& instrument = state_.instruments[index(event.instrument)];
    bool changed = false;
    for (unsigned sides = std::exchange(state_.sides_changed, 0U); sides != 0; sides &= sides - 1) {
      changed |= end_side(static_cast<unsigned>(__builtin_ctz(sides)), instrument);
    }
    write_touch(record::as<Record>(event), instrument);
    out_ += changed ? 1 : 0;
  }

  [[gnu::always_inline]] bool end_side(unsigned side, InstrumentState& instrument) noexcept {
    const OrderBookState::Before& before = state_.before[side];
    const std::uint32_t key = before.first->keys[best_lane];
    const std::uint32_t size = before.first->sizes[best_lane];
    const std::uint64_t price_e9 = std::uint64_t{key ^ (0 - side)} * unit_e9();
    instrument.sides[side].price_e9_or_null =
        static_cast<std::int64_t>(select(key != 0, price_e9 ^ price_null, std::uint64_t{0}));
    instrument.sides[side].size = size;
    return ((key ^ before.key) | (size ^ before.size)) != 0;
  }

  std::uint64_t unit_e9() const noexcept {
    return static_cast<std::uint64_t>(state_.config.price_unit_e9);
  }

  static constexpr auto price_null = static_cast<std::uint64_t>(record::price_null);

  [[gnu::always_inline]] void write_touch(const Record& cause,
                                          const InstrumentState& instrument) noexcept {
    record::Touch& touch = *out_;
    const auto& [bid, ask] = instrument.sides;
    std::memcpy(&touch, &cause, offsetof(record::Touch, bid_price_e9));
    touch.kind = record::Kind::touch;
    touch.action = 0;
    touch.stamp_0 = touch.stamp_1 = touch.stamp_2 = touch.stamp_3 = 0;
    touch.bid_price_e9 = bid.price_e9_or_null ^ record::price_null;
    touch.bid_size = bid.size;
    touch.trading_state = bid.trading_state;
    touch.flags = bid.flags | record::flag_last;
    touch.ask_price_e9 = ask.price_e9_or_null ^ record::price_null;
    touch.ask_size = ask.size;
    touch.venue = cause.venue;
    touch.channel = cause.channel;
  }

  [[gnu::noinline]] void refuse(const OrderEvent& event, Verdict verdict) noexcept {
    ++state_.verdict_counts[static_cast<std::size_t>(verdict)];
    std::uint64_t& first = state_.first_refused[static_cast<std::size_t>(verdict)];
    if (first == 0) first = record::sequence_number_of(event);
    if (verdict == Verdict::bad_instrument) return;
    state_.instruments[index(event.instrument)].set_suspect(true);
  }

  void set_trading_state(const Record& record, char state) noexcept {
    if (index(record.instrument) >= state_.config.max_instruments) return;
    InstrumentState& instrument = state_.instruments[index(record.instrument)];
    if (instrument.trading_state() == state) return;
    instrument.trading_state() = state;
    write_touch(record, instrument);
    ++out_;
  }

  [[gnu::noinline]] Verdict clear_all() noexcept {
    state_.orders.clear();
    state_.levels.clear();
    for (std::uint32_t i = 0; i < state_.config.max_instruments; ++i) {
      InstrumentState& instrument = state_.instruments[i];
      const char trading_state = instrument.trading_state();
      instrument = {};
      instrument.trading_state() = trading_state;
    }
    return Verdict::applied;
  }

  /// Rare (a venue empties one book): one pass over all orders.
  [[gnu::noinline]] Verdict clear(std::uint32_t instrument) noexcept {
    for (const Side side : {Side::bid, Side::ask}) {
      remember(side_of(instrument, side).first(), side);
    }
    state_.orders.erase_if([&](const OrderSlot& order) {
      if (order.instrument != instrument) return false;
      leave_level(instrument, order, Guess{});
      return true;
    });
    state_.instruments[instrument].set_suspect(false);
    return Verdict::applied;
  }

  OrderBookState& state_;
  record::Touch* out_;
  record::Touch* begin_;
  std::uint64_t applied_ = 0;
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
      prefetch(&state_.instruments[event.instrument & 0xffff]);
      for (const unsigned side : {0U, 1U}) {
        SideLevels(state_.levels, event.instrument & 0xffff, side).prefetch_first();
      }
    }
  }

  /// Takes each step for the record that is due for it when record `at` enters.
  [[gnu::always_inline]] void advance(std::size_t at) noexcept {
    if (at >= lead && at < records_.size()) [[likely]] {
      ask_order(at);
      ask_first(at - first_behind);
      ask_directory(at - directory_behind);
      ask_deep(at - deep_behind);
      return;
    }
    if (at < records_.size()) ask_order(at);
    if (due(at, first_behind)) ask_first(at - first_behind);
    if (due(at, directory_behind)) ask_directory(at - directory_behind);
    if (due(at, deep_behind)) ask_deep(at - deep_behind);
  }

  const Guess& guess(std::size_t at) const noexcept { return guesses_[at % guesses_max]; }

 private:
  static constexpr std::size_t guesses_max = 32;
  static_assert(guesses_max > lead);

  bool due(std::size_t at, std::size_t behind) const noexcept {
    return at - behind < records_.size();  // also when at < behind: unsigned
  }
  Guess& guess_of(std::size_t at) noexcept { return guesses_[at % guesses_max]; }

  [[gnu::always_inline]] void ask_order(std::size_t at) noexcept {
    const auto& event = record::as<OrderEvent>(records_[at]);
    Guess& guess = guess_of(at);
    guess.order = state_.orders.guess(event.order_id);
    prefetch(guess.order);
  }

  [[gnu::always_inline]] void ask_first(std::size_t at) noexcept {
    const auto& event = record::as<OrderEvent>(records_[at]);
    Guess& guess = guess_of(at);
    // An add says its price itself; for all others their order does. The side of a replace's add
    // is that of the record before.
    const bool is_add = event.action == Action::add;
    const auto said = static_cast<std::uint32_t>(event.price_e9 / 100'000);
    const std::uint32_t price = select(is_add, said, guess.order->price);
    const auto side =
        static_cast<Side>(select(is_add,
                                 select(event.side == Side::none, static_cast<unsigned>(side_),
                                        static_cast<unsigned>(event.side)),
                                 static_cast<unsigned>(guess.order->side)));
    side_ = side;
    const std::uint32_t instrument = event.instrument & 0xffff;
    guess.chunk = &state_.levels.first[instrument * 2 + side_index(side)];
    guess.first = guess.chunk;
    guess.key = key_of(price, side);
    SideLevels(state_.levels, *guess.chunk).prefetch_first();
    prefetch(&state_.instruments[instrument]);
  }

  [[gnu::always_inline]] void ask_directory(std::size_t at) noexcept {
    Guess& guess = guess_of(at);
    const SideLevels levels(state_.levels, *guess.chunk);
    guess.version = state_.levels.version;
    if (levels.is_deep(guess.key)) levels.prefetch_directory();
  }

  [[gnu::always_inline]] void ask_deep(std::size_t at) noexcept {
    Guess& guess = guess_of(at);
    const SideLevels levels(state_.levels, *guess.chunk);
    if (!levels.is_deep(guess.key)) return;
    guess.version = state_.levels.version;
    guess.chunk = levels.chunk_of(guess.key);
    SideLevels::prefetch_chunk(*guess.chunk);
  }

  OrderBookState& state_;
  std::span<const Record> records_;
  Side side_ = Side::none;  // of the record before
  Guess guesses_[guesses_max];
};

/// Applies a record of any kind.
[[gnu::always_inline]] inline void apply_record(Applier& applier, const Record& record,
                                                const Guess& guess) noexcept {
  if (record.kind == record::Kind::order) [[likely]] {
    applier.apply_order(record::as<OrderEvent>(record), guess);
    return;
  }
  applier.forget_replaced();
  if (record.kind == record::Kind::status) applier.apply_status(record);
}

}  // namespace

std::size_t apply_block(OrderBookState& state, std::span<const Record> records,
                        record::Touch* touches) {
  Applier applier(state, touches);
  Forerunner forerunner(state, records);
  // A message that comes alone is applied at once: running ahead of nothing would only delay it.
  constexpr std::size_t records_of_one_message = 2;
  if (records.size() <= records_of_one_message) {
    forerunner.ask_at_once();
    for (const Record& record : records) apply_record(applier, record, Guess{});
    return applier.finish();
  }
  for (std::size_t at = 0; at < records.size() + Forerunner::lead; ++at) {
    forerunner.advance(at);
    if (at < Forerunner::lead) continue;
    const std::size_t due = at - Forerunner::lead;
    apply_record(applier, records[due], forerunner.guess(due));
  }
  return applier.finish();
}

}  // namespace hft::book::HFT_ISA
// NOLINTEND(misc-definitions-in-headers): of the file
