"""Drawings of books: depth around the touch at the end, and the touch over time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hft import units
from hft.report.hover import with_hover
from hft.report.svg import LEFT, RIGHT, WIDTH, Canvas, Scale, stairs
from hft.report.time_axis import time_ticks
from hft.report.touch_series import TouchSeries
from hft.summary import BookDict


def depth_chart(book: BookDict, levels: int = 12) -> str:
    """Draw one book: how much could be bought or sold down to each price, from the touch out."""
    width, height, base = 330, 190, 158
    bid, ask = book["bid"][:levels], book["ask"][:levels]
    prices = [level[0] for level in bid + ask]
    margin = max((max(prices) - min(prices)) * 0.04, 5_000_000.0)
    x = Scale(min(prices) - margin, max(prices) + margin, 44, width - 18)
    totals = [sum(level[1] for level in side) for side in (bid, ask)]
    y = Scale(0, max(*totals, 1) * 1.08, base, 8)
    canvas = Canvas(width, height, f"depth of {book['symbol']}")
    canvas.axis_y(y, 44, width - 18, units.si, about=3)
    canvas.axis_x(x, 8, base, _price_ticks(x))
    for style, name, side, end in (("bid", "bid", bid, x.low), ("ask", "ask", ask, x.high)):
        _depth_side(canvas, x, y, side, end, style, name)
    return canvas.render()


def _price_ticks(x: Scale) -> dict[float, str]:
    return {value: units.price(round(value)) for value in x.ticks(5)}


def _depth_side(
    canvas: Canvas,
    x: Scale,
    y: Scale,
    side: Sequence[Sequence[int]],
    end: float,
    style: str,
    name: str,
) -> None:
    if not side:
        return
    outline, total = [(x(side[0][0]), y(0))], 0
    for price_e9, size, _ in side:
        outline.append((x(price_e9), y(total)))
        total += size
        outline.append((x(price_e9), y(total)))
    outline.append((x(end), y(total)))
    canvas.path([*outline, (x(end), y(0))], f"{style}fill", close=True)
    canvas.path(outline, f"{style}line")
    total = 0
    for k, (price_e9, size, orders) in enumerate(side):
        total += size
        following = side[k + 1][0] if k + 1 < len(side) else end
        left, right = sorted((x(price_e9), x(following)))
        title = (
            f"{name} {units.price(price_e9)}: {units.count(size)} shares in {units.count(orders)} "
            f"{'order' if orders == 1 else 'orders'}; {units.count(total)} down to here"
        )
        canvas.rect(left, y.end, max(right - left, 2), y.start - y.end, "target", title)


def touch_chart(touch: TouchSeries, midnight_ns: int) -> str:
    """Draw best bid and best offer over time, the spread between them shaded."""
    height, base = 260, 228
    start = int(touch.time_ns[0])
    span = max(int(touch.time_ns[-1]) - start, 1)
    shown = touch.whole()
    x = Scale(0, span, LEFT + 10, WIDTH - RIGHT)
    low, high = _price_range(shown)
    margin = max((high - low) * 0.06, 5_000_000.0)
    y = Scale(low - margin, high + margin, base, 10)
    canvas = Canvas(WIDTH, height, f"best bid and offer of {touch.symbol} over time")
    canvas.axis_y(y, LEFT + 10, WIDTH - RIGHT, lambda value: units.price(round(value)), 5)
    canvas.axis_x(x, 10, base, time_ticks(start, start + span, midnight_ns))
    edges = [float(t) - start for t in shown.time_ns.tolist()] + [float(span)]
    bid = stairs(edges, shown.bid_price_e9.tolist(), x, y)
    ask = stairs(edges, shown.ask_price_e9.tolist(), x, y)
    canvas.path([*bid, *reversed(ask)], "spread", close=True)
    canvas.path(bid, "bidline")
    canvas.path(ask, "askline")
    labels = [
        f"{units.time_of_day(int(t), midnight_ns, 6)}: bid {units.price(int(b))}, "
        f"ask {units.price(int(a))}"
        for t, b, a in zip(shown.time_ns, shown.bid_price_e9, shown.ask_price_e9, strict=True)
    ]
    return with_hover(canvas, [x(edge) for edge in edges], labels)


def _price_range(touch: TouchSeries) -> tuple[float, float]:
    """Return the prices to show: all but the far-off ones of a book that is only filling."""
    low, _ = np.percentile(touch.bid_price_e9, [1, 99])
    _, high = np.percentile(touch.ask_price_e9, [1, 99])
    return float(low), float(max(high, low))
