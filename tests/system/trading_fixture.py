"""Exchange and engine as processes on free ports of this machine, for tests that kill them.

What an account holds is asked of the exchange itself, by a client of a few lines that logs in as
the account and has the day repeated, decoded by the reference and not by hft.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.reference import ouch50, soupbintcp

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "closed_loop"
READY_S = 30  # for anything to happen on a busy machine


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Market:
    """Configurations of one exchange and one engine in a folder, and the processes made of them."""

    def __init__(self, folder: Path, **replace: str) -> None:
        self.folder = folder
        self.orders = free_port()
        self.name = f"t{os.getpid()}x{self.orders}"[:16]
        self.processes: list[subprocess.Popen[str]] = []
        ports = free_port(), free_port()
        for name in ("exchange.toml", "hftd.toml", "limits.toml", "password"):
            text = (EXAMPLE / name).read_text()
            text = text.replace("127.0.0.1:26401", f"127.0.0.1:{self.orders}")
            text = text.replace("239.192.7.1:26411", f"239.192.9.1:{ports[0]}")
            text = text.replace("239.192.7.2:26412", f"239.192.9.2:{ports[1]}")
            text = text.replace("/tmp/hft-demo-client-order-ids", str(folder / "ids"))
            text = text.replace('name = "demo"', f'name = "{self.name}"')
            for old, new in replace.items():
                text = text.replace(_CHANGES[old], new)
            (folder / name).write_text(text)

    def start_exchange(self) -> subprocess.Popen[str]:
        """Start it; whoever needs it ready waits for what follows from it."""
        return self._start("hft", "exchange", "run", "exchange.toml", "--json")

    def start_engine(self, *options: str) -> subprocess.Popen[str]:
        """Start it and wait until its sockets are open."""
        engine = self._start("hft.daemon", "run", "hftd.toml", "--json", *options)
        wait_for(lambda: "listening" in self.notices(engine) or engine.poll() is not None)
        return engine

    def _start(self, module: str, *arguments: str) -> subprocess.Popen[str]:
        number = len(self.processes)
        out, err = self.folder / f"out{number}", self.folder / f"err{number}"
        with out.open("w") as to_out, err.open("w") as to_err:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=self.folder,
                stdout=to_out,
                stderr=to_err,
                text=True,
            )
        self.processes.append(process)
        return process

    def notices(self, process: subprocess.Popen[str]) -> str:
        """What a process has written to stderr so far."""
        return (self.folder / f"err{self.processes.index(process)}").read_text()

    def output(self, process: subprocess.Popen[str]) -> str:
        """What a process has written to stdout so far."""
        return (self.folder / f"out{self.processes.index(process)}").read_text()

    def stop_engine(self, engine: subprocess.Popen[str]) -> dict[str, Any]:
        """Stop it as an operator does; its summary."""
        engine.send_signal(signal.SIGINT)
        engine.wait(READY_S)
        summary: dict[str, Any] = json.loads(self.output(engine))
        return summary

    def messages(self) -> list[tuple[bytes, dict[str, Any]]]:
        """All that the exchange has told the account today, by its tag and decoded fields.

        The newest login takes the session over: ask when the engine has left.
        """
        with socket.create_connection(("127.0.0.1", self.orders), READY_S) as stream:
            stream.sendall(soupbintcp.login_request(b"ENGINE", b"secret", b"", 1))
            rest, out = b"", []
            while True:
                rest += stream.recv(65_536)
                found, rest = soupbintcp.split(rest)
                for packet in found:
                    if packet.kind == b"H":  # an idle server has said all
                        return out
                    if packet.kind == b"S":
                        fields, _ = ouch50.decode(ouch50.OUTBOUND, packet.payload)
                        out.append((packet.payload[:1], fields))

    def kill_all(self) -> None:
        """Leave nothing running, and nothing in shared memory."""
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        for path in Path("/dev/shm").glob(f"hft.{self.name}.*"):
            path.unlink()


_CHANGES = {
    "flow_rate": "rate = 2000                  # messages a second",
    "exchange_table": 'interface = "lo"\nopen_after_s',
    "cancel": "cancel_on_disconnect = true",
    "loss": "loss = [0.01, 0.01]",
}


def positions(messages: list[tuple[bytes, dict[str, Any]]]) -> dict[str, int]:
    """Shares by symbol, from what the exchange has told."""
    orders: dict[int, tuple[str, int]] = {}
    held: Counter[str] = Counter()
    for tag, said in messages:
        if tag in (b"A", b"U"):
            sign = 1 if said["side"] == b"B" else -1
            orders[said["user_ref_num"]] = (said["symbol"].decode().strip(), sign)
        elif tag == b"E":
            symbol, sign = orders[said["user_ref_num"]]
            held[symbol] += sign * said["shares"]
    return {symbol: shares for symbol, shares in held.items() if shares}


def accepted_ids(messages: list[tuple[bytes, dict[str, Any]]]) -> list[int]:
    """Every client_order_id the exchange has taken, in its order."""
    return [said["user_ref_num"] for tag, said in messages if tag in (b"A", b"U")]


def wait_for(condition: Callable[[], bool]) -> None:
    """Return when it holds.

    Raises:
        TimeoutError: It does not come to hold.
    """
    until = time.monotonic() + READY_S
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError("it did not happen")
        time.sleep(0.02)
