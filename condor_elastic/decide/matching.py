"""Packing: which room on workers the idle jobs take, and how many new VMs hold the rest (first fit, largest first)."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Optional

from condor_elastic.model import JobGroup, Shape


@dataclass(frozen=True)
class Room:
    """Room on one worker of a fleet, or on a slot of the site's own: what is free, or a whole machine still to come.

    Rooms of a lower tier are filled first.  kind is what its slots are alike to, where a slot was seen; seconds is how
    long it stays, where it says so; count is how many there are of it.
    """

    key: str
    fleet: str
    shape: Shape
    tier: int = 0
    kind: str = ""
    seconds: int | None = None
    count: int = 1

    def takes(self, group: JobGroup) -> bool:
        """Tell whether the jobs may run here at all, however much room there is."""
        if self.seconds is not None and group.seconds >= self.seconds:
            return False
        return self.kind in group.kinds if self.kind else self.fleet in group.fleets

    def less(self, taken: Shape, times: int, count: int) -> Room:
        """Give what is left of so many of it when a shape is taken out of each so many times."""
        shape = self.shape.minus(taken, times)
        return Room(self.key, self.fleet, shape, self.tier, self.kind, self.seconds, count)


def _largest_first(groups: Iterable[JobGroup]) -> list[JobGroup]:
    def size(group: JobGroup) -> tuple[int, ...]:
        return -group.shape.gpus, -group.shape.cpus, -group.shape.memory, -group.shape.disk

    return sorted((group for group in groups if group.count > 0), key=size)


Rank = tuple[int, int, int, int]
Alike = dict[tuple[str, str, Optional[int]], deque[Room]]


class _Rooms:
    """The rooms that are left: those of one tier which are alike stand together, the fullest first.

    So the cost of a look grows with the kinds of room, not with their number, and begins where there are cores enough.
    """

    def __init__(self, rooms: Iterable[Room] = ()) -> None:
        self._order: dict[int, list[Rank]] = {}
        self._alike: dict[tuple[int, Rank], Alike] = {}
        self._later: list[Room] = []
        for room in rooms:
            self.add(room)

    def add(self, room: Room) -> None:
        """Put a room to those that are alike; what has no core or no memory left is none."""
        shape = room.shape
        if shape.cpus <= 0 or shape.memory <= 0:
            return
        rank = (shape.cpus, shape.memory, shape.disk, shape.gpus)
        alike = self._alike.get((room.tier, rank))
        if alike is None:
            insort(self._order.setdefault(room.tier, []), rank)
            alike = self._alike[room.tier, rank] = {}
        alike.setdefault((room.fleet, room.kind, room.seconds), deque()).append(room)

    def place(self, group: JobGroup, used: set[str]) -> int:
        """Place jobs, and name the rooms they use; give how many are left over."""
        left, asked = group.count, group.shape
        for tier in sorted(self._order):
            order = self._order[tier]
            for rank in order[bisect_left(order, (asked.cpus, 0, 0, 0)) :]:
                if not left:
                    break
                if rank[1] >= asked.memory and rank[2] >= asked.disk and rank[3] >= asked.gpus:
                    left = self._place_here(tier, rank, group, left, used)
        for room in self._later:
            self.add(room)
        self._later.clear()
        return left

    def _place_here(self, tier: int, rank: Rank, group: JobGroup, left: int, used: set[str]) -> int:
        alike = self._alike[tier, rank]
        for key, here in list(alike.items()):
            each = here[0].shape.holds(group.shape) if left and here[0].takes(group) else 0
            if each:
                left = self._take(here, group.shape, each, left, used)
                if not here:
                    del alike[key]
        if not alike:
            del self._alike[tier, rank]
            self._order[tier].remove(rank)
        return left

    def _take(self, here: deque[Room], job: Shape, each: int, left: int, used: set[str]) -> int:
        while here and left:
            room = here.popleft()
            used.add(room.key)
            whole = min(room.count, left // each)
            left -= whole * each
            after = [room.less(job, each, whole)] if whole else []
            if left and whole < room.count:
                after.append(room.less(job, left, 1))
                left, whole = 0, whole + 1
            self._later += after
            if whole < room.count:
                here.appendleft(room.less(job, 0, room.count - whole))
        return left


def fill(groups: Iterable[JobGroup], rooms: Sequence[Room]) -> tuple[frozenset[str], tuple[JobGroup, ...]]:
    """Place jobs into rooms, the lower tiers first; give the keys of the rooms used and the jobs left over."""
    free = _Rooms(rooms)
    used: set[str] = set()
    rest: list[JobGroup] = []
    for group in _largest_first(groups):
        left = free.place(group, used)
        if left:
            rest.append(replace(group, count=left))
    return frozenset(used), tuple(rest)


def machines(groups: Iterable[JobGroup], fleet: str, template: Shape) -> int:
    """Count the machines of this shape that hold all the jobs which may run on the fleet and fit at all."""
    opened = _Rooms()
    number = 0
    used: set[str] = set()
    for group in _largest_first(groups):
        each = template.holds(group.shape)
        if fleet not in group.fleets or not each:
            continue
        whole, part = divmod(opened.place(group, used), each)
        number += whole + (part > 0)
        for jobs, count in ((each, whole), (part, 1 if part else 0)):
            if count:
                opened.add(Room("new", fleet, template).less(group.shape, jobs, count))
    return number
