// The generator's own model of all live orders and books: what is in the market, so that every
// message it writes is a possible one.
//
// It shares no code with hft::book on purpose: its digest of the final books is a witness of
// theirs. Orders are 32-byte slots chained into the FIFO queue of their level; a side is a sorted
// vector of levels, the best last, so that work near the touch moves little memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hft::engine::synth {

inline constexpr std::uint32_t no_slot = 0xffffffff;

struct Order {
  std::uint64_t order_id;
  std::uint32_t price;  // 1e-4 USD
  std::uint32_t size;   // shares; 0: the slot is free
  std::uint32_t ahead;  // slots of the neighbours in the queue
  std::uint32_t behind;
  std::uint32_t level;
  std::uint16_t instrument;
  std::uint8_t side;  // 0 bid, 1 ask
};

class Market {
 public:
  static constexpr std::size_t touch_levels = 16;  // a message beyond these is a deep one

  Market(std::uint32_t instruments, std::uint32_t live_orders);

  std::uint32_t add(std::uint16_t instrument, unsigned side, std::uint64_t order_id,
                    std::uint32_t price, std::uint32_t size);
  void remove(std::uint32_t slot) noexcept;
  /// Takes `size`, at most the order's own, from an order.
  void reduce(std::uint32_t slot, std::uint32_t size) noexcept;

  const Order& order(std::uint32_t slot) const noexcept { return orders_[slot]; }
  bool is_live(std::uint32_t slot) const noexcept { return orders_[slot].size != 0; }
  std::uint32_t live_orders() const noexcept { return live_orders_; }
  /// Slots ever used: a random one below this is most likely live while the count is steady.
  std::uint32_t slots() const noexcept { return slots_; }
  std::uint64_t max_levels() const noexcept { return max_levels_; }

  bool empty(std::uint32_t instrument, unsigned side) const noexcept {
    return at(instrument, side).empty();
  }
  /// The best price of a side that is not empty.
  std::uint32_t best(std::uint32_t instrument, unsigned side) const noexcept {
    return at(instrument, side).back().key ^ mask(side);
  }
  /// The order first in the queue of the best level of a side that is not empty.
  std::uint32_t first(std::uint32_t instrument, unsigned side) const noexcept {
    return levels_[at(instrument, side).back().level].first;
  }
  /// Whether an order lies beyond the 16 best levels of its side.
  bool is_deep(std::uint32_t slot) const noexcept {
    const Order& order = orders_[slot];
    const Side& side = at(order.instrument, order.side);
    return side.size() > touch_levels &&
           (order.price ^ mask(order.side)) < side[side.size() - touch_levels].key;
  }

  void prefetch(std::uint32_t slot) const noexcept { __builtin_prefetch(&orders_[slot], 1); }
  void prefetch_neighbours(std::uint32_t slot) const noexcept;
  void prefetch_sides(std::uint32_t instrument) const noexcept {
    __builtin_prefetch(&at(instrument, 0));
    __builtin_prefetch(&at(instrument, 1));
  }
  void prefetch_touch(std::uint32_t instrument) const noexcept;
  void prefetch_best_levels(std::uint32_t instrument) const noexcept;

  /// Over all books, in the words of the book set's own digest: for instruments that have orders
  /// the instrument, for each side its number (bid 1), for levels best first the price in 1e-9, the
  /// size and the count, and for each order in the queue its id and size; folded by FNV-1a.
  std::uint64_t digest() const noexcept;

 private:
  struct Level {
    std::uint64_t size;
    std::uint32_t first;
    std::uint32_t last;
    std::uint32_t count;
  };
  struct SideEntry {
    std::uint32_t key;  // the price, of asks inverted: the best level has the greatest key
    std::uint32_t level;
  };
  using Side = std::vector<SideEntry>;

  static constexpr std::size_t near_levels = 16;  // two cache lines, prefetched

  static constexpr std::uint32_t mask(unsigned side) noexcept { return side == 0 ? 0 : ~0U; }
  Side& at(std::uint32_t instrument, unsigned side) noexcept {
    return sides_[instrument * 2 + side];
  }
  const Side& at(std::uint32_t instrument, unsigned side) const noexcept {
    return sides_[instrument * 2 + side];
  }
  static Side::iterator find(Side& side, std::uint32_t key) noexcept;
  std::uint32_t level_of(Side& side, std::uint32_t key);
  std::uint32_t take_slot();
  void unlink(std::uint32_t slot) noexcept;
  void drop_level(const Order& order) noexcept;

  std::vector<Order> orders_;
  std::vector<Level> levels_;
  std::vector<std::uint32_t> free_levels_;
  std::vector<Side> sides_;
  std::uint32_t free_slot_ = no_slot;  // chained by `behind`
  std::uint32_t slots_ = 0;
  std::uint32_t live_orders_ = 0;
  std::uint64_t max_levels_ = 0;
};

}  // namespace hft::engine::synth
