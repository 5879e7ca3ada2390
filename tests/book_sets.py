"""All book sets under one face: the reference, and the native ones where `hft` is installed.

A new implementation joins every contract by one line in BOOK_SETS.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import pytest

from tests.reference import records
from tests.reference.book import ReferenceBookSet
from tests.reference.records import Array, Side

PRICE_UNIT_E9 = 100_000
LEVELS = 65_536  # more than any book of these tests has


class BookSet(Protocol):
    """What the tests ask of a feed's books; depth is (price_e9, size, count), best first."""

    def apply(self, batch: Array, /) -> Array: ...
    def verdict_counts(self) -> dict[str, int]: ...
    def depth(self, instrument: int, side: Side, /) -> list[tuple[int, int, int]]: ...
    def orders(self, instrument: int, side: Side, price_e9: int, /) -> list[tuple[int, int]]: ...
    def queue_position(self, order_id: int, /) -> tuple[int, int] | None: ...
    def is_suspect(self, instrument: int, /) -> bool: ...
    def digest(self) -> int: ...


class NativeBookSet:
    """A book set of the native module, speaking as the reference does."""

    def __init__(self, module: Any, kind: str, limits: dict[str, int]) -> None:
        self._native = module.BookSet(kind, **limits)
        self._side = module.Side

    def apply(self, batch: Array) -> Array:
        """Applies records, shape (n,), dtype RECORD; the touches that they made."""
        touches = self._native.apply(batch)
        return records.pack([]).view(records.TOUCH) if len(touches) == 0 else touches

    def verdict_counts(self) -> dict[str, int]:
        """Order events by verdict, those that never came left out."""
        return {name: count for name, count in self._native.verdicts.items() if count}

    def depth(self, instrument: int, side: Side) -> list[tuple[int, int, int]]:
        """(price_e9, size, count) per level, best first."""
        columns = self._native.depth(instrument, self._side(side), LEVELS)
        return [tuple(level) for level in zip(*(c.tolist() for c in columns), strict=True)]

    def orders(self, instrument: int, side: Side, price_e9: int) -> list[tuple[int, int]]:
        """(order_id, size) in queue order."""
        found = self._native.orders(instrument, self._side(side), price_e9)
        return [(int(o["order_id"]), int(o["size"])) for o in found]

    def queue_position(self, order_id: int) -> tuple[int, int] | None:
        """(orders ahead, shares ahead)."""
        found = self._native.queue_position(order_id)
        return None if found is None else (int(found[0]), int(found[1]))

    def is_suspect(self, instrument: int) -> bool:
        """Whether the book may be wrong."""
        return bool(self._native.is_suspect(instrument))

    def digest(self) -> int:
        """64 bits over all orders."""
        return int(self._native.digest())


def native_module() -> Any:
    """The compiled module; the test is skipped by name where `hft` is not installed."""
    return pytest.importorskip("hft._native", reason="the native module hft is not installed")


def _native(kind: str) -> Callable[..., BookSet]:
    def make(**limits: int) -> BookSet:
        return NativeBookSet(native_module(), kind, limits)

    return make


NATIVE = {"map": _native("map"), "fast": _native("fast")}
BOOK_SETS: dict[str, Callable[..., Any]] = {"reference": ReferenceBookSet, **NATIVE}
