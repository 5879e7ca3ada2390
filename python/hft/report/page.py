"""The HTML report: one file that opens anywhere, with nothing to fetch.

The template holds words and layout, the modules beside it the drawings; here they come together.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from hft import units
from hft.report import books, latency, traffic, words
from hft.report.clock import session_midnight_ns
from hft.report.touch_series import TouchCollector
from hft.summary import SummaryDict

BOOKS_DRAWN = 6


def render_page(summary: SummaryDict, touches: TouchCollector | None = None) -> str:
    """Return the report of one replay as an HTML page.

    Args:
        summary: What ``hft replay --json`` prints; shape in ``hft/summary.py``.
        touches: Touches collected during the replay, for the chart of the busiest instrument.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(units=units, words=words, midnight_ns=session_midnight_ns(summary))
    template = environment.get_template("page.html.j2")
    return template.render(summary=summary, s=summary, **_drawings(summary, touches))


def _drawings(summary: SummaryDict, touches: TouchCollector | None) -> dict[str, Any]:
    midnight_ns = session_midnight_ns(summary)
    series, feeds = summary["series"], summary["feeds"]
    drawn: dict[str, Any] = {"rates": [], "latency": None, "gap_strip": None, "touch": None}
    if any(series["messages"]):
        drawn["rates"] = [
            ("messages", Markup(traffic.rate_chart(series, "messages", midnight_ns))),
            ("bytes", Markup(traffic.rate_chart(series, "bytes", midnight_ns))),
        ]
    measured = summary["measured"]["latency"]
    if measured is not None and any(stage["count"] for stage in measured["stages"].values()):
        drawn["latency"] = Markup(latency.latency_chart(measured["stages"]))
    if any(feed["gaps"]["list"] for feed in feeds):
        drawn["gap_strip"] = Markup(traffic.gap_strip(feeds, series, midnight_ns))
    drawn["bars"] = [Markup(traffic.arbitration_bars(feed)) for feed in feeds]
    drawn["depth"] = [
        (book, Markup(books.depth_chart(book)))
        for book in summary["books"]
        if book["bid"] or book["ask"]
    ][:BOOKS_DRAWN]
    drawn["touch"] = _touch(summary, touches, midnight_ns)
    return drawn


def _touch(
    summary: SummaryDict, touches: TouchCollector | None, midnight_ns: int
) -> tuple[str, Markup] | None:
    if touches is None:
        return None
    for book in sorted(summary["books"], key=lambda book: -book["touches"]):
        series = touches.series(book["instrument"], book["feed"], book["symbol"])
        if series is not None:
            return series.symbol, Markup(books.touch_chart(series, midnight_ns))
    return None
