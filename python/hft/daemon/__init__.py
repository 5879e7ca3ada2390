"""`hftd`, the trading daemon: one feed, one strategy, one order session, behind a risk gate."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; the entry point of `hftd`."""
    from hft.daemon.cli import run  # click is imported by the command only

    return run(arguments)
