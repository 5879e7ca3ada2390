"""Captures as batches of records: numpy arrays over C++ memory, and Arrow columns."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from hft import _native
from hft._native import Kind
from hft.errors import UsageError
from hft.instruments import InstrumentTable
from hft.record import dtype_of
from hft.times import TimeLike

if TYPE_CHECKING:
    from typing_extensions import CapsuleType

    from hft.replay import Replay
    from hft.summary import Summary

PathLike = str | os.PathLike[str]
BATCH_RECORDS = 65_536
"""4 MiB: few calls, and still in a large cache."""


class RecordBatch:
    """Records in sequence, and the touches they made.

    It offers the Arrow PyCapsule protocol, so ``pyarrow.record_batch(batch)``,
    ``polars.DataFrame(batch)`` and ``pandas.DataFrame.from_arrow(batch)`` take it as it is. Arrow
    has columns where records are rows, so each value is copied once, in C++.
    """

    def __init__(self, native: _native.Batch, touches: _native.Batch | None = None) -> None:
        self._native = native
        self._touches = touches

    @property
    def array(self) -> npt.NDArray[np.void]:
        """The records, shape (n,), read-only, not copied; it may outlive batch and capture.

        The dtype is the kind's own where all records are of one kind, else ``hft.record_event``;
        `of_kind` takes the records of one kind out of such a mixture.
        """
        return self._native.array

    @property
    def touches(self) -> npt.NDArray[np.void]:
        """The touches made by these records, dtype ``hft.touch``; empty without books."""
        array = self._touches.array if self._touches is not None else None
        if array is None or len(array) == 0:
            return np.empty(0, dtype=dtype_of(Kind.touch))
        return array

    def of_kind(self, kind: Kind) -> npt.NDArray[np.void]:
        """Return the records of one kind with its dtype: a copy, unless all are of it."""
        array = self.array
        if array.dtype == dtype_of(kind):
            return array
        own: npt.NDArray[np.void] = array[array["kind"] == kind].view(dtype_of(kind))
        return own

    def to_arrow(self) -> _native.Batch:
        """Return what Arrow libraries take: an object with ``__arrow_c_array__`` and its kin.

        Times are timestamps in UTC, prices integers of 1e-9, and both are null where a record has
        none; numbers of a kind, an action, a side are those of ``hft.Kind`` and so on. A batch of
        several kinds has the columns of all of them, null where a record's kind lacks one.
        """
        return self._native

    def __arrow_c_schema__(self) -> CapsuleType:
        """The columns, for Arrow libraries."""
        return self._native.__arrow_c_schema__()

    def __arrow_c_array__(
        self, requested_schema: CapsuleType | None = None
    ) -> tuple[CapsuleType, CapsuleType]:
        """The columns and their values, for Arrow libraries."""
        return self._native.__arrow_c_array__(requested_schema)

    def __arrow_c_stream__(self, requested_schema: CapsuleType | None = None) -> CapsuleType:
        """The same as a stream of one batch, for Arrow libraries."""
        return self._native.__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self._native)


class Capture:
    """One or more files of a session; see `open_capture`."""

    def __init__(self, paths: PathLike | Sequence[PathLike], *, feed: str, date: str) -> None:
        self._paths = as_paths(paths)
        self._feed = feed
        self._date = date
        self._replay()  # says now, not later, that a file is missing or no capture

    def _replay(
        self,
        *,
        kinds: Iterable[Kind | str] = (),
        instruments: Sequence[str] = (),
        start: TimeLike | None = None,
        stop: TimeLike | None = None,
    ) -> Replay:
        from hft.replay import Replay  # it builds on this module

        return Replay(
            self._paths,
            feed=self._feed,
            date=self._date,
            kinds=kinds,
            instruments=instruments,
            start=start,
            stop=stop,
            book="none",
            latency=False,
        )

    def batches(
        self,
        *,
        kinds: Iterable[Kind | str] = (),
        instruments: Sequence[str] = (),
        start: TimeLike | None = None,
        stop: TimeLike | None = None,
        records: int = BATCH_RECORDS,
    ) -> Iterator[RecordBatch]:
        """Iterate over the records.

        Args:
            kinds: Kinds of records, as ``Kind`` or by name; empty: all.
            instruments: Symbols; empty: all. Records of the whole feed, such as gaps, always come.
            start: Not before it; see ``hft.times.TimeLike``.
            stop: Before it.
            records: About how many to a batch.

        Yields:
            Batches in the order of the capture. No record is copied for Python.

        Raises:
            HftError: A symbol is in none of the records; or the file is damaged.
        """
        replay = self._replay(kinds=kinds, instruments=instruments, start=start, stop=stop)
        yield from replay.batches(records)

    def instruments(self, symbols: Sequence[str] = ()) -> InstrumentTable:
        """Return the instruments of these symbols, read no further than they are named.

        Args:
            symbols: Empty: all, for which everything is read.

        Raises:
            UnknownSymbolError: A symbol is not in the capture.
            UsageError: The capture has several feeds; open it with the one that is meant.
        """
        replay = self._replay()
        wanted = set(symbols)
        for _ in replay.batches():
            if wanted and wanted <= set(replay.instruments()):
                break
        table = replay.instruments()
        return InstrumentTable([(table[s], s) for s in symbols or table])

    def summary(self) -> Summary:
        """Read it all and return what is inside: feeds, lines, symbols, times, gaps."""
        return self._replay().run()

    def __enter__(self) -> Self:
        """Return the capture."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Nothing to do: each iteration opens the files for itself."""


def open_capture(
    paths: PathLike | Sequence[PathLike], *, feed: str = "", date: str = ""
) -> Capture:
    """Open a capture: pcap, pcapng or raw ITCH; plain, .gz or .zst.

    Args:
        paths: One file, or several of one session: captures are merged by their packets' times,
            raw files run one after the other.
        feed: A TOML configuration, or a venue such as ``xnas``; empty: all that is recognised.
        date: Session date, ``YYYY-MM-DD``; empty: from stamps or the file's name.

    Raises:
        HftError: A file is missing or not a capture, or the date is not known.
    """
    return Capture(paths, feed=feed, date=date)


def as_paths(paths: PathLike | Sequence[PathLike]) -> list[str]:
    """Return file names as a list of text."""
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    return [os.fspath(path) for path in paths]


def as_kinds(kinds: Iterable[Kind | str]) -> list[Kind]:
    """Return kinds of records given as ``Kind`` or by name.

    Raises:
        UsageError: A name is no kind.
    """
    if isinstance(kinds, str):
        kinds = [kinds]
    known = {kind.name: kind for kind in Kind if kind is not Kind.none}
    out = []
    for kind in kinds:
        if isinstance(kind, str) and kind not in known:
            raise UsageError(f"kinds: {kind!r} is no kind of record; use {', '.join(known)}")
        out.append(known[kind] if isinstance(kind, str) else kind)
    return out
