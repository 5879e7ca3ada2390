"""`dev.py setup`: system packages, `.venv`, Python packages, and hft itself, installed editable.

Each step leaves a stamp of what it was made from, so a second run only compares and is over in a
fraction of a second.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from devtools import needs, shell
from devtools.shell import BUILD, ROOT, VENV, VENV_PYTHON, Command, DevError, ask, run, say

CMAKE_MINIMUM = (3, 25)
SETTINGS = ("build-dir=build/python", "cmake.define.HFT_WERROR=ON")  # of scikit-build-core
EXTRAS_FOR_DEVELOPMENT = ("test", "lint", "parquet", "dbn")


def prepare_build() -> None:
    """All that building and running hft needs: the ground of `demo`."""
    needs.ensure(needs.REQUIRED)
    make_venv()
    install_requirements(extras=())
    install_hft()


def prepare_tools() -> None:
    """All that tests and checks need but hft itself, with the optional tools that can be had."""
    needs.ensure([*needs.REQUIRED, *needs.FOR_TESTS])
    needs.ensure_optional()
    make_venv()
    install_requirements(extras=EXTRAS_FOR_DEVELOPMENT)


def command_setup() -> int:
    prepare_tools()
    install_hft()
    say()
    say(needs.report(needs.missing([*needs.OPTIONAL, *needs.OUTSIDE])))
    say("Ready: .venv/bin/hft --help, python3 scripts/dev.py test")
    return 0


def make_venv() -> None:
    """Make .venv with this Python, again if it was made with another one."""
    version = ".".join(map(str, sys.version_info[:2]))
    if VENV.exists():
        said = ask([VENV_PYTHON, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
        if said is not None and said.strip() == version:
            return
        say(f".venv is not of Python {version}; it is made anew")
        shutil.rmtree(VENV)
    run([sys.executable, "-m", "venv", VENV])


def requirements(extras: Iterable[str]) -> list[str]:
    """What pip must install before hft is built, read from pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        config = tomllib.load(file)
    wanted = [*config["build-system"]["requires"], *config["project"].get("dependencies", [])]
    for extra in extras:
        wanted += config["project"]["optional-dependencies"][extra]
    return wanted + missing_build_tools()


def missing_build_tools() -> list[str]:
    """CMake and Ninja as wheels, where the system has none or too old a one."""
    system_path = shell.environment()["PATH"].removeprefix(f"{VENV / 'bin'}:")
    cmake = shutil.which("cmake", path=system_path)
    said = re.search(r"(\d+)\.(\d+)", ask([cmake, "--version"]) or "") if cmake else None
    tools = []
    if said is None or (int(said[1]), int(said[2])) < CMAKE_MINIMUM:
        tools.append("cmake>=3.25")
    if shutil.which("ninja", path=system_path) is None:
        tools.append("ninja")
    return tools


def stamped(name: str) -> tuple[Path, set[str]]:
    """A stamp file in .venv and the lines it holds."""
    path = VENV / f"hft-{name}.stamp"
    return path, set(path.read_text().splitlines()) if path.is_file() else set()


def install_requirements(extras: Iterable[str]) -> None:
    wanted = requirements(extras)
    path, installed = stamped("requirements")
    if installed.issuperset(wanted):
        return
    run([VENV_PYTHON, "-m", "pip", "install", "--quiet", *wanted])
    path.write_text("\n".join(sorted(installed.union(wanted))))


def fingerprint() -> str:
    """Changes whenever the installed hft would: native code, build files, Python file names."""
    native = [p for p in (ROOT / "cpp").rglob("*") if p.suffix in {".hpp", ".cpp", ".txt"}]
    native += [ROOT / "CMakeLists.txt", ROOT / "pyproject.toml"]
    facts = [[str(p), p.stat().st_mtime_ns, p.stat().st_size] for p in sorted(native)]
    names = sorted(str(p) for p in (ROOT / "python").rglob("*.py*") if p.suffix != ".pyc")
    return hashlib.sha256(json.dumps([facts, names, str(ROOT)]).encode()).hexdigest()


def install_hft() -> None:
    """Build the native module and install hft editable: changes of Python files count at once.

    The build folder is kept, so that a change of one C++ file compiles one file.
    """
    path, installed = stamped("hft")
    now = fingerprint()
    if now in installed:
        return
    path.unlink(missing_ok=True)
    command: Command = [VENV_PYTHON, "-m", "pip", "install", "--quiet", "--editable", "."]
    settings = [f"--config-settings={s}" for s in SETTINGS]
    run([*command, "--no-build-isolation", "--no-deps", *settings])
    # `import hft` loads its parts when they are used; the command's help needs them all.
    if ask([VENV / "bin" / "hft", "--help"], cwd=BUILD) is None:
        raise DevError("hft is built but does not start; see why: .venv/bin/hft --help")
    path.write_text(now)
