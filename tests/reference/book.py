"""A feed's books as dictionaries and lists: no order is ever found by anything cleverer.

Says what every book set must do; tests/contract drives the fast ones against it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.reference import records
from tests.reference.records import Action, Array, Flag, Kind, Side, StatusAction

MAX_PRICE_UNITS = 4_294_967_294  # a price fits 32 bits, and the last value stays free
MAX_LEVEL_SIZE = 2**32 - 1


TouchTuple = tuple[int, int, int, int, bytes]


@dataclass
class Order:
    """A resting order."""

    order_id: int
    instrument: int
    side: Side
    price_e9: int
    size: int


@dataclass
class Book:
    """One instrument: per side a dict from price to the orders there, oldest first."""

    levels: dict[Side, dict[int, list[Order]]] = field(
        default_factory=lambda: {Side.BID: {}, Side.ASK: {}}
    )
    trading_state: bytes = b""
    suspect: bool = False

    def best_first(self, side: Side) -> list[tuple[int, int, int]]:
        """(price_e9, size, count) per level, from the touch outward."""
        prices = sorted(self.levels[side], reverse=side == Side.BID)
        return [
            (price, sum(o.size for o in self.levels[side][price]), len(self.levels[side][price]))
            for price in prices
        ]

    def touch(self) -> TouchTuple:
        """(bid price_e9, bid size, ask price_e9, ask size, trading state)."""
        best = {}
        for side, better in ((Side.BID, max), (Side.ASK, min)):
            price = better(self.levels[side], default=records.PRICE_NULL)
            best[side] = price, sum(order.size for order in self.levels[side].get(price, []))
        return *best[Side.BID], *best[Side.ASK], self.trading_state


class ReferenceBookSet:
    """The books of one feed, and the verdict on every event."""

    def __init__(self, *, price_unit_e9: int, max_orders: int, max_instruments: int) -> None:
        self.price_unit_e9 = price_unit_e9
        self.max_orders = max_orders
        self.max_instruments = max_instruments
        self.live: dict[int, Order] = {}
        self.books: dict[int, Book] = {}
        self.verdicts: Counter[str] = Counter()
        self.all_suspect = False  # of the instruments that have no Book yet
        self._replaced: tuple[int, Side] | None = None  # instrument and side, from the last record
        self._before: TouchTuple | None = None  # of the open message's instrument

    # Queries.

    def book(self, instrument: int) -> Book:
        """The book of an instrument, made on first use."""
        if instrument not in self.books:
            self.books[instrument] = Book(suspect=self.all_suspect)
        return self.books[instrument]

    def depth(self, instrument: int, side: Side) -> list[tuple[int, int, int]]:
        """(price_e9, size, count) per level, best first."""
        return self.book(instrument).best_first(side)

    def orders(self, instrument: int, side: Side, price_e9: int) -> list[tuple[int, int]]:
        """(order_id, size) in queue order."""
        level = self.book(instrument).levels[side].get(price_e9, [])
        return [(order.order_id, order.size) for order in level]

    def queue_position(self, order_id: int) -> tuple[int, int] | None:
        """(orders ahead, shares ahead) of a live order, else None."""
        order = self.live.get(order_id)
        if order is None:
            return None
        level = self.book(order.instrument).levels[order.side][order.price_e9]
        ahead = level[: level.index(order)]
        return len(ahead), sum(o.size for o in ahead)

    def verdict_counts(self) -> dict[str, int]:
        """Order events by verdict, those that never came left out."""
        return dict(self.verdicts)

    def is_suspect(self, instrument: int) -> bool:
        """Whether messages were missed or refused since the book was last known to be right."""
        return self.book(instrument).suspect

    def digest(self) -> int:
        """64 bits over every order of every book, in order."""
        value = 0xCBF29CE484222325
        for word in self._words():
            value = (value ^ word) * 0x100000001B3 % 2**64
        return value

    def _words(self) -> list[int]:
        words = []
        for instrument in sorted({order.instrument for order in self.live.values()}):
            words.append(instrument)
            for side in (Side.BID, Side.ASK):
                words.append(int(side))
                for price, size, count in self.depth(instrument, side):
                    words += [price, size, count]
                    for order_id, order_size in self.orders(instrument, side, price):
                        words += [order_id, order_size]
        return words

    # Events.

    def apply(self, batch: Array) -> Array:
        """Applies records in order.

        Args:
            batch: shape (n,), dtype RECORD.

        Returns:
            The touch records, dtype TOUCH: one per message that changed a touch.
        """
        touches = []
        for i in range(len(batch)):
            record = records.view(batch[i])
            if self._before is None:
                self._before = self._touch(record)
            self._apply_one(record)
            if int(record["flags"]) & Flag.LAST:
                touches += self._changed_touch(record, self._before)
                self._before, self._replaced = None, None
        return records.pack(touches).view(records.TOUCH)

    def _touch(self, record: Any) -> TouchTuple:
        """Of the record's instrument; what concerns all instruments speaks for itself."""
        instrument = int(record["instrument"])
        inside = instrument != records.INSTRUMENT_ALL and instrument & 0xFFFF < self.max_instruments
        return self.book(instrument & 0xFFFF).touch() if inside else Book().touch()

    def _changed_touch(self, record: Any, before: TouchTuple) -> list[records.Row]:
        now = self._touch(record)
        if now == before:
            return []
        stamps = ("event_time_ns", "receive_time_ns", "sequence_number", "sequence_number_high")
        row: records.Row = {name: record[name] for name in (*stamps, "venue", "channel")}
        row |= {"kind": Kind.TOUCH, "instrument": int(record["instrument"])}
        names = ("bid_price_e9", "bid_size", "ask_price_e9", "ask_size", "trading_state")
        row |= dict(zip(names, now, strict=True))
        suspect = self.is_suspect(int(record["instrument"]) & 0xFFFF)
        return [row | {"flags": Flag.LAST | (Flag.BOOK_SUSPECT if suspect else 0)}]

    def _apply_one(self, record: Any) -> None:
        replaced, self._replaced = self._replaced, None
        kind = Kind(int(record["kind"]))
        if kind == Kind.STATUS:
            self._apply_status(record)
        elif kind == Kind.ORDER:
            verdict = self._apply_order(record, replaced)
            self.verdicts[verdict] += 1
            instrument = int(record["instrument"]) & 0xFFFF
            if verdict != "applied" and instrument < self.max_instruments:
                self.book(instrument).suspect = True

    def _apply_status(self, record: Any) -> None:
        action = StatusAction(int(record["action"]))
        if action in (StatusAction.GAP, StatusAction.LATE_START):
            self.all_suspect = True
            for book in self.books.values():
                book.suspect = True
        elif action == StatusAction.SESSION_START:
            self._clear_all()
            for book in self.books.values():
                book.trading_state = b""
        elif action == StatusAction.TRADING:
            instrument = int(record["instrument"]) & 0xFFFF
            if instrument < self.max_instruments:
                self.book(instrument).trading_state = bytes(record["state"])

    def _apply_order(self, record: Any, replaced: tuple[int, Side] | None) -> str:
        action = Action(int(record["action"]))
        if action == Action.CLEAR and int(record["instrument"]) == records.INSTRUMENT_ALL:
            self._clear_all()
            return "applied"
        instrument = int(record["instrument"]) & 0xFFFF
        if instrument >= self.max_instruments:
            return "bad_instrument"
        if action == Action.CLEAR:
            self._clear(instrument)
            self.book(instrument).suspect = False
            return "applied"
        if action == Action.ADD:
            return self._add(record, instrument, replaced)
        return self._change(record, instrument, action)

    def _add(self, record: Any, instrument: int, replaced: tuple[int, Side] | None) -> str:
        order_id, size = int(record["order_id"]), int(record["size"])
        price_e9 = int(record["price_e9"])
        side = Side(int(record["side"]))
        if side == Side.NONE and replaced is not None and replaced[0] == instrument:
            side = replaced[1]
        refused = self._why_not(order_id, instrument, side, price_e9, size)
        if refused:
            return refused
        order = Order(order_id, instrument, side, price_e9, size)
        self.live[order_id] = order
        self.book(instrument).levels[side].setdefault(price_e9, []).append(order)
        return "applied"

    def _why_not(
        self, order_id: int, instrument: int, side: Side, price_e9: int, size: int
    ) -> str | None:
        units, rest = divmod(price_e9, self.price_unit_e9)
        if rest != 0 or not 0 < units <= MAX_PRICE_UNITS:
            return "bad_price"
        if size == 0:
            return "bad_size"
        if side == Side.NONE:
            return "bad_side"
        if order_id in self.live:
            return "duplicate_order"
        if sum(s for _, s in self.orders(instrument, side, price_e9)) + size > MAX_LEVEL_SIZE:
            return "level_overflow"
        if len(self.live) >= self.max_orders:
            return "full"
        return None

    def _change(self, record: Any, instrument: int, action: Action) -> str:
        order = self.live.get(int(record["order_id"]))
        if order is None:
            return "unknown_order"
        if order.instrument != instrument:
            return "wrong_instrument"
        if action in (Action.REMOVE, Action.REPLACE):
            self._leave(order)
            if action == Action.REPLACE and not int(record["flags"]) & Flag.LAST:
                self._replaced = instrument, order.side
            return "applied"
        size = int(record["size"])
        if size == 0:
            return "bad_size"
        if size > order.size:
            return "oversized"
        order.size -= size
        if order.size == 0:
            self._leave(order)
        return "applied"

    def _leave(self, order: Order) -> None:
        side = self.book(order.instrument).levels[order.side]
        side[order.price_e9].remove(order)
        if not side[order.price_e9]:
            del side[order.price_e9]
        del self.live[order.order_id]

    def _clear(self, instrument: int) -> None:
        for order in [o for o in self.live.values() if o.instrument == instrument]:
            self._leave(order)

    def _clear_all(self) -> None:
        self.all_suspect = False
        for instrument, book in self.books.items():
            self._clear(instrument)
            book.suspect = False
