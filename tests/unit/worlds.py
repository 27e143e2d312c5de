"""Chains, fleets and workers for the laws of policies, and a small world in which a plan comes true."""

from __future__ import annotations

from dataclasses import replace
from math import floor

from build import NOW, booting, busy, fleet, idle, requested, retiring, settings, startd, vm
from hypothesis import strategies as st

from condor_elastic.decide import plan
from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.table import FLEET_POLICIES
from condor_elastic.model import (
    SERVING,
    JobGroup,
    Plan,
    Pool,
    Remove,
    Retire,
    Shape,
    Snapshot,
    SubmitVms,
    Unretire,
    Worker,
)

JOB = Shape(1, 2000)
CYCLE = 60


def evaluate(text, figures):
    """Stand in for ClassAds, in what they have in common with Python."""
    return float(eval(text, {"floor": floor}, dict(figures)))  # noqa: S307  the texts are those of the tests


def chains(*without: str):
    """All chains of policies, in any order, but those that read() refuses."""
    policies = [policy for policy in FLEET_POLICIES if policy not in without]
    return st.lists(st.sampled_from(policies), unique=True, min_size=1, max_size=7).filter(
        lambda chain: not {"KeepNRunning", "Headroom"} <= set(chain)
    )


def fleets(*without: str):
    """Fleets of four-core machines with any chain and any knobs."""
    return st.builds(
        fleet,
        template=st.just(Shape(4, 8000)),
        policies=chains(*without).map(tuple),
        scale_factor=st.sampled_from([0.3, 1.0, 2.5]),
        fixed=st.integers(0, 6),
        ready_offset=st.integers(0, 2),
        keep_running=st.integers(0, 8),
        expr=st.sampled_from(["3", "0.5 * Ready", "2 * N"]),
        headroom=st.sampled_from(["0", "2", "0.3 * Running"]),
        min_vms=st.integers(0, 6),
        max_per_cycle=st.integers(1, 20),
        max_pending=st.integers(1, 20),
        ramp_factor=st.sampled_from([0.5, 1.0, 3.0]),
        max_vms=st.integers(0, 14),
        max_cores=st.none() | st.integers(0, 60),
        max_memory=st.none() | st.integers(0, 120_000),
        max_price_per_hour=st.none() | st.sampled_from([0.0, 0.3, 1.5]),
        price=st.just(0.1),
        idle_timeout=st.just(2 * CYCLE),
        retire=st.sampled_from(["Empty", "Soft"]),
    )


def _whole(worker: Worker) -> Worker:
    """Make the worker's machine one of this world's."""
    if worker.startd is None:
        return worker
    seen = worker.startd
    used = seen.whole.cpus - seen.free.cpus
    return replace(worker, startd=startd(seen.vm, used, seen.since, retiring=seen.retiring, cpus=4))


MAKERS = [idle, lambda n: busy(n, used=3), lambda n: busy(n, used=4), lambda n: retiring(n, used=2),
          lambda n: retiring(n, used=4), booting, requested, lambda n: Worker(vm(n))]  # fmt: skip
WORKERS = st.lists(st.sampled_from(MAKERS), max_size=12).map(
    lambda makers: [_whole(make(f"vm{i}")) for i, make in enumerate(makers)]
)


def decide(knobs: FleetKnobs, workers: list[Worker], jobs: int, now: int = NOW) -> Plan:
    groups = (JobGroup(JOB, jobs, frozenset([knobs.name])),) if jobs else ()
    (decided,) = plan(settings(knobs), Snapshot(now, idle=groups), Pool(tuple(workers)), evaluate)
    return decided


def launched(decided: Plan) -> int:
    return sum(action.count for action in decided.actions if isinstance(action, SubmitVms))


def growth(decided: Plan) -> int:
    """Count the VMs that stay because of this plan, less those that leave."""
    back = sum(isinstance(action, Unretire) for action in decided.actions)
    gone = sum(isinstance(action, (Retire, Remove)) for action in decided.actions)
    return launched(decided) + back - gone


class World:
    """A fleet with jobs that never end: the negotiator places them, VMs boot within a cycle, the empty leave."""

    def __init__(self, knobs: FleetKnobs, workers: list[Worker], jobs: int) -> None:
        self.knobs, self.workers, self.waiting, self.now, self.born = knobs, list(workers), jobs, NOW, 0

    def turn(self) -> Plan:
        """Let a cycle pass."""
        self.now += CYCLE
        self.workers = [self._grown(w) for w in self.workers if w.phase != "drained"]
        self.workers = [w for w in self.workers if not (w.phase == "retiring" and not w.startd.claimed)]
        self.workers = [self._filled(w) if w.phase in SERVING else w for w in self.workers]
        decided = decide(self.knobs, self.workers, self.waiting, self.now)
        for action in decided.actions:
            self._do(action)
        return decided

    def _grown(self, worker: Worker) -> Worker:
        if worker.startd or worker.phase == "drained":
            return worker
        return Worker(vm(worker.vm.vm), startd(worker.vm.vm, since=self.now, cpus=4))

    def _filled(self, worker: Worker) -> Worker:
        taken = min(self.waiting, worker.startd.free.holds(JOB))
        self.waiting -= taken
        if not taken:
            return worker
        used = worker.startd.claimed + taken
        return replace(worker, startd=startd(worker.vm.vm, used, self.now, cpus=4))

    def _do(self, action) -> None:
        if isinstance(action, SubmitVms):
            for _ in range(action.count):
                self.born += 1
                self.workers.append(requested(f"new{self.born}", since=self.now))
        elif isinstance(action, Remove):
            self.workers = [w for w in self.workers if w.vm.vm != action.vm.vm]
        elif isinstance(action, (Retire, Unretire)):
            retiring = isinstance(action, Retire)
            self.workers = [
                replace(w, startd=replace(w.startd, retiring=retiring)) if w.vm.vm == action.worker.vm.vm else w
                for w in self.workers
            ]
