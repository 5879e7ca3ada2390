"""Rings from Python, across processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

hft: Any = pytest.importorskip("hft", reason="hft is not installed")
pytest.importorskip("hft._native", reason="the native module is not installed")

pytestmark = pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="there is no /dev/shm")


@pytest.fixture
def ring_name() -> Iterator[str]:
    name = f"test-api-{os.getpid()}"
    yield name
    Path(f"/dev/shm/hft.{name}").unlink(missing_ok=True)


def orders(count: int, first: int = 0) -> np.ndarray[Any, Any]:
    records = np.zeros(count, dtype=hft.order_event)
    records["kind"] = hft.Kind.order
    records["order_id"] = np.arange(first, first + count)
    return records


def test_replay_of_another_process_is_tailed(session: Path, ring_name: str) -> None:
    program = (
        "import sys, hft\n"
        "hft.Replay(sys.argv[1], ring=sys.argv[2], book='none', latency=False).run()\n"
    )
    hft.RingWriter(ring_name, records=1 << 20)  # made here, so that the reader can wait for it
    reader = hft.RingReader(ring_name, newest=True)
    subprocess.run([sys.executable, "-c", program, str(session), ring_name], check=True)
    found = np.concatenate([b.array.view(hft.record_event) for b in reader.tail()])
    expected = np.concatenate(
        [b.array.view(hft.record_event) for b in hft.open_capture(session).batches()]
    )
    assert found.tobytes() == expected.tobytes()
    assert reader.lost == 0
    assert reader.producer == "closed"


def test_views_lie_in_shared_memory_and_are_kept(ring_name: str) -> None:
    writer = hft.RingWriter(ring_name, records=64)
    reader = hft.RingReader(ring_name)
    writer.publish(orders(10))
    view = reader.peek()
    assert view["kind"].tolist() == [hft.Kind.order] * 10
    assert not view.flags.writeable
    assert reader.keep(4)
    again = reader.peek()
    assert len(again) == 6
    assert np.shares_memory(view, again)
    del reader, writer
    assert again.view(hft.order_event)["order_id"].tolist() == list(range(4, 10))


def test_a_lapped_view_is_not_kept(ring_name: str) -> None:
    writer = hft.RingWriter(ring_name, records=64)
    reader = hft.RingReader(ring_name)
    writer.publish(orders(10))
    view = reader.peek()
    writer.publish(orders(100, first=10))
    assert not reader.keep(len(view))
    rest = reader.read().array
    assert rest["order_id"][-1] == 109
    assert reader.lost + len(rest) == 110


def test_one_producer_at_a_time(ring_name: str) -> None:
    program = (
        "import sys, hft\n"
        "try: hft.RingWriter(sys.argv[1])\n"
        "except hft.HftError as error: sys.exit(str(error))\n"
    )
    writer = hft.RingWriter(ring_name, records=64)
    second = subprocess.run(
        [sys.executable, "-c", program, ring_name], capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert ring_name in second.stderr
    del writer
    hft.remove_ring(ring_name)
    with pytest.raises(hft.HftError, match=ring_name):
        hft.RingReader(ring_name)
