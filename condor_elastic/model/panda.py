"""What PanDA says: jobs by state and resource type, what a queue is like, and how long a credential lasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

WAITING = frozenset({"activated"})
"""States of jobs that wait for a pilot: this is the demand."""
SERVED = frozenset({"sent", "starting", "running"})
"""States of jobs that hold a slot."""
COMING = frozenset({"pending", "defined", "assigned", "waiting", "throttled"})
"""States of jobs that will be activated once their input is there, or a limit lets them."""
LEAVING = frozenset({"holding", "transferring", "merging"})
"""States of jobs whose payload is done: they use no slot any more."""


@dataclass(frozen=True)
class QueueStats:
    """Jobs of one queue: for each resource type the number in each state, as the server gives them."""

    types: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def count(self, states: frozenset[str], type_: str | None = None) -> int:
        """Count the jobs in these states, of one resource type or of all."""
        chosen = self.types.values() if type_ is None else (self.types.get(type_, {}),)
        return sum(number for counts in chosen for state, number in counts.items() if state in states)

    @property
    def activated(self) -> int:
        """Count the jobs that wait for a pilot."""
        return self.count(WAITING)

    @property
    def running(self) -> int:
        """Count the jobs that hold a slot."""
        return self.count(SERVED)


@dataclass(frozen=True)
class ResourceType:
    """A row of PanDA's table of resource types: cores of a job, and MB of memory for each; None has no bound."""

    name: str
    mincore: int = 1
    maxcore: int | None = None
    minram: int | None = None
    maxram: int | None = None


@dataclass(frozen=True)
class QueueSpec:
    """What PanDA's configuration says of a queue; memory (MB), disk (MB) are those of a slot of corecount cores.

    Zero means that it is not said.  read is when it was read (seconds since 1970); why says what was wrong since then,
    if it could not be had again.
    """

    status: str
    corecount: int = 0
    maxrss: int = 0
    minrss: int = 0
    maxwdir: int = 0
    maxtime: int = 0
    capability: str = ""
    read: int = 0
    why: str = ""


@dataclass(frozen=True)
class Expiry:
    """When a credential that a queue needs ends (seconds since 1970), and what it is in words."""

    what: str
    at: int
