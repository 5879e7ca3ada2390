// VenueCommand: any input of the engine as one flat struct, so that a day can be kept, compared and
// driven from Python; `apply` hands it to the engine.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "hft/base/layout.hpp"
#include "hft/venue/matching_engine.hpp"

namespace hft::venue {

enum class VenueAction : std::uint8_t {
  none,
  enter,
  replace,     // new_token, and the terms
  cancel,      // size: in total
  modify,      // size: in total
  cancel_all,  // code: CancelReason
  self_match,  // size: SelfMatch
  set_state,   // code: TradingState
  freeze,      // code: Cross
  cross,       // code: Cross
  expire,      // time_in_force
  set_open,    // size: 1 open, 0 closed
};

struct VenueCommand {
  std::uint64_t time_ns;
  std::uint64_t token;
  std::uint64_t new_token;
  std::int64_t price_e9;
  std::uint32_t owner;
  std::uint32_t instrument;
  std::uint32_t size;
  std::uint32_t display_size;
  VenueAction action;
  record::Side side;
  record::TimeInForce time_in_force;
  std::uint8_t post_only;  // 1: yes
  char code;               // of `enter`: Cross
  std::array<char, 3> reserved;
};

namespace detail {

template <class Engine>
Verdict apply_to_order(Engine& engine, const VenueCommand& in) noexcept {
  switch (in.action) {
    case VenueAction::enter:
      return engine.enter(in.time_ns, in.owner, in.token,
                          {in.instrument, in.side, in.size, in.price_e9, in.time_in_force,
                           in.display_size, in.post_only != 0, static_cast<Cross>(in.code)});
    case VenueAction::replace:
      return engine.replace(
          in.time_ns, in.owner, in.token, in.new_token,
          {in.size, in.price_e9, in.time_in_force, in.display_size, in.post_only != 0});
    case VenueAction::cancel: return engine.cancel(in.time_ns, in.owner, in.token, in.size);
    case VenueAction::modify: return engine.modify(in.time_ns, in.owner, in.token, in.size);
    default: return Verdict::without_effect;
  }
}

}  // namespace detail

template <class Engine>
Verdict apply(Engine& engine, const VenueCommand& in) noexcept {
  switch (in.action) {
    case VenueAction::cancel_all:
      engine.cancel_all(in.time_ns, in.owner, static_cast<CancelReason>(in.code));
      return Verdict::done;
    case VenueAction::self_match:
      engine.set_self_match(in.owner, static_cast<SelfMatch>(in.size));
      return Verdict::done;
    case VenueAction::set_state:
      return engine.set_state(in.time_ns, in.instrument, static_cast<TradingState>(in.code));
    case VenueAction::freeze: return engine.freeze(in.instrument, static_cast<Cross>(in.code));
    case VenueAction::cross:
      return engine.cross(in.time_ns, in.instrument, static_cast<Cross>(in.code));
    case VenueAction::expire: engine.expire(in.time_ns, in.time_in_force); return Verdict::done;
    case VenueAction::set_open: engine.set_open(in.size != 0); return Verdict::done;
    default: return detail::apply_to_order(engine, in);
  }
}

namespace detail {

inline bool is_new(const VenueCommand& in) noexcept {
  return in.action == VenueAction::enter;
}
inline constexpr std::size_t look_ahead = 4;  // commands between two steps

/// Step 1, 2 or 3 of asking for what a command will look at.
template <int step, class Engine>
void ask_for(const Engine& engine, const VenueCommand& in) noexcept {
  const VenueBooks& books = engine.books();
  if (is_new(in) && in.instrument >= engine.instrument_count()) return;
  if constexpr (step == 1) {
    books.prefetch_token(in.owner, in.token);
    if (is_new(in)) books.prefetch_sides(in.instrument);
  } else if constexpr (step == 2) {
    if (is_new(in)) {
      books.prefetch_best(in.instrument, record::Side::bid);
      books.prefetch_best(in.instrument, record::Side::ask);
    } else {
      books.prefetch_order(in.owner, in.token);
    }
  } else {
    if (is_new(in)) {
      books.prefetch_last(in.instrument, in.side);
    } else {
      books.prefetch_neighbours(in.owner, in.token);
    }
  }
}

}  // namespace detail

/// Applies commands in order, and asks for the memory of later ones ahead, so that their misses
/// overlap; `on_verdict(Verdict)` is called after each. The same events as one by one.
template <class Engine, class OnVerdict>
void apply_all(Engine& engine, std::span<const VenueCommand> in, OnVerdict&& on_verdict) noexcept {
  using detail::look_ahead;
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (i + 3 * look_ahead < in.size()) detail::ask_for<1>(engine, in[i + 3 * look_ahead]);
    if (i + 2 * look_ahead < in.size()) detail::ask_for<2>(engine, in[i + 2 * look_ahead]);
    if (i + look_ahead < in.size()) detail::ask_for<3>(engine, in[i + look_ahead]);
    on_verdict(apply(engine, in[i]));
  }
}

}  // namespace hft::venue

HFT_LAYOUT(hft::venue::VenueCommand, 56, time_ns, token, new_token, price_e9, owner, instrument,
           size, display_size, action, side, time_in_force, post_only, code, reserved);
