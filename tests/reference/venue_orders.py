"""Orders and instruments of the simulated exchange, as its rules page tells them.

Rules 2, 4 and 5 of docs/venues/simulated-exchange.md, and which price meets which.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

PRICE_NULL = 2**63 - 1
PRICE_UNIT_E9 = 100_000
PRICE_MAX_E9 = 199_999_990_000_000
DOLLAR_E9 = 1_000_000_000
SIZE_LIMIT = 1_000_000
SHOW_ALL = 2**32 - 1
LEVEL_ORDERS_MAX = 65_535
LEVEL_SIZE_MAX = 2**32 - 1


class Side(IntEnum):
    NONE, BID, ASK = range(3)


class TimeInForce(IntEnum):
    DAY, IMMEDIATE, EXTENDED = range(3)


class SelfMatch(IntEnum):
    ALLOW, CANCEL_NEWEST, CANCEL_OLDEST, DECREMENT_BOTH = range(4)


NO_CROSS = "N"
Event = dict[str, Any]


@dataclass
class Terms:
    """What an order asks (rule 2)."""

    instrument: int
    side: int
    size: int
    price_e9: int = PRICE_NULL
    time_in_force: int = TimeInForce.DAY
    display_size: int = SHOW_ALL
    post_only: bool = False
    cross: str = NO_CROSS


@dataclass(eq=False)
class Order:
    """A live order."""

    owner: int
    token: int
    order_id: int
    terms: Terms
    price_e9: int
    open: int
    place: int = 0  # in time: of two orders in a queue, the smaller comes first
    shown: int = 0
    liable: int = 0
    told: set[str] = field(default_factory=set)

    @property
    def display_size(self) -> int:
        """What it may show at a time; 0: hidden."""
        return 0 if self.terms.cross != NO_CROSS else self.terms.display_size

    @property
    def market(self) -> bool:
        """Whether it has no limit price."""
        return self.price_e9 == PRICE_NULL

    @property
    def comes_to_rest(self) -> bool:
        """Whether what does not trade rests (rule 8)."""
        if self.terms.cross != NO_CROSS:
            return True
        return not self.market and self.terms.time_in_force != TimeInForce.IMMEDIATE

    @property
    def offered(self) -> int:
        """What one match may take of it (rules 6 and 7)."""
        return self.shown if self.display_size else self.open

    def would_show(self) -> int:
        """What is displayed if all of it comes to rest (rule 5)."""
        return min(self.display_size, self.open) if self.comes_to_rest else 0


@dataclass
class Instrument:
    """An instrument's state and what its crosses know."""

    tick_e9: int
    reference_price_e9: int
    state: str = "T"
    phases: dict[str, str] = field(default_factory=lambda: {"O": "open", "C": "open", "H": "open"})

    @property
    def halted(self) -> bool:
        """Whether orders are refused."""
        return self.state in "HP"

    def on_grid(self, price_e9: int) -> bool:
        """Rule 4."""
        if not 0 < price_e9 <= PRICE_MAX_E9 or price_e9 % PRICE_UNIT_E9:
            return False
        return price_e9 < DOLLAR_E9 or price_e9 % self.tick_e9 == 0

    def step(self, price_e9: int, up: bool) -> int:
        """The next price of the grid above or below; may leave the grid at its ends."""
        coarse = price_e9 >= DOLLAR_E9 if up else price_e9 > DOLLAR_E9
        tick = self.tick_e9 if coarse else PRICE_UNIT_E9
        return price_e9 + tick if up else price_e9 - tick


def other(side: int) -> Side:
    """The contra side."""
    return Side.ASK if side == Side.BID else Side.BID


def meets(side: int, limit_e9: int, price_e9: int) -> bool:
    """Whether an order of this limit (PRICE_NULL: market) trades at a price."""
    if limit_e9 == PRICE_NULL:
        return True
    return limit_e9 >= price_e9 if side == Side.BID else limit_e9 <= price_e9
