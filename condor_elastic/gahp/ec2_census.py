"""What this process knows of its instances from one list to the next, so that a list need not describe each of them.

DescribeInstances gives two kilobytes an instance, over and over, and an hour long those that have ended;
DescribeInstanceStatus gives the state alone.  So an instance is described when it is new to us, when it ends, for the
reason, and once it has been told to run, for its address.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from condor_elastic.gahp.driver import LIVING, Instance

RETENTION = 600.0
"""Seconds for which an end is told: the gridmanager may lose a list by a timeout."""
BY_US = "Client.UserInitiatedShutdown"
"""What EC2 gives as the reason after TerminateInstances."""
ADDRESSES = 200
"""Instances described in one list only because they run by now."""
CROWD = 1000
"""So many instances of others in the account, and twice ours, make their states dearer than our descriptions."""


class Census:
    """Used from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Know of none; the clock counts seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, Instance] = {}
        self._waiting: dict[str, None] = {}
        self._stopped: set[str] = set()
        self._gone: dict[str, tuple[float, Instance]] = {}
        self._settled: set[str] = set()
        self.is_begun = False

    @property
    def is_crowded(self) -> bool:
        """Tell whether most instances of the account are not ours."""
        with self._lock:
            return len(self._settled) > CROWD + 2 * len(self._known)

    def start(self, instance_id: str, token: str) -> None:
        """Remember an instance that was started."""
        with self._lock:
            self._known.setdefault(instance_id, Instance(instance_id, "pending", token))
            self._waiting[instance_id] = None

    def stop(self, instance_ids: Iterable[str]) -> None:
        """Remember instances that the cloud has accepted to end."""
        with self._lock:
            self._stopped.update(instance_ids)

    def unsettled(self, states: Mapping[str, str]) -> Sequence[str]:
        """Return the instances that are to be described, now that these are the states of all."""
        with self._lock:
            fresh = [key for key in states if key not in self._known and key not in self._settled]
            changed = [key for key, one in self._known.items()
                       if key not in self._stopped and states.get(key) not in (*LIVING, one.state)]  # fmt: skip
            run = [key for key in self._waiting if self._known[key].state == states.get(key) == "running"
                   and key not in self._stopped]  # fmt: skip
            return [*fresh, *changed, *run[:ADDRESSES]]

    def report(
        self, found: Sequence[Instance], states: Mapping[str, str], asked: Iterable[str] = ()
    ) -> tuple[Instance, ...]:
        """Return all that live, by their descriptions and states, and for RETENTION those that have ended.

        asked: what was to be described; what is in the list of states and was not found so is not ours.  What is
        neither there nor described is not told (newborns.py: a cloud may be late).
        """
        described = {instance.id: instance for instance in found}
        with self._lock:
            merged = {**{key: self._now(one, states.get(key)) for key, one in self._known.items()}, **described}
            ended = {key: one for key, one in merged.items() if one and one.state == "terminated"}
            self._known = {key: one for key, one in merged.items() if one and key not in ended}
            self._stopped &= set(self._known)
            pending = dict.fromkeys(key for key, one in described.items() if one.state == "pending")
            self._waiting = {**{key: None for key in self._waiting if key in self._known and key not in described},
                             **pending}  # fmt: skip
            self._settled = {key for key in (*self._settled, *asked, *ended) if key in states} - set(self._known)
            self._remember(ended)
            self.is_begun = True
            return (*self._known.values(), *(one for _, one in self._gone.values()))

    def _now(self, known: Instance, state: str | None) -> Instance | None:
        """Return an instance that was not described as it is; None when nobody knows."""
        if known.id in self._stopped and state in (None, "terminated"):
            return replace(known, state="terminated", reason=BY_US)
        return replace(known, state=state) if state else None

    def _remember(self, ended: Mapping[str, Instance]) -> None:
        now = self._clock()
        self._gone = {key: value for key, value in self._gone.items() if value[0] > now - RETENTION}
        self._gone.update({key: (now, one) for key, one in ended.items() if key not in self._gone})
