"""Risk gates against the reference: the same records, the same answers, the same state.

Every answer, sum and switch is compared after every record. How much the streams reach is counted,
so that a stream which no longer comes to a check fails instead of testing nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from tests.contract.gate_streams import Walk, cases
from tests.gates import APPLICABLE, OTHER_GATES, Gate
from tests.reference.gate_orders import OrderState
from tests.reference.gate_records import (
    Command,
    Control,
    ControlAction,
    ControlVerdict,
    Report,
    ReportAction,
    ReportVerdict,
    Verdict,
)

MakeGate = Callable[..., Gate]


@pytest.fixture(params=sorted(OTHER_GATES))
def make_gate(request: pytest.FixtureRequest) -> MakeGate:
    """A gate that claims to be one."""
    return OTHER_GATES[request.param]


# Which answers a report about an order may get, by what the order is before it.
LIVES = ("sent", "live", "dead", "rejected")
IGNORED_ALWAYS = (
    ReportAction.CANCEL_REJECTED,
    ReportAction.CANCEL_PENDING,
    ReportAction.PRIORITY_UPDATED,
    ReportAction.CORRECTED,
)
REPORT_CELLS = {
    **{(action, life): {"IGNORED"} for action in IGNORED_ALWAYS for life in LIVES},
    **{
        (action, life): {"APPLIED"} if life in ("sent", "live") else {"IGNORED"}
        for action in (ReportAction.CANCELLED, ReportAction.MODIFIED, ReportAction.RESTATED)
        for life in LIVES
    },
    (ReportAction.ACCEPTED, "sent"): {"APPLIED"},
    (ReportAction.ACCEPTED, "live"): {"IGNORED"},
    (ReportAction.ACCEPTED, "dead"): {"IGNORED"},
    (ReportAction.ACCEPTED, "rejected"): {"FAULT"},
    (ReportAction.REPLACED, "sent"): {"APPLIED"},
    (ReportAction.REPLACED, "live"): {"APPLIED", "IGNORED"},
    (ReportAction.REPLACED, "dead"): {"APPLIED", "IGNORED"},
    (ReportAction.REPLACED, "rejected"): {"FAULT"},
    (ReportAction.EXECUTED, "sent"): {"APPLIED", "FAULT"},
    (ReportAction.EXECUTED, "live"): {"APPLIED", "FAULT"},
    (ReportAction.EXECUTED, "dead"): {"FAULT"},
    (ReportAction.EXECUTED, "rejected"): {"FAULT"},
    (ReportAction.REJECTED, "sent"): {"APPLIED"},
    (ReportAction.REJECTED, "live"): {"IGNORED"},
    (ReportAction.REJECTED, "dead"): {"IGNORED"},
    (ReportAction.REJECTED, "rejected"): {"IGNORED"},
    (ReportAction.BROKEN, "sent"): {"FAULT"},  # applied where one of 0 shares came before
    (ReportAction.BROKEN, "live"): {"APPLIED", "IGNORED", "FAULT"},
    (ReportAction.BROKEN, "dead"): {"APPLIED", "IGNORED", "FAULT"},
    (ReportAction.BROKEN, "rejected"): {"FAULT"},
}
CONTROL_CELLS = {
    ControlAction.LIMIT: {0, 2, 3, 4, 5, 6},
    ControlAction.KILL: {0, 3, 4},
    ControlAction.RESUME: {0, 3, 4, 6},
    ControlAction.TIME: {0},
    ControlAction.CLOCK: {0},
    ControlAction.POSITION: {0, 3, 4, 5},
    ControlAction.HALT: {0},
}


class Reached:
    """What the streams came to."""

    def __init__(self) -> None:
        self.verdicts: Counter[Verdict] = Counter()
        self.reports: Counter[Any] = Counter()
        self.controls: Counter[Any] = Counter()

    def count(self, record: object, answer: int, life: str | None) -> None:
        """One answer; `life` of the order before a report about it."""
        match record:
            case Command():
                self.verdicts[Verdict(answer)] += 1
            case Report():
                self.reports[record.action, life, ReportVerdict(answer).name] += 1
            case Control():
                self.controls[record.action, answer] += 1

    def never(self) -> list[Any]:
        """What should have been reached, and was not."""
        cells = {
            (action, life, answer)
            for (action, life), answers in REPORT_CELLS.items()
            for answer in answers
        }
        changes = {(action, n) for action, answers in CONTROL_CELLS.items() for n in answers}
        missed: list[Any] = sorted(v.name for v in APPLICABLE - set(self.verdicts))
        missed += sorted(cells - set(self.reports), key=str)
        return missed + sorted(changes - set(self.controls))


def drive(walk: Walk, length: int, gate: Gate, reached: Reached) -> None:
    """Every record through both; equal after each."""
    lives = {state.value for state in OrderState}
    for number, (record, expected, state) in enumerate(walk.steps(length)):
        before = None
        if isinstance(record, Report):
            view = gate.order(record.client_order_id)
            before = view[0] if view and view[0] in lives else None
        told = (number, record)
        assert gate.apply(record) == expected, told
        reached.count(record, expected, before)
        if not state:
            continue
        assert gate.state() == state, told
        if isinstance(record, Command | Report):
            number = record.client_order_id
            assert gate.order(number) == walk.faced.order(number), told


def test_every_record_gets_the_same_answer(make_gate: MakeGate) -> None:
    reached = Reached()

    @given(case=cases())
    @settings(max_examples=200)
    def run(case: tuple[int, int]) -> None:
        seed, length = case
        walk = Walk(seed)
        drive(walk, length, make_gate(**walk.config), reached)

    run()
    never = reached.never()
    assert not never, f"never reached: {', '.join(map(str, never))}"
    assert reached.verdicts[Verdict.PASSED] > 1_000


@given(case=cases(200))
@settings(max_examples=10)
def test_the_same_records_get_the_same_answers_again(case: tuple[int, int]) -> None:
    seed, length = case
    walk = Walk(seed)
    stream, answers, states = zip(*walk.steps(length), strict=True)
    for make in OTHER_GATES.values():
        for gate in (make(**walk.config), make(**walk.config)):
            assert gate.apply_all(stream) == list(answers)
            assert gate.state() == states[-1]


def test_answers_have_the_names_of_the_native_gate() -> None:
    native = pytest.importorskip("hft._native", reason="the native module is not installed")
    for ours, theirs in (
        (Verdict, native.RiskVerdict),
        (ReportVerdict, native.ReportVerdict),
        (ControlVerdict, native.ControlVerdict),
    ):
        assert {v.name.lower(): int(v) for v in ours} == {v.name: int(v) for v in theirs}
