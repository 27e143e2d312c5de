"""What this process knows of its instances from one list to the next, so that a list need not tell of ended ones.

EC2 lists an instance for an hour after its end; where many come and go most of a list would be those.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence

from condor_elastic.gahp.driver import Instance

RETENTION = 600.0
"""Seconds for which an end is told: the gridmanager may lose a list by a timeout."""
BY_US = "Client.UserInitiatedShutdown"
"""What EC2 gives as the reason after TerminateInstances."""


class Census:
    """Used from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Know of none; the clock counts seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._living: dict[str, str | None] = {}
        self._stopped: set[str] = set()
        self._gone: dict[str, tuple[float, Instance]] = {}
        self.is_complete = False

    def start(self, instance_id: str, token: str) -> None:
        """Remember an instance that was started."""
        with self._lock:
            self._living[instance_id] = token

    def stop(self, instance_ids: Iterable[str]) -> None:
        """Remember instances that the cloud has accepted to end."""
        with self._lock:
            self._stopped.update(instance_ids)

    def missing(self, living: Iterable[Instance]) -> Sequence[str]:
        """Return those that lived and are not among the living now, though nobody here has stopped them."""
        with self._lock:
            return sorted(set(self._living) - {instance.id for instance in living} - self._stopped)

    def report(self, found: Sequence[Instance]) -> tuple[Instance, ...]:
        """Return what was found and, for RETENTION, what has ended: found so, or stopped here and found no more.

        What was missing and is not found when asked for by its id is not told (newborns.py: a cloud may be late).
        """
        now = self._clock()
        here = {instance.id for instance in found}
        with self._lock:
            ended = [one for one in found if one.state == "terminated"]
            ended += [Instance(key, "terminated", self._living.get(key), reason=BY_US)
                      for key in self._stopped & set(self._living) - here]  # fmt: skip
            self._gone = {key: value for key, value in self._gone.items() if value[0] > now - RETENTION}
            self._gone.update({one.id: (now, one) for one in ended if one.id not in self._gone})
            self._living = {one.id: one.token for one in found if one.state != "terminated"}
            self._stopped &= set(self._living)
            self.is_complete = True
            told = [one for _, one in self._gone.values() if one.id not in here]
        return (*found, *told)
