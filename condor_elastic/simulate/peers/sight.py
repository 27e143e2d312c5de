"""What the peers' formulas look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.model import PENDING, Action, Pool, Remove, Retire, Snapshot, SubmitVms, Unknown, Worker


@dataclass(frozen=True)
class Sight:
    """The fleet's workers by what they do, the cores that idle jobs ask for, and how many VMs cost."""

    now: int
    fleet: FleetKnobs
    waiting: int
    pending: Sequence[Worker]
    idle: Sequence[Worker]
    busy: Sequence[Worker]
    retiring: Sequence[Worker]
    there: int

    @property
    def cores(self) -> int:
        """Give the cores of one VM."""
        return self.fleet.template.cpus

    @property
    def used(self) -> int:
        """Count the cores that jobs use."""
        return sum(used(worker) for worker in (*self.busy, *self.retiring))

    def vms(self, cores: float) -> int:
        """Give how many VMs so many cores are."""
        return ceil(cores / self.cores)

    def grow(self, n: int) -> list[Action]:
        """Launch so many, under the cap that all policies have."""
        n = min(n, self.fleet.max_vms - self.there)
        return [SubmitVms(self.fleet.name, n)] if n > 0 else []

    def empty_for(self, seconds: int) -> list[Worker]:
        """List the workers that have been empty for so long."""
        return [worker for worker in self.idle if worker.startd and self.now - worker.startd.since >= seconds]


def sight(fleet: FleetKnobs, seen: Snapshot, pool: Pool) -> Sight:
    """Look at a snapshot as peers do: what is not known is nothing."""
    groups = () if isinstance(seen.idle, Unknown) else seen.idle
    waiting = sum(group.shape.cpus * group.count for group in groups if fleet.name in group.fleets)
    by = {phase: [w for w in pool.workers if w.phase == phase] for phase in ("idle", "busy", "retiring")}
    pending = [w for w in pool.workers if w.phase in PENDING]
    return Sight(seen.now, fleet, waiting, pending, by["idle"], by["busy"], by["retiring"],
                 sum(w.phase != "failed" for w in pool.workers))  # fmt: skip


def used(worker: Worker) -> int:
    """Count the cores that jobs use on a worker."""
    return worker.startd.whole.cpus - worker.startd.free.cpus if worker.startd else 0


def drain(workers: Iterable[Worker], why: str) -> list[Action]:
    """Let workers take no further job, and leave when they are empty."""
    return [Retire(worker, why) for worker in workers]


def terminate(workers: Iterable[Worker], why: str) -> list[Action]:
    """End VMs at once."""
    return [Remove(worker.vm, why) for worker in workers]
