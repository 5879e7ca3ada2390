// Positions, open sizes, results and exposures of every actor, in shares and integer money.
//
// An order counts from the moment it passes, in flight or not. Sums are exact: as much as fits 64
// bits lies where others read it, the rest is kept here.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hft/base/prefetch.hpp"
#include "hft/record/record.hpp"
#include "hft/risk/gate_config.hpp"
#include "hft/risk/saturating.hpp"
#include "hft/risk/shared_state.hpp"
#include "hft/risk/stamped_write.hpp"

namespace hft::risk {

/// The strategy, the account and the firm of an order, by their numbers.
using Actors = std::array<std::uint8_t, 3>;

class Positions {
 public:
  Positions(const GateConfig& config, const SharedState& shared)
      : config_(config),
        holdings_(shared.holdings()),
        totals_(shared.actor_totals()),
        beyond_(config.actors()),
        row_size_(config.actors()) {}

  Actors actors_of(std::uint8_t strategy, std::uint8_t account) const noexcept {
    return {static_cast<std::uint8_t>(config_.strategy(strategy)),
            static_cast<std::uint8_t>(config_.account(account)),
            static_cast<std::uint8_t>(GateConfig::firm())};
  }
  const Holding& holding(std::size_t instrument, std::size_t actor) const noexcept {
    return holdings_[instrument * row_size_ + actor];
  }
  const ActorTotals& totals(std::size_t actor) const noexcept { return totals_[actor]; }
  Sum exposure_e6(std::size_t actor) const noexcept {
    return beyond_[actor].exposure_e6 + totals_[actor].exposure_value_e6;
  }
  Sum open_value_e6(std::size_t actor) const noexcept {
    return beyond_[actor].open_value_e6 + totals_[actor].open_value_e6;
  }

  /// Asks for the holdings of the first few actors.
  void prefetch(std::size_t instrument) const noexcept {
    const std::size_t actors = std::min(row_size_, prefetched_actors);
    for (std::size_t actor = 0; actor < actors; ++actor) {
      hft::prefetch(&holding(instrument, actor));
    }
  }

  /// An order of `size` passes; `values_e6`: of the three holdings with it, by the mark.
  void open(std::size_t instrument, const Actors& actors, bool is_bid, std::int64_t size,
            std::int64_t order_value_e6, const std::array<std::int64_t, 3>& values_e6) noexcept {
    Holding* const first = &row(instrument);
    ActorTotals* const all_totals = totals_.data();  // not loaded again after each store
    for (std::size_t k = 0; k < actors.size(); ++k) {
      const std::size_t actor = actors[k];
      Holding& it = first[actor];
      const std::int64_t change_e6 = values_e6[k] - it.value_e6;
      {
        const StampedWrite write(it.stamp);
        (is_bid ? it.open_bid_size : it.open_ask_size) += size;
        ++it.open_orders;
        it.value_e6 = values_e6[k];
      }
      first->holders |= std::uint64_t{1} << actor;
      ActorTotals& totals = all_totals[actor];
      const StampedWrite write(totals.stamp);
      add_exposure(actor, totals, change_e6);
      add_open_value(actor, totals, order_value_e6);
      ++totals.open_orders;
    }
  }

  /// Shares of an order more (or less) in the market. `orders`: +1, 0 or -1.
  void change_open(std::size_t instrument, const Actors& actors, record::Side side,
                   std::int64_t size, std::int64_t value_e6, int orders,
                   std::int64_t mark_e9) noexcept {
    for (const std::size_t actor : actors) {
      ActorTotals& totals = totals_[actor];
      const StampedWrite write(totals.stamp);
      change_holding(instrument, actor, mark_e9, totals, [&](Holding& it) {
        (side == record::Side::bid ? it.open_bid_size : it.open_ask_size) += size;
        it.open_orders += static_cast<std::uint64_t>(orders);
      });
      add_open_value(actor, totals, value_e6);
      totals.open_orders += static_cast<std::uint64_t>(orders);
    }
  }

  /// `size` shares, signed, change hands at `price_e9`; undone when they come back.
  void trade(std::size_t instrument, std::size_t actor, std::int64_t size, std::int64_t price_e9,
             std::int64_t mark_e9, bool is_undone) noexcept {
    const std::int64_t change = is_undone ? -size : size;
    ActorTotals& totals = totals_[actor];
    const StampedWrite write(totals.stamp);
    change_holding(instrument, actor, mark_e9, totals, [&](Holding& it) { it.position += change; });
    add_result(totals, saturating_multiply(change, mark_e9 - price_e9));
    if (is_undone) return;
    const std::int64_t value = value_of(price_e9, size < 0 ? -size : size);
    totals.executed_value_e6 = saturating_add(totals.executed_value_e6, value);
  }

  /// The account holds `position` shares, from before; the firm as many more as it does.
  void set_position(std::size_t instrument, std::size_t account, std::int64_t position,
                    std::int64_t mark_e9) noexcept {
    const std::int64_t change = position - holding(instrument, account).position;
    for (const std::size_t actor : {account, GateConfig::firm()}) {
      ActorTotals& totals = totals_[actor];
      const StampedWrite write(totals.stamp);
      change_holding(instrument, actor, mark_e9, totals,
                     [&](Holding& it) { it.position += change; });
    }
  }

  /// `old_mark_e9` 0: there was none, and nothing is won or lost.
  void revalue(std::size_t instrument, std::int64_t old_mark_e9, std::int64_t mark_e9) noexcept {
    for (std::uint64_t left = holders(instrument); left != 0; left &= left - 1) {
      const auto actor = static_cast<std::size_t>(std::countr_zero(left));
      const std::int64_t position = holding(instrument, actor).position;
      ActorTotals& totals = totals_[actor];
      const StampedWrite write(totals.stamp);
      if (old_mark_e9 != 0) {
        add_result(totals, saturating_multiply(position, mark_e9 - old_mark_e9));
      }
      change_holding(instrument, actor, mark_e9, totals, [](Holding&) {});
    }
  }

 private:
  static constexpr std::size_t prefetched_actors = 8;

  /// Of the sums in ActorTotals, what does not fit there.
  struct Beyond {
    Sum exposure_e6 = 0;
    Sum open_value_e6 = 0;
  };

  Holding& row(std::size_t instrument) const noexcept {
    return holdings_[instrument * row_size_];  // the firm is actor 0
  }
  std::uint64_t holders(std::size_t instrument) const noexcept { return row(instrument).holders; }

  /// `totals`, the actor's, is being written by the caller.
  template <class Change>
  void change_holding(std::size_t instrument, std::size_t actor, std::int64_t mark_e9,
                      ActorTotals& totals, Change change) noexcept {
    Holding& it = (&row(instrument))[actor];
    const std::int64_t before = it.value_e6;
    {
      const StampedWrite write(it.stamp);
      change(it);
      it.value_e6 = mark_e9 == 0 ? 0 : value_of(mark_e9, it.worst_size());
    }
    const bool is_empty = (it.position | it.open_bid_size | it.open_ask_size) == 0;
    const std::uint64_t bit = std::uint64_t{1} << actor;
    std::uint64_t& holders = row(instrument).holders;
    holders = is_empty ? holders & ~bit : holders | bit;
    add_exposure(actor, totals, it.value_e6 - before);
  }

  void add_exposure(std::size_t actor, ActorTotals& totals, std::int64_t change_e6) noexcept {
    add_exactly(totals.exposure_value_e6, beyond_[actor].exposure_e6, change_e6);
  }
  void add_open_value(std::size_t actor, ActorTotals& totals, std::int64_t change_e6) noexcept {
    add_exactly(totals.open_value_e6, beyond_[actor].open_value_e6, change_e6);
  }

  static void add_result(ActorTotals& totals, std::int64_t amount_e9) noexcept {
    totals.result_e9 = saturating_add(totals.result_e9, amount_e9);
    totals.peak_e9 = std::max(totals.peak_e9, totals.result_e9);
  }

  GateConfig config_;
  std::span<Holding> holdings_;
  std::span<ActorTotals> totals_;
  std::vector<Beyond> beyond_;
  std::size_t row_size_;
};

}  // namespace hft::risk
