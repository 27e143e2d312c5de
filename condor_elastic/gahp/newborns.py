"""What this process knows better than a list that was read while it changed something.

The gridmanager completes the job of an instance that is missing from a list, and leaves the VM behind.  A list that was
read before a start ended, and a cloud that shows its instances late, would do that to a VM that has just been started.
A list may also show an instance and miss it the next time (Nova's while it has no answer from a cell, EC2's by its
eventual consistency), so that it was seen once is no reason to believe at once that it is gone.
One that was read before a stop ended shows a VM that runs: the gridmanager would stop it again, and after three times
hold its job as "potentially lost" (GM_CANCEL_CHECK in ec2job.cpp).

And a gridmanager that starts again and looks for the instance of a job with a key pair of its own misses that it runs,
if it runs in the first list: GM_SEEK_INSTANCE_ID takes the only notice of it, and GM_SUBMITTED waits for a change for
ever.  So an instance that this process did not start is told as pending once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from condor_elastic.gahp.driver import LIVING, Instance

GRACE = 60.0
"""Seconds for which an instance may be missing from the lists after its start."""


class Newborns:
    """What was started and stopped in the last GRACE seconds; used from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with none; the clock counts seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._born: dict[str, tuple[float, Instance]] = {}
        self._ended: dict[str, float] = {}
        self._told: set[str] = set()

    def add(self, instance_id: str, token: str) -> None:
        """Remember a start, before its result is handed out."""
        with self._lock:
            self._born[instance_id] = (self._clock(), Instance(instance_id, "pending", token))
            self._told.add(instance_id)

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
        """Read a list; return it with the missing newborns as told last, and as shutting down what ended meanwhile.

        What was stopped before the list was begun stands as the cloud says: a stop may have failed after all.
        """
        began = self._clock()
        listed = read()
        with self._lock:
            seen = {instance.id: instance for instance in listed}
            oldest = began - GRACE  # a list may take longer than that to be read
            self._born = {key: (when, seen.get(key, last)) for key, (when, last) in self._born.items()
                          if when > oldest and seen.get(key, last).state in LIVING}  # fmt: skip
            missing = tuple(last for key, (_, last) in self._born.items() if key not in seen)
            told = tuple(self._corrected(instance, began) for instance in listed) + missing
            self._told.update(instance.id for instance in told)
            return told

    def _corrected(self, instance: Instance, began: float) -> Instance:
        if instance.state in LIVING and self._ended.get(instance.id, began - 1) >= began:
            return replace(instance, state="shutting-down")
        strange = instance.state == "running" and instance.id not in self._told
        return replace(instance, state="pending") if strange else instance
