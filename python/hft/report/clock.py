"""Which midnight the times of a summary are told from."""

from __future__ import annotations

from hft import units
from hft.summary import SummaryDict


def session_midnight_ns(summary: SummaryDict) -> int:
    """Return 00:00 of the session date on the venue's clock, ns since the Unix epoch.

    Without a feed there is no venue: then the UTC day of the first packet.
    """
    for feed in summary["feeds"]:
        if feed["midnight_ns"]:
            return feed["midnight_ns"]
    day = 86_400 * units.NS_PER_SECOND
    return summary["time"]["first_receive_ns"] // day * day
