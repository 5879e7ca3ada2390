"""Runs the real `hft` in a process of its own, and makes small ITCH sessions for it to read."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tests.reference import itch50, packets

SESSION_DATE = date(2024, 3, 1)
MIDNIGHT_NS = packets.midnight_ns(SESSION_DATE)
OPEN_NS = 34_200 * 10**9  # 09:30, ns since midnight
SESSION = b"000000001A"
LINE_A = packets.Path()
LINE_B = packets.Path(destination=bytes([233, 49, 196, 111]), source_mac=b"\2\0\0\0\0\2")


@dataclass(frozen=True)
class Result:
    """What a finished command left."""

    code: int
    out: str
    err: str


def run_hft(*arguments: object, preexec: Callable[[], None] | None = None) -> Result:
    """Run `hft` with these arguments; it must end by itself within a minute."""
    done = subprocess.run(
        [sys.executable, "-m", "hft", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=preexec,
        env={**os.environ, "PYTHONWARNINGS": "error", "COLUMNS": "100"},
        check=False,
    )
    return Result(done.returncode, done.stdout, done.stderr)


def message(tag: bytes, at_ns: int = OPEN_NS, locate: int = 1, **values: itch50.Value) -> bytes:
    """A message of instrument `locate` at a time of day."""
    return itch50.encode(tag, stock_locate=locate, timestamp=at_ns, **values)


def add(order_id: int, *, side: bytes = b"B", shares: int = 100, price: int = 1_000_000) -> bytes:
    """An add order for AAPL; price in 1e-4 USD."""
    return message(
        b"A",
        order_reference_number=order_id,
        buy_sell_indicator=side,
        shares=shares,
        stock=b"AAPL",
        price=price,
    )


def executed(order_id: int, shares: int) -> bytes:
    """An execution of a displayed order."""
    return message(
        b"E", order_reference_number=order_id, executed_shares=shares, match_number=order_id
    )


def opening() -> list[bytes]:
    """How a session begins: start of messages, and the directory with AAPL in it."""
    return [
        message(b"S", OPEN_NS - 10**9, 0, event_code=b"O"),
        message(b"R", OPEN_NS - 10**9, stock=b"AAPL", round_lot_size=100),
        message(b"H", OPEN_NS - 10**9, stock=b"AAPL", trading_state=b"T"),
    ]


@dataclass
class Session:
    """Builds a capture packet by packet."""

    name: bytes = SESSION
    frames: list[packets.Stamped] = field(default_factory=list)
    sequence_number: int = 1

    def send(
        self,
        messages: Sequence[bytes],
        *,
        at_ns: int = 0,
        number: int | None = None,
        path: packets.Path = LINE_A,
        payload: bytes | None = None,
    ) -> Session:
        """Add one packet; by default the next numbers, 1 ms after the packet before."""
        first = self.sequence_number if number is None else number
        last_ns = self.frames[-1][0] if self.frames else MIDNIGHT_NS + OPEN_NS
        body = packets.mold(self.name, first, messages) if payload is None else payload
        self.frames.append((at_ns or last_ns + 10**6, packets.frame(body, path)))
        if number is None:
            self.sequence_number += len(messages)
        return self

    def write(self, path: Path) -> Path:
        """Write what was sent as a pcap file."""
        path.write_bytes(packets.pcap(self.frames))
        return path


def good_session() -> Session:
    """A session of ten adds and two executions without any fault."""
    session = Session().send(opening())
    for order_id in range(1, 11):
        session.send(
            [add(order_id, side=b"BS"[order_id % 2 :][:1], price=1_000_000 + order_id % 2)]
        )
    return session.send([executed(1, 40), executed(2, 100)])
