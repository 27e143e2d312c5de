"""A simulated VM, and what a cycle sees of it: its VM job and its startd."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.model import HELD, IDLE, RUNNING, Shape, Startd, VmJob, Worker


class Held(NamedTuple):
    """Since when a VM job is on hold, and why, in HTCondor's codes."""

    since: int
    code: int
    subcode: int
    reason: str


@dataclass
class Account:
    """Core-seconds of one VM, by what became of them; tail is what was idle since its last job."""

    busy: int = 0
    idle: int = 0
    drain: int = 0
    tail: int = 0
    since: int = 0


@dataclass(eq=False)
class Vm:
    """One VM: when its instance began and stopped, when its startd joined and left (seconds), its free room, its jobs.

    jobs are places in the workload; told is when a cycle wrote down that it has joined.
    """

    number: int
    fleet: FleetKnobs
    submitted: int
    deadline: int
    began: int | None = None
    ready: int | None = None
    left: int | None = None
    stopped: int | None = None
    held: Held | None = None
    told: int | None = None
    first_job: int | None = None
    retiring: bool = False
    retired: int = 0
    unretired: int = 0
    since: int = 0
    cpus: int = 0
    memory: int = 0
    jobs: set[int] = field(default_factory=set)
    account: Account = field(default_factory=Account)

    def __post_init__(self) -> None:
        """Be empty."""
        self.name = f"{self.fleet.name}-{self.number:06d}"
        self.cpus, self.memory = self.fleet.template.cpus, self.fleet.template.memory
        self._job: VmJob | None = None
        self._startd: Startd | None = None
        self.seen: Worker | None = None

    @property
    def is_there(self) -> bool:
        """Tell whether the collector has its startd."""
        return self.ready is not None and self.left is None and self.stopped is None

    @property
    def takes_jobs(self) -> bool:
        """Tell whether its startd says START."""
        return self.is_there and not self.retiring

    def settle(self, now: int) -> None:
        """Write down what became of its cores since the last time."""
        account, seconds = self.account, now - self.account.since
        account.since = now
        if self.ready is None or not seconds:
            return
        account.busy += (self.fleet.template.cpus - self.cpus) * seconds
        if self.retiring or self.left is not None:
            account.drain += self.cpus * seconds
        elif self.jobs:
            account.idle += self.cpus * seconds
        else:
            account.tail += self.cpus * seconds

    def changed(self, now: int | None = None) -> None:
        """Forget what a cycle saw of it; now is given when something has changed on the startd."""
        self._job = self._startd = self.seen = None
        self.since = self.since if now is None else now

    def job(self) -> VmJob:
        """Give the VM job as a cycle reads it."""
        if self._job is None:
            held, began = self.held, self.began
            self._job = VmJob(
                f"{self.number}.0", self.name, self.fleet.name, HELD if held else IDLE if began is None else RUNNING,
                held.since if held else self.submitted if began is None else began,
                instance="" if began is None else f"i-{self.number}", joined=self.told, retired=self.retired,
                unretired=self.unretired, launched=self.submitted, began=began, started=began, price=self.fleet.price,
                deadline=self.deadline, first_job=self.first_job, hold_reason=held.reason if held else "",
                hold_code=held.code if held else None, hold_subcode=held.subcode if held else None,
            )  # fmt: skip
        return self._job

    def startd(self) -> Startd:
        """Give its startd as a cycle reads it."""
        if self._startd is None:
            whole = self.fleet.template
            self._startd = Startd(
                self.name, self.name, self.fleet.name, Shape(whole.cpus, whole.memory), Shape(self.cpus, self.memory),
                len(self.jobs), self.since, self.retiring, ends=self.deadline,
            )  # fmt: skip
        return self._startd

    def worker(self) -> Worker:
        """Give both as they are associated; seen is that until something changes."""
        if self.seen is None:
            self.seen = Worker(self.job(), self.startd() if self.is_there else None)
        return self.seen
