"""What messages leave out of an order: its side, its price, and what is left of it.

ITCH names these when an order is added and never again; DBN repeats them on every message. Worked
out for a whole batch at a time with array operations: a loop over messages would be slower by two
orders of magnitude.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hft.record import PRICE_NULL, Action, Side

_ORDER = np.dtype([("order_id", "<u8"), ("price_e9", "<i8"), ("left", "<i8"), ("side", "<u1")])


@dataclass(frozen=True)
class Resolved:
    """The order behind each event of a batch, as it stood before the event; shape (events,)."""

    side: npt.NDArray[np.uint8]  # Side.none where the order was never seen
    price_e9: npt.NDArray[np.int64]  # 1e-9 of the quote currency; PRICE_NULL likewise
    left: npt.NDArray[np.int64]  # shares; 0 likewise


class LiveOrders:
    """The live orders of one feed, carried from batch to batch."""

    def __init__(self) -> None:
        self._orders = np.empty(0, dtype=_ORDER)  # ascending order_id

    def __len__(self) -> int:
        """Return how many orders are live."""
        return len(self._orders)

    def clear(self) -> None:
        """Forget all orders: a new session begins."""
        self._orders = np.empty(0, dtype=_ORDER)

    def resolve(self, events: npt.NDArray[np.void]) -> Resolved:
        """Return the order behind each event, and carry the orders on.

        Args:
            events: Order events of this feed in their order, dtype ``hft.order_event``.
        """
        by_order = np.argsort(events["order_id"], kind="stable")
        sorted_events = events[by_order]
        adds = sorted_events["action"] == Action.add
        first_of_id = np.ones(len(events), dtype=bool)
        first_of_id[1:] = sorted_events["order_id"][1:] != sorted_events["order_id"][:-1]
        # A life is one order from its add, or from the batch's start, to the next add or the end.
        heads = np.flatnonzero(adds | first_of_id)
        life = np.cumsum(adds | first_of_id) - 1
        lives = self._start_of_lives(sorted_events[heads])
        life_of_event = np.empty(len(events), dtype=np.int64)
        life_of_event[by_order] = life
        self._inherit_sides(events, by_order[heads], life_of_event, lives)
        left, after = _amounts_left(sorted_events, heads, life, lives["left"])
        self._carry(lives, heads, after, len(events))
        unsorted = np.empty(len(events), dtype=np.int64)
        unsorted[by_order] = left
        of_event = lives[life_of_event]
        return Resolved(of_event["side"].copy(), of_event["price_e9"].copy(), unsorted)

    def _start_of_lives(self, heads: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
        """Return each life's order at its start: as added, as carried over, or unknown."""
        lives = np.zeros(len(heads), dtype=_ORDER)
        lives["order_id"] = heads["order_id"]
        lives["price_e9"] = PRICE_NULL
        added = heads["action"] == Action.add
        for name, source in (("price_e9", "price_e9"), ("left", "size"), ("side", "side")):
            lives[name][added] = heads[source][added]
        if len(self._orders):
            at = np.searchsorted(self._orders["order_id"], heads["order_id"])
            at = np.minimum(at, len(self._orders) - 1)
            carried = ~added & (self._orders["order_id"][at] == heads["order_id"])
            lives[carried] = self._orders[at[carried]]
        return lives

    @staticmethod
    def _inherit_sides(
        events: npt.NDArray[np.void],
        heads: npt.NDArray[np.intp],
        life_of_event: npt.NDArray[np.int64],
        lives: npt.NDArray[np.void],
    ) -> None:
        """Give the add behind a replace the side of the order that left."""
        without = (events["action"][heads] == Action.add) & (events["side"][heads] == Side.none)
        before = np.maximum(heads - 1, 0)
        heirs = np.flatnonzero(without & (heads > 0) & (events["action"][before] == Action.replace))
        ancestor = np.arange(len(lives))
        ancestor[heirs] = life_of_event[before[heirs]]
        # An order may be replaced many times in one batch: each round doubles the reach.
        while not np.array_equal(ancestor, further := ancestor[ancestor]):
            ancestor = further
        lives["side"] = lives["side"][ancestor]

    def _carry(
        self,
        lives: npt.NDArray[np.void],
        heads: npt.NDArray[np.intp],
        after: npt.NDArray[np.int64],
        events: int,
    ) -> None:
        """Keep what is live after the batch: the last life of each order, if something is left."""
        ends = np.append(heads[1:], events) - 1
        ended = lives.copy()
        ended["left"] = after[ends]
        last_of_id = np.ones(len(lives), dtype=bool)
        last_of_id[:-1] = lives["order_id"][1:] != lives["order_id"][:-1]
        kept = ended[last_of_id & (ended["left"] > 0)]
        untouched = self._orders[~np.isin(self._orders["order_id"], lives["order_id"])]
        at = np.searchsorted(untouched["order_id"], kept["order_id"])
        self._orders = np.insert(untouched, at, kept)


def _amounts_left(
    events: npt.NDArray[np.void],
    heads: npt.NDArray[np.intp],
    life: npt.NDArray[Any],
    at_start: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return what is left of the order before and after each event, sorted by order."""
    action = events["action"]
    parts = (action == Action.cancel) | (action == Action.execute)
    taken = np.where(parts, events["size"], 0).astype(np.int64)
    running = np.cumsum(taken)
    before_life = (running - taken)[heads][life]
    before = np.maximum(at_start[life] - (running - taken - before_life), 0)
    whole = (action == Action.remove) | (action == Action.replace)
    after = np.where(whole, 0, np.maximum(at_start[life] - (running - before_life), 0))
    return before, after
