"""The configuration file: which feeds there are, on which lines, and the limits.

TOML, read strictly: an unknown key is an error that names the known ones, because a mistyped key
that is silently ignored is found on the day it matters. docs/configuration.md shows a whole file.
"""

from __future__ import annotations

import ipaddress
import tomllib
import typing
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from hft.errors import ConfigError
from hft.record import Venue

MOST_LINES = 8  # of a feed
_Name = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,15}$")]


class Endpoint(typing.NamedTuple):
    """Where a line's datagrams go: a multicast group, or any address, and a UDP port."""

    group: str
    port: int


class FeedConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One feed, a ``[[feed]]`` table.

    Attributes:
        name: Ours, as it shall stand in summaries: small letters, digits, underscores.
        venue: The venue's MIC in small letters, ``xnas`` for example.
        protocol: The protocol spoken.
        channel: The number of the channel; ITCH has one.
        lines: ``GROUP:PORT`` of line A, of line B, and so on; IPv6 groups in brackets.
    """

    name: _Name
    venue: str
    protocol: Literal["itch50"] = "itch50"
    channel: Annotated[int, msgspec.Meta(ge=0, le=255)] = 0
    lines: Annotated[list[str], msgspec.Meta(min_length=1, max_length=MOST_LINES)]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What memory is set aside for, the ``[limits]`` table; applies to each feed."""

    max_orders: Annotated[int, msgspec.Meta(ge=1, le=1 << 30)] = 4_000_000
    max_instruments: Annotated[int, msgspec.Meta(ge=1, le=1 << 16)] = 65_536


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole configuration file."""

    feed: Annotated[list[FeedConfig], msgspec.Meta(min_length=1)]
    limits: Limits = Limits()


def load_config(path: str | Path) -> Config:
    """Read a configuration file.

    Raises:
        ConfigError: It cannot be read, or a key is unknown, missing or out of range. The message
            says file, key, problem and what to do.
    """
    try:
        raw = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError(str(path), "file", reason, "check the name of the file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), "file", f"not TOML: {error}", "mend that line") from error
    _refuse_unknown(str(path), "", raw, Config)
    try:
        config = msgspec.convert(raw, Config)
    except msgspec.ValidationError as error:
        raise _explained(str(path), error) from error
    _check(str(path), config)
    return config


def endpoint_of(line: str) -> Endpoint:
    """Split ``GROUP:PORT``.

    Raises:
        ValueError: It is no address and port; the message says why.
    """
    group, colon, port = line.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 0 < int(port) < 1 << 16:
        raise ValueError("the port must be a number from 1 to 65535")
    address = ipaddress.ip_address(group.removeprefix("[").removesuffix("]"))
    return Endpoint(str(address), int(port))


def _refuse_unknown(file: str, where: str, value: Any, model: Any) -> None:
    """Walk the tables along the model and refuse the first key that it does not have."""
    if isinstance(value, list):
        for k, item in enumerate(value):
            _refuse_unknown(file, f"{where}[{k}]", item, model)
    if not isinstance(value, dict) or model is None:
        return
    known = {field.name: field.type for field in msgspec.structs.fields(model)}
    for key, item in value.items():
        name = f"{where}.{key}" if where else key
        if key not in known:
            raise ConfigError(file, name, "unknown key", f"known keys: {sorted(known)}")
        _refuse_unknown(file, name, item, _struct_in(known[key]))


def _struct_in(hint: Any) -> type[msgspec.Struct] | None:
    """Return the struct that a type hint holds, itself or in a list; None for plain values."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return hint
    inner = (_struct_in(part) for part in typing.get_args(hint))
    return next((struct for struct in inner if struct is not None), None)


def _explained(file: str, error: msgspec.ValidationError) -> ConfigError:
    """Take msgspec's sentence, ``Expected `int` >= 1 - at `$.limits.max_orders```, apart."""
    problem, _, place = str(error).rpartition(" - at `")
    key = (place or "$").rstrip("`").removeprefix("$").removeprefix(".") or "file"
    problem = (problem or str(error)).replace("`", "")
    return ConfigError(file, key, problem[0].lower() + problem[1:], "see docs/configuration.md")


def _check(file: str, config: Config) -> None:
    """Check what no single value shows: names, venues, addresses, and that none comes twice."""
    names: set[str] = set()
    taken: dict[Endpoint, str] = {}
    venues = [venue.name for venue in Venue if venue]
    for k, feed in enumerate(config.feed):
        if feed.venue not in venues:
            raise ConfigError(
                file, f"feed[{k}].venue", f"{feed.venue!r} is no venue", f"known: {venues}"
            )
        if feed.name in names:
            raise ConfigError(
                file, f"feed[{k}].name", f"{feed.name!r} comes twice", "give each its own name"
            )
        names.add(feed.name)
        for n, line in enumerate(feed.lines):
            key = f"feed[{k}].lines[{n}]"
            try:
                endpoint = endpoint_of(line)
            except ValueError as error:
                remedy = "write it as 233.54.12.111:26477"
                raise ConfigError(file, key, f"{line!r}: {error}", remedy) from error
            if endpoint in taken:
                problem = f"{line!r} is already line {taken[endpoint]}"
                raise ConfigError(file, key, problem, "each line has a group and port of its own")
            taken[endpoint] = key
