"""The HTML report and the text summary, from a made-up summary: no engine, no capture."""

from __future__ import annotations

import html.parser
import re
from typing import Any, cast

import numpy as np
import pytest

from hft.report.page import render_page
from hft.report.svg import Scale
from hft.report.text import render_text
from hft.report.time_axis import time_ticks
from hft.report.touch_series import TouchCollector
from hft.report.traffic import line_parts
from hft.summary import SummaryDict
from tests.py.sample_summary import MIDNIGHT_NS, OPEN_NS, sample_summary, sample_touches

TOUCH = np.dtype(
    [
        ("event_time_ns", "<u8"),
        ("instrument", "<u4"),
        ("bid_price_e9", "<i8"),
        ("ask_price_e9", "<i8"),
    ]
)
VOID = {"meta", "br"}


def summary_of(**changes: Any) -> SummaryDict:
    """The sample summary with top-level entries replaced."""
    return cast(SummaryDict, {**sample_summary(), **changes})


def touches_of(instrument: int, count: int = 0) -> np.ndarray[Any, np.dtype[np.void]]:
    """The sample's touches, or `count` simple ones, of one instrument."""
    sample = sample_touches()
    out = np.zeros(count or len(sample["time_ns"]), dtype=TOUCH)
    out["instrument"] = instrument
    if count:
        out["event_time_ns"] = np.arange(count) + OPEN_NS
        out["bid_price_e9"], out["ask_price_e9"] = 10**9, 2 * 10**9
    else:
        out["event_time_ns"] = sample["time_ns"]
        out["bid_price_e9"] = sample["bid_price_e9"]
        out["ask_price_e9"] = sample["ask_price_e9"]
    return out


class Tags(html.parser.HTMLParser):
    """Checks that every element that opens closes, in order, and notes what would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [
            value or "" for name, value in attrs if name in ("src", "href", "srcset", "data")
        ]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page() -> str:
    collector = TouchCollector()
    collector.add(touches_of(0))
    return render_page(summary_of(), collector)


def test_the_page_is_whole_and_fetches_nothing(page: str) -> None:
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert tags.fetched == []
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", page)
    assert len(page) < 600_000


def test_the_page_shows_every_part(page: str) -> None:
    for heading in (
        "Traffic over time",
        "Latency, stage by stage",
        "Gaps and line arbitration",
        "Messages by type",
        "The busiest books at the end",
        "The touch of AAPL",
        "Books, faults and digests",
    ):
        assert f"<h2>{heading}</h2>" in page
    for fact in ("3,382,000", "2 gaps, 54 messages missing", "a3f09c8e77120b5d", "8.05 M/s"):
        assert fact in page


def test_text_from_the_capture_cannot_become_markup() -> None:
    summary = summary_of()
    summary["files"][0]["path"] = "<script>alert(1)</script>.pcap"
    summary["books"][0]["symbol"] = '"><b>X'
    page = render_page(summary)
    assert "<script>alert" not in page
    assert '"><b>X' not in page


def test_an_almost_empty_replay_still_makes_a_page() -> None:
    summary = summary_of(feeds=[], books=[])
    summary["series"].update(packets=[], messages=[], bytes=[])
    summary["measured"]["latency"] = None
    page = render_page(summary)
    assert "Not measured in this run" in page
    assert "Traffic over time" not in page


def test_one_message_makes_a_page() -> None:
    summary = summary_of()
    summary["series"].update(packets=[1], messages=[1], bytes=[36])
    summary["books"] = summary["books"][:1]
    summary["books"][0]["ask"] = []
    summary["books"][0]["bid"] = [(10_000_000_000, 100, 1)]
    assert "depth of AAPL" in render_page(summary)


def test_the_text_names_counts_gaps_latencies_books_and_digests() -> None:
    text = render_text(summary_of())
    for fact in (
        "2,626,000",
        "add order",
        "47 messages from number 1,005,000",
        "12 unknown_order",
        "p99.9",
        "AAPL (xnas): 98,000 messages",
        "0123456789abcdef",
        "09:30:00.000 to 09:31:30.000",
    ):
        assert fact in text
    assert max(len(line) for line in text.splitlines()) < 160


def test_the_text_columns_are_aligned() -> None:
    block = render_text(summary_of()).split("\n\n")[1].splitlines()
    assert len({len(line) for line in block[1:]}) == 1


def test_what_a_line_missed_is_what_the_feed_had_without_it() -> None:
    line = sample_summary()["feeds"][0]["lines"][0]
    line.update(won=60, duplicates=30)
    assert [part[2] for part in line_parts(line, delivered=100)] == [60, 30, 10]


def test_the_collector_keeps_the_busiest_instrument_thinned_and_in_order() -> None:
    collector = TouchCollector()
    for start in range(0, 50_000, 1000):
        batch = touches_of(7, 1000)
        batch["event_time_ns"] = OPEN_NS + start + np.arange(1000)
        collector.add(batch)
    series = collector.series(7, "xnas", "AAPL")
    assert series is not None
    assert 2000 <= len(series.time_ns) <= 4096
    steps = np.diff(series.time_ns)
    assert (steps == steps[0]).all()  # evenly thinned, whatever the batches


def test_the_collector_follows_a_bounded_number_of_instruments() -> None:
    collector = TouchCollector()
    for instrument in range(100):
        collector.add(touches_of(instrument, 10 + instrument))
    assert collector.series(99, "xnas", "Z") is not None
    assert collector.series(0, "xnas", "A") is None


@pytest.mark.parametrize("span_ns", [40, 3_000, 70_000_000, 9 * 10**9, 23_400 * 10**9])
def test_time_ticks_are_few_round_and_inside(span_ns: int) -> None:
    ticks = time_ticks(OPEN_NS + 17, OPEN_NS + 17 + span_ns, MIDNIGHT_NS)
    assert 1 <= len(ticks) <= 9
    assert all(0 <= at <= span_ns for at in ticks)
    assert len(set(ticks.values())) == len(ticks)  # labels tell neighbours apart


def test_a_logarithmic_scale_maps_decades_evenly() -> None:
    scale = Scale(1, 1000, 0, 300, logarithmic=True)
    assert [scale(value) for value in (1, 10, 100, 1000)] == pytest.approx([0, 100, 200, 300])
    assert scale.ticks(0) == [1, 10, 100, 1000]
