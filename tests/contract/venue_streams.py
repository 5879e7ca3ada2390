"""Streams of commands for venues: short ones where everything is close to a rule, and busy days.

Made by a seeded generator and not drawn value by value: hypothesis draws the seed and the length,
so that a failure still shrinks to its shortest beginning, and most commands do something.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.reference import records
from tests.reference.venue_orders import SHOW_ALL, SelfMatch, TimeInForce
from tests.venues import Command, FilledReference

CENT = 10_000_000
# Around 1 USD, where the tick changes; few enough that orders meet.
PRICES = [
    *(999_800_000 + 100_000 * i for i in range(2)),
    *(1_000_000_000 + CENT * i for i in range(4)),
]
BAD_PRICES = [0, -CENT, 1_005_000_000, 999_950_000, 200_000_000_000_000, records.PRICE_NULL - 1]
SIZES = (1, 2, 3, 5, 10, 10, 20, 30)
BAD_SIZES = (0, 999_999, 1_000_000)
OWNERS = 3
INSTRUMENTS = 2
TOKENS = 30
ACTIONS = {
    "enter": 60, "replace": 18, "cancel": 10, "modify": 10, "cancel_all": 1, "expire": 1,
    "self_match": 5, "set_state": 6, "freeze": 5, "cross": 4, "set_open": 1,
}  # fmt: skip


@dataclass
class Draw:
    """Weighted choices of one seed."""

    random: random.Random

    def rarely(self, chance: float = 0.03) -> bool:
        """Whether the unusual is to happen."""
        return self.random.random() < chance

    def mostly(self, usual: Any, others: tuple[Any, ...], chance: float = 0.25) -> Any:
        """The usual value, or now and then another one."""
        return self.random.choice(others) if self.rarely(chance) else usual

    def terms(self) -> Command:
        """What enter and replace share."""
        price = self.mostly(self.random.choice(PRICES), (records.PRICE_NULL,), 0.06)
        return {
            "size": self.mostly(self.random.choice(SIZES), BAD_SIZES, 0.04),
            "price_e9": self.mostly(price, tuple(BAD_PRICES), 0.04),
            "time_in_force": self.mostly(
                TimeInForce.DAY, (TimeInForce.IMMEDIATE, TimeInForce.EXTENDED)
            ),
            "display_size": self.mostly(SHOW_ALL, (0, 2, 5), 0.4),
            "post_only": self.rarely(0.15),
        }

    def command(self, live: list[tuple[int, int]]) -> Command:
        """One input; those about an order are mostly about a live one."""
        (action,) = self.random.choices(list(ACTIONS), list(ACTIONS.values()))
        owner, token = self.random.randrange(OWNERS), self.random.randint(1, TOKENS)
        if action in ("replace", "cancel", "modify") and live and not self.rarely():
            owner, token = self.random.choice(live)
        instrument = self.mostly(0, (1, 1, 1, INSTRUMENTS), 0.3)
        out: Command = {"action": action, "owner": owner, "token": token}
        if action == "enter":
            out["owner"] = self.mostly(owner, (OWNERS,), 0.02)
            side = self.mostly(self.random.randint(1, 2), (0,), 0.02)
            cross = self.mostly("N", ("O", "C", "H"), 0.3)
            return out | self.terms() | {"instrument": instrument, "side": side, "cross": cross}
        if action == "replace":
            return out | self.terms() | {"new_token": self.random.randint(1, TOKENS)}
        if action in ("cancel", "modify"):
            return out | {"size": self.random.choice((0, 1, 2, 4, 7, 15, 40, 1_000_000))}
        return self.of_the_day(action, out, instrument)

    def of_the_day(self, action: str, out: Command, instrument: int) -> Command:
        """The venue's own inputs, and those about all orders of an owner."""
        if action == "cancel_all":
            return out | {"code": self.random.choice("US")}
        if action == "self_match":
            return out | {"size": self.random.choice(list(SelfMatch))}
        if action == "expire":
            return {"action": action, "time_in_force": self.random.randrange(3)}
        if action == "set_open":
            return {"action": action, "size": self.random.choice((0, 1, 1, 1))}
        letters = "TTTTTTHPQQQ" if action == "set_state" else "OCHHHN"
        return {
            "action": action,
            "instrument": instrument,
            "code": self.random.choice(letters),
        }


Case = tuple[dict[str, Any], list[Command]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Settings of a venue and a stream of commands for it."""
    drawn = Draw(random.Random(draw(st.integers(0, 2**32))))
    length = draw(st.integers(20, 90))
    chosen: dict[str, Any] = {
        "instruments": INSTRUMENTS,
        "max_owners": OWNERS,
        "adjusts_post_only": drawn.rarely(0.5),
        "reference_price_e9": drawn.random.choice((0, *PRICES)),
        "max_orders": drawn.mostly(40, (4,)),
    }
    follower = FilledReference(**chosen)  # says which orders are live
    stream: list[Command] = []
    for number in range(length):
        live = [(order.owner, order.token) for order in follower.reference.orders]
        one = drawn.command(live) | {"time_ns": 1_000 + number}
        if not follower.reference.is_open and drawn.rarely(0.5):  # else little happens
            one = {"action": "set_open", "size": 1, "time_ns": 1_000 + number}
        follower.apply(one)
        stream.append(one)
    return chosen, stream


def busy_day(seed: int, length: int, owners: int = 8) -> list[Command]:
    """A day of two instruments around 10 USD; tokens are never used twice."""
    draw = random.Random(seed)
    used: list[tuple[int, int]] = []
    day: list[Command] = []
    for number in range(1, length + 1):
        kind = draw.random()
        base: Command = {"time_ns": number, "owner": draw.randrange(owners), "token": number}
        if kind < 0.6 or not used:
            day.append(base | _entry(draw))
            used.append((base["owner"], number))
        elif kind < 0.97:
            owner, token = draw.choice(used[-200:])
            base |= {"owner": owner, "token": token}
            day.append(base | _change(draw, number))
            if day[-1]["action"] == "replace":
                used.append((owner, number))
        elif kind < 0.98:
            day.append(base | {"action": "self_match", "size": draw.randrange(4)})
        else:
            state = {"instrument": draw.randrange(2), "code": draw.choice("TTTTQQHP")}
            day.append(base | {"action": "set_state"} | state)
    return day


def _shape(draw: random.Random) -> Command:
    return {
        "size": draw.choice((10, 30, 100, 500)),
        "price_e9": 10_000_000_000 + CENT * int(draw.gauss(0, 6)),
        "time_in_force": draw.choices((0, 1, 2), (8, 1, 1))[0],
        "display_size": draw.choices((SHOW_ALL, 0, 20), (8, 1, 2))[0],
        "post_only": False,
    }


def _entry(draw: random.Random) -> Command:
    cross = draw.choices("NOCH", (40, 1, 1, 1))[0]
    own = {"instrument": draw.randrange(2), "side": draw.choice((1, 2)), "cross": cross}
    return {"action": "enter"} | _shape(draw) | own


def _change(draw: random.Random, number: int) -> Command:
    action = draw.choice(("cancel", "modify", "replace", "replace"))
    if action == "cancel":
        return {"action": action, "size": draw.choice((0, 0, 5, 50))}
    if action == "modify":
        return {"action": action, "size": draw.choice((5, 50, 200))}
    return {"action": action, "new_token": number} | _shape(draw)
