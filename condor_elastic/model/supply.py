"""Supply: VM jobs, their startds, and the phase that both make of a worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from condor_elastic.model.demand import Shape

IDLE, RUNNING, REMOVED, COMPLETED, HELD = 1, 2, 3, 4, 5  # JobStatus, manual: Job ClassAd Attributes

Phase = Literal["requested", "starting", "booting", "idle", "busy", "retiring", "drained", "failed"]
SERVING: tuple[Phase, ...] = ("idle", "busy")
PENDING: tuple[Phase, ...] = ("requested", "starting", "booting")


@dataclass(frozen=True)
class VmJob:
    """The grid-universe job that is one VM; times are seconds since the epoch.

    unaudited: it is held, its instance may run on, and no sweep has found that gone yet.
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
    unaudited: bool = False


@dataclass(frozen=True)
class Startd:
    """What the slot ads of one worker say: its room, and since when nothing changed on it.

    kind names what its slots are alike to in matchmaking; ends is when the worker leaves, seconds since the epoch, if
    it says so; differs says in what it is not the machine of its fleet's template.
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
class SiteRoom:
    """Free slots of the pool that are not ours, of one kind, with the same room."""

    kind: str
    shape: Shape
    count: int
