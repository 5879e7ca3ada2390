"""The matching engine against its reference: the same commands, the same events.

And what must hold whatever the rules are: no share is lost, nothing trades through a better price,
queues are kept, a trading book never meets itself, and the feed's events rebuild the book.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from tests.book_sets import NATIVE
from tests.contract.venue_streams import INSTRUMENTS, Case, busy_day, cases
from tests.reference import records
from tests.reference.records import Action, Flag, Kind, Side
from tests.venues import BOTH_SIDES, Event, FilledReference, NativeVenue


def state(venue: FilledReference | NativeVenue) -> dict[str, Any]:
    """All that can be asked."""
    return {
        "books": [venue.book(i, side) for i in range(INSTRUMENTS) for side in BOTH_SIDES],
        "indications": [venue.indication(i, c) for i in range(INSTRUMENTS) for c in "OCH"],
    }


@given(case=cases())
@settings(max_examples=400)
def test_every_command_makes_the_same_events(case: Case) -> None:
    chosen, stream = case
    native, reference = NativeVenue(**chosen), FilledReference(**chosen)
    for number, one in enumerate(stream):
        answered, expected = native.apply(one), reference.apply(one)
        assert answered == expected, (chosen, stream[: number + 1])
        assert state(native) == state(reference), (chosen, stream[: number + 1])


@given(case=cases())
@settings(max_examples=100)
def test_commands_may_come_in_one_array(case: Case) -> None:
    chosen, stream = case
    native, reference = NativeVenue(**chosen), FilledReference(**chosen)
    answers = [reference.apply(one) for one in stream]
    verdicts, events = native.apply_all(stream)
    assert verdicts == [verdict for verdict, _ in answers]
    assert events == [event for _, made in answers for event in made]


# Invariants, which know no rule.


class Watch:
    """Follows events and knows nothing but what they say."""

    def __init__(self) -> None:
        self.queues: dict[tuple[int, int, int], list[int]] = {}  # displayed ids, first come first
        self.sizes: dict[int, int] = {}
        self.where: dict[int, tuple[int, int, int]] = {}
        self.state = {0: "T", 1: "T"}
        self.orders: dict[tuple[int, int], list[int]] = {}  # [came in, executed, cancelled]
        self.sides: dict[tuple[int, int], int] = {}

    def best(self, instrument: int, side: int) -> int | None:
        """The displayed touch."""
        found = [
            p for (i, s, p), queue in self.queues.items() if (i, s) == (instrument, side) and queue
        ]
        if not found:
            return None
        return max(found) if side == Side.BID else min(found)

    def add(self, order_id: int, where: tuple[int, int, int], size: int) -> None:
        """A displayed order joins the tail."""
        self.queues.setdefault(where, []).append(order_id)
        self.sizes[order_id], self.where[order_id] = size, where

    def leave(self, order_id: int, size: int | None = None) -> None:
        """Some of a displayed order leaves, or all."""
        self.sizes[order_id] -= self.sizes[order_id] if size is None else size
        assert self.sizes[order_id] >= 0
        if self.sizes[order_id] == 0:
            self.queues[self.where[order_id]].remove(order_id)
            del self.sizes[order_id], self.where[order_id]

    def see(self, event: Event) -> None:
        """One event."""
        kind = event["kind"]
        own = (event["owner"], event["token"])
        if kind == "accepted":
            self.orders[own] = [event["size"], 0, 0]
            self.sides[own] = event["side"]
        elif kind == "replaced":
            before = self.orders.pop((event["owner"], event["original"]))
            self.orders[own] = [before[1] + event["open"] + before[2], before[1], before[2]]
            self.sides[own] = event["side"]
        elif kind == "modified":
            done = self.orders[own]
            done[0] = done[1] + done[2] + event["open"]
        elif kind == "executed":
            self.orders[own][1] += event["size"]
        elif kind == "cancelled":
            self.orders[own][2] += event["size"]
        elif kind == "trading_status":
            self.state[event["instrument"]] = event["code"]
        if kind in ("executed", "cancelled", "accepted", "replaced", "restated"):
            came, executed, cancelled = self.orders[own]
            assert came == executed + cancelled + event["open"], event
            assert event["shown"] <= event["open"]
        if kind.startswith("book") or kind == "trade":
            self.see_public(event)

    def see_public(self, event: Event) -> None:
        """What the feed tells."""
        kind, order_id, price = event["kind"], event["order_id"], event["price_e9"]
        if kind == "book_add":
            self.add(order_id, (event["instrument"], event["side"], price), event["size"])
        elif kind == "book_replace":
            instrument, side, _ = self.where[event["original"]]
            self.leave(event["original"])
            self.add(order_id, (instrument, side, price), event["size"])
        elif kind == "book_cancel":
            assert event["size"] < self.sizes[order_id]
            self.leave(order_id, event["size"])
        elif kind == "book_delete":
            self.leave(order_id)
        elif kind == "book_execute":
            instrument, side, own_price = self.where[order_id]
            assert self.best(instrument, side) == own_price, "traded through a better price"
            assert self.queues[self.where[order_id]][0] == order_id, "jumped the queue"
            assert event["flags"] == 0 or price == own_price
            self.leave(order_id, event["size"])
        else:  # a hidden order: nobody displayed was at its price or better
            best = self.best(event["instrument"], event["side"])
            if best is not None:
                better = best >= price if event["side"] == Side.BID else best <= price
                assert not better, "a hidden order traded before a displayed one"

    def check(self) -> None:
        """After a command."""
        for instrument, now in self.state.items():
            bid, ask = self.best(instrument, Side.BID), self.best(instrument, Side.ASK)
            assert now == "Q" or now in "HP" or bid is None or ask is None or bid < ask


def feed_records(events: Iterable[Event]) -> list[dict[str, Any]]:
    """What the feed's records say of these events, as a decoder would make them."""
    actions = {
        "book_add": Action.ADD,
        "book_execute": Action.EXECUTE,
        "book_cancel": Action.CANCEL,
        "book_delete": Action.REMOVE,
    }
    rows = []
    for number, event in enumerate(events, 1):
        common = {
            "kind": Kind.ORDER, "instrument": event["instrument"], "sequence_number": number,
            "order_id": event["order_id"], "size": event["size"], "flags": Flag.LAST,
            "price_e9": event["price_e9"], "side": event["side"],
        }  # fmt: skip
        if event["kind"] == "book_replace":
            old = {"order_id": event["original"], "size": 0, "flags": 0, "action": Action.REPLACE}
            rows.append(common | old)
            rows.append(common | {"action": Action.ADD})
        elif event["kind"] in actions:
            rows.append(common | {"action": actions[event["kind"]]})
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_long_days_keep_every_invariant(seed: int) -> None:
    native = NativeVenue(instruments=2, max_owners=8)
    watch, all_events = Watch(), []
    executed: dict[int, list[Event]] = {}
    for one in busy_day(seed, 6_000):
        _, events = native.apply(one)
        for event in events:
            watch.see(event)
            if event["kind"] == "executed":
                executed.setdefault(event["match_number"], []).append(event)
        watch.check()
        all_events += events
    for sides in executed.values():  # every match has a bid and an ask of the same size and price
        assert sorted(e["side"] for e in sides) == [Side.BID, Side.ASK]
        assert len({(e["size"], e["price_e9"]) for e in sides}) == 1
    assert len(executed) > 1_000
    for instrument in range(2):
        for side in BOTH_SIDES:
            shown = [(i, s) for i, _, s, _ in native.book(instrument, side) if s]
            mine = [
                (order_id, watch.sizes[order_id])
                for (i, s, _), queue in sorted(
                    watch.queues.items(), key=lambda item: item[0][2], reverse=side == Side.BID
                )
                if (i, s) == (instrument, side)
                for order_id in queue
            ]
            assert mine == shown
    rebuild(native, all_events)


def rebuild(native: NativeVenue, events: list[Event]) -> None:
    """A book set fed with the feed's records is the engine's own displayed book."""
    book_set = NATIVE["fast"](max_orders=100_000, max_instruments=2)
    book_set.apply(records.pack(feed_records(events)))
    assert set(book_set.verdict_counts()) <= {"applied"}
    assert book_set.digest() == native.engine.displayed_digest()


@given(case=cases())
@settings(max_examples=200)
def test_the_feed_rebuilds_the_book(case: Case) -> None:
    chosen, stream = case
    native = NativeVenue(**chosen)
    _, events = native.apply_all(stream)
    rebuild(native, events)


def test_the_same_commands_make_the_same_bytes() -> None:
    day = busy_day(7, 3_000)
    first, second = NativeVenue(instruments=2), NativeVenue(instruments=2)
    once, again = first.engine.apply(first.pack(day)), second.engine.apply(second.pack(day))
    assert all(np.array_equal(a, b) for a, b in zip(once, again, strict=True))
