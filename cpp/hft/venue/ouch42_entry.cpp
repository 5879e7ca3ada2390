#include "hft/venue/ouch42_entry.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "hft/wire/ouch_fields.hpp"

namespace hft::venue {

namespace {

namespace ouch = wire::ouch42;

// Rejection letters of order entry itself: OUCH 4.2, section 3.2.7.
constexpr char invalid_display = 'D';
constexpr char firm_not_authorised = 'L';
constexpr char not_in_this_cross = 'R';
constexpr char invalid_price = 'X';
constexpr char invalid_minimum = 'N';
constexpr char other = 'O';

std::uint32_t wire_price(std::int64_t price_e9) noexcept {
  return price_e9 == record::price_null ? wire::ouch::market_cross_price
                                        : static_cast<std::uint32_t>(price_e9 / price_unit_e9);
}

std::int64_t price_of(std::uint32_t price) noexcept {
  return wire::ouch::is_market_price(price) ? record::price_null : wire::ouch::price_e9(price);
}

bool is_price(std::uint32_t price) noexcept {
  return wire::ouch::is_limit_price(price) || wire::ouch::is_market_price(price);
}

record::TimeInForce time_in_force_of(std::uint32_t seconds) noexcept {
  if (seconds == wire::ouch::immediate_42) return record::TimeInForce::immediate;
  return seconds == wire::ouch::market_hours_42 ? record::TimeInForce::day
                                                : record::TimeInForce::extended;
}

bool is_display(char display) noexcept {
  return display == 'Y' || display == 'A' || display == 'N' || display == 'P' || display == 'L';
}

bool is_post_only(char display) noexcept {
  return display == 'P' || display == 'L';
}

/// What does not depend on the order's cross: 0, or the rejection letter.
char refusal(char display, std::uint32_t minimum, std::uint32_t price) noexcept {
  if (!is_display(display)) return invalid_display;
  if (minimum != 0) return invalid_minimum;
  return is_price(price) ? '\0' : invalid_price;
}

}  // namespace

Ouch42Entry::Ouch42Entry(const AccountTerms& terms, const Symbols& symbols,
                         std::uint64_t midnight_ns, std::uint32_t expected_orders)
    : OrderEntry(terms, symbols, midnight_ns, expected_orders),
      slots_(std::bit_ceil(std::size_t{expected_orders} * 2 + 2)) {}

EntryVerdict Ouch42Entry::decode(std::span<const std::byte> message, OrderInput& out) {
  namespace in = ouch::inbound;
  const std::byte* const bytes = message.data();
  switch (static_cast<char>(message[0])) {
    case in::EnterOrder::tag:
      if (message.size() != sizeof(in::EnterOrder)) return EntryVerdict::malformed;
      return enter(*reinterpret_cast<const in::EnterOrder*>(bytes), out);
    case in::ReplaceOrder::tag:
      if (message.size() != sizeof(in::ReplaceOrder)) return EntryVerdict::malformed;
      return replace(*reinterpret_cast<const in::ReplaceOrder*>(bytes), out);
    case in::CancelOrder::tag:
      if (message.size() != sizeof(in::CancelOrder)) return EntryVerdict::malformed;
      return cancel(*reinterpret_cast<const in::CancelOrder*>(bytes), out);
    case in::ModifyOrder::tag:
      if (message.size() != sizeof(in::ModifyOrder)) return EntryVerdict::malformed;
      return modify(*reinterpret_cast<const in::ModifyOrder*>(bytes), out);
    case in::TradeNow::tag:  // hidden orders that lock do not exist here: nothing to do
      return message.size() == sizeof(in::TradeNow) ? EntryVerdict::ignored
                                                    : EntryVerdict::malformed;
    default: return EntryVerdict::malformed;
  }
}

EntryVerdict Ouch42Entry::enter(const ouch::inbound::EnterOrder& in, OrderInput& out) {
  if (token_of(in.order_token) != 0) return EntryVerdict::ignored;
  constexpr Alpha<4> default_firm{' ', ' ', ' ', ' '};
  const EnteredOrder order{in.order_token,
                           in.firm == default_firm ? terms().firm : in.firm,
                           0,
                           symbols().find(in.stock),
                           in.time_in_force,
                           0,
                           in.buy_sell_indicator,
                           in.display,
                           in.capacity,
                           in.intermarket_sweep_eligibility,
                           in.cross_type,
                           false};
  if (order.instrument == no_instrument)
    return refuse(order, static_cast<char>(RejectReason::bad_instrument));
  if (order.firm != terms().firm) return refuse(order, firm_not_authorised);
  if (order.side != wire::ouch::buy && !wire::ouch::is_sell(order.side))
    return refuse(order, other);
  if (std::string_view("NOCH").find(order.cross_type) == std::string_view::npos)
    return refuse(order, not_in_this_cross);
  if (const char reason = refusal(in.display, in.minimum_shares, in.price); reason != '\0')
    return refuse(order, reason);
  out.kind = InputKind::enter;
  out.token = add_token(order);
  start_expiry(out.token);
  out.terms = {order.instrument,
               order.side == wire::ouch::buy ? record::Side::bid : record::Side::ask,
               in.shares,
               price_of(in.price),
               time_in_force_of(order.time_in_force),
               order.display == 'N' ? 0 : show_all,
               is_post_only(order.display),
               static_cast<Cross>(order.cross_type)};
  return EntryVerdict::input;
}

EntryVerdict Ouch42Entry::replace(const ouch::inbound::ReplaceOrder& in, OrderInput& out) {
  const std::uint64_t before = token_of(in.existing_order_token);
  if (before == 0 || order(before).open == 0) return EntryVerdict::ignored;
  if (token_of(in.replacement_order_token) != 0) return EntryVerdict::ignored;
  out.token = before;
  if (refusal(in.display, in.minimum_shares, in.price) != '\0') {
    out.kind = InputKind::cancel;  // section 2.2: the order leaves, the token is not used up
    return EntryVerdict::input;
  }
  EnteredOrder next = order(before);
  next.text = in.replacement_order_token;
  next.time_in_force = in.time_in_force;
  next.open = 0;
  next.display = in.display;
  next.sweep = in.intermarket_sweep_eligibility;
  next.mentioned = false;
  out.kind = InputKind::replace;
  out.new_token = add_token(next);
  start_expiry(out.new_token);
  out.replacement = {in.shares, price_of(in.price), time_in_force_of(in.time_in_force),
                     in.display == 'N' ? 0 : show_all, is_post_only(in.display)};
  return EntryVerdict::input;
}

EntryVerdict Ouch42Entry::cancel(const ouch::inbound::CancelOrder& in, OrderInput& out) {
  out.kind = InputKind::cancel;
  out.token = token_of(in.order_token);
  out.size = in.shares;
  return out.token == 0 ? EntryVerdict::ignored : EntryVerdict::input;
}

EntryVerdict Ouch42Entry::modify(const ouch::inbound::ModifyOrder& in, OrderInput& out) {
  out.kind = InputKind::modify;
  out.token = token_of(in.order_token);
  out.size = in.shares;
  if (out.token == 0 || !side_may_become(order(out.token).side, in.buy_sell_indicator))
    return EntryVerdict::ignored;
  note_side(in.buy_sell_indicator);
  return EntryVerdict::input;
}

std::uint64_t Ouch42Entry::add_token(const EnteredOrder& added) {
  if ((orders() + 1) * 2 > slots_.size()) grow();
  const std::uint64_t token = add(added);
  slots_[slot_of(added.text)] = static_cast<std::uint32_t>(token);
  return token;
}

EntryVerdict Ouch42Entry::refuse(const EnteredOrder& refused, char reason) {
  order(add_token(refused)).mentioned = true;
  say_rejected(refused, reason);
  return EntryVerdict::answered;
}

void Ouch42Entry::start_expiry(std::uint64_t token) {
  const std::uint32_t seconds = order(token).time_in_force;
  if (seconds == wire::ouch::immediate_42 || seconds >= wire::ouch::market_hours_42) return;
  expire_at(time_ns() + seconds * std::uint64_t{1'000'000'000}, token);
}

std::uint64_t Ouch42Entry::token_of(const ouch::Token& text) const noexcept {
  return slots_[slot_of(text)];
}

std::size_t Ouch42Entry::slot_of(const ouch::Token& text) const noexcept {
  std::uint64_t words[2] = {};
  std::memcpy(words, text.data(), text.size());
  std::uint64_t hash = (words[0] ^ std::rotl(words[1], 31)) * 0x9e3779b97f4a7c15;
  hash ^= hash >> 32;
  for (std::size_t at = hash;; ++at) {
    const std::size_t slot = at & (slots_.size() - 1);
    if (slots_[slot] == 0 || all()[slots_[slot] - 1].text == text) return slot;
  }
}

void Ouch42Entry::grow() {
  slots_.assign(slots_.size() * 2, 0);
  for (std::uint32_t k = 0; k < all().size(); ++k) slots_[slot_of(all()[k].text)] = k + 1;
}

void Ouch42Entry::forget(const EnteredOrder& order) {
  // The last one added: no later token's search goes through its slot.
  slots_[slot_of(order.text)] = 0;
}

void Ouch42Entry::say_system(char event_code, std::uint64_t time_ns) {
  start(time_ns);
  say<ouch::outbound::SystemEvent>().event_code = event_code;
}

void Ouch42Entry::say_accepted(const VenueEvent& event, const EnteredOrder& order) {
  auto& out = say<ouch::outbound::Accepted>();
  out.order_token = order.text;
  out.buy_sell_indicator = order.side;
  out.shares = static_cast<std::uint32_t>(event.size);
  out.stock = symbols()[order.instrument];
  out.price = wire_price(event.price_e9);
  out.time_in_force = order.time_in_force;
  out.firm = order.firm;
  out.display = order.display;
  out.order_reference_number = event.order_id;
  out.capacity = order.capacity;
  out.intermarket_sweep_eligibility = order.sweep;
  out.minimum_shares = std::uint32_t{0};
  out.cross_type = order.cross_type;
  out.order_state = event.open == 0 ? 'D' : 'L';
  out.bbo_weight_indicator = ' ';  // foreign name
}

void Ouch42Entry::say_replaced(const VenueEvent& event, const EnteredOrder& before,
                               const EnteredOrder& order) {
  auto& out = say<ouch::outbound::Replaced>();
  out.replacement_order_token = order.text;
  out.buy_sell_indicator = order.side;
  out.shares = event.open;
  out.stock = symbols()[order.instrument];
  out.price = wire_price(event.price_e9);
  out.time_in_force = order.time_in_force;
  out.firm = order.firm;
  out.display = order.display;
  out.order_reference_number = event.order_id;
  out.capacity = order.capacity;
  out.intermarket_sweep_eligibility = order.sweep;
  out.minimum_shares = std::uint32_t{0};
  out.cross_type = order.cross_type;
  out.order_state = event.open == 0 ? 'D' : 'L';
  out.previous_order_token = before.text;
  out.bbo_weight_indicator = ' ';  // foreign name
}

void Ouch42Entry::say_rejected(const EnteredOrder& order, RejectReason reason) {
  say_rejected(order, static_cast<char>(reason));
}

void Ouch42Entry::say_rejected(const EnteredOrder& order, char reason) {
  auto& out = say<ouch::outbound::RejectedOrder>();
  out.order_token = order.text;
  out.reason = reason;
}

void Ouch42Entry::say_modified(const EnteredOrder& order) {
  auto& out = say<ouch::outbound::OrderModified>();
  out.order_token = order.text;
  out.buy_sell_indicator = order.side;
  out.shares = order.open;
}

void Ouch42Entry::say_executed(const VenueEvent& event, const EnteredOrder& order) {
  auto& out = say<ouch::outbound::Executed>();
  out.order_token = order.text;
  out.executed_shares = static_cast<std::uint32_t>(event.size);
  out.execution_price = wire_price(event.price_e9);
  out.liquidity_flag = event.code;
  out.match_number = event.match_number;
}

void Ouch42Entry::say_cancelled(const VenueEvent& event, const EnteredOrder& order, char reason) {
  auto& out = say<ouch::outbound::Canceled>();
  out.order_token = order.text;
  out.decrement_shares = static_cast<std::uint32_t>(event.size);
  out.reason = reason;
}

void Ouch42Entry::say_self_match(const VenueEvent& event, const EnteredOrder& order,
                                 char liquidity) {
  auto& out = say<ouch::outbound::AiqCanceled>();
  out.order_token = order.text;
  out.decrement_shares = static_cast<std::uint32_t>(event.size);
  out.reason = event.code;
  out.shares_prevented_from_trading = event.prevented;
  out.execution_price = wire_price(event.price_e9);
  out.liquidity_flag = liquidity;
}

void Ouch42Entry::say_restated(const VenueEvent& event, const EnteredOrder& order) {
  auto& out = say<ouch::outbound::OrderPriorityUpdate>();
  out.order_token = order.text;
  out.price = wire_price(event.price_e9);
  out.display = order.display;
  out.order_reference_number = event.order_id;
}

void Ouch42Entry::say_cancel_pending(const EnteredOrder& order) {
  say<ouch::outbound::CancelPending>().order_token = order.text;
}

void Ouch42Entry::say_cancel_rejected(const EnteredOrder& order) {
  say<ouch::outbound::CancelReject>().order_token = order.text;
}

}  // namespace hft::venue
