"""Features in numpy, from the formulas of docs/features.md: exact integers, however large.

Arrays of dtype object hold Python's integers, so nothing overflows and nothing is rounded but where
the formulas say so. `weighted_sum` is the decayed sum in floating point, without the steps and
truncations of the documented one: what the integers approximate.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from decimal import Decimal, localcontext

import numpy as np
import numpy.typing as npt

from tests.reference.records import PRICE_NULL, Action, Array, Flag, Kind, TradeAction

Integers = npt.NDArray[np.object_]  # of Python's int

TOP = 2**63 - 1
LN2_E15 = 693_147_180_559_945
BELOW_ALL = -(2**63)


def truncated(numerator: int, denominator: int) -> int:
    """Quotient rounded toward zero."""
    return int(math.copysign(1, numerator)) * (abs(numerator) // denominator)


def saturated(value: int) -> int:
    """Bounded by the largest magnitude that 64 bits have on both sides."""
    return max(-TOP, min(TOP, value))


def columns(touches: Array) -> tuple[Integers, Integers, Integers, Integers]:
    """Bid, its size, ask, its size."""
    names = ("bid_price_e9", "bid_size", "ask_price_e9", "ask_size")
    return tuple(touches[name].astype(object) for name in names)  # type: ignore[return-value]


def _where_two_sided(touches: Array, values: Callable[[], Integers]) -> Integers:
    out = np.full(len(touches), PRICE_NULL, dtype=object)
    both = (touches["bid_price_e9"] != PRICE_NULL) & (touches["ask_price_e9"] != PRICE_NULL)
    with np.errstate(all="ignore"):
        out[both] = values()[both]
    return out


_truncated = np.frompyfunc(truncated, 2, 1)


def mid_price(touches: Array) -> Integers:
    """(bid + ask) / 2."""
    bid, _, ask, _ = columns(touches)
    return _where_two_sided(touches, lambda: _truncated(bid + ask, 2))


def spread(touches: Array) -> Integers:
    """Ask - bid."""
    bid, _, ask, _ = columns(touches)
    return _where_two_sided(touches, lambda: ask - bid)


def microprice(touches: Array) -> Integers:
    """Bid + (ask - bid) * bid size / (bid size + ask size)."""
    bid, bid_size, ask, ask_size = columns(touches)
    total = bid_size + ask_size
    out = _where_two_sided(
        touches, lambda: bid + _truncated((ask - bid) * bid_size, np.maximum(total, 1))
    )
    out[total == 0] = PRICE_NULL
    return out


def touch_imbalance(touches: Array) -> Integers:
    """(bid size - ask size) / (bid size + ask size)."""
    _, bid_size, _, ask_size = columns(touches)
    total = bid_size + ask_size
    out = _where_two_sided(
        touches, lambda: _truncated((bid_size - ask_size) * 10**9, np.maximum(total, 1))
    )
    out[total == 0] = PRICE_NULL
    return out


def depth_imbalance(
    bid_sizes: npt.NDArray[np.uint32], ask_sizes: npt.NDArray[np.uint32]
) -> Integers:
    """(bids - asks) / (bids + asks), each added up over its levels."""
    bids = bid_sizes.astype(object).sum(axis=1, initial=0)
    asks = ask_sizes.astype(object).sum(axis=1, initial=0)
    out = np.full(len(bids), PRICE_NULL, dtype=object)
    known = (bids > 0) & (asks > 0)
    out[known] = _truncated((bids - asks)[known] * 10**9, (bids + asks)[known])
    return out


def of_instruments(touches: Array) -> Iterator[npt.NDArray[np.intp]]:
    """The positions of each instrument's touches, in sequence."""
    for instrument in np.unique(touches["instrument"]):
        yield np.flatnonzero(touches["instrument"] == instrument)


def order_flow(touches: Array) -> Integers:
    """e_n of Cont, Kukanov and Stoikov: the indicator functions times the sizes."""
    out = np.full(len(touches), PRICE_NULL, dtype=object)
    for own in of_instruments(touches):
        bid, bid_size, ask, ask_size = columns(touches[own])
        bid[bid == PRICE_NULL] = BELOW_ALL  # no bid: below every price; no ask: above, as it is
        flow = (
            (bid[1:] >= bid[:-1]) * bid_size[1:]
            - (bid[1:] <= bid[:-1]) * bid_size[:-1]
            - (ask[1:] <= ask[:-1]) * ask_size[1:]
            + (ask[1:] >= ask[:-1]) * ask_size[:-1]
        )
        sound = (touches["flags"][own] & Flag.BOOK_SUSPECT) == 0
        known = sound[1:] & sound[:-1]
        out[own[1:][known]] = flow[known]
    return out


def _powers(count: int) -> list[int]:
    """round(2^31 * 2^(-k / count)) for k from 0 to 31."""
    with localcontext() as context:
        context.prec = 40
        ln2 = Decimal(2).ln()
        return [round(2**31 * (-ln2 * k / count).exp()) for k in range(32)]


COARSE, FINE = _powers(32), _powers(1024)


class DecayedSum:
    """Amounts with weights 2^(-n / 1024), n the steps of half_life / 1024 since they came."""

    def __init__(self, half_life_ns: int, fraction_bits: int = 20) -> None:
        self.step_ns = max(1, half_life_ns // 1024)
        self.fraction_bits = fraction_bits
        self.step, self.value = 0, 0

    @property
    def half_life_ns(self) -> int:
        """As it is kept: a multiple of 1024 ns."""
        return self.step_ns * 1024

    def fine_at(self, time_ns: int) -> int:
        """In 2^-fraction_bits."""
        steps = max(0, time_ns // self.step_ns - self.step)
        if steps == 0:
            return self.value
        factor = COARSE[steps // 32 % 32] * FINE[steps % 32] >> 31
        left = abs(self.value) * factor >> (31 + steps // 1024)
        return left if self.value >= 0 else -left

    def at(self, time_ns: int) -> int:
        """Whole units."""
        return truncated(self.fine_at(time_ns), 2**self.fraction_bits)

    def add(self, time_ns: int, amount: int) -> None:
        """One more amount; a time that went back counts as the latest."""
        fine = saturated(amount << self.fraction_bits)
        self.value = saturated(self.fine_at(time_ns) + fine)
        self.step = max(self.step, time_ns // self.step_ns)


def weighted_sum(times_ns: list[int], amounts: list[int], now_ns: int, half_life_ns: int) -> float:
    """The sum that `DecayedSum` approximates."""
    ages = np.array([now_ns - time_ns for time_ns in times_ns], dtype=np.float64)
    return float(np.sum(np.array(amounts, dtype=np.float64) * np.exp2(-ages / half_life_ns)))


def order_flow_imbalance(touches: Array, half_life_ns: int) -> Integers:
    """The order flow, decayed."""
    out = np.zeros(len(touches), dtype=object)
    flows = order_flow(touches)
    for own in of_instruments(touches):
        total = DecayedSum(half_life_ns)
        for i in own:
            time_ns = int(touches["event_time_ns"][i])
            if flows[i] != PRICE_NULL:
                total.add(time_ns, int(flows[i]))
            out[i] = total.at(time_ns)
    return out


def variance(touches: Array, half_life_ns: int) -> tuple[Integers, Integers]:
    """Squared returns of the mid, decayed, in 1e-18; and the root of their rate, in 1e-9."""
    sums, roots = np.zeros(len(touches), dtype=object), np.zeros(len(touches), dtype=object)
    mids = mid_price(touches)
    for own in of_instruments(touches):
        total, last = DecayedSum(half_life_ns, fraction_bits=0), PRICE_NULL
        for i in own:
            time_ns, mid = int(touches["event_time_ns"][i]), int(mids[i])
            if int(touches["flags"][i]) & Flag.BOOK_SUSPECT:
                last = PRICE_NULL
            elif mid != PRICE_NULL:
                if last not in (PRICE_NULL, mid) and last > 0:
                    move = truncated((mid - last) * 10**9, last)
                    total.add(time_ns, min(10**9, abs(move)) ** 2)
                last = mid
            sums[i] = total.at(time_ns)
            rate = saturated(sums[i] * LN2_E15 // (total.half_life_ns * 10**6))
            roots[i] = math.isqrt(rate)
    return sums, roots


def _lost(before: int, size_before: int, after: int, size_after: int, better: int) -> bool:
    """Whether a side's best level lost size; better: 1 where higher prices are."""
    if before == PRICE_NULL:
        return False
    if after == PRICE_NULL or (after - before) * better < 0:
        return True
    return after == before and size_after < size_before


class TradeFlow:
    """One instrument's executions: bought less sold, all, and how many a second."""

    def __init__(self, half_life_ns: int) -> None:
        self.flow, self.size = DecayedSum(half_life_ns), DecayedSum(half_life_ns)
        self.trades = DecayedSum(half_life_ns)
        self.touch = (0, 0, 0, 0)
        self.waiting: tuple[int, int] | None = None

    def on_record(self, record: np.void) -> None:
        """An order or a trade of the instrument, as the record of its own kind."""
        time_ns, size = int(record["event_time_ns"]), int(record["size"])
        kind, action = int(record["kind"]), int(record["action"])
        if kind == Kind.ORDER and action == Action.EXECUTE:
            if int(record["flags"]) & Flag.NON_PRINTABLE:
                return
            self._count(time_ns, size)
            self.waiting = (int(record["sequence_number"]), size)
        elif kind == Kind.TRADE and action == TradeAction.TRADE:
            self._count(time_ns, size)
            bid, _, ask, _ = self.touch
            price = int(record["price_e9"])
            if PRICE_NULL not in (bid, ask, price):
                twice = 2 * price - bid - ask
                self.flow.add(time_ns, size * ((twice > 0) - (twice < 0)))

    def _count(self, time_ns: int, size: int) -> None:
        self.size.add(time_ns, size)
        self.trades.add(time_ns, 1)

    def on_touch(self, touch: np.void) -> None:
        """The touch that the message made."""
        names = ("bid_price_e9", "bid_size", "ask_price_e9", "ask_size")
        bid, bid_size, ask, ask_size = after = tuple(int(touch[name]) for name in names)
        if self.waiting is not None and self.waiting[0] == int(touch["sequence_number"]):
            was_bid, was_bid_size, was_ask, was_ask_size = self.touch
            bids_lost = _lost(was_bid, was_bid_size, bid, bid_size, 1)
            asks_lost = _lost(was_ask, was_ask_size, ask, ask_size, -1)
            if bids_lost != asks_lost:
                size = self.waiting[1] if asks_lost else -self.waiting[1]
                self.flow.add(int(touch["event_time_ns"]), size)
            self.waiting = None
        self.touch = after

    def values(self, time_ns: int) -> tuple[int, int, int]:
        """Flow, size, and trades a second in 1e-6."""
        rate = self.trades.fine_at(time_ns) * LN2_E15 // (self.trades.half_life_ns << 20)
        return self.flow.at(time_ns), self.size.at(time_ns), rate
