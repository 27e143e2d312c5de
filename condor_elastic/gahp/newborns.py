"""What this process knows better than a list that was read while it changed something.

The gridmanager completes the job of an instance that is missing from a list, and leaves the VM behind.  A list that was
read before a start ended, and a cloud that shows its instances late, would do that to a VM that has just been started.
One that was read before a stop ended shows a VM that runs: the gridmanager would stop it again, and after three times
hold its job as "potentially lost" (GM_CANCEL_CHECK in ec2job.cpp).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from condor_elastic.gahp.driver import Instance

GRACE = 60.0
"""Seconds for which an instance may be missing from the lists after its start."""


class Newborns:
    """What was started and stopped in the last GRACE seconds; used from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with none; the clock counts seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._born: dict[str, tuple[float, str]] = {}
        self._ended: dict[str, float] = {}

    def add(self, instance_id: str, token: str) -> None:
        """Remember a start, before its result is handed out."""
        with self._lock:
            self._born[instance_id] = (self._clock(), token)

    def forget(self, instance_ids: Iterable[str]) -> None:
        """Forget instances that are about to be stopped."""
        with self._lock:
            for instance_id in instance_ids:
                self._born.pop(instance_id, None)

    def end(self, instance_ids: Iterable[str]) -> None:
        """Remember that the cloud has just accepted to end these."""
        now = self._clock()
        with self._lock:
            self._ended = {key: when for key, when in self._ended.items() if when > now - GRACE}
            self._ended.update(dict.fromkeys(instance_ids, now))

    def complete(self, read: Callable[[], tuple[Instance, ...]]) -> tuple[Instance, ...]:
        """Read a list; return it with the missing newborns as pending, and as shutting down what ended meanwhile.

        What was stopped before the list was begun stands as the cloud says: a stop may have failed after all.
        """
        began = self._clock()
        listed = read()
        with self._lock:
            for instance in listed:
                self._born.pop(instance.id, None)
            oldest = self._clock() - GRACE
            self._born = {key: value for key, value in self._born.items() if value[0] > oldest}
            missing = tuple(Instance(key, "pending", token) for key, (_, token) in self._born.items())
            return tuple(self._corrected(instance, began) for instance in listed) + missing

    def _corrected(self, instance: Instance, began: float) -> Instance:
        stale = instance.state in ("pending", "running") and self._ended.get(instance.id, began - 1) >= began
        return replace(instance, state="shutting-down") if stale else instance
