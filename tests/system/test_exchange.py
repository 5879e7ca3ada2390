"""The exchange as a process: clients over real sockets, its faults, kills, and its feed.

Whatever was acknowledged once must be there after a kill at any instant; and whoever hears the feed
has exactly the exchange's books.
"""

from __future__ import annotations

import os
import random
import re
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.exchange_process import ExchangeProcess, FeedReceiver, write_config
from tests.py.commands import run_hft

hft = pytest.importorskip("hft", reason="hft is not installed")
pytest.importorskip("hft._native", reason="the native module is not installed")


def test_two_clients_trade(tmp_path: Path) -> None:
    """Acceptance, execution of both, and the summary at the end."""
    with ExchangeProcess(write_config(tmp_path, accounts=["one", "two"])) as exchange:
        one, two = exchange.connect().login("one"), exchange.connect().login("TWO")
        one.enter(1, b"B")
        one.until(lambda: "A" in one.types())
        two.enter(1, b"S", shares=40)
        two.until(lambda: "E" in two.types())
        one.until(lambda: "E" in one.types())
        bought, sold = one.messages()[-1], two.messages()[-1]
        assert (bought["shares"], bought["price"]) == (40, 1_000_000)
        assert bought["match_number"] == sold["match_number"]
        assert (bought["liquidity_flag"], sold["liquidity_flag"]) == (b"A", b"R")
        summary = exchange.stop()
        one.until(lambda: one.is_closed)
    assert one.control[-1].kind == b"Z"
    assert (summary["orders"], summary["trades"], summary["live_orders"]) == (2, 1, 1)


def test_many_clients_at_once(tmp_path: Path) -> None:
    """Thirty accounts enter and cancel, all mixed; every one hears its own, in order."""
    names = [f"c{k}" for k in range(30)]
    with ExchangeProcess(write_config(tmp_path, accounts=names)) as exchange:
        clients = [exchange.connect().login(name) for name in names]
        for number in range(1, 41):
            for k, client in enumerate(clients):
                client.enter(number, b"B" if k % 2 else b"S", price=1_000_000 + 100 * (k % 3))
        for client in clients:
            client.until(lambda c=client: c.types().count("A") == 40)  # type: ignore[misc]
            accepted = [m["user_ref_num"] for m in client.messages() if m["message_type"] == b"A"]
            assert accepted == list(range(1, 41))
        summary = exchange.stop()
    assert summary["orders"] == 30 * 40
    assert summary["trades"] > 0


@pytest.mark.parametrize(
    ("given", "letter"),
    [
        ({"password": "wrong"}, b"A"),
        ({"user": "nobody"}, b"A"),
        ({"session": "YESTERDAY"}, b"S"),
        ({"number": 3}, b"S"),  # from the future
    ],
)
def test_login_is_refused(tmp_path: Path, given: dict[str, object], letter: bytes) -> None:
    """A rejection says which kind, and the connection ends."""
    with ExchangeProcess(write_config(tmp_path)) as exchange:
        client = exchange.connect().login(**given)  # type: ignore[arg-type]
        assert client.control[-1] == (b"J", letter)
        client.until(lambda: client.is_closed)
        good = exchange.connect().login()
        assert good.control[-1].kind == b"A"


def test_malformed_bytes_end_one_connection(tmp_path: Path) -> None:
    """Random bytes, lying lengths, torn messages: one end each, and the others trade on."""
    noise = random.Random(1)
    with ExchangeProcess(write_config(tmp_path)) as exchange:
        steady = exchange.connect().login()
        cases = [b"\0\0", b"\xff\xff?", b"\0\3U??", b"GET / HTTP/1.0\r\n\r\n", noise.randbytes(500)]
        cases += [b"\0\1R", noise.randbytes(9) + b"L" * 300]
        for case in cases:
            bad = exchange.connect()
            bad.raw(case)
            bad.until(lambda b=bad: b.is_closed or b.stream != b"")  # type: ignore[misc]
        steady.enter(1)
        steady.until(lambda: "A" in steady.types())
        steady.raw(b"\0\5U" + b"O123")  # an order of four bytes
        steady.until(lambda: steady.is_closed)
        summary = exchange.stop()
    assert sum(summary["ends"].values()) >= len(cases) + 1
    assert summary["ends"]["bad_message"] == 1


def test_reconnect_hears_every_message_again(tmp_path: Path) -> None:
    """From any number on, the same bytes."""
    with ExchangeProcess(write_config(tmp_path)) as exchange:
        first = exchange.connect().login()
        for number in range(1, 21):
            first.enter(number, b"B" if number % 2 else b"S")
        first.until(lambda: first.types().count("E") == 20)
        session = exchange.ready["session"]
        first.close()
        last = max(first.heard)
        for number in (1, 2, last // 2, last, last + 1):
            again = exchange.connect().login(number=number, session=session)
            again.until(lambda a=again: a.next_number == last + 1)  # type: ignore[misc]
            assert again.heard == {k: v for k, v in first.heard.items() if k >= number}


def test_cancel_on_disconnect(tmp_path: Path) -> None:
    """Orders leave with their connection where it is set so, and only there."""
    accounts: list[str | dict[str, Any]] = [
        {"user": "leave", "cancel_on_disconnect": True},
        "stay",
    ]
    with ExchangeProcess(write_config(tmp_path, accounts=accounts)) as exchange:
        clients = [exchange.connect().login(user) for user in ("leave", "stay")]
        for client in clients:
            client.enter(1)
            client.until(lambda c=client: "A" in c.types())  # type: ignore[misc]
            client.close()
        again = [exchange.connect().login(user) for user in ("leave", "stay")]
        again[0].until(lambda: again[0].types() == "SAC")
        again[1].until(lambda: again[1].types() == "SA")
        assert again[0].messages()[-1]["cancel_order_reason"] == b"Z"


def _kill_rounds(folder: Path, rounds: int, seed: int) -> None:
    """Trade, kill at a random instant, start again, and compare with all that was ever heard."""
    noise = random.Random(seed)
    config = write_config(
        folder,
        accounts=["one", "two"],
        exchange={"state": "exchange.state", "max_orders": 10_000},
        flow={"rate": 500.0, "live_orders": 50},
    )
    known: dict[str, dict[int, bytes]] = {"one": {}, "two": {}}
    number = 0
    for _ in range(rounds):
        with ExchangeProcess(config) as exchange:
            clients = {user: exchange.connect().login(user) for user in known}
            for user, client in clients.items():
                last = max(known[user], default=0)
                client.until(lambda c=client, n=last: c.next_number > n)  # type: ignore[misc]
                assert {k: client.heard[k] for k in known[user]} == known[user]
            end = time.monotonic() + noise.uniform(0.0, 0.15)
            while time.monotonic() < end:
                number += 1
                for client in clients.values():
                    side = noise.choice([b"B", b"S"])
                    client.enter(number, side, price=1_000_000 + 100 * noise.randrange(5))
                    client.read(0.002)
            exchange.kill()
            for user, client in clients.items():
                while not client.is_closed:  # what was on its way was said
                    client.read(0.1)
                known[user] |= client.heard
                client.close()
    assert number > rounds
    for heard in known.values():
        accepted = [k for k, v in heard.items() if v[:1] == b"A"]
        assert len(accepted) > rounds
        assert sorted(heard) == list(range(1, len(heard) + 1))


def test_killed_at_random_instants_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """Six kills here; HFT_KILLS raises it for a long run."""
    _kill_rounds(tmp_path, int(os.environ.get("HFT_KILLS", "6")), seed=7)


def test_feed_rebuilds_the_books(tmp_path: Path) -> None:
    """Both lines, one of them losing packets, through hft's own replay: the same digest."""
    lines = ["239.192.77.1:30611", "239.192.77.2:30612"]
    config = write_config(
        tmp_path,
        accounts=["one"],
        exchange={"symbols": ["AAPL", "MSFT", "NVDA"], "open_after_s": 0.3},
        feed={"lines": lines, "loss": [0.2, 0.0]},
        flow={"rate": 4000.0, "live_orders": 300},
        schedule=[
            {"after_s": 0.5, "action": "halt", "symbol": "MSFT"},
            {"after_s": 0.8, "action": "resume", "symbol": "MSFT"},
        ],
    )
    receiver = FeedReceiver(lines)
    try:
        with ExchangeProcess(config) as exchange:
            client = exchange.connect().login()
            client.until(lambda: "S" in client.types())
            for number in range(1, 60):
                client.enter(number, noise_side(number), price=100 * (2_000 + 40 * (number % 7)))
                client.read(0.01)
            summary = exchange.stop()
        time.sleep(0.3)
    finally:
        receiver.close()
    assert receiver.messages() == summary["feed_messages"]
    assert summary["packets_lost"][0] > 0
    capture = receiver.write(tmp_path / "feed.pcap")
    with hft.Replay(capture) as replay:
        found = replay.run()
        feed = found.as_dict()["feeds"][0]
        assert feed["book"] is not None
        assert feed["book"]["digest"] == summary["digest"]
        assert feed["book"]["refused"] == []
        assert feed["gaps"]["count"] == 0
    assert summary["trades"] > 10


def noise_side(number: int) -> bytes:
    """Bids and asks in turn."""
    return b"B" if number % 2 else b"S"


def test_state_goes_on_after_a_clean_stop(tmp_path: Path) -> None:
    """With a state file a stop is a pause: no end of the day, and the books stay."""
    config = write_config(tmp_path, exchange={"state": "exchange.state"})
    with ExchangeProcess(config) as exchange:
        client = exchange.connect().login()
        client.enter(1)
        client.until(lambda: "A" in client.types())
        before = exchange.stop()
        client.until(lambda: client.is_closed)
        assert client.control[-1].kind == b"A"  # no Z
    with ExchangeProcess(config) as exchange:
        assert exchange.ready["session"] == before["session"]
        client = exchange.connect().login()
        client.send(b"X", user_ref_num=1, shares=0)
        client.until(lambda: client.types() == "SAC")
        after = exchange.stop()
    assert after["recovered_inputs"] == before["logged_inputs"]
    assert after["live_orders"] == 0
    config.write_text(config.read_text().replace('"AAPL"', '"TSLA"'))
    refused = run_hft("exchange", "run", config)
    assert refused.code == 1
    assert "another configuration" in refused.err


@pytest.mark.parametrize(
    ("table", "key", "value", "says"),
    [
        ("exchange", "symbols", [], "exchange.symbols"),
        ("exchange", "orders", "localhost:1", "exchange.orders"),
        ("exchange", "names", 1, "unknown key"),
        ("feed", "lines", ["239.1.1.1"], "feed.lines[0]"),
        ("feed", "loss", [0.5], "feed.loss"),
        ("flow", "rate", -1.0, "flow.rate"),
        ("flow", "capture", "missing.pcap", "missing.pcap"),
        ("exchange", "interface", "eth99", "eth99"),
    ],
)
def test_bad_configuration_says_where(
    tmp_path: Path, table: str, key: str, value: object, says: str
) -> None:
    """Key, problem and remedy; exit code 2, or 1 where only the machine could tell."""
    tables: dict[str, Any] = {table: {key: value}}
    if key == "interface":
        tables["feed"] = {"lines": ["239.192.77.9:30619"]}
    done = run_hft("exchange", "run", write_config(tmp_path, **tables))
    assert done.code in (1, 2), done.err
    assert says in done.err
    assert "Traceback" not in done.err


def test_address_in_use_says_what_to_do(tmp_path: Path) -> None:
    """A second exchange at the same port."""
    with ExchangeProcess(write_config(tmp_path)) as first:
        second = tmp_path / "second"
        second.mkdir()
        config = write_config(second, exchange={"orders": first.ready["orders"]})
        done = run_hft("exchange", "run", config)
    assert done.code == 1
    assert "in use" in done.err


def test_stops_after_its_duration(tmp_path: Path) -> None:
    """`--duration`, and SIGINT as people send it, both end with a summary and 0."""
    done = run_hft("exchange", "run", write_config(tmp_path), "--duration", "0.2")
    assert done.code == 0, done.err
    assert "exchange ready" in done.out
    assert "digest" in done.out
    with ExchangeProcess(write_config(tmp_path)) as exchange:
        exchange.process.send_signal(signal.SIGINT)
        out, err = exchange.process.communicate(timeout=10)
        assert exchange.process.returncode == 0, err
        assert "summary" in out


def test_the_documented_configuration_runs(tmp_path: Path) -> None:
    """The whole file of docs/exchange.md, every key of it."""
    page = (Path(__file__).parents[2] / "docs" / "exchange.md").read_text(encoding="utf-8")
    found = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert found is not None
    text = found[1].replace("127.0.0.1:26400", "127.0.0.1:0")
    (tmp_path / "password").write_text("secret\n")
    (tmp_path / "exchange.toml").write_text(text)
    with ExchangeProcess(tmp_path / "exchange.toml") as exchange:
        assert exchange.ready["lines"] == ["239.192.7.1:26411", "239.192.7.2:26412"]
        assert exchange.connect().login("ENGINE").control[-1].kind == b"A"
        assert [one["user"] for one in exchange.stop()["accounts"]] == ["ENGINE", "OTHER"]
