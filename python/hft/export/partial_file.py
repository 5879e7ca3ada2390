"""Output files that are there whole or not at all.

Written under a name of their own beside the target and renamed at the end, so that nobody ever
reads half a file and a failed run leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from hft.errors import HftError

_NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


def refuse_existing(path: Path, overwrite: bool) -> None:
    """Check that an output may be written.

    Raises:
        HftError: The file exists and may not be overwritten, or its folder does not exist.
    """
    if path.exists() and not overwrite:
        raise HftError(
            f"{path}: the output file exists; choose another name, or pass --force to replace it"
        )
    if not path.absolute().parent.is_dir():
        raise HftError(
            f"{path}: its folder does not exist; create {path.absolute().parent} or choose another"
        )


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn a failed write into one message that says which file, what, and what to do."""
    try:
        yield
    except OSError as error:
        remedy = (
            "free some space, or write to another disk"
            if error.errno in _NO_ROOM
            else "check the disk, and that you may write there"
        )
        reason = error.strerror or str(error)
        raise HftError(
            f"{path}: writing failed: {reason} (the partial file was removed); {remedy}"
        ) from error


class PartialFile:
    """A file on its way: write to `path`, then `commit` or `discard`.

    Args:
        target: The name that it shall have in the end.
        overwrite: A file of that name is replaced, at the end and in one step.

    Attributes:
        path: Where to write until then.
    """

    def __init__(self, target: Path, *, overwrite: bool) -> None:
        refuse_existing(target, overwrite)
        self.target = target
        self.path = target.with_name(f".{target.name}.{os.getpid()}.partial")

    def commit(self) -> None:
        """Give the file its name."""
        with explained(self.target):
            self.path.replace(self.target)

    def discard(self) -> None:
        """Remove what was written so far; a second call does nothing."""
        self.path.unlink(missing_ok=True)


def write_text(target: Path, text: str, *, overwrite: bool) -> None:
    """Write a whole text file, UTF-8.

    Raises:
        HftError: It exists and may not be overwritten, or cannot be written.
    """
    partial = PartialFile(target, overwrite=overwrite)
    try:
        with explained(target):
            partial.path.write_text(text, encoding="utf-8")
        partial.commit()
    finally:
        partial.discard()
