"""Records and touches as Parquet: one column a field, in words where the record has numbers.

One wide table for all kinds of records; a field that a kind does not have is null. Columns come
from the engine's own Arrow export, so the layouts are not written down a second time.
"""

from __future__ import annotations

import contextlib
import enum
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hft import _native
from hft.errors import MissingExtraError
from hft.export.partial_file import PartialFile, explained
from hft.export.sink import Symbols, What
from hft.record import order_event, record_event

try:
    import pyarrow as pa  # type: ignore[import-untyped]  # it has no stubs
    import pyarrow.parquet as pq  # type: ignore[import-untyped]
except ImportError as error:
    raise MissingExtraError("writing .parquet", "pyarrow", "parquet") from error

ROWS_PER_GROUP = 1 << 20  # what a reader loads at a time; the batches in between are kept

_ACTIONS: dict[int, type[enum.IntEnum]] = {
    _native.Kind.order: _native.Action,
    _native.Kind.trade: _native.TradeAction,
    _native.Kind.status: _native.StatusAction,
}
_WORDS = pa.dictionary(pa.int8(), pa.string())
_SYMBOL = pa.dictionary(pa.int32(), pa.string())


class ParquetSink:
    """A Parquet file, compressed with Zstandard."""

    def __init__(self, path: Path, what: What, *, overwrite: bool) -> None:
        self.path = path
        self.count = 0
        self._file = PartialFile(path, overwrite=overwrite)
        self._schema = _schema(what)
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        with explained(path):
            self._writer: Any = pq.ParquetWriter(
                self._file.path, self._schema, compression="zstd", store_schema=True
            )

    def write(self, batch: npt.NDArray[np.void], symbols: Symbols) -> None:
        """Take the next batch of records or touches."""
        if len(batch) == 0:
            return
        self._waiting.append(_table(batch, self._schema, symbols))
        self._waiting_rows += len(batch)
        self.count += len(batch)
        if self._waiting_rows >= ROWS_PER_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            with explained(self._file.target):
                whole = pa.concat_tables(self._waiting).unify_dictionaries()
                self._writer.write_table(whole, row_group_size=len(whole))
        self._waiting, self._waiting_rows = [], 0

    def commit(self, symbols: Symbols) -> None:
        """Write what waits and the footer."""
        self._flush()
        with explained(self._file.target):
            self._writer.close()
        self._file.commit()

    def discard(self) -> None:
        """Remove what was written."""
        # Where writing failed, closing fails too: it was told already.
        with contextlib.suppress(OSError):
            self._writer.close()
        self._file.discard()


def _schema(what: What) -> pa.Schema:
    """Return the columns of a file: those of all kinds that may come, in words where possible."""
    kinds = [_native.Kind.touch] if what == "touches" else list(_native.Kind)[1:-1]
    samples = np.zeros(len(kinds), dtype=record_event)
    samples["kind"] = kinds
    fields = [
        pa.field(field.name, _WORDS if field.name in _WORD_COLUMNS else field.type)
        for field in pa.table(_native.batch_of(samples)).schema
        if field.name not in ("symbol", "action" if what == "touches" else "")
    ]
    at = next(k for k, field in enumerate(fields) if field.name == "instrument") + 1
    return pa.schema([*fields[:at], pa.field("symbol", _SYMBOL), *fields[at:]])


def _table(batch: npt.NDArray[np.void], schema: pa.Schema, symbols: Symbols) -> pa.Table:
    batch = np.ascontiguousarray(batch)
    given = pa.table(_native.batch_of(batch))
    columns = []
    for field in schema:
        if field.name == "symbol":
            columns.append(_symbol_column(batch, symbols))
        elif field.name in _WORD_COLUMNS:
            columns.append(_WORD_COLUMNS[field.name](batch))
        elif field.name in given.column_names:
            columns.append(given[field.name].cast(field.type))
        else:
            columns.append(pa.nulls(len(batch), field.type))
    return pa.table(columns, schema=schema)


def _symbol_column(batch: npt.NDArray[np.void], symbols: Symbols) -> pa.DictionaryArray:
    instruments, codes = np.unique(batch["instrument"], return_inverse=True)
    names = [symbols.get(instrument, "") for instrument in instruments.tolist()]
    missing = np.array([not name for name in names])[codes]
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int32), mask=missing), pa.array(names, type=pa.string())
    )


def _words(codes: npt.NDArray[Any], names: list[str], absent: bool = False) -> pa.DictionaryArray:
    """Return codes as words; code 0 is null where `absent` says that it means nothing."""
    mask = codes == 0 if absent else None
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int8), mask=mask), pa.array(names, type=pa.string())
    )


def _kind_column(batch: npt.NDArray[np.void]) -> pa.DictionaryArray:
    return _words(batch["kind"], [kind.name for kind in _native.Kind])


def _venue_column(batch: npt.NDArray[np.void]) -> pa.DictionaryArray:
    return _words(batch["venue"], [venue.name for venue in _native.Venue])


def _side_column(batch: npt.NDArray[np.void]) -> pa.DictionaryArray:
    # Order and trade records keep their side in the same byte.
    sides = batch.view(order_event)["side"]
    has_side = np.isin(batch["kind"], [_native.Kind.order, _native.Kind.trade])
    return _words(np.where(has_side, sides, 0), [side.name for side in _native.Side], absent=True)


def _action_column(batch: npt.NDArray[np.void]) -> pa.DictionaryArray:
    """Name the actions, whose meaning depends on the kind, from one list for all kinds."""
    names = ["none"]
    codes = np.zeros(len(batch), dtype=np.int8)
    for kind, actions in _ACTIONS.items():
        mine = batch["kind"] == kind
        codes[mine] = np.where(
            batch["action"][mine] == 0, 0, batch["action"][mine] + len(names) - 1
        )
        names += [action.name for action in list(actions)[1:]]
    return _words(codes, names, absent=True)


_WORD_COLUMNS = {
    "kind": _kind_column,
    "action": _action_column,
    "side": _side_column,
    "venue": _venue_column,
}
