"""Orders, holdings and totals of the risk gate: *State* of the page, summed at every question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tests.reference.gate_limits import FIRM, MAX, Under, saturated, value
from tests.reference.gate_records import Command, Scope, Side


class OrderState(StrEnum):
    SENT = "sent"
    LIVE = "live"
    DEAD = "dead"
    REJECTED = "rejected"  # dead, and the venue said that it never lived


@dataclass(eq=False)
class Order:
    """An order that passed."""

    command: Command
    price_e9: int
    leaves: int
    state: OrderState = OrderState.SENT
    executed: int = 0

    @property
    def is_bid(self) -> bool:
        """Its side."""
        return self.command.is_bid

    @property
    def sign(self) -> int:
        """What an execution does to a position."""
        return 1 if self.is_bid else -1

    @property
    def is_live(self) -> bool:
        """Whether it counts: sent or live."""
        return self.state in (OrderState.SENT, OrderState.LIVE)

    @property
    def actors(self) -> tuple[Under, Under, Under]:
        """Whom it is counted for."""
        return actors_of(self.command)

    def set_leaves(self, leaves: int) -> None:
        """Without leaves it is dead."""
        self.leaves = leaves
        if leaves == 0 and self.is_live:
            self.state = OrderState.DEAD

    def become_live(self) -> None:
        """The venue has answered."""
        if self.state == OrderState.SENT:
            self.state = OrderState.LIVE


@dataclass
class Execution:
    """One that is recorded."""

    order: Order
    reference: int
    size: int
    price_e9: int
    undone: bool = False


@dataclass
class Total:
    """What only grows or is carried on, of one actor."""

    executed_value_e6: int = 0
    result_e9: int = 0
    peak_e9: int = 0

    def add_result(self, amount: int) -> None:
        """Profit or loss."""
        self.result_e9 = saturated(self.result_e9 + saturated(amount))
        self.peak_e9 = max(self.peak_e9, self.result_e9)


@dataclass(frozen=True)
class Holding:
    """Shares of one actor in one instrument."""

    position: int = 0
    open_bids: int = 0
    open_asks: int = 0

    @property
    def worst_size(self) -> int:
        """What it may become."""
        return max(self.position + self.open_bids, self.open_asks - self.position)

    def with_order(self, order: Command) -> Holding:
        """As if the order were open."""
        bids, asks = (order.size, 0) if order.is_bid else (0, order.size)
        return Holding(self.position, self.open_bids + bids, self.open_asks + asks)


def actors_of(command: Command) -> tuple[Under, Under, Under]:
    """The three that an order is under."""
    return FIRM, (Scope.ACCOUNT, command.account), (Scope.STRATEGY, command.strategy)


class Ledger:
    """Everything that orders and executions leave behind."""

    def __init__(self, actors: Iterable[Under], max_executions: int) -> None:
        self.orders: dict[int, Order] = {}
        self.executions: list[Execution] = []
        self.positions: Counter[tuple[Under, int]] = Counter()
        self.totals = {actor: Total() for actor in actors}
        self.marks: dict[int, int] = {}
        self.last_enters: dict[tuple[int, int], tuple[Command, int]] = {}  # and its now
        self._max_executions = max_executions

    @property
    def is_full(self) -> bool:
        """Whether no more executions can be recorded."""
        return len(self.executions) >= self._max_executions

    # Questions.

    def live_orders(self) -> Iterator[Order]:
        """Sent and live ones, oldest first."""
        return (order for order in self.orders.values() if order.is_live)

    def live_of(self, actor: Under, instrument: int | None = None) -> list[Order]:
        """The actor's, of the instrument if one is named."""
        return [
            order
            for order in self.live_orders()
            if actor in order.actors and instrument in (None, order.command.instrument)
        ]

    def holding(self, actor: Under, instrument: int) -> Holding:
        """Its shares, and those that it may get or give."""
        orders = self.live_of(actor, instrument)
        return Holding(
            self.positions[actor, instrument],
            sum(order.leaves for order in orders if order.is_bid),
            sum(order.leaves for order in orders if not order.is_bid),
        )

    def open_value(self, actor: Under) -> int:
        """Of all its orders."""
        return sum(value(order.price_e9, order.leaves) for order in self.live_of(actor))

    def holding_value(self, actor: Under, instrument: int) -> int:
        """At the mark; 0 without one."""
        if instrument not in self.marks:
            return 0
        return value(self.marks[instrument], self.holding(actor, instrument).worst_size)

    def exposure(self, actor: Under) -> int:
        """Over all instruments."""
        return sum(self.holding_value(actor, instrument) for instrument in self.marks)

    # Changes.

    def set_mark(self, instrument: int, price_e9: int) -> None:
        """What is held becomes worth more or less."""
        old = self.marks.get(instrument, price_e9)
        self.marks[instrument] = price_e9
        for actor, total in self.totals.items():
            total.add_result(self.positions[actor, instrument] * (price_e9 - old))

    def pass_order(self, command: Command, price_e9: int, now_ns: int) -> None:
        """The gate lets it out; `price_e9` is its checking price."""
        self.marks.setdefault(command.instrument, price_e9)
        self.orders[command.client_order_id] = Order(command, price_e9, command.size)
        if command.original_client_order_id == 0:
            self.last_enters[command.instrument, command.side] = command, now_ns

    def execute(self, order: Order, reference: int, size: int, price_e9: int) -> bool:
        """Shares change hands; whether nothing is wrong with it."""
        is_too_large = not order.is_live or size > order.leaves
        self.trade(order.actors, order.command.instrument, order.sign * size, price_e9)
        order.set_leaves(max(0, order.leaves - size))
        order.executed += size
        if self.is_full:
            return False
        self.executions.append(Execution(order, reference, size, price_e9))
        return not is_too_large

    def trade(
        self, actors: Iterable[Under], instrument: int, signed_size: int, price_e9: int
    ) -> None:
        """What an execution does to the actors."""
        mark = self.marks.setdefault(instrument, price_e9)
        for actor in actors:
            total = self.totals[actor]
            self.positions[actor, instrument] += signed_size
            spent = value(price_e9, abs(signed_size))
            total.executed_value_e6 = min(MAX, total.executed_value_e6 + spent)
            total.add_result(signed_size * saturated(mark - price_e9))

    def undo(self, execution: Execution) -> None:
        """The venue broke it."""
        execution.undone = True
        order = execution.order
        instrument, signed_size = order.command.instrument, order.sign * execution.size
        for actor in order.actors:
            self.positions[actor, instrument] -= signed_size
            change = signed_size * saturated(self.marks[instrument] - execution.price_e9)
            self.totals[actor].add_result(-saturated(change))

    def set_position(self, account: Under, instrument: int, position: int) -> None:
        """A person says what is held; the firm holds as much more."""
        change = position - self.positions[account, instrument]
        self.positions[account, instrument] = position
        self.positions[FIRM, instrument] += change


def would_meet(order: Order, command: Command) -> bool:
    """Whether our own order and this one would trade with each other."""
    if order.command.instrument != command.instrument or order.command.side == command.side:
        return False
    if command.is_market or order.command.is_market:
        return True
    bid, ask = order.price_e9, command.price_e9
    if command.side == Side.BID:
        bid, ask = ask, bid
    return bid >= ask
