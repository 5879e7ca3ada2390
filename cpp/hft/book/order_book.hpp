// The fast book set: order by order, all instruments of a feed, the same answers as MapBookSet.
//
// An order is 16 bytes at an address computed from its id (order_table.hpp), its level a lane of a
// chunk mostly at an address computed from instrument and side (side_levels.hpp). The price in the
// order replaces a pool of levels, and the number of its arrival replaces queue links: one venue
// message touches about two cold cache lines. `apply` takes a block of records and asks for those
// lines before it needs them, so that their misses overlap.
//
// A level's queue is rebuilt from arrival numbers when it is asked for; that scans recent orders
// first and stops when the level's count is reached.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "hft/base/isa.hpp"
#include "hft/book/book_types.hpp"
#include "hft/book/order_table.hpp"
#include "hft/book/side_levels.hpp"
#include "hft/record/order_event.hpp"
#include "hft/record/status_event.hpp"
#include "hft/record/touch.hpp"

namespace hft::book {

/// The best level of a side and more, as a touch tells it.
struct SideTouch {
  std::int64_t price_e9_or_null;  // xor price_null: memory of zeros says that there is none
  std::uint32_t size;
  char trading_state;  // of the instrument, beside the bid
  std::uint8_t flags;  // of the instrument, beside the bid: flag_book_suspect
  std::uint16_t reserved;
};

/// What a touch is made of, kept apart from the chunks: 8,300 instruments fit into L2.
struct InstrumentState {
  SideTouch sides[2];  // by side_index

  char& trading_state() noexcept { return sides[0].trading_state; }
  char trading_state() const noexcept { return sides[0].trading_state; }
  bool is_suspect() const noexcept { return sides[0].flags != 0; }
  void set_suspect(bool suspect) noexcept {
    sides[0].flags = static_cast<std::uint8_t>(suspect ? record::flag_book_suspect : 0);
  }
};
static_assert(sizeof(InstrumentState) == 32);

/// The state of a book set. Only `apply_block` (order_book_apply.hpp) and OrderBookSet know it.
struct OrderBookState {
  explicit OrderBookState(const Config& of)
      : config(checked(of)),
        orders(of.max_orders),
        levels(of.max_orders),
        instrument_memory(instruments_max * sizeof(InstrumentState), "instruments"),
        instruments(instrument_memory.as<InstrumentState>()) {}

  /// The side and instrument that an applied replace leaves for the add that follows it.
  struct Replaced {
    std::uint32_t instrument;
    record::Side side = record::Side::none;  // none: nothing was replaced just now
  };
  /// A side that the open message has touched, as it was before.
  struct Before {
    const LevelChunk* first;
    std::uint32_t key, size;
  };

  Config config;
  OrderTable orders;
  LevelMemory levels;
  MappedMemory instrument_memory;
  InstrumentState* instruments;
  VerdictCounts verdict_counts{};
  FirstRefused first_refused{};
  std::uint32_t arrivals = 0;
  Replaced replaced;
  Before before[2];            // by side_index
  unsigned sides_changed = 0;  // bit i: before[i] is of the open message
};

// Without a branch: sides come in no order that a processor could foresee.
constexpr unsigned side_index(record::Side side) {
  return static_cast<unsigned>(side) / static_cast<unsigned>(record::Side::ask) & 1;
}
constexpr std::uint32_t key_of(std::uint32_t price, record::Side side) {
  return price ^ (0 - side_index(side));
}

class OrderBookSet {
 public:
  explicit OrderBookSet(const Config& config, Isa isa = chosen_isa());

  /// Applies records in order. Writes a Touch to `touches` for each message after which the best
  /// prices, their sizes or the trading state differ from before; returns how many.
  /// `touches` must have room for one per record.
  std::size_t apply(std::span<const record::Record> records, std::span<record::Touch> touches) {
    return apply_block_(state_, records, touches.data());
  }

  BestPrices best_prices(std::uint32_t instrument) const;

  /// Levels of one side, best first, at most `levels_max`.
  std::vector<Level> depth(std::uint32_t instrument, record::Side side,
                           std::size_t levels_max) const;

  /// Orders of one level, first in the queue first. Scans orders from the newest back until it has
  /// found all: microseconds for what entered lately, up to tens of milliseconds for the oldest.
  std::vector<Order> orders(std::uint32_t instrument, record::Side side,
                            std::int64_t price_e9) const;

  /// How much stands before an order in its level's queue; costs as much as `orders`.
  std::optional<QueuePosition> queue_position(std::uint64_t order_id) const;
  std::optional<Order> find(std::uint64_t order_id) const;

  bool is_suspect(std::uint32_t instrument) const;
  char trading_state(std::uint32_t instrument) const;
  std::size_t order_count() const { return state_.orders.count(); }
  const VerdictCounts& verdict_counts() const { return state_.verdict_counts; }
  const FirstRefused& first_refused() const { return state_.first_refused; }
  const Config& config() const { return state_.config; }
  std::uint64_t digest() const;

  /// Touches the memory that `orders` live orders will need: no page fault on the hot path.
  void prefault(std::uint64_t orders);

 private:
  using ApplyBlock = std::size_t (*)(OrderBookState&, std::span<const record::Record>,
                                     record::Touch*);
  static ApplyBlock apply_block_for(Isa isa);

  bool has_book(std::uint32_t instrument) const {
    return (instrument & 0xffff) < state_.config.max_instruments;
  }
  Order order_of(std::uint64_t order_id, const OrderSlot& slot) const;
  std::int64_t price_e9(std::uint32_t price) const { return price * state_.config.price_unit_e9; }

  mutable OrderBookState state_;  // queries go through the same tables, and change nothing
  ApplyBlock apply_block_;
};

namespace portable {
std::size_t apply_block(OrderBookState&, std::span<const record::Record>, record::Touch*);
}
namespace avx2 {
std::size_t apply_block(OrderBookState&, std::span<const record::Record>, record::Touch*);
}
namespace avx512 {
std::size_t apply_block(OrderBookState&, std::span<const record::Record>, record::Touch*);
}

}  // namespace hft::book
