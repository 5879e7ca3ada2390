"""How the cost of a message grows with instruments and live orders: runs the grid, draws the plot.

    python bench/growth.py BOOK_BENCH OUT.svg

`BOOK_BENCH` is the built benchmark. Each point is the median of its rounds, in its own process. The
JSON lines of all runs go to standard output.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

INSTRUMENTS = [1_000, 8_300, 20_000]
LIVE_ORDERS = [100_000, 1_000_000, 4_000_000]
ROUNDS = 3
TITLE = "ns a message, from bytes to order-by-order books"
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 640, 360, 60, 48, 60


def messages_for(live_orders: int) -> int:
    """Enough for the generator to reach its live orders and hold them: it asks for four times."""
    return max(2_000_000, 5 * live_orders)


def measure(bench: Path, instruments: int, live_orders: int) -> float:
    """Return the median ns a message of the fast books."""
    command = [
        str(bench), "--growth", "--rounds", str(ROUNDS),
        "--messages", str(messages_for(live_orders)),
        "--instruments", str(instruments), "--live", str(live_orders),
    ]  # fmt: skip
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for line in output.splitlines():
        result = json.loads(line)
        if result.get("bench") == "book":
            print(json.dumps({"instruments": instruments, "live_orders": live_orders, **result}))
            return float(result["median"])
    raise SystemExit(f"{bench}: no figure named book; build it from this revision")


def draw(points: dict[tuple[int, int], float]) -> str:
    """Return bars grouped by live orders, one shade for each number of instruments."""
    top = max(points.values()) * 1.15
    scale = (HEIGHT - TOP - BOTTOM) / top
    group = (WIDTH - LEFT) / len(LIVE_ORDERS)
    bar = group / (len(INSTRUMENTS) + 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="system-ui, sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="24" font-size="15">{TITLE}</text>',
    ]
    for i, live_orders in enumerate(LIVE_ORDERS):
        x = LEFT + i * group
        parts.append(
            f'<text x="{x + group / 2 - bar / 2:.0f}" y="{HEIGHT - 34}" text-anchor="middle">'
            f"{live_orders / 1e6:g} M live orders</text>"
        )
        for j, instruments in enumerate(INSTRUMENTS):
            value = points[instruments, live_orders]
            height = value * scale
            left, y = x + j * bar, HEIGHT - BOTTOM - height
            shade = ["#a9c3ec", "#5b8bd6", "#1f55b5"][j]
            parts.append(
                f'<rect x="{left:.1f}" y="{y:.1f}" width="{bar - 6:.1f}" height="{height:.1f}" '
                f'fill="{shade}"/><text x="{left + bar / 2 - 3:.1f}" y="{y - 6:.1f}" '
                f'text-anchor="middle">{value:.0f}</text>'
            )
    for j, instruments in enumerate(INSTRUMENTS):
        shade = ["#a9c3ec", "#5b8bd6", "#1f55b5"][j]
        x = LEFT + j * 170
        parts.append(f'<rect x="{x}" y="{HEIGHT - 20}" width="12" height="12" fill="{shade}"/>')
        parts.append(f'<text x="{x + 18}" y="{HEIGHT - 9}">{instruments:,} instruments</text>')
    return "\n".join([*parts, "</svg>", ""])


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    bench, out = Path(sys.argv[1]), Path(sys.argv[2])
    points = {
        (instruments, live): measure(bench, instruments, live)
        for live in LIVE_ORDERS
        for instruments in INSTRUMENTS
    }
    out.write_text(draw(points))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
