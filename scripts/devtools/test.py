"""`dev.py test`: every check that a machine without a GPU can run, and one honest closing line.

A step that cannot be done (a build that breaks, a runner that crashes) is a failure with its name,
and the others still run.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from devtools import native, needs, setup
from devtools.shell import BUILD, VENV_PYTHON, Command, DevError, run, say
from devtools.tally import Tally, from_pytest

Step = Callable[[], Tally]


def native_step(variant: str) -> Step:
    return lambda: native.run_ctest(native.build(variant), f"native {variant}")


def python_step() -> Tally:
    """Python tests, the contract and system tests, and the snippets of the docs."""
    setup.install_hft()
    report = BUILD / "pytest.xml"
    report.parent.mkdir(exist_ok=True)
    report.unlink(missing_ok=True)
    command: Command = [VENV_PYTHON, "-m", "pytest", "--junit-xml", report]
    done = run(command, live=True, check=False)
    return from_pytest(report, "pytest", done.returncode)


STEPS: dict[str, Step] = {
    "native release": native_step("release"),  # with the small benchmarks
    "native address": native_step("address"),  # AddressSanitizer and UBSan; with the fuzz seeds
    "native thread": native_step("thread"),  # ThreadSanitizer, stages that have threads
    "pytest": python_step,
}


def run_steps(steps: dict[str, Step]) -> Tally:
    """Run every step, whatever becomes of the others, and add up."""
    total = Tally()
    for name, step in steps.items():
        say(f"== {name}")
        start = time.monotonic()
        try:
            tally = step()
        except DevError as error:
            say(f"{name}: {error}")
            tally = Tally(failed=[f"{name}: {error}"])
        say(f"   {name}: {tally.line()}, {time.monotonic() - start:.0f} s")
        total.add(tally)
    return total


def command_test(only: list[str]) -> int:
    """Run all steps, or those whose name has one of the words of ``only`` in it."""
    try:
        setup.prepare_tools()
        chosen = {n: s for n, s in STEPS.items() if not only or any(word in n for word in only)}
        total = run_steps(chosen)
    except DevError as error:
        total = Tally(failed=[f"setup: {error}"])
    if total.total() == 0:
        total.failed.append(f"no step is named {' '.join(only)}; steps: {', '.join(STEPS)}")
    say()
    say(needs.report(needs.missing([*needs.OPTIONAL, *needs.OUTSIDE])))
    say(total.text())
    return 1 if total.failed else 0
