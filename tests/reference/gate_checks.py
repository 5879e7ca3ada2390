"""What is asked of a command: one function per step of docs/risk.md, in its order.

A step answers whether it refuses. The gate is asked as it stands before the command.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.reference.gate_limits import (
    FIRM,
    MAX,
    Under,
    ceil_thousandth,
    is_given,
    saturated,
    share_of,
    value,
)
from tests.reference.gate_orders import actors_of, would_meet
from tests.reference.gate_records import (
    DISPLAY_ALL,
    DISPLAY_NONE,
    Command,
    CommandAction,
    CommandFlag,
    Scope,
    Side,
    TimeInForce,
    Verdict,
)

if TYPE_CHECKING:
    from tests.reference.gate import ReferenceGate

DOLLAR_E9 = 1_000_000_000
CROSSES = CommandFlag.OPENING_CROSS | CommandFlag.CLOSING_CROSS

# Whom and what a command is about.


def scopes_of(command: Command) -> list[Under]:
    """Its actors and its instrument."""
    return [*actors_of(command), (Scope.INSTRUMENT, command.instrument)]


def tightest(gate: ReferenceGate, command: Command, name: str) -> int:
    """The smallest of a limit in its scopes."""
    return min(gate.limits.of(under, name) for under in scopes_of(command))


def is_auction(gate: ReferenceGate, command: Command) -> bool:
    """An auction order; all others are continuous."""
    state = gate.market.view(command.instrument).trading_state
    return state == "Q" or bool(command.flags & CROSSES)


def auction_reference(gate: ReferenceGate, command: Command) -> int | None:
    """What an auction's price is measured from."""
    mark = gate.ledger.marks.get(command.instrument)
    if mark is not None:
        return mark
    close = gate.limits.of((Scope.INSTRUMENT, command.instrument), "reference_price_e9")
    return close or None


def checking_price(gate: ReferenceGate, command: Command) -> int:
    """C: of a market order the worst price it may trade at."""
    if not command.is_market:
        return command.price_e9
    if is_auction(gate, command):
        base, name = auction_reference(gate, command), "auction_collar_ppm"
    else:
        view = gate.market.view(command.instrument)
        base, name = view.ask_e9 if command.is_bid else view.bid_e9, "blow_through_ppm"
    assert base is not None  # an earlier step has refused
    return saturated(base + share_of(base, tightest(gate, command, name)))


def order_value(gate: ReferenceGate, command: Command) -> int:
    """V."""
    return value(checking_price(gate, command), command.size)


# Steps.


def malformed(gate: ReferenceGate, command: Command) -> bool:
    if command.action not in (CommandAction.ENTER, CommandAction.REPLACE):
        return True
    if command.client_order_id == 0 or command.client_order_id in gate.ledger.orders:
        return True
    is_replace = command.action == CommandAction.REPLACE
    return is_replace != (command.original_client_order_id != 0)


def full(gate: ReferenceGate, command: Command) -> bool:
    return command.client_order_id >= gate.max_orders or gate.ledger.is_full


def unknown_actor(gate: ReferenceGate, command: Command) -> bool:
    return command.strategy >= gate.strategies or command.account >= gate.accounts


def outside_table(gate: ReferenceGate, command: Command) -> bool:
    return not gate.market.has(command.instrument)


def limits_missing(gate: ReferenceGate, command: Command) -> bool:
    strategy = Scope.STRATEGY, command.strategy
    asked = [strategy, FIRM, (Scope.INSTRUMENT, command.instrument)]
    permitted = gate.limits.find(strategy, "permitted_account")
    if permitted is not None:
        asked.append((Scope.ACCOUNT, permitted))
    return not all(gate.limits.is_complete(under) for under in asked)


def other_account(gate: ReferenceGate, command: Command) -> bool:
    strategy = Scope.STRATEGY, command.strategy
    return command.account != gate.limits.of(strategy, "permitted_account")


def killed(gate: ReferenceGate, command: Command) -> bool:
    return any(under in gate.killed for under in scopes_of(command))


def gate_halted(gate: ReferenceGate, command: Command) -> bool:
    return gate.is_halted


def already_throttled(gate: ReferenceGate, command: Command) -> bool:
    return gate.repeats[command.strategy].is_throttled


def session_down(gate: ReferenceGate, command: Command) -> bool:
    if command.channel >= gate.sessions:
        return True
    session = gate.session(command.channel)
    return not session.is_up or any(gate.is_unanswered(i) for i in session.unanswered_at_down)


def unidentified(gate: ReferenceGate, command: Command) -> bool:
    strategy = Scope.STRATEGY, command.strategy
    return any(gate.limits.of(strategy, name) == 0 for name in ("algorithm_id", "trader_id"))


def not_in_session(gate: ReferenceGate, command: Command) -> bool:
    view = gate.market.view(command.instrument)
    if view.named is None or gate.market.venue_of(command.instrument).system_state not in "SQM":
        return True
    return view.trading_state not in "TQHP"


def not_tradable(gate: ReferenceGate, command: Command) -> bool:
    return gate.limits.of((Scope.INSTRUMENT, command.instrument), "tradable") == 0


def bad_terms(gate: ReferenceGate, command: Command) -> bool:
    under = Scope.INSTRUMENT, command.instrument
    named = gate.market.view(command.instrument).named
    assert named is not None
    flags, display = command.flags, command.display
    shown = 0 if display in (DISPLAY_ALL, DISPLAY_NONE) else display * named.round_lot_size
    return (
        command.side not in (Side.BID, Side.ASK)
        or command.size == 0
        or command.size % gate.limits.of(under, "lot_size") != 0
        or command.time_in_force not in tuple(TimeInForce)
        or bool(flags & 128)
        or flags & 3 == CommandFlag.POST_ONLY | CommandFlag.MARKET
        or (bool(flags & CommandFlag.POST_ONLY) and command.time_in_force == TimeInForce.IMMEDIATE)
        or flags & CROSSES == CROSSES
        or (bool(flags & CommandFlag.SHORT_SALE) and command.side == Side.BID)
        or bad_price(gate, command, named.price_unit_e9)
        or shown > command.size
    )


def bad_price(gate: ReferenceGate, command: Command, unit_e9: int) -> bool:
    """Part of `bad_terms`."""
    if command.is_market:
        return command.price_e9 != MAX
    if not is_given(command.price_e9) or unit_e9 < 1:
        return True
    name = "tick_e9" if command.price_e9 >= DOLLAR_E9 else "tick_below_one_e9"
    tick_e9 = gate.limits.of((Scope.INSTRUMENT, command.instrument), name)
    return command.price_e9 % tick_e9 != 0 or command.price_e9 % unit_e9 != 0


def market_order(gate: ReferenceGate, command: Command) -> bool:
    return command.is_market and tightest(gate, command, "market_orders") == 0


def restricted_kind(gate: ReferenceGate, command: Command) -> bool:
    named = gate.market.view(command.instrument).named
    assert named is not None
    letter = named.market_category
    category = ord(letter) - ord("A") if "A" <= letter <= "Z" else 26
    needed = command.flags & ~CommandFlag.MARKET | 1 << (8 + command.time_in_force)
    if command.display == DISPLAY_NONE:
        needed |= 1 << 11
    elif command.display != DISPLAY_ALL:
        needed |= 1 << 12
    return command.venue >= 62 or any(
        not gate.limits.of(actor, "venues") >> command.venue & 1
        or not gate.limits.of(actor, "market_categories") >> category & 1
        or needed & ~gate.limits.of(actor, "order_kinds") != 0
        for actor in actors_of(command)
    )


def unknown_original(gate: ReferenceGate, command: Command) -> bool:
    if command.action != CommandAction.REPLACE:
        return False
    order = gate.ledger.orders.get(command.original_client_order_id)
    if order is None or not order.is_live:
        return True
    same = ("instrument", "side", "strategy", "account", "venue", "channel")
    return any(getattr(order.command, name) != getattr(command, name) for name in same)


def halted(gate: ReferenceGate, command: Command) -> bool:
    view = gate.market.view(command.instrument)
    if view.trading_state in "HP" or view.operational_halt:
        return True
    under = Scope.INSTRUMENT, command.instrument
    low, high = gate.limits.of(under, "band_low_e9"), gate.limits.of(under, "band_high_e9")
    return not command.is_market and not low <= command.price_e9 <= high


def stale_market(gate: ReferenceGate, command: Command) -> bool:
    if gate.clock is None:
        return True
    offset_ns, told_ns = gate.clock
    last_seen_ns = gate.market.venue_of(command.instrument).last_seen_ns
    assert last_seen_ns is not None  # it named the instrument
    if (
        abs(offset_ns) > gate.limits.of(FIRM, "clock_offset_ns")
        or gate.now_ns - told_ns > gate.limits.of(FIRM, "clock_age_ns")
        or gate.now_ns - last_seen_ns > gate.limits.of(FIRM, "feed_silence_ns")
        or gate.market.is_suspect(command.instrument)
    ):
        return True
    return not is_auction(gate, command) and stale_touch(gate, command)


def stale_touch(gate: ReferenceGate, command: Command) -> bool:
    """Part of `stale_market`, for continuous orders."""
    view = gate.market.view(command.instrument)
    if view.touch is None or command.instrument not in gate.ledger.marks:
        return True
    age_ns = gate.now_ns - view.touch.now_ns
    if age_ns > gate.limits.of((Scope.INSTRUMENT, command.instrument), "touch_age_ns"):
        return True
    return command.is_market and (view.ask_e9 if command.is_bid else view.bid_e9) is None


def auction_collar(gate: ReferenceGate, command: Command) -> bool:
    if not is_auction(gate, command):
        return False
    reference = auction_reference(gate, command)
    if reference is None:
        return True
    away = share_of(reference, tightest(gate, command, "auction_collar_ppm"))
    return not command.is_market and abs(command.price_e9 - reference) > away


def collar(gate: ReferenceGate, command: Command) -> bool:
    if is_auction(gate, command) or command.is_market:
        return False
    mark = gate.ledger.marks[command.instrument]
    return abs(command.price_e9 - mark) > share_of(mark, tightest(gate, command, "collar_ppm"))


def blow_through(gate: ReferenceGate, command: Command) -> bool:
    if is_auction(gate, command) or command.is_market:
        return False
    view, ppm = gate.market.view(command.instrument), tightest(gate, command, "blow_through_ppm")
    if command.is_bid:
        ask = view.ask_e9
        return ask is not None and command.price_e9 > saturated(ask + share_of(ask, ppm))
    bid = view.bid_e9
    return bid is not None and command.price_e9 < bid - share_of(bid, ppm)


def order_size(gate: ReferenceGate, command: Command) -> bool:
    return command.size > tightest(gate, command, "order_size")


def too_valuable(gate: ReferenceGate, command: Command) -> bool:
    worth = order_value(gate, command)
    return worth == MAX or worth > tightest(gate, command, "order_value_e6")


def daily_share(gate: ReferenceGate, command: Command) -> bool:
    daily = gate.limits.of((Scope.INSTRUMENT, command.instrument), "average_daily_size")
    return command.size > share_of(daily, tightest(gate, command, "average_daily_ppm"))


def duplicate(gate: ReferenceGate, command: Command) -> bool:
    found = gate.ledger.last_enters.get((command.instrument, command.side))
    if found is None or command.action != CommandAction.ENTER:
        return False
    last, then_ns = found
    if any(getattr(last, n) != getattr(command, n) for n in ("strategy", "size", "price_e9")):
        return False
    window_ns = gate.limits.of((Scope.STRATEGY, command.strategy), "duplicate_window_ns")
    return gate.now_ns - then_ns < window_ns


def short_sale(gate: ReferenceGate, command: Command) -> bool:
    if command.is_bid:
        return False
    firm = gate.ledger.holding(FIRM, command.instrument)
    short = firm.open_asks + command.size - firm.position
    if short <= 0:
        return False
    if not command.flags & CommandFlag.SHORT_SALE:
        return True
    if short > gate.limits.of((Scope.INSTRUMENT, command.instrument), "locate_size"):
        return True
    view = gate.market.view(command.instrument)
    if not view.is_restricted:
        return False
    return command.is_market or view.bid_e9 is None or command.price_e9 <= view.bid_e9


def self_match(gate: ReferenceGate, command: Command) -> bool:
    return any(would_meet(order, command) for order in gate.ledger.live_orders())


def open_orders(gate: ReferenceGate, command: Command) -> bool:
    instrument = Scope.INSTRUMENT, command.instrument
    counted = [(actor, len(gate.ledger.live_of(actor))) for actor in actors_of(command)]
    counted.append((instrument, len(gate.ledger.live_of(FIRM, command.instrument))))
    return any(n + 1 > gate.limits.of(under, "open_orders") for under, n in counted)


def position(gate: ReferenceGate, command: Command) -> bool:
    asked: list[tuple[Under, Under]] = [(actor, actor) for actor in actors_of(command)]
    asked.append(((Scope.INSTRUMENT, command.instrument), FIRM))
    for under, holder in asked:
        held = gate.ledger.holding(holder, command.instrument)
        worst = (
            held.position + held.open_bids + command.size
            if command.is_bid
            else held.open_asks + command.size - held.position
        )
        if worst > gate.limits.of(under, "position_size"):
            return True
    return False


def gross_value(gate: ReferenceGate, command: Command) -> bool:
    worth = order_value(gate, command)
    return worth == MAX or any(
        saturated(
            gate.ledger.totals[actor].executed_value_e6 + gate.ledger.open_value(actor) + worth
        )
        > gate.limits.of(actor, "gross_value_e6")
        for actor in actors_of(command)
    )


def grows(gate: ReferenceGate, command: Command, actor: Under) -> bool:
    """Whether the actor's worst size in the instrument would grow."""
    held = gate.ledger.holding(actor, command.instrument)
    return held.with_order(command).worst_size > held.worst_size


def exposure(gate: ReferenceGate, command: Command) -> bool:
    ledger = gate.ledger
    mark = ledger.marks.get(command.instrument, checking_price(gate, command))
    for actor in actors_of(command):
        if not grows(gate, command, actor):
            continue
        held = ledger.holding(actor, command.instrument)
        own = value(mark, held.with_order(command).worst_size)
        others = ledger.exposure(actor) - ledger.holding_value(actor, command.instrument)
        limit = gate.limits.of(actor, "exposure_value_e6")
        if own == MAX or saturated(others + own) > limit:
            return True
    return False


def loss(gate: ReferenceGate, command: Command) -> bool:
    for actor in actors_of(command):
        total = gate.ledger.totals[actor]
        lost = ceil_thousandth(-total.result_e9)
        fallen = ceil_thousandth(saturated(total.peak_e9 - total.result_e9))
        if grows(gate, command, actor) and (
            lost > gate.limits.of(actor, "loss_value_e6")
            or fallen > gate.limits.of(actor, "drawdown_value_e6")
        ):
            return True
    return False


def instrument_rate(gate: ReferenceGate, command: Command) -> bool:
    under = Scope.INSTRUMENT, command.instrument
    return gate.in_a_second(under) + 1 > gate.limits.of(under, "orders_per_second")


def session_rate(gate: ReferenceGate, command: Command) -> bool:
    limit = gate.limits.of(FIRM, "session_orders_per_second")
    return gate.in_a_second(("session", command.channel)) + 1 > limit


def message_rate(gate: ReferenceGate, command: Command) -> bool:
    return any(
        gate.in_a_second(actor) + 1 > gate.limits.of(actor, "messages_per_second")
        for actor in actors_of(command)
    )


def throttled(gate: ReferenceGate, command: Command) -> bool:
    repeat = gate.repeats[command.strategy]
    gate.roll(command.strategy)
    if repeat.orders + 1 > gate.limits.of((Scope.STRATEGY, command.strategy), "repeat_orders"):
        repeat.is_throttled = True
    return repeat.is_throttled


STEPS: tuple[tuple[Verdict, Callable[[ReferenceGate, Command], bool]], ...] = (
    (Verdict.MALFORMED, malformed),
    (Verdict.FULL, full),
    (Verdict.HIERARCHY, unknown_actor),
    (Verdict.UNKNOWN_INSTRUMENT, outside_table),
    (Verdict.LIMITS, limits_missing),
    (Verdict.HIERARCHY, other_account),
    (Verdict.KILLED, killed),
    (Verdict.FILL_FAULT, gate_halted),
    (Verdict.THROTTLED, already_throttled),
    (Verdict.SESSION_DOWN, session_down),
    (Verdict.UNIDENTIFIED, unidentified),
    (Verdict.UNKNOWN_INSTRUMENT, not_in_session),
    (Verdict.RESTRICTED_INSTRUMENT, not_tradable),
    (Verdict.BAD_TERMS, bad_terms),
    (Verdict.MARKET_ORDER, market_order),
    (Verdict.RESTRICTED_KIND, restricted_kind),
    (Verdict.UNKNOWN_ORDER, unknown_original),
    (Verdict.HALTED, halted),
    (Verdict.STALE_MARKET, stale_market),
    (Verdict.AUCTION_COLLAR, auction_collar),
    (Verdict.COLLAR, collar),
    (Verdict.BLOW_THROUGH, blow_through),
    (Verdict.ORDER_SIZE, order_size),
    (Verdict.ORDER_VALUE, too_valuable),
    (Verdict.DAILY_SHARE, daily_share),
    (Verdict.DUPLICATE, duplicate),
    (Verdict.SHORT_SALE, short_sale),
    (Verdict.SELF_MATCH, self_match),
    (Verdict.OPEN_ORDERS, open_orders),
    (Verdict.POSITION, position),
    (Verdict.GROSS_VALUE, gross_value),
    (Verdict.EXPOSURE, exposure),
    (Verdict.LOSS, loss),
    (Verdict.INSTRUMENT_RATE, instrument_rate),
    (Verdict.SESSION_RATE, session_rate),
    (Verdict.MESSAGE_RATE, message_rate),
    (Verdict.THROTTLED, throttled),
)


def check_cancel(gate: ReferenceGate, command: Command) -> Verdict:
    """The two steps of a cancel."""
    if command.client_order_id == 0:
        return Verdict.MALFORMED
    order = gate.ledger.orders.get(command.client_order_id)
    if order is None or not order.is_live:
        return Verdict.UNKNOWN_ORDER
    if (order.command.instrument, order.command.channel) != (command.instrument, command.channel):
        return Verdict.UNKNOWN_ORDER
    return Verdict.PASSED


def check_order(gate: ReferenceGate, command: Command) -> Verdict:
    """The first step that refuses, or `PASSED`."""
    return next((v for v, refuses in STEPS if refuses(gate, command)), Verdict.PASSED)
