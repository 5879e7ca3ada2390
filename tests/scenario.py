"""Scenarios of the simulated exchange: text that people read and that both venues must obey.

A file in tests/scenarios shows one rule. A line at the margin is an action; the indented lines
below it are all that comes of it, in order. `#` begins a comment; `settings:` may stand at the top.

    alice: buy 100 @ 10.00 as a1
      alice: accepted a1: bid 100 @ 10.00, order 1, shows 100
      feed: add 1 bid 100 @ 10.00

`python -m tests.scenario FILE...` prints files as the reference would have them: to write a new
one, type the actions and then read what came of them.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.reference.venue_orders import PRICE_NULL, TimeInForce
from tests.venues import BOTH_SIDES, Command, Event, FilledReference, Venue

OWNERS = ["alice", "bob", "carol", "dave"]
INSTRUMENTS = ["X", "Y"]
SIDES = {1: "bid", 2: "ask"}
CROSSES = {"opening": "O", "closing": "C", "halt": "H"}
STATES = {"trading": "T", "halted": "H", "paused": "P", "quotation": "Q"}
SELF_MATCH = {"allow": 0, "cancel newest": 1, "cancel oldest": 2, "decrement both": 3}
LIQUIDITY = {
    "A": "added", "J": "added hidden", "R": "removed",
    "O": "opening cross", "C": "closing cross", "H": "halt cross",
}  # fmt: skip
REASONS = {
    "U": "user", "I": "immediate", "T": "timeout", "S": "supervisory", "Q": "self-match",
    "Z": "system",
}  # fmt: skip
MARKET = "market"


TEXTS = {
    "accepted": "{who}: accepted {token}: {side} {size} @ {price}, order {order_id}, shows {shown}",
    "rejected": "{who}: rejected {token}: {code}",
    "replaced": "{who}: replaced {original} by {token}: {side} {open} @ {price}, "
    "order {order_id}, shows {shown}",
    "modified": "{who}: modified {token}: {open} open, order {order_id} for {original}, "
    "shows {shown}",
    "executed": "{who}: executed {token}: {size} @ {price}, {code}, {open} open, match {match}",
    "cancelled": "{who}: cancelled {token}: {size}, {code}, {open} open",
    "restated": "{who}: restated {token}: order {order_id} for {original}, shows {shown} of {open}",
    "cancel_pending": "{who}: cancel pending {token}",
    "cancel_rejected": "{who}: cancel rejected {token}",
    "book_add": "feed: add {order_id} {side} {size} @ {price}",
    "book_execute": "feed: execute {order_id}: {size} @ {price}, match {match}",
    "book_cancel": "feed: cancel {order_id}: {size}",
    "book_delete": "feed: delete {order_id}",
    "book_replace": "feed: replace {original} by {order_id}: {size} @ {price}",
    "trade": "feed: trade with a hidden {side}: {size} @ {price}, match {match}",
    "cross_trade": "feed: {code} cross: {size} @ {price}, match {match}",
    "trading_status": "feed: status {code}",
}
OWNERS_EVENTS = frozenset(list(TEXTS)[:9])


class ScenarioError(Exception):
    """A scenario cannot be read, or what it expects did not happen."""


@dataclass
class Step:
    """An action with what is expected of it."""

    line: int
    action: str
    expected: list[str] = field(default_factory=list)


@dataclass
class Scenario:
    """A file of tests/scenarios."""

    path: Path
    settings: str
    steps: list[Step]


def read(path: Path) -> Scenario:
    """Parses a file; raises ScenarioError with its line."""
    scenario = Scenario(path, "", [])
    for number, raw in enumerate(path.read_text().splitlines(), 1):
        text = raw.split("#")[0].rstrip()
        if not text:
            continue
        if text.startswith("settings:"):
            scenario.settings = text.removeprefix("settings:")
        elif not text.startswith(" "):
            scenario.steps.append(Step(number, text))
        elif not scenario.steps:
            raise ScenarioError(f"{path}:{number}: an expectation without an action above it")
        else:
            scenario.steps[-1].expected.append(text.strip())
    return scenario


def price_e9(text: str) -> int:
    """A price in USD."""
    if text == MARKET:
        return PRICE_NULL
    whole, _, part = text.partition(".")
    return int(whole) * 10**9 + int(part.ljust(9, "0") or 0)


def price_text(price: int) -> str:
    """USD with two decimals, or with four where it needs them."""
    if price == PRICE_NULL:
        return MARKET
    return f"{price / 1e9:.4f}" if price % 10_000_000 else f"{price / 1e9:.2f}"


def venue_settings(text: str) -> dict[str, Any]:
    """The arguments of a venue: tick, reference, post-only, orders."""
    out: dict[str, Any] = {"instruments": len(INSTRUMENTS), "max_owners": len(OWNERS)}
    for setting in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = setting.rpartition(" ")
        if name == "tick":
            out["tick_e9"] = price_e9(value)
        elif name == "reference":
            out["reference_price_e9"] = price_e9(value)
        elif name == "post-only" and value in ("reject", "adjust"):
            out["adjusts_post_only"] = value == "adjust"
        elif name == "orders":
            out["max_orders"] = int(value)
        else:
            raise ScenarioError(f"settings: {setting!r} is unknown; see tests/scenario.py")
    return out


class Player:
    """Plays actions on a venue and writes down what comes of them."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self.tokens: dict[str, int] = {}
        self.time_ns = 0

    def play(self, action: str) -> list[str]:
        """What came of an action, line by line."""
        if asked := re.fullmatch(r"venue: book(?: (\w))?", action):
            return list(self._book(self._instrument(asked[1])))
        if asked := re.fullmatch(r"venue: indication (\w+)", action):
            return [self._indication(CROSSES[asked[1]])]
        self.time_ns += 1
        verdict, events = self.venue.apply(self.command(action) | {"time_ns": self.time_ns})
        lines = [self._line(event) for event in events]
        if verdict not in ("done", "rejected"):
            lines.append(f"verdict: {verdict.replace('_', ' ')}")
        return lines

    # Actions.

    def command(self, action: str) -> Command:
        """An action as a command; raises ScenarioError where it cannot be read."""
        who, _, what = action.partition(": ")
        for pattern, make in self._VENUE if who == "venue" else self._OWNER:
            found = re.fullmatch(pattern, what)
            if found and (who == "venue" or who in OWNERS or who == "mallory"):
                out: Command = make(self, **found.groupdict())
                if who != "venue":  # mallory is no owner that the venue knows
                    out["owner"] = (*OWNERS, "mallory").index(who)
                return out
        raise ScenarioError(f"cannot read {action!r}; see tests/scenario.py for what there is")

    def _token(self, name: str) -> int:
        return self.tokens.setdefault(name, len(self.tokens) + 1)

    @staticmethod
    def _instrument(name: str | None) -> int:
        return (*INSTRUMENTS, "Z").index(name or "X")  # Z is no instrument of the venue

    @staticmethod
    def _options(text: str) -> Command:
        out: Command = {}
        for option in filter(None, (part.strip() for part in text.split(","))):
            if option in TimeInForce.__members__.keys() | {"immediate", "extended", "day"}:
                out["time_in_force"] = TimeInForce[option.upper()]
            elif option == "hidden":
                out["display_size"] = 0
            elif option == "post-only":
                out["post_only"] = True
            elif option.startswith("show "):
                out["display_size"] = int(option.removeprefix("show "))
            elif option.startswith("for "):
                out["cross"] = CROSSES[option.removeprefix("for ")]
            elif option.startswith("in "):
                out["instrument"] = Player._instrument(option.removeprefix("in "))
            else:
                raise ScenarioError(f"option {option!r} is unknown; see tests/scenario.py")
        return out

    def _enter(self, side: str, size: str, price: str, token: str, options: str) -> Command:
        return {
            "action": "enter",
            "instrument": 0,
            "token": self._token(token),
            "side": ("do nothing with", "buy", "sell").index(side),
            "size": int(size),
            "price_e9": price_e9(price),
        } | self._options(options)

    def _replace(self, token: str, new: str, size: str, price: str, options: str) -> Command:
        return {
            "action": "replace",
            "token": self._token(token),
            "new_token": self._token(new),
            "size": int(size),
            "price_e9": price_e9(price),
        } | self._options(options)

    def _cancel(self, token: str, size: str | None) -> Command:
        return {"action": "cancel", "token": self._token(token), "size": int(size or 0)}

    def _modify(self, token: str, size: str) -> Command:
        return {"action": "modify", "token": self._token(token), "size": int(size)}

    def _cancel_all(self) -> Command:
        return {"action": "cancel_all", "code": "S"}

    def _self_match(self, option: str) -> Command:
        return {"action": "self_match", "size": SELF_MATCH[option]}

    def _state(self, state: str, name: str | None) -> Command:
        where = self._instrument(name)
        return {"action": "set_state", "instrument": where, "code": STATES[state]}

    def _cross(self, action: str, cross: str, name: str | None) -> Command:
        where = self._instrument(name)
        return {"action": action, "instrument": where, "code": CROSSES[cross]}

    def _expire(self, time: str) -> Command:
        return {"action": "expire", "time_in_force": TimeInForce[time.upper()]}

    def _set_open(self, word: str) -> Command:
        return {"action": "set_open", "size": int(word == "open")}

    _OWNER: tuple[tuple[str, Callable[..., Command]], ...] = (
        (
            r"(?P<side>buy|sell|do nothing with) (?P<size>\d+) @ (?P<price>\S+) as (?P<token>\w+)"
            r"(?P<options>(?:, .+)?)",
            _enter,
        ),
        (
            r"replace (?P<token>\w+) by (?P<new>\w+): (?P<size>\d+) @ (?P<price>[\w.]+)"
            r"(?P<options>(?:, .+)?)",
            _replace,
        ),
        (r"cancel all", _cancel_all),
        (r"cancel (?P<token>\w+)(?: to (?P<size>\d+))?", _cancel),
        (r"modify (?P<token>\w+) to (?P<size>\d+)", _modify),
        (r"self-match (?P<option>[\w ]+)", _self_match),
    )
    _VENUE: tuple[tuple[str, Callable[..., Command]], ...] = (
        (r"state (?P<state>\w+)(?: in (?P<name>\w))?", _state),
        (r"(?P<action>freeze|cross) (?P<cross>\w+)(?: in (?P<name>\w))?", _cross),
        (r"expire (?P<time>\w+)", _expire),
        (r"(?P<word>open|close)", _set_open),
    )

    # What came of them.

    def _name(self, token: int) -> str:
        return next(name for name, number in self.tokens.items() if number == token)

    def _line(self, event: Event) -> str:
        price, size = price_text(event["price_e9"]), event["size"]
        text = TEXTS[event["kind"]]
        told = event | {
            "price": price,
            "side": SIDES.get(event["side"], "none"),
            "match": event["match_number"],
            "size": size,
        }
        if event["kind"] in OWNERS_EVENTS:
            told["who"] = (*OWNERS, "mallory")[event["owner"]]
            told["token"] = self._name(event["token"])
        if event["kind"] == "replaced":
            told["original"] = self._name(event["original"])
        if event["kind"] == "executed":
            told["code"] = LIQUIDITY[event["code"]]
        if event["kind"] == "cancelled":
            told["code"] = REASONS[event["code"]]
            if event["prevented"]:
                text += ", {prevented} @ {price} prevented"
        if event["kind"] == "book_execute" and not event["flags"]:
            text += ", not printable"
        if event["kind"] == "cross_trade":
            told["code"] = {code: name for name, code in CROSSES.items()}[event["code"]]
        if event["kind"] == "trading_status":
            told["code"] = {code: name for name, code in STATES.items()}[event["code"]]
        if event["instrument"]:
            text += " in " + (*INSTRUMENTS, "Z")[event["instrument"]]
        return text.format(**told)

    def _book(self, instrument: int) -> Iterator[str]:
        for side in BOTH_SIDES:
            for order_id, price, shown, open_shares in self.venue.book(instrument, side):
                what = f"{shown} of {open_shares}" if shown else f"hidden {open_shares}"
                yield f"{SIDES[side]} {price_text(price)}: order {order_id}, {what}"

    def _indication(self, cross: str) -> str:
        paired, imbalance, side, near, far, reference = self.venue.indication(0, cross)
        names = [price_text(price) for price in (near, far, reference)]
        excess = f"{imbalance} {SIDES[side]}" if side else "none"
        near_text, far_text, reference_text = names
        return (
            f"paired {paired}, imbalance {excess}, near {near_text}, far {far_text}, "
            f"reference {reference_text}"
        )


def check(path: Path, make: Callable[..., Venue]) -> int:
    """Plays a file; raises ScenarioError at the first step that went otherwise. Counts steps."""
    scenario = read(path)
    player = Player(make(**venue_settings(scenario.settings)))
    for step in scenario.steps:
        try:
            happened = player.play(step.action)
        except (ScenarioError, KeyError, ValueError) as error:
            raise ScenarioError(f"{path.name}:{step.line}: {error}") from error
        if happened != step.expected:
            difference = "\n".join(
                f"  {line}"
                for line in difflib.ndiff(step.expected, happened)
                if not line.startswith("?")
            )
            raise ScenarioError(
                f"{path.name}:{step.line}: {step.action}\n  - expected, + happened:\n{difference}"
            )
    return len(scenario.steps)


def written(path: Path) -> str:
    """The file as the reference would have it: comments and actions kept, expectations anew."""
    player = Player(FilledReference(**venue_settings(read(path).settings)))
    out = []
    for raw in path.read_text().splitlines():
        text = raw.split("#")[0].rstrip()
        if text.startswith(" "):
            continue
        out.append(raw)
        if text and not text.startswith("settings:"):
            out += [f"  {line}" for line in player.play(text)]
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        sys.stdout.write(written(Path(argument)))
