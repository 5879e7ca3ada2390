"""Batches as Arrow: pyarrow and polars take them as they are, where they are installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

hft: Any = pytest.importorskip("hft", reason="hft is not installed")
native: Any = pytest.importorskip("hft._native", reason="the native module is not installed")


def orders(session: Path) -> Any:
    return next(hft.open_capture(session).batches(kinds="order"))


def test_capsules_have_the_protocols_names(session: Path) -> None:
    batch = orders(session)
    assert "arrow_schema" in repr(batch.__arrow_c_schema__())
    schema, array = batch.__arrow_c_array__()
    assert '"arrow_schema"' in repr(schema)
    assert '"arrow_array"' in repr(array)
    assert '"arrow_array_stream"' in repr(batch.__arrow_c_stream__())


def test_pyarrow_takes_orders(session: Path) -> None:
    pa: Any = pytest.importorskip("pyarrow")
    batch = orders(session)
    array = batch.array
    table = pa.record_batch(batch)
    table.validate(full=True)
    assert table.num_rows == len(array)
    assert table.schema.field("event_time_ns").type == pa.timestamp("ns", tz="UTC")
    assert not [name for name in table.schema.names if name.startswith(("stamp", "reserved"))]
    for name in ("order_id", "size", "instrument", "side", "action", "flags", "reference"):
        assert np.array_equal(table[name].to_numpy(zero_copy_only=False), array[name]), name
    times = table["event_time_ns"].cast(pa.int64()).to_numpy(zero_copy_only=False)
    assert np.array_equal(times, array["event_time_ns"].astype(np.int64))
    assert np.array_equal(table["sequence_number"], hft.sequence_numbers(array))
    no_price = array["price_e9"] == hft.PRICE_NULL
    assert np.array_equal(table["price_e9"].is_null(), no_price)
    assert table["price_e9"].null_count == np.count_nonzero(no_price) > 0


def test_several_kinds_have_the_columns_of_all(session: Path) -> None:
    pa: Any = pytest.importorskip("pyarrow")
    batch = next(hft.open_capture(session).batches())
    table = pa.record_batch(batch.to_arrow())
    table.validate(full=True)
    kinds = batch.array["kind"]
    assert len(set(kinds.tolist())) >= 3
    is_order = kinds == hft.Kind.order
    assert np.array_equal(table["order_id"].is_valid(), is_order)
    symbols = [s for s in table["symbol"].to_pylist() if s is not None]
    assert symbols
    assert all(s == s.strip() and "\0" not in s for s in symbols)
    sizes = table["size"].to_pylist()
    expected = batch.of_kind(hft.Kind.trade)["size"].tolist()
    assert [s for s, k in zip(sizes, kinds, strict=True) if k == hft.Kind.trade] == expected


def test_pyarrow_takes_touches(session: Path) -> None:
    pa: Any = pytest.importorskip("pyarrow")
    batch = next(iter(hft.Replay(session)))
    touches = pa.table(native.batch_of(batch.touches))
    assert touches.num_rows == len(batch.touches) > 0
    assert touches["bid_size"].to_numpy().tolist() == batch.touches["bid_size"].tolist()


def test_polars_takes_orders(session: Path) -> None:
    pl: Any = pytest.importorskip("polars")
    batch = orders(session)
    frame = pl.DataFrame(batch)
    assert frame.height == len(batch)
    assert frame["size"].to_list() == batch.array["size"].tolist()


def test_empty_batches_have_columns() -> None:
    pa: Any = pytest.importorskip("pyarrow")
    table = pa.record_batch(native.batch_of(np.zeros(0, dtype=hft.order_event)))
    assert table.num_rows == 0
    assert "order_id" in table.schema.names


def test_text_that_is_no_ascii_stays_text() -> None:
    pa: Any = pytest.importorskip("pyarrow")
    records = np.zeros(2, dtype=hft.instrument_event)
    records["kind"] = hft.Kind.instrument
    records["symbol"] = [b"\xff\xfeA", b"   "]
    table = pa.record_batch(native.batch_of(records))
    table.validate(full=True)
    assert table["symbol"].to_pylist() == ["??A", None]
    assert table["event_time_ns"].null_count == 2


def test_unread_capsules_free_their_memory(session: Path) -> None:
    batch = orders(session)
    for _ in range(200):
        batch.__arrow_c_array__()
        batch.__arrow_c_stream__()
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(400):
        batch.__arrow_c_array__()
        batch.__arrow_c_stream__()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KiB
