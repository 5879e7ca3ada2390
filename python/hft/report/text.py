"""The terminal's summary of a replay: blocks of aligned columns, each told in one short line.

Plain text without colours: it goes to files, mails and diffs as well as to terminals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hft import units
from hft.report import words
from hft.report.clock import session_midnight_ns
from hft.summary import BookDict, FeedDict, SummaryDict

BOOKS_SHOWN = 5
LEVELS_SHOWN = 5
GAPS_SHOWN = 5

Row = Sequence[str]


def render_text(summary: SummaryDict) -> str:
    """Return the summary of one replay for people, ending in a newline."""
    blocks = [
        _head(summary),
        _feeds(summary),
        _lines(summary),
        *(_message_types(feed) for feed in summary["feeds"]),
        _gaps(summary),
        _faults(summary),
        _books(summary),
        _speed(summary),
        _latency(summary),
        _digests(summary),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def render_info(summary: SummaryDict) -> str:
    """Return what a capture holds, without speed, latencies and books."""
    blocks = [_head(summary), _feeds(summary), _lines(summary), _gaps(summary), _faults(summary)]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def table(rows: Sequence[Row], text_columns: int = 1) -> list[str]:
    """Align rows in columns, the first `text_columns` to the left and the others to the right."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if k < text_columns else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(("  " + "  ".join(cells)).rstrip())
    return lines


def _head(summary: SummaryDict) -> list[str]:
    lines = []
    for file in summary["files"]:
        packets = f", {units.many(file['packets'], 'packet')}" if file["packets"] else ""
        size = units.byte_size(file["size_bytes"])
        lines.append(f"{file['path']}: {file['format']}, {size}{packets}")
        if file["note"]:
            lines.append(f"  note: {words.file_note(file)}")
    time, midnight_ns = summary["time"], session_midnight_ns(summary)
    first = time["first_receive_ns"] or time["first_event_ns"]
    last = time["last_receive_ns"] or time["last_event_ns"]
    span = units.duration(max(last - first, 0))
    lines.append(
        f"{units.time_of_day(first, midnight_ns)} to {units.time_of_day(last, midnight_ns)} "
        f"on the venue's clock ({span}); {words.ENDED_BY[summary['ended_by']]}."
    )
    return lines


def _feeds(summary: SummaryDict) -> list[str]:
    if not summary["feeds"]:
        return []
    rows: list[Row] = [
        ("feed", "date", "session", "messages", "records", "touch changes", "gaps", "missing")
    ]
    rows += [
        (
            feed["name"],
            feed["date"],
            feed["session"] or "–",
            units.count(feed["messages"]),
            units.count(feed["records"]),
            units.count(feed["touches"]),
            units.count(feed["gaps"]["count"]),
            units.count(feed["gaps"]["messages_missed"]),
        )
        for feed in summary["feeds"]
    ]
    return ["Feeds – what each venue sent, every message counted once", *table(rows, 3)]


def _lines(summary: SummaryDict) -> list[str]:
    rows: list[Row] = [
        ("feed", "line", "group", "packets", "used", "duplicate", "late", "heartbeats", "bad")
    ]
    rows += [
        (
            feed["name"],
            line["name"],
            f"{line['group']}:{line['port']}",
            units.count(line["packets"]),
            units.count(line["won"]),
            units.count(line["duplicates"]),
            units.count(line["late"]),
            units.count(line["heartbeats"]),
            units.count(line["malformed"]),
        )
        for feed in summary["feeds"]
        for line in feed["lines"]
    ]
    if len(rows) == 1:
        return []
    packets = summary["packets"]
    refused = "".join(
        f", {units.count(n)} {verdict.replace('_', ' ')}"
        for verdict, n in packets["refused"].items()
    )
    return [
        "Lines – venues send everything twice; the first copy of a packet is used",
        *table(rows, 3),
        f"  {units.count(packets['foreign'])} other packets belong to no feed{refused}.",
    ]


def _message_types(feed: FeedDict) -> list[str]:
    if not feed["messages_by_type"]:
        return []
    by_count = sorted(feed["messages_by_type"].items(), key=lambda item: (-item[1], item[0]))
    rows = [
        (
            letter,
            words.message_name(feed["protocol"], letter),
            units.count(n),
            units.percent(n, feed["messages"]),
        )
        for letter, n in by_count
    ]
    return [f"Messages of {feed['name']} by type", *table(rows, 2)]


def _gaps(summary: SummaryDict) -> list[str]:
    lines = []
    midnight_ns = session_midnight_ns(summary)
    for feed in summary["feeds"]:
        if feed["late_start_missed"]:
            lines.append(
                f"  {feed['name']}: starts in mid-session, "
                f"{units.many(feed['late_start_missed'], 'message')} before; "
                "all its books are suspect"
            )
        for gap in feed["gaps"]["list"][:GAPS_SHOWN]:
            at = units.time_of_day(gap["receive_time_ns"], midnight_ns, 6)
            lines.append(
                f"  {feed['name']}: {units.many(gap['count'], 'message')} from number "
                f"{units.count(gap['first_sequence_number'])}, {gap['cause']}, at {at}"
            )
        more = len(feed["gaps"]["list"]) - GAPS_SHOWN
        if more > 0:
            lines.append(f"  {feed['name']}: and {units.count(more)} more")
    if not lines:
        return ["Gaps – messages missing on all lines: none"] if summary["feeds"] else []
    return ["Gaps – messages missing on all lines; books may be wrong after one", *lines]


def _faults(summary: SummaryDict) -> list[str]:
    lines = []
    for feed in summary["feeds"]:
        name = feed["name"]
        lines += [f"  {name}: {_refusal(one['reason'], one['count'])}" for one in feed["faults"]]
        if feed["first_fault"] is not None:
            lines.append(f"    the first: {feed['first_fault']['text']}")
        for fault in feed["book"]["refused"] if feed["book"] is not None else []:
            lines.append(f"  {name}: {_refusal(fault['reason'], fault['count'])}")
            lines.append(f"    the first: {words.place(fault['first'])}")
    if not lines:
        return []
    return ["Refused – left out and counted; the books concerned are marked suspect", *lines]


def _refusal(reason: str, count: int) -> str:
    return f"{units.count(count)} {reason} ({words.reason(reason)})"


def _books(summary: SummaryDict) -> list[str]:
    lines = []
    for feed in summary["feeds"]:
        book = feed["book"]
        if book is not None:
            lines.append(
                f"  {feed['name']}: {units.many(book['orders'], 'live order')} on "
                f"{units.many(book['levels'], 'level')} of "
                f"{units.many(book['instruments'], 'instrument')}, "
                f"{units.count(book['suspect'])} suspect"
            )
    for one in summary["books"][:BOOKS_SHOWN]:
        lines += ["", *_book(one)]
    return ["Books at the end – the busiest ones with their best levels", *lines] if lines else []


def _book(book: BookDict) -> Iterator[str]:
    state = words.TRADING_STATES.get(book["trading_state"], book["trading_state"])
    suspect = ", suspect" if book["suspect"] else ""
    yield (
        f"  {book['symbol'] or book['instrument']} ({book['feed']}): "
        f"{units.many(book['messages'], 'message')}, state: {state}{suspect}"
    )
    rows: list[Row] = [("orders", "shares", "bid", "ask", "shares", "orders")]
    for k in range(min(LEVELS_SHOWN, max(len(book["bid"]), len(book["ask"])))):
        bid = _level(book["bid"], k)
        rows.append((*bid[::-1], *_level(book["ask"], k)))
    yield from (("  " + line) for line in table(rows, 0))


def _level(side: Sequence[Sequence[int]], k: int) -> tuple[str, str, str]:
    if k >= len(side):
        return "", "", ""
    price_e9, size, orders = side[k]
    return units.price(price_e9), units.count(size), units.count(orders)


def _speed(summary: SummaryDict) -> list[str]:
    measured = summary["measured"]
    lines = [
        "Speed – of this run on this machine",
        f"  {units.si(measured['messages_per_s'])} messages/s, "
        f"{units.byte_size(measured['bytes_per_s'])}/s, {measured['wall_s']:.2f} s in all, "
        f"{units.byte_size(measured['peak_memory_bytes'])} memory at the peak",
    ]
    pace = measured["pace"]
    if pace is not None:
        late = pace["lateness"]
        lines.append(
            f"  paced at {pace['factor']:g} times the capture's speed; lateness p50 "
            f"{units.duration(late['p50_ns'])}, p99 {units.duration(late['p99_ns'])}, "
            f"max {units.duration(late['max_ns'])}"
        )
    return lines


def _latency(summary: SummaryDict) -> list[str]:
    latency = summary["measured"]["latency"]
    if latency is None:
        return []
    rows: list[Row] = [("stage", "measured", "p50", "p90", "p99", "p99.9", "max")]
    for name, stage in latency["stages"].items():
        rows.append(
            (
                name.replace("_", " "),
                units.count(stage["count"]),
                units.duration(stage["p50_ns"]),
                units.duration(stage["p90_ns"]),
                units.duration(stage["p99_ns"]),
                units.duration(stage["p99_9_ns"]),
                units.duration(stage["max_ns"]),
            )
        )
    return [
        "Latency – time of each stage; p99: 99 of 100 were faster",
        *table(rows),
        f"  {latency['how']}",
    ]


def _digests(summary: SummaryDict) -> list[str]:
    digests = summary["digests"]
    return [
        "Digests – equal for everyone who replays the same capture",
        f"  records {digests['records']}  touches {digests['touches']}  books {digests['books']}",
    ]
