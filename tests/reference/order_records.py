"""Order commands and reports as records: enums and dtypes, typed from the record headers."""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Any

import numpy as np
import numpy.typing as npt

KIND_COMMAND, KIND_REPORT = 6, 7  # of record::Kind
DISPLAY_ALL, DISPLAY_NONE = 0, 255


class CommandAction(IntEnum):
    NONE, ENTER, REPLACE, CANCEL = range(4)


class CommandFlag(IntFlag):
    MARKET = 1
    POST_ONLY = 2
    SHORT_SALE = 4
    SWEEP = 8
    OPENING_CROSS = 16
    CLOSING_CROSS = 32
    RETAIL = 64


class TimeInForce(IntEnum):
    DAY, IMMEDIATE, EXTENDED = range(3)


class ReportAction(IntEnum):
    (
        NONE, ACCEPTED, REPLACED, CANCELLED, EXECUTED, REJECTED, CANCEL_REJECTED, CANCEL_PENDING,
        MODIFIED, RESTATED, PRIORITY_UPDATED, CORRECTED, BROKEN, SESSION_UP, SESSION_DOWN, SYSTEM,
    ) = range(16)  # fmt: skip


_HEAD = [
    ("event_time_ns", "<u8"), ("instrument", "<u4"), ("kind", "u1"), ("action", "u1"),
    ("stamp_0", "<u2"), ("receive_time_ns", "<u8"), ("sequence_number", "<u4"),
    ("sequence_number_high", "<u2"), ("stamp_1", "<u2"),
]  # fmt: skip
_TAIL = [("venue", "u1"), ("channel", "u1"), ("stamp_3", "<u2")]
ORDER_COMMAND = np.dtype(
    [
        *_HEAD,
        ("client_order_id", "<u4"), ("original_client_order_id", "<u4"), ("size", "<u4"),
        ("side", "u1"), ("flags", "u1"), ("stamp_2", "<u2"), ("price_e9", "<i8"),
        ("time_in_force", "u1"), ("display", "u1"), ("strategy", "u1"), ("account", "u1"),
        *_TAIL,
    ]
)  # fmt: skip
ORDER_REPORT = np.dtype(
    [
        *_HEAD,
        ("reference", "<u8"), ("size", "<u4"), ("side", "u1"), ("reason", "u1"),
        ("stamp_2", "<u2"), ("price_e9", "<i8"), ("client_order_id", "<u4"),
        *_TAIL,
    ]
)  # fmt: skip

Row = dict[str, Any]


def pack(dtype: np.dtype[np.void], row: Row) -> npt.NDArray[np.void]:
    """One record from field values, shape (1,); fields not named are 0."""
    one = np.zeros(1, dtype=dtype)
    for name, value in row.items():
        one[name] = value
    return one
