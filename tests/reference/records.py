"""ITCH messages to 64-byte records, one message at a time, as the record headers describe them.

The dtypes are typed from the record layouts; tests compare them with those of the native module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.reference import itch50

PRICE_NULL = 2**63 - 1
INSTRUMENT_ALL = 2**32 - 1
PRICE4_TO_E9 = 100_000  # 1e-4 USD in 1e-9 USD


class Kind(IntEnum):
    NONE, ORDER, TRADE, STATUS, INSTRUMENT, TOUCH = range(6)


class Action(IntEnum):
    NONE, ADD, CANCEL, EXECUTE, REMOVE, REPLACE, CLEAR = range(7)


class TradeAction(IntEnum):
    NONE, TRADE, CROSS, BROKEN = range(4)


class StatusAction(IntEnum):
    (
        NONE,
        SYSTEM,
        TRADING,
        OPERATIONAL_HALT,
        SHORT_SALE,
        SESSION_START,
        LATE_START,
        GAP,
        SESSION_END,
    ) = range(9)


class Side(IntEnum):
    NONE, BID, ASK = range(3)


class Venue(IntEnum):
    NONE, XNAS, XBOS, XPSX = range(4)


class Flag(IntFlag):
    LAST = 1
    BOOK_SUSPECT = 2
    NON_PRINTABLE = 4
    SNAPSHOT = 8


def _dtype(body_a: list[tuple[str, str]], body_b: list[tuple[str, str]]) -> np.dtype[np.void]:
    """The dtype of one kind: what all share, and the two bodies of 14 and 12 bytes."""
    return np.dtype(
        [
            ("event_time_ns", "<u8"), ("instrument", "<u4"), ("kind", "u1"), ("action", "u1"),
            ("stamp_0", "<u2"), ("receive_time_ns", "<u8"), ("sequence_number", "<u4"),
            ("sequence_number_high", "<u2"), ("stamp_1", "<u2"),
            *body_a, ("stamp_2", "<u2"), *body_b,
            ("venue", "u1"), ("channel", "u1"), ("stamp_3", "<u2"),
        ]
    )  # fmt: skip


RECORD = _dtype([("body_a", "S14")], [("body_b", "S12")])
ORDER_EVENT = _dtype(
    [("order_id", "<u8"), ("size", "<u4"), ("side", "u1"), ("flags", "u1")],
    [("price_e9", "<i8"), ("reference", "<u4")],
)
TRADE_EVENT = _dtype(
    [("match_number", "<u8"), ("size", "<u4"), ("side", "u1"), ("flags", "u1")],
    [("price_e9", "<i8"), ("size_high", "<u4")],
)
STATUS_EVENT = _dtype(
    [("symbol", "S8"), ("reason", "S4"), ("state", "S1"), ("flags", "u1")],
    [("count", "<u8"), ("reserved", "<u4")],
)
INSTRUMENT_EVENT = _dtype(
    [("symbol", "S8"), ("round_lot_size", "<u4"), ("market_category", "S1"), ("flags", "u1")],
    [
        ("price_unit_e9", "<i8"),
        ("financial_status", "S1"),
        ("issue_classification", "S1"),
        ("authenticity", "S1"),
        ("etp_flag", "S1"),
    ],
)
TOUCH = _dtype(
    [("bid_price_e9", "<i8"), ("bid_size", "<u4"), ("trading_state", "S1"), ("flags", "u1")],
    [("ask_price_e9", "<i8"), ("ask_size", "<u4")],
)
BY_KIND = {
    Kind.ORDER: ORDER_EVENT,
    Kind.TRADE: TRADE_EVENT,
    Kind.STATUS: STATUS_EVENT,
    Kind.INSTRUMENT: INSTRUMENT_EVENT,
    Kind.TOUCH: TOUCH,
}

Array = npt.NDArray[np.void]
Row = dict[str, Any]


def pack(rows: Iterable[Row]) -> Array:
    """Rows (field name to value, `kind` among them) as one array of dtype RECORD, shape (n,)."""
    parts = []
    for row in rows:
        one = np.zeros(1, dtype=BY_KIND[Kind(row["kind"])])
        for name, value in row.items():
            one[name] = value
        parts.append(one.tobytes())
    return np.frombuffer(b"".join(parts), dtype=RECORD)


def view(record: Array) -> Any:
    """One element of a RECORD array as the record of its kind (a numpy void scalar)."""
    dtype = BY_KIND[Kind(int(record["kind"]))]
    return np.frombuffer(record.tobytes(), dtype=dtype)[0]


@dataclass(frozen=True)
class Context:
    """What the packet and the feed know and the message does not."""

    midnight_ns: int = 0  # 00:00 exchange time, ns since the Unix epoch
    receive_time_ns: int = 0
    sequence_number: int = 1
    feed_index: int = 0
    venue: int = Venue.XNAS
    channel: int = 0


Fields = dict[str, Any]  # of one message: int or bytes, as the kind of the field says


def _side(letter: bytes) -> Side:
    return Side.BID if letter == b"B" else Side.ASK


def _price(price4: int) -> int:
    return price4 * PRICE4_TO_E9


def _low(value: int) -> int:
    return value & 0xFFFFFFFF


def _order(action: Action, order_id: int, **own: Any) -> Row:
    row = {"kind": Kind.ORDER, "action": action, "order_id": order_id, "price_e9": PRICE_NULL}
    return row | own


def _trade(action: TradeAction, match_number: int, **own: Any) -> Row:
    row = {"kind": Kind.TRADE, "action": action, "match_number": match_number}
    return row | {"price_e9": PRICE_NULL} | own


def _status(action: StatusAction, state: bytes, **own: Any) -> Row:
    return {"kind": Kind.STATUS, "action": action, "state": state} | own


def _add(m: Fields) -> list[Row]:
    attribution = m.get("attribution", bytes(4))
    return [
        _order(
            Action.ADD,
            m["order_reference_number"],
            size=m["shares"],
            side=_side(m["buy_sell_indicator"]),
            price_e9=_price(m["price"]),
            reference=int.from_bytes(attribution, "little"),  # reads as text in memory
        )
    ]


def _executed(m: Fields) -> list[Row]:
    return [
        _order(
            Action.EXECUTE,
            m["order_reference_number"],
            size=m["executed_shares"],
            reference=_low(m["match_number"]),
        )
    ]


def _executed_with_price(m: Fields) -> list[Row]:
    (row,) = _executed(m)
    flags = Flag.NON_PRINTABLE if m["printable"] == b"N" else 0
    return [row | {"price_e9": _price(m["execution_price"]), "flags": flags}]


def _replaced(m: Fields) -> list[Row]:
    new = m["new_order_reference_number"]
    return [
        _order(Action.REPLACE, m["original_order_reference_number"]),
        _order(Action.ADD, new, size=m["shares"], price_e9=_price(m["price"])),
    ]


def _cross(m: Fields) -> list[Row]:
    shares = m["shares"]
    return [
        _trade(
            TradeAction.CROSS,
            m["match_number"],
            size=_low(shares),
            size_high=shares >> 32,
            price_e9=_price(m["cross_price"]),
        )
    ]


def _directory(m: Fields) -> list[Row]:
    return [
        {
            "kind": Kind.INSTRUMENT,
            "symbol": m["stock"],
            "round_lot_size": m["round_lot_size"],
            "market_category": m["market_category"],
            "price_unit_e9": PRICE4_TO_E9,
            "financial_status": m["financial_status_indicator"],
            "issue_classification": m["issue_classification"],
            "authenticity": m["authenticity"],
            "etp_flag": m["etp_flag"],
        }
    ]


def _market_code(m: Fields) -> bytes:
    return bytes(m["market_code"]).ljust(4)


_MAKERS: dict[bytes, Callable[[Fields], list[Row]]] = {
    b"A": _add,
    b"F": _add,
    b"E": _executed,
    b"C": _executed_with_price,
    b"X": lambda m: [_order(Action.CANCEL, m["order_reference_number"], size=m["canceled_shares"])],
    b"D": lambda m: [_order(Action.REMOVE, m["order_reference_number"])],
    b"U": _replaced,
    b"P": lambda m: [
        _trade(
            TradeAction.TRADE,
            m["match_number"],
            size=m["shares"],
            side=_side(m["buy_sell_indicator"]),
            price_e9=_price(m["price"]),
        )
    ],
    b"Q": _cross,
    b"B": lambda m: [_trade(TradeAction.BROKEN, m["match_number"])],
    b"S": lambda m: [
        _status(StatusAction.SYSTEM, m["event_code"], instrument=INSTRUMENT_ALL),
    ],
    b"H": lambda m: [
        _status(StatusAction.TRADING, m["trading_state"], symbol=m["stock"], reason=m["reason"])
    ],
    b"h": lambda m: [
        _status(
            StatusAction.OPERATIONAL_HALT,
            m["operational_halt_action"],
            symbol=m["stock"],
            reason=_market_code(m),
        )
    ],
    b"Y": lambda m: [
        _status(StatusAction.SHORT_SALE, m["reg_sho_action"], symbol=m["stock"]),
    ],
    b"R": _directory,
}


def rows_of(message: bytes, context: Context) -> list[Row]:
    """The records of one message as rows; none for the types that make no record.

    Raises:
        itch50.DecodeError: the message is not one of ITCH 5.0, or of an order with no side.
    """
    fields: Fields = dict(itch50.decode(message))
    if fields.get("buy_sell_indicator", b"B") not in (b"B", b"S"):
        raise itch50.DecodeError("bad_field", "the buy/sell indicator is neither B nor S")
    maker = _MAKERS.get(message[:1])
    rows = maker(fields) if maker else []
    locate, timestamp = fields["stock_locate"], fields["timestamp"]
    common: Row = {
        "instrument": context.feed_index << 16 | locate,
        "event_time_ns": context.midnight_ns + timestamp,
        "receive_time_ns": context.receive_time_ns,
        "sequence_number": context.sequence_number & 0xFFFFFFFF,
        "sequence_number_high": context.sequence_number >> 32 & 0xFFFF,
        "venue": context.venue,
        "channel": context.channel,
        "flags": 0,
    }
    rows = [common | row for row in rows]
    if rows:
        rows[-1]["flags"] |= Flag.LAST
    return rows


def records_of(message: bytes, context: Context) -> Array:
    """As `rows_of`, packed: shape (0..2,), dtype RECORD."""
    return pack(rows_of(message, context))
