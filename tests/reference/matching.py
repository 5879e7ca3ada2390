"""The simulated exchange as docs/venues/simulated-exchange.md tells it, rule by rule.

One list of orders per venue, searched from end to end for everything: no order is found by anything
cleverer. tests/contract drives the engine against it; the rules' numbers stand beside the code.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.reference.venue_events import EventLog
from tests.reference.venue_orders import (
    LEVEL_ORDERS_MAX,
    LEVEL_SIZE_MAX,
    NO_CROSS,
    PRICE_NULL,
    SHOW_ALL,
    SIZE_LIMIT,
    Event,
    Instrument,
    Order,
    SelfMatch,
    Side,
    Terms,
    TimeInForce,
    meets,
    other,
)


class ReferenceVenue(EventLog):
    """All instruments and orders of a venue. Inputs return (verdict, events)."""

    def __init__(
        self,
        *,
        instruments: int = 1,
        tick_e9: int = 10_000_000,
        reference_price_e9: int = 0,
        max_orders: int = 1_000_000,
        max_owners: int = 1_024,
        adjusts_post_only: bool = True,
    ) -> None:
        self.instruments = [Instrument(tick_e9, reference_price_e9) for _ in range(instruments)]
        self.max_orders = max_orders
        self.max_owners = max_owners
        self.adjusts_post_only = adjusts_post_only
        self.is_open = True
        self.orders: list[Order] = []  # all live ones
        self.self_match: dict[int, int] = {}
        self.next_order_id = 1
        self.next_match_number = 1
        self.clock = 0  # counts places
        super().__init__()

    # Inputs, as VenueCommand names them.

    def apply(self, command: dict[str, Any]) -> tuple[str, list[Event]]:
        """One input: `action`, `time_ns` and what the action needs."""
        self.events = []
        self.time_ns = command.get("time_ns", 0)
        handle = getattr(self, f"_input_{command['action']}")
        verdict: str = handle(command)
        return verdict, self.events

    def _input_enter(self, command: dict[str, Any]) -> str:
        terms = Terms(**{name: command[name] for name in Terms.__annotations__ if name in command})
        owner, token = command["owner"], command["token"]
        if owner >= self.max_owners:
            return "bad_owner"
        if self._find(owner, token):
            return "duplicate_token"
        reason, price_e9 = self._entry_refusal(terms)
        if reason:
            return self._reject(owner, token, terms, reason)
        order = Order(owner, token, self._new_id(), terms, price_e9, terms.size)
        self.orders.append(order)
        order.shown = order.would_show()
        self._tell("accepted", order, size=terms.size)
        order.shown = 0
        self._trade_and_rest(order)
        return "done"

    def _input_replace(self, command: dict[str, Any]) -> str:
        if command["owner"] >= self.max_owners:
            return "bad_owner"
        order = self._find(command["owner"], command["token"])
        if order is None:
            return "unknown_order"
        new_token = command["new_token"]
        if self._find(order.owner, new_token):
            return "duplicate_token"
        terms = Terms(
            order.terms.instrument,
            order.terms.side,
            command["size"],
            command.get("price_e9", PRICE_NULL),
            command.get("time_in_force", TimeInForce.DAY),
            command.get("display_size", SHOW_ALL),
            command.get("post_only", False),
            order.terms.cross,
        )
        reason = self._instrument_refusal(terms.instrument)
        if reason is None and self._is_frozen(order):
            reason = "R"
        if reason:
            return self._reject(order.owner, new_token, terms, reason)
        new_open = terms.size - order.liable
        if self._terms_refusal(terms) or new_open <= 0:
            self._cancel_whole(order, "U")
            return "done"
        reason, price_e9 = self._post_only_price(terms)
        if reason:
            return self._reject(order.owner, new_token, terms, reason)
        self._replace(order, new_token, terms, price_e9, new_open)
        return "done"

    def _input_cancel(self, command: dict[str, Any]) -> str:
        if command["owner"] >= self.max_owners:
            return "bad_owner"
        order = self._find(command["owner"], command["token"])
        if order is None:
            return "unknown_order"
        new_open = max(0, command["size"] - order.liable)
        if new_open >= order.open:
            return "without_effect"
        if self._is_frozen(order):
            return self._answer_frozen(order, "cancel_rejected" if new_open else "cancel_pending")
        if new_open == 0:
            self._cancel_whole(order, "U")
            return "done"
        gone = order.open - new_open
        shown_before = order.shown
        self._keep(order, new_open)
        self._tell("cancelled", order, size=gone, code="U")
        self._publish_shrink(order, shown_before)
        return "done"

    def _input_modify(self, command: dict[str, Any]) -> str:
        if command["owner"] >= self.max_owners:
            return "bad_owner"
        order = self._find(command["owner"], command["token"])
        if order is None:
            return "unknown_order"
        if self._is_frozen(order):
            return "wrong_state"
        size = command["size"]
        new_open = size - order.liable
        if size >= SIZE_LIMIT or new_open <= 0 or new_open == order.open:
            return "without_effect"
        if new_open < order.open:
            shown_before = order.shown
            self._keep(order, new_open)
            self._tell("modified", order, original=order.order_id, size=size)
            self._publish_shrink(order, shown_before)
            return "done"
        if not self.is_open or self.instruments[order.terms.instrument].halted:
            return "wrong_state"
        self._grow(order, new_open, size)
        return "done"

    def _input_cancel_all(self, command: dict[str, Any]) -> str:
        for order in self._by_id():
            if order.owner != command["owner"]:
                continue
            if self._is_frozen(order):
                self._answer_frozen(order, "cancel_pending")
            else:
                self._cancel_whole(order, command["code"])
        return "done"

    def _input_self_match(self, command: dict[str, Any]) -> str:
        self.self_match[command["owner"]] = command["size"]
        return "done"

    def _input_set_state(self, command: dict[str, Any]) -> str:
        index, state = command["instrument"], command["code"]
        if index >= len(self.instruments):
            return "bad_instrument"
        if self.instruments[index].state == state:
            return "without_effect"
        if state == "T" and self._needs_halt_cross(index):  # rule 16
            self._set_state(index, "Q")
            self._run_cross(index, "H")
        else:
            self._set_state(index, state)
        return "done"

    def _input_freeze(self, command: dict[str, Any]) -> str:
        if command["instrument"] >= len(self.instruments):
            return "bad_instrument"
        phases = self.instruments[command["instrument"]].phases
        if phases.get(command["code"], "done") == "done":
            return "wrong_state"
        if phases[command["code"]] == "frozen":
            return "without_effect"
        phases[command["code"]] = "frozen"
        return "done"

    def _input_cross(self, command: dict[str, Any]) -> str:
        index, cross = command["instrument"], command["code"]
        if index >= len(self.instruments):
            return "bad_instrument"
        instrument = self.instruments[index]
        states = {"O": "TQ", "C": "TQ", "H": "Q"}.get(cross, "")
        if instrument.state not in states or instrument.phases[cross] == "done":
            return "wrong_state"
        self._run_cross(index, cross)
        return "done"

    def _input_expire(self, command: dict[str, Any]) -> str:
        for order in self._by_id():
            if order.terms.time_in_force == command["time_in_force"]:
                self._cancel_whole(order, "T")
        return "done"

    def _input_set_open(self, command: dict[str, Any]) -> str:
        self.is_open = bool(command["size"])
        return "done"

    # Refusals (rule 3).

    def _entry_refusal(self, terms: Terms) -> tuple[str | None, int]:
        reason = self._instrument_refusal(terms.instrument) or self._terms_refusal(terms)
        if reason:
            return reason, 0
        instrument = self.instruments[terms.instrument]
        if terms.cross != NO_CROSS:
            takes = instrument.phases[terms.cross] == "open"
            if terms.cross == "H" and instrument.state != "Q":
                takes = False
            if not takes:
                return "R", 0
        if len(self.orders) >= self.max_orders:
            return "O", 0
        return self._post_only_price(terms)

    def _instrument_refusal(self, index: int) -> str | None:
        if index >= len(self.instruments):
            return "S"
        if not self.is_open:
            return "C"
        return "H" if self.instruments[index].halted else None

    def _terms_refusal(self, terms: Terms) -> str | None:
        if not 0 < terms.size < SIZE_LIMIT:
            return "Z"
        if terms.side not in (Side.BID, Side.ASK):
            return "D"
        market = terms.price_e9 == PRICE_NULL
        immediate = terms.time_in_force == TimeInForce.IMMEDIATE
        if terms.post_only and (
            market or immediate or terms.display_size == 0 or terms.cross != NO_CROSS
        ):
            return "D"
        if not market and not self.instruments[terms.instrument].on_grid(terms.price_e9):
            return "X"
        return None

    def _post_only_price(self, terms: Terms) -> tuple[str | None, int]:
        """Rule 9: a reason to reject, and else the price the order gets."""
        instrument = self.instruments[terms.instrument]
        if not terms.post_only or instrument.state != "T":
            return None, terms.price_e9
        queue = self._book(terms.instrument, other(terms.side))
        if not queue or not meets(terms.side, terms.price_e9, queue[0].price_e9):
            return None, terms.price_e9
        moved = instrument.step(queue[0].price_e9, up=terms.side == Side.ASK)
        if not self.adjusts_post_only or not instrument.on_grid(moved):
            return "P", 0
        return None, moved

    # Matching (rules 6 to 10).

    def _trade_and_rest(self, order: Order) -> None:
        instrument = self.instruments[order.terms.instrument]
        if order.terms.cross == NO_CROSS and instrument.state == "T":
            while order.open > 0:
                queue = self._book(order.terms.instrument, other(order.terms.side), without=order)
                if not queue or not meets(order.terms.side, order.price_e9, queue[0].price_e9):
                    break
                self._meet(order, queue[0])
        if order.open == 0:
            self._forget(order)
        elif not order.comes_to_rest:
            self._drop(order, "I")
        elif self._level_has_room(order):
            self._join(order)
            if order.shown:
                self._publish_add(order)
        else:
            self._drop(order, "Z")

    def _meet(self, taker: Order, maker: Order) -> None:
        size = min(taker.open, maker.offered)
        option = self.self_match.get(taker.owner, SelfMatch.ALLOW)
        if taker.owner == maker.owner and option != SelfMatch.ALLOW:
            self._avoid(taker, maker, size, option)
            return
        match = {"match_number": self._new_match(), "size": size, "price_e9": maker.price_e9}
        self.instruments[taker.terms.instrument].reference_price_e9 = maker.price_e9
        displayed = maker.display_size > 0
        self._give(maker, size)
        self._give(taker, size)
        self._tell("executed", maker, **match, code="A" if displayed else "J")
        self._tell("executed", taker, **match, code="R")
        if displayed:
            self._publish("book_execute", maker, order_id=maker.order_id, **match, flags=1)
        else:
            self._publish("trade", maker, side=maker.terms.side, **match, flags=1)
        self._after_giving(maker)

    def _avoid(self, taker: Order, maker: Order, size: int, option: int) -> None:
        """Rule 10."""
        told = {"code": "Q", "prevented": size, "price_e9": maker.price_e9}
        if option == SelfMatch.CANCEL_NEWEST:
            gone, taker.open = taker.open, 0
            self._tell("cancelled", taker, size=gone, **told)
        elif option == SelfMatch.CANCEL_OLDEST:
            gone, maker.open, maker.shown = maker.open, 0, 0
            self._tell("cancelled", maker, size=gone, **told)
            if maker.display_size:
                self._publish("book_delete", maker, order_id=maker.order_id)
            self._forget(maker)
        else:
            shown_before = maker.shown
            self._give(maker, size)
            self._tell("cancelled", maker, size=size, **told)
            self._publish_shrink(maker, shown_before)
            self._after_giving(maker)
            self._give(taker, size)
            self._tell("cancelled", taker, size=size, **told)

    def _give(self, order: Order, size: int) -> None:
        order.open -= size
        order.liable += size
        if order.shown:
            order.shown -= size

    def _after_giving(self, order: Order) -> None:
        """It is gone, or a reserve shows a new part (rule 7)."""
        if order.open == 0:
            self._forget(order)
        elif order.display_size and order.shown == 0:
            old_id, order.order_id = order.order_id, self._new_id()
            self._join(order)
            self._tell("restated", order, original=old_id)
            self._publish_add(order)

    def _join(self, order: Order) -> None:
        """To the tail of its queue."""
        order.place = self._tick()
        order.shown = min(order.display_size, order.open)

    def _level_has_room(self, order: Order) -> bool:
        there = [
            o
            for o in self.orders
            if o is not order
            and o.place
            and (o.terms.instrument, o.terms.side, o.terms.cross, o.price_e9)
            == (order.terms.instrument, order.terms.side, order.terms.cross, order.price_e9)
        ]
        if len(there) >= LEVEL_ORDERS_MAX:
            return False
        return sum(o.open for o in there) + order.open <= LEVEL_SIZE_MAX

    # Changes of live orders (rules 11 to 13).

    def _replace(
        self, order: Order, new_token: int, terms: Terms, price_e9: int, new_open: int
    ) -> None:
        immediate = terms.cross == NO_CROSS and terms.time_in_force == TimeInForce.IMMEDIATE
        same_display = terms.cross != NO_CROSS or terms.display_size == order.terms.display_size
        old_token, order.token = order.token, new_token
        if price_e9 == order.price_e9 and same_display and not immediate and new_open <= order.open:
            shown_before = order.shown
            order.terms = terms
            self._keep(order, new_open)
            self._tell("replaced", order, original=old_token, size=terms.size)
            self._publish_shrink(order, shown_before)
            return
        was_displayed, old_id = order.display_size > 0, order.order_id
        order.terms, order.price_e9, order.open = terms, price_e9, new_open
        order.order_id, order.place = self._new_id(), 0
        order.shown = order.would_show()
        self._tell("replaced", order, original=old_token, size=terms.size)
        shows = order.shown > 0
        order.shown = 0
        if was_displayed:
            if shows and self._meets_nobody(order) and self._level_has_room(order):
                self._join(order)
                self._publish_replace(order, old_id)
                return
            self._publish("book_delete", order, order_id=old_id)
        self._trade_and_rest(order)

    def _meets_nobody(self, order: Order) -> bool:
        if self.instruments[order.terms.instrument].state != "T":
            return True
        queue = self._book(order.terms.instrument, other(order.terms.side))
        return not queue or not meets(order.terms.side, order.price_e9, queue[0].price_e9)

    def _keep(self, order: Order, new_open: int) -> None:
        """Fewer shares in the same place: the reserve goes first."""
        order.open = new_open
        order.shown = min(order.shown, new_open)

    def _grow(self, order: Order, new_open: int, size: int) -> None:
        old_id, order.order_id = order.order_id, self._new_id()
        order.open, order.place = new_open, 0
        order.shown = order.would_show()
        self._tell("modified", order, original=old_id, size=size)
        if self._level_has_room(order):
            self._join(order)
            if order.display_size:
                self._publish_replace(order, old_id)
            return
        if order.display_size:
            self._publish("book_delete", order, order_id=old_id)
        self._drop(order, "Z")

    def _cancel_whole(self, order: Order, code: str) -> None:
        self._drop(order, code)
        if order.display_size:
            self._publish("book_delete", order, order_id=order.order_id)

    def _drop(self, order: Order, code: str) -> None:
        gone, order.open, order.shown = order.open, 0, 0
        self._tell("cancelled", order, size=gone, code=code)
        self._forget(order)

    def _answer_frozen(self, order: Order, answer: str) -> str:
        if answer in order.told:
            return "without_effect"
        order.told.add(answer)
        self._tell(answer, order)
        return "done"

    # States and crosses (rules 16 to 20).

    def _needs_halt_cross(self, index: int) -> bool:
        if any(o.terms.instrument == index and o.terms.cross == "H" for o in self.orders):
            return True
        bids, asks = self._book(index, Side.BID), self._book(index, Side.ASK)
        return bool(bids and asks and bids[0].price_e9 >= asks[0].price_e9)

    def _set_state(self, index: int, state: str) -> None:
        if self.instruments[index].state != state:
            self.instruments[index].state = state
            self._publish_about(index, "trading_status", code=state)

    def _in_cross(self, index: int, side: int, cross: str, book: bool = True) -> list[Order]:
        """All that take part, in the order in which they trade (rule 19)."""

        def rank(order: Order) -> tuple[int, int, int, int]:
            price = order.price_e9 if side == Side.ASK else -order.price_e9
            kind = 1 if order.terms.cross != NO_CROSS else 0 if order.display_size else 2
            return (0 if order.market else 1, 0 if order.market else price, kind, order.place)

        crosses = (NO_CROSS, cross) if book else (cross,)
        return sorted(
            (
                o
                for o in self.orders
                if o.terms.instrument == index and o.terms.side == side and o.terms.cross in crosses
            ),
            key=rank,
        )

    def cross_price(self, index: int, cross: str, book: bool = True) -> tuple[int, int, int, int]:
        """(price_e9 or 0, executed, bids, asks), looking at every price of the grid (rule 18)."""
        bids = self._in_cross(index, Side.BID, cross, book)
        asks = self._in_cross(index, Side.ASK, cross, book)
        reference = self.instruments[index].reference_price_e9
        ends = [o.price_e9 for o in bids + asks if not o.market] + (
            [reference] if reference else []
        )
        best: tuple[tuple[int, int, int, int], tuple[int, int, int, int]] | None = None
        for price in self._grid(index, ends):
            demand = sum(o.open for o in bids if meets(Side.BID, o.price_e9, price))
            supply = sum(o.open for o in asks if meets(Side.ASK, o.price_e9, price))
            executed = min(demand, supply)
            if executed == 0:
                continue
            rank = (-executed, abs(demand - supply), abs(price - reference), price)
            if best is None or rank < best[0]:
                best = rank, (price, executed, demand, supply)
        return best[1] if best else (0, 0, 0, 0)

    def _grid(self, index: int, ends: list[int]) -> Iterator[int]:
        price = min(ends, default=0)
        while price and price <= max(ends):
            yield price
            price = self.instruments[index].step(price, up=True)

    def _run_cross(self, index: int, cross: str) -> None:
        instrument = self.instruments[index]
        price_e9, executed, _, _ = self.cross_price(index, cross)
        left = executed
        while left:
            pair = [self._in_cross(index, side, cross)[0] for side in (Side.BID, Side.ASK)]
            size = min(left, *(o.offered for o in pair))
            match = {"match_number": self._new_match(), "size": size, "price_e9": price_e9}
            for order in pair:
                self._give(order, size)
                self._tell("executed", order, **match, code=cross)
            for order in pair:
                if order.display_size:
                    self._publish("book_execute", order, order_id=order.order_id, **match)
            for order in pair:
                self._after_giving(order)
            left -= size
        if executed:
            instrument.reference_price_e9 = price_e9
        self._publish_about(
            index,
            "cross_trade",
            match_number=self._new_match(),
            size=executed,
            price_e9=price_e9,
            code=cross,
            flags=1,
        )
        for side in (Side.BID, Side.ASK):
            for order in self._in_cross(index, side, cross, book=False):
                self._cancel_whole(order, "Z")
        instrument.phases[cross] = "open" if cross == "H" else "done"
        self._set_state(index, "T")

    def indication(self, index: int, cross: str) -> tuple[int, int, int, int, int, int]:
        """(paired, imbalance, side, near, far, reference); prices in e9 (rule 20)."""
        near, paired, demand, supply = self.cross_price(index, cross)
        far = self.cross_price(index, cross, book=False)[0]
        side = Side.BID if demand > supply else Side.ASK if supply > demand else Side.NONE
        reference = self.instruments[index].reference_price_e9
        return paired, max(demand, supply) - paired, int(side), near, far, reference

    # Who is where.

    def _find(self, owner: int, token: int) -> Order | None:
        return next((o for o in self.orders if (o.owner, o.token) == (owner, token)), None)

    def _by_id(self) -> list[Order]:
        return sorted(self.orders, key=lambda o: o.order_id)

    def _book(self, index: int, side: int, without: Order | None = None) -> list[Order]:
        """A side's resting orders in the order in which they trade (rule 6)."""

        def rank(order: Order) -> tuple[int, bool, int]:
            price = order.price_e9 if side == Side.ASK else -order.price_e9
            return price, order.display_size == 0, order.place

        return sorted(
            (
                o
                for o in self.orders
                if o.place
                and o is not without
                and (o.terms.instrument, o.terms.side, o.terms.cross) == (index, side, NO_CROSS)
            ),
            key=rank,
        )

    def book(self, index: int, side: int) -> list[tuple[int, int, int, int]]:
        """(order_id, price_e9, shown, open) of a side's resting orders, as they trade."""
        return [(o.order_id, o.price_e9, o.shown, o.open) for o in self._book(index, side)]

    def _is_frozen(self, order: Order) -> bool:
        phases = self.instruments[order.terms.instrument].phases
        return phases.get(order.terms.cross) == "frozen"

    def _forget(self, order: Order) -> None:
        self.orders.remove(order)

    def _tick(self) -> int:
        self.clock += 1
        return self.clock

    def _new_id(self) -> int:
        self.next_order_id += 1
        return self.next_order_id - 1

    def _new_match(self) -> int:
        self.next_match_number += 1
        return self.next_match_number - 1
