"""What a plan does in a simulation: VMs are asked for, boot or fail, retire, come back, and leave."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping

from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.lifetime import lifetime
from condor_elastic.model import Action, Hold, NoteJoined, Remove, Retire, SubmitVms, Unretire
from condor_elastic.simulate.cloud import Cloud
from condor_elastic.simulate.course import EPOCH
from condor_elastic.simulate.pool import SimulatedPool
from condor_elastic.simulate.vm import Held, Vm

REFUSAL = (40, 12, "InsufficientInstanceCapacity: a drought of the simulation")
"""As our drivers' (docs/lifecycle.md)."""
RECLAIM = (41, 13, "Server.SpotInstanceTermination: taken back by the simulation")
TIMER = 3
At = Callable[..., None]


class Hand:
    """It does what is asked for; all are the VMs of the whole run, acts counts what was done, by the action's name."""

    def __init__(
        self, pool: SimulatedPool, clouds: Mapping[str, Cloud], chance: random.Random, at: At, place: Callable[[], None]
    ) -> None:
        """Take hold of a pool; at lets something happen later, place lets the negotiator look."""
        self.pool, self.clouds, self.chance, self.at, self.place = pool, clouds, chance, at, place
        self.all: list[Vm] = []
        self.acts: Counter[str] = Counter()
        self._fleets = {fleet.name: fleet for fleet in pool.fleets}

    def do(self, action: Action, now: int) -> None:
        """Do one action of a plan."""
        if isinstance(action, SubmitVms):
            for _ in range(action.count):
                self._submit(self._fleets[action.fleet], now)
        elif isinstance(action, (Retire, Unretire, NoteJoined)):
            self._tell(action, self.pool.vms[action.worker.vm.vm], now)
        elif isinstance(action, (Remove, Hold)):
            self._take_away(action, self.pool.vms[action.vm.vm], now)
        self.acts[type(action).__name__] += action.count if isinstance(action, SubmitVms) else 1

    def leaves(self, vm: Vm, now: int) -> None:
        """Let a worker that retires leave if it is empty: nothing takes that back, and it is billed for a while."""
        if vm.retiring and not vm.jobs and vm.left is None:
            vm.settle(now)
            vm.left = now
            vm.changed()
            self.at(now + self._cloud(vm).leave, self._stop, vm)

    def _cloud(self, vm: Vm) -> Cloud:
        return self.clouds[vm.fleet.name]

    def _submit(self, fleet: FleetKnobs, now: int) -> None:
        jitter = 1 + fleet.lifetime_jitter * (2 * self.chance.random() - 1)
        vm = Vm(len(self.all) + 1, fleet, now, now + round(lifetime(fleet) * jitter))
        vm.account.since = now
        self.all.append(vm)
        self.pool.vms[vm.name] = vm
        self.at(now + self._cloud(vm).launch, self._launch, vm)

    def _launch(self, now: int, vm: Vm) -> None:
        if vm.name not in self.pool.vms:
            return  # removed while it waited
        cloud = self._cloud(vm)
        if not cloud.has_capacity(now - EPOCH):
            vm.held = Held(now, *REFUSAL)
        else:
            vm.began = now
            boots, lasts = cloud.boots(self.chance), cloud.lasts(self.chance)
            if boots is not None:
                self.at(now + boots, self._join, vm)
            if lasts is not None:
                self.at(now + lasts, self._reclaim, vm)
        vm.changed()

    def _join(self, now: int, vm: Vm) -> None:
        if vm.stopped is None:
            vm.account.since = vm.ready = now
            vm.changed(now)
            self.pool.show(vm)
            self.place()

    def _reclaim(self, now: int, vm: Vm) -> None:
        if vm.stopped is None:
            self._stop(now, vm)
            self.pool.vms[vm.name] = vm
            vm.held = Held(now, *RECLAIM)

    def _tell(self, action: Retire | Unretire | NoteJoined, vm: Vm, now: int) -> None:
        if isinstance(action, NoteJoined):
            vm.told = now
        elif vm.is_there:
            vm.settle(now)
            vm.retiring = isinstance(action, Retire)
            vm.retired += vm.retiring
            vm.unretired += not vm.retiring
            self.pool.show(vm)
            self.leaves(vm, now)
        vm.changed()
        if isinstance(action, Unretire):
            self.place()

    def _take_away(self, action: Remove | Hold, vm: Vm, now: int) -> None:
        self._stop(now, vm)
        if isinstance(action, Hold):
            self.pool.vms[vm.name] = vm
            vm.held = Held(now, TIMER, action.subcode, action.why)

    def _stop(self, now: int, vm: Vm) -> None:
        """End its instance, if it has one, and with it the VM job."""
        if vm.stopped is None and vm.began is not None:
            vm.settle(now)
            self.pool.evict(vm, now)
            vm.stopped = now
        vm.changed()
        self.pool.show(vm)
        self.pool.vms.pop(vm.name, None)
