"""Rings: records of other processes, read as they are published."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from hft import _native
from hft.capture import BATCH_RECORDS, RecordBatch

_NAP_S = 0.0005  # between looks at an empty ring


class RingReader:
    """A reader of a broadcast ring; it writes nothing and slows nobody.

    Args:
        name: The ring's name, as in ``/dev/shm/hft.NAME``.
        newest: Begin with what comes from now on, not with what is still there.

    Raises:
        HftError: There is no such ring, or it has another layout than this build.
    """

    def __init__(self, name: str, *, newest: bool = False) -> None:
        self._native = _native.RingReader(name, newest=newest)

    def read(self, limit: int = BATCH_RECORDS) -> RecordBatch:
        """Return a copy of what is ready now, proved whole; empty where there is nothing."""
        return RecordBatch(self._native.read(limit))

    def peek(self, limit: int = BATCH_RECORDS) -> npt.NDArray[np.void]:
        """Return a view of what is ready now where it lies in shared memory: no copy.

        The producer may overwrite it at any time: compute what is wanted, then ask `keep`. The
        fields ``stamp_*`` hold the ring's own marks.
        """
        return self._native.peek(limit)

    def keep(self, count: int) -> bool:
        """Move past ``count`` peeked records.

        Returns:
            True: all that was read from them until now was whole. False: the producer has come
            round meanwhile; throw away what was made of them. They count as lost.
        """
        return self._native.keep(count)

    def tail(self, limit: int = BATCH_RECORDS) -> Iterator[RecordBatch]:
        """Yield batches as they come, until the producer has closed the ring and all is read."""
        while True:
            closed = self.producer in ("closed", "killed")
            batch = self.read(limit)
            if len(batch) > 0:
                yield batch
            elif closed:
                return
            else:
                time.sleep(_NAP_S)

    @property
    def position(self) -> int:
        """The next record to read, counted since the ring was made."""
        return self._native.position

    @property
    def lost(self) -> int:
        """Records overwritten before this reader came to them."""
        return self._native.lost

    @property
    def capacity(self) -> int:
        """Records that the ring holds."""
        return self._native.capacity

    @property
    def producer(self) -> str:
        """``none``, ``live``, ``closed`` or ``killed``."""
        return self._native.producer


class RingWriter:
    """The one producer of a broadcast ring, which is made if it does not exist.

    Args:
        name: The ring's name.
        records: Its capacity where it is made, a power of two.

    Raises:
        HftError: Another process writes to it.
    """

    def __init__(self, name: str, *, records: int = 1 << 20) -> None:
        self._native = _native.RingWriter(name, records=records)

    def publish(self, records: npt.NDArray[np.void]) -> None:
        """Publish records of any record dtype, shape (n,)."""
        self._native.publish(records)


def remove_ring(name: str) -> None:
    """Take a ring's name away; processes that have it mapped keep the memory.

    Raises:
        HftError: There is none, or a process writes to it.
    """
    _native.ring_remove(name)
