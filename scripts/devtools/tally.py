"""Counting honestly: every test of every runner ends as passed, failed or skipped.

A runner that crashed, wrote no report or found no test is a failure of its own, so that an empty
run can never look like a good one.
"""

from __future__ import annotations

import dataclasses
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

# What ctest writes into `skipped` for a test that said so itself. Everything else in there, such
# as "Unable to find executable", is a test that could not run: a failure.
CTEST_SKIPS = ("SKIP_REGULAR_EXPRESSION_MATCHED", "SKIP_RETURN_CODE")
GTEST_REASON = re.compile(r"^\S+:\d+: Skipped\n(.*?)\n+\[  SKIPPED \]", re.MULTILINE | re.DOTALL)


@dataclasses.dataclass(frozen=True)
class Skip:
    name: str
    reason: str


@dataclasses.dataclass
class Tally:
    passed: int = 0
    failed: list[str] = dataclasses.field(default_factory=list)
    skipped: list[Skip] = dataclasses.field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def total(self) -> int:
        return self.passed + len(self.failed) + len(self.skipped)

    def line(self) -> str:
        return f"{self.passed} passed, {len(self.failed)} failed, {len(self.skipped)} skipped"

    def text(self) -> str:
        """The skipped by name and reason, the failed by name, and the one closing line."""
        lines = [f"skipped: {skip.name}: {skip.reason}" for skip in self.skipped]
        lines += [f"FAILED: {name}" for name in self.failed]
        return "\n".join([*lines, self.line()])


def _cases(report: Path) -> list[ElementTree.Element] | None:
    try:
        return list(ElementTree.parse(report).getroot().iter("testcase"))
    except (OSError, ElementTree.ParseError):
        return None


def _close(tally: Tally, runner: str, returncode: int) -> Tally:
    """Add the failures that no test case shows: nothing found, or a runner that broke."""
    if tally.total() == 0:
        tally.failed.append(f"{runner}: found no tests")
    elif returncode != 0 and not tally.failed:
        tally.failed.append(f"{runner}: exit code {returncode}")
    return tally


def from_ctest(report: Path, runner: str, returncode: int) -> Tally:
    """Count a ctest JUnit report.

    Args:
        report: File that ``ctest --output-junit`` wrote.
        runner: Goes before every name, for example ``native release``.
        returncode: Of ctest.

    Returns:
        The counts; a missing report is one failure.
    """
    cases = _cases(report)
    if cases is None:
        return Tally(failed=[f"{runner}: ctest wrote no report (exit code {returncode})"])
    tally = Tally()
    for case in cases:
        name = f"{runner}: {case.get('name')}"
        skipped = case.find("skipped")
        if case.get("status") == "run":
            tally.passed += 1
        elif skipped is not None and skipped.get("message", "") in CTEST_SKIPS:
            tally.skipped.append(Skip(name, _gtest_reason(case.findtext("system-out") or "")))
        else:
            tally.failed.append(name)
    return _close(tally, runner, returncode)


def _gtest_reason(output: str) -> str:
    match = GTEST_REASON.search(output)
    return " ".join(match.group(1).split()) if match else "the test gave no reason"


def from_pytest(report: Path, runner: str, returncode: int) -> Tally:
    """Count a pytest JUnit report; arguments and result as in ``from_ctest``.

    An expected failure (xfail) counts as skipped, with its reason.
    """
    cases = _cases(report)
    if cases is None:
        return Tally(failed=[f"{runner}: pytest wrote no report (exit code {returncode})"])
    tally = Tally()
    for case in cases:
        name = f"{runner}: {case.get('classname', '')}::{case.get('name')}"
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            tally.failed.append(name)
        elif skipped is not None:
            tally.skipped.append(Skip(name, " ".join(skipped.get("message", "").split())))
        else:
            tally.passed += 1
    return _close(tally, runner, returncode)
