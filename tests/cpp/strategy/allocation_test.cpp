// Strategies allocate when they are made, and never again.
#include "counted_allocations.hpp"
#include "hft/strategy/imbalance_taker.hpp"
#include "hft/strategy/quoter.hpp"
#include "strategy/strategy_fixture.hpp"

namespace hft::strategy {
namespace {

/// The venue's side: all orders are accepted, every third is executed in part, and of an IOC the
/// rest leaves. It allocates in its constructor.
template <class S>
class Venue {
 public:
  explicit Venue(S& strategy) : strategy_(strategy) {}

  std::uint64_t asked_for() const { return asked_for_; }

  void show(const record::Touch& touch) {
    actions_.begin(touch);
    strategy_.on_touch(touch, actions_);
    answer(touch.event_time_ns, 0);
    actions_.begin(touch);
    strategy_.on_time(touch.event_time_ns, actions_);
    answer(touch.event_time_ns, 0);
  }
  void report(const record::OrderReport& report, int depth) {
    actions_.begin(report);
    strategy_.on_report(report, actions_);
    answer(report.event_time_ns, depth + 1);
  }

 private:
  void answer(std::uint64_t time_ns, int depth) {
    std::array<OrderCommand, Actions::capacity> commands;
    const std::size_t count = actions_.commands().size();
    std::copy_n(actions_.commands().begin(), count, commands.begin());
    asked_for_ += count;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t id = commands[i].client_order_id;
      executed_[id] = executed_[commands[i].original_client_order_id];
      auto answer = answer_to(commands[i], time_ns);
      if (answer.action == ReportAction::replaced) answer.size -= executed_[id];
      report(answer, depth);
      const bool trades = id % 3 == 0 && depth < 3;  // or one would cause the next, for ever
      if (trades) executed_[id] += 30;
      if (trades) report(report_of(ReportAction::executed, id, 30, 0, time_ns), depth);
      if (commands[i].time_in_force != record::TimeInForce::immediate) continue;
      report(report_of(ReportAction::cancelled, id, commands[i].size, 0, time_ns), depth);
    }
  }

  S& strategy_;
  Actions actions_{Identity{}, 1};
  std::uint64_t asked_for_ = 0;
  std::vector<std::uint32_t> executed_ =
      std::vector<std::uint32_t>(1'000'000);  // by id, of the chain
};

/// An hour of a market. Returns how many commands there were.
template <class S>
std::uint64_t trade(Venue<S>& venue) {
  venue.report(report_of(ReportAction::session_up, 0), 0);
  for (std::uint32_t i = 1; i <= 20'000; ++i) {
    const auto cents = static_cast<std::int64_t>(10'000 + i / 7 % 50);
    const auto touch = touch_of({cents, 100 + i * 7919 % 9'000}, {cents + 1, 50 + i % 900},
                                open_ns + i * second_ns / 5);
    venue.show(i % 1'000 == 0 ? suspect(touch) : touch);
  }
  return venue.asked_for();
}

TEST(Allocation, the_quoter_allocates_nothing) {
  Quoter quoter(instruments, {});
  Venue venue(quoter);
  const std::uint64_t before = allocations;
  const std::uint64_t asked_for = trade(venue);
  EXPECT_EQ(allocations, before);
  EXPECT_GT(asked_for, 1'000u);
}

TEST(Allocation, the_imbalance_taker_allocates_nothing) {
  ImbalanceTaker taker(instruments, {});
  Venue venue(taker);
  const std::uint64_t before = allocations;
  const std::uint64_t asked_for = trade(venue);
  EXPECT_EQ(allocations, before);
  EXPECT_GT(asked_for, 100u);
}

}  // namespace
}  // namespace hft::strategy
