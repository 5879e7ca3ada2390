"""What every check of a risk gate measures, on a day of its own: the table of the boundary tests.

A `Measure` is a day on which an order measures exactly `exact` against a limit: with the limit
there it passes, beyond it is refused. A `Rule` is an order that a rule refuses, or just lets by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tests.contract.gate_days import (
    INSTRUMENTS,
    MARK,
    SECOND,
    START_NS,
    TICK,
    Day,
    Tight,
    ask,
    cancel,
    changed,
    clock,
    fill,
    order,
    position,
    report,
    session,
    status,
    tell,
    touch,
)
from tests.reference.gate_limits import MAX
from tests.reference.gate_records import (
    DISPLAY_NONE,
    INSTRUMENT_ALL,
    PRICE_NULL,
    AnyRecord,
    Command,
    CommandFlag,
    ControlAction,
    Instrument,
    ReportAction,
    Scope,
    StatusAction,
    Verdict,
)

FIRM, ACCOUNT, STRATEGY = ((scope, 0) for scope in (Scope.FIRM, Scope.ACCOUNT, Scope.STRATEGY))
FIRST = (Scope.INSTRUMENT, 0)
ACTORS = (FIRM, ACCOUNT, STRATEGY)
ALL = (*ACTORS, FIRST)
VALUE = 10**10  # of 100 shares at MARK
MARKET, SHORT = CommandFlag.MARKET, CommandFlag.SHORT_SALE
OPENING, CLOSING = CommandFlag.OPENING_CROSS, CommandFlag.CLOSING_CROSS


@dataclass(frozen=True)
class Measure:
    """An order that measures `exact` against limit `name` in each of `scopes`."""

    verdict: Verdict
    name: str
    exact: int
    order: Command
    before: Sequence[AnyRecord] = ()
    scopes: Sequence[tuple[Scope, int]] = ALL
    day: Day = field(default_factory=Day)
    is_floor: bool = False  # refused where the limit is larger, not where it is smaller
    comes_first: bool = False  # the limit is set before `before`, which it judges


def later(command: Command, ns: int) -> Command:
    """The same, some time after the morning."""
    return replace(command, receive_time_ns=START_NS + ns)


def accepted(client_order_id: int, size: int = 100) -> AnyRecord:
    """The venue has it."""
    return report(ReportAction.ACCEPTED, client_order_id, size=size, reason=ord("L"))


def tight(**values: int) -> Day:
    """Limits of instrument 0."""
    return Day(tight={(*FIRST, name): value for name, value in values.items()})


HELD = (order(1, 300), fill(1, 200))  # a position of 200 and 100 open
LOST = (*HELD, touch(MARK - TICK, MARK - TICK))  # 200 shares fell by one tick of 0.01
LOSS_E6 = 200 * TICK // 1_000
WON_AND_LOST = (*HELD, touch(MARK + TICK, MARK + TICK), touch(MARK - TICK, MARK - TICK))
ONE_PPM = MARK // 1_000_000

MEASURES = (
    Measure(Verdict.COLLAR, "collar_ppm", 1_000, order(1, 100, MARK + 1_000 * ONE_PPM)),
    Measure(Verdict.COLLAR, "collar_ppm", 1_000, ask(1, 100, MARK - 1_000 * ONE_PPM, flags=SHORT)),
    Measure(Verdict.COLLAR, "collar_ppm", 1_000, order(1, 100, MARK - 1_000 * ONE_PPM)),
    Measure(
        Verdict.AUCTION_COLLAR,
        "auction_collar_ppm",
        1_000,
        order(1, 100, MARK + 1_000 * ONE_PPM, flags=CLOSING),
    ),
    Measure(
        Verdict.AUCTION_COLLAR,
        "auction_collar_ppm",
        1_000,
        order(1, 100, MARK - 1_000 * ONE_PPM, flags=OPENING),
        day=replace(tight(reference_price_e9=MARK), has_touches=False),
    ),
    Measure(Verdict.BLOW_THROUGH, "blow_through_ppm", 1_000, order(1, 100, MARK + 1_000 * ONE_PPM)),
    Measure(
        Verdict.BLOW_THROUGH,
        "blow_through_ppm",
        1_000,
        ask(1, 100, MARK - 1_000 * ONE_PPM, flags=SHORT),
    ),
    Measure(Verdict.HALTED, "band_low_e9", MARK, order(1), scopes=(FIRST,), is_floor=True),
    Measure(Verdict.HALTED, "band_high_e9", MARK, order(1), scopes=(FIRST,)),
    Measure(Verdict.ORDER_SIZE, "order_size", 300, order(1, 300)),
    Measure(
        Verdict.ORDER_SIZE,
        "order_size",
        2**32 - 1,
        order(1, 2**32 - 1, 100_000),
        day=Day(mark_e9=100_000),
    ),
    Measure(Verdict.ORDER_VALUE, "order_value_e6", 3 * VALUE, order(1, 300)),
    Measure(  # a market bid is worth what it may cost: 1,000 ppm above the ask
        Verdict.ORDER_VALUE,
        "order_value_e6",
        VALUE + VALUE // 1_000,
        order(1, price_e9=PRICE_NULL, flags=MARKET),
        day=tight(blow_through_ppm=1_000),
    ),
    Measure(
        Verdict.ORDER_VALUE,
        "order_value_e6",
        VALUE + VALUE // 500,
        ask(1, price_e9=PRICE_NULL, flags=MARKET | SHORT | CLOSING),
        day=tight(auction_collar_ppm=2_000),
    ),
    Measure(  # 7 is a factor of MAX: the largest product that is no overflow
        Verdict.ORDER_VALUE,
        "order_value_e6",
        -(-MAX // 1_000),
        order(1, 7, MAX // 7),
        day=replace(tight(tick_e9=1), mark_e9=MAX // 7, price_unit_e9=1),
    ),
    Measure(
        Verdict.DAILY_SHARE,
        "average_daily_ppm",
        300,
        order(1, 300),
        day=tight(average_daily_size=1_000_000),
    ),
    Measure(
        Verdict.DAILY_SHARE,
        "average_daily_size",
        600,
        order(1, 300),
        scopes=(FIRST,),
        day=tight(average_daily_ppm=500_000),
    ),
    Measure(
        Verdict.DUPLICATE,
        "duplicate_window_ns",
        500,
        later(order(2), 500),
        before=(order(1),),
        scopes=(STRATEGY,),
        is_floor=True,
    ),
    Measure(  # 100 in flight as ask, 250 more, 50 held
        Verdict.SHORT_SALE,
        "locate_size",
        300,
        ask(3, 250, MARK + TICK, flags=SHORT),
        before=(order(1, 50), fill(1, 50), ask(2, 100, MARK + TICK, flags=SHORT)),
        scopes=(FIRST,),
    ),
    Measure(
        Verdict.STALE_MARKET,
        "touch_age_ns",
        700,
        later(order(1), 700),
        scopes=(FIRST,),
    ),
    Measure(Verdict.STALE_MARKET, "feed_silence_ns", 700, later(order(1), 700), scopes=(FIRM,)),
    Measure(Verdict.STALE_MARKET, "clock_age_ns", 700, later(order(1), 700), scopes=(FIRM,)),
    Measure(
        Verdict.STALE_MARKET, "clock_offset_ns", 900, order(1), before=(clock(900),), scopes=(FIRM,)
    ),
    Measure(
        Verdict.STALE_MARKET,
        "clock_offset_ns",
        900,
        order(1),
        before=(clock(-900),),
        scopes=(FIRM,),
    ),
    Measure(Verdict.OPEN_ORDERS, "open_orders", 3, order(3), before=(order(1), order(2))),
    Measure(  # a replace and its original count both
        Verdict.OPEN_ORDERS, "open_orders", 2, changed(2, 1), before=(order(1), accepted(1))
    ),
    Measure(Verdict.POSITION, "position_size", 600, order(2, 300), before=HELD),
    Measure(
        Verdict.POSITION,
        "position_size",
        600,
        ask(3, 300, flags=SHORT),
        before=(ask(1, 300, flags=SHORT), fill(1, 200), cancel(1)),
    ),
    Measure(  # the original and the new order both count
        Verdict.POSITION, "position_size", 500, changed(2, 1, 400), before=(order(1), accepted(1))
    ),
    Measure(
        Verdict.POSITION,
        "position_size",
        400,
        order(1),
        before=(position(300),),
        scopes=(FIRM, ACCOUNT, FIRST),
    ),
    Measure(  # 200 executed, 100 open, 400 asked
        Verdict.GROSS_VALUE, "gross_value_e6", 7 * VALUE, order(2, 400), HELD, ACTORS
    ),
    Measure(Verdict.EXPOSURE, "exposure_value_e6", 7 * VALUE, order(2, 400), HELD, ACTORS),
    Measure(  # by the newest mark, over two instruments
        Verdict.EXPOSURE,
        "exposure_value_e6",
        4 * (VALUE + VALUE // 10),
        order(3),
        (*HELD, touch(MARK * 11 // 10, MARK * 11 // 10), touch(MARK, MARK, 1)),
        ACTORS,
    ),
    Measure(Verdict.LOSS, "loss_value_e6", LOSS_E6, order(2), LOST, ACTORS),
    Measure(Verdict.LOSS, "drawdown_value_e6", 2 * LOSS_E6, order(2), WON_AND_LOST, ACTORS),
    Measure(
        Verdict.INSTRUMENT_RATE,
        "orders_per_second",
        3,
        later(order(3), SECOND),  # in the ninth bucket
        before=(order(1), order(2), order(9, instrument=1)),
        scopes=(FIRST,),
    ),
    Measure(
        Verdict.SESSION_RATE,
        "session_orders_per_second",
        3,
        order(3),
        before=(order(1), order(2, instrument=1), order(9, channel=1), cancel(1)),
        scopes=(FIRM,),
    ),
    Measure(
        Verdict.MESSAGE_RATE,
        "messages_per_second",
        4,
        order(3),
        before=(order(1), order(2), cancel(2)),
        scopes=ACTORS,
    ),
    Measure(
        Verdict.THROTTLED,
        "repeat_orders",
        3,
        order(3),
        before=(order(1), order(2)),
        scopes=(STRATEGY,),
    ),
    Measure(  # the second execution latches
        Verdict.THROTTLED,
        "repeat_executions",
        2,
        order(2),
        before=(order(1), fill(1, 10), fill(1, 10)),
        scopes=(STRATEGY,),
        comes_first=True,
    ),
)


@dataclass(frozen=True)
class Rule:
    """An order that is refused with `verdict`, or passes."""

    verdict: Verdict
    order: Command
    before: Sequence[AnyRecord] = ()
    tight: Tight = field(default_factory=dict)
    day: Day = field(default_factory=Day)

    def morning(self) -> list[AnyRecord]:
        """All that comes before the order."""
        return [*replace(self.day, tight={**self.day.tight, **self.tight}).morning(), *self.before]


PASSED = Verdict.PASSED
ASK = ask(1, flags=SHORT)
HOUR_NS = 3_600 * SECOND


def set_to(name: str, value: int, scopes: Sequence[tuple[Scope, int]]) -> list[Tight]:
    """The limit in one scope after another."""
    return [{(*under, name): value} for under in scopes]


def rules_of_form() -> list[Rule]:
    """Whether it is a command at all, of someone, in something."""
    bad = Verdict.MALFORMED
    rules = [
        Rule(bad, order(0)),
        Rule(bad, order(1, action=0)),
        Rule(bad, order(1, action=4)),
        Rule(bad, order(1), (order(1),)),
        Rule(bad, order(1), (order(1), report(ReportAction.REJECTED, 1))),
        Rule(bad, order(1, original_client_order_id=7)),
        Rule(bad, changed(2, 0), (order(1),)),
        Rule(bad, replace(changed(2, 1), action=4), (order(1),)),
        Rule(bad, cancel(0)),
        Rule(Verdict.FULL, order(64)),
        Rule(PASSED, order(63)),
        Rule(Verdict.FULL, order(2**32 - 1)),
        Rule(PASSED, order(2), (order(1), *[fill(1, 1)] * 23)),
        Rule(Verdict.FULL, order(2), (order(1), *[fill(1, 1)] * 24)),
        Rule(Verdict.HIERARCHY, order(1, strategy=3)),
        Rule(Verdict.HIERARCHY, order(1, account=2)),
        Rule(Verdict.HIERARCHY, order(1, account=1)),
        Rule(PASSED, order(1, strategy=1, account=1)),
        Rule(PASSED, order(1, strategy=2)),
        Rule(Verdict.HIERARCHY, order(1), tight={(*STRATEGY, "permitted_account"): 1}),
        Rule(PASSED, order(1, account=1), tight={(*STRATEGY, "permitted_account"): 1}),
    ]
    rules += [
        Rule(Verdict.UNKNOWN_INSTRUMENT, order(1, instrument=i))
        for i in (2, 2 << 16, 1 << 16 | 2, INSTRUMENT_ALL)
    ]
    rules += [Rule(PASSED, order(1, instrument=i, venue=1 + (i >> 16))) for i in INSTRUMENTS]
    return rules


def rules_of_switches() -> list[Rule]:
    """Kills, halts, sessions, identities."""
    rules = []
    for scope, number in (*ALL, (Scope.ACCOUNT, 1), (Scope.STRATEGY, 2), (Scope.INSTRUMENT, 1)):
        is_ours = number == 0
        kill = tell(ControlAction.KILL, scope, number, instrument=number)
        resume = tell(ControlAction.RESUME, scope, number, instrument=number)
        rules.append(Rule(Verdict.KILLED if is_ours else PASSED, order(1), (kill,)))
        rules.append(Rule(PASSED, order(1), (kill, resume)))
        rules.append(Rule(PASSED, cancel(1), (order(1), kill)))
    overfill = (order(1), fill(1, 101))
    resume = tell(ControlAction.RESUME)
    down = session(ReportAction.SESSION_DOWN)
    rules += [
        Rule(Verdict.FILL_FAULT, order(2), overfill),
        Rule(PASSED, order(2), (*overfill, resume)),
        Rule(PASSED, order(2), (order(1), fill(1, 100))),
        Rule(Verdict.FILL_FAULT, order(2), (fill(1, 0),)),
        Rule(Verdict.FILL_FAULT, order(2), (tell(ControlAction.HALT),)),
        Rule(Verdict.FILL_FAULT, order(2), (order(1), fill(1, 100), fill(1, 1))),
        Rule(Verdict.SESSION_DOWN, order(1), (down,)),
        Rule(PASSED, order(1, channel=1), (down,)),
        Rule(Verdict.SESSION_DOWN, order(1, channel=2)),
        Rule(Verdict.SESSION_DOWN, order(2), (order(1), down, session())),
        Rule(PASSED, order(2), (order(1), accepted(1), down, session())),
        Rule(PASSED, order(2), (order(1), down, session(), accepted(1))),
        Rule(PASSED, cancel(1), (order(1), down)),
    ]
    for name in ("algorithm_id", "trader_id"):
        rules.append(Rule(Verdict.UNIDENTIFIED, order(1), tight={(*STRATEGY, name): 0}))
        rules.append(Rule(PASSED, order(1), tight={(*STRATEGY, name): 1}))
    return rules


def rules_of_state() -> list[Rule]:
    """What the venue says of instrument and market."""
    unknown, trading = Verdict.UNKNOWN_INSTRUMENT, StatusAction.TRADING
    begins = status(StatusAction.SESSION_START)
    named = Instrument(receive_time_ns=START_NS)
    whole = (begins, status(StatusAction.SYSTEM, "Q"), status(trading, "T"))
    rules = [
        Rule(
            PASSED if letter in "SQM" else unknown, order(1), (status(StatusAction.SYSTEM, letter),)
        )
        for letter in "SQMOEC\0"
    ]
    rules += [
        Rule(verdict, order(1), (status(trading, letter),))
        for letter, verdict in (("T", PASSED), ("Q", PASSED), ("V", unknown), ("\0", unknown))
    ]
    rules += [Rule(Verdict.HALTED, order(1), (status(trading, letter),)) for letter in "HP"]
    halt = StatusAction.OPERATIONAL_HALT
    rules += [
        Rule(Verdict.HALTED, order(1), (status(halt, "H"),)),
        Rule(PASSED, order(1), (status(halt, "H"), status(halt, "T"))),
        Rule(unknown, order(1), (*whole, touch(MARK, MARK))),
        Rule(PASSED, order(1), (*whole, named, touch(MARK, MARK))),
        Rule(Verdict.STALE_MARKET, order(1), (*whole, named)),
        Rule(unknown, order(1), (status(StatusAction.SESSION_END),)),
        Rule(unknown, order(1), (touch(MARK, MARK, trading_state="V"),)),
        Rule(Verdict.RESTRICTED_INSTRUMENT, order(1), tight={(*FIRST, "tradable"): 0}),
    ]
    gap = status(StatusAction.GAP)
    stale = Verdict.STALE_MARKET
    return [
        *rules,
        Rule(stale, order(1), (gap,)),
        Rule(stale, order(1), (status(StatusAction.LATE_START),)),
        Rule(PASSED, order(1), (gap, touch(MARK, MARK))),
        Rule(PASSED, order(1, flags=OPENING), (gap, *whole, named)),
        Rule(stale, order(1), (gap, touch(MARK, MARK), gap)),
        Rule(PASSED, order(1), (status(StatusAction.GAP, venue=2),)),
        Rule(stale, order(1), (touch(MARK, MARK, flags=2),)),
        Rule(stale, order(1), (clock(PRICE_NULL),)),
        Rule(stale, order(1), (clock(-(2**63)),)),
        Rule(PASSED, order(1), (clock(MAX - 1),)),
        Rule(stale, order(1), (touch(MARK, 0),), day=Day(has_touches=False)),
        Rule(stale, order(1, price_e9=PRICE_NULL, flags=MARKET), (touch(MARK, PRICE_NULL),)),
        Rule(PASSED, replace(ASK, price_e9=PRICE_NULL, flags=MARKET | SHORT), (touch(MARK, 0),)),
        Rule(stale, replace(ASK, price_e9=PRICE_NULL, flags=MARKET | SHORT), (touch(0, MARK),)),
        Rule(Verdict.AUCTION_COLLAR, order(1, flags=OPENING), day=Day(has_touches=False)),
        Rule(stale, later(order(1), HOUR_NS), tight={(*FIRM, "feed_silence_ns"): SECOND}),
    ]


def rules_of_terms() -> list[Rule]:
    """Steps 14 to 17."""
    bad = Verdict.BAD_TERMS
    post, kinds = CommandFlag.POST_ONLY, "order_kinds"
    refused = [
        order(1, side=0), order(1, side=3), order(1, 0), order(1, time_in_force=3),
        order(1, flags=128), order(1, price_e9=PRICE_NULL, flags=MARKET | post),
        order(1, flags=post, time_in_force=1), order(1, flags=OPENING | CLOSING),
        order(1, flags=SHORT), order(1, flags=MARKET), order(1, price_e9=PRICE_NULL),
        order(1, price_e9=0), order(1, price_e9=-TICK), order(1, price_e9=MARK + TICK // 2),
        order(1, price_e9=MARK - 1), order(1, 99, display=1), order(1, 25_399, display=254),
    ]  # fmt: skip
    passed = [
        order(1, time_in_force=2), order(1, flags=post), order(1, flags=OPENING), ASK,
        order(1, price_e9=PRICE_NULL, flags=MARKET), order(1, price_e9=SECOND + TICK),
        order(1, price_e9=SECOND - 100_000), order(1, display=1), order(1, 25_400, display=254),
        order(1, 1, display=DISPLAY_NONE),
    ]  # fmt: skip
    rules = [Rule(bad, one) for one in refused] + [Rule(PASSED, one) for one in passed]
    rules += [
        Rule(bad, order(1, 150), tight={(*FIRST, "lot_size"): 100}),
        Rule(PASSED, order(1, 200), tight={(*FIRST, "lot_size"): 100}),
        Rule(bad, order(1), day=Day(price_unit_e9=0)),
        Rule(bad, order(1), day=Day(price_unit_e9=MARK + 1)),
        Rule(PASSED, order(1), day=Day(price_unit_e9=MARK)),
        Rule(
            bad, order(1, price_e9=SECOND - 150_000), tight={(*FIRST, "tick_below_one_e9"): 50_000}
        ),
        Rule(bad, order(1, price_e9=SECOND - 100_000), tight={(*FIRST, "tick_below_one_e9"): TICK}),
        Rule(bad, order(1, price_e9=MARK + TICK), tight={(*FIRST, "tick_e9"): 2 * TICK}),
    ]
    market = order(1, price_e9=PRICE_NULL, flags=MARKET)
    rules += [Rule(Verdict.MARKET_ORDER, market, tight=t) for t in set_to("market_orders", 0, ALL)]
    rules += [Rule(PASSED, order(1), tight=t) for t in set_to("market_orders", 0, ALL)]
    kind = Verdict.RESTRICTED_KIND
    for name, value in (("venues", 4), ("market_categories", 1), (kinds, 0)):
        rules += [Rule(kind, order(1), tight=t) for t in set_to(name, value, ACTORS)]
    for name, value in (("venues", 2), ("market_categories", 1 << 16), (kinds, 1 << 8)):
        rules += [Rule(PASSED, order(1), tight=t) for t in set_to(name, value, ACTORS)]
    needing = [
        (1, order(1, flags=post)), (2, ASK), (3, order(1, flags=8)), (4, order(1, flags=OPENING)),
        (5, order(1, flags=CLOSING)), (6, order(1, flags=64)), (8, order(1)),
        (9, order(1, time_in_force=1)), (10, order(1, time_in_force=2)),
        (11, order(1, display=DISPLAY_NONE)), (12, order(1, display=1)),
    ]  # fmt: skip
    for bit, one in needing:
        rules.append(Rule(kind, one, tight={(*FIRM, kinds): 0x1FFF & ~(1 << bit)}))
        rules.append(
            Rule(PASSED, one, tight={(*FIRM, kinds): 1 << bit | 1 << 8 | 1 << 9 | 1 << 10})
        )
    rules += [Rule(kind, order(1, venue=62)), Rule(PASSED, order(1, venue=61))]
    rules += [
        Rule(kind, order(1), (Instrument(receive_time_ns=START_NS, market_category=letter),), t)
        for letter in "@[a\0\xff"
        for t in set_to("market_categories", 2**26 - 1, (FIRM,))
    ]
    return rules


def rules_of_orders() -> list[Rule]:
    """Replaces, cancels, and what our own orders forbid."""
    unknown = Verdict.UNKNOWN_ORDER
    live = (order(1), accepted(1))
    others = ({"instrument": 1}, {"channel": 1}, {"venue": 2}, {"strategy": 2})
    rules = [Rule(unknown, replace(changed(2, 1), **own), live) for own in others]
    rules += [
        Rule(PASSED, changed(2, 1), live),
        Rule(PASSED, changed(2, 1), (order(1),)),
        Rule(unknown, changed(2, 1)),
        Rule(unknown, replace(ask(2, flags=SHORT), action=2, original_client_order_id=1), live),
        Rule(unknown, changed(2, 1), (order(1), fill(1, 100))),
        Rule(unknown, changed(2, 1), (order(1), report(ReportAction.REJECTED, 1))),
        Rule(unknown, cancel(1)),
        Rule(PASSED, cancel(1), (order(1),)),
        Rule(unknown, cancel(1, channel=1), (order(1),)),
        Rule(unknown, cancel(1, instrument=1), (order(1),)),
        Rule(unknown, cancel(1), (order(1), report(ReportAction.CANCELLED, 1, size=100))),
        Rule(PASSED, cancel(1), (order(1), report(ReportAction.CANCELLED, 1, size=99))),
    ]
    window = {(Scope.STRATEGY, number, "duplicate_window_ns"): SECOND for number in (0, 2)}
    again = (
        (Verdict.DUPLICATE, order(2)),
        (PASSED, order(2, 101)),
        (PASSED, order(2, price_e9=MARK - TICK)),
        (PASSED, order(2, strategy=2)),
        (PASSED, order(2, instrument=1)),
        (PASSED, changed(2, 1)),
    )
    rules += [Rule(verdict, one, (order(1),), window) for verdict, one in again]
    replaced = (order(1), changed(2, 1, 200))  # the last enter is the first order still
    rules.append(Rule(Verdict.DUPLICATE, order(3), replaced, window))
    restricted = status(StatusAction.SHORT_SALE, "1")
    short = Verdict.SHORT_SALE
    rules += [
        Rule(short, ask(1)),
        Rule(PASSED, ask(1), (position(100),)),
        Rule(short, ask(1, 101), (position(100),)),
        Rule(short, ask(2), (position(150), ask(1, 51))),
        Rule(short, ASK, (restricted,)),
        Rule(short, ASK, (status(StatusAction.SHORT_SALE, "2"),)),
        Rule(PASSED, ASK, (status(StatusAction.SHORT_SALE, "0"),)),
        Rule(PASSED, replace(ASK, price_e9=MARK + TICK), (restricted,)),
        Rule(short, replace(ASK, price_e9=MARK + TICK), (restricted, touch(0, MARK))),
        Rule(short, replace(ASK, price_e9=PRICE_NULL, flags=MARKET | SHORT), (restricted,)),
        Rule(PASSED, ask(1), (position(100), restricted)),
    ]
    above = replace(ask(2, flags=SHORT), price_e9=MARK + TICK)
    match = Verdict.SELF_MATCH
    return [
        *rules,
        Rule(match, replace(ASK, client_order_id=2), (order(1),)),
        Rule(PASSED, above, (order(1),)),
        Rule(match, replace(above, price_e9=PRICE_NULL, flags=MARKET | SHORT), (order(1),)),
        Rule(match, above, (order(1, price_e9=PRICE_NULL, flags=MARKET),)),
        Rule(match, replace(ASK, client_order_id=2, strategy=1, account=1), (order(1),)),
        Rule(PASSED, replace(ASK, client_order_id=2, instrument=1), (order(1),)),
        Rule(PASSED, replace(ASK, client_order_id=2), (order(1), fill(1, 100))),
        Rule(match, order(2, price_e9=MARK + TICK), (replace(above, client_order_id=1),)),
    ]


def rules_of_sums() -> list[Rule]:
    """Overflows, rates at the edges of their second, windows, and what frees from a check."""
    huge = replace(tight(tick_e9=1), mark_e9=MAX // 7, price_unit_e9=1)
    cheap = replace(tight(tick_below_one_e9=1), mark_e9=1_000, price_unit_e9=1)
    most = MAX - 1
    free = {(*FIRM, "exposure_value_e6"): 0}
    rules = [
        Rule(Verdict.ORDER_VALUE, order(1, 8, MAX // 7), day=huge),
        Rule(PASSED, order(1, 7, MAX // 7), day=huge),
        Rule(PASSED, order(1, 1, most), day=replace(huge, mark_e9=most)),
        Rule(Verdict.EXPOSURE, order(2, 7, MAX // 7), (order(1, 7, MAX // 7),), day=huge),
        Rule(Verdict.EXPOSURE, order(1), tight=free),
        Rule(PASSED, ask(1), (position(100),), free),
        Rule(PASSED, ask(3, price_e9=MARK + TICK), HELD, {(*FIRST, "locate_size"): 0}),
        Rule(PASSED, ask(3, price_e9=MARK + TICK), LOST, {(*FIRM, "loss_value_e6"): 0}),
        Rule(Verdict.LOSS, order(3), LOST, {(*FIRM, "loss_value_e6"): 0}),
        Rule(PASSED, order(1, price_e9=1_000), (position(2**48 - 100),), day=cheap),
        Rule(Verdict.POSITION, order(1, price_e9=1_000), (position(2**48 - 99),), day=cheap),
    ]
    rate = {(*FIRST, "orders_per_second"): 1}
    rules += [
        Rule(Verdict.INSTRUMENT_RATE, later(order(2), SECOND + SECOND // 8 - 1), (order(1),), rate),
        Rule(PASSED, later(order(2), SECOND + SECOND // 8), (order(1),), rate),
        Rule(Verdict.INSTRUMENT_RATE, order(2), (order(1),), rate),
    ]
    repeat = {(*STRATEGY, "repeat_orders"): 1}
    resume = tell(ControlAction.RESUME, Scope.STRATEGY, event_time_ns=START_NS)
    fills = (order(1), fill(1, 10), replace(fill(1, 10), receive_time_ns=START_NS + SECOND))
    one_fill = {(*STRATEGY, "repeat_executions"): 1}
    rules.append(Rule(PASSED, later(order(2), SECOND), fills, one_fill))
    return [
        *rules,
        Rule(Verdict.THROTTLED, later(order(2), SECOND - 1), (order(1),), repeat),
        Rule(PASSED, later(order(2), SECOND), (order(1),), repeat),
        Rule(Verdict.THROTTLED, later(order(3), HOUR_NS), (order(1), order(2)), repeat),
        Rule(PASSED, order(3), (order(1), order(2), resume), repeat),
    ]


RULES = (
    *rules_of_form(), *rules_of_switches(), *rules_of_state(), *rules_of_terms(),
    *rules_of_orders(), *rules_of_sums(),
)  # fmt: skip
