"""`hft synth`: a made-up trading day, the same for everyone who names the same seed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from hft import units
from hft.cli import EXIT_DONE
from hft.cli.options import DATE, date_text
from hft.cli.progress import ProgressBar
from hft.report.text import table
from hft.synth import LineFaults, SynthSummary, synthesize


def _both_lines(_: click.Context, __: click.Parameter, value: str) -> tuple[float, float]:
    """Read a probability for both lines, or one for each: ``0.001`` or ``0.001,0.01``."""
    try:
        numbers = [float(part) for part in value.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 2) or not all(0 <= number <= 1 for number in numbers):
        raise click.BadParameter(f"{value!r} is no probability; use 0.001, or 0.001,0.01 for A,B")
    return numbers[0], numbers[-1]


@click.command(short_help="write a synthetic session: two lines as pcap, or a raw ITCH file")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--messages", type=click.IntRange(1), default=1_000_000, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--instruments", type=click.IntRange(1, 65_535), default=8_300, show_default=True)
@click.option("--live-orders", type=click.IntRange(0), default=0, help="Held after a ramp; 0: fit.")
@click.option("--zipf", type=click.FloatRange(0, 3), default=0.9, help="Exponent of activity.")
@click.option("--sparse-ids", is_flag=True, help="Order ids spread over 48 bits.")
@click.option("--halts", type=click.IntRange(0), default=20, help="Instruments halted in the day.")
@click.option("--date", type=DATE, default="2026-01-05", metavar="YYYY-MM-DD", help="Of the day.")
@click.option(
    "--loss", callback=_both_lines, default="0", metavar="A[,B]", help="Loss per packet and line."
)
@click.option("--duplicate", callback=_both_lines, default="0", metavar="A[,B]", help="Sent twice.")
@click.option(
    "--reorder", callback=_both_lines, default="0", metavar="A[,B]", help="Overtaken by the next."
)
@click.option("--gap", type=click.FloatRange(0, 1), default=0.0, help="Lost on both lines.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, for scripts.")
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def synth(file: Path, as_json: bool, **options: Any) -> int:
    """Write a synthetic ITCH 5.0 session to FILE.

    A name that ends in .pcap becomes a capture of lines A and B in MoldUDP64; any other a raw file
    of length-prefixed messages. The same options give the same bytes on every machine.
    """
    with ProgressBar("synth") as progress:
        made = synthesize(
            file,
            seed=options["seed"],
            messages=options["messages"],
            instruments=options["instruments"],
            live_orders=options["live_orders"],
            zipf_exponent=options["zipf"],
            sparse_order_ids=options["sparse_ids"],
            halts=options["halts"],
            date=date_text(options["date"]),
            line_a=_faults_of(options, 0),
            line_b=_faults_of(options, 1),
            gap=options["gap"],
            overwrite=options["force"],
            progress=lambda done: progress(done, options["messages"], done),
        )
    if as_json:
        json.dump({"path": str(file), **made.as_dict()}, sys.stdout, indent=1)
        sys.stdout.write("\n")
    else:
        sys.stdout.write("\n".join(_told(file, made)) + "\n")
    return EXIT_DONE


def _faults_of(options: dict[str, Any], line: int) -> LineFaults:
    return LineFaults(*(options[name][line] for name in ("loss", "duplicate", "reorder")))


def _told(file: Path, made: SynthSummary) -> list[str]:
    lines = [
        f"{file}: {units.count(made.messages)} messages, {units.byte_size(made.bytes)}, "
        f"up to {units.count(made.max_live_orders)} live orders"
    ]
    if made.packets:
        names = ("packets", "heartbeats", "lost", "duplicated", "reordered")
        rows: list[tuple[str, ...]] = [("line", *names)]
        rows += [
            (letter, *(units.count(line[name]) for name in names))
            for letter, line in zip("AB", made.lines, strict=True)
        ]
        lines += table(rows)
        lines.append(
            f"  {units.count(made.gap_messages)} messages were lost on both lines, "
            f"in {units.many(made.gaps, 'gap')}."
        )
    lines.append(f"  digest of the final books, all messages applied: {made.digest}")
    return lines
