"""When is a replay's result not the whole truth? Then the command exits with 1 and says why."""

from __future__ import annotations

from hft import units
from hft.report import words
from hft.summary import FeedDict, LineDict, Place, SummaryDict

# Refusals that follow from messages not seen: no faults of their own where some are missing. A
# replace of an unknown order leaves the order behind it without a side.
_CONSEQUENCES = frozenset({"unknown_order", "bad_side"})


def faults_of(summary: SummaryDict) -> list[str]:
    """Return one sentence for each fault: where, what, what to do; empty when all is well."""
    faults = [
        f"{file['path']}: {words.file_note(file)}" for file in summary["files"] if file["note"]
    ]
    for feed in summary["feeds"]:
        for line in feed["lines"]:
            faults += _line_faults(f"{feed['name']} line {line['name']}", line)
        faults += _gap_faults(feed)
        faults += _refusals(feed)
    return faults


def notes_of(summary: SummaryDict) -> list[str]:
    """Return what is worth knowing and no fault, one sentence each."""
    return [
        f"{feed['name']}: {feed['counters']['sessions']} sessions in the input; "
        "books were emptied between them"
        for feed in summary["feeds"]
        if feed["counters"].get("sessions", 1) > 1
    ]


def _line_faults(where: str, line: LineDict) -> list[str]:
    faults = []
    if line["malformed"]:
        faults.append(
            f"{_at(where, line['first_malformed'])}: no MoldUDP64 packet "
            f"({units.count(line['malformed'])} in all); "
            "look whether another protocol shares the line"
        )
    if line["sequence_backwards"]:
        faults.append(
            f"{_at(where, line['first_sequence_backwards'])}: the sequence number jumped "
            f"backwards, left out ({units.count(line['sequence_backwards'])} in all); "
            "look whether two captures were put into one file"
        )
    if line["time_backwards"]:
        faults.append(
            f"{_at(where, line['first_time_backwards'])}: the capture's time jumped back "
            f"({units.count(line['time_backwards'])} in all); "
            "sort the capture by time, for example with reordercap"
        )
    return faults


def _gap_faults(feed: FeedDict) -> list[str]:
    gaps = feed["gaps"]
    if gaps["count"] == 0:
        return []
    total = (
        f"{units.many(gaps['count'], 'gap')}, "
        f"{units.many(gaps['messages_missed'], 'message')} missing on all lines"
    )
    # The list is cut: what could not be decoded may fill it before the first gap.
    first = next((gap for gap in gaps["list"] if gap["cause"] == "lost"), None)
    if first is not None:
        total += f", the first number {units.count(first['first_sequence_number'])}"
    return [
        f"{_at(feed['name'], first['place'] if first is not None else None)}: {total}; "
        "add the capture of the other line, or take these books as suspect"
    ]


def _refusals(feed: FeedDict) -> list[str]:
    faults = []
    if feed["first_fault"] is not None:
        count = sum(fault["count"] for fault in feed["faults"])
        faults.append(
            f"{feed['first_fault']['place']['file']}: {feed['first_fault']['text']} "
            f"({units.count(count)} such messages in all); {words.remedy('')}"
        )
    out_of_day = feed["counters"].get("times_out_of_day", 0)
    if out_of_day:
        faults.append(
            f"{_at(feed['name'], feed['first_time_out_of_day'])}: an impossible time, "
            f"not on {feed['date']} ({units.many(out_of_day, 'message')} in all); "
            "check --date, or capture or copy the file anew"
        )
    missing = feed["late_start_missed"] > 0 or feed["gaps"]["count"] > 0
    faults += [
        f"{_at(feed['name'], fault['first'])}: {fault['reason']}: "
        f"{words.reason(fault['reason'])} ({units.count(fault['count'])} in all); "
        f"{words.remedy(fault['reason'])}"
        for fault in (feed["book"]["refused"] if feed["book"] is not None else [])
        if not (missing and fault["reason"] in _CONSEQUENCES)
    ]
    return faults


def _at(who: str, place: Place | None) -> str:
    return who if place is None else f"{who}: {words.place(place)}"
