"""What every order codec promises: commands become the bytes that the specification asks for, and
venues' messages the reports that they are, from any command and from any bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.book_sets import native_module
from tests.contract.order_strategies import (
    CONFIGS,
    DESK,
    FORMS_42,
    FORMS_50,
    MARKET_OF_TWO,
    commands,
    damaged,
    good_options,
    message_of_42,
    message_of_50,
    messages_42,
    messages_50,
    shown_anew,
)
from tests.reference import ouch42, ouch50, soupbintcp
from tests.reference.order_commands import (
    Config,
    Market,
    Message,
    Refused,
    expected_ouch42,
    expected_ouch50,
)
from tests.reference.order_messages import DecodeError
from tests.reference.order_messages import Message as Form
from tests.reference.order_records import ORDER_COMMAND, ORDER_REPORT, Row, pack
from tests.reference.order_reports import ReportContext, report_of_ouch42, report_of_ouch50

CPP = Path(__file__).resolve().parents[2] / "cpp" / "hft"
Expected = Callable[[Row, Market, Config], Message]
EXPECTED: dict[str, Expected] = {"ouch50": expected_ouch50, "ouch42": expected_ouch42}
REPORTS = {"ouch50": report_of_ouch50, "ouch42": report_of_ouch42}
MESSAGES = {"ouch50": messages_50(), "ouch42": messages_42()}
PROTOCOLS = sorted(EXPECTED)


def native_symbols() -> Any:
    symbols = native_module().InstrumentSymbols()
    for number, (symbol, lot) in MARKET_OF_TWO.instruments.items():
        assert symbols.add(number, symbol.decode().strip(), lot) == "added"
    return symbols


def native_encoder(protocol: str, config: Config) -> Any:
    return native_module().OrderEncoder(
        protocol,
        native_symbols(),
        firm=config.firm.decode(),
        desk=config.desk.decode(),
        capacity=config.capacity.decode(),
        short_sale=config.short_sale.decode(),
        attributed=config.attributed,
        shares_located=config.shares_located,
    )


def read_back(protocol: str, packet: bytes) -> Message:
    """The message in a client's packet: its name, fields and options, all that is in the bytes."""
    ((kind, data),), rest = soupbintcp.split(packet)
    assert kind == soupbintcp.UNSEQUENCED
    assert rest == b""
    if protocol == "ouch42":
        return ouch42.INBOUND[data[:1]].name, dict(ouch42.decode(ouch42.INBOUND, data)), []
    fields, options = ouch50.decode(ouch50.INBOUND, data)
    return ouch50.INBOUND[data[:1]].name, fields, options


def reference_answer(protocol: str, row: Row, config: Config) -> Message | str:
    try:
        return EXPECTED[protocol](row, MARKET_OF_TWO, config)
    except Refused as refused:
        return str(refused)


def native_answer(protocol: str, verdict: str, packet: bytes) -> Message | str:
    if verdict != "encoded":
        assert packet == b""
        return verdict
    name, fields, options = read_back(protocol, packet)
    del fields["message_type"]
    return name, fields, options


@pytest.mark.parametrize("config", CONFIGS, ids=["plain", "attributed", "located"])
@pytest.mark.parametrize("protocol", PROTOCOLS)
@given(rows=st.lists(commands(), min_size=1, max_size=20))
@settings(max_examples=100)
def test_commands_become_the_messages_they_mean(
    protocol: str, config: Config, rows: list[Row]
) -> None:
    """A stream through one encoder: nothing of a command is left in the next one's packet."""
    encoder = native_encoder(protocol, config)
    array = np.concatenate([pack(ORDER_COMMAND, row) for row in rows])
    answers = encoder.encode_unchecked(array)
    assert len(answers) == len(rows)
    for row, (verdict, packet) in zip(rows, answers, strict=True):
        expected = reference_answer(protocol, row, config)
        assert native_answer(protocol, verdict, packet) == expected
    assert sum(encoder.counts.values()) == len(rows)
    assert encoder.counts["encoded"] == sum(verdict == "encoded" for verdict, _ in answers)


CONTEXT = ReportContext(
    MARKET_OF_TWO,
    midnight_ns=10**18,
    receive_time_ns=10**18 + 7,
    sequence_number=(3 << 32) + 0xFFFFFFFE,
    venue=3,
    channel=5,
    desk=DESK,
)


def native_report(protocol: str, message: bytes, symbols: Any) -> tuple[str, bytes]:
    native = native_module()
    verdict, found = native.decode_order_report(
        protocol,
        message,
        symbols,
        midnight_ns=CONTEXT.midnight_ns,
        receive_time_ns=CONTEXT.receive_time_ns,
        sequence_number=CONTEXT.sequence_number,
        venue=native.Venue(CONTEXT.venue),
        channel=CONTEXT.channel,
        desk=CONTEXT.desk.decode(),
    )
    return verdict, found.tobytes()


def reference_report(protocol: str, message: bytes) -> tuple[str, bytes]:
    try:
        row = REPORTS[protocol](message, CONTEXT)
    except DecodeError as refused:
        return refused.reason, b""
    if row is None:
        return "ignored", b""
    row["event_time_ns"] %= 2**64
    return "report", pack(ORDER_REPORT, row).tobytes()


def check_reports(protocol: str, messages: list[bytes]) -> None:
    symbols = native_symbols()
    for message in messages:
        expected = reference_report(protocol, message)
        assert native_report(protocol, message, symbols) == expected, message.hex()


@pytest.mark.parametrize("known", FORMS_50, ids=lambda known: known.name)
@given(data=st.data())
@settings(max_examples=15)
def test_each_message_of_ouch_50(known: Form, data: st.DataObject) -> None:
    options = st.one_of(st.none(), st.lists(good_options, max_size=4), shown_anew(), shown_anew())
    messages = st.lists(message_of_50(known, options), min_size=5, max_size=20)
    check_reports("ouch50", data.draw(messages))


@pytest.mark.parametrize("known", FORMS_42, ids=lambda known: known.name)
@given(data=st.data())
@settings(max_examples=15)
def test_each_message_of_ouch_42(known: Form, data: st.DataObject) -> None:
    check_reports("ouch42", data.draw(st.lists(message_of_42(known), min_size=5, max_size=20)))


@pytest.mark.parametrize("protocol", PROTOCOLS)
@given(data=st.data())
@settings(max_examples=100)
def test_any_bytes_become_the_reports_they_are(protocol: str, data: st.DataObject) -> None:
    whole = MESSAGES[protocol]
    check_reports(protocol, data.draw(st.lists(st.one_of(whole, damaged(whole)), max_size=20)))


@given(st.one_of(messages_50(), damaged(messages_50())))
@settings(max_examples=200)
def test_only_an_account_query_response_tells_the_next_number(message: bytes) -> None:
    expected = 0
    if message[:1] == b"Q":
        try:
            known = ouch50.OUTBOUND[b"Q"]
            ouch50.appendage_of(known, message)
            expected = int.from_bytes(message[9:13], "big")
        except DecodeError:
            expected = 0
    assert native_module().next_user_ref_num(message) == expected


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_wrong_configurations_are_told(protocol: str) -> None:
    module = native_module()
    error = pytest.importorskip("hft.errors").HftError
    for given_wrong, words in (
        ({"firm": "TOOLONG"}, "firm.*longer than 4"),
        ({"desk": "A-B"}, "desk.*not a name"),
        ({"capacity": "X"}, "capacity 'X'.*APRO"),
        ({"short_sale": "S"}, "short_sale 'S'.*TE"),
    ):
        with pytest.raises(error, match=words):
            module.OrderEncoder(protocol, native_symbols(), **given_wrong)
    with pytest.raises(error, match=r"fix44.*ouch50 or ouch42"):
        module.OrderEncoder("fix44", native_symbols())


def test_wire_structs_have_the_fields_of_the_tables() -> None:
    dtypes = native_module().wire_dtypes()
    for name, table in (
        ("ouch50_inbound", ouch50.INBOUND),
        ("ouch50_outbound", ouch50.OUTBOUND),
        ("ouch42_inbound", ouch42.INBOUND),
        ("ouch42_outbound", ouch42.OUTBOUND),
    ):
        assert {tag.encode() for tag in dtypes[name]} == set(table)
        for tag, dtype in dtypes[name].items():
            known = table[tag.encode()]
            places = [(f.name, f.offset, f.length) for f in known.fields]
            found = [(n, dtype.fields[n][1], dtype.fields[n][0].itemsize) for n in dtype.names]
            assert found == places, (name, tag)
            assert dtype.itemsize == known.size


def test_login_packets_have_the_fields_of_the_tables() -> None:
    dtypes = native_module().wire_dtypes()["soupbintcp"]
    assert {tag.encode() for tag in dtypes} == set(soupbintcp.FIELDS)
    for tag, dtype in dtypes.items():
        head = [("packet_length", 0, 2), ("packet_type", 2, 1)]
        own = [(n, 3 + offset, size) for n, offset, size in soupbintcp.FIELDS[tag.encode()]]
        found = [(n, dtype.fields[n][1], dtype.fields[n][0].itemsize) for n in dtype.names]
        assert found == head + own


def test_no_stage_defines_the_way_around_the_gate() -> None:
    """Encoders befriend a struct that only hft/py defines, and no stage may include that folder."""
    defines = re.compile(r"struct\s+(hft::)?(order::)?UncheckedEncoding\s*(final\s*)?[:{]")
    names = [
        path.relative_to(CPP).as_posix()
        for path in sorted(CPP.rglob("*.?pp"))
        if defines.search(path.read_text())
    ]
    assert names == ["py/unchecked_encoding.hpp"]
