"""The command line of scripts/dev.py."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from devtools import gen, lint, setup, test
from devtools.shell import DevError


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.py",
        description="Set up, show, test, check and measure hft. Every command sets up what it "
        "needs first and prints what it runs.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("setup", help="make .venv, build hft, say what is missing")
    command.set_defaults(run=lambda args: setup.command_setup())

    command = commands.add_parser("test", help="run every test that needs no GPU")
    command.add_argument("only", nargs="*", help="run only steps with this word in their name")
    command.set_defaults(run=lambda args: test.command_test(args.only))

    command = commands.add_parser("lint", help="check everything that can be seen without running")
    command.add_argument("only", nargs="*", help="run only checks with this word in their name")
    command.add_argument("--all", action="store_true", help="clang-tidy and subjects: all, not new")
    command.set_defaults(run=lambda args: lint.command_lint(args.all, args.only))

    command = commands.add_parser("gen", help="write the files that are derived from the code")
    command.add_argument("--check", action="store_true", help="write nothing, fail if one is stale")
    command.set_defaults(run=lambda args: gen.command_gen(args.check))

    return parser


def main(argv: Sequence[str] | None = None) -> int:
    args = build_parser().parse_args(argv)
    try:
        code: int = args.run(args)
    except DevError as error:
        print(f"dev.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("dev.py: stopped", file=sys.stderr)
        return 130
    return code
