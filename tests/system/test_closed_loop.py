"""An exchange and an engine over real sockets, and what may happen to them.

Whatever it is: nothing acknowledged is lost, no order is sent twice, and what the engine says it
holds is what the exchange says. HFT_KILLS sets how often the exchange is killed (100 by hand, fewer
in every run of the tests).
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import hft
from tests.system.trading_fixture import Market, accepted_ids, positions, wait_for

KILLS = int(os.environ.get("HFT_KILLS", "6"))


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    made = Market(tmp_path)
    yield made
    made.kill_all()


@pytest.fixture
def lasting(tmp_path: Path) -> Iterator[Market]:
    """An exchange that a kill does not end: its inputs are in a file."""
    made = Market(tmp_path, exchange_table='interface = "lo"\nstate = "state"\nopen_after_s')
    yield made
    made.kill_all()


def held(summary: dict[str, Any]) -> dict[str, int]:
    return {one["symbol"]: one["position"] for one in summary["instruments"] if one["position"]}


def trade(market: Market, seconds: float) -> tuple[Any, Any]:
    """Start both, wait until orders go out, and trade for so long."""
    engine = market.start_engine()
    exchange = market.start_exchange()
    wait_for(lambda: "order session up" in market.notices(engine))
    time.sleep(seconds)
    return engine, exchange


def test_engine_trades_and_both_agree(market: Market) -> None:
    engine, exchange = trade(market, 2.5)
    summary = market.stop_engine(engine)
    assert engine.returncode == 0
    assert summary["reports"]["accepted"] > 3
    assert summary["executions"]
    assert summary["open_orders"] == 0
    told = market.messages()
    assert held(summary) == positions(told)
    assert summary["latency"]["tick_to_trade"]["count"] > 0
    assert summary["result_e9"] is not None
    exchange.send_signal(signal.SIGINT)
    assert exchange.wait(30) == 0


def test_kill_switch_lets_no_order_out(market: Market) -> None:
    engine, _ = trade(market, 1.5)
    engine.send_signal(signal.SIGUSR1)
    wait_for(lambda: "kill switch pulled" in market.notices(engine))
    time.sleep(1.5)
    summary = market.stop_engine(engine)
    assert summary["refusals"].get("killed", 0) > 0
    assert next(one["action"] for one in summary["controls"]) == "kill"
    assert after_kill(hft.RingReader(f"{market.name}.log")) == []


def after_kill(reader: hft.RingReader) -> list[int]:
    """Ids of enters and replaces behind the first kill that the gate did not refuse."""
    killed, asked, refused = False, set(), set()
    while len(batch := reader.read()):
        for k, kind in enumerate(batch.array["kind"]):
            row = batch.array[k : k + 1]
            if kind == hft.Kind.control:
                killed |= row["action"][0] == hft.ControlAction.kill
            elif killed and kind == hft.Kind.order_command:
                command = row.view(hft.order_command)[0]
                if command["action"] != hft.CommandAction.cancel:
                    asked.add(int(command["client_order_id"]))
            elif killed and kind == hft.Kind.order_report:
                report = row.view(hft.order_report)[0]
                if report["sequence_number"] == 0 and report["action"] == hft.ReportAction.rejected:
                    refused.add(int(report["client_order_id"]))
    assert killed
    return sorted(asked - refused)


def test_exchange_killed_at_random_instants(lasting: Market) -> None:
    engine, exchange = trade(lasting, 0.5)
    chance = random.Random(7)
    for _ in range(KILLS):
        ups = lasting.notices(engine).count("order session up")
        time.sleep(chance.uniform(0.0, 0.8))
        exchange.send_signal(signal.SIGKILL)
        exchange.wait()
        exchange = lasting.start_exchange()
        wait_for(lambda ups=ups: lasting.notices(engine).count("order session up") > ups)
    time.sleep(0.5)
    summary = lasting.stop_engine(engine)
    assert engine.returncode == 0, lasting.notices(engine)
    told = lasting.messages()
    assert held(summary) == positions(told)
    ids = accepted_ids(told)
    assert len(ids) == len(set(ids)), "an order was sent twice"
    assert summary["counts"]["connections"] > KILLS


def test_engine_killed_and_started_again(market: Market) -> None:
    engine, _ = trade(market, 1.5)
    engine.send_signal(signal.SIGKILL)
    engine.wait()
    before = accepted_ids(market.messages())
    # The directory was said before it lived: it must be told again, by another day of the exchange.
    # What it holds it hears from the order session, so that is what this is about.
    again = market.start_engine()
    time.sleep(1.0)
    again.send_signal(signal.SIGINT)
    again.wait(30)
    assert again.returncode == 1
    assert "never named AAAA, BBBB" in market.notices(again)
    assert (market.folder / "ids").stat().st_size > 0
    assert len(before) == len(set(before))


def test_wrong_password_stops_the_session(market: Market) -> None:
    engine = market.start_engine()
    (market.folder / "password").write_text("other\n")  # the engine has read its own
    market.start_exchange()
    wait_for(lambda: "trading AAAA" in market.notices(engine))
    time.sleep(1.5)
    summary = market.stop_engine(engine)
    assert summary["counts"]["phase"] == "stopped"
    assert summary["counts"]["session_verdict"] == "login_rejected"
    assert summary["commands"] == {} or summary["counts"]["sent"] == 0
    assert "secret" not in market.notices(engine) + json.dumps(summary)


def test_garbage_on_the_feed_and_the_order_port_hurts_nobody(market: Market) -> None:
    engine, exchange = trade(market, 0.3)
    noise = random.Random(3)
    line = next(
        text
        for text in (market.folder / "hftd.toml").read_text().split('"')
        if "239.192.9.1" in text
    )
    group, port = line.split(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        for _ in range(500):
            sender.sendto(noise.randbytes(noise.randrange(0, 200)), (group, int(port)))
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", market.orders), 5) as client:
            client.sendall(noise.randbytes(noise.randrange(1, 300)))
    time.sleep(0.5)
    assert engine.poll() is None
    assert exchange.poll() is None
    summary = market.stop_engine(engine)
    assert summary["open_orders"] == 0
    assert held(summary) == positions(market.messages())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('name = "quoter"', 'name = "quotter"', "there is no strategy quotter"),
        ("size = 100", "shares = 100", "strategy.parameters.shares: the strategy quoter has no"),
        ('venue = "xnas"', 'venue = "nasdaq"', "feed.venue: 'nasdaq' is no venue"),
        ('limits = "limits.toml"', 'limits = "limit.toml"', "limit.toml"),
        ('interface = "lo"', 'interface = "eth77"', "eth77"),
        ('password_file = "password"', 'password_file = "nowhere"', "session.password_file"),
        ("assumed_clock_offset_ns", "assumed_clock_offset", "unknown key"),
    ],
)
def test_wrong_configuration_is_told(market: Market, old: str, new: str, words: str) -> None:
    path = market.folder / "hftd.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    engine = market.start_engine()
    if engine.poll() is None:  # what only the engine's instruments bring to light
        market.start_exchange()
    wait_for(lambda: engine.poll() is not None)
    assert engine.returncode in (1, 2)
    assert words in market.notices(engine)
    assert "Traceback" not in market.notices(engine)
