"""Supply: VM jobs, their startds, and the phase that both make of a worker."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from condor_elastic.model.demand import Shape

IDLE, RUNNING, REMOVED, COMPLETED, HELD = 1, 2, 3, 4, 5  # JobStatus, manual: Job ClassAd Attributes

Phase = Literal[
    "requested", "starting", "booting", "idle", "busy", "retiring", "reclaimed", "drained", "failed", "orphan"
]
SERVING: tuple[Phase, ...] = ("idle", "busy")
PENDING: tuple[Phase, ...] = ("requested", "starting", "booting")


@dataclass(frozen=True)
class Noted:
    """What the VM job's ad says of its worker, as it was written there by an earlier cycle."""

    phase: str = ""
    startd: str = ""
    state: str = ""
    jobs: int = 0


NOTHING_NOTED = Noted()


@dataclass(frozen=True)
class VmJob:
    """The grid-universe job that is one VM; times are seconds since the epoch.

    It was billed from began to ended, at price (money an hour, as it was at launch, if that is known).  drifted says
    that its fleet's submit text or template has changed since; a pinned one is neither retired nor removed by us.
    launched is when it was submitted; hash that of the submit text it was submitted with.
    unreachable is since when the gridmanager has had no answer from its cloud.
    started is when its instance first ran, deadline when its lifetime ends, first_job when the first job was seen on
    it.
    audited: it is held as potentially lost, and a sweep has found its instance gone since.
    reclaimed is when its cloud's notice was first seen, or its instance was gone for that reason.
    retire_asked is when somebody retired it by hand; until that is taken back no demand un-retires it.
    """

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
    began: int | None = None
    ended: int | None = None
    price: float | None = None
    drifted: bool = False
    pinned: bool = False
    launched: int = 0
    hash: str = ""
    unreachable: int | None = None
    started: int | None = None
    deadline: int | None = None
    first_job: int | None = None
    noted: Noted = NOTHING_NOTED
    audited: bool = False
    reclaimed: int | None = None
    retire_asked: int | None = None

    @property
    def is_sent_away(self) -> bool:
        """Tell whether it leaves by hand; to pin a worker is the later word of the same people."""
        return self.retire_asked is not None and not self.pinned

    def hours(self, now: int) -> float:
        """Give the hours for which its instance has run, to its end if it has one."""
        if self.started is None:
            return 0.0
        return max(0, (now if self.status == RUNNING else self.since) - self.started) / 3600


@dataclass(frozen=True)
class Startd:
    """What the slot ads of one worker say: its room, and since when nothing changed on it.

    kind names what its slots are alike to in matchmaking; ends is when the worker leaves, seconds since the epoch, if
    it says so; differs says in what it is not the machine of its fleet's template; heard is when the collector heard of
    it last; state is that of its slot, starts how many jobs have begun on it; notice is what its cloud has announced
    (terminate, stop, hibernate, rebalance), notice_deadline when that comes, seconds since the epoch.
    """

    name: str
    vm: str
    fleet: str
    whole: Shape
    free: Shape
    claimed: int
    since: int
    retiring: bool
    kind: str = ""
    ends: int | None = None
    differs: str = ""
    heard: int | None = None
    state: str = ""
    starts: int = 0
    notice: str = ""
    notice_deadline: int | None = None


def phase_of(vm: VmJob | None, startd: Startd | None) -> Phase:  # noqa: PLR0911  one line for each phase
    """Derive the phase from the ads alone, so that a crash can lose nothing."""
    if vm is None:
        return "orphan"
    if vm.status == HELD:
        return "failed"
    if vm.status in (REMOVED, COMPLETED):
        return "drained"
    if startd is not None:
        if startd.notice:
            return "reclaimed"
        if startd.retiring:
            return "retiring"
        return "busy" if startd.claimed else "idle"
    if vm.status == RUNNING:
        return "booting" if vm.joined is None else "drained"
    return "starting" if vm.instance else "requested"


@dataclass(frozen=True)
class Worker:
    """A VM job and, once it has joined the pool, its startd."""

    vm: VmJob
    startd: Startd | None = None

    @cached_property
    def phase(self) -> Phase:
        """Give the one phase that it is in."""
        return phase_of(self.vm, self.startd)


@dataclass(frozen=True)
class Pool:
    """Workers joined from both sides, and what has no counterpart."""

    workers: tuple[Worker, ...] = ()
    strays: tuple[Startd, ...] = ()

    def of(self, fleet: str) -> tuple[Worker, ...]:
        """Give the workers of one fleet."""
        return tuple(w for w in self.workers if w.vm.fleet == fleet)


@dataclass(frozen=True)
class SiteRoom:
    """Free slots of the pool that are not ours, of one kind, with the same room."""

    kind: str
    shape: Shape
    count: int
