"""Which report a venue's message of OUCH is, field by field, or why it is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.reference import ouch42, ouch50
from tests.reference.order_commands import (
    MARKET,
    MARKET_IN_CROSS,
    MAX_PRICE,
    PRICE_TO_E9,
    Market,
)
from tests.reference.order_messages import DecodeError
from tests.reference.order_records import KIND_REPORT, ReportAction, Row
from tests.reference.records import INSTRUMENT_ALL, PRICE_NULL, Side


@dataclass(frozen=True)
class ReportContext:
    """What the session knows and the message does not."""

    market: Market
    midnight_ns: int = 0
    receive_time_ns: int = 0
    sequence_number: int = 1
    venue: int = 1
    channel: int = 0
    desk: bytes = b"      "


Fields = dict[str, Any]


def _report_price(price: int) -> int:
    if price in (MARKET, MARKET_IN_CROSS):
        return PRICE_NULL
    if price > MAX_PRICE:
        raise DecodeError("bad_field", f"price {price}")
    return price * PRICE_TO_E9


def _report_side(letter: bytes) -> Side:
    if letter not in (b"B", b"S", b"T", b"E"):
        raise DecodeError("bad_field", f"side {letter!r}")
    return Side.BID if letter == b"B" else Side.ASK


def _begin(m: Fields, context: ReportContext, action: ReportAction, own: Row) -> Row:
    row = {
        "event_time_ns": context.midnight_ns + m["timestamp"],
        "instrument": INSTRUMENT_ALL,
        "kind": KIND_REPORT,
        "action": action,
        "receive_time_ns": context.receive_time_ns,
        "sequence_number": context.sequence_number & 0xFFFFFFFF,
        "sequence_number_high": context.sequence_number >> 32 & 0xFFFF,
        "price_e9": PRICE_NULL,
        "venue": context.venue,
        "channel": context.channel,
    }
    return row | own


def _order(m: Fields, context: ReportContext, side: bytes, symbol: bytes) -> Row:
    return {
        "instrument": context.market.number_of(symbol),
        "reference": m["order_reference_number"],
        "size": m["shares"],
        "side": _report_side(side),
        "reason": m["order_state"][0],
        "price_e9": _report_price(m["price"]),
    }


def _restated(m: Fields, options: list[tuple[int, bytes]]) -> Row:
    row: Row = {"reason": m["order_restated_reason"][0]}
    for tag, value in options:
        if tag == 23:  # the displayed price
            row["price_e9"] = _report_price(int.from_bytes(value, "big"))
        if tag == 1:  # another order id, in the feed
            row["reference"] = int.from_bytes(value, "big")
    return row


def _execution(m: Fields, shares: str, price: str, reason: str) -> Row:
    return {
        "reference": m["match_number"],
        "size": m[shares],
        "price_e9": _report_price(m[price]),
        "reason": m[reason][0],
    }


def _broken(m: Fields, reason: str) -> Row:
    return {"reference": m["match_number"], "reason": m[reason][0]}


def _requeued(m: Fields) -> Row:
    return {
        "reference": m["order_reference_number"],
        "price_e9": _report_price(m["price"]),
        "reason": m["display"][0],
    }


Rule = tuple[ReportAction, Callable[[Fields], Row]]


def _rules_50(context: ReportContext, options: list[tuple[int, bytes]]) -> dict[str, Rule]:
    def order(m: Fields) -> Row:
        return _order(m, context, m["side"], m["symbol"])

    def aiq(m: Fields) -> Row:
        return {"size": m["decrement_shares"], "reason": m["order_cancel_reason"][0]}

    return {
        "system_event": (ReportAction.SYSTEM, lambda m: {"reason": m["event_code"][0]}),
        "order_accepted": (ReportAction.ACCEPTED, order),
        "order_replaced": (ReportAction.REPLACED, order),
        "order_canceled": (
            ReportAction.CANCELLED,
            lambda m: {"size": m["shares"], "reason": m["cancel_order_reason"][0]},
        ),
        "aiq_canceled": (ReportAction.CANCELLED, aiq),
        "aiq_canceled_with_strategy": (ReportAction.CANCELLED, aiq),
        "order_executed": (
            ReportAction.EXECUTED,
            lambda m: _execution(m, "shares", "price", "liquidity_flag"),
        ),
        "broken_trade": (ReportAction.BROKEN, lambda m: _broken(m, "broken_trade_reason")),
        "trade_correction": (
            ReportAction.CORRECTED,
            lambda m: _execution(m, "shares", "price", "trade_correction_reason"),
        ),
        "rejected_order": (
            ReportAction.REJECTED,
            lambda m: {"reason": min(m["rejected_order_reason"], 255)},
        ),
        "cancel_pending": (ReportAction.CANCEL_PENDING, lambda m: {}),
        "cancel_reject": (ReportAction.CANCEL_REJECTED, lambda m: {}),
        "order_priority_update": (ReportAction.PRIORITY_UPDATED, _requeued),
        "order_modified": (
            ReportAction.MODIFIED,
            lambda m: {"size": m["shares"], "side": _report_side(m["side"])},
        ),
        "order_restated": (ReportAction.RESTATED, lambda m: _restated(m, options)),
    }


def report_of_ouch50(data: bytes, context: ReportContext) -> Row | None:
    """The report that a message of OUCH 5.0 is; None of a valid one that makes none.

    Raises:
        DecodeError: with the verdict.
    """
    m, options = ouch50.decode(ouch50.OUTBOUND, data)
    rule = _rules_50(context, options).get(ouch50.form_of(ouch50.OUTBOUND, data).name)
    if rule is None:
        return None
    own = {"client_order_id": m.get("user_ref_num", 0)}
    return _begin(m, context, rule[0], own | rule[1](m))


def _rules_42(context: ReportContext) -> dict[str, Rule]:
    def order(m: Fields) -> Row:
        return _order(m, context, m["buy_sell_indicator"], m["stock"])

    def cancelled(m: Fields) -> Row:
        return {"size": m["decrement_shares"], "reason": m["reason"][0]}

    def executed(m: Fields) -> Row:
        return _execution(m, "executed_shares", "execution_price", "liquidity_flag")

    return {
        "system_event": (ReportAction.SYSTEM, lambda m: {"reason": m["event_code"][0]}),
        "accepted": (ReportAction.ACCEPTED, order),
        "replaced": (ReportAction.REPLACED, order),
        "canceled": (ReportAction.CANCELLED, cancelled),
        "aiq_canceled": (ReportAction.CANCELLED, cancelled),
        "executed": (ReportAction.EXECUTED, executed),
        "executed_with_reference_price": (ReportAction.EXECUTED, executed),
        "broken_trade": (ReportAction.BROKEN, lambda m: _broken(m, "reason")),
        "trade_correction": (
            ReportAction.CORRECTED,
            lambda m: _execution(m, "executed_shares", "execution_price", "reason"),
        ),
        "rejected": (ReportAction.REJECTED, lambda m: {"reason": m["reason"][0]}),
        "cancel_pending": (ReportAction.CANCEL_PENDING, lambda m: {}),
        "cancel_reject": (ReportAction.CANCEL_REJECTED, lambda m: {}),
        "order_priority_update": (ReportAction.PRIORITY_UPDATED, _requeued),
        "order_modified": (
            ReportAction.MODIFIED,
            lambda m: {"size": m["shares"], "side": _report_side(m["buy_sell_indicator"])},
        ),
    }


def id_of_token(name: bytes, desk: bytes) -> int:
    """The order that a token names.

    Raises:
        DecodeError: `bad_token`.
    """
    digits = name[:8]
    if name[8:] != desk or any(c not in b"0123456789ABCDEF" for c in digits):
        raise DecodeError("bad_token", f"{name!r} is not one of ours")
    if int(digits, 16) == 0:
        raise DecodeError("bad_token", "there is no order 0")
    return int(digits, 16)


def report_of_ouch42(data: bytes, context: ReportContext) -> Row | None:
    """The report that a message of OUCH 4.2 is; None of a valid one that makes none.

    Raises:
        DecodeError: with the verdict.
    """
    m: Fields = ouch42.decode(ouch42.OUTBOUND, data)
    name = m.get("replacement_order_token", m.get("order_token"))
    own = {"client_order_id": 0 if name is None else id_of_token(name, context.desk)}
    rule = _rules_42(context).get(ouch42.OUTBOUND[data[:1]].name)
    if rule is None:
        return None
    return _begin(m, context, rule[0], own | rule[1](m))
