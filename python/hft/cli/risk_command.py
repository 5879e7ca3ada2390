"""`hft risk`: a look at a running gate."""

from __future__ import annotations

import json
from typing import Any

import click

from hft.shared_risk import SharedRisk


@click.group()
def risk() -> None:
    """Limits, positions and kill switch of a running gate."""


@risk.command()
@click.argument("path", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def show(path: str, as_json: bool) -> None:
    """Show what PATH, the shared file of a gate, says: /dev/shm/hft.NAME.risk of `hftd`.

    Sizes in shares; values in 1e-6, results in 1e-9 of the currency.
    """
    seen = SharedRisk.open(path)
    what: dict[str, Any] = {
        "is_owner_alive": seen.is_owner_alive,
        "now_ns": seen.now_ns,
        "kills": [kill._asdict() for kill in seen.kills()],
        "verdicts": seen.verdict_counts,
        "totals": seen.totals(),
        "positions": [held._asdict() for held in seen.positions()],
    }
    if as_json:
        click.echo(json.dumps(what))
        return
    if not seen.is_owner_alive:
        click.echo("its engine is gone: this is the last it wrote")
    for kill in seen.kills():
        click.echo(f"{kill.who}: {kill.what}: {kill.reason or 'no reason given'}")
    click.echo("verdicts: " + ", ".join(f"{k} {n}" for k, n in seen.verdict_counts.items()))
    for actor, totals in what["totals"].items():
        click.echo(
            f"{actor}: result {totals['result_e9'] / 1e9:.2f}, "
            f"exposure {totals['exposure_value_e6'] / 1e6:.2f}, "
            f"executed {totals['executed_value_e6'] / 1e6:.2f}, open {totals['open_orders']} orders"
        )
    for held in seen.positions():
        click.echo(
            f"{held.symbol}: {held.actor}: {held.position} held, "
            f"{held.open_bid_size} bid, {held.open_ask_size} offered"
        )
