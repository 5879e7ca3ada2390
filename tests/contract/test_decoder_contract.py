"""What every decoder promises: records equal to the reference's, byte for byte, from any bytes.

The native decoder is driven through raw files of length-prefixed messages, which are the same
blocks as in MoldUDP64 packets.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.book_sets import native_module
from tests.contract.strategies import TAGS, damaged, message_of, messages
from tests.native_replay import assert_same, replayed
from tests.reference import itch50, packets, records, replay
from tests.reference.records import Context

SESSION_DATE = date(2014, 10, 3)
CONTEXT = Context(midnight_ns=packets.midnight_ns(SESSION_DATE))
# A raw file is known by its first messages: enough of them, and what follows may be anything.
START = packets.blocks([itch50.encode(b"S", event_code=b"O")] * 64)


def check(data: bytes) -> None:
    """A raw file of these bytes, behind those that let it be recognised."""
    whole = START + data
    venue = native_module().Venue.xnas
    found = replayed(whole, suffix=".NASDAQ_ITCH50", venue=venue, date=str(SESSION_DATE))
    assert_same(found, records.pack(replay.raw_file_rows(whole, CONTEXT)))


@pytest.mark.parametrize("tag", TAGS, ids=[tag.decode() for tag in TAGS])
@given(data=st.data())
@settings(max_examples=15)
def test_each_message_type(tag: bytes, data: st.DataObject) -> None:
    check(packets.blocks(data.draw(st.lists(message_of(tag), min_size=1, max_size=20))))


def reference_answer(message: bytes) -> tuple[str, bytes]:
    """The verdict on a message, and its records."""
    if not message:
        return "wrong_size", b""
    try:
        found = records.records_of(message, CONTEXT)
    except itch50.DecodeError as refused:
        return refused.reason, b""
    return "records" if len(found) else "ignored", found.tobytes()


@given(message=st.one_of(messages(), damaged(), st.just(b"")))
@settings(max_examples=300)
def test_one_message_at_a_time(message: bytes) -> None:
    """The slow native decoder, which says why it refuses."""
    verdict, found = native_module().decode_message(message, midnight_ns=CONTEXT.midnight_ns)
    assert (verdict, found.tobytes()) == reference_answer(message)


@given(st.lists(st.one_of(messages(), messages(), messages(), damaged()), max_size=60))
@settings(max_examples=100)
def test_good_and_damaged_messages_mixed(stream: list[bytes]) -> None:
    check(packets.blocks(stream))


@given(st.lists(messages(), max_size=20), st.binary(max_size=100), st.integers(0, 200))
@settings(max_examples=100)
def test_any_bytes_behind_good_messages(stream: list[bytes], rest: bytes, cut: int) -> None:
    data = packets.blocks(stream) + rest
    check(data[: max(0, len(data) - cut)])


@pytest.mark.parametrize("tag", TAGS, ids=[tag.decode() for tag in TAGS])
def test_every_wrong_size_is_refused_and_nothing_behind_it_is_lost(tag: bytes) -> None:
    good = itch50.encode(tag, **({"buy_sell_indicator": b"S"} if tag in b"AFP" else {}))
    stream = []
    for size in range(1, len(good) + 3):
        stream += [(good + b"  ")[:size], itch50.encode(b"D", order_reference_number=size)]
    check(packets.blocks(stream))
