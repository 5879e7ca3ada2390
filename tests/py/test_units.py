"""Numbers as people read them."""

from __future__ import annotations

import pytest

from hft import units


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (999, "999"), (1_000, "1 k"), (12_345, "12.3 k"), (8_052_380, "8.05 M")],
)
def test_si(value: float, text: str) -> None:
    assert units.si(value) == text


@pytest.mark.parametrize(
    ("value_ns", "text"),
    [
        (38.4, "38 ns"),
        (1_500, "1.5 µs"),
        (2_000_000, "2 ms"),
        (90 * 10**9, "90 s"),
        (125 * 10**9, "2 min 05 s"),
        (6.5 * 3600 * 10**9, "6 h 30 min"),
    ],
)
def test_duration(value_ns: float, text: str) -> None:
    assert units.duration(value_ns) == text


@pytest.mark.parametrize(
    ("price_e9", "text"),
    [
        (98_500_000_000, "98.50"),
        (1_234_567_800_000, "1,234.5678"),
        (100_000, "0.0001"),
        (-1_500_000_000, "-1.50"),
        (units.PRICE_NULL, "–"),
    ],
)
def test_price_keeps_every_digit(price_e9: int, text: str) -> None:
    assert units.price(price_e9) == text


def test_percent_never_hides_something_as_nothing() -> None:
    assert units.percent(0, 10) == "0.0 %"
    assert units.percent(1, 1_000_000) == "< 0.1 %"
    assert units.percent(1, 0) == "–"


def test_time_of_day() -> None:
    midnight_ns = 1_412_308_800 * 10**9
    at_ns = midnight_ns + 34_200 * 10**9 + 123_456_789
    assert units.time_of_day(at_ns, midnight_ns) == "09:30:00.123"
    assert units.time_of_day(at_ns, midnight_ns, 9) == "09:30:00.123456789"
    assert units.time_of_day(at_ns, midnight_ns, 0) == "09:30:00"


def test_byte_size() -> None:
    assert units.byte_size(1536) == "1.5 KiB"
    assert units.byte_size(512_000_000) == "488 MiB"
