"""Bad input, through the real command: each message says what, where, and what to do.

The cases are those a user meets: files that are not what they seem, damage, venues that break
their own rules, limits, and outputs that cannot be written. Exit code 1 where a fault was found or
the job could not be done, 2 where it was asked for wrongly; never a traceback.
"""

from __future__ import annotations

import resource
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.py.commands import (
    LINE_B,
    MIDNIGHT_NS,
    OPEN_NS,
    SESSION,
    Session,
    add,
    executed,
    good_session,
    message,
    opening,
    run_hft,
)
from tests.reference import packets

DAY_NS = 86_400 * 10**9
Arguments = list[str | Path]


@dataclass(frozen=True)
class Case:
    """One way to be wrong.

    Attributes:
        name: As the issue names it.
        make: Makes the files in a folder and returns the arguments of `hft replay`.
        code: The exit code that must come.
        says: What stderr must contain: what is wrong, where, what to do.
    """

    name: str
    make: Callable[[Path], Arguments]
    code: int
    says: tuple[str, ...]


def _written(folder: Path, session: Session) -> Arguments:
    return [session.write(folder / "day.pcap")]


def _bytes(folder: Path, data: bytes, name: str = "day.pcap") -> Arguments:
    (folder / name).write_bytes(data)
    return [folder / name]


def no_such_file(folder: Path) -> Arguments:
    return [folder / "missing.pcap"]


def not_a_capture(folder: Path) -> Arguments:
    return _bytes(folder, b"This is a letter to a friend, and no capture.\n" * 10)


def empty_file(folder: Path) -> Arguments:
    return _bytes(folder, b"")


def cut_off(folder: Path) -> Arguments:
    return _bytes(folder, packets.pcap(good_session().frames)[:-17])


def unknown_link_type(folder: Path) -> Arguments:
    return _bytes(folder, packets.pcap(good_session().frames, link_type=147))


def no_packets_of_the_feed(folder: Path) -> Arguments:
    return [*_written(folder, good_session()), "--feed", "xpsx"]


def only_foreign_traffic(folder: Path) -> Arguments:
    return _written(folder, Session().send([], payload=b"hello, nobody here speaks ITCH"))


def block_beyond_the_packet(folder: Path) -> Arguments:
    session = good_session()
    payload = packets.mold(SESSION, session.sequence_number, [add(20)])
    damaged = payload[:20] + struct.pack(">H", 500) + payload[22:]
    return _written(folder, session.send([], payload=damaged))


def packet_beyond_the_file(folder: Path) -> Arguments:
    data = packets.pcap(good_session().frames)
    return _bytes(folder, data[:32] + struct.pack("<II", 1 << 30, 1 << 30) + data[40:])


def unknown_message_type(folder: Path) -> Arguments:
    return _written(folder, good_session().send([b"z" + bytes(18)]).send([add(30)]))


def wrong_message_size(folder: Path) -> Arguments:
    return _written(folder, good_session().send([add(20) + b"!!"]).send([add(30)]))


def sequence_jump_backwards(folder: Path) -> Arguments:
    session = Session(sequence_number=1_000_000)  # so far back is no reordering
    return _written(folder, session.send(opening()).send([add(9)]).send([add(5)], number=3))


def gap_on_all_lines(folder: Path) -> Arguments:
    session = good_session().send([add(20)])
    session.sequence_number += 5
    for order_id in range(30, 130):
        session.send([add(order_id)], at_ns=session.frames[-1][0] + 10**8)
    return _written(folder, session)


def impossible_event_time(folder: Path) -> Arguments:
    late = message(b"D", DAY_NS + 5, order_reference_number=4)
    return _written(folder, good_session().send([late]).send([add(30)]))


def impossible_event_time_behind_a_gap(folder: Path) -> Arguments:
    """The packet with it was held, and leaves when another one is at hand."""
    session = good_session()
    session.sequence_number += 5
    session.send([message(b"D", DAY_NS + 5, order_reference_number=4)])
    for order_id in range(30, 400):
        session.send([add(order_id)], at_ns=session.frames[-1][0] + 3 * 10**4)
    return _written(folder, session)


def gap_in_the_second_file(folder: Path) -> Arguments:
    first = good_session()
    second = Session(sequence_number=first.sequence_number + 5, frames=[])
    second.send([add(20)], at_ns=first.frames[-1][0] + 10**8)
    return [*_written(folder, first), second.write(folder / "later.pcap")]


def no_moldudp64_packet(folder: Path) -> Arguments:
    return _written(folder, good_session().send([], payload=b"short"))


def capture_time_backwards(folder: Path) -> Arguments:
    return _written(folder, good_session().send([add(20)], at_ns=MIDNIGHT_NS + OPEN_NS - 10**12))


def order_added_twice(folder: Path) -> Arguments:
    return _written(folder, good_session().send([add(3)]))


def execution_larger_than_the_order(folder: Path) -> Arguments:
    return _written(folder, good_session().send([executed(5, 101)]))


def price_of_zero(folder: Path) -> Arguments:
    return _written(folder, good_session().send([add(20, price=0)]))


def absurd_price(folder: Path) -> Arguments:
    return _written(folder, good_session().send([add(20, price=0xFFFFFFFF)]))


def symbol_not_in_the_capture(folder: Path) -> Arguments:
    return [*_written(folder, good_session()), "--instrument", "MSFT"]


def symbol_table_missing(folder: Path) -> Arguments:
    session = Session().send([message(b"D", order_reference_number=7)])
    return [*_written(folder, session), "--instrument", "AAPL"]


def more_instruments_than_configured(folder: Path) -> Arguments:
    far = message(
        b"A", locate=9, order_reference_number=70, buy_sell_indicator=b"B", shares=1, price=10_000
    )
    return [*_written(folder, good_session().send([far])), "--max-instruments", "4"]


def more_orders_than_configured(folder: Path) -> Arguments:
    session = good_session()
    session.send([add(order_id) for order_id in range(100, 130)])
    return [*_written(folder, session), "--max-orders", "16"]


def output_exists(folder: Path) -> Arguments:
    (folder / "out.npy").write_text("precious")
    return [*_written(folder, good_session()), "--records", folder / "out.npy"]


def output_folder_missing(folder: Path) -> Arguments:
    return [*_written(folder, good_session()), "--touch", folder / "nowhere" / "out.npy"]


def unknown_output_format(folder: Path) -> Arguments:
    return [*_written(folder, good_session()), "--records", folder / "out.docx"]


def output_is_the_input(folder: Path) -> Arguments:
    source = good_session().write(folder / "day.npy")
    return [source, "--records", source, "--force"]


def bad_date(folder: Path) -> Arguments:
    return [*_written(folder, good_session()), "--date", "2024-02-31"]


def bad_time(folder: Path) -> Arguments:
    return [*_written(folder, good_session()), "--from", "half past nine"]


def bad_pace(folder: Path) -> Arguments:
    return [*_written(folder, good_session()), "--pace", "fast"]


def unknown_option(folder: Path) -> Arguments:
    return [*_written(folder, good_session()), "--colour"]


CASES = [
    Case("no such file", no_such_file, 1, ("missing.pcap", "o such file", ";")),
    Case("not a capture", not_a_capture, 1, ("day.pcap", "not a capture", ";")),
    Case("empty file", empty_file, 1, ("day.pcap", "empty", ";")),
    Case(
        "cut off in the middle", cut_off, 1, ("day.pcap", "packet 12", "offset", "too early", ";")
    ),
    Case("unknown link type", unknown_link_type, 1, ("day.pcap", "link type 147", ";")),
    Case(
        "zero packets of the feed", no_packets_of_the_feed, 1, ("day.pcap", "feed asked for", ";")
    ),
    Case(
        "only foreign traffic", only_foreign_traffic, 1, ("day.pcap", "none of its 1 packets", ";")
    ),
    Case(
        "length field beyond the packet",
        block_beyond_the_packet,
        1,
        ("day.pcap", "packet 13", "offset", "500", ";"),
    ),
    Case(
        "packet length beyond the file",
        packet_beyond_the_file,
        1,
        ("day.pcap", "packet 1", "offset 24", "1073741824", ";"),
    ),
    Case(
        "unknown message type",
        unknown_message_type,
        1,
        ("day.pcap", "packet 13", "offset", "'z'", ";"),
    ),
    Case("wrong message size", wrong_message_size, 1, ("day.pcap", "packet 13", "38", "36", ";")),
    Case(
        "sequence jump backwards",
        sequence_jump_backwards,
        1,
        (
            "line A: ",
            "day.pcap, packet 3, offset 300, message 3: the sequence number jumped backwards",
            ";",
        ),
    ),
    Case(
        "gap on all lines",
        gap_on_all_lines,
        1,
        (
            "day.pcap, packet 14, offset 1,604, message 22: 1 gap, 5 messages missing on all lines",
            ";",
        ),
    ),
    Case(
        "gap in the second file",
        gap_in_the_second_file,
        1,
        (
            "later.pcap, packet 1, offset 24, message 21: 1 gap, 5 messages missing on all lines",
            ";",
        ),
    ),
    Case(
        "no MoldUDP64 packet",
        no_moldudp64_packet,
        1,
        ("line A: ", "day.pcap, packet 13, offset 1,488: no MoldUDP64 packet", ";"),
    ),
    Case(
        "impossible event time",
        impossible_event_time,
        1,
        ("day.pcap, packet 13, offset 1,488, message 16: an impossible time", "2024-03-01", ";"),
    ),
    Case(
        "impossible event time behind a gap",
        impossible_event_time_behind_a_gap,
        1,
        ("day.pcap, packet 13, offset 1,488, message 21: an impossible time", ";"),
    ),
    Case(
        "capture time backwards",
        capture_time_backwards,
        1,
        (
            "line A: ",
            "day.pcap, packet 13, offset 1,488, message 16: the capture's time jumped back",
            ";",
        ),
    ),
    Case("order added twice", order_added_twice, 1, ("packet 13", "duplicate_order", "twice", ";")),
    Case(
        "execution larger than the order",
        execution_larger_than_the_order,
        1,
        ("packet 13", "oversized", ";"),
    ),
    Case("price of zero", price_of_zero, 1, ("packet 13", "bad_price", ";")),
    Case("absurd price", absurd_price, 1, ("packet 13", "bad_price", ";")),
    Case("symbol not in the capture", symbol_not_in_the_capture, 1, ("MSFT", ";")),
    Case("symbol table missing", symbol_table_missing, 1, ("AAPL", ";")),
    Case(
        "more instruments than configured",
        more_instruments_than_configured,
        1,
        ("packet 13", "bad_instrument", "--max-instruments"),
    ),
    Case(
        "more orders than configured",
        more_orders_than_configured,
        1,
        ("packet 13", "full", "--max-orders"),
    ),
    Case("output file exists", output_exists, 1, ("out.npy", "exists", "--force")),
    Case("output folder missing", output_folder_missing, 1, ("out.npy", "folder", ";")),
    Case("unknown output format", unknown_output_format, 2, ("out.docx", ".parquet")),
    Case("output is the input", output_is_the_input, 2, ("day.npy", "same file")),
    Case("bad date", bad_date, 2, ("2024-02-31", "date")),
    Case("bad time", bad_time, 2, ("half past nine",)),
    Case("bad pace", bad_pace, 2, ("fast", "1x")),
    Case("unknown option", unknown_option, 2, ("--colour",)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_message_says_what_where_and_what_to_do(case: Case, tmp_path: Path) -> None:
    result = run_hft("replay", *case.make(tmp_path))

    assert "Traceback" not in result.err
    missing = [words for words in case.says if words not in result.err]
    assert not missing, result.err
    assert result.code == case.code, result.err


def test_two_sessions_in_one_file_are_told_apart(tmp_path: Path) -> None:
    first = good_session()
    second = Session(name=b"000000002A", frames=first.frames)
    second.send(opening()).send([add(1)]).send([executed(1, 100)])

    result = run_hft("replay", *_written(tmp_path, second))

    assert "2 sessions" in result.err
    assert "duplicate_order" not in result.err  # order 1 of the second session is another order
    assert result.code == 0, result.err


def test_a_late_start_is_told_and_is_no_fault(tmp_path: Path) -> None:
    session = Session(sequence_number=1000).send([add(20)]).send([executed(7, 100)])

    result = run_hft("replay", *_written(tmp_path, session))

    assert "999 messages" in result.out
    assert "unknown_order" in result.out
    assert result.code == 0, result.err


def test_a_loss_on_one_line_only_is_no_fault(tmp_path: Path) -> None:
    session = good_session()
    both = Session(frames=[])
    for k, (at_ns, frame) in enumerate(session.frames):
        if k != 4:
            both.frames.append((at_ns, frame))
        payload = frame[42:]  # Ethernet, IPv4 and UDP headers
        both.frames.append((at_ns + 1000, packets.frame(payload, LINE_B)))

    result = run_hft("replay", *_written(tmp_path, both))

    assert result.code == 0, result.err
    assert result.err == ""


def _limit_file_size() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))


@pytest.mark.parametrize("suffix", [".npy", ".parquet", ".dbn"])
def test_no_room_for_the_output(suffix: str, tmp_path: Path) -> None:
    session = good_session()
    for first in range(100, 8100, 20):
        session.send(
            [add(order_id, price=10_000 + order_id * 37) for order_id in range(first, first + 20)]
        )
    source = session.write(tmp_path / "day.pcap")
    if suffix != ".npy":
        pytest.importorskip({".parquet": "pyarrow", ".dbn": "databento_dbn"}[suffix])
    target = tmp_path / f"out{suffix}"

    result = run_hft("replay", source, "--records", target, preexec=_limit_file_size)

    assert result.code == 1, result.err
    assert str(target) in result.err
    assert "writing failed" in result.err
    assert "free some space" in result.err
    assert "Traceback" not in result.err
    assert [path.name for path in tmp_path.iterdir()] == [
        "day.pcap"
    ]  # nothing half-written is left


def test_force_replaces_an_output(tmp_path: Path) -> None:
    source = good_session().write(tmp_path / "day.pcap")
    target = tmp_path / "out.npy"
    target.write_text("old")

    result = run_hft("replay", source, "--records", target, "--force")

    assert result.code == 0, result.err
    assert target.read_bytes().startswith(b"\x93NUMPY")
