// What people and timers change: limits, kills, the host's clock, positions from before.
#include <algorithm>

#include "hft/risk/gate.hpp"

namespace hft::risk {

using record::ControlAction;
using record::ControlEvent;
using record::Scope;

namespace {

bool has_reason(const ControlEvent& control) noexcept {
  return std::any_of(control.reason.begin(), control.reason.end(),
                     [](char c) { return c != ' ' && c != '\0'; });
}

template <class Block>
void store(Block& block, Limit limit, std::int64_t value) noexcept {
  const StampedWrite write(block.stamp);
  block[limit] = value;
  block.checksum = checksum_of(block.values);
}

}  // namespace

ControlVerdict Gate::on_control(const ControlEvent& control) noexcept {
  tell_time(control.event_time_ns);
  const ControlVerdict verdict = take_control(control);
  SharedHeader& header = shared_.header();
  ++(verdict == ControlVerdict::applied ? header.controls_applied : header.controls_refused);
  header.now_ns = now_ns_;
  return verdict;
}

ControlVerdict Gate::take_control(const ControlEvent& control) noexcept {
  switch (control.action) {
    case ControlAction::limit: return on_limit(control);
    case ControlAction::kill:
    case ControlAction::resume: return on_switch(control);
    case ControlAction::position: return on_position(control);
    case ControlAction::time: look_for_damage(); return ControlVerdict::applied;
    case ControlAction::clock:
      host_clock_ = {control.value, now_ns_};
      return ControlVerdict::applied;
    case ControlAction::halt:
      kill_switch_.halt(now_ns_, control.reason);
      return ControlVerdict::applied;
    case ControlAction::none: break;
  }
  return ControlVerdict::unknown_action;
}

std::optional<std::size_t> Gate::actor_of(Scope scope, std::uint32_t id) const noexcept {
  if (scope == Scope::firm) return GateConfig::firm();
  if (scope == Scope::account && id < config_.accounts) return config_.account(id);
  if (scope == Scope::strategy && id < config_.strategies) return config_.strategy(id);
  return std::nullopt;
}

ControlVerdict Gate::on_limit(const ControlEvent& control) noexcept {
  const LimitInfo* const info = find_limit(control.limit);
  if (info == nullptr) return ControlVerdict::unknown_limit;
  if ((info->scopes & bit_of(control.scope)) == 0) return ControlVerdict::bad_scope;
  if (control.scope == Scope::instrument) return set_instrument_limit(control, *info);
  const auto actor = actor_of(control.scope, control.scope_id);
  if (!actor) return ControlVerdict::unknown_scope_id;
  return set_actor_limit(control, *info, *actor);
}

ControlVerdict Gate::set_actor_limit(const ControlEvent& control, const LimitInfo& info,
                                     std::size_t actor) noexcept {
  look_for_damage();
  const bool is_account = info.limit == Limit::permitted_account;
  const std::int64_t largest = is_account ? std::int64_t{config_.accounts} - 1 : info.most;
  if (control.value < info.least || control.value > largest) return ControlVerdict::out_of_range;
  ActorLimits& block = shared_.actor_limits()[actor];
  if (loosens(info.looser, block[info.limit], control.value) && !has_reason(control)) {
    return ControlVerdict::no_reason;
  }
  if (is_damaged_[actor]) return ControlVerdict::damaged;
  store(block, info.limit, control.value);
  merge_limits();
  return ControlVerdict::applied;
}

ControlVerdict Gate::set_instrument_limit(const ControlEvent& control,
                                          const LimitInfo& info) noexcept {
  std::size_t first = 0;
  std::size_t end = config_.all_instruments();
  if (control.instrument != record::instrument_all) {
    first = place_of(control.instrument);
    if (first == no_place) return ControlVerdict::unknown_scope_id;
    end = first + 1;
  }
  if (control.value < info.least || control.value > info.most) return ControlVerdict::out_of_range;
  const auto blocks = shared_.instrument_limits().subspan(first, end - first);
  const bool is_looser = std::any_of(blocks.begin(), blocks.end(), [&](const auto& block) {
    return loosens(info.looser, block[info.limit], control.value);
  });
  if (is_looser && !has_reason(control)) return ControlVerdict::no_reason;
  const bool are_intact = std::all_of(blocks.begin(), blocks.end(),
                                      [](const auto& block) { return block.is_intact(); });
  if (!are_intact) return ControlVerdict::damaged;
  const bool is_tick = info.limit == Limit::tick_e9 || info.limit == Limit::tick_below_one_e9;
  for (std::size_t place = first; place < end; ++place) {
    InstrumentLimits& block = shared_.instrument_limits()[place];
    store(block, info.limit, control.value);
    instruments_[place].has_limits = block.is_complete();
    if (is_tick) set_ticks(place);
  }
  return ControlVerdict::applied;
}

void Gate::set_ticks(std::size_t place) noexcept {
  const InstrumentLimits& limits = shared_.instrument_limits()[place];
  Instrument& instrument = instruments_[place];
  const std::int64_t unit = instrument.market.price_unit_e9;
  instrument.on_tick = multiple_of_both(limits[Limit::tick_e9], unit);
  instrument.on_tick_below_one = multiple_of_both(limits[Limit::tick_below_one_e9], unit);
}

ControlVerdict Gate::on_switch(const ControlEvent& control) noexcept {
  std::size_t place = no_place;
  if (bit_of(control.scope) == 0) return ControlVerdict::bad_scope;
  const bool is_instrument = control.scope == Scope::instrument;
  if (is_instrument) {
    const std::size_t instrument = place_of(control.instrument);
    if (instrument == no_place) return ControlVerdict::unknown_scope_id;
    place = kill_switch_.place_of_instrument(instrument);
  } else {
    const auto actor = actor_of(control.scope, control.scope_id);
    if (!actor) return ControlVerdict::unknown_scope_id;
    place = *actor;
  }
  const bool kills = control.action == ControlAction::kill;
  if (!kills && !has_reason(control)) return ControlVerdict::no_reason;
  if (kills) {
    kill_switch_.kill(place, now_ns_, control.reason);
  } else {
    kill_switch_.resume(place, now_ns_, control.reason);
  }
  if (is_instrument) instruments_[place_of(control.instrument)].is_killed = kills;
  if (!kills && control.scope == Scope::strategy) {
    repeat_windows_[control.scope_id] = {now_ns_, 0, 0};
  }
  return ControlVerdict::applied;
}

ControlVerdict Gate::on_position(const ControlEvent& control) noexcept {
  if (control.scope != Scope::account) return ControlVerdict::bad_scope;
  const std::size_t place = place_of(control.instrument);
  if (place == no_place || control.scope_id >= config_.accounts) {
    return ControlVerdict::unknown_scope_id;
  }
  if (control.value > position_most || control.value < -position_most) {
    return ControlVerdict::out_of_range;
  }
  instruments_[place].market.is_ours = true;
  positions_.set_position(place, config_.account(control.scope_id), control.value,
                          instruments_[place].market.mark_e9);
  return ControlVerdict::applied;
}

void Gate::look_for_damage() noexcept {
  bool is_found = false;
  for (std::size_t actor = 0; actor < config_.actors(); ++actor) {
    if (is_damaged_[actor] || shared_.actor_limits()[actor].is_intact()) continue;
    is_damaged_[actor] = is_found = true;
  }
  const bool are_merged = std::all_of(merged_.begin(), merged_.end(),
                                      [](const auto& merged) { return merged.is_intact(); });
  if (is_found || !are_merged) merge_limits();
}

void Gate::merge_limits() noexcept {
  const auto blocks = shared_.actor_limits();
  for (std::size_t i = 0; i < config_.strategies; ++i) {
    const ActorLimits& strategy = blocks[config_.strategy(i)];
    const std::int64_t named = strategy[Limit::permitted_account];
    const bool is_named = named >= 0 && named < config_.accounts;
    const std::size_t account = config_.account(is_named ? static_cast<std::size_t>(named) : 0);
    const bool is_damaged =
        is_damaged_[config_.strategy(i)] || is_damaged_[account] || is_damaged_[GateConfig::firm()];
    merged_[i] =
        merge(strategy, blocks[account], blocks[GateConfig::firm()], is_damaged || !is_named);
  }
}

}  // namespace hft::risk
