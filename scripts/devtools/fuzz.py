"""`dev.py fuzz`: every fuzz target under libFuzzer, AddressSanitizer and UBSan, for a while.

The corpus is kept under out/fuzz/, so that the next run goes on from there. A finding is written
beside it; made small, it becomes a seed in tests/fuzz/seeds/ together with the mend.
"""

from __future__ import annotations

from pathlib import Path

from devtools import native, needs, setup
from devtools.shell import OUT, ROOT, DevError, run, say
from devtools.tally import Tally

NEEDED = ("clang++-14", "clang runtimes")


def command_fuzz(seconds: int, only: list[str]) -> int:
    """Fuzz each target, or those whose name has one of the words of ``only`` in it."""
    setup.prepare_tools()
    gone = [need for need in needs.missing(needs.OPTIONAL) if need.name in NEEDED]
    if gone:
        packages = " ".join(need.package for need in gone)
        raise DevError(f"fuzzing needs clang; run: sudo apt-get install -y {packages}")
    folder = native.build("fuzz") / "tests" / "fuzz"
    targets = sorted(path.stem for path in (ROOT / "tests" / "fuzz").glob("*_fuzz.cpp"))
    chosen = [name for name in targets if not only or any(word in name for word in only)]
    if not chosen:
        raise DevError(f"no fuzz target is named {' '.join(only)}; targets: {', '.join(targets)}")
    total = Tally()
    for name in chosen:
        found = fuzz_one(folder / name, name, seconds)
        total.passed += found is None
        total.failed += [found] if found else []
    say()
    say(total.text())
    return 1 if total.failed else 0


def fuzz_one(program: Path, name: str, seconds: int) -> str | None:
    """Fuzz one target; what was found, or None."""
    corpus = OUT / "fuzz" / name
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = ROOT / "tests" / "fuzz" / "seeds" / name
    limits = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048"]
    where = [f"-artifact_prefix={OUT}/fuzz/{name}-", "-print_final_stats=1"]
    try:
        done = run(
            [program, *limits, *where, corpus, *([seeds] if seeds.is_dir() else [])],
            env=native.SANITIZER_ENV,
        )
    except DevError as error:
        return f"{name}: {error}; the input lies in out/fuzz/"
    runs = [line for line in done.stdout.splitlines() if "number_of_executed_units" in line]
    say(f"  {name}: {runs[0].split()[-1] if runs else '?'} inputs, nothing found")
    return None
