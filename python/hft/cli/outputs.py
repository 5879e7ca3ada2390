"""The files that a replay writes: checked before the work begins, complete or gone at its end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from hft import export
from hft.cli.progress import ProgressBar
from hft.errors import UsageError
from hft.replay import Replay
from hft.report.touch_series import TouchCollector
from hft.summary import Summary

BATCH_RECORDS = 1 << 18


class Outputs:
    """Runs a replay into its files.

    Args:
        inputs: The captures; none of them may be written to.
        report: HTML report.
        records: Records, by suffix.
        touch: Touches, by suffix.
        overwrite: Replace files that exist.

    Raises:
        UsageError: A suffix names no format, or two names are the same file.
        HftError: A file exists, or its folder does not.
    """

    def __init__(
        self,
        *,
        inputs: Sequence[Path],
        report: Path | None,
        records: Path | None,
        touch: Path | None,
        overwrite: bool,
    ) -> None:
        chosen = [path for path in (report, records, touch) if path is not None]
        _refuse_same(chosen, inputs)
        native = {path: export.is_native(path) for path in (records, touch) if path is not None}
        for path in chosen:
            export.refuse_existing(path, overwrite)
        self._report, self._overwrite = report, overwrite
        self.native_records = records if records is not None and native[records] else None
        self.native_touch = touch if touch is not None and native[touch] else None
        self._records = _sink(records, self.native_records, "records", overwrite)
        self._touch = _sink(touch, self.native_touch, "touches", overwrite)
        self._touches = TouchCollector()

    def __enter__(self) -> Self:
        """Nothing to do: the files were created already."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove what was not completed."""
        for sink in (self._records, self._touch):
            if sink is not None:
                sink.discard()

    def run(self, replay: Replay, progress: ProgressBar) -> Summary:
        """Run the replay to its end or to Ctrl-C, complete the files, and return the summary."""
        if self._records is None and self._touch is None and self._report is None:
            summary = replay.run(progress)
        else:
            summary = self._run_in_batches(replay, progress)
        symbols = _symbols_of(replay)
        for sink in (self._records, self._touch):
            if sink is not None:
                sink.commit(symbols)
        self._note_outputs(summary)
        if self._report is not None:
            from hft.report.page import render_page  # jinja2 is imported for reports only

            page = render_page(summary.as_dict(), self._touches)
            export.write_text(self._report, page, overwrite=self._overwrite)
        return summary

    def _run_in_batches(self, replay: Replay, progress: ProgressBar) -> Summary:
        """Take each batch through Python; Ctrl-C ends with what was taken so far."""
        symbols: export.Symbols = {}
        try:
            for batch in replay.batches(BATCH_RECORDS):
                progress(*replay.progress)
                if self._records is not None:
                    symbols = _symbols_of(replay)
                    self._records.write(batch.array, symbols)
                if self._touch is not None:
                    symbols = symbols or _symbols_of(replay)
                    self._touch.write(batch.touches, symbols)
                if self._report is not None:
                    self._touches.add(batch.touches)
        except KeyboardInterrupt:
            replay.stop()
            return replay.run()
        return replay.summary()

    def _note_outputs(self, summary: Summary) -> None:
        """Put the files written from here into the summary, beside the engine's own."""
        outputs = summary.as_dict()["outputs"]
        if self._records is not None:
            outputs["records"] = {"path": str(self._records.path), "count": self._records.count}
        if self._touch is not None:
            outputs["touch"] = {"path": str(self._touch.path), "count": self._touch.count}


def _symbols_of(replay: Replay) -> export.Symbols:
    """Return the symbols named so far, by instrument, of all feeds."""
    tables = (replay.instruments(feed) for feed in replay.feeds)
    return {instrument: symbol for table in tables for symbol, instrument in table.items()}


def _sink(
    path: Path | None, native: Path | None, what: export.What, overwrite: bool
) -> export.Sink | None:
    if path is None or native is not None:
        return None
    return export.open_sink(path, what, overwrite=overwrite)


def _refuse_same(chosen: Sequence[Path], inputs: Sequence[Path]) -> None:
    taken = {path.resolve(): path for path in inputs}
    for path in chosen:
        if path.resolve() in taken:
            raise UsageError(
                f"{path}: the same file as {taken[path.resolve()]}; choose another name to write to"
            )
        taken[path.resolve()] = path
