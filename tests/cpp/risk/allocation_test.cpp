// The order path of the gate allocates nothing: a whole day of a few orders, counted.
#include "counted_allocations.hpp"
#include "risk/gate_fixture.hpp"

namespace hft::risk {
namespace {

TEST_F(GateTest, NothingIsAllocatedAfterConstruction) {
  const std::uint64_t before = allocations;
  std::uint64_t passed = 0;
  for (std::uint32_t i = 0; i < 60; ++i) {
    now += second_ns / 10;
    touch(1, 100 * unit, 100 * unit + 2 * cent);
    const OrderCommand bid = order(Side::bid, 100 + i, 99 * unit);
    passed += gate.check(bid).verdict == Verdict::passed;
    report(bid, ReportAction::accepted, 100 + i);
    const OrderCommand next = replace(bid, 50, 99 * unit + cent);
    passed += gate.check(next).verdict == Verdict::passed;
    report(next, ReportAction::replaced, 50);
    fill(next, 20, 99 * unit, i + 1);
    report(next, ReportAction::broken, 0, record::price_null, i + 1);
    passed += gate.check(cancel(next)).verdict == Verdict::passed;
    report(next, ReportAction::cancelled, 30);
    gate.check(order(Side::bid, 0));
    status(record::StatusAction::gap, record::instrument_all, 0);
    tell(control(ControlAction::kill, Scope::firm), "");
    tell(control(ControlAction::resume, Scope::firm), "test");
    set(Scope::firm, 0, Limit::order_size, 1'000 + i);
    tell(control(ControlAction::time), "");
  }
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(passed, 180u);
}

}  // namespace
}  // namespace hft::risk
