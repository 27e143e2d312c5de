"""The run of a simulation: events in the order of time, and a cycle each period.  The same seed gives the same run."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from condor_elastic.associate import associate
from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.model import Action, Pool, Snapshot, Unknown
from condor_elastic.simulate.act import Hand
from condor_elastic.simulate.cloud import Cloud
from condor_elastic.simulate.course import EPOCH, Course
from condor_elastic.simulate.job import Job
from condor_elastic.simulate.pool import SimulatedPool
from condor_elastic.simulate.vm import Vm

Policy = Callable[[Snapshot, Pool], Iterable[Action]]
QUIET = 6 * 3600
"""Seconds without a job that runs, after the last has come, after which no more will, and VMs that are left stay."""


@dataclass
class Done:
    """What a run came to: when each job started (by its place), all VMs, and how many of each act; times from EPOCH.

    marks are the core-seconds that were busy and billed until the times of the window (seconds from the beginning).
    """

    jobs: Sequence[Job]
    vms: list[Vm]
    started: Mapping[int, int]
    end: int
    evicted: int
    acts: Counter[str]
    marks: list[tuple[int, int]] = field(default_factory=list)
    fleets: Sequence[FleetKnobs] = ()
    clouds: Mapping[str, Cloud] = field(default_factory=dict)
    window: tuple[int, int] | None = None


class Run:
    """One simulation."""

    def __init__(
        self, jobs: Sequence[Job], fleets: Sequence[FleetKnobs], clouds: Mapping[str, Cloud], policy: Policy,
        course: Course,
    ) -> None:  # fmt: skip
        """Begin; clouds are by the names of the fleets."""
        self.jobs, self.policy, self.course = jobs, policy, course
        self.pool = SimulatedPool(jobs, fleets)
        self.now = EPOCH
        self._events: list[tuple[int, int, Callable[..., None], tuple[object, ...]]] = []
        self._count = 0
        self._placing = False
        self._quiet = 0
        self.marks: list[tuple[int, int]] = []
        self.hand = Hand(self.pool, clouds, random.Random(course.seed), self.at, self.place)  # noqa: S311  no secrets

    def at(self, when: int, what: Callable[..., None], *of: object) -> None:
        """Let something happen later."""
        self._count += 1
        heappush(self._events, (max(when, self.now), self._count, what, of))

    def go(self) -> Done:
        """Run to the end: all jobs have, or nothing more will, and no VM is left."""
        arrivals = iter(enumerate(self.jobs))
        coming = next(arrivals, None)
        last = self.jobs[-1].submit if self.jobs else 0
        self.at(EPOCH, self._cycle)
        for when in self.course.window or ():
            self.at(EPOCH + when, self._mark)
        while True:
            when = self._events[0][0]
            if coming is not None and EPOCH + coming[1].submit <= when:
                self.now = EPOCH + coming[1].submit
                self.pool.queue(coming[0])
                coming = next(arrivals, None)
                self.place()
                continue
            if coming is None and self._is_over(EPOCH + last):
                return self._done()
            self.now, _, what, of = heappop(self._events)
            what(self.now, *of)

    def place(self) -> None:
        """Let the negotiator place jobs, at once or when its time has come."""
        if not self.course.negotiator:
            self._begin(self.pool.place(self.now))
        elif not self._placing:
            self._placing = True
            later = self.now - (self.now - EPOCH) % self.course.negotiator + self.course.negotiator
            self.at(later, self._negotiate)

    def _negotiate(self, now: int) -> None:
        self._placing = False
        self._begin(self.pool.place(now))

    def _begin(self, begun: Iterable[tuple[int, Vm]]) -> None:
        for index, vm in begun:
            self.at(self.now + self.jobs[index].run, self._end, index, vm, self.pool.started[index])

    def _end(self, now: int, index: int, vm: Vm, started: int) -> None:
        if self.pool.running.get(index) is not vm or self.pool.started.get(index) != started:
            return  # it was evicted
        self._begin(self.pool.follow(index, now))
        if vm.retiring:
            self.hand.leaves(vm, now)
        elif self.pool.waiting:
            self.place()

    def _cycle(self, now: int) -> None:
        workers = tuple([vm.seen or vm.worker() for vm in self.pool.vms.values()])
        vms = tuple([worker.vm for worker in workers])
        idle = self.pool.idle(now - self.course.age)
        if any(begin <= now - EPOCH < end for begin, end in self.course.blind):
            seen = Snapshot(now, idle=idle, vms=vms, startds=Unknown("the collector", "it does not answer"))
            pool = associate(vms, ())
        else:  # what associate() would make of them, without being looked for by name again
            seen = Snapshot(now, idle=idle, vms=vms, startds=tuple([w.startd for w in workers if w.startd]))
            pool = Pool(workers)
        for action in self.policy(seen, pool):
            self.hand.do(action, now)
        self.at(now + self.course.period, self._cycle)

    def _mark(self, now: int) -> None:
        for vm in self.pool.vms.values():
            vm.settle(now)
        self.marks.append((sum(vm.account.busy for vm in self.hand.all), sum(spent(vm, now) for vm in self.hand.all)))

    def _is_over(self, last: int) -> bool:
        if self.pool.running:
            self._quiet = self.now
            return False
        if self.now > max(last, self._quiet) + QUIET:
            return True
        vms = any(vm.stopped is None and vm.began is not None for vm in self.pool.vms.values())
        return not vms and not any(self.pool.waiting.values())

    def _done(self) -> Done:
        for vm in self.hand.all:
            if vm.stopped is None and vm.began is not None:
                vm.settle(self.now)
        pool, hand = self.pool, self.hand
        return Done(self.jobs, hand.all, pool.started, self.now, pool.evicted, hand.acts, self.marks,
                    pool.fleets, hand.clouds, self.course.window)  # fmt: skip


def spent(vm: Vm, now: int) -> int:
    """Give the core-seconds that a VM's instance has run."""
    return 0 if vm.began is None else ((now if vm.stopped is None else vm.stopped) - vm.began) * vm.fleet.template.cpus
