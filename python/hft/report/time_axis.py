"""Ticks of a time axis on the venue's clock, from nanoseconds to hours.

The one axis on which round numbers are not decimal: 15 s, 5 min and 1 h are round, 20 min less so.
"""

from __future__ import annotations

from hft import units
from hft.report.svg import round_ticks

_S = units.NS_PER_SECOND
_STEPS: tuple[int, ...] = (
    *(factor * 10**power for power in range(9) for factor in (1, 2, 5)),
    *(s * _S for s in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)),
    86_400 * _S,
)


def time_ticks(first_ns: int, last_ns: int, midnight_ns: int, about: int = 8) -> dict[float, str]:
    """Return round times between two times and their labels, keyed by ns since `first_ns`.

    Offsets and not epoch times, because a float holds those to the nanosecond.
    """
    low, high = first_ns - midnight_ns, last_ns - midnight_ns
    values = [int(value) for value in round_ticks(low, high, about, _STEPS)]
    step = values[1] - values[0] if len(values) > 1 else _S
    decimals = 0 if step % _S == 0 else 3 if step % 1_000_000 == 0 else 6 if step % 1000 == 0 else 9
    return {
        float(value - low): _label(value, midnight_ns, decimals, step % (60 * _S) == 0)
        for value in values
    }


def _label(since_midnight_ns: int, midnight_ns: int, decimals: int, whole_minutes: bool) -> str:
    text = units.time_of_day(midnight_ns + since_midnight_ns, midnight_ns, decimals)
    return text[:5] if whole_minutes else text
