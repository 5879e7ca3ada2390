"""What the documentation shows is run: a page that lies fails here.

Every ```python and ```console block of README.md and docs/ runs, page by page, block by block, in
a folder with a small synthetic session in it. Output is compared loosely: numbers, digests and the
width of columns may differ, words and order may not; a line `...` stands for any lines.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hft.cli import main

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = sorted([CHECKOUT / "README.md", *(CHECKOUT / "docs").rglob("*.md")])
# Shown, but not run: they install or build, or run the very tests that this is one of.
NOT_RUN = ("python3 scripts/", "python scripts/", "sudo ", "pip ", "git ", "apt-get ", "cmake ")
NUMBER = re.compile(
    r" ?\b[0-9a-f]{16}\b|<? ?\d[\d.,:_x]*( ?([kMGT]?i?B|[kMG]|ns|µs|ms|s|min|h|%)\b)?"
)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text and the line it begins on."""

    language: str
    text: str
    line: int


def blocks_of(page: Path) -> Iterator[Block]:
    """The blocks of a page that are to be run."""
    text = page.read_text(encoding="utf-8")
    for found in re.finditer(r"^```(python|console)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield Block(found[1], found[2], text.count("\n", 0, found.start()) + 1)


def loose(text: str) -> list[str]:
    """The lines of an output with numbers, digests and spaces made equal; empty ones left out."""
    lines = (" ".join(NUMBER.sub(" # ", line).split()) for line in text.splitlines())
    return [line for line in lines if line]


def assert_shown(expected: str, actual: str, where: str) -> None:
    """Every line that is shown must come in the output, in order, with nothing between."""
    lines, at, gap = loose(actual), 0, False
    for line in loose(expected):
        if line in ("...", "…"):
            gap = True
            continue
        while gap and at < len(lines) and lines[at] != line:
            at += 1
        shown = lines[at] if at < len(lines) else "nothing more"
        assert shown == line, f"{where}: shown {line!r}, printed {shown!r}:\n{actual}"
        at, gap = at + 1, False
    assert gap or at == len(lines) or not expected.strip(), f"{where}: not shown: {lines[at:]}"


def run_console(block: Block, folder: Path, where: str) -> None:
    """Run each `$ ` line in the folder and compare what follows it."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    # Rings belong to the whole machine, where these tests may run twice at a time.
    text = (
        block.text.replace(" docs", f" docs-{os.getpid()}")
        if "--ring" in block.text
        else block.text
    )
    for step in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, expected = re.sub(r"\\\n", " ", step).partition("\n")
        if command.startswith(NOT_RUN):
            continue
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode in (0, 1), f"{where}: {command}: {done.stdout}"
        assert "Traceback" not in done.stdout, f"{where}: {command}: {done.stdout}"
        if expected.strip():
            assert_shown(expected, done.stdout, f"{where}: {command}")


def run_python(block: Block, names: dict[str, Any], where: str) -> None:
    """Run a block; one with `>>>` shows output, which must be exactly that."""
    if ">>>" not in block.text:
        exec(compile(block.text, where, "exec"), names)
        return
    test = doctest.DocTestParser().get_doctest(block.text, names, where, where, 0)
    out: list[str] = []
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    runner = doctest.DocTestRunner(optionflags=flags)
    failed = runner.run(test, out=out.append, clear_globs=False).failed
    names.update(test.globs)
    assert failed == 0, "".join(out)


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the pages speak of."""
    folder = tmp_path_factory.mktemp("sessions")
    common = ["--messages", "50000", "--instruments", "100", "--seed", "7"]
    capture = [str(folder / "day.pcap"), "--loss", "0.001", "--reorder", "0.001"]
    assert main(["synth", *capture, *common]) == 0
    assert main(["synth", str(folder / "day.itch"), *common]) == 0
    example = next(
        block
        for block in re.findall(
            r"```toml\n(.*?)```", (CHECKOUT / "docs/configuration.md").read_text(), re.DOTALL
        )
    )
    (folder / "hft.toml").write_text(example)
    return folder


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_what_the_page_shows_is_true(
    page: Path, sessions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = list(blocks_of(page))
    for file in sessions.iterdir():
        (tmp_path / file.name).symlink_to(file)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "documentation"}
    for block in blocks:
        where = f"{page.relative_to(CHECKOUT)}:{block.line}"
        if block.language == "console":
            run_console(block, tmp_path, where)
        else:
            run_python(block, names, where)


def test_the_loose_comparison_still_tells_words_apart() -> None:
    assert_shown("xnas 12 messages\n...\nend", "xnas  3,400 messages\nmore\nend", "here")
    with pytest.raises(AssertionError, match="xbos"):
        assert_shown("xnas 12 messages", "xbos 12 messages", "here")
    with pytest.raises(AssertionError, match="not shown"):
        assert_shown("one", "one\ntwo", "here")
    with pytest.raises(AssertionError, match="nothing more"):
        assert_shown("one\ntwo", "one", "here")
