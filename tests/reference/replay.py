"""From the bytes of a file to the records of a feed, the feed's own events among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.reference import capture_reader, itch50, moldudp64, records
from tests.reference.records import Context, Flag, Kind, Row, StatusAction


def feed_event(
    action: StatusAction, context: Context, *, sequence_number: int = 0, count: int = 0,
    session: bytes = b"",
) -> Row:  # fmt: skip
    """A status record that no message carried: of the whole feed, at the time of receipt."""
    return {
        "kind": Kind.STATUS,
        "action": action,
        "event_time_ns": context.receive_time_ns,
        "receive_time_ns": context.receive_time_ns,
        "instrument": records.INSTRUMENT_ALL,
        "sequence_number": sequence_number & 0xFFFFFFFF,
        "sequence_number_high": sequence_number >> 32,
        "symbol": session[:8],
        "count": count,
        "venue": context.venue,
        "channel": context.channel,
        "flags": Flag.LAST,
    }


def message_rows(message: bytes, context: Context) -> list[Row]:
    """A message's records; one that cannot be decoded is missing to the books, which is a gap."""
    try:
        return records.rows_of(message, context)
    except itch50.DecodeError:
        number = context.sequence_number
        return [feed_event(StatusAction.GAP, context, sequence_number=number, count=1)]


def raw_file_rows(data: bytes, context: Context) -> list[Row]:
    """The records of a file of length-prefixed messages, numbered from 1.

    An empty block ends the session, whatever stands behind it; a block that is cut off is missing.
    """
    rows = [feed_event(StatusAction.SESSION_START, context)]
    at, number = 0, 1
    while at < len(data):
        here = replace(context, sequence_number=number)
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end == at + 2 and at + 2 <= len(data):
            return [*rows, feed_event(StatusAction.SESSION_END, here, sequence_number=number)]
        if end > len(data) or at + 2 > len(data):
            return [*rows, feed_event(StatusAction.GAP, here, sequence_number=number, count=1)]
        rows += message_rows(data[at + 2 : end], here)
        at, number = end, number + 1
    return rows


Packets = list[tuple[int, moldudp64.Packet]]  # receive_time_ns and packet, as they arrived


def packets_of(capture: bytes, belongs: Callable[[capture_reader.Datagram], bool]) -> Packets:
    """The packets of one feed's lines in a capture."""
    out = []
    for frame in capture_reader.frames_of(capture):
        datagram = capture_reader.datagram_of(frame)
        if datagram is not None and belongs(datagram):
            out.append((frame.receive_time_ns, moldudp64.decode(datagram.payload)))
    return out


def feed_rows(packets: Packets, context: Context) -> list[Row]:
    """The records of one feed, all its sessions after each other.

    `context.midnight_ns` holds for all of them. Times of gaps and session ends are 0: when an
    arbiter gives up waiting is its own affair.
    """
    rows: list[Row] = []
    for session in moldudp64.arbitrate(packets):
        rows += _session_rows(session, context)
    return rows


def _session_rows(session: moldudp64.Session, context: Context) -> list[Row]:
    first = session.first_sequence_number
    started = replace(context, receive_time_ns=session.start_time_ns)
    untimed = replace(context, receive_time_ns=0)
    rows = [feed_event(StatusAction.SESSION_START, started, session=session.name)]
    if first > 1:
        late = feed_event(StatusAction.LATE_START, started, sequence_number=1, count=first - 1)
        rows.append(late)
    for item in session.in_sequence():
        number = item.sequence_number
        if isinstance(item, moldudp64.Gap):
            gap = feed_event(StatusAction.GAP, untimed, sequence_number=number, count=item.count)
            rows.append(gap)
        else:
            here = replace(context, receive_time_ns=item.receive_time_ns, sequence_number=number)
            rows += message_rows(item.message, here)
    if session.ended:
        end = session.end_sequence_number
        name = session.name
        rows.append(
            feed_event(StatusAction.SESSION_END, untimed, sequence_number=end, session=name)
        )
    return rows
