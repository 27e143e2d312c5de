"""The pool of a simulation: jobs that wait, the VMs that are there, and a negotiator that fills the fullest first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import takewhile

from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.model import JobGroup, Shape
from condor_elastic.simulate.course import EPOCH
from condor_elastic.simulate.job import Job
from condor_elastic.simulate.vm import Vm

Asked = tuple[int, int]
WORKLIFE = 1200
"""Seconds after which a claim takes no further job: CLAIM_WORKLIFE, HTCondor's default and elastic-worker.conf's."""


class SimulatedPool:
    """Jobs by what they ask for, first come, first served among those that ask alike; VMs by their free cores."""

    def __init__(self, jobs: Sequence[Job], fleets: Iterable[FleetKnobs]) -> None:
        """Begin with nothing that waits, and no VM."""
        self.jobs, self.fleets = jobs, tuple(fleets)
        self.waiting: dict[Asked, deque[int]] = {}
        self.vms: dict[str, Vm] = {}
        self.running: dict[int, Vm] = {}
        self.started: dict[int, int] = {}
        self.claims: dict[int, int] = {}
        self.evicted = 0
        most = max((fleet.template.cpus for fleet in self.fleets), default=0)
        self._free: list[dict[str, Vm]] = [{} for _ in range(most + 1)]

    def queue(self, index: int) -> None:
        """Let a job wait."""
        job = self.jobs[index]
        self.waiting.setdefault((job.cpus, job.memory), deque()).append(index)

    def idle(self, before: int) -> tuple[JobGroup, ...]:
        """Give the jobs that came at a time or before it and wait, as a cycle sees them."""
        return tuple(
            JobGroup(Shape(cpus, memory), count, self._fleets_for(cpus, memory))
            for (cpus, memory), waiting in self.waiting.items()
            if (count := len(waiting) - self._later(waiting, before))
        )

    def _later(self, waiting: deque[int], before: int) -> int:
        jobs = self.jobs
        return sum(1 for _ in takewhile(lambda index: EPOCH + jobs[index].submit > before, reversed(waiting)))

    def place(self, now: int) -> list[tuple[int, Vm]]:
        """Start jobs on what is free, those that ask for most first, on the fullest VM that has room."""
        begun = []
        for asked in sorted(self.waiting, reverse=True):
            waiting = self.waiting.get(asked)
            while waiting:
                vm = self._fullest(*asked, now)
                if vm is None:
                    break
                index = waiting.popleft()
                self._start(index, vm, now)
                begun.append((index, vm))
        return begun

    def follow(self, index: int, now: int) -> list[tuple[int, Vm]]:
        """End a job, and let its claim take the next that asks alike, by which nothing changes on the slots' startd."""
        claimed, since, job = self.claims[index], self.running[index].since, self.jobs[index]
        vm = self.end(index, now)
        waiting = self.waiting.get((job.cpus, job.memory))
        if not waiting or not vm.takes_jobs or now >= vm.deadline or now - claimed >= WORKLIFE:
            return []
        index = waiting.popleft()
        self._start(index, vm, now)
        self.claims[index], vm.since = claimed, since
        return [(index, vm)]

    def end(self, index: int, now: int) -> Vm:
        """Take a job that has ended off its VM."""
        vm, job = self.running.pop(index), self.jobs[index]
        del self.claims[index]
        self._change(vm, now, job.cpus, job.memory)
        vm.jobs.remove(index)
        return vm

    def evict(self, vm: Vm, now: int) -> list[int]:
        """Take all jobs off a VM that is gone, and let them wait again, first of all."""
        lost = sorted(vm.jobs, reverse=True)
        for index in lost:
            job = self.end(index, now) and self.jobs[index]
            self.waiting.setdefault((job.cpus, job.memory), deque()).appendleft(index)
            del self.started[index]
        self.evicted += len(lost)
        return lost

    def show(self, vm: Vm) -> None:
        """Let a VM take jobs if it does, and none if it does not."""
        for free in self._free:
            free.pop(vm.name, None)
        if vm.takes_jobs:
            self._free[vm.cpus][vm.name] = vm

    def _start(self, index: int, vm: Vm, now: int) -> None:
        job = self.jobs[index]
        vm.settle(now)
        vm.account.idle += vm.account.tail
        vm.account.tail = 0
        self._change(vm, now, -job.cpus, -job.memory)
        vm.jobs.add(index)
        vm.first_job = now if vm.first_job is None else vm.first_job
        self.running[index] = vm
        self.started[index] = self.claims[index] = now

    def _change(self, vm: Vm, now: int, cpus: int, memory: int) -> None:
        vm.settle(now)
        self._free[vm.cpus].pop(vm.name, None)
        vm.cpus += cpus
        vm.memory += memory
        vm.changed(now)
        if vm.takes_jobs:
            self._free[vm.cpus][vm.name] = vm

    def _fullest(self, cpus: int, memory: int, now: int) -> Vm | None:
        for free in self._free[max(1, cpus):]:
            for vm in free.values():
                if vm.memory >= memory and now < vm.deadline:
                    return vm
        return None

    def _fleets_for(self, cpus: int, memory: int) -> frozenset[str]:
        asked = Shape(cpus, memory)
        return frozenset(fleet.name for fleet in self.fleets if fleet.template.holds(asked))
