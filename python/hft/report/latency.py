"""The drawing of latencies: each stage a histogram over one logarithmic axis of time."""

from __future__ import annotations

import numpy as np

from hft import units
from hft.report.svg import LEFT, RIGHT, WIDTH, Canvas, Scale
from hft.summary import LatencyDict


def latency_chart(stages: dict[str, LatencyDict]) -> str:
    """Draw each stage's latencies as a histogram over one logarithmic axis, slow tail included."""
    measured = {name: stage for name, stage in stages.items() if stage["histogram"]}
    lows = [max(min(stage["min_ns"], stage["p50_ns"]), 1) for stage in measured.values()]
    highs = [stage["max_ns"] for stage in measured.values()]
    row, top = 112, 8
    height = top + row * len(measured) + 30
    x = Scale(min(lows) / 1.3, max(highs) * 1.4, LEFT + 76, WIDTH - RIGHT, logarithmic=True)
    canvas = Canvas(WIDTH, height, "latency distribution of each stage")
    bottom = top + row * len(measured)
    canvas.axis_x(x, top, bottom, {value: units.duration(value) for value in x.ticks(0)})
    for k, (name, stage) in enumerate(measured.items()):
        _latency_row(canvas, x, top + row * k, row, name.replace("_", " "), stage, k)
    return canvas.render()


def _latency_row(
    canvas: Canvas, x: Scale, top: float, row: float, label: str, stage: LatencyDict, k: int
) -> None:
    base = top + row - 8
    first, _, last = label.rpartition(" to ")
    canvas.text(0, base - 30, first, "name")
    canvas.text(0, base - 13, f"to {last}", "name")
    uppers = [float(bound) for bound, _ in stage["histogram"]]
    counts = np.asarray([n for _, n in stage["histogram"]], dtype=np.float64)
    lowers = [max(stage["min_ns"] * 0.98, x.low), *uppers[:-1]]
    # Per unit of the logarithm, so that wide and narrow buckets stand for the same by their area;
    # the root keeps a tail of one in ten thousand visible beside the peak.
    spans = np.log(np.maximum(uppers, np.asarray(lowers) * 1.02)) - np.log(lowers)
    heights = np.sqrt(counts / spans)
    y = Scale(0, float(heights.max()), base, top + 26)
    for lower, upper, tall, n in zip(lowers, uppers, heights, counts, strict=True):
        at, width = x(lower), max(x(upper) - x(lower), 1.2)
        title = f"up to {units.duration(upper)}: {units.count(int(n))} of {stage['count']:,}"
        canvas.rect(at, y(float(tall)), width, base - y(float(tall)), f"stage{k}", title)
    canvas.line(x.start, base, x.end, base, "axis")
    _percentile_marks(canvas, x, top, base, stage)


def _percentile_marks(
    canvas: Canvas, x: Scale, top: float, base: float, stage: LatencyDict
) -> None:
    marks = (
        ("p50", stage["p50_ns"]),
        ("p99", stage["p99_ns"]),
        ("p99.9", stage["p99_9_ns"]),
        ("max", stage["max_ns"]),
    )
    free = 0.0  # labels go from left to right, each at its mark or just behind the one before
    for label, value in marks:
        at = x(value)
        canvas.line(at, top + 18, at, base, "mark")
        text = f"{label} = {units.duration(value)}"
        half = 3.1 * len(text)
        centre = max(min(at, WIDTH - half), free + half)
        if centre + half <= WIDTH:
            canvas.text(centre, top + 13, text, "markname", "middle")
        free = centre + half + 8
