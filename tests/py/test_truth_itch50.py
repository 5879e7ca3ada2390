"""Every ITCH capture at hand against two independent decoders, field by field, on raw bytes."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.book_sets import native_module
from tests.native_replay import assert_same, of_venue, replayed, settled
from tests.reference import capture_reader, itch50, moldudp64, packets, records, replay
from tests.reference.records import Context, Venue

TRUTH = "truth/nasdaq_itch50"
VENUE_SESSIONS = "mdnasdaq.20141003.090000.1412341200.first10k.pcap-ns"

# The dissector's names, where they are not the specification's with blanks and case removed.
OTHER_NAMES = {
    "locatecode": "stocklocate",
    "reasoncode": "reason",
    "cancelledshares": "canceledshares",
    "crossshares": "shares",
}


def messages_of(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """(frame number, index in its packet, message) of everything that is MoldUDP64.

    Foreign multicast in the same capture is told apart by its framing: it does not fill its
    datagram with whole blocks.
    """
    for frame in capture_reader.read_frames(path):
        datagram = capture_reader.datagram_of(frame)
        if datagram is None:
            continue
        try:
            packet = moldudp64.decode(datagram.payload)
        except moldudp64.FramingError:
            continue
        for i, message in enumerate(packet.messages):
            yield frame.number, i, message


def test_every_message_type_of_the_captures_is_seen(shared: Path) -> None:
    seen = {
        message[:1]
        for truth in truth_files(shared)
        for _, _, message in messages_of(capture_of(shared, truth))
    }
    assert seen == {bytes([letter]) for letter in b"ACDEFHIJLPQSUXY"}


def truth_files(shared: Path) -> list[Path]:
    """The dissector's files, one per capture."""
    return sorted((shared / TRUTH).glob("*.jsonl.gz"))


def capture_of(shared: Path, truth: Path) -> Path:
    """Truth files are named after their capture with the folders joined by "__"."""
    relative = truth.name.removesuffix(".jsonl.gz").replace("__", "/")
    return shared / "captures" / relative


def dissected(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt") as lines:
        return [json.loads(line) for line in lines]


def dissector_fields(row: dict[str, Any]) -> dict[str, tuple[int, str]]:
    """Name to (offset inside the message, raw hex), without the framing's fields."""
    fields = {name: (offset, raw) for name, _, offset, size, raw in row["f"] if size > 0}
    fields.pop("messagelength")
    start = fields["messagetype"][0]
    return {
        OTHER_NAMES.get(name, name): (offset - start, raw) for name, (offset, raw) in fields.items()
    }


def reference_fields(message: bytes) -> dict[str, tuple[int, str]]:
    """The same from the reference's tables."""
    raw = itch50.raw_fields(message)
    table = itch50.MESSAGES[message[:1]].fields
    return {f.name.replace("_", ""): (f.offset, raw[f.name].hex()) for f in table}


def test_dissector_agrees_on_every_field_of_every_capture(shared: Path) -> None:
    files = truth_files(shared)
    compared = 0
    for truth in files:
        rows = dissected(truth)
        messages = list(messages_of(capture_of(shared, truth)))
        assert len(rows) == len(messages), truth.name
        for row, (frame, i, message) in zip(rows, messages, strict=True):
            assert (row["frame"], row["i"]) == (frame, i)
            assert dissector_fields(row) == reference_fields(message), (truth.name, frame, i)
            compared += 1
    assert len(files) == 24
    assert compared == 8057


def second_decoder_rows(shared: Path) -> list[dict[str, str]]:
    (path,) = sorted((shared / TRUTH).glob("ref_*.csv.gz"))
    return list(csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode())))


# The second decoder's columns, by message type: column to the specification's field.
COMMON = {"locate": "stock_locate", "track": "tracking_number", "ts": "timestamp"}
ADD = {"ref": "order_reference_number", "side": "buy_sell_indicator", "shares": "shares",
       "stock": "stock", "price": "price"}  # fmt: skip
COLUMNS = {
    "A": ADD,
    "F": ADD | {"mpid": "attribution"},
    "D": {"ref": "order_reference_number"},
    "X": {"ref": "order_reference_number", "shares": "canceled_shares"},
    "E": {"ref": "order_reference_number", "shares": "executed_shares", "match": "match_number"},
    "U": {
        "oldref": "original_order_reference_number",
        "ref": "new_order_reference_number",
        "shares": "shares",
        "price": "price",
    },
    "P": ADD | {"match": "match_number"},
}


def as_text(value: itch50.Value) -> str:
    return value.decode("ascii") if isinstance(value, bytes) else str(value)


def test_second_decoder_agrees_on_every_field(shared: Path) -> None:
    rows = second_decoder_rows(shared)
    messages = list(messages_of(shared / "captures/nasdaq/i01_2" / VENUE_SESSIONS))
    assert len(rows) == len(messages) == 7940
    for row, (frame, i, message) in zip(rows, messages, strict=True):
        values = itch50.decode(message)
        columns = COMMON | COLUMNS[row["type"]]
        assert (int(row["frame"]), int(row["i"])) == (frame, i)
        assert row["type"] == as_text(values["message_type"])
        assert {c: row[c] for c in columns} == {c: as_text(values[f]) for c, f in columns.items()}


def test_both_decoders_saw_the_same_packets(shared: Path) -> None:
    rows = second_decoder_rows(shared)
    (truth,) = [path for path in truth_files(shared) if VENUE_SESSIONS in path.name]
    first = [
        (r["frame"], r["dst"], r["hdr"]["session"][0], int(r["hdr"]["sequencenumber"][0]), r["i"])
        for r in dissected(truth)
    ]
    second = [
        # This one numbers the message, the dissector the packet.
        (int(r["frame"]), r["dst"].split(":")[0], r["session"], number - i, i)
        for r in rows
        for i, number in [(int(r["i"]), int(r["seq"]))]  # a foreign name
    ]
    assert first == second


SESSIONS = {  # venue: session, first sequence number, messages
    Venue.XNAS: (b"000006814B", 3556366, 2626),
    Venue.XBOS: (b"000006814D", 772607, 756),
    Venue.XPSX: (b"000006814X", 231914, 588),
}


def packets_of_venue(shared: Path, venue: Venue) -> replay.Packets:
    capture = (shared / "captures/nasdaq/i01_2" / VENUE_SESSIONS).read_bytes()
    return replay.packets_of(capture, lambda d: d.payload[:10] == SESSIONS[venue][0])


@pytest.mark.parametrize("venue", SESSIONS)
def test_line_arbitration_leaves_every_message_once(shared: Path, venue: Venue) -> None:
    (session,) = moldudp64.arbitrate(packets_of_venue(shared, venue))
    handed_on = session.in_sequence()

    _, first, count = SESSIONS[venue]
    assert [item.sequence_number for item in handed_on] == list(range(first, first + count))
    assert not any(isinstance(item, moldudp64.Gap) for item in handed_on)


# From here on the native module speaks.


def test_native_wire_structs_show_the_bytes_of_the_dissector(shared: Path) -> None:
    dtypes = native_module().wire_dtypes()["itch50"]
    for truth in truth_files(shared):
        for row, (_, _, message) in zip(
            dissected(truth), messages_of(capture_of(shared, truth)), strict=True
        ):
            dtype = dtypes[message[:1].decode()]
            seen = np.frombuffer(message, dtype=dtype)
            fields = dtype.fields
            found = [(fields[n][1], seen[n].tobytes().hex()) for n in dtype.names]
            assert found == list(dissector_fields(row).values()), truth.name


@pytest.mark.parametrize("venue", SESSIONS)
def test_native_replay_equals_the_reference(shared: Path, venue: Venue) -> None:
    capture = (shared / "captures/nasdaq/i01_2" / VENUE_SESSIONS).read_bytes()
    own = of_venue(replayed(capture, suffix=".pcap"), venue)
    index = int(own["instrument"][-1]) >> 16
    midnight = packets.midnight_ns(date(2014, 10, 3))
    context = Context(midnight_ns=midnight, venue=venue, feed_index=index)
    expected = records.pack(replay.feed_rows(packets_of_venue(shared, venue), context))
    assert_same(settled(own), settled(expected))


def test_native_decoder_equals_the_reference_on_every_message(shared: Path) -> None:
    native = native_module()
    for truth in truth_files(shared):
        for number, _, message in messages_of(capture_of(shared, truth)):
            context = Context(midnight_ns=10**18, receive_time_ns=5, sequence_number=number)
            _, found = native.decode_message(
                message, midnight_ns=10**18, receive_time_ns=5, sequence_number=number
            )
            assert found.tobytes() == records.records_of(message, context).tobytes()


def test_simulated_file_without_lengths(shared: Path) -> None:
    """Its length prefixes are all 0: the type says how long a message is."""
    data = (shared / "captures/nasdaq/RITCH/ex20101224.TEST_ITCH_50").read_bytes()
    context = Context(midnight_ns=packets.midnight_ns(date(2010, 12, 24)))
    messages, at = [], 0
    while at < len(data):
        size = itch50.MESSAGES[data[at + 2 : at + 3]].size
        messages.append(data[at + 2 : at + 2 + size])
        at += 2 + size
    assert len(messages) == 12_012

    module = native_module()
    found = replayed(data, suffix=".TEST_ITCH_50", venue=module.Venue.xnas, date="2010-12-24")
    expected = records.pack(replay.raw_file_rows(packets.blocks(messages), context))
    assert_same(found, expected)
