"""Records as DBN, the format of Databento's tools: schema `mbo` for records, `mbp-1` for touches.

The metadata stands at the beginning and is complete only at the end, so the messages are written
to a file of their own first and copied behind it.
"""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from hft.errors import MissingExtraError
from hft.export.dbn_messages import PUBLISHERS, MboEncoder, mbp1_of
from hft.export.partial_file import PartialFile, explained
from hft.export.sink import Symbols, What
from hft.record import Venue

try:
    import databento_dbn as dbn
except ImportError as error:
    raise MissingExtraError("writing .dbn", "databento-dbn", "dbn") from error

_MIXED = "XNAS.ITCH"  # of a file without records, or with records of several venues


class DbnSink:
    """A DBN file, uncompressed."""

    def __init__(self, path: Path, what: What, *, overwrite: bool) -> None:
        self.path = path
        self.count = 0
        self._what = what
        self._file = PartialFile(path, overwrite=overwrite)
        self._body = PartialFile(path.with_name(path.name + ".body"), overwrite=True)
        with explained(path):
            self._open: BinaryIO = self._body.path.open("wb")
        self._encoder = MboEncoder()
        self._venues: set[int] = set()
        self._first_ns = self._last_ns = 0

    def write(self, batch: npt.NDArray[np.void], symbols: Symbols) -> None:
        """Take the next batch of records or touches."""
        if len(batch) == 0:
            return
        messages = self._encoder.encode(batch) if self._what == "records" else mbp1_of(batch)
        self._venues.update(np.unique(batch["venue"]).tolist())
        self._first_ns = self._first_ns or int(batch["receive_time_ns"][0])
        self._last_ns = int(batch["receive_time_ns"][-1])
        with explained(self._file.target):
            self._open.write(messages.tobytes())
        self.count += len(messages)

    def commit(self, symbols: Symbols) -> None:
        """Write the metadata and the body behind it."""
        metadata = bytes(self._metadata(symbols))
        with explained(self._file.target):
            self._open.close()
            with self._file.path.open("wb") as whole, self._body.path.open("rb") as body:
                whole.write(metadata)
                shutil.copyfileobj(body, whole, 1 << 20)
        self._body.discard()
        self._file.commit()

    def discard(self) -> None:
        """Remove what was written."""
        self._open.close()
        self._body.discard()
        self._file.discard()

    def _metadata(self, symbols: Symbols) -> dbn.Metadata:
        first = datetime.datetime.fromtimestamp(self._first_ns // 10**9, datetime.UTC).date()
        mappings = [
            _Mapping(symbol, first, instrument) for instrument, symbol in sorted(symbols.items())
        ]
        known = [PUBLISHERS[Venue(v)][0] for v in self._venues if Venue(v) in PUBLISHERS]
        return dbn.Metadata(
            dataset=known[0] if len(known) == 1 else _MIXED,
            start=self._first_ns,
            end=self._last_ns + 1,
            stype_in=dbn.SType.from_str("raw_symbol"),
            stype_out=dbn.SType.from_str("instrument_id"),
            schema=dbn.Schema.from_str("mbo" if self._what == "records" else "mbp-1"),
            symbols=sorted(set(symbols.values())),
            mappings=mappings,
        )


class _Mapping:
    """A symbol and when an instrument had it: its session date."""

    def __init__(self, symbol: str, first: datetime.date, instrument: int) -> None:
        self.raw_symbol = symbol
        self.intervals: Sequence[Any] = [_Interval(first, str(instrument))]


@dataclass
class _Interval:
    """One day of a mapping."""

    start_date: datetime.date
    symbol: str
    end_date: datetime.date = field(init=False)

    def __post_init__(self) -> None:
        self.end_date = self.start_date + datetime.timedelta(days=1)
