"""Supply and demand over time: by how much, and for how long, there was more or less than was asked for.

After SPEC RG's accuracy and time share of under- and overprovisioning (Herbst and others, SPEC-RG-2016-01).
"""

from __future__ import annotations

from typing import NamedTuple

from condor_elastic.simulate.bound import fitting
from condor_elastic.simulate.course import EPOCH
from condor_elastic.simulate.run import Done


class Balance(NamedTuple):
    """Cores over and under demand: of all that was demanded, the most of the most, and the part of the time."""

    overshoot: float = 0.0
    overshoot_max: float = 0.0
    overshoot_time: float = 0.0
    undershoot: float = 0.0
    undershoot_max: float = 0.0
    undershoot_time: float = 0.0


def balance(done: Done) -> Balance:
    """Weigh what VMs have, from their launch on, against what jobs ask for that run or wait and fit a VM."""
    begin, end = done.window or (0, done.end - EPOCH)
    over = under = most_over = most_under = over_time = under_time = 0
    demanded = most = 0
    for seconds, demand, supply in _between(_changes(done), begin, end):
        excess = supply - demand
        demanded += demand * seconds
        most = max(most, demand)
        if excess > 0:
            over += excess * seconds
            over_time += seconds
            most_over = max(most_over, excess)
        elif excess < 0:
            under -= excess * seconds
            under_time += seconds
            most_under = max(most_under, -excess)
    if not demanded:
        return Balance()
    whole = end - begin
    return Balance(over / demanded, most_over / most, over_time / whole,
                   under / demanded, most_under / most, under_time / whole)  # fmt: skip


def _changes(done: Done) -> dict[int, tuple[int, int]]:
    """Give how demand and supply change, by seconds from the beginning."""
    changes: dict[int, tuple[int, int]] = {}

    def change(when: int, demand: int, supply: int) -> None:
        before = changes.get(when, (0, 0))
        changes[when] = (before[0] + demand, before[1] + supply)

    fit = set(fitting(done.jobs, done.fleets))
    for index, job in enumerate(done.jobs):
        if job in fit:
            change(job.submit, job.cpus, 0)
            if index in done.started:
                change(done.started[index] - EPOCH + job.run, -job.cpus, 0)
    for vm in done.vms:
        if vm.began is not None:
            change(vm.submitted - EPOCH, 0, vm.fleet.template.cpus)
            if vm.stopped is not None:
                change(vm.stopped - EPOCH, 0, -vm.fleet.template.cpus)
    return changes


def _between(changes: dict[int, tuple[int, int]], begin: int, end: int) -> list[tuple[int, int, int]]:
    """Give seconds, demand and supply of each time of the window in which nothing changes."""
    pieces: list[tuple[int, int, int]] = []
    demand = supply = 0
    last = begin
    for when in [*sorted(when for when in changes if when < end), end]:
        if when > last:
            pieces.append((when - last, demand, supply))
            last = when
        more, added = changes.get(when, (0, 0))
        demand, supply = demand + more, supply + added
    return pieces
