"""What the feed handler promises: a capture of two lost, late and doubled lines gives the records
of the session as if nothing had happened, and a gap for what neither line brought.

The reference sorts the finished capture and so needs no window; the native arbiter must come to the
same from one pass, as long as its window covers the disorder, which these captures make sure of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.strategies import messages
from tests.native_replay import assert_same, of_venue, replayed, settled
from tests.reference import packets, records
from tests.reference import replay as reference
from tests.reference.records import Context, Venue

SESSION_DATE = date(2014, 10, 3)
OPEN = datetime.combine(SESSION_DATE, datetime.min.time(), packets.NEW_YORK) + timedelta(hours=9)
OPEN_NS = int(OPEN.timestamp()) * 10**9
STEP_NS = 10_000  # between packets; disorder spans a few of them, the arbiter waits 10 ms


@dataclass(frozen=True)
class Feed:
    """A feed of these captures: its session's last letter is its venue's."""

    venue: Venue
    session: bytes
    group: int  # last byte of the multicast group

    def path(self, line: int, shape: dict[str, Any]) -> packets.Path:
        """How line 0 or 1 travels: two groups, or one group by two switches."""
        apart = 0 if shape["same_group"] else line
        network = (bytes([233, 54, 12]), bytes([233, 49, 196]))[apart]
        prefix = bytes.fromhex("ff3e") + bytes(10) if shape["ipv6"] else b""
        return packets.Path(
            destination=prefix + network + bytes([self.group]),
            source=bytes([10, 0, 0, 1 + apart]),
            source_mac=bytes([2, 0, 0, 0, 0, 1 + line]),
            vlans=shape["vlans"],
            padding=shape["padding"],
        )


XNAS = Feed(Venue.XNAS, b"000006814B", 111)
XBOS = Feed(Venue.XBOS, b"000006814D", 40)
SHAPES = st.fixed_dictionaries(
    {
        "ipv6": st.booleans(),
        "same_group": st.booleans(),
        "vlans": st.sampled_from(((), (141,), (7, 141))),
        "padding": st.sampled_from((0, 6)),
    }
)


@st.composite
def line_packets(draw: st.DrawFn, session: bytes) -> list[tuple[int, int, bytes]]:
    """(time in steps, line, payload) of one session on two lines, lossy and out of order."""
    number = draw(st.sampled_from((1, 1, 2, 1000, 2**32 - 3)))
    out = []
    for step in range(draw(st.integers(1, 12))):
        batch = draw(st.lists(messages(), min_size=1, max_size=3))
        payload = packets.mold(session, number, batch)
        number += len(batch)
        for line in (0, 1):
            # The first packet of all opens the session: were it late, its messages would be lost.
            copies = 1 if step == 0 else draw(st.sampled_from((1, 1, 1, 1, 0, 0, 2)))
            for _ in range(copies):
                delay = 0 if step == 0 else draw(st.sampled_from((0, 0, 0, 1, 2, 5)))
                out.append((step + delay, line, payload))
        if draw(st.integers(0, 5)) == 0:
            out.append((step, draw(st.integers(0, 1)), packets.mold(session, number, [])))
    if draw(st.booleans()):
        end = packets.mold(session, number, [], count=0xFFFF)
        out += [(30, 0, end), (31, 1, end), (32, 0, end)]
    return out


@st.composite
def captures(draw: st.DrawFn) -> list[packets.Stamped]:
    """Frames of one or two feeds, in one or two sessions each, foreign traffic between them."""
    timed: list[tuple[int, bytes]] = []
    for feed in draw(st.sampled_from(((XNAS,), (XNAS, XBOS)))):
        shape = draw(SHAPES)
        names = draw(st.sampled_from(((feed.session,), (feed.session, b"0000068150"))))
        for i, name in enumerate(names[: 2 if feed is XNAS else 1]):
            session = name[:9] + feed.session[9:]
            for step, line, payload in draw(line_packets(session)):
                time = 100 * i + step
                timed.append((time, packets.frame(payload, feed.path(line, shape))))
            # A packet of the first session that comes when the second has begun is too late.
            if i == 1 and draw(st.booleans()):
                timed.append((time + 1, timed[0][1]))
    foreign = st.tuples(st.integers(0, 140), st.sampled_from(FOREIGN))
    timed += draw(st.lists(foreign, max_size=4))
    timed.sort(key=lambda pair: pair[0])  # stable: packets of one step keep their order
    return [(OPEN_NS + i * STEP_NS, data) for i, (_, data) in enumerate(timed)]


NOISE = packets.Path(destination=bytes([224, 0, 17, 49]), destination_port=55531)
FOREIGN = [
    packets.frame(b"\x01QEUO 0026372901  AB" + bytes(40), NOISE),
    packets.frame(b"", NOISE),
    packets.ethernet(packets.ip(b"\x20" * 30, NOISE, protocol=103), NOISE),
    packets.ethernet(packets.ip(b"fragment", NOISE, fragment=0x2000), NOISE),
    packets.ethernet(bytes(28), NOISE, ether_type=0x0806),
    packets.ethernet(bytes(36), NOISE, ether_type=0x0027),  # 802.3: the type field is a length
]

Writer = Callable[[list[packets.Stamped]], bytes]
FILES: dict[str, tuple[str, Writer]] = {
    "pcap ns": (".pcap", packets.pcap),
    "pcap ns big-endian": (".pcap", lambda f: packets.pcap(f, order=">")),
    "pcap us": (".pcap", lambda f: packets.pcap(f, nanoseconds=False)),
    "pcapng ns": (".pcapng", packets.pcapng),
    "pcapng us big-endian": (".pcapng", lambda f: packets.pcapng(f, resolution=6, order=">")),
}


def expected_of(capture: bytes, feed: Feed, feed_index: int) -> records.Array:
    found = reference.packets_of(capture, lambda d: d.payload[9:10] == feed.session[9:])
    context = Context(
        midnight_ns=packets.midnight_ns(SESSION_DATE), venue=feed.venue, feed_index=feed_index
    )
    return records.pack(reference.feed_rows(found, context))


def index_of(found: records.Array) -> int:
    """The feed's index, which depends on which feed came first; 0 where no record says."""
    own = found["instrument"][found["instrument"] != records.INSTRUMENT_ALL]
    return int(own[0]) >> 16 if len(own) else 0


@given(frames=captures(), name=st.sampled_from(sorted(FILES)))
@settings(max_examples=150)
def test_replay_equals_the_sorted_capture(frames: list[packets.Stamped], name: str) -> None:
    suffix, write = FILES[name]
    capture = write(frames)
    found = replayed(capture, suffix=suffix)
    for feed in (XNAS, XBOS):
        own = of_venue(found, feed.venue)
        expected = expected_of(capture, feed, index_of(own))
        assert_same(settled(own), settled(expected))
