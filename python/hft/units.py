"""Numbers as people read them: counts, rates, durations, prices and times of day.

One place for it, so that the terminal, the HTML report and the documentation agree. For display
only: nothing here is ever parsed back.
"""

from __future__ import annotations

PRICE_NULL = 2**63 - 1  # no price, as in cpp/hft/record/record.hpp
NS_PER_SECOND = 1_000_000_000

_SI = ((1e9, "G"), (1e6, "M"), (1e3, "k"))
_BYTES = ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))
_DURATIONS = ((NS_PER_SECOND, "s"), (1_000_000, "ms"), (1_000, "µs"))


def count(value: int) -> str:
    """Write a count with separators: ``1234567`` is ``1,234,567``."""
    return f"{value:,}"


def many(number: int, noun: str) -> str:
    """Write a count with its noun: ``1 gap``, ``2 gaps``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def si(value: float) -> str:
    """Write a magnitude in three digits: ``1234567`` is ``1.23 M``."""
    for scale, suffix in _SI:
        if abs(value) >= scale:
            return f"{_three_digits(value / scale)} {suffix}"
    return _three_digits(value)


def byte_size(value: float) -> str:
    """Write a size in bytes with a binary prefix: ``1536`` is ``1.5 KiB``."""
    for scale, suffix in _BYTES:
        if value >= scale:
            return f"{_three_digits(value / scale)} {suffix}"
    return f"{value:.0f} B"


def duration(value_ns: float) -> str:
    """Write nanoseconds in the unit that suits them: ``1500`` is ``1.5 µs``."""
    if value_ns >= 3600 * NS_PER_SECOND:
        minutes = round(value_ns / (60 * NS_PER_SECOND))
        return f"{minutes // 60} h {minutes % 60:02d} min"
    if value_ns >= 120 * NS_PER_SECOND:
        seconds = round(value_ns / NS_PER_SECOND)
        return f"{seconds // 60} min {seconds % 60:02d} s"
    for scale, suffix in _DURATIONS:
        if value_ns >= scale:
            return f"{_three_digits(value_ns / scale)} {suffix}"
    return f"{value_ns:.0f} ns"


def price(price_e9: int) -> str:
    """Write a price in the quote currency, at least two decimals, none lost; ``–`` for none."""
    if price_e9 == PRICE_NULL:
        return "–"
    whole, rest = divmod(abs(price_e9), 10**9)
    decimals = f"{rest:09d}".rstrip("0").ljust(2, "0")
    return f"{'-' if price_e9 < 0 else ''}{whole:,}.{decimals}"


def percent(part: float, whole: float) -> str:
    """Write a share of a whole; ``–`` when the whole is nothing."""
    if whole <= 0:
        return "–"
    share = 100 * part / whole
    return f"{share:.1f} %" if share >= 0.05 or part == 0 else "< 0.1 %"


def time_of_day(time_ns: int, midnight_ns: int, decimals: int = 3) -> str:
    """Write a time as ``HH:MM:SS.mmm`` on the venue's clock.

    Args:
        time_ns: Nanoseconds since the Unix epoch.
        midnight_ns: 00:00 of the session date in the venue's time zone, same unit.
        decimals: Digits behind the second, 0 to 9.
    """
    since = time_ns - midnight_ns
    seconds, rest = divmod(since, NS_PER_SECOND)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return text + (f".{rest:09d}"[: decimals + 1] if decimals else "")


def _three_digits(value: float) -> str:
    decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
