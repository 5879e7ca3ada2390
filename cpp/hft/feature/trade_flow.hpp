// Trade flow and intensity of one instrument: shares bought less shares sold, and trades a second.
//
// Exponential weights by record time: the intensity is the one that an exponential kernel gives, as
// in A. G. Hawkes, "Spectra of some self-exciting and mutually exciting point processes",
// Biometrika 58 (1971); the flow is the signed sum of E. Bacry, J.-F. Muzy, "Hawkes model for price
// and trades high-frequency dynamics", Quantitative Finance 14 (2014).
#pragma once

#include "hft/feature/decayed_sum.hpp"
#include "hft/feature/executed_side.hpp"
#include "hft/record/order_event.hpp"
#include "hft/record/trade_event.hpp"

namespace hft::feature {

class TradeFlow {
 public:
  explicit constexpr TradeFlow(std::uint64_t half_life_ns) noexcept
      : flow_(half_life_ns), size_(half_life_ns), trades_(half_life_ns) {}

  /// Records before the touch that they make, as the engine gives them. Crosses, broken trades and
  /// executions marked non-printable (parts of a cross) are not counted.
  void on_record(const record::Record& seen) noexcept {
    if (seen.kind == record::Kind::order) {
      on_order(record::as<record::OrderEvent>(seen));
    } else if (seen.kind == record::Kind::trade) {
      on_trade(record::as<record::TradeEvent>(seen));
    }
  }

  constexpr void on_touch(const record::Touch& touch) noexcept {
    if (waiting_size_ != 0 && record::sequence_number_of(touch) == waiting_) {
      add_signed(touch.event_time_ns, executed_side(last_, touch), waiting_size_);
      waiting_size_ = 0;
    }
    last_ = touch;
  }

  /// Shares bought by takers less shares sold by them.
  constexpr std::int64_t flow(std::uint64_t time_ns) const noexcept { return flow_.at(time_ns); }

  /// Shares traded, those of unknown side included.
  constexpr std::int64_t size(std::uint64_t time_ns) const noexcept { return size_.at(time_ns); }

  /// Trades a second, in 1e-6: ln 2 / half-life times the weighted count. It begins at 0: one
  /// half-life later it stands at half of what it settles at, after three at 88 %.
  constexpr std::int64_t trades_per_second_e6(std::uint64_t time_ns) const noexcept {
    const __int128 divisor = __int128{trades_.half_life_ns()} << intensity_bits;
    return mul_div(trades_.at_fine(time_ns), ln2_e15, divisor);  // 1e15 = 1e9 ns * 1e6
  }

 private:
  static constexpr int intensity_bits = 20;

  constexpr void on_order(const record::OrderEvent& event) noexcept {
    const bool hidden = (event.flags & record::flag_non_printable) != 0;
    if (event.action != record::Action::execute || hidden) return;
    count(event.event_time_ns, event.size);
    waiting_ = record::sequence_number_of(event);  // the touch that follows tells the side
    waiting_size_ = event.size;
  }

  constexpr void on_trade(const record::TradeEvent& event) noexcept {
    if (event.action != record::TradeAction::trade) return;
    count(event.event_time_ns, event.size);
    add_signed(event.event_time_ns, executed_side(event.price_e9, last_), event.size);
  }

  constexpr void count(std::uint64_t time_ns, std::uint32_t size) noexcept {
    size_.add(time_ns, size);
    trades_.add(time_ns, 1);
  }

  constexpr void add_signed(std::uint64_t time_ns, record::Side taken, std::int64_t size) noexcept {
    if (taken == record::Side::ask) flow_.add(time_ns, size);
    if (taken == record::Side::bid) flow_.add(time_ns, -size);
  }

  DecayedSum<> flow_;
  DecayedSum<> size_;
  DecayedSum<intensity_bits> trades_;
  record::Touch last_{};
  std::uint64_t waiting_ = 0;  // sequence number of an execution whose side is not known yet
  std::uint32_t waiting_size_ = 0;
};

}  // namespace hft::feature
