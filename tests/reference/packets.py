"""Builds captures byte by byte, for every test that needs one: messages up to whole files."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")


def midnight_ns(session_date: date) -> int:
    """00:00 in New York of that date, ns since the Unix epoch."""
    return int(datetime.combine(session_date, time(), NEW_YORK).timestamp()) * 10**9


def blocks(messages: Iterable[bytes]) -> bytes:
    """Length-prefixed messages: the body of a raw file and of a MoldUDP64 packet alike."""
    return b"".join(len(message).to_bytes(2, "big") + message for message in messages)


def mold(
    session: bytes, sequence_number: int, messages: Sequence[bytes], count: int | None = None
) -> bytes:
    """A MoldUDP64 downstream packet; `count` overrides the number of messages in the header."""
    stated = len(messages) if count is None else count
    header = session.ljust(10)[:10] + struct.pack(">QH", sequence_number, stated)
    return header + blocks(messages)


@dataclass(frozen=True)
class Path:
    """How a datagram travels: addresses, ports and what wraps it."""

    destination: bytes = bytes([233, 54, 12, 111])  # 4 bytes or, for IPv6, 16
    destination_port: int = 26477
    source: bytes = bytes([10, 0, 0, 1])
    source_port: int = 40000
    vlans: tuple[int, ...] = ()  # tags, outermost first; two of them are QinQ
    source_mac: bytes = b"\x02\x00\x00\x00\x00\x01"
    ipv4_options: bytes = b""  # a multiple of 4 bytes
    ipv6_extensions: int = 0  # how many empty destination-option headers stand before UDP
    padding: int = 0  # bytes behind the IP packet, as Ethernet adds to short ones


def udp(payload: bytes, path: Path) -> bytes:
    """A UDP header (checksum 0: not computed) and its payload."""
    return (
        struct.pack(">HHHH", path.source_port, path.destination_port, 8 + len(payload), 0) + payload
    )


def checksum(data: bytes) -> int:
    """The Internet checksum of a header of even length."""
    total: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def ip(payload: bytes, path: Path, *, protocol: int = 17, fragment: int = 0) -> bytes:
    """An IPv4 or IPv6 packet, by the length of the destination address."""
    segment = udp(payload, path) if protocol == 17 else payload
    if len(path.destination) == 16:
        chain, next_header = b"", protocol
        for _ in range(path.ipv6_extensions):
            chain = bytes([next_header, 0, 1, 4, 0, 0, 0, 0]) + chain
            next_header = 60
        head = struct.pack(">IHBB", 6 << 28, len(chain) + len(segment), next_header, 64)
        return head + path.source.rjust(16, b"\0") + path.destination + chain + segment
    words = 5 + len(path.ipv4_options) // 4
    head = struct.pack(
        ">BBHHHBBH4s4s",
        0x40 | words, 0, 4 * words + len(segment), 1, fragment, 64, protocol, 0,
        path.source, path.destination,
    )  # fmt: skip
    head += path.ipv4_options
    return head[:10] + checksum(head).to_bytes(2, "big") + head[12:] + segment


def ethernet(packet: bytes, path: Path, ether_type: int | None = None) -> bytes:
    """The Ethernet frame around an IP packet, VLAN tags included."""
    if ether_type is None:
        ether_type = 0x86DD if len(path.destination) == 16 else 0x0800
    tags = b""
    for i, vlan in enumerate(path.vlans):
        outer = i == 0 and len(path.vlans) > 1
        tags += struct.pack(">HH", 0x88A8 if outer else 0x8100, vlan)
    mac = b"\x01\x00\x5e" + path.destination[-3:]
    return (
        mac + path.source_mac + tags + struct.pack(">H", ether_type) + packet + bytes(path.padding)
    )


def frame(payload: bytes, path: Path) -> bytes:
    """A UDP payload all the way to an Ethernet frame."""
    return ethernet(ip(payload, path), path)


Stamped = tuple[int, bytes]  # receive_time_ns, bytes from the link layer on


def pcap(
    frames: Iterable[Stamped], *, nanoseconds: bool = True, order: str = "<", link_type: int = 1
) -> bytes:
    """A pcap file; `order` is struct's "<" or ">"."""
    magic, scale = (0xA1B23C4D, 1) if nanoseconds else (0xA1B2C3D4, 1000)
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link_type)]
    for time_ns, data in frames:
        seconds, rest = divmod(time_ns, 10**9)
        out.append(struct.pack(order + "IIII", seconds, rest // scale, len(data), len(data)))
        out.append(data)
    return b"".join(out)


def _block(kind: int, body: bytes, order: str) -> bytes:
    body += bytes(-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def pcapng(
    frames: Iterable[Stamped], *, resolution: int = 9, order: str = "<", link_type: int = 1
) -> bytes:
    """A pcapng file of one section and one interface with stamps of 10^-resolution seconds."""
    option = struct.pack(order + "HHB3xHH", 9, 1, resolution, 0, 0)
    out = [
        _block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order),
        _block(1, struct.pack(order + "HHI", link_type, 0, 0) + option, order),
    ]
    for time_ns, data in frames:
        units = time_ns * 10**resolution // 10**9
        head = struct.pack(
            order + "IIIII", 0, units >> 32, units & 0xFFFFFFFF, len(data), len(data)
        )
        out.append(_block(6, head + data, order))
    return b"".join(out)
