#!/usr/bin/env python3
"""Prints docs/records.md: the bytes of every record, from the layout tables the compiler checked.

Run by `dev.py gen`, which writes the page, and by `dev.py lint`, which compares it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np

from hft import _native

INTRODUCTION = """\
# Records, byte by byte

<!-- Written by `python3 scripts/dev.py gen` from the HFT_LAYOUT tables in cpp/hft/record/. -->

Every record has 64 bytes, one cache line, little-endian, no padding. The same bytes stand in a
ring, in a numpy array, in an `.npy` file. What the fields mean is said beside them, in
`cpp/hft/record/*.hpp`; names in [GLOSSARY.md](GLOSSARY.md); how a ring uses the four stamps in
[ring.md](ring.md).

The first 32 bytes and the last 4 are the same in all kinds: read `kind` at byte 12, then the record
by its own table. `u` is unsigned, `i` signed, `S` text padded with spaces or zeros."""

KIND_OF = {
    "record_event": "any record: the fields all kinds share",
    "order_event": "`Kind.order`: one change of one resting order",
    "trade_event": "`Kind.trade`: an execution no displayed order shows, a cross, a broken trade; "
    "of Nasdaq's `P` messages `side` is always bid, since the venue says no other",
    "status_event": "`Kind.status`: the state of an instrument, the market or the feed",
    "instrument_event": "`Kind.instrument`: the venue names an instrument of the session",
    "touch": "`Kind.touch`: best bid and offer after a message that changed them",
    "order_command": "`Kind.order_command`: what a strategy asks a venue to do",
    "order_report": "`Kind.order_report`: what a venue answers about an order of ours",
    "control_event": "`Kind.control`: limits, kills and time, as inputs of the one sequence",
}


def type_name(dtype: np.dtype[np.generic]) -> str:
    """For example u64, i64, S8; bytes of no type are named raw."""
    size = dtype.itemsize
    letter = {"u": "u", "i": "i", "S": "S", "V": "raw"}[dtype.kind]
    return f"{letter}{size}" if letter in ("S", "raw") else f"{letter}{8 * size}"


def rows(dtype: np.dtype[np.void]) -> Iterator[str]:
    yield "| byte | field | type |"
    yield "|---:|---|---|"
    assert dtype.fields is not None, "a record is a structure"
    for name, (field, offset, *_) in dtype.fields.items():
        yield f"| {offset} | `{name}` | {type_name(field)} |"


def page() -> str:
    parts = [INTRODUCTION]
    for name, dtype in _native.record_dtypes().items():
        table = "\n".join(rows(dtype))
        parts.append(f"## {name}\n\n{KIND_OF[name]} ({dtype.itemsize} bytes)\n\n{table}")
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
