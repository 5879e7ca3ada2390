"""The one place that knows where real captures and their truth may lie: never in the project."""

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
