"""Numbers and limits of the risk gate, as docs/risk.md has them under those headings."""

from __future__ import annotations

from typing import NamedTuple

from tests.reference.gate_records import Scope

MAX = 2**63 - 1
MILLION = 1_000_000
SCOPE_LETTERS = {"F": Scope.FIRM, "A": Scope.ACCOUNT, "S": Scope.STRATEGY, "I": Scope.INSTRUMENT}

Under = tuple[Scope, int]  # whom a limit is about: the scope, and which of its kind
FIRM: Under = (Scope.FIRM, 0)


def saturated(result: int) -> int:
    """`result`, or the nearer end of [-MAX, MAX]."""
    return max(-MAX, min(MAX, result))


def is_given(price_e9: int) -> bool:
    """Whether it is a price at all."""
    return 1 <= price_e9 < MAX


def value(price_e9: int, size: int) -> int:
    """What `size` shares are worth, in 1e-6 of the currency, rounded up; MAX where it overflows."""
    product = price_e9 * size
    return ceil_thousandth(product) if product <= MAX else MAX


def ceil_thousandth(amount: int) -> int:
    """A thousandth, rounded up."""
    return -(-amount // 1000)


def share_of(amount: int, ppm: int) -> int:
    """So many millionths, rounded down."""
    return amount * ppm // MILLION


class Limit(NamedTuple):
    """One row of the page's table."""

    name: str
    scopes: frozenset[Scope]
    least: int
    most: int
    looser: str

    def loosens(self, old: int | None, new: int) -> bool:
        """Whether the change needs a reason."""
        if old is None:
            return True
        if self.looser == "bits":
            return new | old != old
        return {"larger": new > old, "smaller": new < old, "any": new != old}[self.looser]


def _row(name: str, scopes: str, least: int, most: int, looser: str = "larger") -> Limit:
    return Limit(name, frozenset(SCOPE_LETTERS[s] for s in scopes), least, most, looser)


LIMITS = {
    1: _row("market_orders", "FASI", 0, 1),
    2: _row("collar_ppm", "FASI", 0, MILLION),
    3: _row("auction_collar_ppm", "FASI", 0, MILLION),
    4: _row("blow_through_ppm", "FASI", 0, MILLION),
    5: _row("order_size", "FASI", 0, 2**32 - 1),
    6: _row("order_value_e6", "FASI", 0, MAX - 1),
    7: _row("position_size", "FASI", 0, 2**48),
    8: _row("open_orders", "FASI", 0, 2**31 - 1),
    9: _row("average_daily_ppm", "FASI", 0, MILLION),
    10: _row("tradable", "I", 0, 1),
    11: _row("tick_e9", "I", 1, 10**15, "any"),
    12: _row("tick_below_one_e9", "I", 1, 10**15, "any"),
    13: _row("lot_size", "I", 1, 2**32 - 1, "any"),
    14: _row("band_low_e9", "I", 0, MAX - 1, "smaller"),
    15: _row("band_high_e9", "I", 0, MAX - 1),
    16: _row("average_daily_size", "I", 0, 2**48),
    17: _row("reference_price_e9", "I", 0, MAX - 1, "any"),
    18: _row("orders_per_second", "I", 0, 2**31 - 1),
    19: _row("locate_size", "I", 0, 2**48),
    20: _row("touch_age_ns", "I", 0, MAX - 1),
    24: _row("venues", "FAS", 0, 2**62 - 1, "bits"),
    25: _row("market_categories", "FAS", 0, 2**27 - 1, "bits"),
    26: _row("order_kinds", "FAS", 0, 2**13 - 1, "bits"),
    27: _row("messages_per_second", "FAS", 0, 2**31 - 1),
    28: _row("gross_value_e6", "FAS", 0, MAX - 1),
    29: _row("exposure_value_e6", "FAS", 0, MAX - 1),
    30: _row("loss_value_e6", "FAS", 0, MAX - 1),
    31: _row("drawdown_value_e6", "FAS", 0, MAX - 1),
    32: _row("session_orders_per_second", "F", 0, 2**31 - 1),
    33: _row("feed_silence_ns", "F", 0, MAX - 1),
    34: _row("clock_offset_ns", "F", 0, MAX - 1),
    35: _row("clock_age_ns", "F", 0, MAX - 1),
    40: _row("permitted_account", "S", 0, MAX, "any"),  # to accounts-1
    41: _row("algorithm_id", "S", 0, MAX - 1, "any"),
    42: _row("trader_id", "S", 0, MAX - 1, "any"),
    43: _row("duplicate_window_ns", "S", 0, MAX - 1, "smaller"),
    44: _row("repeat_orders", "S", 0, 2**31 - 1),
    45: _row("repeat_executions", "S", 0, 2**31 - 1),
    46: _row("repeat_window_ns", "S", 0, MAX - 1, "smaller"),
}
PERMITTED_ACCOUNT = 40
IDS = {limit.name: number for number, limit in LIMITS.items()}


class LimitStore:
    """The values of every scope; what was never set is missing."""

    def __init__(self) -> None:
        self._values: dict[tuple[Under, str], int] = {}

    def set(self, under: Under, name: str, to: int) -> None:
        """Takes effect at once."""
        self._values[under, name] = to

    def find(self, under: Under, name: str) -> int | None:
        """None where it is missing."""
        return self._values.get((under, name))

    def of(self, under: Under, name: str) -> int:
        """Where it is known to be there."""
        return self._values[under, name]

    def is_complete(self, under: Under) -> bool:
        """Whether no limit that the scope has is missing."""
        return all(
            (under, limit.name) in self._values
            for limit in LIMITS.values()
            if under[0] in limit.scopes
        )
