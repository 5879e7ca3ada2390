"""What a replay found: the shape of `hft replay --json`, and `Summary` around it.

The dictionary is made in C++ (cpp/hft/py/summary_dict.cpp). Two runs give equal dictionaries, but
for ``measured``, which holds all that depends on the machine and the moment.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Literal, TypedDict

Level = tuple[int, int, int]
"""A level of a book: ``price_e9``, size in shares or contracts, count of orders."""


class Place(TypedDict):
    """Where in the input something was found."""

    file: str
    packet: int  # from 1; 0 in a raw file, which has none
    offset: int  # of the packet's record header or of the message, bytes in the uncompressed file
    sequence_number: int  # of the message, or of the packet's first; 0 where there is none


class Fault(TypedDict):
    """Something refused, how often, and where first."""

    reason: str
    count: int
    first: Place


class FileDict(TypedDict):
    """One input file."""

    path: str
    format: str
    size_bytes: int
    packets: int
    bytes: int
    note: str  # a sentence where the file is cut off or damaged, else ""


class TimeSpan(TypedDict):
    """The first and last times seen, ns since the Unix epoch; 0 where none was seen."""

    first_receive_ns: int
    last_receive_ns: int
    first_event_ns: int
    last_event_ns: int


class PacketCounts(TypedDict):
    """Packets by what became of them."""

    total: int
    bytes: int
    of_feeds: int
    foreign: int
    refused: dict[str, int]


class Totals(TypedDict):
    """Counts over all feeds."""

    messages: int
    records: int
    touches: int
    gaps: int
    messages_missed: int
    refused: int


class LineDict(TypedDict):
    """One of the identical copies of a channel."""

    name: str
    group: str
    port: int
    packets: int
    bytes: int  # of payload
    won: int  # packets that brought a message first
    held: int  # had to wait; counted under won or duplicates as well
    duplicates: int
    late: int
    heartbeats: int
    malformed: int
    sequence_backwards: int
    old_session: int
    time_backwards: int
    first_malformed: Place | None
    first_sequence_backwards: Place | None
    first_time_backwards: Place | None
    first_time_ns: int
    last_time_ns: int


class ReasonCount(TypedDict):
    """Messages not decoded, by reason."""

    reason: str
    count: int


class FirstFault(TypedDict):
    """The first message that was not decoded."""

    reason: str
    place: Place
    text: str


class Gap(TypedDict):
    """Messages that did not reach the books."""

    receive_time_ns: int
    first_sequence_number: int
    count: int
    cause: Literal["lost", "undecodable"]
    place: Place  # of the first packet behind lost messages; of the first undecodable one itself


class Gaps(TypedDict):
    """Messages lost on all lines; the list, which has the undecodable too, is cut at 1024."""

    count: int
    messages_missed: int
    list: list[Gap]


class InstrumentCounts(TypedDict):
    """Instruments whose symbol is known, and those with messages."""

    named: int
    active: int


class BookSetDict(TypedDict):
    """The books of one feed at the end."""

    kind: str
    orders: int
    levels: int
    instruments: int
    suspect: int
    refused: list[Fault]
    digest: str


class FeedDict(TypedDict):
    """One protocol stream of one venue."""

    name: str
    venue: str
    index: int
    protocol: str
    date: str
    midnight_ns: int  # 00:00 of the date in the venue's time zone, ns since the Unix epoch
    session: str
    messages: int
    messages_by_type: dict[str, int]
    records: int
    touches: int
    first_sequence_number: int
    next_sequence_number: int
    late_start_missed: int
    lines: list[LineDict]
    counters: dict[str, int]
    faults: list[ReasonCount]
    first_fault: FirstFault | None
    first_time_out_of_day: Place | None
    gaps: Gaps
    instruments: InstrumentCounts
    book: BookSetDict | None


class BookDict(TypedDict):
    """One of the busiest books, as it stood at the end."""

    feed: str
    instrument: int
    symbol: str
    messages: int
    touches: int
    trading_state: str
    suspect: bool
    bid: list[Level]
    ask: list[Level]


class Series(TypedDict):
    """Counts in time bins of equal width, empty ones included."""

    clock: Literal["receive", "event"]
    start_ns: int
    bin_ns: int
    packets: list[int]
    messages: list[int]
    bytes: list[int]
    peak_1ms_messages: int


class Digests(TypedDict):
    """Sixteen hexadecimal digits each: equal inputs give equal digests on any machine."""

    records: str
    touches: str
    books: str


class Output(TypedDict):
    """A file or ring that was written."""

    path: str
    count: int


class Outputs(TypedDict):
    """What was written where; None where it was not asked for."""

    records: Output | None
    touch: Output | None
    ring: Output | None


class LatencyDict(TypedDict):
    """A distribution of times, ns; ``histogram`` holds upper bounds and counts, ascending."""

    count: int
    min_ns: float
    p50_ns: float
    p90_ns: float
    p99_ns: float
    p99_9_ns: float
    max_ns: float
    histogram: list[tuple[float, int]]


class Latency(TypedDict):
    """Where the time goes, stage by stage."""

    how: str
    stages: dict[str, LatencyDict]


class Pace(TypedDict):
    """How well a paced replay kept the capture's own clock."""

    factor: float
    lateness: LatencyDict


class Measured(TypedDict):
    """All that differs from run to run."""

    wall_s: float
    messages_per_s: float
    bytes_per_s: float
    peak_memory_bytes: int
    latency: Latency | None
    pace: Pace | None


class SummaryDict(TypedDict):
    """The whole summary."""

    format: str
    version: str
    ended_by: Literal["end", "stopped", "to_time", "damaged"]
    files: list[FileDict]
    time: TimeSpan
    packets: PacketCounts
    totals: Totals
    feeds: list[FeedDict]
    books: list[BookDict]
    series: Series
    digests: Digests
    outputs: Outputs
    measured: Measured


@dataclasses.dataclass(frozen=True, slots=True)
class Summary:
    """A replay's result.

    Attributes:
        data: The dictionary that `hft replay --json` prints.
    """

    data: SummaryDict

    @property
    def messages(self) -> int:
        """Messages of all feeds, each counted once."""
        return self.data["totals"]["messages"]

    @property
    def gaps(self) -> int:
        """Gaps of all feeds."""
        return self.data["totals"]["gaps"]

    @property
    def digests(self) -> Digests:
        """The digests of records, touches and final books."""
        return self.data["digests"]

    def as_dict(self) -> SummaryDict:
        """Return the dictionary, ready for ``json.dumps``."""
        return self.data

    def without_measured(self) -> dict[str, Any]:
        """Return what must be equal in two runs over the same input."""
        return {key: value for key, value in self.data.items() if key != "measured"}
