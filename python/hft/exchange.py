"""A simulated exchange as a process: orders in by OUCH, market data out by ITCH.

docs/exchange.md shows a whole configuration and says what the exchange does on each fault.
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from hft import _native
from hft.config import endpoint_of
from hft.errors import ConfigError
from hft.strict_toml import load_toml

PAGE = "docs/exchange.md"
_PROTOCOLS = ("ouch50", "ouch42")
_SELF_MATCH = ("allow", "cancel_newest", "cancel_oldest", "decrement_both")
_POST_ONLY = ("reject", "adjust")
_ACTIONS = (
    "halt",
    "pause",
    "quote",
    "resume",
    "indicate_opening",
    "freeze_opening",
    "cross_opening",
    "indicate_closing",
    "freeze_closing",
    "cross_closing",
    "close",
)
_Symbol = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9.]{1,8}$")]
_Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e6)]


class Venue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The exchange itself, the ``[exchange]`` table.

    Attributes:
        symbols: Its instruments; locate codes are their places here, from 1.
        orders: ``HOST:PORT`` where OUCH clients connect; port 0: any free one.
        interface: Of the feed, by name or address; empty: the system chooses.
        session: Of orders and feed, 1 to 10 letters and digits; empty: the second of the start.
        open_after_s: The day begins so long after the start: time for receivers to listen.
        open_in_quotation: It begins without matching, until a cross or ``resume``.
        tick: In USD, of prices from 1 USD on.
        post_only: What a post-only order that would take liquidity becomes.
        max_orders: Live at one time.
        state: A file of inputs, by which a killed exchange goes on where it was; empty: none.
        sync: Whether the file also survives a loss of power, at a disk's latency for each answer.
        busy: Whether it polls without rest.
    """

    symbols: Annotated[list[_Symbol], msgspec.Meta(min_length=1, max_length=65_535)]
    orders: str = "127.0.0.1:0"
    interface: str = "lo"
    session: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9]{0,10}$")] = ""
    open_after_s: _Seconds = 0.0
    open_in_quotation: bool = False
    tick: Annotated[float, msgspec.Meta(ge=0.0001, le=1000)] = 0.01
    post_only: Literal["reject", "adjust"] = "adjust"
    max_orders: Annotated[int, msgspec.Meta(ge=1, le=1 << 28)] = 1_000_000
    state: str = ""
    sync: bool = False
    busy: bool = False


class Feed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where market data goes, the ``[feed]`` table.

    Attributes:
        lines: ``GROUP:PORT`` of line A, of line B, and so on; multicast groups or addresses.
        loss: Probability per packet that a line loses it, by line; for tests of receivers.
        packet_bytes: Most of one packet.
    """

    lines: Annotated[list[str], msgspec.Meta(max_length=8)] = []
    loss: list[_Probability] = []
    packet_bytes: Annotated[int, msgspec.Meta(ge=72, le=8192)] = 1400


class Flow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Background orders, the ``[flow]`` table.

    Attributes:
        rate: Messages a second; 0: none, or of a capture: at its own pace.
        seed: Another seed, another market.
        live_orders: Entered before the day begins, then held about.
        zipf: Exponent of the instruments' activity.
        capture: A capture or raw file whose orders are entered instead of made-up ones.
        pace: Of the capture's own clock, where there is no rate.
    """

    rate: Annotated[float, msgspec.Meta(ge=0, le=1e8)] = 0.0
    seed: Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)] = 1
    live_orders: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)] = 1_000
    zipf: Annotated[float, msgspec.Meta(ge=0, le=3)] = 0.9
    capture: str = ""
    pace: Annotated[float, msgspec.Meta(gt=0, le=1e9)] = 1.0


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When a client's connection is given up, the ``[limits]`` table.

    Attributes:
        login_s: It says nothing after connecting.
        silence_s: Neither data nor a heartbeat comes.
        stall_s: It takes nothing although something waits.
        backlog_bytes: So much of what came since its login waits.
        clients: Connections at a time; more are refused.
    """

    login_s: _Seconds = 30.0
    silence_s: _Seconds = 15.0
    stall_s: _Seconds = 5.0
    backlog_bytes: Annotated[int, msgspec.Meta(ge=1 << 12, le=1 << 40)] = 16 << 20
    clients: Annotated[int, msgspec.Meta(ge=1, le=4096)] = 256


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who may trade, an ``[[account]]`` table.

    Attributes:
        user: At most 6 characters, as SoupBinTCP has it; the case does not matter.
        password_file: The file whose first line is the password, at most 10 characters.
        protocol: ``ouch50`` or ``ouch42``.
        firm: The market participant's identifier.
        cancel_on_disconnect: Its orders leave when its connection does.
        self_match: What happens when two of its orders would trade.
    """

    user: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9]{1,6}$")]
    password_file: str
    protocol: Literal["ouch50", "ouch42"] = "ouch50"
    firm: Annotated[str, msgspec.Meta(pattern="^[A-Z0-9]{1,4}$")] = "HFTX"
    cancel_on_disconnect: bool = False
    self_match: Literal["allow", "cancel_newest", "cancel_oldest", "decrement_both"] = "allow"


class Scheduled(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the venue does by itself, a ``[[schedule]]`` table.

    Attributes:
        after_s: Since the day began.
        action: One of those in docs/exchange.md.
        symbol: Of one instrument; empty: of all.
    """

    after_s: _Seconds
    action: Literal[
        "halt",
        "pause",
        "quote",
        "resume",
        "indicate_opening",
        "freeze_opening",
        "cross_opening",
        "indicate_closing",
        "freeze_closing",
        "cross_closing",
        "close",
    ]
    symbol: str = ""


class ExchangeConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole configuration file."""

    exchange: Venue
    account: Annotated[list[Account], msgspec.Meta(min_length=1, max_length=1024)]
    feed: Feed = Feed()
    flow: Flow = Flow()
    limits: Limits = Limits()
    schedule: list[Scheduled] = []


class ExchangeSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What an exchange did so far.

    Attributes:
        session: The name of orders' and feed's session.
        connections: Accepted in all.
        refused_connections: Of these, closed at once: too many.
        ends: Why connections ended, by reason.
        accounts: Of each account: user, logins, inputs, answered, ignored, sequenced, connected.
        messages: That accounts sent.
        orders: Accepted from accounts.
        rejected: Orders of accounts.
        cancelled: Cancellations of accounts' orders, of part or all.
        trades: Matches.
        flow_messages: That the background flow asked of the engine.
        flow_orders: Accepted from the background flow.
        live_orders: Resting now, of all owners.
        feed_messages: Published.
        feed_packets: With messages, counted once for all lines.
        packets_lost: On purpose, by line.
        packets_refused: By the system.
        digest: Of the displayed books, as a replay prints it: 16 digits of base 16.
        logged_inputs: In the state file.
        recovered_inputs: Of these, found at the start.
        cut_bytes: Of the state file's torn end, found at the start.
    """

    session: str
    connections: int
    refused_connections: int
    ends: dict[str, int]
    accounts: list[dict[str, Any]]
    messages: int
    orders: int
    rejected: int
    cancelled: int
    trades: int
    flow_messages: int
    flow_orders: int
    live_orders: int
    feed_messages: int
    feed_packets: int
    packets_lost: list[int]
    packets_refused: int
    digest: str
    logged_inputs: int
    recovered_inputs: int
    cut_bytes: int

    def as_dict(self) -> dict[str, Any]:
        """Return the fields, ready for ``json.dumps``."""
        return msgspec.structs.asdict(self)


def load_exchange_config(path: str | Path) -> ExchangeConfig:
    """Read a configuration file; file names in it become absolute.

    Raises:
        ConfigError: It cannot be read, or a key is unknown, missing or out of range. The message
            says file, key, problem and what to do.
    """
    config = load_toml(path, ExchangeConfig, PAGE)
    _check(str(path), config)
    folder = Path(path).resolve().parent
    venue, flow = config.exchange, config.flow
    return msgspec.structs.replace(
        config,
        exchange=msgspec.structs.replace(venue, state=_absolute(folder, venue.state)),
        flow=msgspec.structs.replace(flow, capture=_absolute(folder, flow.capture)),
        account=[
            msgspec.structs.replace(one, password_file=_absolute(folder, one.password_file))
            for one in config.account
        ],
    )


class Exchange:
    """A simulated exchange: its sockets are open from here on.

    Args:
        config: As ``load_exchange_config`` gives it.

    Raises:
        HftError: An address is in use, the state file belongs to another configuration, and so on.
            The message says what to do.
    """

    def __init__(self, config: ExchangeConfig) -> None:
        self._native = _native.Exchange(_options(config))
        self._config = config

    def run(self, seconds: float = 0.0) -> None:
        """Serve for so many seconds, or until ``stop`` where they are 0.

        Raises:
            HftError: The state file cannot be written.
        """
        self._native.run(seconds)

    def stop(self) -> None:
        """Let ``run`` return; may be called by a signal handler or another thread."""
        self._native.stop()

    def finish(self) -> None:
        """End the session; with a state file: leave, so that the next start goes on."""
        self._native.finish()

    @property
    def orders(self) -> str:
        """``HOST:PORT`` where clients connect, the port that was chosen."""
        return self._native.order_address

    @property
    def session(self) -> str:
        """The session's name."""
        return self._native.session

    @property
    def lines(self) -> list[str]:
        """Where the feed goes, line A first."""
        return list(self._config.feed.lines)

    def summary(self) -> ExchangeSummary:
        """Return what was done so far."""
        made = self._native.summary()
        return ExchangeSummary(**{**made, "digest": f"{made['digest']:016x}"})


def _absolute(folder: Path, name: str) -> str:
    return str(folder / name) if name else ""


def _check(file: str, config: ExchangeConfig) -> None:
    """Check what no single value shows."""
    addresses = [("exchange.orders", config.exchange.orders, 0)]
    addresses += [(f"feed.lines[{k}]", line, 1) for k, line in enumerate(config.feed.lines)]
    for key, text, least_port in addresses:
        _check_address(file, key, text, least_port)
    if config.feed.loss and len(config.feed.loss) != len(config.feed.lines):
        raise ConfigError(file, "feed.loss", "not one for each line", "give as many as lines")
    for k, item in enumerate(config.schedule):
        if item.symbol and item.symbol not in config.exchange.symbols:
            remedy = "use one of exchange.symbols, or none for all"
            raise ConfigError(file, f"schedule[{k}].symbol", f"{item.symbol!r} is unknown", remedy)
    tick_e9 = round(config.exchange.tick * 1e9)
    if tick_e9 % 100_000 != 0:
        raise ConfigError(file, "exchange.tick", "finer than 0.0001", "use for example 0.01")


def _check_address(file: str, key: str, text: str, least_port: int) -> None:
    remedy = "write it as 127.0.0.1:26400"
    host, _, port = text.rpartition(":")
    try:
        if port == "0" and least_port == 0:
            ipaddress.IPv4Address(host)
        elif ipaddress.ip_address(endpoint_of(text).group).version != 4:
            raise ValueError("only IPv4 is supported")
    except ValueError as error:
        raise ConfigError(file, key, f"{text!r}: {error}", remedy) from error


def _options(config: ExchangeConfig) -> dict[str, Any]:
    """Return what the native exchange takes."""
    venue, feed, limits = config.exchange, config.feed, config.limits
    loss = feed.loss or [0.0] * len(feed.lines)
    places = {symbol: k for k, symbol in enumerate(venue.symbols, 1)}
    return {
        "symbols": venue.symbols,
        "orders": venue.orders,
        "interface": venue.interface,
        "session": venue.session,
        "open_after_s": venue.open_after_s,
        "open_in_quotation": venue.open_in_quotation,
        "tick_e9": round(venue.tick * 1e9),
        "post_only": _POST_ONLY.index(venue.post_only),
        "max_orders": venue.max_orders,
        "state": venue.state,
        "sync": venue.sync,
        "busy": venue.busy,
        "lines": list(zip(feed.lines, loss, strict=True)),
        "packet_bytes": feed.packet_bytes,
        "flow": msgspec.structs.asdict(config.flow),
        "login_s": limits.login_s,
        "silence_s": limits.silence_s,
        "stall_s": limits.stall_s,
        "backlog_bytes": limits.backlog_bytes,
        "max_clients": limits.clients,
        "accounts": [_account(one) for one in config.account],
        "schedule": [
            (item.after_s, _ACTIONS.index(item.action), places.get(item.symbol, 0))
            for item in config.schedule
        ],
    }


def _account(account: Account) -> dict[str, Any]:
    return {
        "user": account.user,
        "password": _password(account.password_file),
        "firm": account.firm,
        "cancel_on_disconnect": account.cancel_on_disconnect,
        "self_match": _SELF_MATCH.index(account.self_match),
        "protocol": _PROTOCOLS.index(account.protocol),
    }


def _password(path: str) -> str:
    try:
        lines = Path(path).read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        remedy = "its first line must be the password, in ASCII"
        raise ConfigError(path, "password_file", f"cannot be read: {error}", remedy) from error
    password = lines[0].strip() if lines else ""
    if not 1 <= len(password) <= 10:
        problem = f"the first line has {len(password)} characters"
        raise ConfigError(path, "password_file", problem, "a password has 1 to 10")
    return password
