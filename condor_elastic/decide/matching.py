"""Packing: which room on workers the idle jobs take, and how many new VMs hold the rest (first fit, largest first)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from condor_elastic.model import JobGroup, Shape


@dataclass(frozen=True)
class Room:
    """Room on one worker of a fleet: free cores and memory, or a whole machine for one that is still to come."""

    key: str
    fleet: str
    shape: Shape


def _largest_first(groups: Iterable[JobGroup]) -> list[JobGroup]:
    return sorted((g for g in groups if g.count > 0), key=lambda g: (-g.shape.cpus, -g.shape.memory))


def fill(groups: Iterable[JobGroup], rooms: Sequence[Room]) -> tuple[frozenset[str], tuple[JobGroup, ...]]:
    """Place jobs into rooms, in the rooms' order; give the keys of the rooms used and the jobs left over."""
    free = {room.key: room.shape for room in rooms}
    used: set[str] = set()
    rest: list[JobGroup] = []
    for group in _largest_first(groups):
        left = group.count
        for room in rooms:
            if not left:
                break
            if room.fleet in group.fleets:
                taken = min(left, free[room.key].holds(group.shape))
                if taken:
                    free[room.key] = free[room.key].minus(group.shape, taken)
                    used.add(room.key)
                    left -= taken
        if left:
            rest.append(replace(group, count=left))
    return frozenset(used), tuple(rest)


def machines(groups: Iterable[JobGroup], fleet: str, template: Shape) -> int:
    """Count the machines of this shape that hold all the jobs which may run on the fleet and fit at all."""
    opened: Counter[Shape] = Counter()
    for group in _largest_first(groups):
        each = template.holds(group.shape)
        if fleet not in group.fleets or not each:
            continue
        left = group.count
        for room, number in sorted(opened.items(), key=lambda item: (item[0].cpus, item[0].memory)):
            fits = room.holds(group.shape)
            whole = min(number, left // fits) if fits else 0
            _move(opened, room, room.minus(group.shape, fits), whole)
            left -= whole * fits
            if fits and left and number > whole:
                part = min(left, fits)
                _move(opened, room, room.minus(group.shape, part), 1)
                left -= part
        if left:
            opened[template.minus(group.shape, each)] += left // each
            if left % each:
                opened[template.minus(group.shape, left % each)] += 1
    return sum(opened.values())


def _move(opened: Counter[Shape], before: Shape, after: Shape, number: int) -> None:
    if number:
        opened[before] -= number
        opened[after] += number
