"""Charts on which the pointer shows the value at its place (page.js does it)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from hft.report.svg import Canvas


def with_hover(canvas: Canvas, edges: Sequence[float], labels: Sequence[str]) -> str:
    """Render a drawing with what the pointer shows.

    Args:
        canvas: The drawing.
        edges: Where each label's range begins, in pixels, ascending.
        labels: The text of each range, as many as edges or one less.
    """
    data = {"x": [round(edge, 1) for edge in edges], "labels": list(labels)}
    return f'<div class="hover" data-points="{escape(json.dumps(data))}">{canvas.render()}</div>'
