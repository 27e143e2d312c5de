"""Instances that were started and that no list has shown yet.

The gridmanager completes the job of an instance that is missing from a list, and leaves the VM behind.  A list that was
read before a start ended, and a cloud that shows its instances late, would do that to a VM that has just been started.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from condor_elastic.gahp.driver import Instance

GRACE = 60.0
"""Seconds for which an instance may be missing from the lists after its start."""


class Newborns:
    """What was started in the last GRACE seconds; used from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with none; the clock counts seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._born: dict[str, tuple[float, str]] = {}

    def add(self, instance_id: str, token: str) -> None:
        """Remember a start, before its result is handed out."""
        with self._lock:
            self._born[instance_id] = (self._clock(), token)

    def forget(self, instance_ids: Iterable[str]) -> None:
        """Forget instances that have been stopped."""
        with self._lock:
            for instance_id in instance_ids:
                self._born.pop(instance_id, None)

    def complete(self, listed: tuple[Instance, ...]) -> tuple[Instance, ...]:
        """Return the list with the missing newborns added as pending."""
        with self._lock:
            for instance in listed:
                self._born.pop(instance.id, None)
            oldest = self._clock() - GRACE
            self._born = {key: value for key, value in self._born.items() if value[0] > oldest}
            missing = tuple(Instance(key, "pending", token) for key, (_, token) in self._born.items())
            return listed + missing
