"""pcap and pcapng files, and the UDP datagrams inside their frames: slow, whole file in memory."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ETHERNET, RAW_IP, LINUX_COOKED, IPV4, IPV6, LINUX_COOKED_2 = 1, 101, 113, 228, 229, 276
VLAN_TYPES = (0x8100, 0x88A8, 0x9100)  # 802.1Q, 802.1ad, the older QinQ
IPV6_EXTENSIONS = (0, 43, 60)  # hop-by-hop, routing, destination options: {next, length, ...}


class CaptureError(ValueError):
    """A file that is no capture this reader knows."""


@dataclass(frozen=True)
class Frame:
    """One captured packet, from the link layer on."""

    number: int  # from 1
    receive_time_ns: int  # since the Unix epoch
    link_type: int
    data: bytes
    original_length: int  # bytes on the wire; more than len(data) where the capture cut it


@dataclass(frozen=True)
class Datagram:
    """A UDP datagram; addresses are 4 or 16 bytes."""

    source: bytes
    source_port: int
    destination: bytes
    destination_port: int
    payload: bytes


def read_bytes(path: Path) -> bytes:
    """The file's bytes, unpacked where gzip's magic stands at the front."""
    data = path.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def read_frames(path: Path) -> Iterator[Frame]:
    """All whole packets of a capture; a cut-off last one is left out.

    Raises:
        CaptureError: neither pcap nor pcapng.
    """
    yield from frames_of(read_bytes(path))


def frames_of(data: bytes) -> Iterator[Frame]:
    """As `read_frames`, from bytes."""
    if data[:4] == b"\x0a\x0d\x0d\x0a":
        yield from _pcapng_frames(data)
        return
    magics = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}  # ns per fraction
    for order in ("<", ">"):
        if len(data) >= 24 and struct.unpack_from(order + "I", data)[0] in magics:
            scale = magics[struct.unpack_from(order + "I", data)[0]]
            yield from _pcap_frames(data, order, scale)
            return
    raise CaptureError("neither pcap nor pcapng magic at the front")


def _pcap_frames(data: bytes, order: str, scale: int) -> Iterator[Frame]:
    (link_type,) = struct.unpack_from(order + "I", data, 20)
    at, number = 24, 0
    while at + 16 <= len(data):
        seconds, fraction, captured, original = struct.unpack_from(order + "IIII", data, at)
        at += 16
        if at + captured > len(data):
            return
        number += 1
        time_ns = seconds * 10**9 + fraction * scale
        yield Frame(number, time_ns, link_type & 0xFFFF, data[at : at + captured], original)
        at += captured


@dataclass(frozen=True)
class _Interface:
    link_type: int
    units_per_second: int
    offset_s: int


def _pcapng_frames(data: bytes) -> Iterator[Frame]:
    order, at, number = "<", 0, 0
    interfaces: list[_Interface] = []
    while at + 12 <= len(data):
        if data[at : at + 4] == b"\x0a\x0d\x0d\x0a":  # a section names its byte order anew
            order = "<" if data[at + 8 : at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            interfaces = []
        kind, length = struct.unpack_from(order + "II", data, at)
        if length < 12 or at + length > len(data):
            return
        body = data[at + 8 : at + length - 4]
        at += length
        if kind == 1:
            interfaces.append(_interface(body, order))
        elif kind in (2, 6):  # the old packet block, and the enhanced one
            form = "HHIIII" if kind == 2 else "IIIII"
            index, *_, high, low, captured, original = struct.unpack_from(order + form, body)
            number += 1
            time_ns = _time_ns(interfaces[index], high << 32 | low)
            packet = body[20 : 20 + captured]
            yield Frame(number, time_ns, interfaces[index].link_type, packet, original)
        elif kind == 3:  # the simple one has no time stamp
            (original,) = struct.unpack_from(order + "I", body)
            number += 1
            yield Frame(number, 0, interfaces[0].link_type, body[4 : 4 + original], original)


def _interface(body: bytes, order: str) -> _Interface:
    (link_type,) = struct.unpack_from(order + "H", body)
    units, offset_s, at = 10**6, 0, 8
    while at + 4 <= len(body):
        code, length = struct.unpack_from(order + "HH", body, at)
        value = body[at + 4 : at + 4 + length]
        if code == 9:  # if_tsresol: the top bit chooses powers of 2 or of 10
            units = 2 ** (value[0] & 0x7F) if value[0] & 0x80 else 10 ** value[0]
        elif code == 14:  # if_tsoffset, seconds
            (offset_s,) = struct.unpack_from(order + "q", value)
        at += 4 + (length + 3) // 4 * 4
    return _Interface(link_type, units, offset_s)


def _time_ns(interface: _Interface, units: int) -> int:
    return interface.offset_s * 10**9 + units * 10**9 // interface.units_per_second


def datagram_of(frame: Frame) -> Datagram | None:
    """The UDP datagram of a frame; None for everything else, fragments and cut ones included."""
    network = _network_layer(frame)
    if network is None:
        return None
    ether_type, packet = network
    if ether_type == 0x0800:
        return _ipv4(packet)
    if ether_type == 0x86DD:
        return _ipv6(packet)
    return None


def _network_layer(frame: Frame) -> tuple[int, bytes] | None:
    data = frame.data
    if frame.link_type in (RAW_IP, IPV4, IPV6):
        version = data[0] >> 4 if data else 0
        return {4: 0x0800, 6: 0x86DD}.get(version, 0), data
    at = {ETHERNET: 12, LINUX_COOKED: 14, LINUX_COOKED_2: 0}.get(frame.link_type)
    if at is None or len(data) < at + 2:
        return None
    ether_type = int.from_bytes(data[at : at + 2], "big")
    at = 20 if frame.link_type == LINUX_COOKED_2 else at + 2
    while ether_type in VLAN_TYPES:
        if len(data) < at + 4:
            return None
        ether_type = int.from_bytes(data[at + 2 : at + 4], "big")
        at += 4
    return ether_type, data[at:]


def _ipv4(packet: bytes) -> Datagram | None:
    if len(packet) < 20 or packet[0] >> 4 != 4:
        return None
    header = (packet[0] & 15) * 4
    total = int.from_bytes(packet[2:4], "big")
    more_or_offset = int.from_bytes(packet[6:8], "big") & 0x3FFF
    if header < 20 or total < header or more_or_offset != 0 or packet[9] != 17:
        return None
    if total > len(packet):
        return None
    return _udp(packet[12:16], packet[16:20], packet[header:total])


def _ipv6(packet: bytes) -> Datagram | None:
    if len(packet) < 40 or packet[0] >> 4 != 6:
        return None
    end = 40 + int.from_bytes(packet[4:6], "big")
    if end > len(packet):
        return None
    protocol, at = packet[6], 40
    while protocol in IPV6_EXTENSIONS:
        if at + 8 > end:
            return None
        protocol, at = packet[at], at + 8 * (packet[at + 1] + 1)
    if protocol != 17 or at > end:
        return None
    return _udp(packet[8:24], packet[24:40], packet[at:end])


def _udp(source: bytes, destination: bytes, segment: bytes) -> Datagram | None:
    if len(segment) < 8:
        return None
    source_port, destination_port, length = struct.unpack_from(">HHH", segment)
    if length < 8 or length > len(segment):
        return None
    return Datagram(source, source_port, destination, destination_port, segment[8:length])


def tcp_payload_of(frame: Frame) -> bytes | None:
    """What a TCP segment over IPv4 carries; None for everything else, fragments included."""
    network = _network_layer(frame)
    if network is None or network[0] != 0x0800:
        return None
    packet = network[1]
    header, total = (packet[0] & 15) * 4, int.from_bytes(packet[2:4], "big")
    fragment = int.from_bytes(packet[6:8], "big") & 0x3FFF
    if packet[9] != 6 or fragment != 0 or total > len(packet):
        return None
    segment = packet[header:total]
    return segment[(segment[12] >> 4) * 4 :]
