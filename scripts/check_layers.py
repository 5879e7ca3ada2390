#!/usr/bin/env python3
"""Who may include whom: reads every #include of cpp/hft and refuses what the table does not allow.

    python3 scripts/check_layers.py [ROOT]

A stage that includes its neighbour cannot be tested, replaced or moved to another device alone;
stages meet in records, and only `engine` and `py` see them all. docs/ARCHITECTURE.md shows the same
table to people, and a test compares the two.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

MAY_INCLUDE: dict[str, frozenset[str]] = {
    "base": frozenset(),
    "wire": frozenset({"base"}),
    "net": frozenset({"base", "wire"}),  # Ethernet and pcap headers lie in wire
    "record": frozenset({"base"}),
    "ring": frozenset({"base", "record"}),
    "feed": frozenset({"base", "wire", "net", "record"}),
    "book": frozenset({"base", "record"}),
    "feature": frozenset({"base", "record", "book"}),
    "strategy": frozenset({"base", "record", "book", "feature"}),
    "risk": frozenset({"base", "record"}),  # it gets a Touch, and no book
    "order": frozenset({"base", "wire", "net", "record"}),
    "venue": frozenset({"base", "wire", "net", "record", "book"}),
}
MAY_INCLUDE["engine"] = frozenset(MAY_INCLUDE)
MAY_INCLUDE["py"] = frozenset(MAY_INCLUDE)

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">]', re.MULTILINE)


def violations(root: Path) -> Iterator[str]:
    """Every include that breaks the table.

    Args:
        root: The project; its ``cpp/hft`` has one folder per stage.

    Yields:
        ``FILE:LINE: problem; remedy``.
    """
    for path in sorted((root / "cpp" / "hft").rglob("*")):
        if path.suffix in {".hpp", ".cpp"}:
            yield from _of_file(path, root)


def _of_file(path: Path, root: Path) -> Iterator[str]:
    name = path.relative_to(root)
    stage = path.relative_to(root / "cpp" / "hft").parts[0]
    if stage not in MAY_INCLUDE:
        known = ", ".join(MAY_INCLUDE)
        yield f"{name}:1: {stage} is no stage; put the file into one of: {known}"
        return
    text = path.read_text()
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        problem = _problem(stage, match.group(1), path.parent)
        if problem:
            yield f"{name}:{line}: {problem}"


def _problem(stage: str, target: str, folder: Path) -> str | None:
    if not target.startswith("hft/"):
        if (folder / target).is_file():
            return f'"{target}" is relative; write it from the root: "hft/{stage}/…"'
        return None
    other = target.split("/")[1]
    if other == stage or other in MAY_INCLUDE[stage]:
        return None
    allowed = ", ".join(sorted(MAY_INCLUDE[stage])) or "no other stage"
    return f"{stage} includes {target}; {stage} may include {allowed}"


def main(argv: list[str]) -> int:
    root = Path(argv[1]) if len(argv) > 1 else Path(__file__).resolve().parents[1]
    if not (root / "cpp" / "hft").is_dir():
        print(f"{root}: has no cpp/hft; name the root of the project", file=sys.stderr)
        return 2
    found = list(violations(root))
    for violation in found:
        print(violation)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
