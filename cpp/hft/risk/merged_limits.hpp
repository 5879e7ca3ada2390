// The limits of a strategy, its account and the firm merged, as `check` asks for them: what must
// hold for an order alone as the tightest of the three, what is summed up for each.
//
// Made anew at each change of a limit, so that an order costs six lines that stay in the first
// cache level, whatever the number of limits.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "hft/risk/limits.hpp"
#include "hft/risk/saturating.hpp"

namespace hft::risk {

struct alignas(64) MergedLimits {
  std::int64_t is_complete;  // 1: none is missing or damaged
  std::int64_t permitted_account;
  std::int64_t is_identified;  // 1: algorithm_id and trader_id are not 0

  // The tightest of the three.
  std::int64_t market_orders;
  std::int64_t collar_ppm;
  std::int64_t auction_collar_ppm;
  std::int64_t blow_through_ppm;
  std::int64_t order_size;
  std::int64_t order_value_e6;
  std::int64_t average_daily_ppm;
  std::int64_t venues;
  std::int64_t market_categories;
  std::int64_t order_kinds;

  // Of each.
  std::array<std::int64_t, 3> position_size;
  std::array<std::int64_t, 3> open_orders;
  std::array<std::int64_t, 3> messages_per_second;
  std::array<std::int64_t, 3> gross_value_e6;
  std::array<std::int64_t, 3> exposure_value_e6;
  std::array<std::int64_t, 3> loss_e9;  // in the unit of results: ceil(x / 1000) > y is x > 1000 y
  std::array<std::int64_t, 3> drawdown_e9;

  // Of the strategy, of the firm.
  std::int64_t duplicate_window_ns;
  std::int64_t repeat_orders;
  std::int64_t repeat_window_ns;
  std::int64_t session_orders_per_second;
  std::int64_t feed_silence_ns;
  std::int64_t clock_offset_ns;
  std::int64_t clock_age_ns;

  std::array<std::int64_t, 6> reserved;
  std::uint64_t checksum;  // of all words above

  std::span<const std::int64_t> words() const noexcept {
    return {&is_complete, sizeof(MergedLimits) / sizeof(std::int64_t) - 1};
  }
  bool is_intact() const noexcept { return checksum == checksum_of(words()); }
};
static_assert(sizeof(MergedLimits) == 384);

/// `is_damaged`: one of the blocks was found changed from outside.
inline MergedLimits merge(const ActorLimits& strategy, const ActorLimits& account,
                          const ActorLimits& firm, bool is_damaged) noexcept {
  const auto tightest = [&](Limit limit) {
    return std::min({strategy[limit], account[limit], firm[limit]});
  };
  const auto common = [&](Limit limit) { return strategy[limit] & account[limit] & firm[limit]; };
  const auto each = [&](Limit limit) {
    return std::array{strategy[limit], account[limit], firm[limit]};
  };
  MergedLimits out{};
  out.is_complete =
      !is_damaged && strategy.is_complete() && account.is_complete() && firm.is_complete();
  out.permitted_account = strategy[Limit::permitted_account];
  out.is_identified = strategy[Limit::algorithm_id] != 0 && strategy[Limit::trader_id] != 0;
  out.market_orders = tightest(Limit::market_orders);
  out.collar_ppm = tightest(Limit::collar_ppm);
  out.auction_collar_ppm = tightest(Limit::auction_collar_ppm);
  out.blow_through_ppm = tightest(Limit::blow_through_ppm);
  out.order_size = tightest(Limit::order_size);
  out.order_value_e6 = tightest(Limit::order_value_e6);
  out.average_daily_ppm = tightest(Limit::average_daily_ppm);
  out.venues = common(Limit::venues);
  out.market_categories = common(Limit::market_categories);
  out.order_kinds = common(Limit::order_kinds);
  out.position_size = each(Limit::position_size);
  out.open_orders = each(Limit::open_orders);
  out.messages_per_second = each(Limit::messages_per_second);
  out.gross_value_e6 = each(Limit::gross_value_e6);
  out.exposure_value_e6 = each(Limit::exposure_value_e6);
  out.loss_e9 = each(Limit::loss_value_e6);
  out.drawdown_e9 = each(Limit::drawdown_value_e6);
  for (std::int64_t& limit : out.loss_e9) limit = saturating_multiply(limit, 1000);
  for (std::int64_t& limit : out.drawdown_e9) limit = saturating_multiply(limit, 1000);
  out.duplicate_window_ns = strategy[Limit::duplicate_window_ns];
  out.repeat_orders = strategy[Limit::repeat_orders];
  out.repeat_window_ns = strategy[Limit::repeat_window_ns];
  out.session_orders_per_second = firm[Limit::session_orders_per_second];
  out.feed_silence_ns = firm[Limit::feed_silence_ns];
  out.clock_offset_ns = firm[Limit::clock_offset_ns];
  out.clock_age_ns = firm[Limit::clock_age_ns];
  out.checksum = checksum_of(out.words());
  return out;
}

}  // namespace hft::risk
