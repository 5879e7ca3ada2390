"""`hftd`, the trading daemon: its place is here, its work comes later, and it says so."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import hft

EXIT_USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer `--version` and `--help`; anything else is wrong usage so far."""
    parser = argparse.ArgumentParser(
        prog="hftd",
        description="The trading daemon: live feeds, order sessions, risk gate. It does not run "
        "yet: this version replays captures only, with the command hft.",
    )
    parser.add_argument("--version", action="version", version=f"hftd {hft.__version__}")
    parser.parse_args(arguments)
    print(
        "hftd: there is no daemon in this version; replay captures with: hft replay FILE",
        file=sys.stderr,
    )
    return EXIT_USAGE


if __name__ == "__main__":
    sys.exit(main())
