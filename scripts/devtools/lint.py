"""`dev.py lint`: everything that can be found without running the program.

Each check is one line of the tally. A check whose tool is missing is skipped by name, never
silently.
"""

from __future__ import annotations

import concurrent.futures
import json
import os
import shutil
import sysconfig
from collections.abc import Callable
from pathlib import Path

from check_subject import bad_subjects
from devtools import gen, native, setup
from devtools.shell import (
    BUILD,
    ROOT,
    VENV_PYTHON,
    DevError,
    ask,
    failure,
    run,
    say,
    tracked_files,
)
from devtools.tally import Skip, Tally

TIDY_FLAGS = ("-std=c++20", "-fno-strict-aliasing", "-fvisibility=hidden")


class MissingToolError(DevError):
    """A check needs a tool this machine does not have."""


def need(tool: str) -> str:
    if shutil.which(tool) is None:
        raise MissingToolError(f"{tool} is not installed")
    return tool


def cpp_files() -> list[Path]:
    return tracked_files(".hpp", ".cpp")


def cpp_format(everything: bool) -> None:
    run([need("clang-format-14"), "--dry-run", "--Werror", *cpp_files()])


def _compile_alone(path: Path) -> str:
    """Compiler output for one header on its own; empty when it is clean."""
    # -fvisibility=hidden: as the Python module is compiled; pybind11 asks for it.
    flags = [
        "-std=c++20",
        "-fvisibility=hidden",
        "-Wall",
        "-Wextra",
        "-Wconversion",
        "-Wshadow",
        "-Werror",
    ]
    command = ["g++", "-fsyntax-only", *flags, *include_flags(), "-x", "c++", str(path)]
    # As an included file, so that #pragma once is no warning; the file itself is empty.
    command[-1:] = [os.devnull, "-include", str(path)]
    return failure(command) or ""


def include_flags() -> list[str]:
    """Where headers of ours and of the Python module are found."""
    folders = [ROOT / "cpp", ROOT / "tests" / "cpp", ROOT / "bench"]
    flags = [f"-I{folder}" for folder in folders]
    pybind = ask([VENV_PYTHON, "-c", "import pybind11; print(pybind11.get_include())"])
    system = [sysconfig.get_path("include"), *([pybind.strip()] if pybind else [])]
    return flags + [part for folder in system for part in ("-isystem", folder)]


def headers_alone(everything: bool) -> None:
    headers = [path for path in cpp_files() if path.suffix == ".hpp"]
    say(f"$ g++ -fsyntax-only each of {len(headers)} headers")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [problem for problem in pool.map(_compile_alone, headers) if problem]
    if problems:
        say("\n".join(problems))
        raise DevError(f"{len(problems)} headers do not compile alone")


def clang_build(everything: bool) -> None:
    need("clang++-14")
    native.build("clang")


def changed_files() -> list[Path]:
    """Files changed since origin's main, or in the last commit where that is the same."""
    base = ask(["git", "merge-base", "HEAD", "origin/main"])
    head = ask(["git", "rev-parse", "HEAD"])
    start = base.strip() if base and base != head else "HEAD~1"
    names = ask(["git", "diff", "--name-only", "-z", start]) or ""
    new = ask(["git", "ls-files", "--others", "--exclude-standard", "-z"]) or ""
    return sorted({ROOT / name for name in (names + new).split("\0") if name})


def clang_tidy(everything: bool) -> None:
    """Tidy the changed C++ files, or all; a header as a file of its own."""
    tool = need("clang-tidy-14")
    changed = set(cpp_files()) if everything else set(changed_files())
    files = [path for path in cpp_files() if path in changed]
    if not files:
        return
    native.build("clang")  # its compile_commands.json says how each source is compiled
    compiled = {
        Path(entry["file"])
        for entry in json.loads((BUILD / "clang" / "compile_commands.json").read_text())
    }
    say(f"$ clang-tidy-14 {len(files)} files")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        reports = list(pool.map(lambda path: _tidy_one(tool, path, path in compiled), files))
    findings = [report for report in reports if report]
    if findings:
        say("\n".join(findings))
        raise DevError(f"findings in {len(findings)} files")


def _tidy_one(tool: str, path: Path, in_database: bool) -> str:
    how = ["-p", str(BUILD / "clang")]
    if not in_database:
        how = ["--", "-x", "c++", *TIDY_FLAGS, *include_flags()]
    command = [tool, "--quiet", "--warnings-as-errors=*", str(path), *how]
    return failure(command) or ""


def ruff(everything: bool) -> None:
    run(["ruff", "check", "."])
    run(["ruff", "format", "--check", "."])


def mypy(everything: bool) -> None:
    run([VENV_PYTHON, "-m", "mypy"])


def stubtest(everything: bool) -> None:
    setup.install_hft()
    config = ["--mypy-config-file", "pyproject.toml"]
    config += ["--allowlist", "scripts/stubtest_allowlist.txt"]
    run([VENV_PYTHON, "-m", "mypy.stubtest", "hft._native", *config], env={"MYPYPATH": "python"})


def layers(everything: bool) -> None:
    run([VENV_PYTHON, "scripts/check_layers.py"])


def tidy(everything: bool) -> None:
    run([VENV_PYTHON, "scripts/tidy.py"])


def generated(everything: bool) -> None:
    if gen.command_gen(check=True) != 0:
        raise DevError("generated files are out of date; run: python3 scripts/dev.py gen")


def codespell(everything: bool) -> None:
    run(["codespell", "--toml", "pyproject.toml", *tracked_files()])


def subjects(everything: bool) -> None:
    text = ask(["git", "log", "--format=%s", *([] if everything else ["-50"])]) or ""
    bad = bad_subjects(text.splitlines())
    if bad:
        raise DevError("commit subjects not of the form `stage: what changes`: " + "; ".join(bad))


Check = Callable[[bool], None]

CHECKS: dict[str, Check] = {
    "check_layers": layers,
    "tidy": tidy,
    "commit subjects": subjects,
    "codespell": codespell,
    "ruff": ruff,
    "mypy": mypy,
    "clang-format": cpp_format,
    "headers alone": headers_alone,
    "clang build": clang_build,
    "clang-tidy": clang_tidy,
    "stubtest": stubtest,
    "generated files": generated,
}


def run_checks(checks: dict[str, Check], everything: bool) -> Tally:
    """Run every check, whatever becomes of the others."""
    total = Tally()
    for name, check in checks.items():
        say(f"== {name}")
        try:
            check(everything)
            total.passed += 1
        except MissingToolError as missing:
            total.skipped.append(Skip(name, str(missing)))
        except DevError as error:
            say(f"{name}: {error}")
            total.failed.append(f"{name}: {error}")
    return total


def command_lint(everything: bool, only: list[str]) -> int:
    """Run all checks, or those whose name has one of the words of ``only`` in it."""
    setup.prepare_tools()
    chosen = {n: c for n, c in CHECKS.items() if not only or any(word in n for word in only)}
    if not chosen:
        raise DevError(f"no check is named {' '.join(only)}; checks: {', '.join(CHECKS)}")
    total = run_checks(chosen, everything)
    say()
    say(total.text())
    return 1 if total.failed else 0
