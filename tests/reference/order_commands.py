"""Which message of OUCH a command must become, field by field, or why it cannot."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.reference import ouch50
from tests.reference.order_messages import Value
from tests.reference.order_records import (
    DISPLAY_ALL,
    DISPLAY_NONE,
    CommandAction,
    CommandFlag,
    Row,
)
from tests.reference.records import INSTRUMENT_ALL, PRICE_NULL, Side

PRICE_TO_E9 = 100_000  # 1e-4 USD in 1e-9 USD
MAX_PRICE = 1_999_999_900  # 199,999.99 USD
MARKET, MARKET_IN_CROSS = 2_000_000_000, 2**31 - 1
MAX_SHARES = 999_999


@dataclass(frozen=True)
class Config:
    """What is the same for all orders of a session."""

    firm: bytes = b"    "
    desk: bytes = b"      "
    capacity: bytes = b"P"
    short_sale: bytes = b"T"
    attributed: bool = False
    shares_located: bool = False


@dataclass(frozen=True)
class Market:
    """The instruments of a session: number to (symbol of 8 bytes, round lot)."""

    instruments: dict[int, tuple[bytes, int]] = field(default_factory=dict)

    def number_of(self, symbol: bytes) -> int:
        """The instrument of a symbol; INSTRUMENT_ALL of an unknown one."""
        for number, (known, _) in self.instruments.items():
            if known == symbol:
                return number
        return INSTRUMENT_ALL


class Refused(ValueError):
    """The command cannot be written; the text is the encoder's verdict."""


Message = tuple[str, dict[str, Value], list[tuple[int, bytes]]]  # name, fields, options


def _side(row: Row, config: Config) -> bytes:
    short = bool(row["flags"] & CommandFlag.SHORT_SALE)
    if row["side"] == Side.BID and not short:
        return b"B"
    if row["side"] == Side.ASK:
        return config.short_sale if short else b"S"
    raise Refused("bad_side")


def _in_cross(row: Row) -> bool:
    return bool(row["flags"] & (CommandFlag.OPENING_CROSS | CommandFlag.CLOSING_CROSS))


def _price(row: Row) -> int:
    price_e9 = int(row["price_e9"])
    if row["flags"] & CommandFlag.MARKET:
        if price_e9 != PRICE_NULL:
            raise Refused("bad_price")
        return MARKET_IN_CROSS if _in_cross(row) else MARKET
    if price_e9 <= 0 or price_e9 % PRICE_TO_E9 or price_e9 // PRICE_TO_E9 > MAX_PRICE:
        raise Refused("bad_price")
    return price_e9 // PRICE_TO_E9


def _check_order(row: Row) -> None:
    if row["client_order_id"] == 0:
        raise Refused("bad_id")
    if row["action"] == CommandAction.REPLACE and row["original_client_order_id"] in (
        0,
        row["client_order_id"],
    ):
        raise Refused("bad_id")


def _check_terms(row: Row) -> None:
    if not 0 < row["size"] <= MAX_SHARES:
        raise Refused("bad_size")
    both = CommandFlag.OPENING_CROSS | CommandFlag.CLOSING_CROSS
    if row["flags"] > 127 or row["flags"] & both == both or row["time_in_force"] > 2:
        raise Refused("unsupported")


def _cancel(row: Row, shares: int = MAX_SHARES) -> int:
    if row["client_order_id"] == 0:
        raise Refused("bad_id")
    if row["size"] > shares:
        raise Refused("bad_size")
    return int(row["size"])


def _cross(row: Row) -> bytes:
    if row["flags"] & CommandFlag.OPENING_CROSS:
        return b"O"
    return b"C" if row["flags"] & CommandFlag.CLOSING_CROSS else b"N"


def _yes(holds: int) -> bytes:
    return b"Y" if holds else b"N"


def expected_ouch50(row: Row, market: Market, config: Config) -> Message:
    """The message of a command: its name, fields, and options as (tag, value).

    Raises:
        Refused: with the verdict.
    """
    if row["action"] == CommandAction.CANCEL:
        shares = _cancel(row)
        return "cancel_order", {"user_ref_num": row["client_order_id"], "shares": shares}, []
    if row["action"] not in (CommandAction.ENTER, CommandAction.REPLACE):
        raise Refused("bad_action")
    entering = row["action"] == CommandAction.ENTER
    reserve = row["display"] not in (DISPLAY_ALL, DISPLAY_NONE)
    _check_order(row)
    if (entering or reserve) and row["instrument"] not in market.instruments:
        raise Refused("unknown_instrument")
    fields: dict[str, Value] = {}
    options: list[tuple[int, bytes]] = []
    if entering:
        fields["side"] = _side(row, config)
        fields["symbol"] = market.instruments[row["instrument"]][0]
        fields["cross_type"] = _cross(row)
        fields["capacity"] = config.capacity
        if config.firm != b"    ":
            options.append((2, config.firm))
    else:
        fields["orig_user_ref_num"] = row["original_client_order_id"]
    _check_terms(row)
    fields["price"] = _price(row)
    fields["user_ref_num"] = row["client_order_id"]
    fields["shares"] = row["size"]
    fields["time_in_force"] = b"035"[row["time_in_force"] :][:1]
    shown = b"A" if config.attributed else b"Y"
    fields["display"] = b"N" if row["display"] == DISPLAY_NONE else shown
    fields["intermarket_sweep_eligibility"] = _yes(row["flags"] & CommandFlag.SWEEP)
    who = b"%02X%02X" % (row["strategy"], row["account"])
    fields["cl_ord_id"] = b"%08X" % row["client_order_id"] + who + config.desk[:2]
    if row["flags"] & CommandFlag.POST_ONLY:
        options.append((12, b"P"))
    if reserve:
        floor = row["display"] * market.instruments[row["instrument"]][1]
        if floor < row["size"]:
            options.append((5, floor.to_bytes(4, "big")))
    if row["flags"] & CommandFlag.RETAIL:
        options.append((4, b"R"))
    if entering and config.shares_located and row["flags"] & CommandFlag.SHORT_SALE:
        options.append((25, b"Y"))
    fields["appendage_length"] = len(ouch50.pack_elements(options))
    return ("enter_order" if entering else "replace_order"), fields, options


def token(client_order_id: int, desk: bytes) -> bytes:
    """An order's name in OUCH 4.2, 14 bytes."""
    return b"%08X" % client_order_id + desk


def _check_terms_42(row: Row) -> None:
    _check_terms(row)
    if row["display"] not in (DISPLAY_ALL, DISPLAY_NONE):
        raise Refused("unsupported")
    if row["display"] == DISPLAY_NONE and row["flags"] & CommandFlag.POST_ONLY:
        raise Refused("unsupported")
    if row["flags"] & CommandFlag.MARKET and not _in_cross(row):
        raise Refused("unsupported")


def _display_42(row: Row, config: Config) -> bytes:
    if row["display"] == DISPLAY_NONE:
        return b"N"
    if row["flags"] & CommandFlag.POST_ONLY:
        return b"L" if config.attributed else b"P"
    return b"A" if config.attributed else b"Y"


def expected_ouch42(row: Row, market: Market, config: Config) -> Message:
    """The message of a command: its name and fields; there are no options.

    Raises:
        Refused: with the verdict.
    """
    name = token(row["client_order_id"], config.desk)
    if row["action"] == CommandAction.CANCEL:
        return "cancel_order", {"shares": _cancel(row), "order_token": name}, []
    if row["action"] not in (CommandAction.ENTER, CommandAction.REPLACE):
        raise Refused("bad_action")
    entering = row["action"] == CommandAction.ENTER
    _check_order(row)
    fields: dict[str, Value] = {"minimum_shares": 0}
    if entering:
        if row["instrument"] not in market.instruments:
            raise Refused("unknown_instrument")
        fields["order_token"] = name
        fields["buy_sell_indicator"] = _side(row, config)
        fields["stock"] = market.instruments[row["instrument"]][0]
        fields["firm"] = config.firm
        fields["capacity"] = config.capacity
        fields["cross_type"] = _cross(row)
        fields["customer_type"] = b"R" if row["flags"] & CommandFlag.RETAIL else b" "
    else:
        fields["existing_order_token"] = token(row["original_client_order_id"], config.desk)
        fields["replacement_order_token"] = name
    _check_terms_42(row)
    fields["price"] = _price(row)
    fields["shares"] = row["size"]
    fields["time_in_force"] = (99_998, 0, 99_999)[row["time_in_force"]]
    fields["display"] = _display_42(row, config)
    fields["intermarket_sweep_eligibility"] = _yes(row["flags"] & CommandFlag.SWEEP)
    return ("enter_order" if entering else "replace_order"), fields, []
