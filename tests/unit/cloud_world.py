"""A small world of several clouds, with jobs that end: what the plans launch lives, is useless, or is refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from build import NOW, settings

from condor_elastic.decide import plan
from condor_elastic.model import (
    HELD,
    IDLE,
    RUNNING,
    SERVING,
    JobGroup,
    NoteJoined,
    Pool,
    Remove,
    Retire,
    Shape,
    Snapshot,
    Startd,
    SubmitVms,
    Unretire,
    VmJob,
    Worker,
)

JOB, MACHINE = Shape(1, 2000), Shape(4, 8000)
CYCLE, BOOT, REGISTER, FIRST_JOB = 60, 60, 900, 1800
TIMERS = {"never registers": (72, REGISTER), "START=False": (73, FIRST_JOB), "dies at once": (72, CYCLE)}


class Vm:
    def __init__(self, job: VmJob, fate: str) -> None:
        self.job, self.fate, self.ends, self.changed, self.retiring = job, fate, [], 0, False
        self.joined = False

    def worker(self) -> Worker:
        if not self.joined or self.job.status == HELD:
            return Worker(self.job)
        used, kind = len(self.ends), "alike" if self.fate == "good" else "useless"
        free = Shape(MACHINE.cpus - used, MACHINE.memory - used * JOB.memory)
        name, fleet = self.job.vm, self.job.fleet
        return Worker(self.job, Startd(name, name, fleet, MACHINE, free, used, self.changed, self.retiring, kind))


class Clouds:
    """One turn is one cycle; fate(fleet) says what becomes of a new VM, room(fleet) how many a cloud has room for."""

    def __init__(self, *fleets, fate=lambda fleet: "good", room=lambda fleet: 1000) -> None:
        self.settings, self.fate, self.room = settings(*fleets), fate, room
        self.now, self.vms, self.waiting, self.seconds, self.launches, self.plans = NOW, [], 0, 3600, [], {}

    def add(self, jobs: int) -> None:
        self.waiting += jobs

    def count(self, fleet: str) -> int:
        return sum(vm.job.fleet == fleet and vm.job.status != HELD for vm in self.vms)

    def tombstones(self) -> int:
        return sum(vm.job.status == HELD for vm in self.vms)

    def launched(self, since: int = 0) -> Counter:
        return Counter(fleet for time, fleet in self.launches if time >= since)

    def turn(self) -> None:
        self.now += CYCLE
        for vm in self.vms:
            self._live(vm)
        self.vms = [vm for vm in self.vms if not (vm.retiring and not vm.ends)]
        self._match()
        workers = tuple(vm.worker() for vm in self.vms)
        names = frozenset(fleet.name for fleet in self.settings.fleets)
        idle = (JobGroup(JOB, self.waiting, names, kinds=frozenset(["alike"])),) if self.waiting else ()
        plans = plan(self.settings, Snapshot(self.now, idle=idle), Pool(workers))
        self.plans = {made.name: made for made in plans}
        for made in plans:
            for action in made.actions:
                self._do(action)

    def _live(self, vm: Vm) -> None:
        vm.ends = [end for end in vm.ends if end > self.now or self._changed(vm)]
        if vm.job.status == IDLE:
            running = sum(v.job.fleet == vm.job.fleet and v.job.status == RUNNING for v in self.vms)
            if running >= self.room(vm.job.fleet):
                self._hold(vm, 40, 12, "InsufficientInstanceCapacity: none")
            else:
                vm.job = replace(vm.job, status=RUNNING, instance="i", since=self.now)
        elif vm.job.status == RUNNING and self.now - vm.job.since >= BOOT and vm.fate in ("good", "START=False"):
            vm.changed = vm.changed or self.now
            vm.joined = True
        if vm.fate in TIMERS and vm.job.status == RUNNING and self.now - vm.job.launched >= TIMERS[vm.fate][1]:
            self._hold(vm, 3, TIMERS[vm.fate][0], vm.fate)

    def _changed(self, vm: Vm) -> bool:
        vm.changed = self.now
        return False

    def _hold(self, vm: Vm, code: int, subcode: int, reason: str) -> None:
        vm.job = replace(vm.job, status=HELD, since=self.now, hold_code=code, hold_subcode=subcode, hold_reason=reason)

    def _match(self) -> None:
        """Give jobs to whatever serves, the cheapest and of these the fullest first, as a site's rank may say."""
        prices = {fleet.name: fleet.price for fleet in self.settings.fleets}
        for vm in sorted(self.vms, key=lambda vm: (prices[vm.job.fleet], -len(vm.ends))):
            if vm.fate != "good" or vm.worker().phase not in SERVING:
                continue
            taken = min(self.waiting, MACHINE.cpus - len(vm.ends))
            self.waiting -= taken
            vm.ends += [self.now + self.seconds] * taken
            vm.changed = self.now if taken else vm.changed

    def _do(self, action) -> None:
        by_name = {vm.job.vm: vm for vm in self.vms}
        if isinstance(action, SubmitVms):
            for _ in range(action.count):
                number = len(self.launches)
                self.launches.append((self.now, action.fleet))
                job = VmJob(f"{number}.0", f"vm{number}", action.fleet, IDLE, self.now, launched=self.now)
                self.vms.append(Vm(job, self.fate(action.fleet)))
        elif isinstance(action, Remove):
            self.vms.remove(by_name[action.vm.vm])
        elif isinstance(action, NoteJoined):
            vm = by_name[action.worker.vm.vm]
            vm.job = replace(vm.job, joined=self.now)
        elif isinstance(action, (Retire, Unretire)):
            by_name[action.worker.vm.vm].retiring = isinstance(action, Retire)
