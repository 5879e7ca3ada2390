"""The drawing of latencies: each stage a histogram over one logarithmic axis of time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hft import units
from hft.report.svg import LEFT, RIGHT, WIDTH, Canvas, Scale
from hft.summary import LatencyDict

COLUMN_WIDTH = 5  # pixels
WIDEST_BUCKET = 1.15  # upper bound to lower bound, taken for buckets behind empty ones


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
    edges, counts = _columns(x, stage)
    # The root keeps a tail of one in ten thousand visible beside the peak.
    heights = np.sqrt(counts)
    y = Scale(0, float(heights.max()), base, top + 26)
    for column, tall in enumerate(heights.tolist()):
        if counts[column] < 0.01:
            continue
        low, high = edges[column], edges[column + 1]
        title = (
            f"{units.duration(low)} to {units.duration(high)}: "
            f"{units.count(max(round(counts[column]), 1))} of {units.count(stage['count'])}"
        )
        canvas.rect(x(low), y(tall), x(high) - x(low) - 0.4, base - y(tall), f"stage{k}", title)
    canvas.line(x.start, base, x.end, base, "axis")
    _percentile_marks(canvas, x, top, base, stage)


def _columns(
    x: Scale, stage: LatencyDict
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Share the histogram's buckets out over columns of equal width on the logarithmic axis.

    Returns:
        The columns' edges, ns, and the counts between them; a bucket's count is spread evenly.
    """
    count = int((x.end - x.start) / COLUMN_WIDTH)
    edges = np.geomspace(x.low, x.high, count + 1)
    # A stage that took no time at all still has its place on a logarithmic axis: at its edge.
    uppers = np.maximum([bound for bound, _ in stage["histogram"]], 0.01)
    counts = np.array([n for _, n in stage["histogram"]], dtype=np.float64)
    # Empty buckets are not listed, so a bucket may begin far above the one before it.
    lowers = np.maximum(np.append(0.0, uppers[:-1]), uppers / WIDEST_BUCKET)
    bounds = np.stack([lowers, np.maximum(uppers, lowers * 1.0001)], axis=1).ravel()
    totals = np.stack([np.cumsum(counts) - counts, np.cumsum(counts)], axis=1).ravel()
    below = np.interp(np.log(edges), np.log(bounds), totals)
    return edges, np.diff(below)


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
