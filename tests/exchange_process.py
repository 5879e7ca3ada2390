"""Runs a real `hft exchange` in a process of its own, and speaks to it: OUCH 5.0 over a socket.

The client is the slow reference (tests/reference), so that what the exchange says is read by code
that shares nothing with it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.reference import ouch50, packets, soupbintcp
from tests.reference.order_messages import Value

PASSWORD = "secret"
Message = dict[str, Value]


def toml_of(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_of, value)) + "]"
    return json.dumps(value) if isinstance(value, str) else repr(value)


def write_config(
    folder: Path,
    *,
    accounts: Sequence[str | dict[str, Any]] = ("one",),
    schedule: Sequence[dict[str, Any]] = (),
    **tables: dict[str, Any],
) -> Path:
    """A configuration file, and the password beside it."""
    (folder / "password").write_text(PASSWORD + "\n")
    tables = {**tables, "exchange": {"symbols": ["AAPL", "MSFT"], **tables.get("exchange", {})}}
    lines = []
    for name, values in tables.items():
        lines += [f"[{name}]", *(f"{key} = {toml_of(item)}" for key, item in values.items())]
    for account in accounts:
        given = {"user": account} if isinstance(account, str) else account
        lines += ["[[account]]", 'password_file = "password"']
        lines += [f"{key} = {toml_of(item)}" for key, item in given.items()]
    for item in schedule:
        lines += ["[[schedule]]", *(f"{key} = {toml_of(value)}" for key, value in item.items())]
    path = folder / "exchange.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


class ExchangeProcess:
    """A running exchange; leaving the block ends it."""

    def __init__(self, config: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hft", "exchange", "run", str(config), "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "error"},
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the exchange did not start: {self.process.communicate()[1]}")
        self.ready: dict[str, Any] = json.loads(line)["ready"]
        self._clients: list[Client] = []

    def connect(self) -> Client:
        """A new connection, closed with the block."""
        host, _, port = self.ready["orders"].rpartition(":")
        self._clients.append(Client((host, int(port))))
        return self._clients[-1]

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.communicate()

    def stop(self) -> dict[str, Any]:
        """End it as an operator would, and return its summary."""
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=30)
        assert self.process.returncode == 0, err
        return dict(json.loads(out.splitlines()[-1])["summary"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.kill()
        for client in self._clients:
            client.close()


class Client:
    """One connection of an account; `heard` are its sequenced messages, by number."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=10)
        self.stream = b""
        self.control: list[soupbintcp.Packet] = []
        self.heard: dict[int, bytes] = {}
        self.next_number = 0
        self.is_closed = False

    def login(
        self, user: str = "one", number: int = 1, password: str = PASSWORD, session: str = ""
    ) -> Self:
        """Ask for a session and wait for the answer, which is the last of `control`."""
        self.raw(
            soupbintcp.login_request(user.encode(), password.encode(), session.encode(), number)
        )
        self.until(lambda: self.control != [] or self.is_closed)
        return self

    def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(data)

    def send(self, tag: bytes, **values: Value) -> None:
        """Send a message of OUCH 5.0."""
        message = ouch50.encode(ouch50.INBOUND[tag], None, **values)
        self.raw(soupbintcp.packet(soupbintcp.UNSEQUENCED, message))

    def enter(self, number: int, side: bytes = b"B", **values: Value) -> None:
        """Enter an order, for 100 shares of AAPL at 100 USD if not told otherwise."""
        usual: Message = {
            "shares": 100,
            "symbol": b"AAPL",
            "price": 1_000_000,
            "time_in_force": b"0",
            "display": b"Y",
            "capacity": b"P",
            "intermarket_sweep_eligibility": b"N",
            "cross_type": b"N",
            "cl_ord_id": b"%d" % number,
        }
        self.send(b"O", user_ref_num=number, side=side, **{**usual, **values})

    def until(self, done: Callable[[], bool], seconds: float = 10.0) -> None:
        """Read until something holds; fails when it does not in time."""
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, f"heard {self.messages()}, then nothing"
            self.read(0.05)

    def read(self, seconds: float = 0.0) -> None:
        """Read what is there, waiting at most so long for the first byte."""
        self.socket.settimeout(max(seconds, 0.001))
        try:
            data = self.socket.recv(1 << 16)
        except TimeoutError:
            return
        except ConnectionError:
            data = b""
        self.is_closed |= not data
        found, self.stream = soupbintcp.split(self.stream + data)
        for packet in found:
            self._take(packet)

    def _take(self, packet: soupbintcp.Packet) -> None:
        if packet.kind == soupbintcp.SEQUENCED:
            self.heard[self.next_number] = packet.payload
            self.next_number += 1
            return
        if packet.kind == soupbintcp.LOGIN_ACCEPTED:
            self.next_number = int(soupbintcp.fields(packet)["sequence_number"])
        if packet.kind != soupbintcp.SERVER_HEARTBEAT:
            self.control.append(packet)

    def messages(self) -> list[Message]:
        """What was heard, decoded."""
        return [ouch50.decode(ouch50.OUTBOUND, message)[0] for message in self.heard.values()]

    def types(self) -> str:
        """The types of what was heard, a letter each."""
        return "".join(chr(message[0]) for message in self.heard.values())

    def close(self) -> None:
        """End the connection without a word."""
        self.socket.close()


class FeedReceiver:
    """Receives both lines of a feed in a thread, and keeps every datagram with its line."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.datagrams: list[tuple[int, int, bytes]] = []  # time, line, payload
        self._lines = [(line.rpartition(":")[0], int(line.rpartition(":")[2])) for line in lines]
        self._sockets = [self._open(*line) for line in self._lines]
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._receive, args=(k,)) for k in range(len(lines))
        ]
        for thread in self._threads:
            thread.start()

    @staticmethod
    def _open(group: str, port: int) -> socket.socket:
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((group, port))
        request = socket.inet_aton(group) + socket.inet_aton("127.0.0.1")
        opened.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)
        opened.settimeout(0.1)
        return opened

    def _receive(self, line: int) -> None:
        while not self._stop.is_set():
            try:
                data = self._sockets[line].recv(1 << 16)
            except TimeoutError:
                continue
            self.datagrams.append((time.time_ns(), line, data))

    def close(self) -> None:
        """Stop receiving."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        for opened in self._sockets:
            opened.close()

    def messages(self) -> int:
        """The number of the last message seen on any line."""
        last = 0
        for _, _, data in self.datagrams:
            number, count = struct.unpack(">QH", data[10:20])
            last = max(last, number + (count if count != 0xFFFF else 0) - 1)
        return last

    def write(self, path: Path) -> Path:
        """Write what came as a capture of both lines."""
        frames = []
        for at_ns, line, data in sorted(self.datagrams):
            group, port = self._lines[line]
            way = packets.Path(destination=socket.inet_aton(group), destination_port=port)
            frames.append((at_ns, packets.frame(data, way)))
        path.write_bytes(packets.pcap(frames))
        return path
