"""Times as people give them: a time of day on the venue's clock, or an instant."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

import numpy as np

from hft._native import midnight_ns
from hft.errors import UsageError

TimeLike = str | int | dt.datetime | np.datetime64
"""``"09:30"`` to ``"09:30:00.123456789"``: on the venue's clock, of the session date;
``"2014-10-03T09:30"``: on the venue's clock; ISO 8601 with a zone, an aware ``datetime``,
``datetime64`` (UTC) or an ``int`` of ns since the Unix epoch: an instant."""

_NS = 1_000_000_000
_TIME_OF_DAY = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?")
_NAIVE = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](.+)")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class TimeBounds(NamedTuple):
    """A span of time; a bound that was not given is 0."""

    start_ns: int
    stop_ns: int
    since_midnight: bool  # of the session date on the venue's clock, else of the Unix epoch


def time_bounds(start: TimeLike | None, stop: TimeLike | None) -> TimeBounds:
    """Read two bounds.

    Raises:
        UsageError: One is no time, or they are of different sorts.
    """
    read = [None if bound is None else _read(bound) for bound in (start, stop)]
    sorts = {bound[1] for bound in read if bound is not None}
    if len(sorts) > 1:
        raise UsageError(
            f"times {start} and {stop}: one is a time of day and one an instant; give both alike"
        )
    start_ns, stop_ns = (0 if bound is None else bound[0] for bound in read)
    if stop is not None and stop_ns <= start_ns:
        raise UsageError(f"times {start} and {stop}: nothing lies between them; swap them")
    return TimeBounds(start_ns, stop_ns, sorts == {True})


def _read(bound: TimeLike) -> tuple[int, bool]:
    """Return ns, and whether they count from midnight."""
    if isinstance(bound, str):
        return _read_text(bound)
    if isinstance(bound, np.datetime64):
        return int(bound.astype("datetime64[ns]").astype(np.int64)), False
    if isinstance(bound, dt.datetime):
        if bound.tzinfo is None:
            raise UsageError(f"time {bound}: it has no time zone; give tzinfo, or a text")
        return (bound - _EPOCH) // dt.timedelta(microseconds=1) * 1000, False
    return int(bound), False


def _read_text(text: str) -> tuple[int, bool]:
    if (time_of_day := _time_of_day(text)) is not None:
        return time_of_day, True
    if (parts := _NAIVE.fullmatch(text)) and (rest := _time_of_day(parts[2])) is not None:
        return midnight_ns(parts[1]) + rest, False
    try:
        return _read(dt.datetime.fromisoformat(text))
    except ValueError as error:
        raise UsageError(
            f"time {text!r}: not a time; write it as 09:30:00 or 2014-10-03T09:30:00"
        ) from error


def _time_of_day(text: str) -> int | None:
    match = _TIME_OF_DAY.fullmatch(text)
    if match is None or int(match[1]) > 24 or int(match[2]) > 59 or int(match[3] or 0) > 59:
        return None
    seconds = int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)
    return seconds * _NS + int((match[4] or "").ljust(9, "0"))
