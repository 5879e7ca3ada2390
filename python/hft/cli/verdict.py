"""When is a replay's result not the whole truth? Then the command exits with 1 and says why."""

from __future__ import annotations

from hft import units
from hft.report import words
from hft.summary import FeedDict, SummaryDict

# Refusals that follow from messages not seen: no faults of their own where some are missing.
_CONSEQUENCES = frozenset({"unknown_order"})


def faults_of(summary: SummaryDict) -> list[str]:
    """Return one sentence for each fault: where, what, what to do; empty when all is well."""
    faults = [f"{file['path']}: {file['note']}" for file in summary["files"] if file["note"]]
    for feed in summary["feeds"]:
        faults += _gaps(feed)
        faults += _refused(feed)
    return faults


def _gaps(feed: FeedDict) -> list[str]:
    gaps = feed["gaps"]
    if gaps["count"] == 0:
        return []
    first = words.place(gaps["list"][0]["place"])
    return [
        f"{feed['name']}: {units.count(gaps['messages_missed'])} messages are missing on all lines "
        f"in {units.count(gaps['count'])} gaps, the first before {first}; "
        "add the capture of the other line, or take these books as suspect"
    ]


def _refused(feed: FeedDict) -> list[str]:
    missing = feed["late_start_missed"] > 0 or feed["gaps"]["count"] > 0
    refused = feed["book"]["refused"] if feed["book"] is not None else []
    return [
        f"{feed['name']}: {words.place(fault['first'])}: {fault['reason']}: "
        f"{words.reason(fault['reason'])} ({units.count(fault['count'])} in all); "
        f"{words.remedy(fault['reason'])}"
        for fault in [*feed["faults"], *refused]
        if not (missing and fault["reason"] in _CONSEQUENCES)
    ]
