"""The second half of `dev.py demo`: an exchange, an engine that quotes on it, a kill switch pulled.

Two processes over real sockets on this machine: orders by OUCH over TCP, market data by ITCH over
multicast. The configurations are those of docs/examples/closed_loop.
"""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

from devtools.shell import ROOT, VENV, DevError, say

HFT = VENV / "bin" / "hft"
HFTD = VENV / "bin" / "hftd"
EXAMPLE = ROOT / "docs" / "examples" / "closed_loop"

TRADE_S = 8  # quoting until the kill switch is pulled
KILLED_S = 2  # with the switch pulled
RESUMED_S = 3  # quoting again
DEADLINE_S = 30  # for either process to end

CLOSING = """\
That was a market in two processes. The engine took the exchange's multicast feed, kept its books,
quoted both sides of two instruments through the risk gate, and was filled. After {trade} s the kill
switch was pulled (kill -USR1): what was open was cancelled and the gate let nothing more out,
until it was let go (-USR2). Above: orders, what the gate refused, profit and loss, and how long
each stage took from a packet to the order that answers it. The same with pictures: {report}
The configurations: {example}"""


def run_closed_loop(folder: Path) -> Path:
    """Run exchange and engine against one another.

    Returns:
        The report that the engine has written.

    Raises:
        DevError: One of them did not do its part.
    """
    report = folder / "trading.html"
    report.unlink(missing_ok=True)
    # The engine first: the exchange names its instruments once, at the start of its day.
    engine = subprocess.Popen([HFTD, "run", EXAMPLE / "hftd.toml", "--report", report])
    exchange = None
    try:
        time.sleep(1.5)  # it opens sockets and sets its memory aside
        exchange = subprocess.Popen(
            [HFT, "exchange", "run", EXAMPLE / "exchange.toml"], stdout=subprocess.PIPE, text=True
        )
        time.sleep(TRADE_S)
        _signal(engine, signal.SIGUSR1)
        time.sleep(KILLED_S)
        _signal(engine, signal.SIGUSR2)
        time.sleep(RESUMED_S)
        _signal(engine, signal.SIGINT)
        code = engine.wait(DEADLINE_S)
        exchange.send_signal(signal.SIGINT)
        told, _ = exchange.communicate(timeout=DEADLINE_S)
    finally:
        for process in (engine, exchange):
            if process is not None and process.poll() is None:
                process.kill()
        for left in Path("/dev/shm").glob("hft.demo.*"):
            left.unlink()  # the engine's log and limits stay for whoever wants to read them
    say()
    say(told.rstrip())
    if code != 0 or not report.is_file():
        raise DevError(f"the engine ended with exit code {code}")
    say()
    say(CLOSING.format(trade=TRADE_S, report=report, example=EXAMPLE))
    return report


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if process.poll() is not None:
        raise DevError(f"the engine ended early, with exit code {process.returncode}")
    process.send_signal(number)
