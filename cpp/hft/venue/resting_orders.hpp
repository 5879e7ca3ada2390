// Live orders: one cache line each, in a pool of fixed size.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "hft/base/memory.hpp"
#include "hft/record/order_command.hpp"
#include "hft/record/record.hpp"
#include "hft/venue/order_terms.hpp"
#include "hft/venue/price_grid.hpp"

namespace hft::venue {

/// The place of an order in the pool.
using Slot = std::uint32_t;
inline constexpr Slot no_slot = 0xffffffff;

/// Which of an instrument's four books an order is in: the continuous one, or one of a cross.
enum class Ladder : std::uint8_t { book, opening, closing, halt };
inline constexpr unsigned ladder_count = 4;

struct alignas(64) RestingOrder {
  std::uint64_t token;
  std::uint64_t order_id;
  std::uint32_t owner;
  PriceUnits price;
  std::uint32_t open;          // shares that may still trade
  std::uint32_t shown;         // of these, displayed now
  std::uint32_t display_size;  // to be shown at a time; 0: hidden
  std::uint32_t liable;        // executed so far, by the chain of replaced orders
  std::uint32_t level;         // of PriceLevels, while it is linked
  Slot previous, next;         // in the queue of its price
  std::uint16_t instrument;
  record::Side side;
  record::TimeInForce time_in_force : 3;
  Ladder ladder : 2;
  bool told_pending : 1;   // a cancel_pending was sent
  bool told_rejected : 1;  // a cancel_rejected was sent

  bool hidden() const noexcept { return display_size == 0; }
  /// What one match can take of it.
  std::uint32_t offered() const noexcept { return hidden() ? open : shown; }
};
static_assert(sizeof(RestingOrder) <= 64);

class RestingOrders {
 public:
  RestingOrders(std::uint32_t max_orders, std::uint32_t max_owners)
      : order_memory_(std::size_t{max_orders} * sizeof(RestingOrder), "resting orders"),
        owner_memory_(std::size_t{max_owners} * sizeof(OwnerState), "owners"),
        orders_(order_memory_.as<RestingOrder>()),
        owners_(owner_memory_.as<OwnerState>()),
        max_orders_(max_orders) {
    found_.reserve(max_orders);
  }

  RestingOrder& operator[](Slot slot) noexcept { return orders_[slot]; }
  const RestingOrder& operator[](Slot slot) const noexcept { return orders_[slot]; }

  bool full() const noexcept { return count_ == max_orders_; }
  std::uint32_t count() const noexcept { return count_; }
  std::uint32_t count(std::uint32_t owner) const noexcept { return owners_[owner].count; }
  SelfMatch& self_match(std::uint32_t owner) noexcept { return owners_[owner].self_match; }

  /// A place for `order`, which has open shares. Not when full.
  Slot add(const RestingOrder& order) noexcept {
    Slot slot = free_;
    if (slot != no_slot) {
      free_ = orders_[slot].next;
    } else {
      slot = used_++;
    }
    ++count_;
    ++owners_[order.owner].count;
    orders_[slot] = order;
    return slot;
  }

  /// Gives back the place of an order that has no open shares left.
  void erase(Slot slot) noexcept {
    --count_;
    --owners_[orders_[slot].owner].count;
    orders_[slot].next = free_;
    free_ = slot;
  }

  /// All live orders that `wanted` holds for, by order id: good until asked again. It looks at the
  /// whole pool, for it is rare: no order pays for a list that only a lost connection needs.
  template <class Wanted>
  std::span<const Slot> find_all(Wanted&& wanted) noexcept {
    found_.clear();
    for (Slot slot = 0; slot < used_; ++slot) {
      if (orders_[slot].open != 0 && wanted(orders_[slot])) found_.push_back(slot);
    }
    std::sort(found_.begin(), found_.end(),
              [this](Slot a, Slot b) { return orders_[a].order_id < orders_[b].order_id; });
    return found_;
  }

 private:
  struct OwnerState {
    std::uint32_t count;
    SelfMatch self_match;
  };

  MappedMemory order_memory_, owner_memory_;
  RestingOrder* orders_;
  OwnerState* owners_;
  std::uint32_t max_orders_;
  std::uint32_t count_ = 0;
  std::uint32_t used_ = 0;  // places ever used
  Slot free_ = no_slot;     // those given back, the latest first: it is still in the cache
  std::vector<Slot> found_;
};

}  // namespace hft::venue
