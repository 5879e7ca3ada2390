"""Drawings of what came in: rates over time, which line brought it, and the gaps.

Numbers are reduced to what the eye can tell apart before they are drawn, so the page stays small
whatever the capture's length.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from hft import units
from hft.report.hover import with_hover
from hft.report.svg import LEFT, RIGHT, WIDTH, Canvas, Scale, stairs
from hft.report.time_axis import time_ticks
from hft.summary import FeedDict, LineDict, Series

MOST_COLUMNS = 480  # of a chart over time: about two pixels each


def rate_chart(
    series: Series, name: Literal["packets", "messages", "bytes"], midnight_ns: int
) -> str:
    """Draw one rate over the capture's time.

    Args:
        series: The summary's ``series``.
        name: Which of its lists; also what the reader sees.
        midnight_ns: 00:00 of the session date on the venue's clock.
    """
    values = np.asarray(series[name], dtype=np.float64)
    group = max(1, -(-len(values) // MOST_COLUMNS))
    starts = np.arange(0, len(values), group)
    widths = np.minimum(starts + group, len(values)) - starts
    step_ns = series["bin_ns"] * group
    rates = np.add.reduceat(values, starts) / (widths * series["bin_ns"] / 1e9)
    edges = [*(float(start * series["bin_ns"]) for start in starts)]
    edges.append(float(len(values) * series["bin_ns"]))
    height, bottom = 190, 158
    x = Scale(0, edges[-1], LEFT, WIDTH - RIGHT)
    y = Scale(0, max(float(rates.max()), 1) * 1.06, bottom, 10)
    canvas = Canvas(WIDTH, height, f"{name} per second over time")
    canvas.axis_y(y, LEFT, WIDTH - RIGHT, units.si)
    ticks = time_ticks(series["start_ns"], series["start_ns"] + int(edges[-1]), midnight_ns)
    canvas.axis_x(x, 10, bottom, ticks)
    outline = stairs(edges, [float(r) for r in rates], x, y)
    canvas.path([(x(0), bottom), *outline, (x(edges[-1]), bottom)], "area", close=True)
    canvas.path(outline, "stroke")
    first_ns = series["start_ns"] - midnight_ns
    decimals = 0 if step_ns % units.NS_PER_SECOND == 0 else 3 if step_ns >= 1_000_000 else 6
    labels = [
        f"{units.time_of_day(first_ns + int(edge), 0, decimals)}: {units.si(float(rate))} {name}/s"
        for edge, rate in zip(edges, rates, strict=False)
    ]
    return with_hover(canvas, [x(edge) for edge in edges], labels)


def arbitration_bars(feed: FeedDict) -> str:
    """Draw each line of a feed as one bar: packets used, duplicate, and missed by this line."""
    delivered = sum(line["won"] for line in feed["lines"])
    widest = max((line["packets"] for line in feed["lines"]), default=0)
    x = Scale(0, max(delivered, widest, 1), 216, WIDTH)
    canvas = Canvas(WIDTH, 34 * len(feed["lines"]) + 6, f"lines of {feed['name']}")
    for k, line in enumerate(feed["lines"]):
        y = 34 * k + 4
        canvas.text(0, y + 18, f"line {line['name']}", "name")
        canvas.text(56, y + 18, f"{line['group']}:{line['port']}", "tick")
        at = 0.0
        for style, what, n in line_parts(line, delivered):
            title = f"line {line['name']}: {units.count(n)} packets {what}"
            canvas.rect(x(at), y, x(at + n) - x(at), 24, style, title)
            at += n
    return canvas.render()


def line_parts(line: LineDict, delivered: int) -> list[tuple[str, str, int]]:
    """Split what became of a feed's packets on one line: (style, words, packets).

    Args:
        line: One of the summary's lines.
        delivered: Different packets that the feed took from all its lines.
    """
    used, duplicate = line["won"], line["duplicates"]
    missed = max(0, delivered - used - duplicate)
    return [
        ("used", "came first here and were used", used),
        ("duplicate", "came second and were dropped", duplicate),
        ("missed", "never came on this line", missed),
    ]


def gap_strip(feeds: Sequence[FeedDict], series: Series, midnight_ns: int) -> str:
    """Draw when gaps were given up, one row a feed."""
    span = max(len(series["messages"]) * series["bin_ns"], 1)
    start, height = series["start_ns"], 30 * len(feeds)
    x = Scale(0, span, LEFT, WIDTH - RIGHT)
    canvas = Canvas(WIDTH, height + 34, "gaps over time")
    canvas.axis_x(x, 4, height + 4, time_ticks(start, start + span, midnight_ns))
    for k, feed in enumerate(feeds):
        y = 30 * k + 8
        canvas.text(0, y + 16, feed["name"], "name")
        canvas.rect(LEFT, y + 10, WIDTH - RIGHT - LEFT, 2, "rail")
        for gap in feed["gaps"]["list"]:
            at = x(gap["receive_time_ns"] - start)
            title = (
                f"{feed['name']} {units.time_of_day(gap['receive_time_ns'], midnight_ns)}: "
                f"{units.count(gap['count'])} messages missing from number "
                f"{units.count(gap['first_sequence_number'])}"
            )
            canvas.rect(at - 2, y + 1, 4, 20, "gap", title)
    return canvas.render()
