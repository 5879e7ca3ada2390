"""`dev.py bench`: runs the canonical workload and keeps the results with host facts.

A benchmark prints one JSON object a line, {"bench": NAME, "unit": UNIT, "values": [one per round]}
and whatever else it knows; with a floor of the same rounds also its name and the "ratios" to it.
With --against the other revision is built in a worktree of its own, and the two take turns: what
the machine does meanwhile hits both.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

from devtools import host, native, needs, setup
from devtools.shell import BUILD, OUT, ROOT, DevError, ask, run, say

ROUNDS_AGAINST = 5  # turns of each side; every turn has rounds of its own


@dataclasses.dataclass
class Side:
    """One revision: its programs by name, and what they measured."""

    revision: str
    programs: dict[str, Path]
    results: list[dict[str, Any]] = dataclasses.field(default_factory=list)


def revision_of(name: str) -> str:
    said = ask(["git", "rev-parse", "--short=12", "--verify", f"{name}^{{commit}}"])
    if said is None:
        raise DevError(f"{name}: git knows no such revision; name a commit, tag or branch")
    return said.strip()


def here() -> Side:
    revision = revision_of("HEAD")
    changed = ask(["git", "status", "--porcelain", "--untracked-files=no"])
    folder = native.build("bench")
    return Side(f"{revision}-changed" if changed else revision, programs_in(folder))


def other(name: str) -> Side:
    """Another revision, in build/against-REVISION; the worktree stays for the next time."""
    revision = revision_of(name)
    source = BUILD / f"against-{revision}"
    if not source.is_dir():
        run(["git", "worktree", "add", "--detach", source, revision])
    folder = native.build("bench", source=source, folder=source / "build" / "bench")
    return Side(revision, programs_in(folder))


def programs_in(folder: Path) -> dict[str, Path]:
    """The benchmarks of a build folder, in the order of the data path."""
    listing = folder / "benches.txt"
    if not listing.is_file():
        raise DevError(f"{folder}: this revision lists no benchmarks; choose a newer one")
    return {Path(line).name: Path(line) for line in listing.read_text().split()}


def results_of(output: str) -> list[dict[str, Any]]:
    """The JSON objects of a benchmark's output; other lines are for people."""
    found = []
    for line in output.splitlines():
        if line.startswith("{"):
            try:
                found.append(json.loads(line))
            except ValueError as error:
                raise DevError(f"not JSON: {line[:60]}; {error}") from error
    return found


def measure(side: Side, name: str) -> None:
    results = results_of(run([side.programs[name], "--full"]).stdout)
    if not results:
        raise DevError(f"{name} printed no result; run it: {side.programs[name]} --full")
    for result in results:
        say("  " + summary(result))
    side.results += results


def summary(result: dict[str, Any]) -> str:
    """One line for people of a result's values or of its single figures."""
    values = sorted(result.get("values", []))
    if not values:
        return json.dumps(result)
    middle = values[len(values) // 2]
    bounds = f"{values[0]:.4g} to {values[-1]:.4g}"
    text = f"{result['bench']}: {middle:.4g} {result['unit']} ({len(values)} rounds, {bounds})"
    if "floor" in result:
        text += f", {result['ratio']:.3f} of {result['floor']}"
    return text


def write(side: Side) -> Path:
    folder = OUT / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    now = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    path = folder / f"{now}-{re.sub('[^0-9a-z-]', '', side.revision)}.json"
    facts = {"revision": side.revision, "time_utc": now, "host": host.facts()}
    path.write_text(json.dumps({**facts, "results": side.results}, indent=1) + "\n")
    say(f"wrote {path.relative_to(ROOT)}")
    return path


def print_comparison(before: Path, after: Path) -> None:
    sys.path.insert(0, str(ROOT))
    compare = importlib.import_module("bench.compare")
    text, _ = compare.report(json.loads(before.read_text()), json.loads(after.read_text()))
    say(text)


def command_bench(only: list[str], against: str | None, turns: int | None) -> int:
    """Run the benchmarks, or those whose name has one of the words of ``only`` in it."""
    needs.ensure(needs.REQUIRED)
    setup.make_venv()
    setup.install_requirements(extras=())
    sides = [here()] if against is None else [other(against), here()]
    common = [n for n in sides[-1].programs if all(n in side.programs for side in sides)]
    chosen = [name for name in common if not only or any(word in name for word in only)]
    if not chosen:
        raise DevError(f"no benchmark of that name on every side; there are: {', '.join(common)}")
    if os.getloadavg()[0] > 0.5 * (os.cpu_count() or 1):
        say("Note: this machine is busy; the spread will show it.")
    for _ in range(turns or (1 if against is None else ROUNDS_AGAINST)):
        for name in chosen:
            for side in sides:
                measure(side, name)
    files = [write(side) for side in sides]
    if against is not None:
        print_comparison(*files)
    return 0
