"""Synthetic sessions by seed: the same options give the same bytes on every machine."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, NamedTuple

from hft import _native
from hft.capture import PathLike, as_paths


class LineFaults(NamedTuple):
    """What happens to one line's packets; probabilities per packet."""

    loss: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class SynthSummary:
    """What a session became.

    Attributes:
        messages: Messages written.
        messages_by_type: The same by the specification's letter.
        bytes: Of the file.
        live_orders: At the end.
        max_live_orders: At any time.
        max_levels: Of one side of one book, at any time.
        digest: Of the books at the end, as a replay without gaps prints it.
        packets: Distinct ones with messages; 0 of a raw file.
        lines: Counts of both lines' packets; empty counts of a raw file.
        gaps: Runs of messages lost on both lines.
        gap_messages: Messages in them.
    """

    messages: int
    messages_by_type: dict[str, int]
    bytes: int
    live_orders: int
    max_live_orders: int
    max_levels: int
    digest: str
    packets: int
    lines: list[dict[str, int]]
    gaps: int
    gap_messages: int

    def as_dict(self) -> dict[str, Any]:
        """Return the fields, ready for ``json.dumps``."""
        return dataclasses.asdict(self)


def synthesize(
    path: PathLike,
    *,
    seed: int = 1,
    messages: int = 1_000_000,
    instruments: int = 8_300,
    live_orders: int = 0,
    zipf_exponent: float = 0.9,
    sparse_order_ids: bool = False,
    halts: int = 20,
    crosses: bool = True,
    date: str = "2026-01-05",
    line_a: LineFaults = LineFaults(),  # noqa: B008  # it is immutable
    line_b: LineFaults = LineFaults(),  # noqa: B008
    gap: float = 0.0,
    overwrite: bool = False,
    progress: Callable[[int], object] | None = None,
) -> SynthSummary:
    """Write a synthetic Nasdaq session.

    Args:
        path: A capture of both lines where the name ends in ``.pcap``, else a raw file.
        seed: Another seed, another session.
        messages: Of the whole session.
        instruments: At most 65,535.
        live_orders: Reached after a ramp, then held; 0: 1.5 million, or fewer in a short session.
        zipf_exponent: Of the instruments' activity.
        sparse_order_ids: Order ids at random over 48 bits instead of rising.
        halts: Instruments halted and resumed during the day.
        crosses: An opening and a closing cross of every instrument.
        date: Session date, ``YYYY-MM-DD``.
        line_a: Faults of line A.
        line_b: Faults of line B.
        gap: Probability per packet that both lines lose it.
        overwrite: Replace a file that exists.
        progress: Called a few times a second with the messages done.

    Raises:
        HftError: An option is out of range, the file exists, or the disk is full.
    """
    made = _native.synth_generate(
        as_paths(path)[0],
        seed=seed,
        messages=messages,
        instruments=instruments,
        live_orders=live_orders,
        zipf_exponent=zipf_exponent,
        sparse_order_ids=sparse_order_ids,
        halts=halts,
        crosses=crosses,
        session_date=int(date.replace("-", "")),
        line_a=tuple(line_a),
        line_b=tuple(line_b),
        gap=gap,
        overwrite=overwrite,
        progress=progress,
    )
    return SynthSummary(**{**made, "digest": f"{made['digest']:016x}"})
