"""Where a replay's records and touches go: a file format, chosen by the file's suffix.

`.npy` is written by the engine itself; the others here, batch by batch, so that memory stays flat
whatever the length of the capture.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from hft.errors import UsageError

What = Literal["records", "touches"]
Symbols = dict[int, str]
"""The venue's name of each instrument, by ``instrument``."""

SUFFIXES = (".npy", ".parquet", ".dbn")


class UnknownSuffixError(UsageError):
    """An output file's name does not say which format is meant."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: the suffix {path.suffix!r} names no format; use {', '.join(SUFFIXES)}"
        )


class Sink(Protocol):
    """A file that takes batches; after the last one exactly one of `commit` and `discard`."""

    path: Path  # as asked for
    count: int  # rows written

    def write(self, batch: npt.NDArray[np.void], symbols: Symbols) -> None:
        """Take the next batch, dtype ``hft.record`` or ``hft.touch``; it is not kept."""

    def commit(self, symbols: Symbols) -> None:
        """Complete the file and give it its name."""

    def discard(self) -> None:
        """Remove what was written; does nothing after `commit`."""


def is_native(path: Path) -> bool:
    """Return whether the engine writes this format itself.

    Raises:
        UnknownSuffixError: The suffix names no format.
    """
    if path.suffix not in SUFFIXES:
        raise UnknownSuffixError(path)
    return path.suffix == ".npy"


def open_sink(path: Path, what: What, *, overwrite: bool = False) -> Sink:
    """Create an output file of a format that is written from Python.

    Args:
        path: Its suffix says the format: ``.parquet`` or ``.dbn``.
        what: Which of the two streams it will take.
        overwrite: Replace a file of that name, at the end.

    Raises:
        UnknownSuffixError: The suffix names no such format.
        MissingExtraError: The format's package is not installed.
        HftError: The file exists, or cannot be created.
    """
    # The packages behind the formats are extras and slow to import: only when asked for.
    if path.suffix == ".parquet":
        from hft.export.parquet import ParquetSink

        return ParquetSink(path, what, overwrite=overwrite)
    if path.suffix == ".dbn":
        from hft.export.dbn import DbnSink

        return DbnSink(path, what, overwrite=overwrite)
    raise UnknownSuffixError(path)
