"""Actions, the plan they stand in, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Union

from condor_elastic.model.supply import VmJob, Worker


@dataclass(frozen=True)
class PilotShape:
    """What one pilot asks for: PanDA's resource type, cores, memory (MB) and disk (KiB); zero where it is not known."""

    type: str = ""
    cores: int = 0
    memory: int = 0
    disk: int = 0


@dataclass(frozen=True)
class SubmitPilots:
    """Submit so many pilots of one shape for a queue."""

    queue: str
    count: int
    shape: PilotShape = PilotShape()

    def __str__(self) -> str:
        kind = f" {self.shape.type}" if self.shape.type else ""
        return f"{self.queue}: submit {self.count}{kind} pilots"


@dataclass(frozen=True)
class RemovePilots:
    """Remove pilots that have not started."""

    queue: str
    ids: tuple[str, ...]
    why: str

    def __str__(self) -> str:
        return f"{self.queue}: remove {len(self.ids)} idle pilots ({self.why})"


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
        differs = self.worker.startd.differs if self.worker.startd else ""
        unlike = f", and is not the machine that its fleet's TEMPLATE states: {differs}" if differs else ""
        return f"{self.worker.vm.fleet}: {self.worker.vm.vm} has joined{unlike}"


@dataclass(frozen=True)
class Note:
    """An attribute that a VM job's ad is to have."""

    id: str
    attribute: str
    value: str | int

    @property
    def literal(self) -> str:
        """Give the value as a ClassAd has it; a text is one word, of a startd or of a phase."""
        return str(self.value) if isinstance(self.value, int) else f'"{self.value}"'


@dataclass(frozen=True)
class Hold:
    """Put a VM job on hold, which ends its instance; subcode says which timer it was."""

    vm: VmJob
    subcode: int
    why: str

    def __str__(self) -> str:
        return f"{self.vm.fleet}: hold VM job {self.vm.id}, {self.vm.vm} ({self.why})"


Action = Union[SubmitPilots, RemovePilots, SubmitVms, Retire, Unretire, Remove, Hold, NoteJoined]


@dataclass(frozen=True)
class Step:
    """What one policy made of the number: from, to, and why it says so (empty when it changed nothing)."""

    policy: str
    before: int
    after: int
    why: str = ""


@dataclass(frozen=True)
class Plan:
    """What one queue or fleet is going to do, and the sentence that says why; room is for how many VMs more.

    alarm is what an administrator must mend before a fleet launches again; breaker is open or closed.
    """

    kind: Literal["queue", "fleet"]
    name: str
    verdict: str
    wanted: int = 0
    actions: tuple[Action, ...] = ()
    trail: tuple[Step, ...] = ()
    room: int = 0
    alarm: str = ""
    breaker: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of one action."""

    action: Action
    ok: bool
    detail: str = ""
