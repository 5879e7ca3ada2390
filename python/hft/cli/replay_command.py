"""`hft replay`: captures in; counts, latencies, books and files out."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import click

from hft.cli import EXIT_DONE, EXIT_FAULT, EXIT_STOPPED
from hft.cli.options import DATE, date_text
from hft.cli.outputs import Outputs
from hft.cli.progress import ProgressBar
from hft.cli.verdict import faults_of, notes_of
from hft.errors import UsageError
from hft.replay import Replay
from hft.report.text import render_text
from hft.summary import Summary

PATH = click.Path(path_type=Path)


def _pace(_: click.Context, __: click.Parameter, value: str | None) -> float:
    """Read ``2x``, ``0.5x`` or ``10``: how many times the capture's own speed."""
    if value is None:
        return 0.0
    match = re.fullmatch(r"(\d+(?:\.\d+)?)x?", value)
    if match is None or float(match[1]) == 0:
        raise click.BadParameter(f"{value!r} is no speed; use for example 1x, 0.5x or 10x")
    return float(match[1])


def _symbols(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> list[str]:
    return [symbol for value in values for symbol in value.split(",") if symbol]


@click.command(short_help="replay captures: counts, latencies, books, files, a report")
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE...")
@click.option("--feed", default="", metavar="NAME", help="Only this feed, for example xnas.")
@click.option("--config", type=PATH, metavar="TOML", help="Feeds, lines and limits.")
@click.option(
    "--instrument",
    "instruments",
    multiple=True,
    callback=_symbols,
    metavar="SYMBOL[,SYMBOL...]",
    help="Records and touches of these symbols only; books are built of all.",
)
@click.option("--from", "start", metavar="TIME", help="From this time on; HH:MM:SS or ISO 8601.")
@click.option("--to", "stop", metavar="TIME", help="Up to this time.")
@click.option("--date", type=DATE, metavar="YYYY-MM-DD", help="Session date, where not told.")
@click.option("--pace", callback=_pace, metavar="1x", help="By the capture's clock.")
@click.option("--book", type=click.Choice(["fast", "map", "none"]), default="fast", help="Which.")
@click.option("--max-orders", type=click.IntRange(1), metavar="N", help="Live orders per feed.")
@click.option("--max-instruments", type=click.IntRange(1, 65_536), metavar="N", help="Per feed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, for scripts.")
@click.option("--report", type=PATH, metavar="FILE.html", help="Write a report as one HTML file.")
@click.option("--records", type=PATH, metavar="FILE", help="Write records: .npy .parquet .dbn")
@click.option("--touch", type=PATH, metavar="FILE", help="Write touches: .npy .parquet .dbn")
@click.option("--ring", default="", metavar="NAME", help="Publish records to a broadcast ring.")
@click.option("--force", is_flag=True, help="Replace output files that exist.")
def replay(files: tuple[Path, ...], as_json: bool, **options: Any) -> int:
    """Replay FILEs (pcap, pcapng or raw ITCH; plain, .gz or .zst) and print what they hold.

    Exits with 1 when messages are missing, refused or damaged, so that a script notices.
    """
    outputs = Outputs(
        inputs=files,
        report=options["report"],
        records=options["records"],
        touch=options["touch"],
        overwrite=options["force"],
    )
    with outputs, _open(files, options, outputs) as run, ProgressBar("replay") as progress:
        summary = outputs.run(run, progress)
    if as_json:
        json.dump(summary.as_dict(), sys.stdout, indent=1, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        sys.stdout.write(render_text(summary.as_dict()))
    sys.stdout.flush()  # before what is said on stderr, where both go to one place
    return _end(summary)


def _open(files: tuple[Path, ...], options: dict[str, Any], outputs: Outputs) -> Replay:
    if options["config"] is not None and options["feed"]:
        raise UsageError("--feed and --config exclude each other; name the feed in the file")
    return Replay(
        files,
        feed=str(options["config"] or options["feed"]),
        date=date_text(options["date"]),
        instruments=options["instruments"],
        start=options["start"],
        stop=options["stop"],
        pace=options["pace"],
        book=options["book"],
        max_orders=options["max_orders"],
        max_instruments=options["max_instruments"],
        records=outputs.native_records,
        touch=outputs.native_touch,
        ring=options["ring"],
        overwrite=options["force"],
    )


def _end(summary: Summary) -> int:
    """Say on stderr what was wrong, and return the exit code."""
    data = summary.as_dict()
    faults = faults_of(data)
    for sentence in [*notes_of(data), *faults]:
        click.echo(f"hft: {sentence}", err=True)
    if data["ended_by"] == "stopped":
        return EXIT_STOPPED
    return EXIT_FAULT if faults else EXIT_DONE
