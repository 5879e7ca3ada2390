"""Nasdaq OUCH 4.2 as tables: every field's name, place, width and kind, in both directions.

Typed from the specification's tables, one row per row there, so that a slip in the C++ structs and
a slip here would have to be the same slip. Integers are big-endian and unsigned.
"""

from __future__ import annotations

from tests.reference.order_messages import DecodeError, Field, Message, Value, join, message, values

TOKEN = 14  # bytes of an order's name


def _alpha(name: str, offset: int, length: int = 1) -> Field:
    return Field(name, offset, length, "alpha")


def _integer(name: str, offset: int, length: int = 4) -> Field:
    return Field(name, offset, length, "integer")


def _price(name: str, offset: int) -> Field:
    return Field(name, offset, 4, "price")


_INBOUND = (
    message(
        b"O",
        "enter_order",
        49,
        _alpha("order_token", 1, TOKEN),
        _alpha("buy_sell_indicator", 15),
        _integer("shares", 16),
        _alpha("stock", 20, 8),
        _price("price", 28),
        _integer("time_in_force", 32),
        _alpha("firm", 36, 4),
        _alpha("display", 40),
        _alpha("capacity", 41),
        _alpha("intermarket_sweep_eligibility", 42),
        _integer("minimum_shares", 43),
        _alpha("cross_type", 47),
        _alpha("customer_type", 48),
    ),
    message(
        b"U",
        "replace_order",
        47,
        _alpha("existing_order_token", 1, TOKEN),
        _alpha("replacement_order_token", 15, TOKEN),
        _integer("shares", 29),
        _price("price", 33),
        _integer("time_in_force", 37),
        _alpha("display", 41),
        _alpha("intermarket_sweep_eligibility", 42),
        _integer("minimum_shares", 43),
    ),
    message(b"X", "cancel_order", 19, _alpha("order_token", 1, TOKEN), _integer("shares", 15)),
    message(
        b"M",
        "modify_order",
        20,
        _alpha("order_token", 1, TOKEN),
        _alpha("buy_sell_indicator", 15),
        _integer("shares", 16),
    ),
    message(b"N", "trade_now", 15, _alpha("order_token", 1, TOKEN)),
)

_TIME = _integer("timestamp", 1, 8)  # ns since midnight
_NAMED = (_TIME, _alpha("order_token", 9, TOKEN))

_OUTBOUND = (
    message(b"S", "system_event", 10, _TIME, _alpha("event_code", 9)),
    message(
        b"A",
        "accepted",
        66,
        *_NAMED,
        _alpha("buy_sell_indicator", 23),
        _integer("shares", 24),
        _alpha("stock", 28, 8),
        _price("price", 36),
        _integer("time_in_force", 40),
        _alpha("firm", 44, 4),
        _alpha("display", 48),
        _integer("order_reference_number", 49, 8),
        _alpha("capacity", 57),
        _alpha("intermarket_sweep_eligibility", 58),
        _integer("minimum_shares", 59),
        _alpha("cross_type", 63),
        _alpha("order_state", 64),
        _alpha("bbo_weight_indicator", 65),  # foreign name
    ),
    message(
        b"U",
        "replaced",
        80,
        _TIME,
        _alpha("replacement_order_token", 9, TOKEN),
        _alpha("buy_sell_indicator", 23),
        _integer("shares", 24),
        _alpha("stock", 28, 8),
        _price("price", 36),
        _integer("time_in_force", 40),
        _alpha("firm", 44, 4),
        _alpha("display", 48),
        _integer("order_reference_number", 49, 8),
        _alpha("capacity", 57),
        _alpha("intermarket_sweep_eligibility", 58),
        _integer("minimum_shares", 59),
        _alpha("cross_type", 63),
        _alpha("order_state", 64),
        _alpha("previous_order_token", 65, TOKEN),
        _alpha("bbo_weight_indicator", 79),  # foreign name
    ),
    message(b"C", "canceled", 28, *_NAMED, _integer("decrement_shares", 23), _alpha("reason", 27)),
    message(
        b"D",
        "aiq_canceled",
        37,
        *_NAMED,
        _integer("decrement_shares", 23),
        _alpha("reason", 27),
        _integer("shares_prevented_from_trading", 28),
        _price("execution_price", 32),
        _alpha("liquidity_flag", 36),
    ),
    message(
        b"E",
        "executed",
        40,
        *_NAMED,
        _integer("executed_shares", 23),
        _price("execution_price", 27),
        _alpha("liquidity_flag", 31),
        _integer("match_number", 32, 8),
    ),
    message(
        b"G",
        "executed_with_reference_price",
        45,
        *_NAMED,
        _integer("executed_shares", 23),
        _price("execution_price", 27),
        _alpha("liquidity_flag", 31),
        _integer("match_number", 32, 8),
        _price("reference_price", 40),
        _alpha("reference_price_type", 44),
    ),
    message(
        b"B", "broken_trade", 32, *_NAMED, _integer("match_number", 23, 8), _alpha("reason", 31)
    ),
    message(
        b"F",
        "trade_correction",
        41,
        *_NAMED,
        _integer("executed_shares", 23),
        _price("execution_price", 27),
        _alpha("liquidity_flag", 31),
        _integer("match_number", 32, 8),
        _alpha("reason", 40),
    ),
    message(b"J", "rejected", 24, *_NAMED, _alpha("reason", 23)),
    message(b"P", "cancel_pending", 23, *_NAMED),
    message(b"I", "cancel_reject", 23, *_NAMED),
    message(
        b"T",
        "order_priority_update",
        36,
        *_NAMED,
        _price("price", 23),
        _alpha("display", 27),
        _integer("order_reference_number", 28, 8),
    ),
    message(
        b"M",
        "order_modified",
        28,
        *_NAMED,
        _alpha("buy_sell_indicator", 23),
        _integer("shares", 24),
    ),
    message(b"N", "trade_now", 23, *_NAMED),
)

INBOUND: dict[bytes, Message] = {known.tag: known for known in _INBOUND}
OUTBOUND: dict[bytes, Message] = {known.tag: known for known in _OUTBOUND}


def decode(table: dict[bytes, Message], data: bytes) -> dict[str, Value]:
    """The fields of a message as values.

    Raises:
        DecodeError: `truncated`, `wrong_size` or `unknown`.
    """
    known = table.get(data[:1])
    if not data:
        raise DecodeError("truncated", "no bytes at all")
    if known is None:
        raise DecodeError("unknown", f"no message of OUCH 4.2 has type {data[:1]!r}")
    if len(data) != known.size:
        reason = "truncated" if len(data) < known.size else "wrong_size"
        raise DecodeError(reason, f"{known.name} has {known.size} bytes, these are {len(data)}")
    return values(known, data)


def encode(known: Message, **given: Value) -> bytes:
    """The bytes of a message; see `order_messages.join`."""
    return join(known, given)
