"""A little SVG: scales, axes and shapes, as text.

Inline SVG keeps the report one small file that any browser draws without a script library
(docs/decisions/0006-report.md). Colours and fonts come from the page's style sheet through class
names, so one drawing serves light and dark.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

WIDTH = 1040  # of a chart across the page, pixels
LEFT = 64  # room for the labels of a vertical axis
RIGHT = 30  # room for half a label under the last tick

Label = Callable[[float], str]


@dataclass(frozen=True)
class Scale:
    """Maps a value range onto a range of pixels, linearly or by logarithm."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        """Return the pixel of a value; values outside are held at the ends."""
        low, high, at = self.low, self.high, min(max(value, self.low), self.high)
        if self.logarithmic:
            low, high, at = math.log(low), math.log(high), math.log(at)
        share = 0.5 if high <= low else (at - low) / (high - low)
        return self.start + share * (self.end - self.start)

    def ticks(self, about: int) -> list[float]:
        """Return round values inside the range: 1, 2 and 5 times powers of ten, or decades."""
        if self.logarithmic:
            first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
            return [10.0**power for power in range(first, last + 1)]
        return round_ticks(self.low, self.high, about, _decimal_steps(self.high - self.low, about))


def round_ticks(low: float, high: float, about: int, steps: Sequence[float]) -> list[float]:
    """Return the multiples, inside the range, of the first step that gives at most `about`."""
    step = next((s for s in steps if (high - low) / s <= about), steps[-1])
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [k * step for k in range(first, last + 1)]


def _decimal_steps(span: float, about: int) -> list[float]:
    power = math.floor(math.log10(max(span, 1e-300) / about))
    return [factor * 10.0**p for p in (power, power + 1) for factor in (1, 2, 5)]


@dataclass
class Canvas:
    """Collects shapes and renders them as one ``<svg>``; sizes in pixels."""

    width: int
    height: int
    label: str  # what a screen reader says
    parts: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, style: str = "", anchor: str = "start") -> None:
        """Write text with its base line at y."""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}">'
            f"{escape(text)}</text>"
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, style: str) -> None:
        """Draw a straight line."""
        self.parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{style}"/>'
        )

    def rect(
        self, x: float, y: float, width: float, height: float, style: str, title: str = ""
    ) -> None:
        """Draw a rectangle; `title` is what the pointer shows."""
        inside = f"<title>{escape(title)}</title>" if title else ""
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" '
            f'height="{max(height, 0):.1f}" class="{style}">{inside}</rect>'
        )

    def path(self, points: Sequence[tuple[float, float]], style: str, close: bool = False) -> None:
        """Draw straight strokes through the points."""
        if not points:
            return
        text = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + ("Z" if close else "")
        self.parts.append(f'<path d="{text}" class="{style}"/>')

    def axis_y(self, scale: Scale, left: float, right: float, label: Label, about: int = 4) -> None:
        """Draw a grid line and a label at each round value of a vertical scale."""
        for value in scale.ticks(about):
            y = scale(value)
            self.line(left, y, right, y, "grid")
            self.text(left - 8, y + 4, label(value), "tick", "end")

    def axis_x(self, scale: Scale, top: float, bottom: float, ticks: dict[float, str]) -> None:
        """Draw a grid line and a label below at each given value of a horizontal scale."""
        for value, label in ticks.items():
            x = scale(value)
            self.line(x, top, x, bottom, "grid")
            self.text(x, bottom + 18, label, "tick", "middle")

    def render(self) -> str:
        """Return the drawing as markup; it scales with the page's width."""
        return (
            f'<svg viewBox="0 0 {self.width} {self.height}" role="img" '
            f'aria-label="{escape(self.label)}">{"".join(self.parts)}</svg>'
        )


def stairs(
    edges: Sequence[float], values: Sequence[float], x: Scale, y: Scale
) -> list[tuple[float, float]]:
    """Return the outline of a histogram: `values[k]` holds from `edges[k]` to `edges[k + 1]`."""
    points: list[tuple[float, float]] = []
    for k, value in enumerate(values):
        points += [(x(edges[k]), y(value)), (x(edges[k + 1]), y(value))]
    return points
