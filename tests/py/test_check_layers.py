"""The layer check finds what it is for: a tree that breaks the table is refused, line by line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from check_layers import MAY_INCLUDE, violations

ROOT = Path(__file__).resolve().parents[2]


def write(root: Path, name: str, text: str) -> None:
    path = root / "cpp" / "hft" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_the_project_keeps_to_its_table() -> None:
    assert list(violations(ROOT)) == []


@pytest.mark.parametrize(
    ("file", "included"),
    [
        ("base/a.hpp", "hft/record/record.hpp"),
        ("record/a.hpp", "hft/wire/itch50.hpp"),
        ("ring/a.hpp", "hft/book/map_book.hpp"),
        ("feed/itch50/a.cpp", "hft/ring/spsc.hpp"),
        ("book/a.hpp", "hft/feed/handler.hpp"),
        ("engine/a.cpp", "hft/py/module.hpp"),
    ],
)
def test_a_forbidden_include_is_named_with_its_line(
    tmp_path: Path, file: str, included: str
) -> None:
    write(tmp_path, file, f'// What it is.\n#include <vector>\n\n  # include "{included}"\n')
    (found,) = violations(tmp_path)
    assert found.startswith(f"cpp/hft/{file}:4: ")
    assert included in found
    assert "may include" in found


def test_allowed_includes_pass(tmp_path: Path) -> None:
    for stage, others in MAY_INCLUDE.items():
        lines = [f"#include <hft/{other}/x.hpp>" for other in (*others, stage)]
        write(tmp_path, f"{stage}/a.hpp", "\n".join(["// ok", *lines]))
    assert list(violations(tmp_path)) == []


def test_an_unknown_stage_and_a_relative_include_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "utils/a.hpp", "// no such stage\n")
    write(tmp_path, "book/b.hpp", "// the other\n")
    write(tmp_path, "book/a.hpp", '#include "b.hpp"\n')
    relative, unknown = violations(tmp_path)
    assert "from the root" in relative
    assert "utils is no stage" in unknown


def test_the_program_exits_with_one(tmp_path: Path) -> None:
    write(tmp_path, "base/a.hpp", '#include "hft/book/b.hpp"\n')
    program = [sys.executable, str(ROOT / "scripts" / "check_layers.py")]
    broken = subprocess.run([*program, str(tmp_path)], capture_output=True, text=True, check=False)
    assert broken.returncode == 1
    assert broken.stdout.startswith("cpp/hft/base/a.hpp:1: base includes hft/book/b.hpp")
    nothing = subprocess.run([*program, "/nowhere"], capture_output=True, text=True, check=False)
    assert nothing.returncode == 2


def test_architecture_shows_the_same_table() -> None:
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text()
    shown: dict[str, frozenset[str]] = {}
    for row in text.split("## Who may include whom", 1)[1].split("\n## ", 1)[0].splitlines():
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        if row.startswith("| `"):
            allowed = cells[1].replace("`", "").replace("–", "").split(",")
            for stage in cells[0].replace("`", "").split(","):
                shown[stage.strip()] = frozenset(a.strip() for a in allowed if a.strip())
    assert shown == MAY_INCLUDE
