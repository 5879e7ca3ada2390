"""Simulated orders in a captured book: a story computed by hand, and what must always hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.book_sets import native_module
from tests.reference import records
from tests.reference.records import Action, Flag, Kind, Side, StatusAction, TradeAction

Row = dict[str, Any]
CENT = 10_000_000
START = 1_000_000


def at(time_ns: int, **fields: Any) -> Row:
    """A record of the feed at START + time_ns."""
    common = {"kind": Kind.ORDER, "instrument": 1, "flags": Flag.LAST}
    return common | {"event_time_ns": START + time_ns, "receive_time_ns": START + time_ns} | fields


def add(time_ns: int, order_id: int, side: Side, size: int, cents: int) -> Row:
    return at(
        time_ns,
        action=Action.ADD,
        order_id=order_id,
        side=side,
        size=size,
        price_e9=cents * CENT,
    )


def change(time_ns: int, action: Action, order_id: int, size: int = 0) -> Row:
    return at(time_ns, action=action, order_id=order_id, size=size, price_e9=records.PRICE_NULL)


def replay(**arguments: Any) -> Any:
    return native_module().ReplayMatching(max_orders=1_000, max_instruments=4, **arguments)


def commands(*rows: Row) -> Any:
    """Our commands; `time_ns` is when they arrive."""
    native = native_module()
    out = np.zeros(len(rows), dtype=native.record_dtypes()["order_command"])
    for line, row in zip(out, rows, strict=True):
        values = {"kind": native.Kind.order_command, "instrument": 1, "side": Side.BID} | row
        values["event_time_ns"] = START + values.pop("time_ns")
        values["action"] = native.CommandAction[values["action"]]
        values.setdefault("price_e9", records.PRICE_NULL)
        for name, value in values.items():
            line[name] = value
    return out


def enter(time_ns: int, own: int, size: int, cents: int, side: Side = Side.BID, **more: Any) -> Row:
    return {
        "action": "enter",
        "time_ns": time_ns,
        "client_order_id": own,
        "size": size,
        "price_e9": cents * CENT,
        "side": side,
    } | more


def meet(ours: Any, capture: list[Row], own: list[Row]) -> Iterator[list[tuple[Any, ...]]]:
    """What is told of each record, a command before the first record that is later than it."""
    left = list(own)
    for row in capture:
        reports = []
        while left and START + left[0]["time_ns"] < row["event_time_ns"]:
            reports += submit(ours, left.pop(0))
        yield reports + told(ours.on_records(records.pack([row])))
    yield submit(ours, *left)


def submit(ours: Any, *own: Row) -> list[tuple[Any, ...]]:
    """What is told of each command, which arrives at its own time."""
    return [
        line for row in own for line in told(ours.submit(commands(row), START + row["time_ns"]))
    ]


def told(reports: Any) -> list[tuple[Any, ...]]:
    """(time, order, what, size, cents or None, letter) per report."""
    native = native_module()
    names = {action.value: action.name for action in native.ReportAction}
    return [
        (
            int(r["event_time_ns"]) - START,
            int(r["client_order_id"]),
            names[int(r["action"])],
            int(r["size"]),
            None if r["price_e9"] == records.PRICE_NULL else int(r["price_e9"]) // CENT,
            chr(r["reason"]),
        )
        for r in reports
    ]


def test_a_queue_by_hand() -> None:
    """Two orders ahead of ours, one behind; the capture takes them one after the other."""
    ours = replay()
    ours.on_records(records.pack([add(0, 1, Side.BID, 100, 1000), add(1, 2, Side.BID, 50, 1000)]))
    assert submit(ours, enter(1, 7, 80, 1000)) == [(1, 7, "accepted", 80, 1000, "L")]
    # The next record's order is behind it.
    ours.on_records(records.pack([add(2, 3, Side.BID, 200, 1000)]))
    assert ours.size_ahead(7) == 150

    def feed(*rows: Row) -> list[tuple[Any, ...]]:
        return told(ours.on_records(records.pack(list(rows))))

    assert feed(change(3, Action.EXECUTE, 1, 60)) == []  # 40 + 50 are ahead
    assert ours.size_ahead(7) == 90
    assert feed(change(4, Action.CANCEL, 2, 20)) == []  # 40 + 30
    assert feed(change(5, Action.CANCEL, 3, 100)) == []  # behind us: no matter
    assert ours.size_ahead(7) == 70
    assert feed(change(6, Action.REMOVE, 1)) == []  # 30
    assert ours.size_ahead(7) == 30
    assert feed(change(7, Action.EXECUTE, 2, 30)) == []  # the last one ahead
    assert ours.size_ahead(7) == 0
    # 60 of the order behind us trade: they would have met us first.
    assert feed(change(8, Action.EXECUTE, 3, 60)) == [(8, 7, "executed", 60, 1000, "A")]
    # 40 more trade, and we have 20 left.
    assert feed(change(9, Action.EXECUTE, 3, 40)) == [(9, 7, "executed", 20, 1000, "A")]
    assert ours.order_count == 0


def test_taking_and_being_traded_through() -> None:
    ours = replay()
    book = [
        add(0, 1, Side.ASK, 30, 1002),
        add(1, 2, Side.ASK, 30, 1003),
        add(2, 3, Side.BID, 70, 998),
    ]
    ours.on_records(records.pack(book))
    reports = submit(ours, enter(2, 7, 100, 1003), enter(2, 8, 40, 1002, time_in_force=1))
    reports += told(ours.on_records(records.pack([change(5, Action.EXECUTE, 3, 50)])))
    assert reports == [
        (2, 7, "accepted", 100, 1003, "L"),
        (2, 7, "executed", 30, 1002, "R"),
        (2, 7, "executed", 30, 1003, "R"),
        # The same shares are not there a second time.
        (2, 8, "accepted", 40, 1002, "L"),
        (2, 8, "cancelled", 40, None, "I"),
        # A bid at 9.98 traded; ours at 10.03 would have been met first.
        (5, 7, "executed", 40, 1003, "A"),
    ]


def test_new_orders_and_hidden_trades_that_pass_us() -> None:
    ours = replay()
    ours.on_records(records.pack([add(0, 1, Side.BID, 10, 1000)]))
    assert submit(ours, enter(1, 7, 100, 1001)) == [(1, 7, "accepted", 100, 1001, "L")]
    trade = at(3, kind=Kind.TRADE, action=TradeAction.TRADE, size=25, price_e9=1000 * CENT)
    same = at(4, kind=Kind.TRADE, action=TradeAction.TRADE, size=25, price_e9=1001 * CENT)
    assert told(ours.on_records(records.pack([add(2, 2, Side.ASK, 20, 1001), trade, same]))) == [
        (2, 7, "executed", 20, 1001, "A"),  # an ask comes to rest at our price
        (3, 7, "executed", 25, 1001, "A"),  # hidden shares trade below it; at it proves nothing
    ]


def test_changes_and_refusals() -> None:
    ours = replay()
    ours.on_records(records.pack([add(0, 1, Side.BID, 10, 1000), add(0, 2, Side.ASK, 10, 1002)]))
    changes = [
        enter(15, 7, 100, 1000),
        {"action": "replace", "time_ns": 16, "original_client_order_id": 7,
         "client_order_id": 8, "size": 60, "price_e9": 1000 * CENT},
        {"action": "replace", "time_ns": 17, "original_client_order_id": 8,
         "client_order_id": 9, "size": 60, "price_e9": 1001 * CENT},
        {"action": "cancel", "time_ns": 18, "client_order_id": 9, "size": 20},
        {"action": "cancel", "time_ns": 19, "client_order_id": 9, "size": 0},
        {"action": "cancel", "time_ns": 20, "client_order_id": 9, "size": 0},
        enter(21, 10, 10, 1002, flags=2),
        enter(22, 11, 0, 1000),
        enter(23, 12, 10, 0),
    ]  # fmt: skip
    reports = [ours.submit(commands(row), START + row["time_ns"]) for row in changes]
    assert [line for report in reports for line in told(report)] == [
        (15, 7, "accepted", 100, 1000, "L"),
        (16, 8, "replaced", 60, 1000, "L"),
        (17, 9, "replaced", 60, 1001, "L"),
        (18, 9, "cancelled", 40, None, "U"),
        (19, 9, "cancelled", 20, None, "U"),
        (21, 10, "accepted", 10, 1001, "L"),  # post-only: moved by a tick
        (22, 11, "rejected", 0, 1000, "Z"),
        (23, 12, "rejected", 10, 0, "X"),
    ]
    said = np.concatenate(reports)
    assert said["receive_time_ns"].tolist() == said["event_time_ns"].tolist()
    assert said["sequence_number"].tolist() == list(range(1, len(said) + 1))


def test_a_halt_refuses() -> None:
    ours = replay()
    halt = at(0, kind=Kind.STATUS, action=StatusAction.TRADING, state=b"H", symbol=b"X")
    ours.on_records(records.pack([halt]))
    assert submit(ours, enter(0, 7, 100, 1000)) == [(0, 7, "rejected", 100, 1000, "H")]


# What must always hold.


@st.composite
def captures(draw: st.DrawFn) -> list[Row]:
    """A feed without a fault: a small market around 10 USD with honest queues."""
    live: dict[int, list[int]] = {}  # order_id: [side, cents, size]
    rows: list[Row] = []
    for order_id in range(1, draw(st.integers(5, 60))):
        time = 10 * order_id
        kind = draw(st.integers(0, 5))
        if kind < 3 or not live:
            side = draw(st.sampled_from((Side.BID, Side.ASK)))
            cents = 1000 + draw(st.integers(0, 3)) * (-1 if side == Side.BID else 1)
            cents += 1 if side == Side.ASK else 0
            size = draw(st.integers(1, 50))
            rows.append(add(time, order_id, side, size, cents))
            live[order_id] = [side, cents, size]
            continue
        if kind < 5:  # the first order of the best price of a side trades
            side = draw(st.sampled_from((Side.BID, Side.ASK)))
            of_side = [(o[1], i) for i, o in live.items() if o[0] == side]
            if not of_side:
                continue
            best = max(p for p, _ in of_side) if side == Side.BID else min(p for p, _ in of_side)
            target = min(i for p, i in of_side if p == best)
            size = draw(st.integers(1, live[target][2]))
            rows.append(change(time, Action.EXECUTE, target, size))
        else:
            target = draw(st.sampled_from(sorted(live)))
            size = draw(st.integers(1, live[target][2]))
            rows.append(change(time, Action.CANCEL, target, size))
        live[target][2] -= size
        if live[target][2] == 0:
            del live[target]
    return rows


@st.composite
def own_orders(draw: st.DrawFn) -> list[Row]:
    """Entries of ours, in the order of their times."""
    times = sorted(draw(st.lists(st.integers(0, 500), min_size=1, max_size=6)))
    return [
        enter(
            time,
            own,
            draw(st.integers(1, 60)),
            1000 + draw(st.integers(-3, 4)),
            draw(st.sampled_from((Side.BID, Side.ASK))),
        )
        for own, time in enumerate(times, 1)
    ]


@given(capture=captures(), own=own_orders())
@settings(max_examples=300)
def test_never_more_than_would_have_met_us(capture: list[Row], own: list[Row]) -> None:
    reports = [line for lines in meet(replay(), capture, own) for line in lines]
    sides = {row["client_order_id"]: (row["side"], row["price_e9"] // CENT) for row in own}
    sizes = {row["client_order_id"]: row["size"] for row in own}
    filled: dict[int, int] = {}
    for _, order, what, size, cents, letter in reports:
        if what != "executed":
            continue
        filled[order] = filled.get(order, 0) + size
        side, limit = sides[order]
        if letter == "A":
            assert cents == limit
        else:
            assert cents <= limit if side == Side.BID else cents >= limit
    assert all(filled[order] <= sizes[order] for order in filled)
    # Resting: not more, of all our orders of a side, than what traded or came to rest against it.
    resting = {
        side: sum(
            r[3] for r in reports if r[2] == "executed" and r[5] == "A" and sides[r[1]][0] == side
        )
        for side in (Side.BID, Side.ASK)
    }
    assert resting[Side.BID] + resting[Side.ASK] <= flow_of(capture)
    # Taking: not more than the capture ever showed.
    taken = sum(r[3] for r in reports if r[2] == "executed" and r[5] == "R")
    assert taken <= sum(row["size"] for row in capture if row["action"] == Action.ADD)


def flow_of(capture: list[Row]) -> int:
    """Shares that traded, and shares that came to rest, which may have met an order of ours."""
    moving = (Action.EXECUTE, Action.ADD)
    return sum(int(row["size"]) for row in capture if row["action"] in moving)


@given(capture=captures(), own=own_orders())
@settings(max_examples=100)
def test_size_ahead_only_shrinks(capture: list[Row], own: list[Row]) -> None:
    ours = replay()
    before: dict[int, int] = {}
    for row, _ in zip(capture, meet(ours, capture, own), strict=False):
        for order in (r["client_order_id"] for r in own):
            ahead = ours.size_ahead(order)
            assert order not in before or ahead <= before[order] or before[order] == 0
            if START + own[order - 1]["time_ns"] < row["event_time_ns"]:
                before[order] = ahead


def test_only_commands_can_be_sent() -> None:
    with pytest.raises(TypeError, match="order_command"):
        replay().submit(records.pack([add(0, 1, Side.BID, 1, 1000)]), 0)
