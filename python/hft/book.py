"""Books: resting orders, level by level and order by order."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hft import _native
from hft._native import PRICE_NULL, Side
from hft.instruments import InstrumentTable


class Touch(NamedTuple):
    """Best bid and offer with the sizes of their levels; None and 0 where a side is empty."""

    bid_price_e9: int | None
    bid_size: int
    ask_price_e9: int | None
    ask_size: int


class Depth(NamedTuple):
    """Levels of one side, best first; three arrays of shape (levels,)."""

    price_e9: npt.NDArray[np.int64]
    size: npt.NDArray[np.uint32]
    orders: npt.NDArray[np.uint32]


class QueuePosition(NamedTuple):
    """What stands before an order at its level."""

    orders_ahead: int
    size_ahead: int


class Order(NamedTuple):
    """A live order."""

    instrument: int
    side: Side
    price_e9: int
    size: int


class BookSet:
    """The books of one feed: its own, or those of a running `Replay`.

    Args:
        kind: ``fast``, or ``map``, the slow and obvious one that it is checked against.
        max_orders: Most live orders; more are refused and counted.
        max_instruments: Locate codes from here on are refused and counted.
        price_unit_e9: Prices are multiples of it; ITCH: 1e-4 USD.

    Instruments may be given by number, or by symbol where the book set belongs to a replay.

    Examples:
        >>> import hft
        >>> add = np.zeros(1, dtype=hft.order_event)
        >>> add["kind"], add["action"], add["side"] = hft.Kind.order, hft.Action.add, hft.Side.bid
        >>> add["order_id"], add["price_e9"], add["size"] = 1, 10_000_000_000, 100
        >>> add["flags"] = hft.FLAG_LAST
        >>> books = BookSet("map", max_orders=10)
        >>> len(books.apply(add))
        1
        >>> books.touch(0)
        Touch(bid_price_e9=10000000000, bid_size=100, ask_price_e9=None, ask_size=0)
    """

    def __init__(
        self,
        kind: str = "fast",
        *,
        max_orders: int = 4_000_000,
        max_instruments: int = 65_536,
        price_unit_e9: int = 100_000,
    ) -> None:
        self._native = _native.BookSet(
            kind,
            max_orders=max_orders,
            max_instruments=max_instruments,
            price_unit_e9=price_unit_e9,
        )
        self._instruments: Callable[[], InstrumentTable] = lambda: InstrumentTable(())

    @classmethod
    def _of_replay(
        cls, native: _native.BookSet, instruments: Callable[[], InstrumentTable]
    ) -> BookSet:
        books = cls.__new__(cls)
        books._native = native
        books._instruments = instruments
        return books

    def apply(self, records: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
        """Apply records in order.

        Args:
            records: Shape (n,), any record dtype.

        Returns:
            The touches made, shape (m,), dtype ``hft.touch``, read-only.

        Raises:
            TypeError: The dtype is no record dtype, or the book set belongs to a replay.
            ValueError: The array is not contiguous.
        """
        return self._native.apply(records)

    def touch(self, instrument: int | str) -> Touch:
        """Return the best bid and offer."""
        bid, bid_size, ask, ask_size = self._native.touch(self._number(instrument))
        return Touch(
            None if bid == PRICE_NULL else bid,
            bid_size,
            None if ask == PRICE_NULL else ask,
            ask_size,
        )

    def depth(self, instrument: int | str, side: Side, levels: int = 10) -> Depth:
        """Return the levels of one side, best first, at most ``levels``."""
        return Depth(*self._native.depth(self._number(instrument), side, levels))

    def orders(self, instrument: int | str, side: Side, price_e9: int) -> npt.NDArray[np.void]:
        """Return the orders of one level, first in the queue first.

        Returns:
            Shape (orders,), fields ``order_id`` and ``size``; empty where there is no such level.
        """
        return self._native.orders(self._number(instrument), side, price_e9)

    def find(self, order_id: int) -> Order | None:
        """Return a live order; None where it is not live."""
        found = self._native.find(order_id)
        return None if found is None else Order(*found)

    def queue_position(self, order_id: int) -> QueuePosition | None:
        """Return what stands before an order at its level; None where it is not live.

        It scans orders from the newest back: microseconds for what entered lately, up to tens of
        milliseconds for the oldest.
        """
        found = self._native.queue_position(order_id)
        return None if found is None else QueuePosition(*found)

    def is_suspect(self, instrument: int | str) -> bool:
        """Return whether messages were missed, so that the book may be wrong."""
        return self._native.is_suspect(self._number(instrument))

    def trading_state(self, instrument: int | str) -> str:
        """Return the venue's letter, T trading, H halted, …; empty where it was never told."""
        return self._native.trading_state(self._number(instrument))

    def digest(self) -> str:
        """Return 16 hexadecimal digits over all orders: equal books have equal digests."""
        return f"{self._native.digest():016x}"

    @property
    def kind(self) -> str:
        """``fast`` or ``map``."""
        return self._native.kind

    @property
    def order_count(self) -> int:
        """Live orders of all instruments."""
        return self._native.order_count

    @property
    def verdicts(self) -> dict[str, int]:
        """Order events by what became of them: ``applied``, or why they were refused."""
        return self._native.verdicts

    def _number(self, instrument: int | str) -> int:
        return self._instruments()[instrument] if isinstance(instrument, str) else instrument
