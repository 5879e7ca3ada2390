"""`hft exchange`: a simulated exchange that others connect to."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Any

import click

from hft import units
from hft.cli import EXIT_DONE
from hft.exchange import Exchange, ExchangeSummary, load_exchange_config
from hft.report.text import table


@click.group(short_help="a simulated exchange on this machine")
def exchange() -> None:
    """A simulated exchange: orders in by OUCH, market data out by ITCH."""


@exchange.command(short_help="run an exchange until it is stopped")
@click.argument("config", type=click.Path(path_type=Path), metavar="CONFIG.toml")
@click.option("--duration", type=click.FloatRange(0, min_open=True), metavar="S", help="Seconds.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines on stdout: ready, summary.")
def run(config: Path, duration: float | None, as_json: bool) -> int:
    """Run the exchange of CONFIG.toml; docs/exchange.md shows a whole one.

    The first line on stdout says where it listens, once clients can connect. Ctrl-C or SIGTERM ends
    it with a summary.
    """
    served = Exchange(load_exchange_config(config))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: served.stop())
    _say(_ready(served) if as_json else _ready_text(served))
    served.run(duration or 0.0)
    served.finish()
    summary = served.summary()
    _say({"summary": summary.as_dict()} if as_json else "\n".join(_told(summary)))
    return EXIT_DONE


def _say(what: dict[str, Any] | str) -> None:
    sys.stdout.write((what if isinstance(what, str) else json.dumps(what)) + "\n")
    sys.stdout.flush()  # whoever started this process waits for the line


def _ready(served: Exchange) -> dict[str, Any]:
    return {
        "ready": {"orders": served.orders, "lines": served.lines, "session": served.session},
    }


def _ready_text(served: Exchange) -> str:
    lines = ", ".join(served.lines) or "nowhere"
    return f"exchange ready: session {served.session}, orders at {served.orders}, feed to {lines}"


def _told(summary: ExchangeSummary) -> list[str]:
    lines = [
        f"session {summary.session}: {units.many(summary.connections, 'connection')}, "
        f"{units.many(summary.orders, 'order')} of accounts, "
        f"{units.many(summary.flow_orders, 'order')} of the flow, "
        f"{units.many(summary.trades, 'trade')}",
        f"feed: {units.many(summary.feed_messages, 'message')} in "
        f"{units.many(summary.feed_packets, 'packet')}",
    ]
    names = ("logins", "inputs", "answered", "ignored", "sequenced")
    rows: list[tuple[str, ...]] = [("account", *names)]
    rows += [(one["user"], *(units.count(one[name]) for name in names)) for one in summary.accounts]
    lines += table(rows)
    if summary.ends:
        ends = ", ".join(f"{units.count(count)} {why}" for why, count in summary.ends.items())
        lines.append(f"connections ended: {ends}")
    if summary.recovered_inputs or summary.cut_bytes:
        lines.append(
            f"state: {units.many(summary.recovered_inputs, 'input')} recovered, "
            f"{units.count(summary.cut_bytes)} bytes of a torn end cut off"
        )
    lines.append(f"{units.many(summary.live_orders, 'live order')}, digest {summary.digest}")
    return lines
