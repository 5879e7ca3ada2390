// A closed loop that trades: five instruments with a lively background flow, one account, a quoter
// or a taker with limits wide enough to let it work, and a tap that keeps all it is shown.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hft/engine/closed_loop.hpp"
#include "hft/engine/record_digest.hpp"
#include "hft/risk/limit.hpp"
#include "hft/strategy/imbalance_taker.hpp"
#include "hft/strategy/quoter.hpp"

namespace hft::test {

inline constexpr std::uint64_t ns_per_ms = 1'000'000;

/// Keeps every record that the trader shows.
struct KeepingTap {
  std::vector<record::Record> records;

  void operator()(const record::Record& seen) { records.push_back(seen); }

  template <class T>
  std::vector<T> of(record::Kind kind) const {
    std::vector<T> out;
    for (const record::Record& seen : records) {
      if (seen.kind == kind) out.push_back(record::as<T>(seen));
    }
    return out;
  }
  std::uint64_t digest() const {
    engine::RecordDigest digest;
    digest.add(records);
    return digest.value();
  }
};

inline record::ControlEvent limit_control(risk::Limit limit, std::int64_t value,
                                          record::Scope scope) {
  record::ControlEvent out{};
  out.kind = record::Kind::control;
  out.action = record::ControlAction::limit;
  out.instrument = record::instrument_all;
  out.value = value;
  out.scope = scope;
  out.limit = static_cast<std::uint8_t>(limit);
  out.reason = {'t', 'e', 's', 't', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
  return out;
}

/// Limits that a test's strategy does not meet by accident.
inline std::int64_t wide(risk::Limit limit) {
  using risk::Limit;
  switch (limit) {
    case Limit::tick_e9: return 10'000'000;
    case Limit::tick_below_one_e9: return 100'000;
    case Limit::lot_size: return 1;
    case Limit::band_low_e9: return 0;
    case Limit::reference_price_e9: return 0;
    case Limit::permitted_account: return 0;
    case Limit::duplicate_window_ns: return 0;
    case Limit::repeat_window_ns: return 1;
    default: break;
  }
  for (const risk::LimitInfo& info : risk::limit_table) {
    if (info.limit == limit) return info.most;
  }
  return 0;
}

inline std::vector<record::ControlEvent> wide_limits() {
  std::vector<record::ControlEvent> out;
  const auto add = [&](const risk::LimitInfo& info, risk::ScopeBit bit, record::Scope scope) {
    if (info.scopes & bit) out.push_back(limit_control(info.limit, wide(info.limit), scope));
  };
  for (const risk::LimitInfo& info : risk::limit_table) {
    add(info, risk::of_firm, record::Scope::firm);
    add(info, risk::of_account, record::Scope::account);
    add(info, risk::of_strategy, record::Scope::strategy);
    add(info, risk::of_instrument, record::Scope::instrument);
  }
  return out;
}

inline engine::ClosedLoopOptions loop_options(std::uint64_t seed = 1) {
  engine::ClosedLoopOptions out;
  out.start_ns = 1'767'623'400'000'000'000;  // 5 January 2026, 09:30 in New York
  out.exchange.symbols = {"AAAA", "BBBB", "CCCC", "DDDD", "EEEE"};
  engine::exchange::AccountOptions account;
  account.terms.user = "engine";
  account.terms.password = "secret";
  account.terms.cancel_on_disconnect = true;
  out.exchange.accounts = {account};
  out.exchange.flow.rate = 5'000;
  out.exchange.flow.seed = seed;
  out.exchange.flow.live_orders = 300;
  out.exchange.session = "test";
  out.exchange.max_orders = 20'000;
  out.books.max_orders = 20'000;
  out.books.max_instruments = 16;
  out.gate.instruments = 16;
  out.gate.max_orders = 1 << 16;
  out.gate.max_executions = 1 << 16;
  out.controls = wide_limits();
  out.gateway.session.username = "engine";
  out.gateway.session.password = "secret";
  out.gateway.states = {1 << 14, 1 << 14};
  out.gateway.venue = record::Venue::xnas;
  out.gateway.midnight_ns = midnight_new_york_ns({2026, 1, 5});
  out.identity.venue = record::Venue::xnas;
  out.seed = seed;
  return out;
}

inline constexpr std::uint32_t traded[] = {1, 2, 3};

inline strategy::Quoter quoter() {
  strategy::QuoterConfig config;
  config.half_spread_e9 = 0;  // at the touch: it shall trade
  config.pause_ns = 1'000'000;
  return {traded, config};
}
inline strategy::ImbalanceTaker taker() {
  strategy::ImbalanceTakerConfig config;
  config.threshold = 500;
  config.spread_max_e9 = 1'000'000'000;
  config.cool_down_ns = 10'000'000;
  return {traded, config};
}

using QuoterLoop = engine::ClosedLoop<strategy::Quoter, KeepingTap>;
using TakerLoop = engine::ClosedLoop<strategy::ImbalanceTaker, KeepingTap>;

/// Shares by instrument as the exchange told them to the account, read from the bytes of its
/// stream: side and symbol from the acceptances, sizes from the executions.
std::map<std::string, std::int64_t> positions_at_exchange(engine::exchange::ExchangeCore& core);

}  // namespace hft::test
