"""What every book set promises, by random streams against the dictionary reference.

Few ids, prices and instruments make collisions common: duplicates, unknown and wrong-instrument
orders, oversized cancels and full books come up in almost every stream, valid events between them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.book_sets import NATIVE, PRICE_UNIT_E9, BookSet
from tests.reference import records
from tests.reference.book import MAX_PRICE_UNITS, ReferenceBookSet
from tests.reference.records import Action, Array, Flag, Kind, Row, Side, StatusAction

FEED = 2 << 16  # the feed's index stands above the 16 bits of the instrument
INSTRUMENTS = 3  # configured; the streams also name number 3, which is outside
MAX_ORDERS = 4
LIMITS = {
    "price_unit_e9": PRICE_UNIT_E9,
    "max_orders": MAX_ORDERS,
    "max_instruments": INSTRUMENTS,
}
ORDER_IDS = (1, 2, 3, 4, 0, 2**32, 2**64 - 1)


def often(common: Iterable[Any], rare: Iterable[Any]) -> st.SearchStrategy[Any]:
    """One of `common`, and about every tenth time one of `rare`."""
    usual, odd = list(common), list(rare)
    return st.sampled_from(usual * (1 + 10 * len(odd) // len(usual)) + odd)


ANY_TARGET = [(i, order_id) for i in range(INSTRUMENTS + 1) for order_id in ORDER_IDS]
sizes = often((1, 2, 3, 100, 2**31), (0, 2**32 - 1))
sides = often((Side.BID, Side.ASK), (Side.NONE,))
prices = often(
    [units * PRICE_UNIT_E9 for units in (1, 2)],
    [units * PRICE_UNIT_E9 for units in (-1, 0, 3, MAX_PRICE_UNITS, MAX_PRICE_UNITS + 1)]
    + [1, PRICE_UNIT_E9 + 1, records.PRICE_NULL],
)


def order(action: Action, instrument: int, order_id: int = 0, **own: Any) -> Row:
    row: Row = {"kind": Kind.ORDER, "action": action, "order_id": order_id}
    return row | {"instrument": FEED | instrument, "price_e9": records.PRICE_NULL} | own


def status(action: StatusAction, instrument: int | None = None, **own: Any) -> Row:
    where = records.INSTRUMENT_ALL if instrument is None else FEED | instrument
    return {"kind": Kind.STATUS, "action": action, "instrument": where} | own


def replace(instrument: int, old: int, new: int, size: int, price_e9: int) -> list[Row]:
    return [
        order(Action.REPLACE, instrument, old),
        order(Action.ADD, instrument, new, size=size, price_e9=price_e9),
    ]


CLEAR_ALL = {**order(Action.CLEAR, 0), "instrument": records.INSTRUMENT_ALL}
FEED_STATES = [
    CLEAR_ALL,
    status(StatusAction.SYSTEM, state=b"Q"),
    status(StatusAction.GAP, count=3),
    status(StatusAction.LATE_START, count=7),
    status(StatusAction.SESSION_START, symbol=b"SESSION1"),
    status(StatusAction.SESSION_END),
    status(StatusAction.OPERATIONAL_HALT, 1, state=b"H"),
    status(StatusAction.SHORT_SALE, 1, state=b"1"),
    {"kind": Kind.TRADE, "action": 1, "instrument": FEED | 1, "size": 5},
    {"kind": Kind.INSTRUMENT, "instrument": FEED | 1, "symbol": b"AAPL    "},
    *(order(Action.CLEAR, instrument) for instrument in range(INSTRUMENTS + 1)),
]
KINDS = (
    ["add"] * 12 + ["change"] * 8 + ["replace"] * 6 + ["remove"] * 2
    + ["trading", "feed", "lone replace", "sideless add"]
)  # fmt: skip


@st.composite
def streams(draw: st.DrawFn) -> list[list[Row]]:
    """Messages, most of which can be applied where they stand: the reference says what is live."""
    follower = ReferenceBookSet(**LIMITS)
    stream = []
    for _ in range(draw(st.integers(5, 40))):
        rows = draw(message(follower))
        follower.apply(numbered([rows])[0])
        stream.append(rows)
    return stream


@st.composite
def message(draw: st.DrawFn, book_set: ReferenceBookSet) -> list[Row]:
    kind = draw(st.sampled_from(KINDS))
    live = [(o.instrument, o.order_id) for o in book_set.live.values()]
    fresh = [(i % 2, i) for i in ORDER_IDS if i not in book_set.live]
    if kind == "feed":
        return [draw(st.sampled_from(FEED_STATES))]
    if kind == "trading":
        letter = draw(st.sampled_from((b"T", b"H", b"P")))
        return [status(StatusAction.TRADING, draw(st.sampled_from((0, 1))), state=letter)]
    instrument, order_id = draw(
        often(fresh if kind.endswith("add") or not live else live, ANY_TARGET)
    )
    if kind == "sideless add":
        return [order(Action.ADD, instrument, order_id, size=1, price_e9=PRICE_UNIT_E9)]
    if kind == "add":
        side, price_e9 = draw(sides), draw(prices)
        return [
            order(Action.ADD, instrument, order_id, size=draw(sizes), side=side, price_e9=price_e9)
        ]
    if kind == "replace":
        _, new = draw(often([*fresh, (instrument, order_id)], ANY_TARGET))
        return replace(instrument, order_id, new, draw(sizes), draw(prices))
    if kind == "change":
        remaining = book_set.live[order_id].size if order_id in book_set.live else 1
        size = draw(often((remaining, 1, 2), (0, remaining + 1, 2**32 - 1)))
        action = draw(st.sampled_from((Action.CANCEL, Action.EXECUTE)))
        return [order(action, instrument, order_id, size=min(size, 2**32 - 1))]
    return [order(Action.REMOVE if kind == "remove" else Action.REPLACE, instrument, order_id)]


def numbered(stream: list[list[Row]]) -> list[Array]:
    """The records of each message, with times, numbers and the last-of-message flag."""
    out = []
    for number, rows in enumerate(stream, 1):
        common = {
            "event_time_ns": 10**18 + number,
            "receive_time_ns": 10**18 + 50 * number,
            "sequence_number": number,
            "sequence_number_high": 1,
            "venue": records.Venue.XPSX,
            "channel": 1,
            "flags": 0,
        }
        dated = [row | common for row in rows]
        dated[-1]["flags"] = Flag.LAST
        out.append(records.pack(dated))
    return out


def state(book_set: BookSet) -> dict[str, Any]:
    """Everything a book set can be asked, for the instruments of these streams."""
    depths = {
        (i, side): book_set.depth(i, side)
        for i in range(INSTRUMENTS)
        for side in (Side.BID, Side.ASK)
    }
    return {
        "verdicts": book_set.verdict_counts(),
        "depth": depths,
        "orders": {
            (i, side, price): book_set.orders(i, side, price)
            for (i, side), levels in depths.items()
            for price, _, _ in levels
        },
        "queue": {order_id: book_set.queue_position(order_id) for order_id in ORDER_IDS},
        "suspect": [book_set.is_suspect(i) for i in range(INSTRUMENTS)],
        "digest": book_set.digest(),
    }


def check(name: str, stream: list[list[Row]]) -> None:
    """Applies a stream message by message and compares everything after each."""
    native = NATIVE[name](**LIMITS)
    reference = ReferenceBookSet(**LIMITS)
    for number, batch in enumerate(numbered(stream)):
        touches = native.apply(batch)
        expected = reference.apply(batch)
        assert touches.tobytes() == expected.tobytes(), (stream[: number + 1], touches, expected)
        assert state(native) == state(reference), stream[: number + 1]


@pytest.mark.parametrize("name", NATIVE)
@given(stream=streams())
@settings(max_examples=150)
def test_every_message_leaves_the_same_books(name: str, stream: list[list[Row]]) -> None:
    check(name, stream)


BID_1 = [order(Action.ADD, 1, 1, size=2, side=Side.BID, price_e9=PRICE_UNIT_E9)]
SIDELESS = [order(Action.ADD, 1, 2, size=1, price_e9=PRICE_UNIT_E9)]
CASES = {
    "replace and add in two messages": [BID_1, [order(Action.REPLACE, 1, 1)], SIDELESS],
    "something between replace and add": [
        BID_1,
        [order(Action.REPLACE, 1, 1), order(Action.REMOVE, 1, 9), *SIDELESS],
    ],
    "two adds after one replace": [
        BID_1,
        [*replace(1, 1, 3, 1, PRICE_UNIT_E9), *SIDELESS],
    ],
    "replace by the same id": [BID_1, replace(1, 1, 1, 5, PRICE_UNIT_E9)],
    "replace onto a live id": [BID_1, [{**BID_1[0], "order_id": 2}], replace(1, 1, 2, 1, 200_000)],
    "replace that is refused": [BID_1, replace(0, 1, 2, 1, PRICE_UNIT_E9)],
    "replace at a bad price": [BID_1, replace(1, 1, 2, 1, 1)],
    "replace on the last free place": [
        *([{**BID_1[0], "order_id": i}] for i in range(1, MAX_ORDERS + 1)),
        replace(1, 1, 9, 1, PRICE_UNIT_E9),
        [{**BID_1[0], "order_id": 10}],
    ],
    "a level filled to its last share": [
        BID_1,
        [{**BID_1[0], "order_id": 2, "size": 2**32 - 3}],
        [{**BID_1[0], "order_id": 3, "size": 1}],
        [order(Action.CANCEL, 1, 1, size=1)],
        [{**BID_1[0], "order_id": 3, "size": 1}],
    ],
    "crossed book": [BID_1, [{**BID_1[0], "order_id": 2, "side": Side.ASK}]],
    "touch size changes only": [BID_1, [order(Action.EXECUTE, 1, 1, size=1)]],
    "replace that leaves the touch as it was": [BID_1, replace(1, 1, 2, 2, PRICE_UNIT_E9)],
    "trading state told twice": [
        [status(StatusAction.TRADING, 1, state=b"H")],
        [status(StatusAction.TRADING, 1, state=b"H")],
        [status(StatusAction.SESSION_START)],
        [status(StatusAction.TRADING, 1, state=b"H")],
    ],
    "gap, then clear of one and of all": [
        BID_1,
        [status(StatusAction.GAP, count=1)],
        [order(Action.CLEAR, 1)],
        [status(StatusAction.GAP, count=1)],
        BID_1,
        [CLEAR_ALL],
    ],
}


@pytest.mark.parametrize("name", NATIVE)
@pytest.mark.parametrize("case", CASES)
def test_corners(name: str, case: str) -> None:
    check(name, CASES[case])


@pytest.mark.parametrize("name", NATIVE)
@given(stream=streams(), cuts=st.sets(st.integers(1, 80)))
@settings(max_examples=100)
def test_batches_may_be_cut_anywhere(name: str, stream: list[list[Row]], cuts: set[int]) -> None:
    """Also between the two records of a replace."""
    whole = np.concatenate(numbered(stream))
    native = NATIVE[name](**LIMITS)
    reference = ReferenceBookSet(**LIMITS)
    touches = b"".join(native.apply(part).tobytes() for part in np.split(whole, sorted(cuts)))
    assert touches == reference.apply(whole).tobytes()
    assert state(native) == state(reference)


def long_stream(seed: int, length: int) -> list[list[Row]]:
    """A market of two instruments with up to some hundred levels a side, orders at all of them."""
    draw = random.Random(seed)
    live: list[int] = []
    stream: list[list[Row]] = []
    for order_id in range(1, length + 1):
        kind = draw.random()
        price_e9 = draw.randint(1, 300) * PRICE_UNIT_E9
        instrument = order_id % 2
        if kind < 0.5 or not live:
            side = draw.choice((Side.BID, Side.ASK))
            size = draw.randint(1, 9)
            stream.append(
                [order(Action.ADD, instrument, order_id, size=size, side=side, price_e9=price_e9)]
            )
            live.append(order_id)
            continue
        old = live[draw.randrange(len(live))]
        if kind < 0.75:
            stream.append([order(Action.REMOVE, old % 2, old)])
        elif kind < 0.9:
            action = draw.choice((Action.CANCEL, Action.EXECUTE))
            stream.append([order(action, old % 2, old, size=draw.randint(1, 4))])
        else:
            new = 2 * (length + order_id) + old % 2  # a fresh id of the same instrument
            stream.append(replace(old % 2, old, new, draw.randint(1, 9), price_e9))
            live.append(new)
    return stream


@pytest.mark.parametrize("name", NATIVE)
@pytest.mark.parametrize("seed", range(3))
def test_deep_books_agree(name: str, seed: int) -> None:
    limits = LIMITS | {"max_orders": 10_000}
    native = NATIVE[name](**limits)
    reference = ReferenceBookSet(**limits)
    batches = numbered(long_stream(seed, 4000))
    for start in range(0, len(batches), 500):
        part = np.concatenate(batches[start : start + 500])
        assert native.apply(part).tobytes() == reference.apply(part).tobytes()
        assert state(native) == state(reference)
    deepest = max(len(reference.depth(i, s)) for i in (0, 1) for s in (Side.BID, Side.ASK))
    assert deepest > 100  # else the test has not gone where it should


def test_reference_keeps_its_own_promises() -> None:
    """A few cases by hand, so that the reference is not only compared with itself."""
    book_set = ReferenceBookSet(**LIMITS)

    def apply(*rows: Row) -> Array:
        return book_set.apply(np.concatenate(numbered([list(rows)])))

    unit = PRICE_UNIT_E9
    apply(order(Action.ADD, 1, 1, size=10, side=Side.BID, price_e9=5 * unit))
    apply(order(Action.ADD, 1, 2, size=20, side=Side.BID, price_e9=5 * unit))
    (touch,) = apply(*replace(1, 1, 3, 7, 5 * unit))

    assert (touch["bid_price_e9"], touch["bid_size"]) == (5 * unit, 27)
    assert touch["ask_price_e9"] == records.PRICE_NULL
    assert book_set.orders(1, Side.BID, 5 * unit) == [(2, 20), (3, 7)]
    assert book_set.queue_position(3) == (1, 20)
    assert len(apply(order(Action.EXECUTE, 1, 3, size=8))) == 0
    assert book_set.verdict_counts() == {"applied": 4, "oversized": 1}
    assert book_set.is_suspect(1)
    assert not book_set.is_suspect(0)
    assert len(apply(order(Action.ADD, 0, 3, size=1, side=Side.ASK, price_e9=unit))) == 0
    assert book_set.verdict_counts()["duplicate_order"] == 1
    (touch,) = apply(order(Action.CLEAR, 1))
    assert (touch["bid_price_e9"], touch["bid_size"]) == (records.PRICE_NULL, 0)
    assert book_set.digest() == 0xCBF29CE484222325
