"""Streams of mixed records for risk gates, where everything is close to a limit or out of order.

Made by a seeded generator that walks beside a reference gate: it knows which orders are open and
mends what would refuse everything from there on. Hypothesis draws the seed and the length, so that
a failure shrinks to its shortest beginning.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from tests.contract import gate_days as days
from tests.contract.gate_days import CONFIG, INSTRUMENTS, PERMITTED, SECOND, TICK, VENUES, Day
from tests.gates import FacedReference, State
from tests.reference.gate_limits import IDS, LIMITS, MAX
from tests.reference.gate_orders import Order, OrderState
from tests.reference.gate_records import (
    DISPLAY_NONE,
    INSTRUMENT_ALL,
    PRICE_NULL,
    AnyRecord,
    Command,
    CommandAction,
    CommandFlag,
    Control,
    ControlAction,
    Instrument,
    Report,
    ReportAction,
    Scope,
    Side,
    Status,
    StatusAction,
    TimeInForce,
    Touch,
)

STEPS_NS = (0, 0, 0, 0, 1, 1_000, 1_000_000, 124_999_999, 125_000_000, 300_000_000, SECOND)
SCALES = (  # mark, tick from 1.0 and below, price unit, sizes
    (days.MARK, TICK, 100_000, (1, 100, 100, 200, 300)),
    (days.MARK, TICK, 100_000, (100, 100, 200, 300, 50)),
    (SECOND, TICK, 100_000, (100, 200, 300, 7)),  # 1.0, where the tick changes
    (2**60, 1, 1, (1, 1, 2, 3, 7, 8)),
    (MAX // 1_000, 1, 1, (1, 999, 1_000, 1_001)),
)
EXTREMES = (0, -1, 1, -(2**63), -MAX, MAX, MAX - 1, 2**62, 2**48, 2**48 + 1, -(2**48), 2**32)
PRICE_EXTREMES = (0, -1, 1, -(2**63), MAX, MAX - 1, 2**62, 3, 150_000, days.MARK + 1)
SIZE_EXTREMES = (0, 1, 2**32 - 1, 2**31, 3)
OUTSIDE = (2, 2 << 16, 0xFFFF, INSTRUMENT_ALL)
# Values of limits that bite at these prices and sizes.
TIGHT: dict[str, Sequence[int]] = {
    "market_orders": (0, 0, 0, 1), "collar_ppm": (0, 99, 100, 200), "order_size": (99, 100, 299),
    "auction_collar_ppm": (0, 100, 200), "blow_through_ppm": (0, 100, 200),
    "order_value_e6": (10**10 - 1, 10**10, 2 * 10**10), "position_size": (0, 100, 300, 600),
    "open_orders": (0, 1, 2, 4), "average_daily_ppm": (0, 1, 2), "tradable": (0, 1),
    "tick_e9": (TICK, 2 * TICK, 1, 3), "tick_below_one_e9": (100_000, TICK), "lot_size": (1, 7),
    "band_low_e9": (0, days.MARK - TICK, days.MARK), "average_daily_size": (10**8, 2**48, 100),
    "band_high_e9": (MAX - 1, days.MARK + TICK, days.MARK - TICK), "locate_size": (0, 100, 300),
    "reference_price_e9": (0, days.MARK, 2**62), "orders_per_second": (0, 1, 2, 4),
    "touch_age_ns": (0, SECOND, 10**6), "venues": (0, 2, 4, 6), "market_categories": (0, 1 << 16),
    "order_kinds": (0, 1 << 8, 0b11100000000, 0x1FFF & ~2, 0x1FFF & ~4),
    "messages_per_second": (0, 2, 4, 6), "gross_value_e6": (0, 2 * 10**10, 6 * 10**10),
    "exposure_value_e6": (0, 10**10, 3 * 10**10, MAX - 1), "loss_value_e6": (0, 1, 10**6),
    "drawdown_value_e6": (0, 1, 10**6), "session_orders_per_second": (0, 1, 3, 5),
    "feed_silence_ns": (0, SECOND, 10**6), "clock_offset_ns": (0, 999), "clock_age_ns": (0, SECOND),
    "permitted_account": (0, 1), "algorithm_id": (0, 11), "trader_id": (0, 12),
    "duplicate_window_ns": (0, 1, SECOND, MAX - 1), "repeat_orders": (0, 1, 2, 4),
    "repeat_executions": (0, 1, 2), "repeat_window_ns": (0, 1, SECOND, MAX - 1),
}  # fmt: skip
# Reached only when other things come together.
OFTEN = dict.fromkeys(
    ("loss_value_e6", "drawdown_value_e6", "messages_per_second", "open_orders", "collar_ppm",
     "duplicate_window_ns", "orders_per_second", "repeat_orders", "repeat_executions",
     "session_orders_per_second", "auction_collar_ppm", "order_size", "average_daily_ppm"), 3,
) | {"market_orders": 8}  # fmt: skip

Step = tuple[AnyRecord, int, State]
"""A record, what the reference answers, and its state after it."""


class Walk:
    """One day of one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        small = self.rarely(0.06)
        self.config = CONFIG | {
            "max_orders": 12 if small else 400,
            "max_executions": self.pick((4, 40, 40, 40)),
        }
        self.faced = FacedReference(**self.config)
        self.gate = self.faced.gate
        scale = self.weighed({0: 35, 1: 30, 2: 10, 3: 10, 4: 10})
        self.mark_e9, self.tick, self.unit_e9, sizes = SCALES[scale]
        self.sizes: tuple[int, ...] = sizes
        self.tightened_once: list[Control] = []
        self.was_refused = False
        self.numbers = dict.fromkeys(range(3), 0)
        self.next_id = 1
        self.time_ns = days.START_NS

    # Choices.

    def rarely(self, chance: float = 0.03) -> bool:
        """Whether the unusual is to happen."""
        return self.random.random() < chance

    def pick(self, choices: Sequence[Any]) -> Any:
        """One of them."""
        return self.random.choice(choices)

    def mostly(self, usual: Any, others: Sequence[Any], chance: float = 0.03) -> Any:
        """The usual value, or now and then another one."""
        return self.pick(others) if self.rarely(chance) else usual

    def weighed(self, weights: dict[Any, int]) -> Any:
        """One of the keys."""
        return self.random.choices(list(weights), list(weights.values()))[0]

    def instrument(self) -> int:
        """One of the table, mostly the first."""
        usual = self.weighed({0: 70, INSTRUMENTS[1]: 10, INSTRUMENTS[2]: 15, INSTRUMENTS[3]: 5})
        return int(self.mostly(usual, OUTSIDE, 0.01))

    def near(self, away: int = 0) -> int:
        """A price some ticks from the newest mark of the first instrument; `away` is a sign."""
        mark = self.gate.ledger.marks.get(0, self.mark_e9)
        ticks = self.weighed({0: 30, 1: 15, -1: 15, 2: 10, -2: 10, 3: 5, -3: 5, 100: 1})
        if away and self.rarely(0.7):
            ticks = away * abs(ticks)
        tick = 100_000 if mark < SECOND and self.tick > 1 else self.tick
        return int(max(1, min(MAX - 1, (mark // tick + ticks) * tick)))

    def found(self, *states: OrderState) -> Order | None:
        """An order in one of the states."""
        orders = [o for o in self.gate.ledger.orders.values() if o.state in states]
        return self.pick(orders) if orders else None

    # Records.

    def steps(self, length: int) -> Iterator[Step]:
        """The morning in one step, then so many records."""
        for record in self.morning():
            yield record, self.faced.apply(record), {}
        for _ in range(length):
            record = self.timed(self.mended() or self.drawn())
            answer = self.faced.apply(record)
            if isinstance(record, Command):
                self.was_refused = answer != 0
            yield record, answer, self.faced.state()

    def morning(self) -> list[AnyRecord]:
        """Everything is set; some limits are tight."""
        day = Day(mark_e9=self.mark_e9, price_unit_e9=self.unit_e9, has_touches=self.rarely(0.9))
        under = (Scope.INSTRUMENT, INSTRUMENT_ALL)
        ticks = {(*under, "tick_e9"): self.tick}
        if self.tick == 1:
            ticks[*under, "tick_below_one_e9"] = 1
        made = replace(day, tight=ticks).morning()
        for _ in range(self.pick((0, 1, 2, 2, 3, 4))):
            made.append(self.tightened())
        if self.rarely(0.5):
            made.append(days.position(self.pick((100, 300, -200, 2**48, -(2**48)))))
        if self.rarely(0.03):
            del made[self.random.randrange(len(made))]  # a limit or a state is missing
        return made

    def tightened(self) -> Control:
        """One limit, of a random scope, becomes a value that bites."""
        name = self.weighed({name: OFTEN.get(name, 1) for name in TIGHT})
        scope = self.pick(sorted(LIMITS[IDS[name]].scopes))
        number = self.instrument() if scope == Scope.INSTRUMENT else self.pick((0, 0, 0, 1))
        if scope == Scope.INSTRUMENT and self.rarely(0.3):
            number = INSTRUMENT_ALL
        one = days.limit(scope, number, name, self.pick(TIGHT[name]))
        self.tightened_once.append(one)
        return one

    def loosened(self) -> Control:
        """One of those that were tightened is set back."""
        one = self.tightened_once.pop(self.random.randrange(len(self.tightened_once)))
        names = {number: limit.name for number, limit in LIMITS.items()}
        name = names[one.limit]
        usual = {
            "permitted_account": PERMITTED[min(one.scope_id, 2)],
            "tick_e9": self.tick,
            "tick_below_one_e9": min(self.tick, 100_000),
        }
        return replace(one, value=usual.get(name, days.LOOSE[name]))

    def timed(self, record: AnyRecord) -> AnyRecord:
        """At its time, which now and then goes back; the other time says nothing."""
        self.time_ns += self.pick(STEPS_NS)
        if self.rarely(0.02):
            self.time_ns += 5 * SECOND
        told = self.mostly(self.time_ns, (0, self.time_ns - SECOND), 0.02)
        if self.rarely(0.001):
            told = self.pick((2**63 - 1, 2**63, 2**64 - 1))
        other = self.pick((0, 2**64 - 1, self.time_ns))
        if isinstance(record, Control):
            return replace(record, event_time_ns=told, receive_time_ns=other)
        return replace(record, event_time_ns=other, receive_time_ns=told)

    def drawn(self) -> AnyRecord:
        """Any record."""
        make = self.weighed(
            {
                self.command: 52,
                self.report: 26,
                self.touch: 10,
                self.status: 3,
                self.control: 8,
                self.naming: 1,
            }
        )
        record: AnyRecord = make()
        return record

    def mended(self) -> AnyRecord | None:
        """Now and then: what ends a state in which nothing passes."""
        if not self.rarely(0.5):
            return None
        gate, view = self.gate, self.gate.market.view(0)
        if gate.is_halted:
            return days.tell(ControlAction.RESUME)
        if gate.killed and self.rarely(0.6):
            scope, number = self.pick(sorted(gate.killed))
            return days.tell(ControlAction.RESUME, scope, number, instrument=number)
        late = [i for i, repeat in enumerate(gate.repeats) if repeat.is_throttled]
        if late and self.rarely(0.6):
            return days.tell(ControlAction.RESUME, Scope.STRATEGY, self.pick(late))
        if self.was_refused and self.tightened_once and self.rarely(0.3):
            return self.loosened()
        down = [channel for channel in range(2) if not gate.session(channel).is_up]
        if down and self.rarely(0.7):
            next_number = min(2**48 - 1, self.numbers[down[0]] + 1)
            return days.report(
                ReportAction.SESSION_UP,
                channel=self.pick(down),
                sequence_number=next_number & 0xFFFFFFFF,
                sequence_number_high=next_number >> 32,
            )
        if view.named is None:
            return self.naming()
        if gate.market.venue_of(0).system_state not in "SQM":
            return days.status(StatusAction.SYSTEM, "Q", venue=view.venue)
        if view.trading_state not in "TQ" or view.operational_halt:
            action = self.pick((StatusAction.TRADING, StatusAction.OPERATIONAL_HALT))
            return days.status(action, "T", venue=view.venue)
        if gate.clock is None or gate.clock[0] != 0 or self.rarely(0.1):
            return days.clock(0)
        if gate.market.is_suspect(0) or view.touch is None or 0 not in gate.ledger.marks:
            return days.touch(self.mark_e9, self.mark_e9)
        return None

    def command(self) -> Command:
        """A wish, mostly a decent one."""
        kind = self.weighed({"enter": 70, "replace": 14, "cancel": 12, "bad": 1})
        if kind == "cancel":
            return self.cancel()
        one = self.enter()
        if kind == "replace":
            original = self.found(
                *self.pick(((OrderState.LIVE, OrderState.SENT), tuple(OrderState)))
            )
            one = replace(one, action=CommandAction.REPLACE, original_client_order_id=99)
            if original is not None:
                of = original.command
                same = {
                    name: self.mostly(getattr(of, name), (getattr(one, name),), 0.04)
                    for name in ("instrument", "side", "strategy", "account", "venue", "channel")
                }
                id_of = of.client_order_id
                one = replace(one, original_client_order_id=self.mostly(id_of, (0,), 0.02), **same)
        elif kind == "bad":
            one = replace(one, action=self.pick((0, 4, 255)))
        return one

    def cancel(self) -> Command:
        """Mostly of an order that is open."""
        order = self.found(
            *self.mostly((OrderState.LIVE, OrderState.SENT), (tuple(OrderState),), 0.2)
        )
        one = replace(self.enter(), action=CommandAction.CANCEL)
        if order is None:
            return replace(
                one, action=self.mostly(CommandAction.ENTER, (CommandAction.CANCEL,), 0.1)
            )
        return replace(
            one,
            client_order_id=self.mostly(order.command.client_order_id, (0, 2**32 - 1)),
            instrument=self.mostly(order.command.instrument, (one.instrument,)),
            channel=self.mostly(order.command.channel, (1, 2)),
            original_client_order_id=self.pick((0, 7)),
        )

    def enter(self) -> Command:
        """A new order."""
        strategy, instrument = self.pick((0, 0, 0, 1, 2)), self.instrument()
        side = self.pick((Side.BID, Side.ASK))
        away = -1 if side == Side.BID else 1
        flags, price_e9 = 0, self.mostly(self.near(away), PRICE_EXTREMES, 0.01)
        for flag in CommandFlag:
            if flag != CommandFlag.MARKET and self.rarely(0.015):
                flags |= flag
        if side == Side.ASK and self.rarely(0.85):
            flags |= CommandFlag.SHORT_SALE
        if self.rarely(0.1):
            flags |= CommandFlag.MARKET
            price_e9 = self.mostly(PRICE_NULL, (price_e9,), 0.1)
        last = self.gate.ledger.last_enters.get((instrument, side))
        again = {}
        if last and self.rarely(0.06):
            again = {
                name: getattr(last[0], name)
                for name in ("strategy", "account", "size", "price_e9", "flags", "channel")
            }
        number = self.mostly(self.next_id, (0, 1, 11, 12, 63, 64, 2**32 - 1), 0.02)
        self.next_id += 1
        one = Command(
            instrument=instrument,
            client_order_id=number,
            original_client_order_id=self.mostly(0, (1,), 0.01),
            size=self.mostly(self.pick(self.sizes), SIZE_EXTREMES, 0.01),
            side=self.mostly(side, (0, 3), 0.01),
            flags=self.mostly(flags, (flags | 128,), 0.01),
            price_e9=price_e9,
            time_in_force=self.mostly(TimeInForce.DAY, (1, 1, 1, 2, 2, 2, 3, 255), 0.1),
            display=self.mostly(0, (DISPLAY_NONE, 1, 2, 254), 0.06),
            strategy=self.mostly(strategy, (3, 255), 0.01),
            account=self.mostly(PERMITTED[strategy], (0, 1, 2, 255), 0.02),
            venue=self.mostly(VENUES.get(instrument, 1), (0, 61, 62, 255), 0.01),
            channel=self.mostly(self.pick((0, 0, 1)), (2, 255), 0.01),
        )
        return replace(one, **again)

    def report(self) -> Report:
        """Mostly what the venue would answer to an order that is open."""
        if self.rarely(0.06):
            return self.session_report()
        open_ones = (OrderState.SENT, OrderState.LIVE)
        gone = ((OrderState.DEAD,), (OrderState.REJECTED,))
        order = self.found(*self.mostly(open_ones, gone, 0.25)) or self.found(*OrderState)
        is_sent = order is not None and order.state == OrderState.SENT
        weights = dict.fromkeys(tuple(ReportAction)[1:13], 3) | {
            ReportAction.ACCEPTED: 40 if is_sent else 4,
            ReportAction.REPLACED: 8,
            ReportAction.EXECUTED: 20,
            ReportAction.CANCELLED: 8,
            ReportAction.BROKEN: 12,
            ReportAction.REJECTED: 8,
        }
        if order is not None and is_sent and order.command.original_client_order_id:
            weights[ReportAction.REPLACED] = 50
        command = order.command if order else Command(client_order_id=self.pick((0, 60, 2**32 - 1)))
        leaves = order.leaves if order else 100
        sizes = (leaves, leaves, leaves // 2, command.size, 0, 1)
        price_e9 = order.price_e9 if order else self.near()
        number = self.report_number(min(command.channel, 2))
        return Report(
            action=self.weighed(weights),
            client_order_id=self.mostly(command.client_order_id, (0, 61, 2**32 - 1), 0.02),
            instrument=self.mostly(command.instrument, (1, INSTRUMENT_ALL), 0.05),
            channel=self.mostly(command.channel, (1, 2, 255), 0.02),
            sequence_number=number & 0xFFFFFFFF,
            sequence_number_high=number >> 32,
            reference=self.mostly(1, (2, 2**64 - 1), 0.3),
            size=self.mostly(self.pick(sizes), (leaves + 1, *SIZE_EXTREMES), 0.06),
            side=self.mostly(command.side, (0, 1, 2, 3), 0.2),
            reason=self.mostly(ord("L"), (ord("D"), 0), 0.15),
            price_e9=self.mostly(self.mostly(price_e9, (self.near(),), 0.5), PRICE_EXTREMES, 0.1),
        )

    def report_number(self, channel: int) -> int:
        """Mostly the next one."""
        before = self.numbers[channel]
        number = self.weighed(
            {
                before + 1: 70,
                0: 10,
                before: 5,
                max(0, before - 2): 3,
                before + 3: 5,
                before + 1_024: 1,
                before + 1_025: 1,
                max(0, before - 1_023): 2,
                max(0, before - 1_024): 2,
            }
        )
        if self.rarely(0.002):
            number = 2**48 - 1
        number = min(2**48 - 1, number)
        self.numbers[channel] = max(before, number)
        return int(number)

    def session_report(self) -> Report:
        """About the session, or about nothing."""
        action = self.weighed(
            {13: 4, 14: 5, ReportAction.SYSTEM: 1, 0: 1, 16: 1, 255: 1}
        )  # fmt: skip
        channel = self.mostly(self.pick((0, 1)), (2, 255), 0.1)
        before = self.numbers.get(channel, 0)
        number = self.pick((0, 1, before + 1, before + 1, max(0, before - 1), before + 2))
        return days.report(action, channel=channel, sequence_number=number & 0xFFFFFFFF)

    def touch(self) -> Touch:
        """Prices move."""
        instrument = self.instrument()
        bid = self.near()
        wide = self.pick((0, self.tick, self.tick, 2 * self.tick, -self.tick))
        one = Touch(
            instrument=instrument,
            venue=self.mostly(VENUES.get(instrument, 1), (0, 1, 2, 255), 0.02),
            bid_price_e9=bid,
            ask_price_e9=max(1, min(MAX - 1, bid + wide)),
            trading_state=self.mostly("\0", "THPQVt\xff", 0.03),
            flags=self.mostly(0, (1, 2, 3, 255, 253), 0.08),
        )
        if self.rarely(0.06):
            one = replace(one, bid_price_e9=self.pick(PRICE_EXTREMES))
        if self.rarely(0.06):
            one = replace(one, ask_price_e9=self.pick((PRICE_NULL, *PRICE_EXTREMES)))
        return one

    def status(self) -> Status:
        """States of all kinds."""
        action = self.weighed(
            {
                StatusAction.TRADING: 10,
                StatusAction.OPERATIONAL_HALT: 4,
                StatusAction.SHORT_SALE: 8,
                StatusAction.SYSTEM: 4,
                StatusAction.GAP: 3,
                StatusAction.LATE_START: 1,
                StatusAction.SESSION_START: 2,
                StatusAction.SESSION_END: 1,
                0: 1,
                9: 1,
                255: 1,
            }
        )
        state = {
            StatusAction.TRADING: "TTQQHPV",
            StatusAction.SHORT_SALE: "0112 ",
            StatusAction.SYSTEM: "OSQQME\0",
        }.get(action, "HT\0")
        return Status(
            action=action,
            state=self.mostly(self.pick(state), "\xff\0", 0.02),
            instrument=self.mostly(self.instrument(), (INSTRUMENT_ALL,), 0.1),
            venue=self.mostly(self.pick((1, 1, 1, 2)), (0, 255), 0.03),
        )

    def naming(self) -> Instrument:
        """An instrument is named, now and then oddly."""
        instrument = self.mostly(0, (*INSTRUMENTS, *OUTSIDE), 0.3)
        return Instrument(
            instrument=instrument,
            venue=self.mostly(VENUES.get(instrument, 1), (0, 2, 255), 0.03),
            round_lot_size=self.mostly(100, (0, 1, 2**32 - 1), 0.1),
            market_category=self.mostly("Q", "AZ\0a@[\xff", 0.1),
            price_unit_e9=self.mostly(self.unit_e9, (0, -1, 1, 7, MAX, -(2**63)), 0.05),
        )

    def control(self) -> Control:
        """A person's or a timer's word."""
        if self.rarely(0.4):
            one = self.tightened()
        elif self.tightened_once and self.rarely(0.4):
            one = self.loosened()
        else:
            one = self.other_control()
        row = LIMITS.get(one.limit)
        if row and self.rarely(0.1):
            ends = (row.least, row.least - 1, row.most, min(MAX, row.most + 1), *EXTREMES)
            one = replace(one, value=self.pick(ends))
        if self.rarely(0.15):
            one = replace(one, reason=self.pick(("", "   ", "\0 \0", "x" * 12)))
        if self.rarely(0.04):
            one = replace(one, limit=self.pick((0, 21, 23, 36, 39, 47, 255)))
        if self.rarely(0.08):
            one = replace(one, scope=self.pick((0, 1, 2, 3, 4, 5, 255)))
        if self.rarely(0.1):
            one = replace(one, scope_id=self.pick((0, 1, 2, 3, 255, 2**32 - 1)))
        if self.rarely(0.1):
            one = replace(one, instrument=self.pick(OUTSIDE))
        return one

    def other_control(self) -> Control:
        """What is no limit."""
        action = self.weighed(
            {
                ControlAction.KILL: 4,
                ControlAction.RESUME: 5,
                ControlAction.TIME: 2,
                ControlAction.CLOCK: 3,
                ControlAction.POSITION: 4,
                ControlAction.HALT: 1,
                0: 1,
                8: 1,
                255: 1,
            }
        )
        scope = self.pick((Scope.FIRM, Scope.ACCOUNT, Scope.STRATEGY, Scope.INSTRUMENT))
        value = 0
        if action == ControlAction.POSITION:
            scope, value = Scope.ACCOUNT, self.mostly(self.pick((0, 100, -100, 300)), EXTREMES, 0.3)
        elif action == ControlAction.CLOCK:
            value = self.pick((0, 0, 999, -999, 1_000, -1_000, MAX, -MAX, -(2**63), MAX - 1))
        numbers = {Scope.ACCOUNT: (0, 1), Scope.STRATEGY: (0, 1, 2)}.get(scope, (0, 9))
        one = days.tell(action, scope, self.pick(numbers), instrument=self.instrument())
        return replace(one, value=value)


def cases(most: int = 120) -> st.SearchStrategy[tuple[int, int]]:
    """Seed and length of walks."""
    return st.tuples(st.integers(0, 2**32 - 1), st.integers(most // 2, most))
