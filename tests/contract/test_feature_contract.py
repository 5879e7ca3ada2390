"""What every implementation of the features promises: the integers of the reference, all of them.

The streams are wild on purpose: sides appear and vanish, books are crossed, sizes and times take
their extremes, and instruments come mixed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.book_sets import native_module
from tests.reference import features, records
from tests.reference.records import PRICE_NULL, Action, Array, Flag, Kind, Row, TradeAction

TICK_E9 = 100_000
HALF_LIVES_NS = (0, 1_024, 1_000_000, 1_000_000_000, 3_600 * 10**9)
START_NS = 1_700_000_000 * 10**9

sizes = st.one_of(st.integers(1, 300), st.sampled_from((1, 2**31, 2**32 - 1)))
prices = st.one_of(
    st.integers(1, 40).map(lambda n: (100_000 + n) * TICK_E9),
    st.sampled_from((TICK_E9, 4_294_967_294 * TICK_E9)),
)
sides = st.one_of(st.tuples(prices, sizes), st.just((PRICE_NULL, 0)))
steps_ns = st.one_of(
    st.integers(0, 2_000), st.integers(0, 2 * 10**9), st.integers(-(10**6), 0), st.just(10**15)
)


@st.composite
def messages(draw: st.DrawFn) -> list[Row]:
    """Touches of two instruments in sequence, with the executions that made some of them."""
    rows: list[Row] = []
    time_ns = START_NS
    for number in range(1, draw(st.integers(1, 40)) + 1):
        time_ns = max(0, time_ns + draw(steps_ns))
        common: Row = {
            "event_time_ns": time_ns,
            "instrument": draw(st.sampled_from((5 << 16 | 1, 5 << 16 | 2))),
            "sequence_number": number,
        }
        what = draw(st.sampled_from(("touch", "touch", "execute", "executed touch", "trade")))
        if "execute" in what:
            flags = draw(st.sampled_from((Flag.LAST, Flag.LAST, Flag.LAST | Flag.NON_PRINTABLE)))
            row = {
                "kind": Kind.ORDER,
                "action": draw(st.sampled_from((3, 3, 3, 1))),
                "flags": flags,
            }
            rows.append(common | row | {"size": draw(sizes), "price_e9": PRICE_NULL})
        if what == "trade":
            action = draw(st.sampled_from((TradeAction.TRADE, TradeAction.TRADE, 2, 3)))
            row = {"kind": Kind.TRADE, "action": action, "size": draw(sizes)}
            rows.append(common | row | {"price_e9": draw(st.one_of(prices, st.just(PRICE_NULL)))})
        if "touch" in what:
            rows.append(common | _touch(draw))
    return rows


def _touch(draw: st.DrawFn) -> Row:
    (bid, bid_size), (ask, ask_size) = draw(sides), draw(sides)
    flags = draw(st.sampled_from((Flag.LAST, Flag.LAST, Flag.LAST, Flag.LAST | Flag.BOOK_SUSPECT)))
    return {
        "kind": Kind.TOUCH,
        "bid_price_e9": bid,
        "bid_size": bid_size,
        "ask_price_e9": ask,
        "ask_size": ask_size,
        "flags": flags,
    }


def touches_of(rows: list[Row]) -> Array:
    """The touches among the rows, dtype TOUCH."""
    return records.pack([row for row in rows if row["kind"] == Kind.TOUCH]).view(records.TOUCH)


@pytest.fixture(scope="module")
def feature() -> Any:
    native_module()
    from hft import feature

    return feature


half_lives = st.sampled_from(HALF_LIVES_NS)


@pytest.mark.parametrize("name", ["mid_price", "spread", "microprice", "touch_imbalance"])
@given(rows=messages())
def test_features_of_one_touch(feature: Any, name: str, rows: list[Row]) -> None:
    touches = touches_of(rows)
    expected = getattr(features, name)(touches)
    assert getattr(feature, name)(touches).tolist() == expected.tolist()


level_sizes = st.lists(st.one_of(st.just(0), sizes), min_size=3, max_size=3)


@given(bids=st.lists(level_sizes, min_size=1), data=st.data())
def test_depth_imbalance(feature: Any, bids: list[list[int]], data: st.DataObject) -> None:
    asks = data.draw(st.lists(level_sizes, min_size=len(bids), max_size=len(bids)))
    of = (np.array(bids, dtype=np.uint32), np.array(asks, dtype=np.uint32))
    assert feature.depth_imbalance(*of).tolist() == features.depth_imbalance(*of).tolist()


@given(rows=messages())
def test_order_flow(feature: Any, rows: list[Row]) -> None:
    touches = touches_of(rows)
    assert feature.order_flow(touches).tolist() == features.order_flow(touches).tolist()


@given(rows=messages(), half_life_ns=half_lives)
def test_order_flow_imbalance(feature: Any, rows: list[Row], half_life_ns: int) -> None:
    touches = touches_of(rows)
    expected = features.order_flow_imbalance(touches, half_life_ns)
    assert feature.order_flow_imbalance(touches, half_life_ns).tolist() == expected.tolist()


@given(rows=messages(), half_life_ns=half_lives)
def test_volatility(feature: Any, rows: list[Row], half_life_ns: int) -> None:
    touches = touches_of(rows)
    sums, roots = features.variance(touches, half_life_ns)
    assert feature.variance(touches, half_life_ns).tolist() == sums.tolist()
    assert feature.volatility(touches, half_life_ns).tolist() == roots.tolist()


@given(rows=messages(), half_life_ns=half_lives)
def test_trade_flow(feature: Any, rows: list[Row], half_life_ns: int) -> None:
    flows: dict[int, features.TradeFlow] = {}
    expected = []
    for row in rows:
        own = flows.setdefault(row["instrument"], features.TradeFlow(half_life_ns))
        record = records.view(records.pack([row])[0])
        if row["kind"] == Kind.TOUCH:
            own.on_touch(record)
            expected.append(own.values(row["event_time_ns"]))
        else:
            own.on_record(record)
    of_all: Row = {"kind": Kind.STATUS, "action": 1, "instrument": records.INSTRUMENT_ALL}
    others = records.pack([of_all, *(row for row in rows if row["kind"] != Kind.TOUCH)])
    got = feature.trade_flow(others, touches_of(rows), half_life_ns)
    columns = [column.tolist() for column in got]
    assert list(zip(*columns, strict=True)) == expected


@given(
    amounts=st.lists(st.tuples(st.integers(0, 5 * 10**8), st.integers(-(10**6), 10**6))),
    later_ns=st.integers(0, 10 * 10**9),
)
def test_the_decay_is_near_the_exponential(amounts: list[tuple[int, int]], later_ns: int) -> None:
    """Of the reference, which the others equal: 0.07 % of each weight, and a unit in all."""
    half_life_ns = 1024 * 10**6
    decayed = features.DecayedSum(half_life_ns)
    time_ns, times_ns = START_NS, []
    for step_ns, amount in amounts:
        time_ns += step_ns
        times_ns.append(time_ns)
        decayed.add(time_ns, amount)
    now_ns = time_ns + later_ns
    parts = [amount for _, amount in amounts]
    exact = features.weighted_sum(times_ns, parts, now_ns, half_life_ns)
    magnitude = features.weighted_sum(times_ns, [abs(a) for a in parts], now_ns, half_life_ns)
    assert decayed.at(now_ns) == pytest.approx(exact, abs=0.0007 * magnitude + 1.01)


def test_what_is_no_touch_is_refused(feature: Any) -> None:
    order = records.pack([{"kind": Kind.ORDER, "action": Action.ADD}])
    with pytest.raises(ValueError, match="element 0 is no touch"):
        feature.mid_price(order)
    with pytest.raises(TypeError, match="dtype"):
        feature.mid_price(np.zeros(3))
    with pytest.raises(ValueError, match="two axes"):
        feature.depth_imbalance(np.zeros(3, dtype=np.uint32), np.zeros((3, 1), dtype=np.uint32))


def test_feeds_are_not_mixed_in_a_trade_flow(feature: Any) -> None:
    rows = [
        {"kind": Kind.TOUCH, "instrument": feed << 16, "sequence_number": feed, "flags": Flag.LAST}
        for feed in (1, 2)
    ]
    with pytest.raises(ValueError, match="several feeds"):
        feature.trade_flow(records.pack([]), touches_of(rows), 10**9)
