"""The ring protocols in Spin: every interleaving is right, and every seeded fault is found.

A second witness beside the enumerator in ``tests/cpp/ring/model_test.cpp``, written
independently of it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

MODELS = Path(__file__).parents[1] / "model"

pytestmark = pytest.mark.skipif(
    shutil.which("spin") is None or shutil.which("gcc") is None,
    reason="spin or gcc is missing (apt-get install spin gcc)",
)


def errors_found(model: str, fault: int, folder: Path) -> tuple[int, int]:
    """Search ``model`` with ``fault`` seeded; returns (errors, states)."""
    command = ["spin", f"-DFAULT={fault}", "-a", str(MODELS / model)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    # -w: Spin's generated code, which warns about itself.
    compile_it = ["gcc", "-O2", "-w", "-DSAFETY", "-DCOLLAPSE", "-o", "pan", "pan.c"]
    subprocess.run(compile_it, cwd=folder, check=True, capture_output=True)
    found = subprocess.run(
        ["./pan", "-m200000", "-w22"], cwd=folder, check=True, capture_output=True, text=True
    ).stdout
    assert "max search depth too small" not in found
    errors = re.search(r"errors: (\d+)", found)
    states = re.search(r"(\d+) states, stored", found)
    assert errors is not None
    assert states is not None
    return int(errors[1]), int(states[1])


@pytest.mark.parametrize(
    ("model", "states"), [("ring_broadcast.pml", 10**6), ("ring_spsc.pml", 10**3)]
)
def test_protocol_is_right(model: str, states: int, tmp_path: Path) -> None:
    errors, seen = errors_found(model, 0, tmp_path)
    assert errors == 0
    assert seen > states, "the search ended early"


@pytest.mark.parametrize(
    ("model", "fault"),
    [("ring_broadcast.pml", fault) for fault in (1, 2, 3)]
    + [("ring_spsc.pml", fault) for fault in (1, 2, 3, 4)],
)
def test_seeded_fault_is_found(model: str, fault: int, tmp_path: Path) -> None:
    assert errors_found(model, fault, tmp_path)[0] == 1
