"""Arrays over C++ memory: they outlive their makers, are read-only, and have the right dtypes."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest

hft: Any = pytest.importorskip("hft", reason="hft is not installed")
native: Any = pytest.importorskip("hft._native", reason="the native module is not installed")


def test_arrays_survive_their_capture(session: Path) -> None:
    capture = hft.open_capture(session)
    batches = capture.batches(kinds="order", records=4096)
    first = next(batches).array
    copy = first.copy()
    left = weakref.ref(capture)
    del capture, batches
    gc.collect()
    # Whatever would reuse the memory: further replays of the same file.
    for _ in range(3):
        assert sum(len(batch) for batch in hft.open_capture(session).batches()) > len(first)
    assert left() is None
    assert np.array_equal(first, copy)


def test_a_view_keeps_the_memory(session: Path) -> None:
    batch = next(hft.open_capture(session).batches(kinds="order"))
    prices = batch.array["price_e9"][10:20]
    expected = prices.tolist()
    del batch
    gc.collect()
    hft.Replay(session).run()
    assert prices.tolist() == expected


def test_arrays_are_read_only(session: Path) -> None:
    array = next(hft.open_capture(session).batches()).array
    assert not array.flags.writeable
    assert not array.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        array["size" if "size" in array.dtype.names else "instrument"][0] = 1
    with pytest.raises(ValueError, match="WRITEABLE"):
        array.flags.writeable = True


def test_two_arrays_of_a_batch_share_memory(session: Path) -> None:
    batch = next(hft.open_capture(session).batches())
    assert np.shares_memory(batch.array, batch.array)


@pytest.mark.parametrize("dtype", [np.uint8, [("order_id", "<u8")]])
def test_wrong_dtype_names_the_right_one(dtype: Any) -> None:
    books = hft.BookSet("map", max_orders=10)
    with pytest.raises(TypeError, match=r"hft\.order_event"):
        books.apply(np.zeros(3, dtype=dtype))


def test_strided_records_are_refused_with_the_remedy() -> None:
    books = hft.BookSet("map", max_orders=10)
    records = np.zeros(8, dtype=hft.order_event)
    with pytest.raises(ValueError, match="ascontiguousarray"):
        books.apply(records[::2])
    with pytest.raises(ValueError, match="one axis"):
        books.apply(records.reshape(2, 4))


def test_unaligned_records_are_taken() -> None:
    raw = np.zeros(65 * 64, dtype=np.uint8)
    for offset in range(0, 64, 8):
        records = raw[offset : offset + 64 * 64].view(hft.order_event)
        assert native.record_hash(records) == native.record_hash(records.copy())
        assert len(hft.BookSet("fast", max_orders=100).apply(records)) == 0


def test_dtypes_are_64_bytes_and_share_the_head() -> None:
    for name, dtype in native.record_dtypes().items():
        assert dtype.itemsize == 64, name
        for field in ("event_time_ns", "instrument", "kind", "action", "venue", "channel"):
            assert dtype.fields[field][1] == hft.record_event.fields[field][1], (name, field)


def test_wire_dtypes_have_48_bits_as_bytes() -> None:
    itch50 = native.wire_dtypes()["itch50"]
    assert len(itch50) == 23
    assert itch50["A"].itemsize == 36
    assert itch50["A"]["timestamp"] == np.dtype("V6")
    assert itch50["A"]["shares"] == np.dtype(">u4")


def test_memory_is_reused_once_nobody_views_it(session: Path) -> None:
    seen = set()
    for batch in hft.Replay(session, book="none", latency=False).batches(1000):
        seen.add(batch.array.__array_interface__["data"][0])
        del batch
    assert len(seen) <= 8


def test_batch_of_a_numpy_array_keeps_it() -> None:
    records = np.zeros(4, dtype=hft.touch)
    records["kind"] = hft.Kind.touch
    records["bid_size"] = [1, 2, 3, 4]
    batch = native.batch_of(records)
    del records
    gc.collect()
    assert batch.array["bid_size"].tolist() == [1, 2, 3, 4]
    assert batch.array.dtype == hft.touch
