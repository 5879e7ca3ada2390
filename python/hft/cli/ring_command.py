"""`hft ring`: look at rings in shared memory, and clean up after killed producers."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import click
import numpy as np

from hft import units
from hft.cli import EXIT_DONE
from hft.errors import HftError
from hft.record import (
    PRICE_NULL,
    Action,
    Kind,
    Side,
    StatusAction,
    TradeAction,
    Venue,
    dtype_of,
    record_event,
)
from hft.report.text import table
from hft.ring import RingReader, remove_ring

FOLDER = Path("/dev/shm")  # where rings lie, as hft.NAME
RING_MAGIC = b"hft ring"
BROADCAST = (1).to_bytes(4, "little")
WAIT_S = 0.02  # between looks at a ring that has nothing new

_PRODUCERS = {
    "live": "a producer is writing",
    "closed": "its producer is done",
    "killed": "its producer was killed",
    "none": "no producer yet",
}
_ACTIONS: dict[int, Any] = {
    Kind.order: Action,
    Kind.trade: TradeAction,
    Kind.status: StatusAction,
}


@click.group(short_help="rings in shared memory")
def ring() -> None:
    """Rings in shared memory: list them, follow one, remove one."""


@ring.command("list", short_help="the rings of this machine")
def list_rings() -> int:
    """List the broadcast rings of this machine."""
    rows = [("name", "records", "written", "producer")]
    for path in sorted(FOLDER.glob("hft.*")):
        if not _is_broadcast(path):
            continue  # limits and positions, or a ring with one reader of its own
        name = path.name.removeprefix("hft.")
        try:
            reader = RingReader(name, newest=True)
        except HftError as error:
            click.echo(f"hft: {error}", err=True)
            continue
        state = _PRODUCERS[reader.producer]
        rows.append((name, units.count(reader.capacity), units.count(reader.position), state))
    sys.stdout.write("\n".join(table(rows)) + "\n" if len(rows) > 1 else "no rings\n")
    return EXIT_DONE


def _is_broadcast(path: Path) -> bool:
    """Look at the first 16 bytes, which docs/ring.md describes: magic, version, kind."""
    with path.open("rb") as file:
        start = file.read(16)
    return start[:8] == RING_MAGIC and start[12:16] == BROADCAST


@ring.command(short_help="follow a ring, one record a line")
@click.argument("name")
@click.option("--count", type=click.IntRange(1), metavar="N", help="End after N records.")
@click.option("--oldest", is_flag=True, help="Begin with the oldest record still there.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def tail(name: str, count: int | None, oldest: bool, as_json: bool) -> int:
    """Print the records of ring NAME as they come, until Ctrl-C or until its producer is done.

    The producer is never slowed. Records that were overwritten before they could be read are
    counted on stderr.
    """
    reader = RingReader(name, newest=not oldest)
    left, lost = count, 0
    while left is None or left > 0:
        batch = reader.read(min(left or 4096, 4096))
        for record in batch.array.view(record_event):
            sys.stdout.write(_line(record, as_json))
        if reader.lost != lost:
            click.echo(f"hft: {units.many(reader.lost - lost, 'record')} overwritten", err=True)
            lost = reader.lost
        if left is not None:
            left -= len(batch)
        if len(batch) == 0:
            if reader.producer in ("closed", "killed"):
                break
            sys.stdout.flush()
            time.sleep(WAIT_S)
    click.echo(f"hft: ring {name}: {_PRODUCERS[reader.producer]}", err=True)
    return EXIT_DONE


@ring.command(short_help="remove a ring that nobody writes")
@click.argument("name")
def remove(name: str) -> int:
    """Remove ring NAME; refused while its producer lives. Readers that have it keep the memory."""
    remove_ring(name)
    return EXIT_DONE


def _line(record: np.void, as_json: bool) -> str:
    """Write one record with the fields of its kind, those without a value left out."""
    kind = Kind(int(record["kind"]))
    dtype = record_event if kind is Kind.none else dtype_of(kind)
    whole = np.frombuffer(record.tobytes(), dtype=dtype)[0]
    fields: dict[str, Any] = {"kind": kind.name}
    for name in whole.dtype.names or ():
        value = _value(kind, name, whole[name])
        if value is not None:
            fields[name] = value
    if as_json:
        return json.dumps(fields) + "\n"
    return (
        " ".join([fields.pop("kind"), *(f"{key}={value}" for key, value in fields.items())]) + "\n"
    )


def _value(kind: Kind, name: str, value: Any) -> Any:
    """Return a field's value in words where it has them; None where it says nothing."""
    if name == "kind" or name.startswith(("stamp_", "reserved", "body_")):
        return None
    if isinstance(value, bytes):
        return value.rstrip(b" \0").decode("ascii", "replace") or None
    number = int(value)
    if name == "action":
        return _ACTIONS[kind](number).name if kind in _ACTIONS else None
    if name in ("side", "venue"):
        names = Side if name == "side" else Venue
        return names(number).name if number else None
    if name.endswith("price_e9"):
        return None if number == PRICE_NULL else number
    return number or None
