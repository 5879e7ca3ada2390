"""Records: the 64-byte units that everything else is made of, as numpy sees them.

The dtypes and enumerations come from the C++ layout tables, so they cannot drift apart from them.
A record's ``stamp_*`` fields belong to rings and are 0 everywhere else.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from hft._native import (
    FLAG_BOOK_SUSPECT,
    FLAG_LAST,
    FLAG_NON_PRINTABLE,
    FLAG_SNAPSHOT,
    INSTRUMENT_ALL,
    PRICE_NULL,
    Action,
    CommandAction,
    ControlAction,
    Kind,
    ReportAction,
    Scope,
    Side,
    StatusAction,
    TimeInForce,
    TradeAction,
    Venue,
    record_dtypes,
)

__all__ = [
    "FLAG_BOOK_SUSPECT",
    "FLAG_LAST",
    "FLAG_NON_PRINTABLE",
    "FLAG_SNAPSHOT",
    "INSTRUMENT_ALL",
    "PRICE_NULL",
    "Action",
    "CommandAction",
    "ControlAction",
    "Kind",
    "ReportAction",
    "Scope",
    "Side",
    "StatusAction",
    "TimeInForce",
    "TradeAction",
    "Venue",
    "control_event",
    "dtype_of",
    "instrument_event",
    "order_command",
    "order_event",
    "order_report",
    "record_event",
    "sequence_numbers",
    "status_event",
    "touch",
    "trade_event",
]

_dtypes = record_dtypes()
record_event: Final = _dtypes["record_event"]
"""Any record, seen through the fields that all kinds share."""
order_event: Final = _dtypes["order_event"]
"""One change of one resting order."""
trade_event: Final = _dtypes["trade_event"]
"""An execution that no displayed order shows, a cross, or a broken trade."""
status_event: Final = _dtypes["status_event"]
"""The state of an instrument, of the market, or of the feed itself."""
instrument_event: Final = _dtypes["instrument_event"]
"""The venue names an instrument of the session."""
touch: Final = _dtypes["touch"]
"""Best bid and offer with sizes after one message."""
order_command: Final = _dtypes["order_command"]
"""What a strategy asks a venue to do with an order of ours."""
order_report: Final = _dtypes["order_report"]
"""What a venue answers about an order of ours."""
control_event: Final = _dtypes["control_event"]
"""What people and timers tell the engine: limits, kills, time."""

_BY_KIND: Final = {
    Kind.order: order_event,
    Kind.trade: trade_event,
    Kind.status: status_event,
    Kind.instrument: instrument_event,
    Kind.touch: touch,
    Kind.order_command: order_command,
    Kind.order_report: order_report,
    Kind.control: control_event,
}


def dtype_of(kind: Kind) -> np.dtype[np.void]:
    """Return the dtype of records that are all of one kind.

    Raises:
        KeyError: ``kind`` is ``Kind.none``.
    """
    return _BY_KIND[kind]


def sequence_numbers(records: npt.NDArray[np.void]) -> npt.NDArray[np.uint64]:
    """Put the two halves of the sequence numbers together.

    Args:
        records: Records of any kind, shape (n,).

    Returns:
        The messages' numbers in their session, from 1, shape (n,).

    Examples:
        >>> records = np.zeros(1, dtype=order_event)
        >>> records["sequence_number"], records["sequence_number_high"] = 7, 1
        >>> sequence_numbers(records)
        array([4294967303], dtype=uint64)
    """
    high = records["sequence_number_high"].astype(np.uint64)
    numbers: npt.NDArray[np.uint64] = (high << np.uint64(32)) | records["sequence_number"]
    return numbers
