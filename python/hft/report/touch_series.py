"""Touches of the busiest instruments, kept while a replay runs, for one chart.

Which instrument is the busiest is known only at the end, and a capture may hold hundreds of
millions of touches; so a few candidates are followed, each thinned to a bounded number of points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hft import units

CANDIDATES = 16  # instruments followed at a time
MOST_POINTS = 4096  # kept of each; beyond, every second one is dropped


@dataclass(frozen=True)
class TouchSeries:
    """Best bid and offer of one instrument over time; arrays of one length, in time order."""

    feed: str
    symbol: str
    time_ns: npt.NDArray[np.int64]  # venue's clock, ns since the Unix epoch
    bid_price_e9: npt.NDArray[np.int64]  # 1e-9 of the quote currency, PRICE_NULL for none
    ask_price_e9: npt.NDArray[np.int64]

    def whole(self, most: int = 900) -> TouchSeries:
        """Return the points that have both sides, at most about `most`, evenly left out."""
        kept = np.flatnonzero(
            (self.bid_price_e9 != units.PRICE_NULL) & (self.ask_price_e9 != units.PRICE_NULL)
        )
        kept = kept[:: max(1, -(-len(kept) // most))]
        return TouchSeries(
            self.feed,
            self.symbol,
            self.time_ns[kept],
            self.bid_price_e9[kept],
            self.ask_price_e9[kept],
        )


class _Kept:
    """The thinned touches of one instrument: every `stride`-th one."""

    def __init__(self) -> None:
        self.stride = 1
        self.seen = 0
        self.points = np.empty((0, 3), dtype=np.int64)

    def add(self, points: npt.NDArray[np.int64]) -> None:
        first = -self.seen % self.stride
        self.seen += len(points)
        self.points = np.concatenate([self.points, points[first :: self.stride]])
        while len(self.points) > MOST_POINTS:
            self.points = self.points[::2]
            self.stride *= 2


class TouchCollector:
    """Follows the instruments with the most touches so far; memory stays flat."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}
        self._kept: dict[int, _Kept] = {}

    def add(self, touches: npt.NDArray[np.void]) -> None:
        """Take a batch of touches, dtype ``hft.touch``, in the order of the replay."""
        instruments, counts = np.unique(touches["instrument"], return_counts=True)
        for instrument, n in zip(instruments.tolist(), counts.tolist(), strict=True):
            self._counts[instrument] = self._counts.get(instrument, 0) + n
        busiest = sorted(self._counts, key=lambda i: -self._counts[i])[:CANDIDATES]
        self._kept = {i: self._kept.get(i) or _Kept() for i in busiest}
        for instrument in np.intersect1d(instruments, busiest).tolist():
            mine = touches[touches["instrument"] == instrument]
            columns = ("event_time_ns", "bid_price_e9", "ask_price_e9")
            self._kept[instrument].add(
                np.stack([mine[name].astype(np.int64) for name in columns], axis=1)
            )

    def series(self, instrument: int, feed: str, symbol: str) -> TouchSeries | None:
        """Return what was kept of one instrument; None when too little for a chart."""
        kept = self._kept.get(instrument)
        if kept is None or len(kept.points) < 2:
            return None
        time_ns, bid, ask = kept.points.T
        series = TouchSeries(feed, symbol, time_ns, bid, ask)
        return series if len(series.whole().time_ns) > 1 else None
