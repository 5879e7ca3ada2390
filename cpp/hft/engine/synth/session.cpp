// Merges the schedule and the flow, keeps the number of live orders on its course, and checks the
// options before anything begins.
#include "hft/engine/synth/session.hpp"

#include <algorithm>
#include <string>

#include "hft/base/error.hpp"

namespace hft::engine::synth {

namespace {

[[noreturn]] void refuse(const std::string& option, const std::string& problem,
                         const std::string& remedy) {
  throw Error("synthetic session: " + option, problem, remedy);
}

const Options& checked(const Options& options) {
  if (options.instruments == 0 || options.instruments > 65'535) {
    refuse("instruments", std::to_string(options.instruments) + " is out of range",
           "a locate code has 16 bits: ask for 1 to 65535");
  }
  if (!(options.zipf_exponent >= 0 && options.zipf_exponent <= 3)) {
    refuse("zipf_exponent", "it is out of range", "ask for 0 to 3, for example 0.9");
  }
  if (options.open_ns < 180'000'000'000 || options.close_ns > 86'000'000'000'000 ||
      options.close_ns < options.open_ns + 1'000'000'000) {
    refuse("open_ns, close_ns", "they do not bound a day in New York",
           "give ns since midnight with the close a second or more after the open");
  }
  for (const std::uint32_t part : {options.mix.add, options.mix.remove}) {
    if (part == 0) refuse("mix", "orders must come and go", "give add and remove a share above 0");
  }
  return options;
}

std::uint64_t flow_messages(const Options& options, std::size_t scheduled) {
  if (options.messages <= scheduled) {
    refuse("messages",
           std::to_string(options.messages) + " are too few: opening and closing the day takes " +
               std::to_string(scheduled),
           "ask for more messages or for fewer instruments");
  }
  return options.messages - scheduled;
}

std::uint32_t live_target(const Options& options) {
  const std::uint64_t wanted =
      options.live_orders != 0 ? std::min<std::uint64_t>(options.live_orders, options.messages / 4)
                               : std::min<std::uint64_t>(1'500'000, options.messages / 13);
  return static_cast<std::uint32_t>(std::max<std::uint64_t>(wanted, 1));
}

}  // namespace

Session::Session(const Options& options)
    : random_(checked(options).seed),
      instruments_(options, random_),
      schedule_(make_schedule(options, random_)),
      flow_messages_(flow_messages(options, schedule_.size())),
      live_target_(live_target(options)),
      // A fifth of the day; longer where so many orders cannot be added by then.
      ramp_(std::max(flow_messages_ / 5, std::min(flow_messages_ * 9 / 10, live_target_ * 10 / 3))),
      orders_(options, static_cast<std::uint32_t>(live_target_), instruments_, random_, writer_),
      announcements_(instruments_, orders_, random_, writer_),
      clock_(options.open_ns, options.close_ns, flow_messages_) {
  prepare_mix(options.mix);
  flow_time_ = clock_.advance(random_);
}

std::size_t Session::fill(std::span<std::byte> room) {
  const std::byte* const last = room.data() + room.size() - MessageWriter::max_block;
  writer_.point_at(room.data());
  while (writer_.next() <= last && step()) ++messages_done_;
  const auto written = static_cast<std::size_t>(writer_.next() - room.data());
  bytes_ += written;
  return written;
}

Summary Session::summary() const {
  Summary summary;
  const Market& market = orders_.market();
  summary.messages = messages_done_;
  summary.by_type = writer_.by_type();
  summary.bytes = bytes_;
  for (const char type : {'A', 'F', 'E', 'C', 'X', 'D', 'U'}) {
    summary.book_messages += summary.count(type);
  }
  summary.deep_messages = orders_.deep_messages();
  summary.live_orders = market.live_orders();
  summary.max_live_orders = max_live_orders_;
  summary.max_levels = market.max_levels();
  summary.digest = market.digest();
  return summary;
}

// The likeliest first: the search goes through them in this order.
void Session::prepare_mix(const Mix& mix) {
  const std::array<FlowKind, 13> shares = {{
      {mix.add, &Session::add},
      {mix.remove, &Session::remove},
      {mix.replace, &Session::replace},
      {mix.execute, &Session::execute},
      {mix.trade, &Session::trade},
      {mix.imbalance, &Session::imbalance},
      {mix.add_with_mpid, &Session::add_with_mpid},
      {mix.cancel, &Session::cancel},
      {mix.participant_position, &Session::participant_position},
      {mix.execute_with_price, &Session::execute_with_price},
      {mix.short_sale, &Session::short_sale},
      {mix.retail_interest, &Session::retail_interest},
      {mix.broken_trade, &Session::broken_trade},
  }};
  std::uint64_t total = 0;
  for (std::size_t kind = 0; kind < shares.size(); ++kind) {
    total += shares[kind].below;
    flow_kinds_[kind] = {static_cast<std::uint32_t>(total), shares[kind].flow};
  }
  if (total > ~std::uint32_t{0}) refuse("mix", "the shares are too large", "use parts of 10,000");
}

// Writes one message; false at the end of the session.
bool Session::step() {
  if (scheduled_done_ < schedule_.size() && schedule_[scheduled_done_].time_ns <= flow_time_) {
    announcements_.write(schedule_[scheduled_done_++]);
    return true;
  }
  if (flow_time_ == never) return false;
  flow_step();
  flow_time_ = ++flow_done_ < flow_messages_ ? clock_.advance(random_) : never;
  return true;
}

void Session::flow_step() {
  const std::uint32_t draw = random_.below(flow_kinds_.back().below);
  const FlowKind* kind = flow_kinds_.data();
  while (draw >= kind->below) ++kind;
  if (!steer(flow_time_, kind->flow)) (this->*kind->flow)(flow_time_);
  max_live_orders_ = std::max<std::uint64_t>(max_live_orders_, orders_.market().live_orders());
}

// Takes an add for a remove, or the reverse, where the number of live orders left its course.
bool Session::steer(std::uint64_t time_ns, Flow flow) {
  const std::uint64_t live = orders_.market().live_orders();
  const std::uint64_t goal = live_goal();
  const std::uint64_t slack = live_target_ / 256 + 1;
  if (flow == &Session::remove && live + slack < goal) {
    add(time_ns);
    return true;
  }
  if (flow == &Session::add && live > goal + slack) {
    remove(time_ns);
    return true;
  }
  return false;
}

std::uint64_t Session::live_goal() const noexcept {
  return flow_done_ >= ramp_ ? live_target_ : live_target_ * flow_done_ / ramp_;
}

void Session::participant_position(std::uint64_t time_ns) {
  // Drawn before the call: compilers evaluate the arguments of a call in different orders.
  const char state = random_.below(2) == 0 ? 'A' : 'W';
  announcements_.participant_position(time_ns, announcements_.any_instrument(), state);
}

void Session::short_sale(std::uint64_t time_ns) {
  announcements_.short_sale(time_ns, announcements_.any_instrument(), '1');
}

}  // namespace hft::engine::synth
