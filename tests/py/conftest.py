"""A synthetic session, and the one place that knows where real captures and truth may lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real captures and truth; the test is skipped where there is none."""
    named = os.environ.get("HFT_SHARED")
    folder = Path(named) if named else CHECKOUT.parent / "shared"
    for part in ("captures", "truth"):
        if not (folder / part).is_dir():
            pytest.skip(f"shared captures missing: no {part}/ in {folder} (set HFT_SHARED)")
    return folder


@pytest.fixture(scope="session")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A capture of a small synthetic session on two lines that lose packets, never both."""
    hft = pytest.importorskip("hft", reason="hft is not installed")
    pytest.importorskip("hft._native", reason="the native module is not installed")
    path = tmp_path_factory.mktemp("session") / "session.pcap"
    faults = hft.LineFaults(loss=0.01, duplicate=0.01, reorder=0.01)
    hft.synthesize(path, messages=30_000, instruments=40, line_a=faults, gap=0)
    return path
