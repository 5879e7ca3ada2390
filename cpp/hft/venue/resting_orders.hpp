// Live orders: one cache line each, in a pool of fixed size; and the list of each owner's orders.
#pragma once

#include <cstdint>

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

struct RestingOrder {
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
  Slot owner_previous, owner_next;
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
static_assert(sizeof(RestingOrder) == 64, "one cache line");

class RestingOrders {
 public:
  RestingOrders(std::uint32_t max_orders, std::uint32_t max_owners)
      : order_memory_(std::size_t{max_orders} * sizeof(RestingOrder), "resting orders"),
        owner_memory_(std::size_t{max_owners} * sizeof(OwnerState), "owners"),
        orders_(order_memory_.as<RestingOrder>()),
        owners_(owner_memory_.as<OwnerState>()),
        max_orders_(max_orders) {
    for (std::uint32_t i = 0; i < max_owners; ++i) owners_[i] = {no_slot, no_slot, 0, {}};
  }

  RestingOrder& operator[](Slot slot) noexcept { return orders_[slot]; }
  const RestingOrder& operator[](Slot slot) const noexcept { return orders_[slot]; }

  bool full() const noexcept { return count_ == max_orders_; }
  std::uint32_t count() const noexcept { return count_; }
  std::uint32_t count(std::uint32_t owner) const noexcept { return owners_[owner].count; }
  Slot first_of(std::uint32_t owner) const noexcept { return owners_[owner].first; }
  SelfMatch& self_match(std::uint32_t owner) noexcept { return owners_[owner].self_match; }

  /// A place for `order`, which becomes the last of its owner. Not when full.
  Slot add(const RestingOrder& order) noexcept {
    Slot slot = free_;
    if (slot != no_slot) {
      free_ = orders_[slot].next;
    } else {
      slot = used_++;
    }
    ++count_;
    orders_[slot] = order;
    append_to_owner(slot);
    return slot;
  }

  void erase(Slot slot) noexcept {
    take_from_owner(slot);
    orders_[slot].next = free_;
    free_ = slot;
    --count_;
  }

  /// The order counts as the owner's newest.
  void renew(Slot slot) noexcept {
    take_from_owner(slot);
    append_to_owner(slot);
  }

 private:
  struct OwnerState {
    Slot first, last;
    std::uint32_t count;
    SelfMatch self_match;
  };

  void append_to_owner(Slot slot) noexcept {
    RestingOrder& order = orders_[slot];
    OwnerState& owner = owners_[order.owner];
    order.owner_previous = owner.last;
    order.owner_next = no_slot;
    (owner.last == no_slot ? owner.first : orders_[owner.last].owner_next) = slot;
    owner.last = slot;
    ++owner.count;
  }

  void take_from_owner(Slot slot) noexcept {
    const RestingOrder& order = orders_[slot];
    OwnerState& owner = owners_[order.owner];
    const Slot before = order.owner_previous, after = order.owner_next;
    (before == no_slot ? owner.first : orders_[before].owner_next) = after;
    (after == no_slot ? owner.last : orders_[after].owner_previous) = before;
    --owner.count;
  }

  MappedMemory order_memory_, owner_memory_;
  RestingOrder* orders_;
  OwnerState* owners_;
  std::uint32_t max_orders_;
  std::uint32_t count_ = 0;
  std::uint32_t used_ = 0;  // places ever used
  Slot free_ = no_slot;     // those given back, the latest first: it is still in the cache
};

}  // namespace hft::venue
