// The table of legal steps: the same in the docs, and what reports do to orders.
#include "hft/order/order_life.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "order/order_fixture.hpp"

namespace hft::order {
namespace {

using record::OrderReport;
using record::ReportAction;

std::string cell_text(OrderState from, OrderStep step) {
  const Transition to = transition_of(from, step);
  if (!is_legal(from, step)) return "";
  if (to.closed == OrderState::none || to.closed == to.open) return std::string(name_of(to.open));
  return std::string(name_of(to.open)) + " / " + std::string(name_of(to.closed));
}

/// The table as docs/orders.md has it: a line for each step, a cell for each state it may find.
std::string table_text() {
  std::ostringstream out;
  for (std::size_t s = 0; s < order_step_count; ++s) {
    const auto step = static_cast<OrderStep>(s);
    for (std::size_t i = 0; i < order_state_count; ++i) {
      const auto from = static_cast<OrderState>(i);
      if (!is_legal(from, step)) continue;
      out << "| " << name_of(step) << " | " << name_of(from) << " | " << cell_text(from, step)
          << " |\n";
    }
  }
  return out.str();
}

TEST(OrderLife, TheTableInTheDocsIsTheTable) {
  const auto root = std::filesystem::path(__FILE__).parent_path() / "../../..";
  std::ifstream file(root / "docs" / "orders.md");
  ASSERT_TRUE(file) << "docs/orders.md";
  const std::string page(std::istreambuf_iterator<char>(file), {});
  EXPECT_NE(page.find(table_text()), std::string::npos) << "docs/orders.md lacks this table:\n"
                                                        << table_text();
}

/// An order in each state that reports can find, by the shortest way there.
void bring_to(OrderStates& states, OrderState state) {
  std::uint32_t number = 0;
  const auto say = [&](ReportAction action, std::uint32_t id, std::uint32_t size = 0) {
    OrderReport report = report_of(++number, action, id, size, 900);
    ASSERT_EQ(states.apply(report), StateVerdict::applied);
  };
  states.sent(enter(1, 100));
  if (state == OrderState::rejected) return say(ReportAction::rejected, 1);
  if (state == OrderState::lost) {
    states.reconcile(0, [](const Order&, bool) {});
    return;
  }
  if (state == OrderState::pending_new) return;
  say(ReportAction::accepted, 1, 100);
  if (state == OrderState::live) return;
  if (state == OrderState::pending_cancel) return states.sent(cancel(1, 60));
  if (state == OrderState::cancelled) return say(ReportAction::cancelled, 1, 100);
  if (state == OrderState::filled || state == OrderState::broken) {
    say(ReportAction::executed, 1, 100);
    if (state == OrderState::broken) say(ReportAction::broken, 1);
    return;
  }
  states.sent(replace(1, 2, 100));
  if (state == OrderState::replaced) say(ReportAction::replaced, 2, 100);
}

struct Stimulus {
  OrderStep step;
  ReportAction action;
  std::uint32_t open_size;    // leaves something open
  std::uint32_t closed_size;  // leaves nothing; 0: there is no such report
};

TEST(OrderLife, ReportsLeadWhereTheTableSays) {
  const std::vector<Stimulus> stimuli{
      {OrderStep::accepted, ReportAction::accepted, 100, 0},
      {OrderStep::executed, ReportAction::executed, 40, 100},
      {OrderStep::cancelled, ReportAction::cancelled, 40, 100},
      {OrderStep::rejected, ReportAction::rejected, 0, 0},
      {OrderStep::cancel_rejected, ReportAction::cancel_rejected, 0, 0},
      {OrderStep::cancel_pending, ReportAction::cancel_pending, 0, 0},
      {OrderStep::changed, ReportAction::modified, 50, 0},
      {OrderStep::corrected, ReportAction::corrected, 0, 0},
      {OrderStep::broken, ReportAction::broken, 0, 0}};
  for (std::size_t i = 1; i < order_state_count; ++i) {
    const auto from = static_cast<OrderState>(i);
    for (const Stimulus& stimulus : stimuli) {
      for (const std::uint32_t size : {stimulus.open_size, stimulus.closed_size}) {
        if (size == 0 && stimulus.open_size != 0) continue;
        OrderStates states({.orders = 16, .executions = 16});
        ASSERT_NO_FATAL_FAILURE(bring_to(states, from));
        ASSERT_EQ(states.find(1)->state, from);
        const bool answered = from != OrderState::pending_new && from != OrderState::lost;
        const bool answers =
            stimulus.step == OrderStep::accepted || stimulus.step == OrderStep::rejected;
        OrderReport report = report_of(static_cast<std::uint32_t>(states.sequence().highest()) + 1,
                                       stimulus.action, 1, size, 900);
        const StateVerdict verdict = states.apply(report);
        const Transition to = transition_of(from, stimulus.step);
        const bool legal = is_legal(from, stimulus.step) && answers != answered;
        const bool closes = size != 0 && size == stimulus.closed_size;
        const auto where = testing::Message() << name_of(from) << " + " << name_of(stimulus.step);
        if (!legal) {
          EXPECT_NE(verdict, StateVerdict::applied) << where;
          const bool excused = from == OrderState::lost && stimulus.step == OrderStep::accepted;
          if (!excused) {
            EXPECT_EQ(states.find(1)->state, from) << where;
          }
        } else if (verdict != StateVerdict::unknown_execution) {
          const OrderState expected = closes ? to.closed : to.open;
          const bool moved = stimulus.step == OrderStep::broken;
          EXPECT_EQ(verdict, StateVerdict::applied) << where;
          EXPECT_EQ(states.find(1)->state, moved ? to.closed : expected) << where;
        }
      }
    }
  }
}

}  // namespace
}  // namespace hft::order
