"""Nasdaq OUCH 5.0 as tables: every field's name, width and kind, in both directions, and options.

Typed from public descriptions of the protocol, one row per field, so that a slip in the C++ structs
and a slip here would have to be the same slip. Integers are big-endian; only peg offsets are
signed. Behind the fields may come an appendage: its length in 2 bytes, then elements of a length
(1, of what follows), a tag (1) and a value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from tests.reference.order_messages import DecodeError, Field, Message, Value, join, values

A, N, P = "alpha", "integer", "price"  # kinds of fields


def _message(tag: bytes, name: str, size: int, *rows: tuple[str, int, str]) -> Message:
    """Rows are (name, length, kind); their offsets follow from the lengths, `size` checks them."""
    fields, offset = [Field("message_type", 0, 1, "tag")], 1
    for row, length, kind in rows:
        fields.append(Field(row, offset, length, kind))
        offset += length
    assert offset == size, (name, offset)
    return Message(tag, name, size, tuple(fields))


ALWAYS = ("appendage_length", 2, N)  # of messages that have one even where it is empty

_INBOUND = (
    _message(
        b"O",
        "enter_order",
        47,
        ("user_ref_num", 4, N),
        ("side", 1, A),
        ("shares", 4, N),
        ("symbol", 8, A),
        ("price", 8, P),
        ("time_in_force", 1, A),
        ("display", 1, A),
        ("capacity", 1, A),
        ("intermarket_sweep_eligibility", 1, A),
        ("cross_type", 1, A),
        ("cl_ord_id", 14, A),
        ALWAYS,
    ),
    _message(
        b"U",
        "replace_order",
        40,
        ("orig_user_ref_num", 4, N),
        ("user_ref_num", 4, N),
        ("shares", 4, N),
        ("price", 8, P),
        ("time_in_force", 1, A),
        ("display", 1, A),
        ("intermarket_sweep_eligibility", 1, A),
        ("cl_ord_id", 14, A),
        ALWAYS,
    ),
    _message(b"X", "cancel_order", 9, ("user_ref_num", 4, N), ("shares", 4, N)),
    _message(b"M", "modify_order", 10, ("user_ref_num", 4, N), ("side", 1, A), ("shares", 4, N)),
    _message(
        b"C", "mass_cancel", 19, ("user_ref_num", 4, N), ("firm", 4, A), ("symbol", 8, A), ALWAYS
    ),
    _message(b"D", "disable_order_entry", 11, ("user_ref_num", 4, N), ("firm", 4, A), ALWAYS),
    _message(b"E", "enable_order_entry", 11, ("user_ref_num", 4, N), ("firm", 4, A), ALWAYS),
    _message(b"Q", "account_query", 1),
)

_TIME = ("timestamp", 8, N)  # ns since midnight
_NAMED = (_TIME, ("user_ref_num", 4, N))
_ORDER = (
    ("side", 1, A),
    ("shares", 4, N),
    ("symbol", 8, A),
    ("price", 8, P),
    ("time_in_force", 1, A),
    ("display", 1, A),
    ("order_reference_number", 8, N),
    ("capacity", 1, A),
    ("intermarket_sweep_eligibility", 1, A),
    ("cross_type", 1, A),
    ("order_state", 1, A),
    ("cl_ord_id", 14, A),
    ALWAYS,
)

_OUTBOUND = (
    _message(b"S", "system_event", 10, _TIME, ("event_code", 1, A)),
    _message(b"A", "order_accepted", 64, *_NAMED, *_ORDER),
    _message(
        b"U",
        "order_replaced",
        68,
        _TIME,
        ("orig_user_ref_num", 4, N),
        ("user_ref_num", 4, N),
        *_ORDER,
    ),
    _message(b"C", "order_canceled", 18, *_NAMED, ("shares", 4, N), ("cancel_order_reason", 1, A)),
    _message(
        b"D",
        "aiq_canceled",
        31,
        *_NAMED,
        ("decrement_shares", 4, N),
        ("order_cancel_reason", 1, A),
        ("shares_prevented_from_trading", 4, N),
        ("execution_price", 8, P),
        ("liquidity_flag", 1, A),
    ),
    _message(
        b"E",
        "order_executed",
        36,
        *_NAMED,
        ("shares", 4, N),
        ("price", 8, P),
        ("liquidity_flag", 1, A),
        ("match_number", 8, N),
        ALWAYS,
    ),
    _message(
        b"B",
        "broken_trade",
        36,
        *_NAMED,
        ("match_number", 8, N),
        ("broken_trade_reason", 1, A),
        ("cl_ord_id", 14, A),
    ),
    _message(
        b"F",
        "trade_correction",
        49,
        *_NAMED,
        ("shares", 4, N),
        ("price", 8, P),
        ("liquidity_flag", 1, A),
        ("match_number", 8, N),
        ("trade_correction_reason", 1, A),
        ("cl_ord_id", 14, A),
    ),
    _message(
        b"J", "rejected_order", 29, *_NAMED, ("rejected_order_reason", 2, N), ("cl_ord_id", 14, A)
    ),
    _message(b"P", "cancel_pending", 13, *_NAMED),
    _message(b"I", "cancel_reject", 13, *_NAMED),
    _message(
        b"T",
        "order_priority_update",
        30,
        *_NAMED,
        ("price", 8, P),
        ("display", 1, A),
        ("order_reference_number", 8, N),
    ),
    _message(b"M", "order_modified", 18, *_NAMED, ("side", 1, A), ("shares", 4, N)),
    _message(b"R", "order_restated", 16, *_NAMED, ("order_restated_reason", 1, A), ALWAYS),
    _message(b"X", "mass_cancel_response", 27, *_NAMED, ("firm", 4, A), ("symbol", 8, A), ALWAYS),
    _message(b"G", "disable_order_entry_response", 19, *_NAMED, ("firm", 4, A), ALWAYS),
    _message(b"K", "enable_order_entry_response", 19, *_NAMED, ("firm", 4, A), ALWAYS),
    _message(b"Q", "account_query_response", 13, _TIME, ("next_user_ref_num", 4, N)),
)

INBOUND: dict[bytes, Message] = {known.tag: known for known in _INBOUND}
OUTBOUND: dict[bytes, Message] = {known.tag: known for known in _OUTBOUND}

# Later revisions add a letter to 'D'; the size tells which form it is.
AIQ_WITH_STRATEGY = replace(
    OUTBOUND[b"D"],
    name="aiq_canceled_with_strategy",
    size=32,
    fields=(*OUTBOUND[b"D"].fields, Field("aiq_strategy", 31, 1, A)),
)


class Option(NamedTuple):
    """An option of the appendage."""

    tag: int
    name: str
    length: int  # bytes of its value


_OPTIONS = (
    Option(1, "secondary_order_reference_number", 8),
    Option(2, "firm", 4),
    Option(3, "minimum_shares", 4),
    Option(4, "customer_type", 1),
    Option(5, "max_floor", 4),
    Option(6, "price_type", 1),
    Option(7, "peg_offset", 4),
    Option(9, "discretion_price", 8),
    Option(10, "discretion_price_type", 1),
    Option(11, "discretion_peg_offset", 4),
    Option(12, "post_only", 1),
    Option(13, "random_reserves", 4),
    Option(14, "route", 4),
    Option(15, "expire_time", 4),
    Option(16, "trade_now", 1),
    Option(17, "handle_inst", 1),
    Option(18, "weight_indicator", 1),
    Option(22, "display_shares", 4),
    Option(23, "display_price", 8),
    Option(24, "group_id", 2),
    Option(25, "shares_located", 1),
    Option(26, "locate_broker", 4),
    Option(27, "side", 1),
    Option(28, "user_ref_index", 1),
    Option(29, "aiq_strategy", 1),
    Option(30, "aiq_group_id", 2),
)
OPTIONS: dict[int, Option] = {option.tag: option for option in _OPTIONS}
TAGS: dict[str, int] = {option.name: option.tag for option in _OPTIONS}


def elements(appendage: bytes) -> list[tuple[int, bytes]]:
    """(tag, value) of each element; options of unknown tags are among them.

    Raises:
        DecodeError: `bad_appendage`.
    """
    found, at = [], 0
    while at < len(appendage):
        length = appendage[at]
        if length == 0 or at + 1 + length > len(appendage):
            raise DecodeError("bad_appendage", f"element at {at} has length {length}")
        tag, value = appendage[at + 1], appendage[at + 2 : at + 1 + length]
        if tag in OPTIONS and len(value) != OPTIONS[tag].length:
            raise DecodeError("bad_appendage", f"option {tag} has {len(value)} bytes")
        found.append((tag, value))
        at += 1 + length
    return found


def pack_elements(options: Iterable[tuple[int, bytes]]) -> bytes:
    """The appendage of these (tag, value), without its length."""
    return b"".join(bytes([1 + len(value), tag]) + value for tag, value in options)


def form_of(table: dict[bytes, Message], data: bytes) -> Message:
    """Which message these bytes are to be read as.

    Raises:
        DecodeError: `truncated` (no bytes) or `unknown`.
    """
    if not data:
        raise DecodeError("truncated", "no bytes at all")
    known = table.get(data[:1])
    if known is None:
        raise DecodeError("unknown", f"no message of OUCH 5.0 has type {data[:1]!r}")
    if known.name == "aiq_canceled" and len(data) > known.size and data[known.size] != 0:
        return AIQ_WITH_STRATEGY
    return known


def appendage_of(known: Message, data: bytes) -> bytes:
    """What follows the fields, without its length.

    Raises:
        DecodeError: `truncated` or `wrong_size`.
    """
    if len(data) < known.size:
        raise DecodeError("truncated", f"{known.name} has {known.size} bytes, not {len(data)}")
    always = known.fields[-1].name == "appendage_length"
    at = known.size if always else known.size + 2
    if not always and len(data) == known.size:
        return b""
    stated = int.from_bytes(data[at - 2 : at], "big")
    if known.name == "system_event" or len(data) < at or len(data) - at != stated:
        raise DecodeError("wrong_size", f"{known.name} of {len(data)} bytes")
    return data[at:]


def decode(
    table: dict[bytes, Message], data: bytes
) -> tuple[dict[str, Value], list[tuple[int, bytes]]]:
    """The fields of a message as values, and its options.

    Raises:
        DecodeError: `truncated`, `unknown`, `wrong_size` or `bad_appendage`.
    """
    known = form_of(table, data)
    options = elements(appendage_of(known, data))
    return values(known, data), options


def encode(
    known: Message, options: Iterable[tuple[int, bytes]] | None = None, **given: Value
) -> bytes:
    """The bytes of a message; see `order_messages.join`.

    With options (perhaps none) an appendage stands behind the fields; with None only where the
    message always has one.
    """
    appendage = pack_elements(options or ())
    if known.fields[-1].name == "appendage_length":
        return join(known, given | {"appendage_length": len(appendage)}) + appendage
    if options is None:
        return join(known, given)
    return join(known, given) + len(appendage).to_bytes(2, "big") + appendage
