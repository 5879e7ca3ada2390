"""What `hftd` is told: one TOML file, read strictly. docs/daemon.md shows a whole one.

Relative file names in it are taken from the folder of the file, so that a configuration can be
moved with what belongs to it. Passwords are never in it: it names the file that holds one.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from hft.config import endpoint_of
from hft.errors import ConfigError
from hft.record import Venue
from hft.strict_toml import load_toml

PAGE = "docs/daemon.md"
_Name = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,15}$")]
_Symbol = Annotated[str, msgspec.Meta(min_length=1, max_length=8)]
_Index = Annotated[int, msgspec.Meta(ge=0, le=255)]


class Engine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The process itself, the ``[engine]`` table.

    Attributes:
        name: Of this engine: its rings are ``/dev/shm/hft.NAME.…``, its thread ``hft-NAME``.
        core: The processor its thread is pinned to; none: wherever the system puts it.
        spin: Whether the thread polls without rest. Without, it naps 50 µs when nothing is there:
            slower, and kind to a machine that has other things to do.
        log_records: Records that the log ring holds, a power of two.
        stop_timeout_s: How long a stop waits for the venue to confirm cancels.
    """

    name: _Name = "hftd"
    core: Annotated[int, msgspec.Meta(ge=0, le=4095)] | None = None
    spin: bool = True
    log_records: Annotated[int, msgspec.Meta(ge=1 << 10, le=1 << 24)] = 1 << 18
    stop_timeout_s: Annotated[float, msgspec.Meta(gt=0, le=60)] = 3.0


class Feed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The market data, the ``[feed]`` table.

    Attributes:
        venue: The venue's MIC in small letters.
        lines: ``GROUP:PORT`` of line A, of line B, and so on.
        interface: Name or address of the network interface; empty: the system chooses.
        session_date: ``YYYY-MM-DD``; empty: that of the packets' receive times.
        max_orders: Live orders that memory is set aside for.
        max_instruments: Locate codes below this have a book.
        receive_buffer_bytes: Of each socket; 0: the system's default.
    """

    venue: str
    lines: Annotated[list[str], msgspec.Meta(min_length=1, max_length=8)]
    interface: str = ""
    session_date: Annotated[str, msgspec.Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    max_orders: Annotated[int, msgspec.Meta(ge=1, le=1 << 30)] = 1_000_000
    max_instruments: Annotated[int, msgspec.Meta(ge=1, le=1 << 16)] = 16_384
    receive_buffer_bytes: Annotated[int, msgspec.Meta(ge=0, le=1 << 30)] = 8 << 20


class Session(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The order session, the ``[session]`` table.

    Attributes:
        protocol: ``ouch50`` or ``ouch42``, over SoupBinTCP.
        address: ``HOST:PORT`` of the venue, the host as an IPv4 address.
        username: At most 6 characters.
        password_file: The file whose first line is the password, at most 10 characters.
        session: The SoupBinTCP session; empty: the one that is active.
        firm: At most 4 characters, on every order.
        desk: At most 6 characters, who trades: behind the number in the venue's order name.
        client_order_ids: The file that remembers which ids were used today.
        silence_s: The venue is lost when nothing was heard for so long.
        messages_per_second: The session's throttle; more is refused by the gateway.
    """

    protocol: Literal["ouch50", "ouch42"] = "ouch50"
    address: str
    username: Annotated[str, msgspec.Meta(min_length=1, max_length=6)]
    password_file: str
    session: Annotated[str, msgspec.Meta(max_length=10)] = ""
    firm: Annotated[str, msgspec.Meta(min_length=1, max_length=4)] = "HFTX"
    client_order_ids: str = "client_order_ids"
    silence_s: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 15.0
    desk: Annotated[str, msgspec.Meta(max_length=6)] = ""
    messages_per_second: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 10_000


class Strategy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who decides, the ``[strategy]`` table.

    Attributes:
        name: A native strategy: ``quoter`` or ``imbalance_taker``.
        symbols: The instruments it trades, as the venue names them.
        account: Index of its account in the risk limits.
        index: Its own index in the risk limits.
        parameters: Of the strategy; docs/strategies.md has them, with units in their names.
    """

    name: str
    symbols: Annotated[list[_Symbol], msgspec.Meta(min_length=1, max_length=64)]
    account: _Index = 0
    index: _Index = 0
    parameters: dict[str, int] = {}


class Risk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The gate, the ``[risk]`` table.

    Attributes:
        limits: The file of limits; docs/risk.md.
        assumed_clock_offset_ns: What the gate is told of the host's clock. Nothing measures it in
            this version; without this key the gate refuses every order, because an unknown clock is
            a bad clock. For simulation only.
    """

    limits: str
    assumed_clock_offset_ns: int | None = None


class DaemonConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole file."""

    engine: Engine = Engine()
    feed: Feed
    session: Session
    strategy: Strategy
    risk: Risk


def load_daemon_config(path: str | Path) -> DaemonConfig:
    """Read a configuration file; file names in it become absolute.

    Raises:
        ConfigError: A key is unknown, missing or out of range, or names what is not there.
    """
    config = load_toml(path, DaemonConfig, PAGE)
    folder = Path(path).resolve().parent

    def absolute(name: str) -> str:
        return str(folder / name)

    session, risk = config.session, config.risk
    config = msgspec.structs.replace(
        config,
        session=msgspec.structs.replace(
            session,
            password_file=absolute(session.password_file),
            client_order_ids=absolute(session.client_order_ids),
        ),
        risk=msgspec.structs.replace(risk, limits=absolute(risk.limits)),
    )
    _check(str(path), config)
    return config


def read_password(config: DaemonConfig) -> str:
    """Read the first line of the password file.

    Raises:
        ConfigError: It cannot be read, or the password is too long. It never shows the password.
    """
    name = config.session.password_file
    try:
        lines = Path(name).read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is no ASCII text"
        raise ConfigError(
            name, "session.password_file", reason, "name a readable file with the password"
        ) from error
    password = lines[0].strip() if lines else ""
    if not 0 < len(password) <= 10:
        raise ConfigError(
            name, "session.password_file", f"{len(password)} characters", "SoupBinTCP has 1 to 10"
        )
    return password


def _check(file: str, config: DaemonConfig) -> None:
    """Check what no single value shows."""
    venues = [venue.name for venue in Venue if venue]
    if config.feed.venue not in venues:
        raise ConfigError(
            file, "feed.venue", f"{config.feed.venue!r} is no venue", f"known: {venues}"
        )
    for k, line in enumerate(config.feed.lines):
        _check_endpoint(file, f"feed.lines[{k}]", line)
    _check_endpoint(file, "session.address", config.session.address)
    records = config.engine.log_records
    if records & (records - 1):
        raise ConfigError(file, "engine.log_records", f"{records} is no power of two", "try 262144")
    symbols = config.strategy.symbols
    for symbol in symbols:
        if not re.fullmatch(r"[A-Z0-9.+*=^#$@~-]+", symbol) or symbols.count(symbol) > 1:
            problem = f"{symbol!r} comes twice or is no symbol"
            raise ConfigError(file, "strategy.symbols", problem, "write each once, as in: AAPL")


def _check_endpoint(file: str, key: str, text: str) -> None:
    try:
        endpoint_of(text)
    except ValueError as error:
        remedy = "write it as 233.54.12.111:26477"
        raise ConfigError(file, key, f"{text!r}: {error}", remedy) from error
