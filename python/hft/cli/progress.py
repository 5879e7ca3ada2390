"""A progress bar for long files: share, rate and time left. Only on a terminal, only on stderr."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self

import click

from hft import units

WAIT_S = 0.5  # a file done within this time gets no bar


class ProgressBar:
    """Call it with what is done, what is to do (0: not known) and messages; shows what it can.

    Args:
        label: What is going on.
    """

    def __init__(self, label: str) -> None:
        self._label = label
        self._start = time.monotonic()
        self._bar: Any = None  # click's bar, once it is worth showing
        self._wanted = sys.stderr.isatty()

    def __enter__(self) -> Self:
        """Nothing is shown yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave the bar as it stands and go to the next line."""
        if self._bar is not None:
            self._bar.render_finish()

    def __call__(self, done: int, total: int, messages: int) -> None:
        """Show how far the work is."""
        elapsed = time.monotonic() - self._start
        if not self._wanted or total <= 0 or elapsed < WAIT_S:
            return
        if self._bar is None:
            self._bar = click.progressbar(
                length=total,
                label=self._label,
                file=sys.stderr,
                show_eta=True,
                item_show_func=lambda rate: rate,
            )
        rate = f"{units.si(messages / elapsed)} messages/s"
        self._bar.update(max(min(done, total) - self._bar.pos, 0), rate)
