"""What the risk gate knows of venues and instruments: the page's table of market records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.reference import gate_records as records
from tests.reference.gate_limits import is_given
from tests.reference.gate_records import FLAG_BOOK_SUSPECT, NO_LETTER, StatusAction

WHOLE_VENUE = (
    StatusAction.SYSTEM,
    StatusAction.SESSION_START,
    StatusAction.SESSION_END,
    StatusAction.GAP,
    StatusAction.LATE_START,
)


@dataclass
class VenueView:
    """One venue's feed."""

    last_seen_ns: int | None = None
    system_state: str = NO_LETTER
    gaps: int = 0


@dataclass
class SeenTouch:
    """The newest touch of the session, and when it came."""

    bid_e9: int
    ask_e9: int
    now_ns: int


@dataclass
class InstrumentView:
    """One instrument of the table."""

    venue: int = 0  # until it is named
    named: records.Instrument | None = None
    touch: SeenTouch | None = None
    trading_state: str = NO_LETTER
    operational_halt: bool = False
    short_sale_state: str = NO_LETTER
    suspect_flag: bool = False
    seen_gaps: int = 0

    def begin_session(self) -> None:
        """All that a session told is gone; the venue stays."""
        self.named = None
        self.touch = None
        self.trading_state = NO_LETTER
        self.operational_halt = False
        self.short_sale_state = NO_LETTER
        self.suspect_flag = False
        self.seen_gaps = 0

    @property
    def bid_e9(self) -> int | None:
        """The touch's bid where it is given."""
        return self.touch.bid_e9 if self.touch and is_given(self.touch.bid_e9) else None

    @property
    def ask_e9(self) -> int | None:
        """The touch's ask where it is given."""
        return self.touch.ask_e9 if self.touch and is_given(self.touch.ask_e9) else None

    @property
    def is_restricted(self) -> bool:
        """Whether the short sale restriction is on."""
        return self.short_sale_state in ("1", "2")


@dataclass
class Market:
    """All venues, and the instruments of the gate's table."""

    feeds: int
    locates: int
    venues: defaultdict[int, VenueView] = field(default_factory=lambda: defaultdict(VenueView))
    _views: dict[int, InstrumentView] = field(default_factory=dict)

    def has(self, instrument: int) -> bool:
        """Whether it is in the table."""
        return instrument >> 16 < self.feeds and instrument & 0xFFFF < self.locates

    def all_instruments(self) -> Iterator[int]:
        """The whole table."""
        return (feed << 16 | i for feed in range(self.feeds) for i in range(self.locates))

    def view(self, instrument: int) -> InstrumentView:
        """One that is in the table."""
        return self._views.setdefault(instrument, InstrumentView())

    def venue_of(self, instrument: int) -> VenueView:
        """The venue that named the instrument."""
        return self.venues[self.view(instrument).venue]

    def is_suspect(self, instrument: int) -> bool:
        """Whether what is known of it may be wrong."""
        view = self.view(instrument)
        return view.suspect_flag or view.seen_gaps != self.venue_of(instrument).gaps

    def on_touch(self, touch: records.Touch, now_ns: int) -> int | None:
        """Take a touch; the mark that it tells, if it does."""
        self.venues[touch.venue].last_seen_ns = now_ns
        if not self.has(touch.instrument):
            return None
        view = self.view(touch.instrument)
        view.touch = SeenTouch(touch.bid_price_e9, touch.ask_price_e9, now_ns)
        if touch.trading_state != NO_LETTER:
            view.trading_state = touch.trading_state
        view.suspect_flag = bool(touch.flags & FLAG_BOOK_SUSPECT)
        if view.suspect_flag:
            return None
        view.seen_gaps = self.venues[touch.venue].gaps
        if view.bid_e9 is None or view.ask_e9 is None:
            return None
        return (view.bid_e9 + view.ask_e9) // 2

    def on_instrument(self, event: records.Instrument, now_ns: int) -> None:
        """An instrument is named."""
        self.venues[event.venue].last_seen_ns = now_ns
        if self.has(event.instrument):
            view = self.view(event.instrument)
            view.named = event
            view.venue = event.venue

    def on_status(self, status: records.Status, now_ns: int) -> None:
        """A state changes."""
        venue = self.venues[status.venue]
        venue.last_seen_ns = now_ns
        if status.action in WHOLE_VENUE:
            self._on_venue_status(venue, status)
        elif self.has(status.instrument):
            view = self.view(status.instrument)
            if status.action == StatusAction.TRADING:
                view.trading_state = status.state
            elif status.action == StatusAction.OPERATIONAL_HALT:
                view.operational_halt = status.state == "H"
            elif status.action == StatusAction.SHORT_SALE:
                view.short_sale_state = status.state

    def _on_venue_status(self, venue: VenueView, status: records.Status) -> None:
        if status.action == StatusAction.SYSTEM:
            venue.system_state = status.state
        elif status.action == StatusAction.SESSION_END:
            venue.system_state = NO_LETTER
        elif status.action == StatusAction.SESSION_START:
            venue.system_state = NO_LETTER
            venue.gaps = 0
            for view in self._views.values():
                if view.venue == status.venue:
                    view.begin_session()
        else:
            venue.gaps += 1
