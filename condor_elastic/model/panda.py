"""What PanDA says: jobs by state and resource type, what a queue is like, and how long a credential lasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

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

    def count(self, states: frozenset[str], kind: str | None = None) -> int:
        """Count the jobs in these states, of one resource type or of all."""
        chosen = self.types.values() if kind is None else (self.types.get(kind, {}),)
        return sum(number for counts in chosen for state, number in counts.items() if state in states)


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


@dataclass(frozen=True)
class EndedPilot:
    """A pilot of ours that has ended by itself: when it started (seconds since 1970) and how long it ran (seconds)."""

    queue: str
    started: int
    seconds: int


@dataclass(frozen=True)
class Order:
    """What an administrator ordered for a queue out of band, and in words who, when and why."""

    order: Literal["pause", "drain"]
    said: str
