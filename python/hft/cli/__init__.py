"""The command line: `hft`.

Exit codes: 0 done; 1 the command found a fault or could not do its job; 2 wrong usage; 130 ended by
Ctrl-C. Data goes to stdout, everything else to stderr.
"""

from __future__ import annotations

from collections.abc import Sequence

EXIT_DONE = 0
EXIT_FAULT = 1
EXIT_USAGE = 2
EXIT_STOPPED = 130  # 128 + SIGINT, as shells do


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; the entry point of `hft`."""
    from hft.cli.app import run  # click is imported by the command only, never by `import hft`

    return run(arguments)
