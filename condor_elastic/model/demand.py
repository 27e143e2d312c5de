"""Demand: jobs that wait, what they ask for, and what did not answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unknown:
    """A source that did not answer, or answered what cannot be believed: never a zero."""

    source: str
    why: str

    def __str__(self) -> str:
        return f"{self.source} is unknown ({self.why})"


@dataclass(frozen=True)
class Shape:
    """Cores, memory (MB), disk (KiB) and GPUs of a job's request, of a VM, or of the room that is left on one."""

    cpus: int
    memory: int
    disk: int = 0
    gpus: int = 0

    def holds(self, other: Shape) -> int:
        """Tell how many of the other shape fit into this one."""
        most = min(self.cpus // max(1, other.cpus), self.memory // max(1, other.memory))
        if other.disk:
            most = min(most, self.disk // other.disk)
        if other.gpus:
            most = min(most, self.gpus // other.gpus)
        return max(0, most)

    def minus(self, other: Shape, times: int = 1) -> Shape:
        """Give the room that is left when the other shape is taken out so many times."""
        return Shape(
            self.cpus - times * other.cpus,
            self.memory - times * other.memory,
            self.disk - times * other.disk,
            self.gpus - times * other.gpus,
        )


@dataclass(frozen=True)
class Template(Shape):
    """The machine that one VM of a fleet is: its shape, and the ClassAd text that says all of it."""

    text: str = ""


@dataclass(frozen=True)
class JobGroup:
    """Idle jobs that ask for the same shape and may run on the same fleets' machines and the same kinds of free slot.

    seconds is how long each says it runs, 0 where it does not say.
    """

    shape: Shape
    count: int
    fleets: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    seconds: int = 0


@dataclass(frozen=True)
class Hopeless:
    """Idle jobs that no fleet can ever run, and for each fleet the clause that fails."""

    jobs: str
    count: int
    clauses: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Say it in one sentence."""
        why = "; ".join(f"on {fleet}: {clause}" for fleet, clause in self.clauses)
        return f"{self.count} idle {'job' if self.count == 1 else 'jobs'} ({self.jobs}) can run on no fleet: {why}"


@dataclass(frozen=True)
class PilotJob:
    """A pilot of ours in the schedd's queue; started is None while it has never run; type is PanDA's resource type."""

    id: str
    queue: str
    status: int
    started: int | None = None
    type: str = ""
