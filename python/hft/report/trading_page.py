"""The HTML report of one run of `hftd`: one file that opens anywhere, with nothing to fetch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from hft import units
from hft.daemon.session_summary import ExecutionDict, InstrumentDict, SessionDict
from hft.report.latency import latency_chart
from hft.report.svg import LEFT, RIGHT, WIDTH, Canvas, Scale, stairs
from hft.report.time_axis import time_ticks
from hft.report.trading_text import STAGES

EXECUTIONS_LISTED = 40
_LEFT = LEFT + 30  # results have long labels


def render_trading_page(summary: SessionDict, midnight_ns: int) -> str:
    """Return the report of one run as an HTML page.

    Args:
        summary: As `summarize` makes it.
        midnight_ns: 00:00 of the session date on the venue's clock, ns since the Unix epoch.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(units=units, stages=STAGES, midnight_ns=midnight_ns)
    template = environment.get_template("trading.html.j2")
    return template.render(s=summary, **_drawings(summary, midnight_ns))


def _drawings(summary: SessionDict, midnight_ns: int) -> dict[str, Any]:
    latency = None
    if any(stage["count"] for stage in summary["latency"].values()):
        latency = Markup(latency_chart(summary["latency"]))
    charts = []
    for one in summary["instruments"]:
        if len(one["samples"]) < 2:
            continue
        mine = [each for each in summary["executions"] if each["symbol"] == one["symbol"]]
        charts.append(
            (
                one["symbol"],
                Markup(_price_chart(one, mine, midnight_ns)),
                Markup(_position_chart(one, midnight_ns)),
            )
        )
    return {
        "latency": latency,
        "charts": charts,
        "result": _result(summary, midnight_ns),
        "executions": summary["executions"][-EXECUTIONS_LISTED:],
    }


def _times(one: InstrumentDict) -> tuple[int, int]:
    return one["samples"][0][0], max(one["samples"][-1][0], one["samples"][0][0] + 1)


def _frame(
    label: str, height: int, first: int, last: int, midnight_ns: int
) -> tuple[Canvas, Scale]:
    """Return an empty drawing with its time axis, 30 pixels of it below."""
    canvas = Canvas(WIDTH, height, label)
    x = Scale(0, last - first, _LEFT, WIDTH - RIGHT)
    canvas.axis_x(x, 10, height - 32, time_ticks(first, last, midnight_ns))
    return canvas, x


def _price_chart(one: InstrumentDict, executions: list[ExecutionDict], midnight_ns: int) -> str:
    """Draw the middle of the market, and each execution of ours as a mark on it."""
    first, last = _times(one)
    prices = [sample[1] for sample in one["samples"]] + [each["price_e9"] for each in executions]
    margin = max((max(prices) - min(prices)) * 0.06, 5_000_000)
    canvas, x = _frame(f"{one['symbol']}: prices", 240, first, last, midnight_ns)
    y = Scale(min(prices) - margin, max(prices) + margin, 208, 10)
    canvas.axis_y(y, _LEFT, WIDTH - RIGHT, lambda value: units.price(round(value)))
    edges = [float(sample[0] - first) for sample in one["samples"]] + [float(last - first)]
    canvas.path(stairs(edges, [sample[1] for sample in one["samples"]], x, y), "midline")
    for each in executions:
        at, level = x(each["time_ns"] - first), y(each["price_e9"])
        title = f"{each['side']} {units.count(each['size'])} at {units.price(each['price_e9'])}"
        canvas.rect(at - 3, level - 3, 6, 6, each["side"], title)
    return canvas.render()


def _position_chart(one: InstrumentDict, midnight_ns: int) -> str:
    first, last = _times(one)
    positions = [sample[2] for sample in one["samples"]]
    canvas, x = _frame(f"{one['symbol']}: position", 150, first, last, midnight_ns)
    y = Scale(min(*positions, -1), max(*positions, 1), 118, 10)
    canvas.axis_y(y, _LEFT, WIDTH - RIGHT, lambda value: units.count(round(value)), 3)
    edges = [float(sample[0] - first) for sample in one["samples"]] + [float(last - first)]
    canvas.path(stairs(edges, [float(position) for position in positions], x, y), "heldline")
    return canvas.render()


def _result(summary: SessionDict, midnight_ns: int) -> Markup | None:
    """Draw profit and loss of all instruments over time."""
    samples = sorted(
        (sample[0], sample[3])
        for one in summary["instruments"]
        for sample in one["samples"]
        if sample[3] is not None
    )
    if len(samples) < 2:
        return None
    first, last = samples[0][0], max(samples[-1][0], samples[0][0] + 1)
    results = [float(result) for _, result in samples if result is not None]
    canvas, x = _frame("profit and loss", 220, first, last, midnight_ns)
    low, high = min(*results, 0.0), max(*results, 1e9)
    y = Scale(low - (high - low) * 0.05, high, 188, 10)
    canvas.axis_y(y, _LEFT, WIDTH - RIGHT, lambda value: units.price(round(value)))
    edges = [float(time_ns - first) for time_ns, _ in samples] + [float(last - first)]
    canvas.path(stairs(edges, results, x, y), "heldline")
    return Markup(canvas.render())
