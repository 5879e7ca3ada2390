"""Every OUCH 5.0 capture at hand against a dissector, field by field, on raw bytes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np

from tests.book_sets import native_module
from tests.reference import ouch50, soupbintcp
from tests.reference.capture_reader import read_frames, tcp_payload_of
from tests.reference.order_commands import Market
from tests.reference.order_messages import split
from tests.reference.order_reports import ReportContext, report_of_ouch50

TRUTH = "truth/nasdaq_ouch50"

# The dissector's names, where they are not the tables' with underscores removed.
OTHER_NAMES = {
    "quantity": "shares",  # foreign name
    "bboweightindicator": "weightindicator",  # foreign name
}
TABLES = {soupbintcp.UNSEQUENCED: ouch50.INBOUND, soupbintcp.SEQUENCED: ouch50.OUTBOUND}
Places = list[tuple[str, int, str]]  # field, offset in the packet, raw hex


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


def packets_of(path: Path) -> list[tuple[int, soupbintcp.Packet]]:
    """(frame number, packet) of a capture whose segments hold whole packets."""
    found = []
    for frame in read_frames(path):
        packets, rest = soupbintcp.split(tcp_payload_of(frame) or b"")
        assert rest == b""
        found += [(frame.number, packet) for packet in packets]
    return found


def dissector_places(row: dict[str, Any]) -> Places:
    return [
        (OTHER_NAMES.get(name, name), offset, raw)
        for name, _, offset, size, raw in row["f"]
        if size
    ]


def reference_places(packet: soupbintcp.Packet) -> Places:
    """The same from the tables: framing, fields, then the elements of the appendage."""
    kind, data = packet
    length = (1 + len(data)).to_bytes(2, "big").hex()
    places = [("packetlength", 0, length), ("packettype", 2, kind.hex())]
    if kind not in TABLES:
        return places
    known = TABLES[kind][data[:1]]
    name = {b"S": "sequencedmessagetype", b"U": "unsequencedmessagetype"}[kind]
    places.append((name, 3, data[:1].hex()))
    raw = split(known, data)
    places += [
        (field.name.replace("_", ""), 3 + field.offset, raw[field.name].hex())
        for field in known.fields[1:]
    ]
    at = 3 + known.size
    optional = known.name.replace("_", "").removesuffix("message") + "optionalfield"
    for tag, value in ouch50.elements(ouch50.appendage_of(known, data)):
        places.append(("optionalfieldlength", at, f"{1 + len(value):02x}"))
        places.append((optional, at + 1, f"{tag:02x}"))
        places.append((ouch50.OPTIONS[tag].name.replace("_", ""), at + 2, value.hex()))
        at += 2 + len(value)
    return places


def test_dissector_agrees_on_every_field_of_every_capture(shared: Path) -> None:
    kinds = []
    for truth in truth_files(shared):
        rows = dissected(truth)
        packets = packets_of(capture_of(shared, truth))
        assert len(rows) == len(packets), truth.name
        for row, (frame, packet) in zip(rows, packets, strict=True):
            assert row["frame"] == frame
            assert dissector_places(row) == reference_places(packet), truth.name
            kinds.append((packet.kind, packet.payload[:1]))
    assert sorted(kinds) == [(b"H", b""), (b"S", b"A"), (b"U", b"O")]


# From here on the native module speaks.


def test_native_wire_structs_show_the_bytes_of_the_dissector(shared: Path) -> None:
    dtypes = native_module().wire_dtypes()
    seen = 0
    for truth in truth_files(shared):
        for row, (_, packet) in zip(
            dissected(truth), packets_of(capture_of(shared, truth)), strict=True
        ):
            if packet.kind not in TABLES:
                continue
            direction = "inbound" if packet.kind == soupbintcp.UNSEQUENCED else "outbound"
            dtype = dtypes[f"ouch50_{direction}"][packet.payload[:1].decode()]
            fields = np.frombuffer(packet.payload[: dtype.itemsize], dtype=dtype)
            found = [(3 + dtype.fields[n][1], fields[n].tobytes().hex()) for n in dtype.names]
            truth_places = [(offset, raw) for _, offset, raw in dissector_places(row)]
            assert found == truth_places[2 : 2 + len(found)], truth.name
            seen += 1
    assert seen == 2


def test_native_decoder_reports_what_the_reference_reads(shared: Path) -> None:
    native = native_module()
    symbols = native.InstrumentSymbols()
    reports = []
    for truth in truth_files(shared):
        for _, packet in packets_of(capture_of(shared, truth)):
            if packet.kind != soupbintcp.SEQUENCED:
                continue
            verdict, found = native.decode_order_report("ouch50", packet.payload, symbols)
            expected = report_of_ouch50(packet.payload, ReportContext(Market()))
            assert verdict == "report"
            assert expected is not None
            assert {name: found[0][name] for name in expected} == expected
            reports.append((int(found[0]["client_order_id"]), int(found[0]["price_e9"])))
    assert reports == [(7682701, 477_780_000_000)]
