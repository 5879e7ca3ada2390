#include "hft/venue/ouch50_entry.hpp"

#include <algorithm>

#include "hft/wire/ouch50_appendage.hpp"
#include "hft/wire/ouch_fields.hpp"

namespace hft::venue {

namespace {

namespace ouch = wire::ouch50;
using ouch::AppendageReader;
using ouch::OptionTag;

// Rejection codes: "OUCH 5.0" specification, appendix of order reject reasons.
constexpr std::uint16_t closed = 0x0002;
constexpr std::uint16_t invalid_display = 0x0003;
constexpr std::uint16_t invalid_max_floor = 0x0004;
constexpr std::uint16_t invalid_peg = 0x0005;
constexpr std::uint16_t halted = 0x0007;
constexpr std::uint16_t invalid_side = 0x0009;
constexpr std::uint16_t firm_not_authorised = 0x000c;
constexpr std::uint16_t invalid_minimum = 0x000d;
constexpr std::uint16_t other = 0x000f;
constexpr std::uint16_t crossed_market = 0x0012;
constexpr std::uint16_t invalid_size = 0x0013;
constexpr std::uint16_t invalid_cross = 0x0014;
constexpr std::uint16_t invalid_symbol = 0x0017;
constexpr std::uint16_t invalid_price = 0x001d;

std::uint16_t code_of(RejectReason reason) noexcept {
  switch (reason) {
    case RejectReason::halted: return halted;
    case RejectReason::bad_instrument: return invalid_symbol;
    case RejectReason::bad_price: return invalid_price;
    case RejectReason::bad_size: return invalid_size;
    case RejectReason::closed: return closed;
    case RejectReason::wrong_cross: return invalid_cross;
    case RejectReason::post_only: return crossed_market;
    case RejectReason::bad_terms:
    case RejectReason::full: break;
  }
  return other;
}

/// A message of `bytes`, its appendage found; null where the size is not that of the message.
template <class Message>
const Message* as(std::span<const std::byte> bytes, std::span<const std::byte>& appendage) {
  return ouch::find_appendage<Message>(bytes, appendage)
             ? reinterpret_cast<const Message*>(bytes.data())
             : nullptr;
}

std::uint64_t wire_price(std::int64_t price_e9) noexcept {
  return price_e9 == record::price_null ? std::uint64_t{wire::ouch::market_price}
                                        : static_cast<std::uint64_t>(price_e9) / price_unit_e9;
}

std::int64_t price_of(std::uint64_t price) noexcept {
  return wire::ouch::is_market_price(price) ? record::price_null : wire::ouch::price_e9(price);
}

record::TimeInForce time_in_force_of(std::uint32_t letter) noexcept {
  switch (static_cast<char>(letter)) {
    case wire::ouch::day_50: return record::TimeInForce::day;
    case wire::ouch::immediate_50: return record::TimeInForce::immediate;
    default: return record::TimeInForce::extended;
  }
}

}  // namespace

struct Ouch50Entry::Options {
  bool bad = false;  // no appendage at all
  bool has_floor = false;
  bool post_only = false;
  bool pegged = false;
  bool discretion = false;
  Alpha<4> firm{' ', ' ', ' ', ' '};
  std::uint32_t minimum = 0;
  std::uint32_t floor = 0;
  std::uint32_t expire_s = 0;  // since midnight; 0: none

  explicit Options(std::span<const std::byte> appendage) noexcept {
    AppendageReader reader(appendage);
    ouch::Option option{};
    while (reader.next(option)) note(option);
    bad = reader.bad();
  }

  std::uint32_t display_size(char display) const noexcept {
    return display == 'N' ? 0 : has_floor ? floor : show_all;
  }

 private:
  void note(const ouch::Option& option) noexcept {
    const auto number = static_cast<std::uint32_t>(option.number());
    switch (option.tag) {
      case OptionTag::firm:
        for (std::size_t k = 0; k < firm.size(); ++k) firm[k] = static_cast<char>(option.value[k]);
        break;
      case OptionTag::minimum_shares: minimum = number; break;
      case OptionTag::max_floor:
        has_floor = true;
        floor = number;
        break;
      case OptionTag::price_type: pegged = static_cast<char>(number) != 'L'; break;
      case OptionTag::discretion_price: discretion = true; break;
      case OptionTag::post_only: post_only = static_cast<char>(number) == 'P'; break;
      case OptionTag::expire_time: expire_s = number; break;
      default: break;  // of no meaning here: routing, locates, groups
    }
  }
};

EntryVerdict Ouch50Entry::decode(std::span<const std::byte> message, OrderInput& out) {
  namespace in = ouch::inbound;
  switch (static_cast<char>(message[0])) {
    case in::EnterOrder::tag: return enter(message, out);
    case in::ReplaceOrder::tag: return replace(message, out);
    case in::CancelOrder::tag: return cancel(message, out);
    case in::ModifyOrder::tag: return modify(message, out);
    case in::MassCancel::tag: return mass_cancel(message, out);
    case in::DisableOrderEntry::tag:
      return set_entry<in::DisableOrderEntry, ouch::outbound::DisableOrderEntryResponse>(message,
                                                                                         false);
    case in::EnableOrderEntry::tag:
      return set_entry<in::EnableOrderEntry, ouch::outbound::EnableOrderEntryResponse>(message,
                                                                                       true);
    case in::AccountQuery::tag:
      return message.size() == sizeof(in::AccountQuery) ? account_query() : EntryVerdict::malformed;
    default: return EntryVerdict::malformed;
  }
}

EntryVerdict Ouch50Entry::enter(std::span<const std::byte> message, OrderInput& out) {
  std::span<const std::byte> appendage;
  const auto* in = as<ouch::inbound::EnterOrder>(message, appendage);
  const Options options(appendage);
  if (in == nullptr || options.bad) return EntryVerdict::malformed;
  if (is_repeated(in->user_ref_num)) return EntryVerdict::ignored;
  EnteredOrder order{in->cl_ord_id,
                     terms().firm,
                     in->user_ref_num,
                     symbols().find(in->symbol),
                     static_cast<std::uint32_t>(in->time_in_force),
                     0,
                     in->side,
                     in->display,
                     in->capacity,
                     in->intermarket_sweep_eligibility,
                     in->cross_type,
                     false};
  if (order.instrument == no_instrument) return refuse(order, invalid_symbol);
  const bool crosses =
      order.cross_type == 'O' || order.cross_type == 'C' || order.cross_type == 'H';
  if (!crosses && order.cross_type != 'N') return refuse(order, invalid_cross);
  if (order.side != wire::ouch::buy && !wire::ouch::is_sell(order.side))
    return refuse(order, invalid_side);
  if (const std::uint16_t code = refusal(order, in->price, options); code != 0)
    return refuse(order, code);
  out.kind = InputKind::enter;
  out.token = add(order);
  start_expiry(order, options, out.token);
  out.terms = {order.instrument,
               order.side == wire::ouch::buy ? record::Side::bid : record::Side::ask,
               in->shares,
               price_of(in->price),
               time_in_force_of(order.time_in_force),
               options.display_size(order.display),
               options.post_only,
               static_cast<Cross>(order.cross_type)};
  return EntryVerdict::input;
}

EntryVerdict Ouch50Entry::replace(std::span<const std::byte> message, OrderInput& out) {
  std::span<const std::byte> appendage;
  const auto* in = as<ouch::inbound::ReplaceOrder>(message, appendage);
  const Options options(appendage);
  if (in == nullptr || options.bad) return EntryVerdict::malformed;
  const std::uint64_t before = token_of(in->orig_user_ref_num);
  if (before == 0 || order(before).open == 0) return EntryVerdict::ignored;
  if (is_repeated(in->user_ref_num)) return EntryVerdict::ignored;
  EnteredOrder next = order(before);
  next.text = in->cl_ord_id;
  next.number = in->user_ref_num;
  next.time_in_force = static_cast<std::uint32_t>(in->time_in_force);
  next.open = 0;
  next.display = in->display;
  next.sweep = in->intermarket_sweep_eligibility;
  next.mentioned = false;
  if (!entry_enabled_) return refuse(next, other);
  out.token = before;
  if (refusal(next, in->price, options) != 0) {
    // As the specification has it: the order leaves, and the new number is not used up.
    last_number_ = number_before_;
    out.kind = InputKind::cancel;
    return EntryVerdict::input;
  }
  out.kind = InputKind::replace;
  out.new_token = add(next);
  start_expiry(next, options, out.new_token);
  out.replacement = {in->shares, price_of(in->price), time_in_force_of(next.time_in_force),
                     options.display_size(next.display), options.post_only};
  return EntryVerdict::input;
}

EntryVerdict Ouch50Entry::cancel(std::span<const std::byte> message, OrderInput& out) {
  std::span<const std::byte> appendage;
  const auto* in = as<ouch::inbound::CancelOrder>(message, appendage);
  if (in == nullptr) return EntryVerdict::malformed;
  out.kind = InputKind::cancel;
  out.token = token_of(in->user_ref_num);
  out.size = in->shares;
  return out.token == 0 ? EntryVerdict::ignored : EntryVerdict::input;
}

EntryVerdict Ouch50Entry::modify(std::span<const std::byte> message, OrderInput& out) {
  std::span<const std::byte> appendage;
  const auto* in = as<ouch::inbound::ModifyOrder>(message, appendage);
  if (in == nullptr) return EntryVerdict::malformed;
  out.kind = InputKind::modify;
  out.token = token_of(in->user_ref_num);
  out.size = in->shares;
  if (out.token == 0 || !side_may_become(order(out.token).side, in->side))
    return EntryVerdict::ignored;
  note_side(in->side);
  return EntryVerdict::input;
}

EntryVerdict Ouch50Entry::mass_cancel(std::span<const std::byte> message, OrderInput& out) {
  std::span<const std::byte> appendage;
  const auto* in = as<ouch::inbound::MassCancel>(message, appendage);
  if (in == nullptr) return EntryVerdict::malformed;
  if (in->firm != terms().firm || is_repeated(in->user_ref_num)) return EntryVerdict::ignored;
  constexpr Alpha<8> all{' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
  out.kind = InputKind::cancel_matching;
  out.instrument = in->symbol == all ? no_instrument : symbols().find(in->symbol);
  auto& response = say<ouch::outbound::MassCancelResponse>();
  response.user_ref_num = in->user_ref_num;
  response.firm = in->firm;
  response.symbol = in->symbol;
  response.appendage_length = std::uint16_t{0};
  // An unknown symbol has no orders, and must not mean all.
  return in->symbol != all && out.instrument == no_instrument ? EntryVerdict::answered
                                                              : EntryVerdict::input;
}

template <class Message, class Response>
EntryVerdict Ouch50Entry::set_entry(std::span<const std::byte> message, bool enabled) {
  std::span<const std::byte> appendage;
  const auto* in = as<Message>(message, appendage);
  if (in == nullptr) return EntryVerdict::malformed;
  if (in->firm != terms().firm || is_repeated(in->user_ref_num)) return EntryVerdict::ignored;
  entry_enabled_ = enabled;
  auto& response = say<Response>();
  response.user_ref_num = in->user_ref_num;
  response.firm = in->firm;
  response.appendage_length = std::uint16_t{0};
  return EntryVerdict::answered;
}

EntryVerdict Ouch50Entry::account_query() {
  say<ouch::outbound::AccountQueryResponse>().next_user_ref_num = last_number_ + 1;
  return EntryVerdict::answered;
}

std::uint16_t Ouch50Entry::refusal(const EnteredOrder& order, std::uint64_t price,
                                   const Options& options) const noexcept {
  constexpr Alpha<4> own{' ', ' ', ' ', ' '};
  if (!entry_enabled_) return other;
  if (options.firm != own && options.firm != terms().firm) return firm_not_authorised;
  if (order.display != 'Y' && order.display != 'A' && order.display != 'N') return invalid_display;
  if (options.has_floor && options.floor == 0) return invalid_max_floor;
  if (options.minimum != 0) return invalid_minimum;
  if (options.pegged || options.discretion) return invalid_peg;
  const auto letter = static_cast<char>(order.time_in_force);
  if (letter != wire::ouch::day_50 && letter != wire::ouch::immediate_50 &&
      letter != wire::ouch::extended_50 && letter != wire::ouch::until_time_50)
    return other;
  if (letter == wire::ouch::until_time_50 && options.expire_s == 0) return other;
  if (!wire::ouch::is_limit_price(price) && !wire::ouch::is_market_price(price))
    return invalid_price;
  return 0;
}

EntryVerdict Ouch50Entry::refuse(const EnteredOrder& refused, std::uint16_t code) {
  order(add(refused)).mentioned = true;
  say_rejected(refused, code);
  return EntryVerdict::answered;
}

void Ouch50Entry::start_expiry(const EnteredOrder& order, const Options& options,
                               std::uint64_t token) {
  if (static_cast<char>(order.time_in_force) != wire::ouch::until_time_50) return;
  expire_at(midnight_ns() + options.expire_s * std::uint64_t{1'000'000'000}, token);
}

bool Ouch50Entry::is_repeated(std::uint32_t number) noexcept {
  if (number <= last_number_) return true;
  number_before_ = last_number_;
  last_number_ = number;
  return false;
}

void Ouch50Entry::forget(const EnteredOrder&) {
  last_number_ = number_before_;
}

std::uint64_t Ouch50Entry::token_of(std::uint32_t number) const noexcept {
  const auto at = std::lower_bound(
      all().begin(), all().end(), number,
      [](const EnteredOrder& order, std::uint32_t wanted) { return order.number < wanted; });
  return at == all().end() || at->number != number
             ? 0
             : static_cast<std::uint64_t>(at - all().begin()) + 1;
}

void Ouch50Entry::say_system(char event_code, std::uint64_t time_ns) {
  start(time_ns);
  say<ouch::outbound::SystemEvent>().event_code = event_code;
}

void Ouch50Entry::say_accepted(const VenueEvent& event, const EnteredOrder& order) {
  auto& out = say<ouch::outbound::OrderAccepted>();
  out.user_ref_num = order.number;
  out.side = order.side;
  out.shares = static_cast<std::uint32_t>(event.size);
  out.symbol = symbols()[order.instrument];
  out.price = wire_price(event.price_e9);
  out.time_in_force = static_cast<char>(order.time_in_force);
  out.display = order.display;
  out.order_reference_number = event.order_id;
  out.capacity = order.capacity;
  out.intermarket_sweep_eligibility = order.sweep;
  out.cross_type = order.cross_type;
  out.order_state = event.open == 0 ? 'D' : 'L';
  out.cl_ord_id = order.text;
  out.appendage_length = std::uint16_t{0};
}

void Ouch50Entry::say_replaced(const VenueEvent& event, const EnteredOrder& before,
                               const EnteredOrder& order) {
  auto& out = say<ouch::outbound::OrderReplaced>();
  out.orig_user_ref_num = before.number;
  out.user_ref_num = order.number;
  out.side = order.side;
  out.shares = event.open;
  out.symbol = symbols()[order.instrument];
  out.price = wire_price(event.price_e9);
  out.time_in_force = static_cast<char>(order.time_in_force);
  out.display = order.display;
  out.order_reference_number = event.order_id;
  out.capacity = order.capacity;
  out.intermarket_sweep_eligibility = order.sweep;
  out.cross_type = order.cross_type;
  out.order_state = event.open == 0 ? 'D' : 'L';
  out.cl_ord_id = order.text;
  out.appendage_length = std::uint16_t{0};
}

void Ouch50Entry::say_rejected(const EnteredOrder& order, RejectReason reason) {
  say_rejected(order, code_of(reason));
}

void Ouch50Entry::say_rejected(const EnteredOrder& order, std::uint16_t code) {
  auto& out = say<ouch::outbound::RejectedOrder>();
  out.user_ref_num = order.number;
  out.rejected_order_reason = code;
  out.cl_ord_id = order.text;
}

void Ouch50Entry::say_modified(const EnteredOrder& order) {
  auto& out = say<ouch::outbound::OrderModified>();
  out.user_ref_num = order.number;
  out.side = order.side;
  out.shares = order.open;
}

void Ouch50Entry::say_executed(const VenueEvent& event, const EnteredOrder& order) {
  auto& out = say<ouch::outbound::OrderExecuted>();
  out.user_ref_num = order.number;
  out.shares = static_cast<std::uint32_t>(event.size);
  out.price = wire_price(event.price_e9);
  out.liquidity_flag = event.code;
  out.match_number = event.match_number;
  out.appendage_length = std::uint16_t{0};
}

void Ouch50Entry::say_cancelled(const VenueEvent& event, const EnteredOrder& order, char reason) {
  auto& out = say<ouch::outbound::OrderCanceled>();
  out.user_ref_num = order.number;
  out.shares = static_cast<std::uint32_t>(event.size);
  out.cancel_order_reason = reason;
}

void Ouch50Entry::say_self_match(const VenueEvent& event, const EnteredOrder& order,
                                 char liquidity) {
  auto& out = say<ouch::outbound::AiqCanceled>();
  out.user_ref_num = order.number;
  out.decrement_shares = static_cast<std::uint32_t>(event.size);
  out.order_cancel_reason = event.code;
  out.shares_prevented_from_trading = event.prevented;
  out.execution_price = wire_price(event.price_e9);
  out.liquidity_flag = liquidity;
}

void Ouch50Entry::say_restated(const VenueEvent& event, const EnteredOrder& order) {
  constexpr auto id = OptionTag::secondary_order_reference_number;
  constexpr auto shares = OptionTag::display_shares;
  constexpr std::size_t options = 2 + ouch::option_size(id) + 2 + ouch::option_size(shares);
  auto& out = say<ouch::outbound::OrderRestated>(options);
  out.user_ref_num = order.number;
  out.order_restated_reason = 'R';  // refresh of a reserve order
  out.appendage_length = static_cast<std::uint16_t>(options);
  ouch::AppendageWriter writer(reinterpret_cast<std::byte*>(&out + 1));
  writer.number<id>(event.order_id);
  writer.number<shares>(event.shown);
}

void Ouch50Entry::say_cancel_pending(const EnteredOrder& order) {
  say<ouch::outbound::CancelPending>().user_ref_num = order.number;
}

void Ouch50Entry::say_cancel_rejected(const EnteredOrder& order) {
  say<ouch::outbound::CancelReject>().user_ref_num = order.number;
}

}  // namespace hft::venue
