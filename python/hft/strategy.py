"""Strategies in Python, for research and paper trading, and how they are run against a capture.

Python is for finding out whether an idea is worth anything, and for trading it on paper. A call
for each touch costs about a microsecond and takes Python's lock; what is to trade for real is
written in C++ (docs/strategies.md), and the same backtest runs it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hft import _native
from hft._native import PRICE_NULL, Actions, Report, Side, Touch, WorkingOrders
from hft.capture import Capture, PathLike, open_capture
from hft.errors import UsageError
from hft.instruments import InstrumentTable
from hft.record import ReportAction
from hft.units import price as price_text

__all__ = [
    "Actions",
    "BacktestResult",
    "Latency",
    "NativeStrategy",
    "PaperTrader",
    "Report",
    "Strategy",
    "Touch",
    "WorkingOrders",
    "backtest",
]

FILL = np.dtype(
    [
        ("event_time_ns", "<u8"),
        ("instrument", "<u4"),
        ("client_order_id", "<u4"),
        ("bought", "<i8"),  # shares; negative: sold
        ("price_e9", "<i8"),
        ("mid_price_e9", "<i8"),  # of the captured book at that time, or PRICE_NULL
        ("liquidity", "S1"),  # A: added, R: removed
    ]
)
"""A row of `BacktestResult.fills`."""


class Strategy:
    """What a strategy is told, and when; override what you need, the rest is not called.

    Every method is called in the order of time, as the records would have reached you, and asks for
    orders by its ``actions``, which are dead when the method is over. Nothing is sent from within.

    Attributes:
        records_every_ns: Of `on_records`: records are handed over together, for so much record
            time. 1 gives each message alone, which is slow.
    """

    records_every_ns: int = 1_000_000

    def on_start(self, instruments: InstrumentTable) -> None:
        """Take the instruments that were asked for, before anything else."""

    def on_records(self, records: npt.NDArray[np.void], actions: Actions) -> None:
        """Take the records of the last ``records_every_ns``, with the first record behind them.

        Args:
            records: Shape (n,), dtype ``hft.record_event``, read-only; yours to keep.
            actions: Where orders are asked for.
        """

    def on_touch(self, touch: Touch, actions: Actions) -> None:
        """Take the best prices of an instrument, after a message that changed them."""

    def on_report(self, report: Report, actions: Actions) -> None:
        """Take what the venue says of your orders; first of all that the session is up."""

    def on_time(self, time_ns: int, actions: Actions) -> None:
        """Take the time, every 100 ms of record time while nothing else comes."""


@dataclass(frozen=True)
class NativeStrategy:
    """One of the engine's own strategies.

    Attributes:
        name: As in ``engine/strategies.hpp``: ``quoter``, ``imbalance_taker``, or your own.
        parameters: By their names in its configuration; the rest stays as it is there.
    """

    name: str
    parameters: Mapping[str, int]


@dataclass(frozen=True)
class Latency:
    """When things arrive, nanoseconds behind the venue's time.

    Attributes:
        feed_ns: From an event at the venue to the strategy.
        order_ns: From the strategy to the venue.
        report_ns: From the venue to the strategy.
    """

    feed_ns: int = 5_000
    order_ns: int = 5_000
    report_ns: int = 5_000


@dataclass(frozen=True)
class BacktestResult:
    """What was asked for, what came of it, and what it made.

    Attributes:
        commands: Orders asked for, shape (n,), dtype ``hft.order_command``.
        reports: The venue's answers, shape (m,), dtype ``hft.order_report``; ``event_time_ns`` at
            the venue, ``receive_time_ns`` when the strategy saw it.
        fills: Executions, shape (k,), dtype `FILL`.
        last_mid_e9: By instrument, the last mid of the captured book; ``PRICE_NULL`` where it has
            none.
        instruments: Their symbols.
        records: Records of the capture that were run.
        touches: Touches shown.
    """

    commands: npt.NDArray[np.void]
    reports: npt.NDArray[np.void]
    fills: npt.NDArray[np.void]
    last_mid_e9: Mapping[int, int]
    instruments: InstrumentTable
    records: int
    touches: int

    def position(self, instrument: int | str) -> int:
        """Return the shares held at the end; negative: short."""
        return int(self._of(instrument)["bought"].sum())

    def profit_e9(self, instrument: int | str) -> int | None:
        """Return what was made, in 1e-9 of the quote currency, fees left out.

        What is held at the end counts at the last mid; None where there is none and it is needed.
        """
        fills = self._of(instrument)
        cash = -sum(int(f["bought"]) * int(f["price_e9"]) for f in fills)
        held = int(fills["bought"].sum())
        mid = self.last_mid_e9.get(self._number(instrument), PRICE_NULL)
        if held == 0:
            return cash
        return None if mid == PRICE_NULL else cash + held * mid

    def summary(self) -> str:
        """Return a table of the instruments as text, one to a line."""
        lines = [f"{'symbol':8} {'orders':>8} {'fills':>8} {'position':>9} {'profit':>14}"]
        for symbol, number in self.instruments.items():
            orders = int((self.commands["instrument"] == number).sum())
            profit = self.profit_e9(number)
            made = "–" if profit is None else price_text(profit)
            row = (orders, len(self._of(number)), self.position(number))
            lines.append(f"{symbol:8} {row[0]:8,} {row[1]:8,} {row[2]:9,} {made:>14}")
        return "\n".join(lines)

    def _number(self, instrument: int | str) -> int:
        return self.instruments[instrument] if isinstance(instrument, str) else instrument

    def _of(self, instrument: int | str) -> npt.NDArray[np.void]:
        own: npt.NDArray[np.void] = self.fills[self.fills["instrument"] == self._number(instrument)]
        return own


class PaperTrader:
    """A strategy on paper: records go in as they come, from a capture or a live ring.

    Orders are matched in the captured book with queue positions, as the page on replay matching
    says: as if nobody had seen them, without fees and without the risk gate.

    Args:
        strategy: Yours, or one of the engine's.
        instruments: What it trades; of one feed.
        latency: When things arrive.
        max_orders: Most live orders of the captured books.

    Raises:
        HftError: There is no native strategy of this name, or it has no such parameter.
    """

    def __init__(
        self,
        strategy: Strategy | NativeStrategy,
        instruments: InstrumentTable,
        *,
        latency: Latency | None = None,
        max_orders: int = 4_000_000,
    ) -> None:
        latency = latency or Latency()
        self._instruments = instruments
        common = {
            "feed_latency_ns": latency.feed_ns,
            "order_latency_ns": latency.order_ns,
            "report_latency_ns": latency.report_ns,
            "max_orders": max_orders,
        }
        if isinstance(strategy, NativeStrategy):
            self._native = _native.Backtest(
                strategy.name, dict(strategy.parameters), list(instruments.values()), **common
            )
            return
        strategy.on_start(instruments)
        self._native = _native.Backtest.of_python(
            strategy,
            records=_overrides(strategy, "on_records"),
            touches=_overrides(strategy, "on_touch"),
            reports=_overrides(strategy, "on_report"),
            times=_overrides(strategy, "on_time"),
            records_every_ns=strategy.records_every_ns,
            **common,
        )

    def apply(self, records: npt.NDArray[np.void]) -> None:
        """Run the next records.

        Args:
            records: All orders, trades and statuses of the instruments' feed, or of these
                instruments, in sequence, shape (n,), any record dtype. What the strategy raises
                comes through.
        """
        self._native.apply(records)

    def finish(self) -> BacktestResult:
        """Let arrive what is still under way, and return what came of it all."""
        self._native.finish()
        return self.result()

    def result(self) -> BacktestResult:
        """Return what came of it so far."""
        reports = self._native.reports
        return BacktestResult(
            commands=self._native.commands,
            reports=reports,
            fills=_fills_of(reports, self._native.mids_e9),
            last_mid_e9={number: self._mid_e9(number) for number in self._instruments.values()},
            instruments=self._instruments,
            records=self._native.records,
            touches=self._native.touches,
        )

    def _mid_e9(self, instrument: int) -> int:
        bid, _, ask, _ = self._native.touch(instrument)
        return PRICE_NULL if PRICE_NULL in (bid, ask) else (bid + ask) // 2


def backtest(
    capture: Capture | PathLike | Sequence[PathLike],
    strategy: Strategy | NativeStrategy,
    instruments: Sequence[str],
    *,
    latency: Latency | None = None,
    date: str = "",
) -> BacktestResult:
    """Run a strategy against a captured day.

    Args:
        capture: Files, or what `hft.open_capture` gave; of one feed.
        strategy: A `Strategy` of yours, or a `NativeStrategy`.
        instruments: The symbols it trades; it is shown these alone.
        latency: When things arrive; None: 5 µs each way.
        date: Session date of files that do not tell it, ``YYYY-MM-DD``.

    Raises:
        HftError: A file is missing or no capture, a symbol is not in it, ….
        UsageError: No instrument is given.

    Examples:
        >>> import pathlib, tempfile
        >>> import hft
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "day.itch"
        >>> made = hft.synthesize(path, messages=20_000, instruments=20)
        >>> symbol = next(iter(hft.open_capture(path, date="2026-01-05").instruments()))
        >>> quoter = NativeStrategy("quoter", {"size": 100, "position_max": 500})
        >>> result = backtest(path, quoter, [symbol], date="2026-01-05")
        >>> len(result.commands) > 0 and abs(result.position(symbol)) <= 500
        True
    """
    if not instruments:
        raise UsageError("instruments: none is given; name the symbols that the strategy trades")
    if not isinstance(capture, Capture):
        capture = open_capture(capture, date=date)
    known = capture.instruments(instruments)
    trader = PaperTrader(strategy, known, latency=latency)
    for batch in capture.batches(instruments=list(instruments)):
        trader.apply(batch.array)
    return trader.finish()


def _overrides(strategy: Strategy, method: str) -> bool:
    return getattr(type(strategy), method) is not getattr(Strategy, method)


def _fills_of(
    reports: npt.NDArray[np.void], mids_e9: npt.NDArray[np.int64]
) -> npt.NDArray[np.void]:
    executed = reports["action"] == ReportAction.executed
    own = reports[executed]
    fills = np.zeros(len(own), dtype=FILL)
    for name in ("event_time_ns", "instrument", "client_order_id", "price_e9"):
        fills[name] = own[name]
    sizes = own["size"].astype(np.int64)
    fills["bought"] = np.where(own["side"] == Side.bid, sizes, -sizes)
    fills["mid_price_e9"] = mids_e9[executed]
    fills["liquidity"] = own["reason"].astype(np.uint8).view("S1")
    return fills
