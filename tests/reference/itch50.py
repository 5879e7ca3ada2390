"""Nasdaq TotalView-ITCH 5.0 as tables: every field's name, place, width and kind.

Typed from the specification's tables, one row per row there, so that a slip in the C++ structs and
a slip here would have to be the same slip. Integers are big-endian and unsigned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

Value = int | bytes


class Field(NamedTuple):
    """One row of a message's table; offset and length are bytes from the message type on."""

    name: str
    offset: int
    length: int
    kind: str  # "tag", "integer", "alpha", "price4" (1e-4 USD) or "price8" (1e-8)


@dataclass(frozen=True)
class Message:
    """One message of the specification."""

    tag: bytes
    name: str
    size: int  # bytes, the message type included
    fields: tuple[Field, ...]


def _message(tag: bytes, name: str, size: int, *own: Field) -> Message:
    head = (
        Field("message_type", 0, 1, "tag"),
        Field("stock_locate", 1, 2, "integer"),
        Field("tracking_number", 3, 2, "integer"),
        Field("timestamp", 5, 6, "integer"),  # ns since midnight, exchange time
    )
    return Message(tag, name, size, head + own)


_ALL = (
    _message(b"S", "system_event", 12, Field("event_code", 11, 1, "alpha")),
    _message(
        b"R",
        "stock_directory",
        39,
        Field("stock", 11, 8, "alpha"),
        Field("market_category", 19, 1, "alpha"),
        Field("financial_status_indicator", 20, 1, "alpha"),
        Field("round_lot_size", 21, 4, "integer"),
        Field("round_lots_only", 25, 1, "alpha"),
        Field("issue_classification", 26, 1, "alpha"),
        Field("issue_sub_type", 27, 2, "alpha"),
        Field("authenticity", 29, 1, "alpha"),
        Field("short_sale_threshold_indicator", 30, 1, "alpha"),
        Field("ipo_flag", 31, 1, "alpha"),
        Field("luld_reference_price_tier", 32, 1, "alpha"),
        Field("etp_flag", 33, 1, "alpha"),
        Field("etp_leverage_factor", 34, 4, "integer"),
        Field("inverse_indicator", 38, 1, "alpha"),
    ),
    _message(
        b"H",
        "stock_trading_action",
        25,
        Field("stock", 11, 8, "alpha"),
        Field("trading_state", 19, 1, "alpha"),
        Field("reserved", 20, 1, "alpha"),
        Field("reason", 21, 4, "alpha"),
    ),
    _message(
        b"Y",
        "reg_sho_restriction",
        20,
        Field("stock", 11, 8, "alpha"),
        Field("reg_sho_action", 19, 1, "alpha"),
    ),
    _message(
        b"L",
        "market_participant_position",
        26,
        Field("mpid", 11, 4, "alpha"),
        Field("stock", 15, 8, "alpha"),
        Field("primary_market_maker", 23, 1, "alpha"),
        Field("market_maker_mode", 24, 1, "alpha"),
        Field("market_participant_state", 25, 1, "alpha"),
    ),
    _message(
        b"V",
        "mwcb_decline_level",
        35,
        Field("level_1", 11, 8, "price8"),
        Field("level_2", 19, 8, "price8"),
        Field("level_3", 27, 8, "price8"),
    ),
    _message(b"W", "mwcb_status", 12, Field("breached_level", 11, 1, "alpha")),
    _message(
        b"K",
        "ipo_quoting_period_update",
        28,
        Field("stock", 11, 8, "alpha"),
        Field("ipo_quotation_release_time", 19, 4, "integer"),  # seconds since midnight
        Field("ipo_quotation_release_qualifier", 23, 1, "alpha"),
        Field("ipo_price", 24, 4, "price4"),
    ),
    _message(
        b"J",
        "luld_auction_collar",
        35,
        Field("stock", 11, 8, "alpha"),
        Field("auction_collar_reference_price", 19, 4, "price4"),
        Field("upper_auction_collar_price", 23, 4, "price4"),
        Field("lower_auction_collar_price", 27, 4, "price4"),
        Field("auction_collar_extension", 31, 4, "integer"),
    ),
    _message(
        b"h",
        "operational_halt",
        21,
        Field("stock", 11, 8, "alpha"),
        Field("market_code", 19, 1, "alpha"),
        Field("operational_halt_action", 20, 1, "alpha"),
    ),
    _message(
        b"A",
        "add_order",
        36,
        Field("order_reference_number", 11, 8, "integer"),
        Field("buy_sell_indicator", 19, 1, "alpha"),
        Field("shares", 20, 4, "integer"),
        Field("stock", 24, 8, "alpha"),
        Field("price", 32, 4, "price4"),
    ),
    _message(
        b"F",
        "add_order_mpid_attribution",
        40,
        Field("order_reference_number", 11, 8, "integer"),
        Field("buy_sell_indicator", 19, 1, "alpha"),
        Field("shares", 20, 4, "integer"),
        Field("stock", 24, 8, "alpha"),
        Field("price", 32, 4, "price4"),
        Field("attribution", 36, 4, "alpha"),
    ),
    _message(
        b"E",
        "order_executed",
        31,
        Field("order_reference_number", 11, 8, "integer"),
        Field("executed_shares", 19, 4, "integer"),
        Field("match_number", 23, 8, "integer"),
    ),
    _message(
        b"C",
        "order_executed_with_price",
        36,
        Field("order_reference_number", 11, 8, "integer"),
        Field("executed_shares", 19, 4, "integer"),
        Field("match_number", 23, 8, "integer"),
        Field("printable", 31, 1, "alpha"),
        Field("execution_price", 32, 4, "price4"),
    ),
    _message(
        b"X",
        "order_cancel",
        23,
        Field("order_reference_number", 11, 8, "integer"),
        Field("canceled_shares", 19, 4, "integer"),
    ),
    _message(b"D", "order_delete", 19, Field("order_reference_number", 11, 8, "integer")),
    _message(
        b"U",
        "order_replace",
        35,
        Field("original_order_reference_number", 11, 8, "integer"),
        Field("new_order_reference_number", 19, 8, "integer"),
        Field("shares", 27, 4, "integer"),
        Field("price", 31, 4, "price4"),
    ),
    _message(
        b"P",
        "trade",
        44,
        Field("order_reference_number", 11, 8, "integer"),
        Field("buy_sell_indicator", 19, 1, "alpha"),
        Field("shares", 20, 4, "integer"),
        Field("stock", 24, 8, "alpha"),
        Field("price", 32, 4, "price4"),
        Field("match_number", 36, 8, "integer"),
    ),
    _message(
        b"Q",
        "cross_trade",
        40,
        Field("shares", 11, 8, "integer"),
        Field("stock", 19, 8, "alpha"),
        Field("cross_price", 27, 4, "price4"),
        Field("match_number", 31, 8, "integer"),
        Field("cross_type", 39, 1, "alpha"),
    ),
    _message(b"B", "broken_trade", 19, Field("match_number", 11, 8, "integer")),
    _message(
        b"I",
        "net_order_imbalance_indicator",
        50,
        Field("paired_shares", 11, 8, "integer"),
        Field("imbalance_shares", 19, 8, "integer"),
        Field("imbalance_direction", 27, 1, "alpha"),
        Field("stock", 28, 8, "alpha"),
        Field("far_price", 36, 4, "price4"),
        Field("near_price", 40, 4, "price4"),
        Field("current_reference_price", 44, 4, "price4"),
        Field("cross_type", 48, 1, "alpha"),
        Field("price_variation_indicator", 49, 1, "alpha"),
    ),
    _message(
        b"N",
        "retail_price_improvement_indicator",
        20,
        Field("stock", 11, 8, "alpha"),
        Field("interest_flag", 19, 1, "alpha"),
    ),
    _message(
        b"O",
        "direct_listing_with_capital_raise",
        48,
        Field("stock", 11, 8, "alpha"),
        Field("open_eligibility_status", 19, 1, "alpha"),
        Field("minimum_allowable_price", 20, 4, "price4"),
        Field("maximum_allowable_price", 24, 4, "price4"),
        Field("near_execution_price", 28, 4, "price4"),
        Field("near_execution_time", 32, 8, "integer"),
        Field("lower_price_range_collar", 40, 4, "price4"),
        Field("upper_price_range_collar", 44, 4, "price4"),
    ),
)

MESSAGES: dict[bytes, Message] = {message.tag: message for message in _ALL}


class DecodeError(ValueError):
    """Not a message of ITCH 5.0; `reason` is `unknown_type`, `wrong_size` or `bad_field`."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


def raw_fields(message: bytes) -> dict[str, bytes]:
    """Splits a message into its fields' bytes, in the specification's order.

    Raises:
        DecodeError: the type is unknown, or the length is not the one its type has.
    """
    known = MESSAGES.get(message[:1])
    if known is None:
        raise DecodeError("unknown_type", f"no message of ITCH 5.0 has type {message[:1]!r}")
    if len(message) != known.size:
        raise DecodeError(
            "wrong_size", f"{known.name} has {known.size} bytes, these are {len(message)}"
        )
    return {f.name: message[f.offset : f.offset + f.length] for f in known.fields}


def decode(message: bytes) -> dict[str, Value]:
    """The fields as values: integers and prices as int (wire units), text as bytes.

    Raises:
        DecodeError: as `raw_fields`.
    """
    kinds = (
        {f.name: f.kind for f in MESSAGES[message[:1]].fields} if message[:1] in MESSAGES else {}
    )
    return {
        name: raw if kinds[name] in ("alpha", "tag") else int.from_bytes(raw, "big")
        for name, raw in raw_fields(message).items()
    }


def encode(tag: bytes, **values: Value) -> bytes:
    """The bytes of a message; text is padded with spaces, fields not given are 0 or spaces.

    Raises:
        KeyError: a value names a field that the message does not have.
    """
    out = b""
    for field in MESSAGES[tag].fields:
        default: Value = b"" if field.kind == "alpha" else 0
        value = tag if field.kind == "tag" else values.pop(field.name, default)
        if isinstance(value, bytes):
            out += value.ljust(field.length, b" ")
        else:
            out += value.to_bytes(field.length, "big")
    if values:
        raise KeyError(f"{MESSAGES[tag].name} has no field {sorted(values)}")
    return out
