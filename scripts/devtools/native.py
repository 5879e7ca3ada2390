"""Native builds: one folder under build/ per variant, made with CMake and Ninja, kept for reuse."""

from __future__ import annotations

from pathlib import Path

from devtools import shell
from devtools.shell import BUILD, ROOT, VENV_PYTHON, Command, run
from devtools.tally import Tally, from_ctest

CLANG = "-DCMAKE_CXX_COMPILER=clang++-14"
# -O1 -g1: fast enough to run, and the reports of the sanitizers show lines.
QUICK = "-DCMAKE_BUILD_TYPE=Debug"  # for warnings alone
CHECKED = ("-DCMAKE_BUILD_TYPE=None", "-DCMAKE_CXX_FLAGS=-O1 -g1")

VARIANTS = {
    "release": ("-DHFT_TESTS=ON", "-DHFT_BENCH=ON"),
    "address": ("-DHFT_TESTS=ON", "-DHFT_SANITIZE=address", *CHECKED),
    "thread": ("-DHFT_TESTS=ON", "-DHFT_SANITIZE=thread", *CHECKED),
    "clang": ("-DHFT_TESTS=ON", "-DHFT_BENCH=ON", "-DHFT_PYTHON=ON", CLANG, QUICK),
    "fuzz": ("-DHFT_FUZZ=ON", "-DHFT_SANITIZE=address", CLANG, *CHECKED),
    "bench": ("-DHFT_BENCH=ON",),
}
# The sanitizers' own settings: every finding ends the program, and so the test.
SANITIZER_ENV = {
    "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1",
}


def python_options() -> list[str]:
    """Where CMake finds pybind11 and the Python to build for, when pip does not tell it."""
    where = shell.ask([VENV_PYTHON, "-m", "pybind11", "--cmakedir"])
    return [f"-Dpybind11_DIR={(where or '').strip()}", f"-DPython_EXECUTABLE={VENV_PYTHON}"]


def build(variant: str, *, source: Path = ROOT, folder: Path | None = None) -> Path:
    """Configure and build one variant.

    Args:
        variant: A key of ``VARIANTS``.
        source: Root of the checkout to build.
        folder: Where to; ``build/VARIANT`` by default.

    Returns:
        The build folder.
    """
    folder = folder or BUILD / variant
    options = ["-DHFT_WERROR=ON", *VARIANTS[variant]]
    if "-DHFT_PYTHON=ON" in options:
        options += python_options()
    run(["cmake", "-S", source, "-B", folder, "-G", "Ninja", *options])
    run(["ninja", "-C", folder])
    return folder


def run_ctest(folder: Path, runner: str) -> Tally:
    """Run the tests of a build folder and count them."""
    report = folder / "ctest.xml"
    report.unlink(missing_ok=True)
    command: Command = [
        "ctest",
        "--test-dir",
        folder,
        "--output-junit",
        report,
        "--no-tests=error",
        "-j2",
    ]
    done = run([*command, "--output-on-failure"], env=SANITIZER_ENV, check=False)
    if done.returncode != 0:
        shell.say(done.stdout)
    return from_ctest(report, runner, done.returncode)
