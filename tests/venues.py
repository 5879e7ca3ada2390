"""The simulated exchange under one face: the reference, and the native engine if installed.

Commands and events are dictionaries: commands with the names of `VenueCommand`, events with all
fields of `VenueEvent`, `kind` by name and `code` as text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from tests.book_sets import native_module
from tests.reference.matching import ReferenceVenue
from tests.reference.records import Side
from tests.reference.venue_orders import NO_CROSS, PRICE_NULL, SHOW_ALL

Command = dict[str, Any]
Event = dict[str, Any]
BookRow = tuple[int, int, int, int]  # order_id, price_e9, shown, open

BLANK_EVENT: Event = {
    "time_ns": 0, "order_id": 0, "original": 0, "token": 0, "match_number": 0, "size": 0,
    "price_e9": PRICE_NULL, "owner": 0, "instrument": 0, "open": 0, "shown": 0, "prevented": 0,
    "kind": "none", "side": 0, "code": "", "flags": 0,
}  # fmt: skip
BLANK_COMMAND: Command = {
    "price_e9": PRICE_NULL,
    "display_size": SHOW_ALL,
}


class Venue(Protocol):
    """What the tests ask of a venue."""

    def apply(self, command: Command, /) -> tuple[str, list[Event]]: ...
    def book(self, instrument: int, side: int, /) -> list[BookRow]: ...
    def indication(self, instrument: int, cross: str, /) -> tuple[int, ...]: ...


class FilledReference:
    """The reference, whose events get the fields that they do not name."""

    def __init__(self, **settings: Any) -> None:
        self.reference = ReferenceVenue(**settings)

    def apply(self, command: Command) -> tuple[str, list[Event]]:
        """One input; the verdict and the events."""
        verdict, events = self.reference.apply(command)
        return verdict, [BLANK_EVENT | event for event in events]

    def book(self, instrument: int, side: int) -> list[BookRow]:
        """A side's orders as they trade."""
        return self.reference.book(instrument, side)

    def indication(self, instrument: int, cross: str) -> tuple[int, ...]:
        """What a cross would do."""
        return self.reference.indication(instrument, cross)


class NativeVenue:
    """The engine, speaking as the reference does."""

    def __init__(self, *, adjusts_post_only: bool = True, **settings: Any) -> None:
        module = native_module()
        rule = "adjust" if adjusts_post_only else "reject"
        self.engine = module.MatchingEngine(post_only=rule, **settings)
        self._action = module.VenueAction
        self._kind_names = {kind.value: kind.name for kind in module.VenueEventKind}
        self._verdict_names = {verdict.value: verdict.name for verdict in module.VenueVerdict}
        self._dtype = module.venue_command_dtype()
        self._side = module.Side

    def pack(self, commands: list[Command]) -> npt.NDArray[np.void]:
        """Commands as the engine takes them, shape (n,)."""
        out = np.zeros(len(commands), dtype=self._dtype)
        for row, command in zip(out, commands, strict=True):
            for name, value in (BLANK_COMMAND | command).items():
                if name == "action":
                    row[name] = self._action[value]
                elif name == "cross" or name == "code":
                    row["code"] = value.encode()
                else:
                    row[name] = value
            if command["action"] == "enter" and "cross" not in command:
                row["code"] = NO_CROSS.encode()
        return out

    def apply_all(self, commands: list[Command]) -> tuple[list[str], list[Event]]:
        """All inputs at once."""
        verdicts, events = self.engine.apply(self.pack(commands))
        return [self._verdict_names[v] for v in verdicts.tolist()], self.rows(events)

    def apply(self, command: Command) -> tuple[str, list[Event]]:
        """One input; the verdict and the events."""
        (verdict,), events = self.apply_all([command])
        return verdict, events

    def rows(self, events: npt.NDArray[np.void]) -> list[Event]:
        """Events as dictionaries."""
        names = events.dtype.names or ()
        rows = [dict(zip(names, event, strict=True)) for event in events.tolist()]
        for row in rows:
            row["kind"] = self._kind_names[row["kind"]]
            row["code"] = row["code"].decode()
        return rows

    def book(self, instrument: int, side: int) -> list[BookRow]:
        """A side's orders as they trade."""
        rows = self.engine.orders(instrument, self._side(side))
        return [
            (int(r["order_id"]), int(r["price_e9"]), int(r["shown"]), int(r["open"])) for r in rows
        ]

    def indication(self, instrument: int, cross: str) -> tuple[int, ...]:
        """What a cross would do."""
        return tuple(int(value) for value in self.engine.indication(instrument, cross))


VENUES: dict[str, Callable[..., Venue]] = {"reference": FilledReference, "native": NativeVenue}
BOTH_SIDES = (Side.BID, Side.ASK)
