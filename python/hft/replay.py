"""Captures in, books out: run a capture through the engine, at once or step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, Self

from hft import _native
from hft._native import Kind, Venue
from hft.book import BookSet
from hft.capture import BATCH_RECORDS, PathLike, RecordBatch, as_kinds, as_paths
from hft.errors import UsageError
from hft.instruments import InstrumentTable
from hft.summary import Summary
from hft.times import TimeLike, time_bounds

Progress = Callable[[int, int, int], object]
"""Called about ten times a second with bytes read, bytes in all (0: not known), and messages."""

MAX_ORDERS = 4_000_000
MAX_INSTRUMENTS = 65_536


class Replay:
    """A capture on its way through feed handlers and books.

    Either `run` it to the end, or iterate over its `batches`: after each batch the books stand
    exactly behind the batch's last record, and can be asked anything.

    Args:
        paths: One capture or raw ITCH file, or several. Several captures are merged by their
            packets' times, so line A and line B may lie in two files; raw files run one after the
            other in the order given.
        feed: A TOML file that says which endpoint is which line of which feed, or a venue such as
            ``xnas`` (only its feeds; of raw files, whose they are); empty: all that is recognised.
        date: Session date, ``YYYY-MM-DD``; empty: from the capture's stamps or the file's name.
        kinds: Kinds of records to pass on, as ``Kind`` or by name; empty: all.
        instruments: Symbols; empty: all. Books are built of all, records and touches go on for
            these.
        start: Records and touches before it are not passed on; books are built from the beginning.
            See ``hft.times.TimeLike``.
        stop: The replay ends at the first message at or after it.
        pace: 0: as fast as possible; 1: by the capture's own clock; 10: ten times as fast.
        book: ``fast``, ``map`` (the reference) or ``none``.
        max_orders: Live orders per feed; more are refused and counted. None: 4,000,000, or what
            the configuration says.
        max_instruments: Locate codes from here on are refused and counted. None: 65,536, likewise.
        latency: Sample the stages' latencies.
        records: File for the records, ``.npy``.
        touch: File for the touches, ``.npy``.
        ring: Name of a broadcast ring to publish the records to.
        overwrite: Output files that exist are replaced instead of refused.

    Raises:
        HftError: A file is missing or not a capture, an output exists, ….

    Examples:
        >>> import hft, tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "session.pcap"
        >>> made = hft.synthesize(path, messages=20_000, instruments=50)
        >>> summary = Replay(path).run()
        >>> summary.messages == made.messages
        True
    """

    def __init__(
        self,
        paths: PathLike | Sequence[PathLike],
        *,
        feed: str = "",
        date: str = "",
        kinds: Iterable[Kind | str] = (),
        instruments: Sequence[str] = (),
        start: TimeLike | None = None,
        stop: TimeLike | None = None,
        pace: float = 0.0,
        book: str = "fast",
        max_orders: int | None = None,
        max_instruments: int | None = None,
        latency: bool = True,
        records: PathLike | None = None,
        touch: PathLike | None = None,
        ring: str = "",
        overwrite: bool = False,
    ) -> None:
        if pace < 0:
            raise UsageError(f"pace: {pace} is negative; use 1 for the capture's own clock")
        chosen = _choose(feed, max_orders, max_instruments)
        bounds = time_bounds(start, stop)
        self._native = _native.Replay(
            as_paths(paths),
            date=date,
            symbols=list(instruments),
            kinds=as_kinds(kinds),
            start_ns=bounds.start_ns,
            stop_ns=bounds.stop_ns,
            times_since_midnight=bounds.since_midnight,
            pace=pace,
            book=book,
            latency=latency,
            records_path="" if records is None else as_paths(records)[0],
            touch_path="" if touch is None else as_paths(touch)[0],
            ring=ring,
            overwrite=overwrite,
            **chosen,
        )
        self._tables: dict[int, InstrumentTable] = {}

    def run(self, progress: Progress | None = None) -> Summary:
        """Run to the end, or until Ctrl-C, which ends it cleanly with the summary so far.

        Raises:
            HftError: No packet of the feed, or a symbol, was found; the disk is full.
        """
        try:
            self._native.run(progress)
        except KeyboardInterrupt:
            self._native.stop()
            self._native.run()
        return self.summary()

    def batches(self, records: int = BATCH_RECORDS) -> Iterator[RecordBatch]:
        """Step through the capture; the books follow.

        Args:
            records: About how many to a batch: the packet at hand is always finished. With 1, a
                batch is the records of one packet, and of a raw file those of one message.

        Yields:
            Batches of records with the touches they made. The last one may be short.
        """
        while (batch := self._native.step(records)) is not None:
            yield RecordBatch(batch, self._native.take_touches())

    def __iter__(self) -> Iterator[RecordBatch]:
        """Step through the capture in batches of the usual size."""
        return self.batches()

    def book(self, feed: str = "") -> BookSet:
        """Return the books of a feed as they stand now; they follow the replay.

        Args:
            feed: Its name, or its venue; may be left out where there is one feed.

        Raises:
            UsageError: There is no such feed so far, or several; or the replay has no books.
        """
        index = self._feed(feed)
        try:
            native = self._native.book(index)
        except ValueError as error:
            raise UsageError(f"{error}; give book='fast'") from error
        return BookSet._of_replay(native, lambda: self._table(index))

    def instruments(self, feed: str = "") -> InstrumentTable:
        """Return the symbols that a feed has named so far; ``feed`` as in `book`."""
        return InstrumentTable(self._native.instruments(self._feed(feed)))

    @property
    def feeds(self) -> list[str]:
        """The names of the feeds seen so far."""
        return [name for _, name, _ in self._native.feeds]

    @property
    def progress(self) -> tuple[int, int, int]:
        """Bytes read, bytes in all (0: not known), and messages, as `run` tells them."""
        return self._native.progress

    def stop(self) -> None:
        """End a `run` in another thread after the packets at hand."""
        self._native.stop()

    def summary(self) -> Summary:
        """Return what was found so far."""
        return Summary(self._native.summary())

    def close(self) -> None:
        """Complete the output files; `run` does it by itself, and so does the last batch."""
        self._native.close()

    def __enter__(self) -> Self:
        """Return the replay."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Complete the output files, unless an error ended the block: then they are removed."""
        if error is None:
            self.close()

    def _feed(self, name: str) -> int:
        found = [i for i, own, venue in self._native.feeds if name in ("", own, venue.name)]
        if len(found) == 1:
            return found[0]
        known = ", ".join(self.feeds) or "none so far"
        raise UsageError(f"feed {name!r}: {len(found)} feeds fit; choose one of: {known}")

    def _table(self, feed: int) -> InstrumentTable:
        """Return the feed's symbols, asked for again when more have been named."""
        count = self._native.instrument_count(feed)
        if len(self._tables.get(feed, ())) != count:
            self._tables[feed] = InstrumentTable(self._native.instruments(feed))
        return self._tables[feed]


def _choose(feed: str, max_orders: int | None, max_instruments: int | None) -> dict[str, Any]:
    """Read what ``feed`` says: a configuration file, or a venue."""
    chosen: dict[str, Any] = {
        "max_orders": max_orders or MAX_ORDERS,
        "max_instruments": max_instruments or MAX_INSTRUMENTS,
    }
    if feed.endswith(".toml"):
        import ipaddress

        from hft.config import endpoint_of, load_config

        config = load_config(feed)
        chosen["max_orders"] = max_orders or config.limits.max_orders
        chosen["max_instruments"] = max_instruments or config.limits.max_instruments
        chosen["feeds"] = [
            (
                one.name,
                Venue[one.venue],
                one.channel,
                [
                    (ipaddress.ip_address(endpoint.group).packed, endpoint.port)
                    for endpoint in map(endpoint_of, one.lines)
                ],
            )
            for one in config.feed
        ]
    elif feed:
        venues = [venue.name for venue in Venue if venue]
        if feed not in venues:
            raise UsageError(
                f"feed {feed!r}: neither a .toml file nor a venue; venues: {', '.join(venues)}"
            )
        chosen["venue"] = Venue[feed]
    return chosen
