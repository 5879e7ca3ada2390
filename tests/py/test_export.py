"""Records to DBN messages and to Parquet, and what is left of live orders on the way."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hft.export.dbn_messages import MBO, MBP1, MboEncoder, mbp1_of
from hft.export.live_orders import LiveOrders
from tests.reference import records
from tests.reference.records import Action, Flag, Kind, Row, Side, StatusAction, TradeAction

PRICE_NULL = 2**63 - 1
VENUE = 1  # xnas


def order(action: Action, order_id: int, **own: Any) -> Row:
    """An order event of xnas, instrument 3, complete in itself."""
    return {
        "kind": Kind.ORDER,
        "action": action,
        "order_id": order_id,
        "instrument": 3,
        "venue": VENUE,
        "flags": Flag.LAST,
        "price_e9": PRICE_NULL,
        **own,
    }


def add(order_id: int, side: Side, price_e9: int, size: int, **own: Any) -> Row:
    """An order that enters the book."""
    return order(Action.ADD, order_id, side=side, price_e9=price_e9, size=size, **own)


def events(rows: list[Row]) -> Any:
    """Rows as an array of order events."""
    return records.pack(rows).view(records.ORDER_EVENT)


def shown(messages: Any) -> list[tuple[Any, ...]]:
    """Messages as tuples: action, side, order_id, price, size, is the last of its event."""
    return [
        (
            m["action"].decode(),
            m["side"].decode(),
            int(m["order_id"]),
            int(m["price"]),
            int(m["size"]),
            bool(m["flags"] & 128),
        )
        for m in messages
    ]


def test_an_order_from_add_to_removal() -> None:
    rows = [
        add(7, Side.BID, 10, 100),
        order(Action.CANCEL, 7, size=30),
        order(Action.EXECUTE, 7, size=20),
        order(Action.REMOVE, 7),
    ]
    assert shown(MboEncoder().encode(records.pack(rows))) == [
        ("A", "B", 7, 10, 100, True),
        ("C", "B", 7, 10, 30, True),
        ("T", "A", 0, 10, 20, False),  # the aggressor sold
        ("F", "B", 7, 10, 20, False),
        ("C", "B", 7, 10, 20, True),
        ("C", "B", 7, 10, 50, True),  # what was left
    ]


def test_an_execution_at_another_price_and_one_that_is_not_printed() -> None:
    rows = [
        add(7, Side.ASK, 10, 100),
        order(Action.EXECUTE, 7, size=20, price_e9=9),
        order(Action.EXECUTE, 7, size=5, price_e9=8, flags=Flag.LAST | Flag.NON_PRINTABLE),
    ]
    assert shown(MboEncoder().encode(records.pack(rows)))[1:] == [
        ("T", "B", 0, 9, 20, False),
        ("F", "A", 7, 9, 20, False),
        ("C", "A", 7, 10, 20, True),
        ("F", "A", 7, 8, 5, False),
        ("C", "A", 7, 10, 5, True),
    ]


def test_a_replaced_order_hands_on_its_side_across_batches() -> None:
    encoder = MboEncoder()
    encoder.encode(records.pack([add(1, Side.ASK, 10, 100)]))
    chain = []
    for order_id in range(1, 40):
        chain += [
            order(Action.REPLACE, order_id, flags=0),
            add(order_id + 1, Side.NONE, 10 + order_id, 100 + order_id),
        ]
    messages = encoder.encode(records.pack(chain))
    assert {m["side"] for m in messages} == {b"A"}
    assert shown(messages)[:2] == [("C", "A", 1, 10, 100, False), ("A", "A", 2, 11, 101, True)]


def test_trades_crosses_and_what_has_no_message() -> None:
    def trade(action: TradeAction, side: Side) -> Row:
        return {
            "kind": Kind.TRADE,
            "action": action,
            "match_number": 5,
            "price_e9": 10,
            "size": 100,
            "side": side,
            "venue": VENUE,
            "flags": Flag.LAST,
        }

    rows = [
        trade(TradeAction.TRADE, Side.BID),
        trade(TradeAction.CROSS, Side.NONE),
        trade(TradeAction.BROKEN, Side.NONE),
        {"kind": Kind.STATUS, "action": StatusAction.TRADING},
        {"kind": Kind.INSTRUMENT, "symbol": b"AAPL"},
    ]
    assert shown(MboEncoder().encode(records.pack(rows))) == [
        ("T", "A", 0, 10, 100, True),
        ("T", "N", 0, 10, 100, True),
    ]


def test_a_new_session_clears_every_instrument_and_forgets_the_orders() -> None:
    encoder = MboEncoder()
    start = {
        "kind": Kind.STATUS,
        "action": StatusAction.SESSION_START,
        "instrument": 0xFFFFFFFF,
        "venue": VENUE,
    }
    encoder.encode(records.pack([add(7, Side.BID, 10, 100), add(8, Side.BID, 10, 1, instrument=4)]))
    other = {**start, "venue": 2}
    messages = encoder.encode(records.pack([other, start, order(Action.REMOVE, 7)]))
    assert messages["action"].tolist() == [b"R", b"R", b"C"]
    assert messages["instrument_id"].tolist() == [3, 4, 3]
    assert messages["size"].tolist() == [0, 0, 0]


def test_an_order_never_seen_keeps_what_the_message_says() -> None:
    messages = MboEncoder().encode(records.pack([order(Action.EXECUTE, 9, size=5, price_e9=77)]))
    assert shown(messages) == [
        ("T", "N", 0, 77, 5, False),
        ("F", "N", 9, 77, 5, False),
        ("C", "N", 9, PRICE_NULL, 5, True),
    ]


def test_flags_venue_times_and_numbers_are_carried_over() -> None:
    row = add(
        7,
        Side.BID,
        10,
        100,
        venue=3,
        channel=2,
        flags=Flag.BOOK_SUSPECT | Flag.SNAPSHOT,
        event_time_ns=11,
        receive_time_ns=12,
        sequence_number=13,
    )
    (message,) = MboEncoder().encode(records.pack([row]))
    assert message["flags"] == 4 | 32
    assert message["publisher_id"] == 4
    assert message["channel_id"] == 2
    assert [message[name] for name in ("ts_event", "ts_recv", "sequence")] == [11, 12, 13]
    assert (message["length"], message["rtype"]) == (MBO.itemsize // 4, 0xA0)


def test_touches_become_mbp1() -> None:
    row = {
        "kind": Kind.TOUCH,
        "bid_price_e9": 10,
        "bid_size": 100,
        "ask_price_e9": PRICE_NULL,
        "instrument": 3,
        "venue": VENUE,
        "flags": Flag.LAST,
    }
    (message,) = mbp1_of(records.pack([row]).view(records.TOUCH))
    assert (message["bid_px_00"], message["bid_sz_00"]) == (10, 100)
    assert (message["ask_px_00"], message["ask_sz_00"]) == (PRICE_NULL, 0)
    assert (message["action"], message["length"], message["rtype"]) == (b"N", MBP1.itemsize // 4, 1)


class SlowOrders:
    """The obvious way: one dictionary, one event at a time."""

    def __init__(self) -> None:
        self.live: dict[int, list[int]] = {}
        self.replaced_side = 0

    def resolve(self, row: Row) -> tuple[int, int, int]:
        """The order behind an event: side, price, what is left before it."""
        order_id, action = row["order_id"], row["action"]
        if action == Action.ADD:
            side = row["side"] or self.replaced_side
            self.live[order_id] = [side, row["price_e9"], row["size"]]
            self.replaced_side = 0
            return side, row["price_e9"], row["size"]
        side, price_e9, left = self.live.get(order_id, [0, PRICE_NULL, 0])
        self.replaced_side = side if action == Action.REPLACE else 0
        if action in (Action.REMOVE, Action.REPLACE):
            self.live.pop(order_id, None)
        elif order_id in self.live:
            self.live[order_id][2] -= row["size"]
            if self.live[order_id][2] <= 0:
                del self.live[order_id]
        return side, price_e9, left


@st.composite
def valid_streams(draw: st.DrawFn) -> list[Row]:
    """Events as a venue sends them: orders of fresh ids, parts never larger than what is left."""
    rows: list[Row] = []
    left: dict[int, int] = {}
    for order_id in range(1, draw(st.integers(1, 30))):
        rows.append(add(order_id, draw(st.sampled_from([Side.BID, Side.ASK])), order_id, 50))
        left[order_id] = 50
        for _ in range(draw(st.integers(0, 3))):
            if not left:
                break
            chosen = draw(st.sampled_from(sorted(left)))
            action = draw(st.sampled_from([Action.CANCEL, Action.EXECUTE, Action.REMOVE, "U"]))
            if action == "U":
                rows.append(order(Action.REPLACE, chosen, flags=0))
                rows.append(add(1000 + len(rows), Side.NONE, len(rows), 20))
                del left[chosen]
                left[1000 + len(rows) - 1] = 20
            elif action == Action.REMOVE:
                rows.append(order(Action.REMOVE, chosen))
                del left[chosen]
            else:
                size = draw(st.integers(1, left[chosen]))
                rows.append(order(action, chosen, size=size))
                left[chosen] -= size
                if left[chosen] == 0:
                    del left[chosen]
    return rows


@settings(max_examples=150, deadline=None)
@given(valid_streams(), st.lists(st.integers(0, 100), max_size=4))
def test_whole_batches_resolve_as_one_event_at_a_time(rows: list[Row], cuts: list[int]) -> None:
    slow, fast = SlowOrders(), LiveOrders()
    expected = [slow.resolve(row) for row in rows]
    got: list[tuple[int, int, int]] = []
    # A message is never cut: a replace and its add come in one batch.
    inner = {cut for cut in cuts if 0 < cut < len(rows)}
    inner = {cut for cut in inner if rows[cut - 1]["action"] != Action.REPLACE}
    for first, last in itertools.pairwise(sorted({0, len(rows), *inner})):
        resolved = fast.resolve(events(rows[first:last]))
        got += zip(
            resolved.side.tolist(), resolved.price_e9.tolist(), resolved.left.tolist(), strict=True
        )
    assert got == expected
    assert len(fast) == len(slow.live)
