"""Packing: which room on workers the idle jobs take, and how many new VMs hold the rest (first fit, largest first)."""

from __future__ import annotations

from bisect import insort
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

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


class _Rooms:
    """The rooms that are left: those of one tier which are alike stand together, the fullest first.

    So the cost of a look grows with the kinds of room and not with their number.
    """

    def __init__(self, rooms: Iterable[Room]) -> None:
        self._order: list[tuple[int, ...]] = []
        self._alike: dict[tuple[int, ...], dict[tuple[str, str, int | None], deque[Room]]] = {}
        self._later: list[Room] = []
        for room in rooms:
            self.add(room)

    def add(self, room: Room) -> None:
        """Put a room to those that are alike; what has no core or no memory left is none."""
        shape = room.shape
        if shape.cpus <= 0 or shape.memory <= 0:
            return
        rank = (room.tier, shape.cpus, shape.memory, shape.disk, shape.gpus)
        if rank not in self._alike:
            insort(self._order, rank)
        alike = self._alike.setdefault(rank, {})
        alike.setdefault((room.fleet, room.kind, room.seconds), deque()).append(room)

    def place(self, group: JobGroup, used: set[str]) -> int:
        """Place jobs, and name the rooms they use; give how many are left over."""
        left = group.count
        for rank in list(self._order):
            if not left:
                break
            left = self._place_here(rank, group, left, used)
        for room in self._later:
            self.add(room)
        self._later.clear()
        return left

    def _place_here(self, rank: tuple[int, ...], group: JobGroup, left: int, used: set[str]) -> int:
        alike = self._alike[rank]
        for key, here in list(alike.items()):
            each = here[0].shape.holds(group.shape) if left and here[0].takes(group) else 0
            if each:
                left = self._take(here, group.shape, each, left, used)
                if not here:
                    del alike[key]
        if not alike:
            del self._alike[rank]
            self._order.remove(rank)
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
    opened: Counter[Shape] = Counter()
    for group in _largest_first(groups):
        each = template.holds(group.shape)
        if fleet not in group.fleets or not each:
            continue
        left = group.count
        for room, number in sorted(opened.items(), key=_fullest_first):
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


def _fullest_first(opened: tuple[Shape, int]) -> tuple[int, ...]:
    shape, _ = opened
    return shape.gpus, shape.cpus, shape.memory, shape.disk


def _move(opened: Counter[Shape], before: Shape, after: Shape, number: int) -> None:
    if number:
        opened[before] -= number
        opened[after] += number
