#include "hft/venue/order_entry.hpp"

#include <algorithm>
#include <bit>

#include "hft/venue/soupbin_server.hpp"
#include "hft/wire/ouch_fields.hpp"

namespace hft::venue {

namespace {

std::size_t hash_of(const Alpha<8>& symbol) noexcept {
  return std::bit_cast<std::uint64_t>(symbol) * 0x9e3779b97f4a7c15 >> 40;
}

constexpr auto later = [](const auto& a, const auto& b) { return a.time_ns > b.time_ns; };

}  // namespace

Symbols::Symbols(std::span<const Alpha<8>> symbols)
    : symbols_(symbols.size() + 1), slots_(std::bit_ceil(symbols.size() * 2 + 1)) {
  std::copy(symbols.begin(), symbols.end(), symbols_.begin() + 1);
  for (std::uint32_t k = 1; k < symbols_.size(); ++k) {
    std::size_t at = hash_of(symbols_[k]);
    while (slots_[at & (slots_.size() - 1)] != 0) ++at;
    slots_[at & (slots_.size() - 1)] = k;
  }
}

std::uint32_t Symbols::find(const Alpha<8>& symbol) const noexcept {
  for (std::size_t at = hash_of(symbol);; ++at) {
    const std::uint32_t found = slots_[at & (slots_.size() - 1)];
    if (found == 0) return no_instrument;
    if (symbols_[found] == symbol) return found;
  }
}

OrderEntry::OrderEntry(const AccountTerms& terms, const Symbols& symbols, std::uint64_t midnight_ns,
                       std::uint32_t expected_orders)
    : terms_(terms),
      symbols_(symbols),
      midnight_ns_(midnight_ns),
      stream_("the sequenced messages of an account") {
  orders_.reserve(expected_orders);
  expiries_.reserve(1024);
}

EntryVerdict OrderEntry::take(std::span<const std::byte> message, std::uint64_t time_ns,
                              OrderInput& out) {
  time_ns_ = time_ns;
  out = {};
  const EntryVerdict verdict = message.empty() ? EntryVerdict::malformed : decode(message, out);
  ++verdicts_[static_cast<std::size_t>(verdict)];
  in_work_ = out.kind == InputKind::replace ? out.new_token : out.token;
  return verdict;
}

void OrderEntry::applied(const OrderInput& input, Verdict verdict, std::uint64_t time_ns) {
  time_ns_ = time_ns;
  in_work_ = 0;
  if (input.kind == InputKind::enter || input.kind == InputKind::replace) {
    if (orders_.empty() || orders_.back().mentioned) return;
    // Nobody was told of the new order (the old one is gone): its number may be used again.
    forget(orders_.back());
    orders_.pop_back();
    std::erase_if(expiries_, [&](const Expiry& e) { return e.token > orders_.size(); });
    std::make_heap(expiries_.begin(), expiries_.end(), later);
  } else if (input.kind == InputKind::modify && verdict == Verdict::without_effect) {
    EnteredOrder& changed = order(input.token);  // only the side letter is another
    if (changed.open == 0 || changed.side == side_asked_) return;
    changed.side = side_asked_;
    say_modified(changed);
  }
}

void OrderEntry::said(const VenueEvent& event) {
  time_ns_ = event.time_ns;
  EnteredOrder& about = order(event.token);
  about.mentioned = true;
  switch (event.kind) {
    case EventKind::accepted: say_accepted(event, about); break;
    case EventKind::rejected: say_rejected(about, static_cast<RejectReason>(event.code)); return;
    case EventKind::replaced: return said_replaced(event, about);
    case EventKind::modified:
      about.side = side_asked_;
      about.open = event.open;
      say_modified(about);
      return;
    case EventKind::executed: say_executed(event, about); break;
    case EventKind::cancelled: return said_cancelled(event, about);
    case EventKind::restated: return say_restated(event, about);
    case EventKind::cancel_pending: return say_cancel_pending(about);
    case EventKind::cancel_rejected: return say_cancel_rejected(about);
    default: return;  // those for everyone
  }
  about.open = event.open;
}

void OrderEntry::said_replaced(const VenueEvent& event, EnteredOrder& about) {
  EnteredOrder& before = order(event.original);
  about.open = event.open;
  before.open = 0;
  say_replaced(event, before, about);
}

void OrderEntry::said_cancelled(const VenueEvent& event, EnteredOrder& about) {
  about.open = event.open;
  if (static_cast<CancelReason>(event.code) == CancelReason::self_match) {
    // Which letter an execution would have had: the order in work takes, the other was there.
    const Liquidity liquidity = event.token == in_work_ ? Liquidity::removed : Liquidity::added;
    return say_self_match(event, about, static_cast<char>(liquidity));
  }
  say_cancelled(event, about, expiring_ ? static_cast<char>(CancelReason::timeout) : event.code);
}

std::uint64_t OrderEntry::add(const EnteredOrder& added) {
  orders_.push_back(added);
  return orders_.size();
}

void OrderEntry::expire_at(std::uint64_t time_ns, std::uint64_t token) {
  expiries_.push_back({time_ns, token});
  std::push_heap(expiries_.begin(), expiries_.end(), later);
}

std::optional<std::uint64_t> OrderEntry::expired(std::uint64_t time_ns) noexcept {
  while (!expiries_.empty() && expiries_.front().time_ns <= time_ns) {
    const std::uint64_t token = expiries_.front().token;
    std::pop_heap(expiries_.begin(), expiries_.end(), later);
    expiries_.pop_back();
    if (order(token).open == 0) continue;
    expiring_ = true;
    return token;
  }
  return std::nullopt;
}

std::uint64_t OrderEntry::next_expiry_ns() const noexcept {
  return expiries_.empty() ? ~std::uint64_t{0} : expiries_.front().time_ns;
}

std::uint64_t OrderEntry::next_live(std::uint64_t token, std::uint32_t instrument) const noexcept {
  for (; token < orders_.size(); ++token) {
    const EnteredOrder& at = orders_[token];
    if (at.open != 0 && (instrument == no_instrument || at.instrument == instrument))
      return token + 1;
  }
  return 0;
}

bool OrderEntry::side_may_become(char from, char to) const noexcept {
  return from == to || (wire::ouch::is_sell(from) && wire::ouch::is_sell(to));
}

std::byte* OrderEntry::append_message(std::size_t bytes) {
  return append_sequenced(stream_, bytes);
}

}  // namespace hft::venue
