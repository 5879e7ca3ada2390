#include "hft/engine/exchange/core.hpp"

#include <algorithm>
#include <bit>
#include <string_view>

#include "hft/base/error.hpp"
#include "hft/venue/ouch42_entry.hpp"
#include "hft/venue/ouch50_entry.hpp"

namespace hft::engine::exchange {

namespace {

constexpr std::uint64_t never = ~std::uint64_t{0};
constexpr std::uint64_t longest_lag_ns = 1'000'000'000;  // of the flow
constexpr std::uint32_t most_steps = 10'000;             // of the flow, in one advance()

template <std::size_t n>
Alpha<n> padded(const std::string& text, const std::string& what) {
  Alpha<n> out;
  out.fill(' ');
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.';
  });
  if (text.empty() || text.size() > n || !printable)
    throw Error(what, "'" + text + "' is no name of 1 to " + std::to_string(n) + " characters",
                "use letters, digits and dots");
  std::copy(text.begin(), text.end(), out.begin());
  return out;
}

std::vector<Alpha<8>> symbols_of(const CoreOptions& options) {
  if (options.symbols.empty() || options.symbols.size() > 65'535)
    throw Error("exchange: symbols", std::to_string(options.symbols.size()) + " are given",
                "name 1 to 65535 instruments");
  std::vector<Alpha<8>> out;
  for (const std::string& symbol : options.symbols)
    out.push_back(padded<8>(symbol, "exchange: symbols"));
  std::vector<Alpha<8>> sorted = out;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end())
    throw Error("exchange: symbols", std::string(twice->data(), 8) + " comes twice",
                "name each instrument once");
  return out;
}

std::uint64_t midnight_of(std::uint64_t start_ns) {
  const auto date = session_date_at(start_ns);
  if (!date)
    throw Error("exchange", "its clock shows a time before 1987", "set the machine's clock");
  return midnight_new_york_ns(*date);
}

venue::EngineConfig engine_config(const CoreOptions& options) {
  venue::EngineConfig config;
  config.max_orders = options.max_orders;
  config.max_instruments = static_cast<std::uint32_t>(options.symbols.size()) + 1;
  config.max_owners = static_cast<std::uint32_t>(options.accounts.size()) + 1;
  config.post_only = options.post_only;
  return config;
}

class Hash {
 public:
  void add(std::string_view text) {
    for (const char c : text) add_byte(static_cast<unsigned char>(c));
    add_byte(0);
  }
  void add(std::uint64_t number) {
    for (int k = 0; k < 8; ++k) add_byte(number >> (8 * k) & 255);
  }
  void add(double number) { add(std::bit_cast<std::uint64_t>(number)); }
  std::uint64_t value() const { return value_; }

 private:
  void add_byte(std::uint64_t byte) { value_ = (value_ ^ byte) * 0x100000001b3; }
  std::uint64_t value_ = 0xcbf29ce484222325;
};

venue::Cross cross_of(DayAction action) noexcept {
  switch (action) {
    case DayAction::indicate_opening:
    case DayAction::freeze_opening:
    case DayAction::cross_opening: return venue::Cross::opening;
    default: return venue::Cross::closing;
  }
}

}  // namespace

std::uint64_t options_hash(const CoreOptions& options) {
  Hash hash;
  for (const std::string& symbol : options.symbols) hash.add(symbol);
  for (const AccountOptions& account : options.accounts) {
    hash.add(account.terms.user);
    hash.add(std::string_view(account.terms.firm.data(), account.terms.firm.size()));
    hash.add(std::uint64_t{account.terms.cancel_on_disconnect});
    hash.add(static_cast<std::uint64_t>(account.terms.self_match));
    hash.add(static_cast<std::uint64_t>(account.protocol));
  }
  for (const Scheduled& scheduled : options.schedule) {
    hash.add(scheduled.after_ns);
    hash.add(static_cast<std::uint64_t>(scheduled.action));
    hash.add(std::uint64_t{scheduled.instrument});
  }
  hash.add(options.flow.rate);
  hash.add(options.flow.seed);
  hash.add(std::uint64_t{options.flow.live_orders});
  hash.add(options.flow.zipf_exponent);
  hash.add(options.flow.capture);
  hash.add(options.flow.pace);
  hash.add(std::uint64_t{options.max_orders});
  hash.add(static_cast<std::uint64_t>(options.tick_e9));
  hash.add(static_cast<std::uint64_t>(options.post_only));
  hash.add(options.open_after_ns);
  hash.add(std::uint64_t{options.open_in_quotation});
  return hash.value();
}

ExchangeCore::ExchangeCore(const CoreOptions& options, std::uint64_t start_ns)
    : options_(options),
      open_ns_(start_ns + options.open_after_ns),
      midnight_ns_(midnight_of(start_ns)),
      symbols_(symbols_of(options)),
      feed_({padded<10>(options.session, "exchange: session"), midnight_ns_,
             options.feed_packet_bytes},
            symbols_),
      flow_(make_flow(options.flow, symbols_)),
      flow_book_(flow_ == nullptr ? 1 : options.flow.live_orders),
      flow_owner_(static_cast<std::uint32_t>(options.accounts.size())),
      sink_{this},
      matching_(engine_config(options), sink_) {
  std::stable_sort(options_.schedule.begin(), options_.schedule.end(),
                   [](const auto& a, const auto& b) { return a.after_ns < b.after_ns; });
  for (std::uint32_t k = 0; k <= symbols_.last(); ++k)  // [0] is none
    matching_.add_instrument({options.tick_e9, 0});
  for (const AccountOptions& account : options.accounts) {
    matching_.set_self_match(accounts(), account.terms.self_match);
    if (account.protocol == Protocol::ouch50)
      entries_.push_back(std::make_unique<venue::Ouch50Entry>(account.terms, symbols_, midnight_ns_,
                                                              options.expected_orders));
    else
      entries_.push_back(std::make_unique<venue::Ouch42Entry>(account.terms, symbols_, midnight_ns_,
                                                              options.expected_orders));
  }
  if (options.open_after_ns == 0)
    open_day(start_ns);
  else
    matching_.set_open(false);
}

void ExchangeCore::open_day(std::uint64_t time_ns) {
  opened_ = true;
  matching_.set_open(true);
  feed_.system_event('O', time_ns);
  for (std::uint32_t k = 1; k <= symbols_.last(); ++k) feed_.list(k, time_ns);
  feed_.system_event('S', time_ns);
  for (const auto& entry : entries_) entry->say_system('S', time_ns);
  if (options_.open_in_quotation)
    for (std::uint32_t k = 1; k <= symbols_.last(); ++k)
      matching_.set_state(time_ns, k, venue::TradingState::quotation);
  if (flow_ != nullptr)
    for (std::uint64_t left = flow_->before_open(); left > 0; --left) flow_step(time_ns);
  feed_.system_event('Q', time_ns);
}

void ExchangeCore::said(const venue::VenueEvent& event) {
  using venue::EventKind;
  if (event.kind > venue::last_owner_event) return feed_.said(event);
  const bool of_flow = event.owner == flow_owner_;
  switch (event.kind) {
    case EventKind::accepted: ++(of_flow ? counters_.flow_orders : counters_.orders); break;
    case EventKind::rejected: counters_.rejected += of_flow ? 0 : 1; break;
    case EventKind::cancelled: counters_.cancelled += of_flow ? 0 : 1; break;
    case EventKind::executed: counters_.trades += event.side == record::Side::bid ? 1 : 0; break;
    default: break;
  }
  if (of_flow) return flow_book_.said(event);
  entries_[event.owner]->said(event);
}

bool ExchangeCore::message(std::uint32_t account, std::span<const std::byte> message,
                           std::uint64_t time_ns) {
  ++counters_.messages;
  venue::OrderInput input;
  const venue::EntryVerdict verdict = entries_[account]->take(message, time_ns, input);
  if (verdict == venue::EntryVerdict::input) apply(account, input, time_ns);
  return verdict != venue::EntryVerdict::malformed;
}

void ExchangeCore::apply(std::uint32_t account, const venue::OrderInput& input,
                         std::uint64_t time_ns) {
  venue::Verdict verdict = venue::Verdict::done;
  switch (input.kind) {
    case venue::InputKind::enter:
      verdict = matching_.enter(time_ns, account, input.token, input.terms);
      break;
    case venue::InputKind::replace:
      verdict =
          matching_.replace(time_ns, account, input.token, input.new_token, input.replacement);
      break;
    case venue::InputKind::cancel:
      verdict = matching_.cancel(time_ns, account, input.token, input.size);
      break;
    case venue::InputKind::modify:
      verdict = matching_.modify(time_ns, account, input.token, input.size);
      break;
    case venue::InputKind::cancel_matching: return cancel_matching(account, input, time_ns);
  }
  entries_[account]->applied(input, verdict, time_ns);
}

void ExchangeCore::cancel_matching(std::uint32_t account, const venue::OrderInput& input,
                                   std::uint64_t time_ns) {
  const venue::OrderEntry& entry = *entries_[account];
  for (std::uint64_t token = entry.next_live(0, input.instrument); token != 0;
       token = entry.next_live(token, input.instrument))
    matching_.cancel(time_ns, account, token, 0);
}

bool ExchangeCore::has_to_cancel(std::uint32_t account) const noexcept {
  return entries_[account]->terms().cancel_on_disconnect && matching_.order_count(account) > 0;
}

bool ExchangeCore::disconnected(std::uint32_t account, std::uint64_t time_ns) {
  return has_to_cancel(account) &&
         matching_.cancel_all(time_ns, account, venue::CancelReason::system) > 0;
}

void ExchangeCore::advance(std::uint64_t time_ns) {
  if (ended_) return;
  if (!opened_) {
    if (open_ns_ <= time_ns) open_day(time_ns);
    return;
  }
  expire(time_ns);
  run_schedule(time_ns);
  run_flow(time_ns);
}

std::uint64_t ExchangeCore::next_due_ns() const noexcept {
  if (ended_) return never;
  if (!opened_) return open_ns_;
  std::uint64_t due = never;
  for (const auto& entry : entries_) due = std::min(due, entry->next_expiry_ns());
  if (scheduled_done_ < options_.schedule.size())
    due = std::min(due, open_ns_ + options_.schedule[scheduled_done_].after_ns);
  return std::min(due, flow_due_ns());
}

void ExchangeCore::expire(std::uint64_t time_ns) {
  for (std::uint32_t account = 0; account < accounts(); ++account) {
    venue::OrderEntry& entry = *entries_[account];
    while (const auto token = entry.expired(time_ns)) {
      matching_.cancel(time_ns, account, *token, 0);
      entry.end_of_expiry();
    }
  }
}

void ExchangeCore::run_schedule(std::uint64_t time_ns) {
  for (; scheduled_done_ < options_.schedule.size() &&
         open_ns_ + options_.schedule[scheduled_done_].after_ns <= time_ns;
       ++scheduled_done_) {
    const Scheduled& scheduled = options_.schedule[scheduled_done_];
    if (scheduled.action == DayAction::close) {
      close(time_ns);
    } else if (scheduled.instrument != 0) {
      act(scheduled, scheduled.instrument, time_ns);
    } else {
      for (std::uint32_t k = 1; k <= symbols_.last(); ++k) act(scheduled, k, time_ns);
    }
  }
}

void ExchangeCore::act(const Scheduled& scheduled, std::uint32_t instrument,
                       std::uint64_t time_ns) {
  using venue::TradingState;
  const venue::Cross cross = cross_of(scheduled.action);
  switch (scheduled.action) {
    case DayAction::halt: matching_.set_state(time_ns, instrument, TradingState::halted); break;
    case DayAction::pause: matching_.set_state(time_ns, instrument, TradingState::paused); break;
    case DayAction::quote: matching_.set_state(time_ns, instrument, TradingState::quotation); break;
    case DayAction::resume: matching_.set_state(time_ns, instrument, TradingState::trading); break;
    case DayAction::indicate_opening:
    case DayAction::indicate_closing:
      feed_.imbalance(instrument, cross, matching_.indication(instrument, cross), time_ns);
      break;
    case DayAction::freeze_opening:
    case DayAction::freeze_closing: matching_.freeze(instrument, cross); break;
    case DayAction::cross_opening:
    case DayAction::cross_closing: matching_.cross(time_ns, instrument, cross); break;
    case DayAction::close: break;
  }
}

void ExchangeCore::close(std::uint64_t time_ns) {
  matching_.set_open(false);
  matching_.expire(time_ns, record::TimeInForce::day);
  feed_.system_event('M', time_ns);
}

void ExchangeCore::end_day(std::uint64_t time_ns) {
  if (ended_) return;
  ended_ = true;
  feed_.system_event('E', time_ns);
  feed_.system_event('C', time_ns);
  for (const auto& entry : entries_) entry->say_system('E', time_ns);
}

std::uint64_t ExchangeCore::flow_due_ns() const noexcept {
  if (flow_ == nullptr || flow_->due_ns() == never) return never;
  return open_ns_ + flow_pause_ns_ + flow_->due_ns();
}

void ExchangeCore::run_flow(std::uint64_t time_ns) {
  // After a pause (the process was gone) the flow goes on where it was, and makes up for nothing.
  const std::uint64_t due_ns = flow_due_ns();
  if (due_ns < time_ns && time_ns - due_ns > longest_lag_ns) flow_pause_ns_ += time_ns - due_ns;
  for (std::uint32_t step = 0; step < most_steps && flow_due_ns() <= time_ns; ++step)
    flow_step(time_ns);
}

void ExchangeCore::flow_step(std::uint64_t time_ns) {
  for (auto step = flow_book_.step(flow_->next()); step.ask != FlowBook::Ask::nothing;
       step = flow_book_.then())
    apply_flow(step, time_ns);
}

void ExchangeCore::apply_flow(const FlowBook::Step& step, std::uint64_t time_ns) {
  switch (step.ask) {
    case FlowBook::Ask::nothing: return;
    case FlowBook::Ask::enter:
    case FlowBook::Ask::take: matching_.enter(time_ns, flow_owner_, step.token, step.terms); break;
    case FlowBook::Ask::replace:
      matching_.replace(time_ns, flow_owner_, step.token, step.new_token, step.replacement);
      break;
    case FlowBook::Ask::cancel:
      matching_.cancel(time_ns, flow_owner_, step.token, step.size);
      break;
  }
  ++counters_.flow_messages;
}

void ExchangeCore::reserve() {
  for (const auto& entry : entries_) entry->stream().reserve();
  feed_.store().reserve();
}

}  // namespace hft::engine::exchange
