"""MoldUDP64 packets, and line arbitration done the slow way: by looking at everything first.

A live arbiter must decide with a window; this one sorts the finished capture, so it needs none, and
whatever a window-based arbiter hands on must equal it as long as the window was wide enough.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

HEADER_SIZE = 20  # session 10, sequence number 8, message count 2
END_OF_SESSION = 0xFFFF


class FramingError(ValueError):
    """A payload that is not one whole MoldUDP64 packet."""


@dataclass(frozen=True)
class Packet:
    """A downstream packet; `count` as on the wire (0 heartbeat, 0xFFFF end of session)."""

    session: bytes
    sequence_number: int  # of the first message; of heartbeats: the next expected
    count: int
    messages: tuple[bytes, ...]


def split_blocks(data: bytes, limit: int | None = None) -> tuple[list[bytes], int]:
    """Walks length-prefixed blocks: the messages, and how many bytes they took.

    Raises:
        FramingError: a block reaches past the end of `data`.
    """
    messages: list[bytes] = []
    at = 0
    while at < len(data) if limit is None else len(messages) < limit:
        if at + 2 > len(data):
            raise FramingError(f"block {len(messages)} at offset {at} has no whole length field")
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data):
            raise FramingError(f"block {len(messages)} at offset {at} reaches past the end")
        messages.append(data[at + 2 : end])
        at = end
    return messages, at


def decode(payload: bytes) -> Packet:
    """Reads one UDP payload.

    Raises:
        FramingError: shorter than the header, or the blocks do not fill the payload exactly.
    """
    if len(payload) < HEADER_SIZE:
        raise FramingError(f"{len(payload)} bytes are no MoldUDP64 header")
    session = payload[:10]
    sequence_number = int.from_bytes(payload[10:18], "big")
    count = int.from_bytes(payload[18:20], "big")
    blocks = 0 if count == END_OF_SESSION else count
    messages, used = split_blocks(payload[HEADER_SIZE:], blocks)
    if used != len(payload) - HEADER_SIZE:
        raise FramingError(f"{len(payload) - HEADER_SIZE - used} bytes behind the last block")
    return Packet(session, sequence_number, count, tuple(messages))


@dataclass(frozen=True)
class Arrived:
    """A message that was handed on, with the time of its first copy."""

    sequence_number: int
    receive_time_ns: int
    message: bytes


@dataclass(frozen=True)
class Gap:
    """Messages missing on all lines."""

    sequence_number: int  # the first one missing
    count: int


@dataclass
class Session:
    """All that one session of one feed brought."""

    name: bytes
    start_time_ns: int  # of the first packet
    first_sequence_number: int
    end_sequence_number: int  # one behind the last message that was told of, also by heartbeats
    ended: bool = False
    messages: dict[int, Arrived] = field(default_factory=dict)

    def in_sequence(self) -> list[Arrived | Gap]:
        """Messages and gaps in the order of sequence numbers."""
        out: list[Arrived | Gap] = []
        number = self.first_sequence_number
        while number < self.end_sequence_number:
            if number in self.messages:
                out.append(self.messages[number])
                number += 1
                continue
            missing_from = number
            while number < self.end_sequence_number and number not in self.messages:
                number += 1
            out.append(Gap(missing_from, number - missing_from))
        return out


def arbitrate(packets: Iterable[tuple[int, Packet]]) -> list[Session]:
    """Joins the lines of one feed: the first copy of each message wins.

    Args:
        packets: (receive_time_ns, packet) in order of arrival, all lines mixed.

    Returns:
        The sessions in order of appearance. A message below the first packet's number, or of a
        session that another one has followed, is too late and left out.
    """
    sessions: list[Session] = []
    for receive_time_ns, packet in packets:
        if not sessions or sessions[-1].name != packet.session:
            if any(session.name == packet.session for session in sessions):
                continue
            first = packet.sequence_number
            sessions.append(Session(packet.session, receive_time_ns, first, first))
        session = sessions[-1]
        session.ended = session.ended or packet.count == END_OF_SESSION
        for i, message in enumerate(packet.messages):
            number = packet.sequence_number + i
            if number >= session.first_sequence_number:
                arrived = Arrived(number, receive_time_ns, message)
                session.messages.setdefault(number, arrived)
        told = packet.sequence_number + len(packet.messages)
        session.end_sequence_number = max(session.end_sequence_number, told)
    return sessions
