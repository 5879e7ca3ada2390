"""Running commands: each is printed before it runs, and its failure says what to do.

Long outputs (compilers, pip, apt) are kept back and shown only when the command fails.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
OUT = ROOT / "out"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
Command = list[str | Path]

MOST_ARGUMENTS = 24  # shown of a command; a list of files is cut short
TAIL_LINES = 60  # of a failed command's output


class DevError(Exception):
    """A step cannot be done; the text says what, where, and the remedy."""


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of every command: the virtual environment's programs come first."""
    env = dict(os.environ)
    env["PATH"] = f"{VENV / 'bin'}{os.pathsep}{env.get('PATH', os.defpath)}"
    env.pop("PYTHONPATH", None)  # a checkout elsewhere must not be imported in place of this one
    env["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    env.update(extra or {})
    return env


def say(text: str = "") -> None:
    print(text, flush=True)


def show(command: Sequence[str | Path], cwd: Path = ROOT) -> str:
    """The command as one could type it, in front of its folder where that is not the root."""
    parts = [str(part) for part in command]
    text = shlex.join(parts[:MOST_ARGUMENTS]).replace(f"{ROOT}/", "")
    if len(parts) > MOST_ARGUMENTS:
        text += f" … ({len(parts) - MOST_ARGUMENTS} more)"
    return text if cwd == ROOT else f"(cd {cwd} && {text})"


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    live: bool = False,
    check: bool = True,
) -> subprocess.CompletedProcess[str]:
    """Print the command and run it.

    Args:
        command: Program and arguments.
        cwd: Folder to run in.
        env: Variables on top of ``environment()``.
        live: Show the output as it comes. Otherwise it is returned, and shown on failure.
        check: Raise when the command fails.

    Returns:
        The finished process; ``stdout`` has both streams unless ``live``.

    Raises:
        DevError: If the program is missing, or failed and ``check`` is set.
    """
    text = show(command, cwd)
    say(f"$ {text}")
    start = time.monotonic()
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=environment(env),
            stdout=None if live else subprocess.PIPE,
            stderr=None if live else subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError as error:
        raise DevError(
            f"{command[0]}: no such program; run: python3 scripts/dev.py setup"
        ) from error
    seconds = time.monotonic() - start
    if done.returncode != 0 and check:
        if not live:
            say("\n".join(done.stdout.splitlines()[-TAIL_LINES:]))
        raise DevError(f"exit code {done.returncode} of: {text}")
    if seconds > 5:
        say(f"  ({seconds:.0f} s)")
    return done


def _quietly(command: Sequence[str | Path], cwd: Path) -> subprocess.CompletedProcess[str] | None:
    try:
        return subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=environment(),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError:
        return None


def ask(command: Sequence[str | Path], cwd: Path = ROOT) -> str | None:
    """The output of a quick question to a program, or None if it is missing or fails."""
    done = _quietly(command, cwd)
    return done.stdout if done is not None and done.returncode == 0 else None


def failure(command: Sequence[str | Path], cwd: Path = ROOT) -> str | None:
    """Run one of many like commands: None where it succeeded, else what it wrote."""
    done = _quietly(command, cwd)
    if done is None:
        return f"{command[0]}: no such program"
    return None if done.returncode == 0 else done.stdout + done.stderr


def tracked_files(*suffixes: str) -> list[Path]:
    """Files of the project by suffix: known to git or new and not ignored, and still there."""
    listing = ask(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"])
    if listing is None:
        raise DevError(f"{ROOT}: not a git checkout; clone the project with git")
    files = {ROOT / name for name in listing.split("\0") if name}
    return sorted(f for f in files if f.is_file() and (not suffixes or f.suffix in suffixes))
