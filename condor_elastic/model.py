"""What one cycle sees, thinks and does, as frozen data; imports the standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Union

IDLE, RUNNING, REMOVED, COMPLETED, HELD = 1, 2, 3, 4, 5  # JobStatus, manual: Job ClassAd Attributes

Phase = Literal["requested", "starting", "booting", "idle", "busy", "retiring", "drained", "failed"]
SERVING: tuple[Phase, ...] = ("idle", "busy")
PENDING: tuple[Phase, ...] = ("requested", "starting", "booting")


@dataclass(frozen=True)
class Unknown:
    """A source that did not answer, or answered what cannot be believed: never a zero."""

    source: str
    why: str

    def __str__(self) -> str:
        return f"{self.source} is unknown ({self.why})"


@dataclass(frozen=True)
class Shape:
    """Cores and memory (MB) of a job's request, of a VM, or of the room that is left on one."""

    cpus: int
    memory: int

    def holds(self, other: Shape) -> int:
        """Tell how many of the other shape fit into this one."""
        return max(0, min(self.cpus // max(1, other.cpus), self.memory // max(1, other.memory)))

    def minus(self, other: Shape, times: int = 1) -> Shape:
        """Give the room that is left when the other shape is taken out so many times."""
        return Shape(self.cpus - times * other.cpus, self.memory - times * other.memory)


@dataclass(frozen=True)
class JobGroup:
    """Idle jobs that ask for the same shape and may run on the same fleets."""

    shape: Shape
    count: int
    fleets: frozenset[str] = frozenset()


@dataclass(frozen=True)
class QueueStats:
    """What PanDA says of one queue: jobs that wait for a pilot, and jobs that hold a slot."""

    activated: int
    running: int


@dataclass(frozen=True)
class PilotJob:
    """A pilot of ours in the schedd's queue; started is None while it has never run."""

    id: str
    queue: str
    status: int
    started: int | None = None


@dataclass(frozen=True)
class VmJob:
    """The grid-universe job that is one VM; times are seconds since the epoch."""

    id: str
    vm: str
    fleet: str
    status: int
    since: int
    instance: str = ""
    joined: int | None = None
    retired: int = 0
    unretired: int = 0
    hold_reason: str = ""
    hold_code: int | None = None
    hold_subcode: int | None = None


@dataclass(frozen=True)
class Startd:
    """What the slot ads of one worker say: its room, and since when nothing changed on it."""

    name: str
    vm: str
    fleet: str
    whole: Shape
    free: Shape
    claimed: int
    since: int
    retiring: bool


@dataclass(frozen=True)
class Worker:
    """A VM job and, once it has joined the pool, its startd."""

    vm: VmJob
    startd: Startd | None = None

    @property
    def phase(self) -> Phase:
        """Derive the phase from the ads alone, so that a crash can lose nothing."""
        if self.vm.status == HELD:
            return "failed"
        if self.startd is not None:
            if self.startd.retiring:
                return "retiring"
            return "busy" if self.startd.claimed else "idle"
        if self.vm.status == RUNNING:
            return "booting" if self.vm.joined is None else "drained"
        return "starting" if self.vm.instance else "requested"


@dataclass(frozen=True)
class Pool:
    """Workers joined from both sides, and what has no counterpart."""

    workers: tuple[Worker, ...] = ()
    strays: tuple[Startd, ...] = ()

    def of(self, fleet: str) -> tuple[Worker, ...]:
        """Give the workers of one fleet."""
        return tuple(w for w in self.workers if w.vm.fleet == fleet)


@dataclass(frozen=True)
class Snapshot:
    """One look at everything; what could not be seen is Unknown."""

    now: int
    queues: Mapping[str, QueueStats | Unknown] = field(default_factory=dict)
    idle: tuple[JobGroup, ...] | Unknown = ()
    pilots: tuple[PilotJob, ...] | Unknown = ()
    vms: tuple[VmJob, ...] | Unknown = ()
    startds: tuple[Startd, ...] | Unknown = ()


@dataclass(frozen=True)
class SubmitPilots:
    """Submit so many pilots for a queue."""

    queue: str
    count: int

    def __str__(self) -> str:
        return f"{self.queue}: submit {self.count} pilots"


@dataclass(frozen=True)
class SubmitVms:
    """Submit so many VM jobs of a fleet."""

    fleet: str
    count: int

    def __str__(self) -> str:
        return f"{self.fleet}: submit {self.count} VM jobs"


@dataclass(frozen=True)
class Retire:
    """Let a worker take no further job and leave once it is empty."""

    worker: Worker
    why: str

    def __str__(self) -> str:
        return f"{self.worker.vm.fleet}: retire {self.worker.vm.vm} ({self.why})"


@dataclass(frozen=True)
class Unretire:
    """Take a retiring worker back into service."""

    worker: Worker
    why: str

    def __str__(self) -> str:
        return f"{self.worker.vm.fleet}: un-retire {self.worker.vm.vm} ({self.why})"


@dataclass(frozen=True)
class Remove:
    """Remove a VM job: what has not launched, or a failure whose window is over."""

    vm: VmJob
    why: str

    def __str__(self) -> str:
        return f"{self.vm.fleet}: remove VM job {self.vm.id}, {self.vm.vm} ({self.why})"


@dataclass(frozen=True)
class NoteJoined:
    """Write into the VM job's ad that its startd has joined the pool."""

    worker: Worker

    def __str__(self) -> str:
        return f"{self.worker.vm.fleet}: {self.worker.vm.vm} has joined"


Action = Union[SubmitPilots, SubmitVms, Retire, Unretire, Remove, NoteJoined]


@dataclass(frozen=True)
class Step:
    """What one policy made of the number: from, to, and why it says so (empty when it changed nothing)."""

    policy: str
    before: int
    after: int
    why: str = ""


@dataclass(frozen=True)
class Plan:
    """What one queue or fleet is going to do, and the sentence that says why."""

    kind: Literal["queue", "fleet"]
    name: str
    verdict: str
    wanted: int = 0
    actions: tuple[Action, ...] = ()
    trail: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What came of one action."""

    action: Action
    ok: bool
    detail: str = ""
