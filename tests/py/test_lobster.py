"""LOBSTER rows through every book set: the touch and five levels a side after each message.

LOBSTER publishes, per message, the ten levels a side afterwards, and leaves out the messages that
happen behind the tenth level. So the adapter seeds the first row's levels with one synthetic order
each, and does the same, after the comparison, for a level that comes into the window from behind.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.book_sets import BOOK_SETS, PRICE_UNIT_E9, BookSet
from tests.reference import records
from tests.reference.records import Action, Array, Flag, Kind, Row, Side, TradeAction

NAME = "AAPL_2012-06-21_first500"
INSTRUMENT = 1
ADD, CANCEL, DELETE, EXECUTE, HIDDEN = 1, 2, 3, 4, 5
SYNTHETIC = 1 << 40  # ids from here on are the adapter's own
Levels = dict[Side, list[tuple[int, int]]]  # (price_e9, size), best first


@dataclass(frozen=True)
class Message:
    """One row of the message file; prices in the file are 1e-4 USD."""

    kind: int
    order_id: int
    size: int
    price_e9: int
    side: Side


def read_messages(path: Path) -> list[Message]:
    with path.open() as lines:
        return [
            Message(int(k), int(o), int(s), int(p) * 100_000, Side.BID if d == "1" else Side.ASK)
            for _, k, o, s, p, d in csv.reader(lines)
        ]


def read_levels(path: Path) -> list[Levels]:
    """Per row ask price, ask size, bid price, bid size, and so on outward."""
    rows = []
    with path.open() as lines:
        for text in csv.reader(lines):
            row = [int(value) for value in text]
            pairs = [(row[i] * 100_000, row[i + 1]) for i in range(0, len(row), 2)]
            rows.append({Side.ASK: pairs[0::2], Side.BID: pairs[1::2]})
    return rows


def behind(side: Side, price_e9: int, edge_e9: int) -> bool:
    """Whether a price is farther from the touch than `edge_e9`."""
    return price_e9 < edge_e9 if side == Side.BID else price_e9 > edge_e9


@dataclass
class Adapter:
    """Turns messages into records; knows what the book holds only from what it sent."""

    resting: dict[tuple[Side, int], dict[int, int]] = field(default_factory=dict)  # id to size
    synthetic_count: int = 0

    def seed(self, side: Side, price_e9: int, size: int) -> Row:
        """A synthetic order for shares whose orders are not known."""
        self.synthetic_count += 1
        return self.add(side, price_e9, size, SYNTHETIC + self.synthetic_count)

    def add(self, side: Side, price_e9: int, size: int, order_id: int) -> Row:
        self.resting.setdefault((side, price_e9), {})[order_id] = size
        return self._row(Action.ADD, order_id, size, side=side, price_e9=price_e9)

    def take(self, action: Action, side: Side, price_e9: int, size: int, order_id: int) -> Row:
        """Shares leave an order: the named one, else the level's synthetic one."""
        level = self.resting[side, price_e9]
        if order_id not in level:
            order_id = next(known for known in level if known > SYNTHETIC)
        level[order_id] -= size
        if level[order_id] == 0:
            del level[order_id]
        return self._row(action, order_id, size)

    def rows_of(self, message: Message) -> list[Row]:
        """The record of one message; none where it names a level that is not in the window."""
        at = (message.side, message.price_e9, message.size, message.order_id)
        if message.kind == ADD:
            return [self.add(*at)]
        if message.kind == HIDDEN:
            trade = {"kind": Kind.TRADE, "action": TradeAction.TRADE, "size": message.size}
            return [trade | {"instrument": INSTRUMENT, "flags": Flag.LAST}]
        action = Action.EXECUTE if message.kind == EXECUTE else Action.CANCEL
        return [self.take(action, *at)]

    def settle(self, before: Levels, after: Levels) -> list[Row]:
        """Makes the levels that came into the window from behind what the row says they are."""
        rows = []
        for side in (Side.BID, Side.ASK):
            told = dict(after[side])
            known = {price for (s, price), level in self.resting.items() if s == side and level}
            for price_e9 in sorted(known | told.keys()):
                was_seen = not behind(side, price_e9, before[side][-1][0])
                is_seen = not behind(side, price_e9, after[side][-1][0])
                if is_seen and not was_seen:
                    rows += self._correct(side, price_e9, told.get(price_e9, 0))
        return rows

    def _correct(self, side: Side, price_e9: int, size: int) -> list[Row]:
        level = self.resting.get((side, price_e9), {})
        missing = size - sum(level.values())
        if missing > 0:
            return [self.seed(side, price_e9, missing)]
        rows = []
        for order_id, resting in list(level.items()):
            leaving = min(resting, -missing)
            if leaving:
                missing += leaving
                rows.append(self.take(Action.CANCEL, side, price_e9, leaving, order_id))
        return rows

    @staticmethod
    def _row(action: Action, order_id: int, size: int, **own: int) -> Row:
        row: Row = {"kind": Kind.ORDER, "action": action, "order_id": order_id, "size": size}
        row |= {"instrument": INSTRUMENT, "price_e9": records.PRICE_NULL, "flags": Flag.LAST}
        return row | own


def shown(book_set: BookSet, side: Side, levels: int) -> list[tuple[int, int]]:
    return [(price, size) for price, size, _ in book_set.depth(INSTRUMENT, side)[:levels]]


def touch_of(row: Levels) -> tuple[int, int, int, int]:
    return (*row[Side.BID][0], *row[Side.ASK][0])


def last_touch(touches: Array) -> tuple[int, int, int, int]:
    names = ("bid_price_e9", "bid_size", "ask_price_e9", "ask_size")
    bid, bid_size, ask, ask_size = (int(touches[-1][name]) for name in names)
    return bid, bid_size, ask, ask_size


@pytest.mark.parametrize("name", BOOK_SETS)
def test_touch_and_five_levels_equal_lobster(shared: Path, name: str) -> None:
    folder = shared / "captures/lobster"
    messages = read_messages(folder / f"{NAME}_message_10.csv")
    rows = read_levels(folder / f"{NAME}_orderbook_10.csv")
    book_set = BOOK_SETS[name](price_unit_e9=PRICE_UNIT_E9, max_orders=10_000, max_instruments=2)
    adapter = Adapter()
    seeds = [adapter.seed(side, *level) for side in rows[0] for level in rows[0][side]]
    book_set.apply(records.pack(seeds))

    compared = 0
    # The first row shows the book after the first message, so the seeds hold that message already.
    for message, before, after in zip(messages[1:], rows, rows[1:], strict=False):
        touches = book_set.apply(records.pack(adapter.rows_of(message)))
        if touch_of(before) == touch_of(after):
            assert len(touches) == 0
        else:
            assert last_touch(touches) == touch_of(after)
        for side in (Side.BID, Side.ASK):
            assert shown(book_set, side, 5) == after[side][:5]
        compared += 1
        book_set.apply(records.pack(adapter.settle(before, after)))
        for side in (Side.BID, Side.ASK):
            assert shown(book_set, side, 10) == after[side]

    # All but the first of the 500 rows, which is where the levels come from.
    assert (len(rows), compared) == (500, 499)
    assert set(book_set.verdict_counts()) == {"applied"}
