"""SoupBinTCP 3.00: the packets of a byte stream, split, read and made."""

from __future__ import annotations

from typing import NamedTuple

HEADER_SIZE = 3  # length 2 (of what follows it), type 1

DEBUG = b"+"
LOGIN_ACCEPTED, LOGIN_REJECTED, SEQUENCED, SERVER_HEARTBEAT, END_OF_SESSION = (
    b"A", b"J", b"S", b"H", b"Z",
)  # fmt: skip
LOGIN_REQUEST, UNSEQUENCED, CLIENT_HEARTBEAT, LOGOUT_REQUEST = b"L", b"U", b"R", b"O"

# (name, offset in the payload, length) of the packets that have fields of their own.
FIELDS: dict[bytes, tuple[tuple[str, int, int], ...]] = {
    LOGIN_ACCEPTED: (("session", 0, 10), ("sequence_number", 10, 20)),
    LOGIN_REJECTED: (("reject_reason_code", 0, 1),),
    LOGIN_REQUEST: (
        ("username", 0, 6),
        ("password", 6, 10),
        ("requested_session", 16, 10),
        ("requested_sequence_number", 26, 20),
    ),
}


class Packet(NamedTuple):
    """One logical packet."""

    kind: bytes
    payload: bytes


def split(stream: bytes) -> tuple[list[Packet], bytes]:
    """The whole packets at the front of a stream, and the bytes of one that is not whole yet.

    Raises:
        ValueError: a length of 0, which leaves no room for a type.
    """
    packets = []
    while len(stream) >= 2:
        length = int.from_bytes(stream[:2], "big")
        if length == 0:
            raise ValueError("a packet without a type")
        if len(stream) < 2 + length:
            break
        packets.append(Packet(stream[2:3], stream[3 : 2 + length]))
        stream = stream[2 + length :]
    return packets, stream


def packet(kind: bytes, payload: bytes = b"") -> bytes:
    """The bytes of one packet."""
    return (1 + len(payload)).to_bytes(2, "big") + kind + payload


def fields(found: Packet) -> dict[str, bytes]:
    """The fields of a login packet, padding kept; of others none."""
    return {
        name: found.payload[offset : offset + length]
        for name, offset, length in FIELDS.get(found.kind, ())
    }


def login_request(
    username: bytes, password: bytes, session: bytes = b"", sequence_number: int = 1
) -> bytes:
    """A client's first packet; names are padded on the right, the number on the left."""
    payload = username.ljust(6) + password.ljust(10) + session.rjust(10)
    return packet(LOGIN_REQUEST, payload + b"%20d" % sequence_number)


def login_accepted(session: bytes, sequence_number: int) -> bytes:
    """The server's answer to a good login; both fields are padded on the left."""
    return packet(LOGIN_ACCEPTED, session.rjust(10) + b"%20d" % sequence_number)
