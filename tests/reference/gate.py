"""The risk gate as docs/risk.md tells it: big integers, dictionaries, everything counted anew.

`apply` takes any record and answers a number: of a command its verdict, of a report or a control
what became of it, of all others 0. tests/contract drives other gates against it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from tests.reference import gate_records as records
from tests.reference.gate_checks import check_cancel, check_order, checking_price
from tests.reference.gate_limits import (
    FIRM,
    LIMITS,
    PERMITTED_ACCOUNT,
    LimitStore,
    Under,
    is_given,
)
from tests.reference.gate_market import Market
from tests.reference.gate_orders import Execution, Ledger, Order, OrderState
from tests.reference.gate_records import (
    INSTRUMENT_ALL,
    PRICE_NULL,
    AnyRecord,
    Command,
    CommandAction,
    Control,
    ControlAction,
    ControlVerdict,
    Report,
    ReportAction,
    ReportVerdict,
    Scope,
    Side,
    Verdict,
)

BUCKET_NS = 125_000_000
BUCKETS_BEFORE = 8
NUMBERS_KEPT = 1_024
POSITION_MAX = 2**48


@dataclass
class Session:
    """One order session."""

    is_up: bool = False
    last: int = 0
    seen_to: int = 0  # all numbers up to it count as seen
    seen: set[int] = field(default_factory=set)
    unanswered_at_down: list[int] = field(default_factory=list)

    def begin(self, next_number: int) -> None:
        """Logged in."""
        self.is_up = True
        self.last = self.seen_to = max(0, next_number - 1)
        self.seen = set()

    def sees(self, number: int) -> bool:
        """Whether it is new."""
        if number <= self.seen_to or number in self.seen or number <= self.last - NUMBERS_KEPT:
            return False
        self.seen.add(number)
        self.last = max(self.last, number)
        return True


@dataclass
class Repeat:
    """A strategy's repeat window and its latch."""

    start_ns: int = 0
    orders: int = 0
    executions: int = 0
    is_throttled: bool = False


class ReferenceGate:
    """Everything by dictionaries; sizes in shares, prices in 1e-9 and values in 1e-6 currency."""

    def __init__(
        self,
        *,
        feeds: int = 1,
        instruments: int = 1,
        accounts: int = 1,
        strategies: int = 1,
        sessions: int = 1,
        max_orders: int = 1_024,
        max_executions: int = 1_024,
    ) -> None:
        self.accounts, self.strategies, self.sessions = accounts, strategies, sessions
        self.max_orders = max_orders
        self.actors: list[Under] = [
            FIRM,
            *((Scope.ACCOUNT, i) for i in range(accounts)),
            *((Scope.STRATEGY, i) for i in range(strategies)),
        ]
        self.market = Market(feeds, instruments)
        self.limits = LimitStore()
        self.ledger = Ledger(self.actors, max_executions)
        self.repeats = [Repeat() for _ in range(strategies)]
        self.killed: set[Under] = set()
        self.is_halted = False
        self.clock: tuple[int, int] | None = None  # the offset, and when it was told
        self.now_ns = 0
        self.verdicts: Counter[Verdict] = Counter()
        self._sessions: defaultdict[int, Session] = defaultdict(Session)
        self._passed: defaultdict[object, Counter[int]] = defaultdict(Counter)  # by bucket

    def apply(self, record: AnyRecord) -> int:
        """The next record of the sequence; what the gate answers."""
        self.now_ns = max(self.now_ns, record.now_ns)
        match record:
            case Command():
                return self._on_command(record)
            case Report():
                return self._on_report(record)
            case Control():
                return self._on_control(record)
            case records.Touch():
                mark = self.market.on_touch(record, self.now_ns)
                if mark is not None:
                    self.ledger.set_mark(record.instrument, mark)
            case records.Status():
                self.market.on_status(record, self.now_ns)
            case records.Instrument():
                self.market.on_instrument(record, self.now_ns)
        return 0

    # Questions.

    def session(self, channel: int) -> Session:
        """Of a channel that exists."""
        return self._sessions[channel]

    def is_unanswered(self, client_order_id: int) -> bool:
        """Whether the venue has not said anything yet."""
        return self.ledger.orders[client_order_id].state == OrderState.SENT

    def in_a_second(self, whose: object) -> int:
        """What passed in this bucket and the eight before."""
        bucket = self.now_ns // BUCKET_NS
        passed = self._passed[whose]
        return sum(passed[b] for b in range(bucket - BUCKETS_BEFORE, bucket + 1))

    # Commands.

    def _on_command(self, command: Command) -> Verdict:
        is_cancel = command.action == CommandAction.CANCEL
        verdict = (check_cancel if is_cancel else check_order)(self, command)
        self.verdicts[verdict] += 1
        if verdict == Verdict.PASSED and is_cancel:
            self._count(self.ledger.orders[command.client_order_id].actors)
        elif verdict == Verdict.PASSED:
            self._pass(command)
        return verdict

    def _pass(self, command: Command) -> None:
        self.ledger.pass_order(command, checking_price(self, command), self.now_ns)
        order = self.ledger.orders[command.client_order_id]
        instrument = Scope.INSTRUMENT, command.instrument
        self._count((*order.actors, instrument, ("session", command.channel)))
        self.repeats[command.strategy].orders += 1

    def _count(self, whose: tuple[object, ...]) -> None:
        for one in whose:
            self._passed[one][self.now_ns // BUCKET_NS] += 1

    def roll(self, strategy: int) -> None:
        """The repeat window begins anew when it is over."""
        repeat = self.repeats[strategy]
        window_ns = self.limits.find((Scope.STRATEGY, strategy), "repeat_window_ns") or 0
        if self.now_ns - repeat.start_ns >= window_ns:
            repeat.start_ns, repeat.orders, repeat.executions = self.now_ns, 0, 0

    # Reports.

    def _on_report(self, report: Report) -> ReportVerdict:
        if report.action in (ReportAction.SESSION_UP, ReportAction.SESSION_DOWN):
            return self._on_session(report)
        if report.action == ReportAction.SYSTEM or report.action not in tuple(ReportAction)[1:]:
            return ReportVerdict.IGNORED
        if (
            report.number > 0
            and report.channel < self.sessions
            and not self.session(report.channel).sees(report.number)
        ):
            return ReportVerdict.DUPLICATE
        order = self.ledger.orders.get(report.client_order_id)
        if order is not None:
            return self._on_order_report(order, report)
        if report.action != ReportAction.EXECUTED:
            return ReportVerdict.UNKNOWN_ORDER
        return self._on_foreign_execution(report)

    def _on_session(self, report: Report) -> ReportVerdict:
        if report.channel >= self.sessions:
            return ReportVerdict.IGNORED
        session = self.session(report.channel)
        if report.action == ReportAction.SESSION_UP:
            session.begin(report.number)
            return ReportVerdict.APPLIED
        session.is_up = False
        session.unanswered_at_down = [
            number
            for number, order in self.ledger.orders.items()
            if order.command.channel == report.channel and order.state == OrderState.SENT
        ]
        return ReportVerdict.APPLIED

    def _on_foreign_execution(self, report: Report) -> ReportVerdict:
        is_told = report.side in (Side.BID, Side.ASK) and is_given(report.price_e9)
        if is_told and self.market.has(report.instrument):
            signed_size = report.size if report.side == Side.BID else -report.size
            self.ledger.trade([FIRM], report.instrument, signed_size, report.price_e9)
        return self._fault()

    def _fault(self) -> ReportVerdict:
        self.is_halted = True
        return ReportVerdict.FAULT

    def _on_order_report(self, order: Order, report: Report) -> ReportVerdict:
        match report.action:
            case ReportAction.ACCEPTED | ReportAction.REPLACED:
                return self._on_accepted(order, report)
            case ReportAction.EXECUTED:
                return self._on_executed(order, report)
            case ReportAction.BROKEN:
                return self._on_broken(order, report)
        if not order.is_live:
            return ReportVerdict.IGNORED
        match report.action:
            case ReportAction.CANCELLED:
                order.set_leaves(max(0, order.leaves - report.size))
                order.become_live()
            case ReportAction.REJECTED:
                if order.state != OrderState.SENT:
                    return ReportVerdict.IGNORED
                order.set_leaves(0)
                order.state = OrderState.REJECTED
            case ReportAction.MODIFIED:
                order.set_leaves(min(order.leaves, max(0, report.size - order.executed)))
            case ReportAction.RESTATED:
                order.set_leaves(min(order.leaves, report.size))
                self._take_price(order, report)
            case _:  # cancel_rejected, cancel_pending, priority_updated, corrected
                return ReportVerdict.IGNORED
        return ReportVerdict.APPLIED

    def _on_accepted(self, order: Order, report: Report) -> ReportVerdict:
        if order.state == OrderState.REJECTED:
            return self._fault()
        is_replaced = report.action == ReportAction.REPLACED
        did_something = is_replaced and self._end_original(order)
        if order.state != OrderState.SENT:
            return ReportVerdict.APPLIED if did_something else ReportVerdict.IGNORED
        order.set_leaves(0 if report.reason == ord("D") else min(order.leaves, report.size))
        order.become_live()
        self._take_price(order, report)
        return ReportVerdict.APPLIED

    def _end_original(self, order: Order) -> bool:
        original = self.ledger.orders.get(order.command.original_client_order_id)
        if original is None or not original.is_live:
            return False
        original.set_leaves(0)
        return True

    def _take_price(self, order: Order, report: Report) -> None:
        if is_given(report.price_e9) and not order.command.is_market:
            order.price_e9 = report.price_e9

    def _on_executed(self, order: Order, report: Report) -> ReportVerdict:
        price_e9 = report.price_e9 if is_given(report.price_e9) else order.price_e9
        is_right = self.ledger.execute(order, report.reference, report.size, price_e9)
        order.become_live()
        strategy = order.command.strategy
        repeat = self.repeats[strategy]
        self.roll(strategy)
        repeat.executions += 1
        most = self.limits.find((Scope.STRATEGY, strategy), "repeat_executions")
        if most is not None and repeat.executions > most:
            repeat.is_throttled = True
        return ReportVerdict.APPLIED if is_right else self._fault()

    def _on_broken(self, order: Order, report: Report) -> ReportVerdict:
        found: list[Execution] = [
            one
            for one in self.ledger.executions
            if one.order is order and one.reference == report.reference
        ]
        if not found:
            return self._fault()
        standing = [one for one in found if not one.undone]
        if not standing:
            return ReportVerdict.IGNORED
        self.ledger.undo(standing[-1])
        return ReportVerdict.APPLIED

    # Controls.

    def _on_control(self, control: Control) -> ControlVerdict:
        match control.action:
            case ControlAction.LIMIT:
                return self._change_limit(control)
            case ControlAction.KILL | ControlAction.RESUME:
                return self._switch(control)
            case ControlAction.POSITION:
                return self._set_position(control)
            case ControlAction.TIME:
                pass
            case ControlAction.CLOCK:
                is_known = control.value != PRICE_NULL
                self.clock = (control.value, self.now_ns) if is_known else None
            case ControlAction.HALT:
                self.is_halted = True
            case _:
                return ControlVerdict.UNKNOWN_ACTION
        return ControlVerdict.APPLIED

    def _named(self, control: Control) -> list[Under]:
        """Whom a control is about; nobody where the scope's number is unknown."""
        scope = Scope(control.scope)
        if scope == Scope.FIRM:
            return [FIRM]
        if scope == Scope.INSTRUMENT:
            is_known = self.market.has(control.instrument)
            return [(scope, control.instrument)] if is_known else []
        count = self.accounts if scope == Scope.ACCOUNT else self.strategies
        return [(scope, control.scope_id)] if control.scope_id < count else []

    def _change_limit(self, control: Control) -> ControlVerdict:
        limit = LIMITS.get(control.limit)
        if limit is None:
            return ControlVerdict.UNKNOWN_LIMIT
        if control.scope not in limit.scopes:
            return ControlVerdict.BAD_SCOPE
        named = self._named(control)
        if control.scope == Scope.INSTRUMENT and control.instrument == INSTRUMENT_ALL:
            named = [(Scope.INSTRUMENT, i) for i in self.market.all_instruments()]
        if not named:
            return ControlVerdict.UNKNOWN_SCOPE_ID
        most = self.accounts - 1 if control.limit == PERMITTED_ACCOUNT else limit.most
        if not limit.least <= control.value <= most:
            return ControlVerdict.OUT_OF_RANGE
        olds = [self.limits.find(under, limit.name) for under in named]
        if any(limit.loosens(old, control.value) for old in olds) and not control.has_reason:
            return ControlVerdict.NO_REASON
        for under in named:
            self.limits.set(under, limit.name, control.value)
        return ControlVerdict.APPLIED

    def _switch(self, control: Control) -> ControlVerdict:
        if control.scope not in tuple(Scope)[1:]:
            return ControlVerdict.BAD_SCOPE
        named = self._named(control)
        if not named:
            return ControlVerdict.UNKNOWN_SCOPE_ID
        (under,) = named
        if control.action == ControlAction.KILL:
            self.killed.add(under)
            return ControlVerdict.APPLIED
        if not control.has_reason:
            return ControlVerdict.NO_REASON
        self.killed.discard(under)
        if under == FIRM:
            self.is_halted = False
        elif under[0] == Scope.STRATEGY:
            self.repeats[under[1]] = Repeat(start_ns=self.now_ns)
        return ControlVerdict.APPLIED

    def _set_position(self, control: Control) -> ControlVerdict:
        if control.scope != Scope.ACCOUNT:
            return ControlVerdict.BAD_SCOPE
        named = self._named(control)
        if not named or not self.market.has(control.instrument):
            return ControlVerdict.UNKNOWN_SCOPE_ID
        if abs(control.value) > POSITION_MAX:
            return ControlVerdict.OUT_OF_RANGE
        self.ledger.set_position(named[0], control.instrument, control.value)
        return ControlVerdict.APPLIED
