"""What Python costs: import, batches, book queries, Arrow. Run by pytest-benchmark.

`pytest bench/python_bench.py --benchmark-enable` prints the times; without it the same code runs
once as a test. The import is bounded here, in processor time, because it is paid by every command.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

hft: Any = pytest.importorskip("hft", reason="hft is not installed")
native: Any = pytest.importorskip("hft._native", reason="the native module is not installed")

IMPORT_LIMIT_S = 0.35  # processor time, numpy and the native module included
MESSAGES = 200_000
_IMPORT = (
    "import time; begin = time.process_time(); import hft; hft.Replay; hft.order_event; "
    "print(time.process_time() - begin)"
)


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A raw session of the usual mix."""
    path: Path = tmp_path_factory.mktemp("bench") / "20260105.itch"
    hft.synthesize(path, messages=MESSAGES, instruments=1000)
    return path


@pytest.fixture(scope="module")
def replayed(capture: Path) -> Any:
    """A replay at its end, whose books can be asked."""
    replay = hft.Replay(capture, latency=False)
    replay.run()
    return replay


@pytest.fixture(scope="module")
def orders(capture: Path) -> Any:
    """One batch of order events."""
    return next(hft.open_capture(capture).batches(kinds="order"))


def import_seconds() -> float:
    """Processor time of importing all that research uses, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", _IMPORT], capture_output=True, check=True)
    return float(done.stdout)


def test_import(benchmark: Any) -> None:
    """Processor time of the import; the best of five, for the machine may be busy."""
    benchmark.pedantic(import_seconds, rounds=1)
    assert min(import_seconds() for _ in range(5)) <= IMPORT_LIMIT_S


def test_iterate_batches(benchmark: Any, capture: Path) -> None:
    """All records of a file through numpy, one array operation to a batch."""

    def run() -> int:
        batches = hft.open_capture(capture).batches(kinds="order")
        return sum(int(np.count_nonzero(batch.array["action"] == 1)) for batch in batches)

    benchmark.extra_info["records"] = MESSAGES
    assert benchmark(run) > 0


def test_replay_with_books(benchmark: Any, capture: Path) -> None:
    """The same with books and touches."""

    def run() -> int:
        return sum(len(batch.touches) for batch in hft.Replay(capture, latency=False))

    assert benchmark(run) > 0


def test_touch(benchmark: Any, replayed: Any) -> None:
    """One question to a book, by number."""
    books = replayed.book()
    assert len(benchmark(books.touch, 1)) == 4


def test_touch_by_symbol(benchmark: Any, replayed: Any) -> None:
    """The same by symbol."""
    books = replayed.book()
    symbol = next(iter(replayed.instruments()))
    assert len(benchmark(books.touch, symbol)) == 4


def test_depth(benchmark: Any, replayed: Any) -> None:
    """Ten levels as three arrays."""
    assert len(benchmark(replayed.book().depth, 1, hft.Side.bid, 10)) == 3


def test_queue_position(benchmark: Any, replayed: Any) -> None:
    """The place of an order that is the first or nearly the first of its level."""
    books = replayed.book()
    price = int(books.depth(1, hft.Side.bid, 1).price_e9[0])
    order_id = int(books.orders(1, hft.Side.bid, price)["order_id"][0])
    assert benchmark(books.queue_position, order_id) == (0, 0)


def test_to_arrow(benchmark: Any, orders: Any) -> None:
    """Rows to columns, the capsules thrown away."""
    benchmark.extra_info["records"] = len(orders)
    assert len(benchmark(orders.to_arrow().__arrow_c_array__)) == 2
