"""The command line of scripts/dev.py."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from devtools import bench, demo, fuzz, gen, lint, setup, test
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

    command = commands.add_parser("demo", help="the main job on a session made here, with a report")
    command.set_defaults(run=lambda args: demo.command_demo())

    command = commands.add_parser("test", help="run every test that needs no GPU")
    command.add_argument("only", nargs="*", help="run only steps with this word in their name")
    command.set_defaults(run=lambda args: test.command_test(args.only))

    command = commands.add_parser("lint", help="check everything that can be seen without running")
    command.add_argument("only", nargs="*", help="run only checks with this word in their name")
    command.add_argument("--all", action="store_true", help="clang-tidy and subjects: all, not new")
    command.set_defaults(run=lambda args: lint.command_lint(args.all, args.only))

    command = commands.add_parser("bench", help="measure the canonical workload")
    command.add_argument("only", nargs="*", help="run only programs with this word in their name")
    command.add_argument("--against", metavar="REV", help="build REV too and take turns with it")
    command.add_argument("--turns", type=int, metavar="N", help="turns of each side")
    command.set_defaults(run=lambda args: bench.command_bench(args.only, args.against, args.turns))

    command = commands.add_parser("fuzz", help="fuzz every target for a while")
    command.add_argument("only", nargs="*", help="fuzz only targets with this word in their name")
    command.add_argument("--seconds", type=int, default=60, help="for each target (default: 60)")
    command.set_defaults(run=lambda args: fuzz.command_fuzz(args.seconds, args.only))

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
