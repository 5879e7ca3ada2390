"""Captures in, books out: run a capture through the engine, at once or step by step."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from hft import _native
from hft.book import BookSet
from hft.capture import PathLike, RecordBatch, TimeLike, as_paths, time_bounds
from hft.errors import HftError
from hft.instruments import Instrument, InstrumentTable
from hft.summary import Summary

Progress = Callable[[int, int, int], object]
"""Called about ten times a second with bytes read, bytes in all (0: not known), and messages."""


class Replay:
    """A capture on its way through feed handlers and books.

    Either `run` it to the end, or iterate over its batches: after each batch the books stand
    exactly behind the batch's last record, and can be asked anything.

    Args:
        paths: One capture or raw ITCH file, or several. Several captures are merged by their
            packets' times, so line A and line B may lie in two files; raw files run one after the
            other in the order given.
        feed: A TOML file that says which endpoint is which line of which feed, or a venue such as
            ``xnas`` (needed for raw files that are not Nasdaq's own); empty: recognised.
        date: Session date, ``YYYY-MM-DD``; empty: from the capture's stamps or the file's name.
        instruments: Symbols; empty: all. Books are built of all, records and touches go on for
            these.
        start: Records and touches before it are not passed on; books are built from the beginning.
            ``"HH:MM:SS"`` on the venue's clock, ns since the Unix epoch, or a ``datetime``.
        stop: The replay ends at the first message at or after it.
        pace: 0: as fast as possible; 1: by the capture's own clock; 10: ten times as fast.
        book: ``fast``, ``map`` (the reference) or ``none``.
        max_orders: Live orders per feed; more are refused and counted.
        max_instruments: Instruments per feed; locate codes from here on are refused and counted.
        latency: Sample the stages' latencies.
        records: File for the records: ``.npy``.
        touch: File for the touches: ``.npy``.
        ring: Name of a broadcast ring to publish the records to.
        overwrite: Output files that exist are replaced instead of refused.

    Raises:
        HftError: A file is missing or not a capture, no feed is in it, an output exists, ….
    """

    def __init__(
        self,
        paths: PathLike | Sequence[PathLike],
        *,
        feed: str = "",
        date: str = "",
        instruments: Sequence[str] = (),
        start: TimeLike | None = None,
        stop: TimeLike | None = None,
        pace: float = 0.0,
        book: str = "fast",
        max_orders: int = 4_000_000,
        max_instruments: int = 65_536,
        latency: bool = True,
        records: PathLike | None = None,
        touch: PathLike | None = None,
        ring: str = "",
        overwrite: bool = False,
    ) -> None:
        raise NotImplementedError

    def run(self, progress: Progress | None = None) -> Summary:
        """Run to the end, or until Ctrl-C, which ends it cleanly with the summary so far."""
        raise NotImplementedError

    def stop(self) -> None:
        """End a `run` in another thread after the packets at hand."""

    def summary(self) -> Summary:
        """What was found so far."""
        raise NotImplementedError
