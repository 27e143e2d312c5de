"""Many single calls made at about the same time become one call for all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future

MOMENT = 0.05
"""Seconds to wait for others; the gridmanager ends instances one by one, a thousand a second."""
MOST = 100
"""Instances in one TerminateInstances: one that cannot be ended fails them all, and large ones time out."""


class Gather:
    """Hands to work what was asked for within a moment; used from several threads."""

    def __init__(self, work: Callable[[Sequence[str]], None], moment: float = MOMENT) -> None:
        """Call work with a list of at least one; what it raises, all of that list get."""
        self._work = work
        self._moment = moment
        self._lock = threading.Lock()
        self._waiting: list[tuple[str, Future[None]]] = []

    def ask(self, item: str) -> None:
        """Return once work has been done for this item.  Raises what work raised."""
        done: Future[None] = Future()
        with self._lock:
            self._waiting.append((item, done))
            first = len(self._waiting) == 1
        if first:
            time.sleep(self._moment)
            with self._lock:
                taken, self._waiting = self._waiting, []
            for start in range(0, len(taken), MOST):
                self._serve(taken[start : start + MOST])
        done.result()

    def _serve(self, taken: list[tuple[str, Future[None]]]) -> None:
        try:
            self._work([item for item, _ in taken])
        except Exception as error:  # whatever it is, each waiting thread must learn it
            for _, done in taken:
                done.set_exception(error)
        else:
            for _, done in taken:
                done.set_result(None)
