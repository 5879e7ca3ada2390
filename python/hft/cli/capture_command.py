"""`hft capture info`: what is inside a capture, before one works with it."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

import click

from hft import units
from hft.cli import EXIT_DONE
from hft.cli.options import DATE, date_text
from hft.cli.progress import ProgressBar
from hft.replay import Replay
from hft.report.text import render_info

SYMBOLS_SHOWN = 12


@click.group(short_help="look into captures")
def capture() -> None:
    """Look into captures."""


@capture.command(short_help="feeds, lines, symbols, time span and gaps of a capture")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option("--date", type=DATE, metavar="YYYY-MM-DD", help="Session date, where not told.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, for scripts.")
def info(files: tuple[Path, ...], date: datetime | None, as_json: bool) -> int:
    """Say what is inside FILEs: feeds, lines, symbols, time span, gaps.

    Reads every packet, but builds no books. Gaps and damage are told; they do not make it fail.
    """
    with ProgressBar("read") as progress:
        replay = Replay(files, date=date_text(date), book="none", latency=False)
        summary = replay.run(progress).as_dict()
    symbols = sorted({symbol for feed in replay.feeds for symbol in replay.instruments(feed)})
    if as_json:
        told = {key: summary[key] for key in ("files", "time", "packets", "feeds")}
        json.dump({**told, "symbols": symbols}, sys.stdout, indent=1, ensure_ascii=False)
        sys.stdout.write("\n")
        return EXIT_DONE
    sys.stdout.write(render_info(summary))
    shown = ", ".join(symbols[:SYMBOLS_SHOWN]) or "none"
    more = len(symbols) - SYMBOLS_SHOWN
    rest = f", and {units.count(more)} more" if more > 0 else ""
    sys.stdout.write(f"\nSymbols – {units.count(len(symbols))} named\n  {shown}{rest}\n")
    return EXIT_DONE
