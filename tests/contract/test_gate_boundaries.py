"""Every check of a risk gate at its limit, one below, one above and at the ends: all gates.

The table (gate_boundaries.py) was written from docs/risk.md; the reference is tested with it too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.contract import gate_days as days
from tests.contract.gate_boundaries import MEASURES, RULES, Measure
from tests.contract.gate_days import CONFIG, PERMITTED, Day, loose_limits, order
from tests.gates import APPLICABLE, GATES, Gate
from tests.reference.gate_limits import IDS, LIMITS
from tests.reference.gate_records import (
    Control,
    ControlAction,
    ControlVerdict,
    Scope,
    Verdict,
)

MakeGate = Callable[..., Gate]


@pytest.fixture(params=sorted(GATES))
def make_gate(request: pytest.FixtureRequest) -> MakeGate:
    """Every gate there is."""
    return GATES[request.param]


def ask_gate(make_gate: MakeGate, measure: Measure, under: tuple[Scope, int], value: int) -> int:
    """What the order is answered where the limit of one scope is `value`."""
    gate = make_gate(**CONFIG)
    gate.apply_all(measure.day.morning())
    row = LIMITS[IDS[measure.name]]
    if not row.least <= value <= row.most:
        return -1
    change = days.limit(*under, measure.name, value)
    gate.apply_all([change, *measure.before] if measure.comes_first else [*measure.before, change])
    return gate.apply(measure.order)


@pytest.mark.parametrize("measure", MEASURES, ids=[f"{m.name}-{i}" for i, m in enumerate(MEASURES)])
def test_exactly_at_the_limit_passes_and_beyond_is_refused(
    make_gate: MakeGate, measure: Measure
) -> None:
    row, exact = LIMITS[IDS[measure.name]], measure.exact
    step = -1 if measure.is_floor else 1
    expected = {
        exact: Verdict.PASSED,
        exact + step: Verdict.PASSED,
        exact - step: measure.verdict,
        row.most: measure.verdict if measure.is_floor else Verdict.PASSED,
        row.least: Verdict.PASSED if measure.is_floor else measure.verdict,
    }
    for under in measure.scopes:
        for value, verdict in expected.items():
            answer = ask_gate(make_gate, measure, under, value)
            assert answer in (verdict, -1), (under, value, Verdict(answer))


def test_a_rule_refuses_what_it_must_and_nothing_beside(make_gate: MakeGate) -> None:
    wrong = []
    for number, rule in enumerate(RULES):
        gate = make_gate(**CONFIG)
        gate.apply_all(rule.morning())
        answer = gate.apply(rule.order)
        if answer != rule.verdict:
            wrong.append((number, Verdict(answer).name, rule.verdict.name, rule.order, rule.before))
    assert not wrong


def scopes_of(limit: int) -> list[tuple[Scope, int]]:
    """Those that strategy 0 in instrument 0 is under."""
    return [(scope, 0) for scope in sorted(LIMITS[limit].scopes)]


def test_without_any_one_limit_nothing_passes(make_gate: MakeGate) -> None:
    everything = Day().morning()
    for missing in loose_limits():
        gate = make_gate(**CONFIG)
        gate.apply_all(one for one in everything if one != missing)
        is_of_another = missing.scope_id != 0  # account 1, strategies 1 and 2
        expected = Verdict.PASSED if is_of_another else Verdict.LIMITS
        assert gate.apply(order(1)) == expected, missing
        strategy = missing.scope_id if missing.scope == Scope.STRATEGY else 1
        other = order(2, strategy=strategy, account=PERMITTED[strategy])
        if is_of_another:
            assert gate.apply(other) == Verdict.LIMITS, missing


def test_a_limit_takes_its_range_and_a_looser_one_asks_for_a_reason(make_gate: MakeGate) -> None:
    gate = make_gate(**CONFIG)
    for number, row in LIMITS.items():
        most = 1 if row.name == "permitted_account" else row.most
        for under in scopes_of(number):

            def change(
                value: int, reason: str, under: tuple[Scope, int] = under, name: str = row.name
            ) -> int:
                return gate.apply(days.limit(*under, name, value, reason))

            assert change(row.least, "") == ControlVerdict.NO_REASON  # the first one is looser
            assert change(row.least - 1, "why") == ControlVerdict.OUT_OF_RANGE
            if most < 2**63 - 1:
                assert change(most + 1, "why") == ControlVerdict.OUT_OF_RANGE
            first, second = (most, row.least) if row.looser == "smaller" else (row.least, most)
            assert change(first, "why") == ControlVerdict.APPLIED
            assert change(first, "") == ControlVerdict.APPLIED  # nothing changes
            assert change(second, " \0 ") == ControlVerdict.NO_REASON
            assert change(second, "why") == ControlVerdict.APPLIED
            is_any = row.looser == "any"
            back = ControlVerdict.NO_REASON if is_any else ControlVerdict.APPLIED
            assert change(first, "") == back
        for scope in set(Scope) - row.scopes:
            refused = days.limit(scope, 0, row.name, row.least)
            assert gate.apply(refused) == ControlVerdict.BAD_SCOPE


def test_added_bits_ask_for_a_reason_though_the_number_falls(make_gate: MakeGate) -> None:
    gate = make_gate(**CONFIG)
    gate.apply(days.limit(Scope.FIRM, 0, "venues", 0b110))
    for value, expected in (
        (0b100, ControlVerdict.APPLIED),
        (0b010, ControlVerdict.NO_REASON),
        (0b101, ControlVerdict.NO_REASON),
        (0b000, ControlVerdict.APPLIED),
    ):
        assert gate.apply(days.limit(Scope.FIRM, 0, "venues", value, "")) == expected


def test_every_applicable_check_has_refused_and_passed_here() -> None:
    refusing = {rule.verdict for rule in RULES} | {measure.verdict for measure in MEASURES}
    assert refusing | {Verdict.LIMITS} == APPLICABLE
    measured = {measure.name for measure in MEASURES}
    measured |= {name for measure in MEASURES for *_, name in measure.day.tight}
    ruled = {name for rule in RULES for *_, name in {**rule.day.tight, **rule.tight}}
    asked_elsewhere = {"repeat_window_ns"}  # by two rules of `rules_of_sums`, at 1 s
    assert measured | ruled | asked_elsewhere == set(IDS)
    for measure in MEASURES:
        under = {scope for scope, _ in measure.scopes}
        assert under <= LIMITS[IDS[measure.name]].scopes
    covered = {(measure.name, scope) for measure in MEASURES for scope, _ in measure.scopes} | {
        (name, scope) for rule in RULES for scope, _, name in rule.tight
    }
    whole = {(row.name, scope) for row in LIMITS.values() for scope in row.scopes}
    assert {name for name, _ in whole - covered} <= asked_elsewhere | {"reference_price_e9"}


def test_a_kill_in_the_sequence_lets_nothing_after_it_out(make_gate: MakeGate) -> None:
    gate = make_gate(**CONFIG)
    gate.apply_all(Day().morning())
    assert gate.apply(order(1)) == Verdict.PASSED
    kill = Control(action=ControlAction.KILL, scope=Scope.FIRM)
    assert gate.apply(kill) == ControlVerdict.APPLIED  # needs no reason
    assert gate.apply(order(2)) == Verdict.KILLED
    resume = replace(kill, action=ControlAction.RESUME)
    assert gate.apply(resume) == ControlVerdict.NO_REASON
    assert gate.apply(order(2)) == Verdict.KILLED
    assert gate.apply(replace(resume, reason="seen")) == ControlVerdict.APPLIED
    assert gate.apply(order(2)) == Verdict.PASSED
