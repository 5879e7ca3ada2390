"""Limits from TOML to a gate, their changes, and the look at its shared file."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from hft import _native
from hft.errors import ConfigError, HftError, UsageError
from hft.record import (
    INSTRUMENT_ALL,
    CommandAction,
    ControlAction,
    Kind,
    ReportAction,
    Scope,
    Side,
    StatusAction,
    Venue,
    control_event,
    instrument_event,
    order_command,
    order_report,
    record_event,
    status_event,
    touch,
)
from hft.risk import LimitsFile, RiskLimits, limit_controls, limit_table, load_limits, verdict_name
from hft.shared_risk import SharedRisk
from tests.py.limits_example import LIMITS

ROOT = Path(__file__).resolve().parents[2]
UNIT = 1_000_000_000
INSTRUMENTS = {"ZVZZT": 2}


@pytest.fixture
def limits_path(tmp_path: Path) -> Path:
    path = tmp_path / "limits.toml"
    path.write_text(LIMITS)
    return path


@pytest.fixture
def limits(limits_path: Path) -> LimitsFile:
    return load_limits(limits_path)


def one(dtype: np.dtype[np.void], kind: Kind, **fields: object) -> npt.NDArray[np.void]:
    out = np.zeros(1, dtype=dtype)
    out["kind"] = kind
    for name, value in fields.items():
        out[name] = value
    return out


def order(number: int, instrument: int = 1, size: int = 100) -> npt.NDArray[np.void]:
    return one(
        order_command,
        Kind.order_command,
        action=CommandAction.enter,
        instrument=instrument,
        client_order_id=number,
        side=Side.bid,
        size=size,
        price_e9=100 * UNIT,
        venue=Venue.xnas,
        account=1,
    )


def gate_with(limits: LimitsFile, path: Path | None = None) -> _native.RiskGate:
    """Make a gate with the limits set and the market open in instruments 1 and 2."""
    gate = _native.RiskGate(
        instruments=4,
        accounts=2,
        strategies=1,
        max_orders=64,
        path=None if path is None else str(path),
    )
    controls = limit_controls(limits, INSTRUMENTS)
    assert not gate.apply(controls).any()
    xnas = {"venue": Venue.xnas}
    system = {"action": StatusAction.system, "state": b"Q", "instrument": INSTRUMENT_ALL}
    records = [
        one(control_event, Kind.control, action=ControlAction.clock, instrument=INSTRUMENT_ALL),
        one(order_report, Kind.order_report, action=ReportAction.session_up),
        one(status_event, Kind.status, **system, **xnas),
    ]
    for number, symbol in ((1, b"ABC     "), (2, b"ZVZZT   ")):
        trading = {"action": StatusAction.trading, "state": b"T", "instrument": number}
        named = {"symbol": symbol, "market_category": b"Q", "price_unit_e9": 100_000}
        prices = {"bid_price_e9": 100 * UNIT, "ask_price_e9": 100 * UNIT + 20_000_000}
        records += [
            one(instrument_event, Kind.instrument, instrument=number, **named, **xnas),
            one(status_event, Kind.status, **trading, **xnas),
            one(touch, Kind.touch, instrument=number, **prices, **xnas),
        ]
    assert not gate.apply(np.concatenate([r.view(record_event) for r in records])).any()
    return gate


def verdict(gate: _native.RiskGate, command: npt.NDArray[np.void]) -> str:
    return verdict_name(int(gate.apply(command)[0]))


def test_a_file_of_limits_lets_orders_pass(limits: LimitsFile) -> None:
    gate = gate_with(limits)
    assert verdict(gate, order(1)) == "passed"
    assert verdict(gate, order(2, size=501)) == "order_size"
    assert verdict(gate, order(3, instrument=2)) == "restricted_instrument"
    assert gate.verdict_counts == {"passed": 1, "order_size": 1, "restricted_instrument": 1}
    assert gate.order(1) == {
        "state": "sent",
        "leaves": 100,
        "executed": 0,
        "price_e9": 100 * UNIT,
    }
    assert gate.order(2) is None
    assert gate.holdings()["open_bid_size"].tolist()[1] == [100, 0, 100, 100]


def test_every_limit_of_the_gate_is_in_the_file(limits: LimitsFile) -> None:
    controls = limit_controls(limits, INSTRUMENTS)
    seen = {(int(c["scope"]), int(c["limit"])) for c in controls}
    assert seen == {(s, limit.number) for limit in limit_table().values() for s in limit.scopes}
    assert controls["sequence_number"].tolist() == list(range(1, len(controls) + 1))
    assert set(controls["reason"].tolist()) == {b"limits file "}


def test_words_become_bits(limits: LimitsFile) -> None:
    held = RiskLimits(limits, INSTRUMENTS)
    assert held.value(Scope.firm, "venues") == 1 << Venue.xnas
    assert held.value(Scope.firm, "order_kinds") == 1 << 8 | 1 << 9 | 2 | 4
    categories = sum(1 << ord(c) - ord("A") for c in "QGS")
    assert held.value(Scope.account, "market_categories", scope_id=1) == categories
    assert held.value(Scope.strategy, "permitted_account") == 1


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("order_size = 1_000", "order_siez = 1_000", "firm.order_siez: unknown key"),
        ("order_size = 1_000", "order_size = -1", "firm.order_size"),
        ("order_size = 1_000", "order_size = 4_294_967_296", "firm.order_size"),
        ("order_size = 1_000", "order_size = 1.5", "firm.order_size"),
        ("order_size = 1_000\n", "", "order_size"),
        ("collar_ppm = 50_000", "collar_ppm = 1_000_001", "firm.collar_ppm"),
        ('"xnas"', '"xxxx"', "firm.venues: 'xxxx' is unknown"),
        ('"day"', '"days"', "firm.order_kinds: 'days' is unknown"),
        ('account = "house"', 'account = "home"', "strategy[0].account: 'home' is no account"),
        ('name = "house"', 'name = "main"', "account[1]: 'main' comes twice"),
        ("tick_e9 = 50_000_000", "tick_e9 = 0", "override[0].tick_e9"),
        ("tick_e9 = 50_000_000", "tick = 5", "override[0].tick: unknown key"),
    ],
)
def test_a_wrong_file_is_refused(limits_path: Path, old: str, new: str, problem: str) -> None:
    limits_path.write_text(LIMITS.replace(old, new, 1))
    with pytest.raises(ConfigError, match=re.escape(problem)):
        load_limits(limits_path)


def test_an_override_needs_its_instrument(limits: LimitsFile) -> None:
    with pytest.raises(UsageError, match="ZVZZT is no instrument"):
        limit_controls(limits)


def test_changes_reach_the_gate_and_loosening_needs_a_reason(limits: LimitsFile) -> None:
    gate, held = gate_with(limits), RiskLimits(limits, INSTRUMENTS)
    assert not gate.apply(held.change(Scope.strategy, "order_size", 99)).any()
    assert verdict(gate, order(1)) == "order_size"
    with pytest.raises(UsageError, match="looser than before"):
        held.change(Scope.strategy, "order_size", 100)
    with pytest.raises(UsageError, match="looser than before"):
        held.change(Scope.strategy, "order_size", 100, reason="   ")
    assert held.value(Scope.strategy, "order_size") == 99
    loosened = held.change(Scope.strategy, "order_size", 100, reason="ticket 12")
    silent = loosened.copy()
    silent["reason"] = b" " * 12
    assert gate.apply(silent).tolist() == [_native.ControlVerdict.no_reason]
    assert verdict(gate, order(2)) == "order_size"
    assert not gate.apply(loosened).any()
    assert verdict(gate, order(3)) == "passed"


def test_a_change_for_all_instruments_minds_the_strictest(limits: LimitsFile) -> None:
    gate, held = gate_with(limits), RiskLimits(limits, INSTRUMENTS)
    gate.apply(held.change(Scope.instrument, "order_size", 50, instrument=2))
    with pytest.raises(UsageError, match="looser than before"):
        held.change(Scope.instrument, "order_size", 100)
    change = held.change(Scope.instrument, "order_size", 100, reason="all of them")
    assert not gate.apply(change).any()
    assert held.value(Scope.instrument, "order_size", instrument=2) == 100


def test_changes_that_make_no_sense(limits: LimitsFile) -> None:
    held = RiskLimits(limits, INSTRUMENTS)
    with pytest.raises(UsageError, match="unknown; known"):
        held.change(Scope.firm, "speed", 1)
    with pytest.raises(UsageError, match="firm has no such limit; use instrument"):
        held.change(Scope.firm, "tradable", 1)
    with pytest.raises(UsageError, match="is not in 0 to 1000000"):
        held.change(Scope.firm, "collar_ppm", 1_000_001)
    with pytest.raises(UsageError, match="at most 12"):
        held.change(Scope.firm, "collar_ppm", 1, reason="thirteen char")


def test_the_page_has_the_gates_own_table() -> None:
    page = (ROOT / "docs" / "risk.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| ([FASI]+) \|.*\| (\w+) \| \d+ \|$", page, re.M)
    letters = {Scope.firm: "F", Scope.account: "A", Scope.strategy: "S", Scope.instrument: "I"}
    assert rows == [
        (
            str(limit.number),
            limit.name,
            "".join(letter for scope, letter in letters.items() if scope in limit.scopes),
            limit.looser,
        )
        for limit in limit_table().values()
    ]


def test_the_page_names_every_verdict_once_or_more() -> None:
    page = (ROOT / "docs" / "risk.md").read_text(encoding="utf-8")
    for known in _native.RiskVerdict:
        assert f"`{known.name}`" in page, known


def test_another_process_reads_the_shared_file(limits: LimitsFile, tmp_path: Path) -> None:
    path = tmp_path / "gate.risk"
    gate = gate_with(limits, path)
    assert verdict(gate, order(1)) == "passed"
    kill = one(
        control_event,
        Kind.control,
        action=ControlAction.kill,
        scope=Scope.strategy,
        instrument=INSTRUMENT_ALL,
        reason=b"too fast",
    )
    assert not gate.apply(kill).any()
    assert verdict(gate, order(2)) == "killed"
    command = [sys.executable, "-m", "hft", "risk", "show", str(path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seen = json.loads(done.stdout)
    assert seen["is_owner_alive"]
    assert seen["verdicts"] == {"passed": 1, "killed": 1}
    assert [(k["who"], k["what"], k["reason"]) for k in seen["kills"]] == [
        ("strategy 0", "killed", "too fast")
    ]
    assert [(p["actor"], p["symbol"], p["open_bid_size"]) for p in seen["positions"]] == [
        ("firm", "ABC", 100),
        ("account 1", "ABC", 100),
        ("strategy 0", "ABC", 100),
    ]
    assert seen["totals"]["firm"]["open_orders"] == 1
    text = subprocess.run(command[:-1], capture_output=True, text=True, check=True).stdout
    assert "strategy 0: killed: too fast" in text
    assert "ABC: account 1: 0 held, 100 bid, 0 offered" in text


def test_limits_are_read_back(limits: LimitsFile, tmp_path: Path) -> None:
    gate = gate_with(limits, tmp_path / "gate.risk")
    seen = SharedRisk.open(tmp_path / "gate.risk")
    assert seen.limits("account 0")["order_size"] == 1_000
    assert seen.limits("firm")["clock_offset_ns"] == 100_000
    assert "tradable" not in seen.limits("firm")
    assert seen.instrument_limits(2)["tick_e9"] == 50_000_000
    assert seen.instrument_limits(1)["tick_e9"] == 10_000_000
    with pytest.raises(HftError, match="no actor 'account 2'"):
        seen.limits("account 2")
    with pytest.raises(HftError, match="no instrument 4"):
        seen.instrument_limits(4)
    assert gate.now_ns == seen.now_ns == 0


def test_missing_limits_read_as_none(tmp_path: Path) -> None:
    gate = _native.RiskGate(instruments=4, path=str(tmp_path / "gate.risk"))
    seen = SharedRisk.open(tmp_path / "gate.risk")
    assert set(seen.limits("strategy 0").values()) == {None}
    assert gate.verdict_counts == seen.verdict_counts == {}


def test_files_of_others_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "gate.risk"
    with pytest.raises(HftError, match="start its engine first"):
        SharedRisk.open(path)
    path.write_bytes(b"x" * 100)
    with pytest.raises(HftError, match="cut off"):
        SharedRisk.open(path)
    path.write_bytes(b"x" * 10_000)
    with pytest.raises(HftError, match="not the shared state"):
        SharedRisk.open(path)
