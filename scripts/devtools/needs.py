"""What the machine must have, what it may have, and what its absence skips.

Every need is found by looking for the thing itself, not for its package: a compiler built by hand
or a library in another prefix is as good as Debian's.
"""

from __future__ import annotations

import dataclasses
import glob
import importlib.util
import os
import shutil
import sys
import sysconfig
from collections.abc import Callable, Iterable
from pathlib import Path

from devtools import shell
from devtools.shell import DevError

PYTHON = f"python3.{sys.version_info.minor}"


@dataclasses.dataclass(frozen=True)
class Need:
    name: str
    package: str  # Debian's; empty where apt-get has none
    present: Callable[[], bool]
    skips: str  # what its absence skips; empty: nothing works without it


def program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name) is not None


def header(name: str) -> Callable[[], bool]:
    """Whether the compiler finds the header, in whatever folders it searches."""
    command = ["g++", "-x", "c++", "-E", "-include", name, os.devnull, "-o", os.devnull]
    return lambda: shell.ask(command) is not None


def python_header() -> bool:
    return Path(sysconfig.get_path("include"), "Python.h").is_file()


def fuzzer_runtime() -> bool:
    return bool(glob.glob("/usr/lib/llvm-14/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a"))


def can_make_venv() -> bool:
    return importlib.util.find_spec("ensurepip") is not None


def gpu() -> bool:
    return shell.ask(["nvidia-smi", "-L"]) is not None


REQUIRED = (
    Need("g++ (C++20)", "g++", program("g++"), ""),
    Need("zlib headers", "zlib1g-dev", header("zlib.h"), ""),
    Need("zstd headers", "libzstd-dev", header("zstd.h"), ""),
    Need("python venv", f"{PYTHON}-venv", can_make_venv, ""),
    Need("python headers", f"{PYTHON}-dev", python_header, ""),
)
FOR_TESTS = (Need("GoogleTest", "libgtest-dev", header("gtest/gtest.h"), ""),)
OPTIONAL = (
    Need("clang++-14", "clang-14", program("clang++-14"), "lint: the clang build; fuzz"),
    Need("clang-format-14", "clang-format-14", program("clang-format-14"), "lint: C++ format"),
    Need("clang-tidy-14", "clang-tidy-14", program("clang-tidy-14"), "lint: clang-tidy"),
    Need("clang runtimes", "libclang-rt-14-dev", fuzzer_runtime, "fuzz"),
    Need("spin", "spin", program("spin"), "test: the model check of the ring by spin"),
    Need("valgrind", "valgrind", program("valgrind"), "bench: instructions per message"),
    Need("ccache", "ccache", program("ccache"), "nothing; builds of the same code take longer"),
)
# Of no use to the project yet; listed so that nobody wonders.
OUTSIDE = (
    Need("nvcc", "", program("nvcc"), "nothing yet: cuda/ holds no code"),
    Need("NVIDIA GPU", "", gpu, "nothing yet: cuda/ holds no code"),
    Need("verilator", "", program("verilator"), "nothing yet: fpga/ holds no code"),
    Need("libxdp", "", header("xdp/xsk.h"), "nothing yet: live packets come by sockets"),
)


def missing(needs: Iterable[Need]) -> list[Need]:
    return [need for need in needs if not need.present()]


def privilege() -> list[str] | None:
    """What goes before apt-get so that it may install; None where it may not."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and shell.ask(["sudo", "-n", "true"]) is not None:
        return ["sudo", "-n"]
    return None


def by_hand(packages: Iterable[str]) -> str:
    return f"sudo apt-get update && sudo apt-get install -y {' '.join(packages)}"


def install(packages: list[str]) -> None:
    """Install Debian packages.

    Raises:
        DevError: If apt-get is missing, may not be used or fails; it names the command to type.
    """
    prefix = privilege()
    if prefix is None:
        raise DevError(
            f"missing on this machine: {' '.join(packages)}, and apt-get may not be used "
            f"(no root, no password-free sudo); run: {by_hand(packages)}"
        )
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    try:
        shell.run([*prefix, *quiet, "update"])
        shell.run([*prefix, *quiet, "install", "-y", "--no-install-recommends", *packages])
    except DevError as error:
        raise DevError(f"{error}; run it by hand: {by_hand(packages)}") from error


def ensure(needs: Iterable[Need]) -> None:
    """Install what is required and missing; silent and quick when everything is there."""
    packages = [need.package for need in missing(needs)]
    if packages:
        install(packages)


def ensure_optional() -> None:
    """Try to install the optional tools, once per checkout: offline it would only cost time."""
    packages = [need.package for need in missing(OPTIONAL)]
    tried = shell.BUILD / "optional-packages-tried"
    wanted = " ".join(packages)
    if not packages or (tried.is_file() and tried.read_text() == wanted):
        return
    if privilege() is None:
        shell.say(f"optional tools are missing; to have them: {by_hand(packages)}")
        return
    tried.parent.mkdir(exist_ok=True)
    tried.write_text(wanted)
    try:
        install(packages)
    except DevError as error:
        shell.say(f"optional tools could not be installed: {error}")


def report(absent: Iterable[Need]) -> str:
    """One block: the optional parts this machine lacks, and what each absence skips."""
    rows = [(need.name, need.skips) for need in absent]
    if not rows:
        return "Optional parts: all there."
    width = max(len(name) for name, _ in rows)
    lines = [f"  {name:<{width}}  skips {skips}" for name, skips in rows]
    return "\n".join(["Optional parts missing here, and what that skips:", *lines])
