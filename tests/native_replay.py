"""The native replay as the tests use it: a file in, its records out."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.book_sets import native_module
from tests.reference import records
from tests.reference.records import Array, Kind, StatusAction

SMALL = {"max_orders": 4096, "max_instruments": 65_536, "latency": False}


def replayed(data: bytes, *, suffix: str, **options: Any) -> Array:
    """The records of a file with these bytes, shape (n,), dtype RECORD.

    Args:
        data: the file.
        suffix: of the file's name, with the dot.
        **options: as `Replay` takes them.
    """
    module = native_module()
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        path = Path(folder) / f"capture{suffix}"
        path.write_bytes(data)
        replay = module.Replay([str(path)], **(SMALL | {"book": "none"} | options))
        parts = []
        while (batch := replay.step()) is not None:
            parts.append(batch.array.tobytes())
        replay.close()
    return np.frombuffer(b"".join(parts), dtype=records.RECORD)


def _memory() -> str | None:
    """A folder in memory where there is one: these files live for a millisecond."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def of_venue(found: Array, venue: int) -> Array:
    """The records of one feed."""
    own: Array = found[found["venue"] == venue]
    return own


def settled(found: Array) -> Array:
    """A copy without what an arbiter's window decides: when it gives up, and in how many pieces.

    Times of gaps and session ends become 0, and gaps that touch become one.
    """
    out: list[Array] = []
    for i in range(len(found)):
        record = found[i : i + 1].copy()
        gap = _is(record, StatusAction.GAP)
        if gap or _is(record, StatusAction.SESSION_END):
            record["event_time_ns"] = record["receive_time_ns"] = 0
        if gap and out and _is(out[-1], StatusAction.GAP):
            before, now = (part.view(records.STATUS_EVENT)[0] for part in (out[-1], record))
            if before["sequence_number"] + before["count"] == now["sequence_number"]:
                before["count"] += now["count"]
                continue
        out.append(record)
    return np.concatenate(out) if out else found


def _is(record: Array, action: StatusAction) -> bool:
    return bool(record["kind"][0] == Kind.STATUS and record["action"][0] == action)


def assert_same(found: Array, expected: Array) -> None:
    """Byte for byte; says where they part and what stands there."""
    for i, (left, right) in enumerate(zip(found, expected, strict=False)):
        if left.tobytes() != right.tobytes():
            raise AssertionError(f"record {i}: {_shown(left)} instead of {_shown(right)}")
    assert len(found) == len(expected), f"{len(found)} records instead of {len(expected)}"


def _shown(record: Any) -> dict[str, Any]:
    seen = records.view(record)
    return {name: seen[name] for name in seen.dtype.names}
