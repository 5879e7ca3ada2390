"""Order commands and venues' messages for hypothesis: mostly good, and bad in every way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from tests.contract.strategies import NS_PER_DAY
from tests.reference import ouch42, ouch50
from tests.reference.order_commands import (
    MARKET,
    MARKET_IN_CROSS,
    MAX_PRICE,
    MAX_SHARES,
    PRICE_TO_E9,
    Config,
    Market,
    token,
)
from tests.reference.order_messages import Field, Message
from tests.reference.order_records import KIND_COMMAND, CommandAction, CommandFlag, Row
from tests.reference.records import PRICE_NULL, Side

MARKET_OF_TWO = Market({0x1_0007: (b"AAPL    ", 100), 9: (b"BRK.A   ", 1)})
UNKNOWN_INSTRUMENT = 8
DESK = b"QT1   "
CONFIGS = (
    Config(),
    Config(firm=b"HFTX", desk=DESK, capacity=b"A", short_sale=b"E", attributed=True),
    Config(firm=b"HF  ", desk=b"ABCDEF", shares_located=True),
)


def often(common: Iterable[Any], rare: Iterable[Any]) -> st.SearchStrategy[Any]:
    """One of `common`, and about every tenth time one of `rare`."""
    usual, odd = list(common), list(rare)
    return st.sampled_from(usual * (1 + 10 * len(odd) // len(usual)) + odd)


_ABOVE = [units * PRICE_TO_E9 for units in (MAX_PRICE + 1, MARKET, MARKET_IN_CROSS)]
_limit = st.one_of(
    st.integers(1, MAX_PRICE).map(lambda units: units * PRICE_TO_E9),
    often(
        (PRICE_TO_E9, MAX_PRICE * PRICE_TO_E9),
        (0, -1, -PRICE_TO_E9, 1, PRICE_TO_E9 + 1, PRICE_NULL - 1, -(2**63), *_ABOVE),
    ),
)
_flags = often(
    (
        0, CommandFlag.POST_ONLY, CommandFlag.SHORT_SALE, CommandFlag.SWEEP, CommandFlag.RETAIL,
        CommandFlag.OPENING_CROSS, CommandFlag.CLOSING_CROSS, CommandFlag.MARKET,
        CommandFlag.MARKET | CommandFlag.OPENING_CROSS,
        CommandFlag.MARKET | CommandFlag.CLOSING_CROSS,
        CommandFlag.POST_ONLY | CommandFlag.SHORT_SALE | CommandFlag.RETAIL | CommandFlag.SWEEP,
    ),
    (CommandFlag.OPENING_CROSS | CommandFlag.CLOSING_CROSS, 128, 255),
)  # fmt: skip
_ids = st.one_of(st.integers(1, 2**32 - 1), often((1, 2, 0x89ABCDEF, 2**32 - 1), (0,)))


@st.composite
def commands(draw: st.DrawFn) -> Row:
    """Any command, as field values; most of them can be written."""
    flags = int(draw(_flags))
    short = flags & CommandFlag.SHORT_SALE
    usual = (Side.ASK,) if short else (Side.BID, Side.ASK)
    priced = flags & CommandFlag.MARKET == 0
    first, second = draw(_ids), draw(_ids)
    instrument = draw(often(MARKET_OF_TWO.instruments, (UNKNOWN_INSTRUMENT,)))
    display = draw(st.sampled_from((0, 0, 0, 255, 1, 2, 99, 254)))
    _, lot = MARKET_OF_TWO.instruments.get(instrument, (b"", 1))
    just_shown = st.integers(-1, 1).map(lambda more: max(0, display * lot + more))
    return {
        "kind": KIND_COMMAND,
        "action": draw(
            often((CommandAction.ENTER, CommandAction.REPLACE, CommandAction.CANCEL), (0, 4, 255))
        ),
        "instrument": instrument,
        "client_order_id": first,
        "original_client_order_id": second,
        "size": draw(
            st.one_of(
                just_shown,
                st.integers(1, MAX_SHARES),
                often((1, MAX_SHARES), (0, MAX_SHARES + 1, 2**32 - 1)),
            )
        ),
        "side": draw(often(usual, (Side.NONE, Side.BID))),
        "flags": flags,
        "price_e9": draw(_limit if priced else often((PRICE_NULL,), (PRICE_TO_E9,))),
        "time_in_force": draw(often((0, 1, 2), (3,))),
        "display": display,
        "strategy": draw(st.integers(0, 255)),
        "account": draw(st.integers(0, 255)),
    }


def _price(field: Field) -> st.SearchStrategy[int]:
    most = 256**field.length - 1
    return st.one_of(
        st.integers(0, MAX_PRICE),
        often((MARKET, MARKET_IN_CROSS, MAX_PRICE), (MAX_PRICE + 1, MARKET_IN_CROSS + 1, most)),
    )


def _field(field: Field, desk: bytes) -> st.SearchStrategy[Any]:
    if field.name == "timestamp":
        return st.one_of(st.integers(0, NS_PER_DAY - 1), st.just(2**64 - 1))
    if field.name in ("side", "buy_sell_indicator"):
        return often((b"B", b"S", b"T", b"E"), (b"X", b" "))
    if field.name in ("symbol", "stock"):
        return often([symbol for symbol, _ in MARKET_OF_TWO.instruments.values()], (b"OTHER   ",))
    if field.name.endswith("token"):
        return _tokens(desk)
    if field.kind == "price":
        return _price(field)
    if field.kind == "alpha":
        return st.text("ABLDNY0 .", min_size=field.length, max_size=field.length).map(str.encode)
    return st.integers(0, 256**field.length - 1)


def _tokens(desk: bytes) -> st.SearchStrategy[bytes]:
    ours = _ids.map(lambda number: token(number, desk))
    return st.one_of(ours, ours, ours, st.sampled_from((b"0000000g" + desk, b"00000001ZZZZZZ")))


def fields_of(known: Message, desk: bytes) -> st.SearchStrategy[dict[str, Any]]:
    """Values for all fields of a message but its type and its appendage's length."""
    own = [f for f in known.fields if f.kind != "tag" and f.name != "appendage_length"]
    return st.fixed_dictionaries({f.name: _field(f, desk) for f in own})


def _option(tag: int) -> st.SearchStrategy[tuple[int, bytes]]:
    size = ouch50.OPTIONS[tag].length
    value = st.binary(min_size=size, max_size=size)
    if tag == ouch50.TAGS["display_price"]:
        value = st.integers(0, MAX_PRICE + 1).map(lambda price: price.to_bytes(8, "big"))
    return value.map(lambda found: (tag, found))


good_options = st.sampled_from(sorted(ouch50.OPTIONS)).flatmap(_option)
odd_options = st.tuples(st.integers(0, 255), st.binary(max_size=9))


Options = list[tuple[int, bytes]]
FORMS_50 = (*ouch50.OUTBOUND.values(), ouch50.AIQ_WITH_STRATEGY)
FORMS_42 = tuple(ouch42.OUTBOUND.values())


def shown_anew() -> st.SearchStrategy[Options]:
    """What restated orders say: the two options that a report is made of."""
    told = (ouch50.TAGS["display_price"], ouch50.TAGS["secondary_order_reference_number"])
    return st.permutations(told).flatmap(lambda tags: st.tuples(*map(_option, tags))).map(list)


def message_of_50(
    known: Message, options: st.SearchStrategy[Options | None]
) -> st.SearchStrategy[bytes]:
    """Valid messages of one type of OUCH 5.0; its options only where the message can have some."""
    own = st.none() if known.tag == b"S" else options
    return st.builds(
        lambda given, extra: ouch50.encode(known, extra, **given), fields_of(known, DESK), own
    )


def message_of_42(known: Message) -> st.SearchStrategy[bytes]:
    """Valid messages of one type of OUCH 4.2."""
    return fields_of(known, DESK).map(lambda given: ouch42.encode(known, **given))


def messages_50() -> st.SearchStrategy[bytes]:
    """Messages of OUCH 5.0 from the venue, with and without an appendage, which may be odd."""
    options = st.one_of(
        st.none(), st.lists(good_options, max_size=4), st.lists(odd_options, max_size=3)
    )
    return st.sampled_from(FORMS_50).flatmap(lambda known: message_of_50(known, options))


def messages_42() -> st.SearchStrategy[bytes]:
    """Valid messages of OUCH 4.2 from the venue."""
    return st.sampled_from(FORMS_42).flatmap(message_of_42)


def damaged(whole: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Cut or too long, of any type, with a byte changed, or any bytes at all."""
    return st.one_of(
        st.builds(lambda m, n: m[: n % (len(m) + 1)], whole, st.integers(0, 90)),
        st.builds(lambda m, more: m + more, whole, st.binary(min_size=1, max_size=4)),
        st.builds(lambda m, first: bytes([first]) + m[1:], whole, st.integers(0, 255)),
        st.builds(_changed, whole, st.integers(0, 90), st.integers(0, 255)),
        st.binary(max_size=90),
    )


def _changed(data: bytes, at: int, value: int) -> bytes:
    place = at % len(data)
    return data[:place] + bytes([value]) + data[place + 1 :]
