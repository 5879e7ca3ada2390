"""dev.py counts honestly and says what is missing; its pure parts, without building anything."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from devtools import needs, setup, shell, test
from devtools.needs import Need
from devtools.shell import DevError
from devtools.tally import Skip, Tally, from_ctest, from_pytest

ROOT = Path(__file__).resolve().parents[2]

CTEST = """<?xml version="1.0"?><testsuite>
<testcase name="good" status="run"><system-out>fine</system-out></testcase>
<testcase name="bad" status="fail"><failure message=""/></testcase>
<testcase name="later" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>
<system-out>[ RUN      ] A.later
/x/y_test.cpp:12: Skipped
no folder
here
[  SKIPPED ] A.later (0 ms)
</system-out></testcase>
<testcase name="gone" status="notrun"><skipped message="Unable to find executable"/></testcase>
</testsuite>"""

PYTEST = """<testsuites><testsuite>
<testcase classname="tests.a" name="good"/>
<testcase classname="tests.a" name="bad"><failure message="x"/></testcase>
<testcase classname="tests.a" name="broken"><error message="x"/></testcase>
<testcase classname="tests.a" name="later"><skipped message="no GPU"/></testcase>
</testsuite></testsuites>"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "report.xml"
    path.write_text(text)
    return path


def test_ctest_counts_each_case_and_a_missing_program_is_a_failure(tmp_path: Path) -> None:
    tally = from_ctest(written(tmp_path, CTEST), "native", 8)
    assert tally.passed == 1
    assert tally.failed == ["native: bad", "native: gone"]
    assert tally.skipped == [Skip("native: later", "no folder here")]


def test_pytest_counts_failures_errors_and_skips(tmp_path: Path) -> None:
    tally = from_pytest(written(tmp_path, PYTEST), "pytest", 1)
    assert tally.passed == 1
    assert tally.failed == ["pytest: tests.a::bad", "pytest: tests.a::broken"]
    assert tally.skipped == [Skip("pytest: tests.a::later", "no GPU")]


@pytest.mark.parametrize("read", [from_ctest, from_pytest])
def test_no_report_no_tests_and_a_crash_are_failures(tmp_path: Path, read: object) -> None:
    assert callable(read)
    (missing,) = read(tmp_path / "none.xml", "r", 139).failed
    assert "139" in missing
    assert read(written(tmp_path, "<testsuite/>"), "r", 0).failed == ["r: found no tests"]
    assert len(read(written(tmp_path, "<testsuite><testca"), "r", 1).failed) == 1
    one = '<testsuite><testcase name="a" status="run"/></testsuite>'
    assert read(written(tmp_path, one), "r", 0).failed == []
    assert read(written(tmp_path, one), "r", 3).failed == ["r: exit code 3"]


def test_the_last_line_is_the_count_and_the_skipped_stand_above_it() -> None:
    total = Tally(123, [], [Skip("spin model", "spin is not installed")])
    total.add(Tally(1, ["pytest: a"], []))
    lines = total.text().splitlines()
    assert lines[-1] == "124 passed, 1 failed, 1 skipped"
    assert "skipped: spin model: spin is not installed" in lines
    assert "FAILED: pytest: a" in lines


def test_a_step_that_cannot_be_done_fails_and_the_others_still_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken() -> Tally:
        raise DevError("exit code 1 of: ninja")

    total = test.run_steps({"build": broken, "pytest": lambda: Tally(passed=2)})
    assert total.passed == 2
    assert total.failed == ["build: exit code 1 of: ninja"]
    assert "ninja" in capsys.readouterr().out


def test_the_block_of_missing_parts_names_each_and_what_it_skips() -> None:
    here = Need("here", "a", lambda: True, "nothing")
    gone = Need("nvcc", "", lambda: False, "the kernels")
    assert needs.missing([here, gone]) == [gone]
    assert needs.report([gone]).splitlines()[1].split() == ["nvcc", "skips", "the", "kernels"]
    assert needs.report([]) == "Optional parts: all there."


def test_without_apt_get_the_exact_command_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "privilege", lambda: None)
    gone = Need("zlib headers", "zlib1g-dev", lambda: False, "")
    with pytest.raises(DevError, match="sudo apt-get install -y zlib1g-dev"):
        needs.ensure([gone])
    needs.ensure([Need("there", "x", lambda: True, "")])  # asks for nothing


def test_a_failing_command_says_what_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(DevError, match=r"exit code 3 of: .*exit 3"):
        shell.run(["sh", "-c", "echo why; exit 3"])
    out = capsys.readouterr().out
    assert out.startswith("$ sh -c 'echo why; exit 3'")
    assert "why" in out.splitlines()
    with pytest.raises(DevError, match=r"dev\.py setup"):
        shell.run(["no-such-program-of-hft"])


def test_requirements_come_from_pyproject() -> None:
    wanted = setup.requirements(setup.EXTRAS_FOR_DEVELOPMENT)
    for name in ("scikit-build-core", "pybind11", "numpy", "pytest", "hypothesis", "ruff", "mypy"):
        assert any(requirement.startswith(name) for requirement in wanted), name


def test_dev_py_needs_only_the_standard_library() -> None:
    """Every import of dev.py's modules is Python's own or a neighbour."""
    ours = {path.stem for path in (ROOT / "scripts").glob("*.py")} | {"devtools"}
    files = [ROOT / "scripts" / "dev.py", *(ROOT / "scripts" / "devtools").glob("*.py")]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            for name in names:
                top = name.split(".")[0]
                assert top in sys.stdlib_module_names | ours, f"{path}: {name}"


def test_help_names_every_command() -> None:
    program = [sys.executable, "-S", str(ROOT / "scripts" / "dev.py"), "--help"]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for command in ("setup", "demo", "test", "lint", "bench", "fuzz", "gen"):
        assert command in done.stdout
