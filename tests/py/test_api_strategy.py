"""Strategies in Python: what they are told, what they ask for, and what a backtest makes of it."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

hft: Any = pytest.importorskip("hft", reason="hft is not installed")
pytest.importorskip("hft._native", reason="the native module is not installed")

CHECKOUT = Path(__file__).resolve().parents[2]
AT_ONCE = hft.Latency(feed_ns=0, order_ns=0, report_ns=0)


@pytest.fixture(scope="module")
def symbols(session: Path) -> list[str]:
    return list(hft.open_capture(session).instruments())[:2]


class Watcher(hft.Strategy):  # type: ignore[misc]
    """Writes down what it is told."""

    def on_start(self, instruments: Any) -> None:
        self.instruments = instruments
        self.touches: list[tuple[int, int]] = []
        self.reports: list[Any] = []

    def on_touch(self, touch: Any, actions: Any) -> None:
        self.touches.append((touch.instrument, touch.sequence_number))

    def on_report(self, report: Any, actions: Any) -> None:
        self.reports.append(report.action)


def test_it_is_told_of_every_touch_of_its_instruments(session: Path, symbols: list[str]) -> None:
    watcher = Watcher()
    result = hft.backtest(session, watcher, symbols)
    expected = [
        (int(touch["instrument"]), int(number))
        for batch in hft.Replay(session, instruments=symbols)
        for touch, number in zip(batch.touches, hft.sequence_numbers(batch.touches), strict=True)
    ]
    assert watcher.touches == expected
    assert result.touches == len(expected) > 100
    assert list(watcher.instruments) == symbols
    assert watcher.reports == [hft.ReportAction.session_up]


def test_records_come_in_batches_that_are_over(session: Path, symbols: list[str]) -> None:
    class Reader(hft.Strategy):  # type: ignore[misc]
        records_every_ns = 50_000_000

        def __init__(self) -> None:
            self.batches: list[Any] = []

        def on_records(self, records: Any, actions: Any) -> None:
            self.batches.append(records)

    reader = Reader()
    hft.backtest(session, reader, symbols)
    times = [batch["event_time_ns"] // Reader.records_every_ns for batch in reader.batches]
    assert all((t == t[0]).all() for t in times if len(t))
    assert all(a[0] < b[0] for a, b in pairwise(times))
    expected = np.concatenate(
        [
            batch.array.view(hft.record_event)
            for batch in hft.open_capture(session).batches(instruments=symbols)
        ]
    )
    got = np.concatenate(reader.batches)
    assert got.tobytes() == expected[: len(got)].tobytes()
    assert len(expected) - len(got) < 200  # those of the last interval, which is not over


class Buyer(hft.Strategy):  # type: ignore[misc]
    """Buys a hundred shares at the ask, once, and keeps what it should not."""

    def __init__(self) -> None:
        self.order = 0

    def on_touch(self, touch: Any, actions: Any) -> None:
        if self.order == 0 and touch.trading_state == "T" and touch.ask_size >= 100:
            self.order = actions.enter(
                touch.instrument,
                hft.Side.bid,
                100,
                touch.ask_price_e9,
                time_in_force=hft.TimeInForce.immediate,
            )
            self.price_e9, self.time_ns = touch.ask_price_e9, touch.event_time_ns
            self.kept = actions


def test_a_backtest_counts_what_was_made(session: Path, symbols: list[str]) -> None:
    buyer = Buyer()
    result = hft.backtest(session, buyer, symbols[:1], latency=AT_ONCE)
    assert result.commands["client_order_id"].tolist() == [buyer.order]
    assert result.fills["bought"].sum() == 100
    (symbol,) = symbols[:1]
    assert result.position(symbol) == 100
    mid_e9 = result.last_mid_e9[result.instruments[symbol]]
    paid = int((result.fills["bought"] * result.fills["price_e9"]).sum())
    assert result.profit_e9(symbol) == 100 * mid_e9 - paid
    assert symbol in result.summary()
    assert set(result.fills["liquidity"]) == {b"R"}


def test_latencies_delay_what_they_are_of(session: Path, symbols: list[str]) -> None:
    latency = hft.Latency(feed_ns=1_000, order_ns=20_000, report_ns=300_000)
    buyer = Buyer()
    result = hft.backtest(session, buyer, symbols[:1], latency=latency)
    accepted = result.reports[result.reports["action"] == hft.ReportAction.accepted][0]
    assert int(accepted["event_time_ns"]) == buyer.time_ns + 21_000
    assert int(accepted["receive_time_ns"]) == buyer.time_ns + 321_000


def test_actions_are_dead_when_the_call_is_over(session: Path, symbols: list[str]) -> None:
    buyer = Buyer()
    hft.backtest(session, buyer, symbols[:1])
    with pytest.raises(ValueError, match="they are over"):
        buyer.kept.cancel(1, 1)


def test_what_a_strategy_raises_comes_through(session: Path, symbols: list[str]) -> None:
    class Broken(hft.Strategy):  # type: ignore[misc]
        def on_touch(self, touch: Any, actions: Any) -> None:
            raise RuntimeError("no idea what to do")

    with pytest.raises(RuntimeError, match="no idea"):
        hft.backtest(session, Broken(), symbols)


@pytest.mark.parametrize("name", ["quoter", "imbalance_taker"])
def test_native_strategies_trade_and_keep_their_bound(
    session: Path, symbols: list[str], name: str
) -> None:
    parameters = {"size": 100, "position_max": 300}
    if name == "imbalance_taker":
        parameters |= {"threshold": 300, "spread_max_e9": 10**9}
    result = hft.backtest(session, hft.NativeStrategy(name, parameters), symbols)
    again = hft.backtest(session, hft.NativeStrategy(name, parameters), symbols)
    assert len(result.fills) > 0
    assert result.commands.tobytes() == again.commands.tobytes()
    assert result.reports.tobytes() == again.reports.tobytes()
    for symbol in symbols:
        own = result.fills[result.fills["instrument"] == result.instruments[symbol]]
        assert np.abs(np.cumsum(own["bought"])).max(initial=0) <= 300


def test_wrong_names_are_told(session: Path, symbols: list[str]) -> None:
    with pytest.raises(hft.HftError, match="there is no strategy gambler"):
        hft.backtest(session, hft.NativeStrategy("gambler", {}), symbols)
    with pytest.raises(hft.HftError, match="no such parameter"):
        hft.backtest(session, hft.NativeStrategy("quoter", {"luck": 1}), symbols)
    with pytest.raises(hft.HftError, match="NOPE"):
        hft.backtest(session, Watcher(), ["NOPE"])
    with pytest.raises(hft.errors.UsageError, match="none is given"):
        hft.backtest(session, Watcher(), [])


def test_a_paper_trader_is_a_backtest_fed_by_hand(session: Path, symbols: list[str]) -> None:
    native = hft.NativeStrategy("quoter", {})
    capture = hft.open_capture(session)
    trader = hft.PaperTrader(native, capture.instruments(symbols))
    for batch in capture.batches(instruments=symbols, records=700):
        trader.apply(batch.array)
    expected = hft.backtest(session, native, symbols)
    assert trader.finish().commands.tobytes() == expected.commands.tobytes()


def test_prices_are_exact() -> None:
    assert hft.to_price_e9("10.1") == hft.to_price_e9(Decimal("10.1")) == 10_100_000_000
    assert hft.to_price_e9(3) == 3_000_000_000
    with pytest.raises(TypeError, match="float"):
        hft.to_price_e9(10.1)
    with pytest.raises(ValueError, match="nine decimals"):
        hft.to_price_e9("0.0000000001")


def test_the_page_shows_the_examples_as_they_are_compiled() -> None:
    page = (CHECKOUT / "docs/strategies.md").read_text()
    for example in (CHECKOUT / "docs/examples").glob("*.hpp"):
        assert f"```cpp\n{example.read_text()}```" in page, example.name
