"""The configuration file: which feeds there are, on which lines, and the limits.

docs/configuration.md shows a whole file.
"""

from __future__ import annotations

import ipaddress
import typing
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from hft.errors import ConfigError
from hft.record import Venue
from hft.strict_toml import load_toml

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
    config = load_toml(path, Config, "docs/configuration.md")
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
