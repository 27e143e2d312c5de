"""Jobs as the recorded cycles of a live pool tell of them (ELASTIC_RECORD): how many is known, when is estimated."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from condor_elastic.knobs.table import Settings
from condor_elastic.model import JobGroup, Shape, Snapshot, Startd, Unknown
from condor_elastic.record import Recorded, load
from condor_elastic.simulate.job import Job
from condor_elastic.simulate.swf import BadTrace

Groups = Mapping[Shape, int]


@dataclass(frozen=True)
class Recording:
    """The jobs in the order they came, and the knobs of the last cycle."""

    jobs: list[Job]
    settings: Settings


def read_recorded(path: str) -> Recording:
    """Read the cycles of a directory, or of one file; those that did not see queue and collector are passed over.

    Raises BadTrace with the file that is wrong, and why.
    """
    files = sorted(Path(path).glob("cycle-*.json")) if Path(path).is_dir() else [Path(path)]
    found = [_load(file) for file in files]
    cycles = sorted((one.seen for one in found if _is_whole(one.seen)), key=lambda seen: seen.now)
    if len(cycles) < 2:  # noqa: PLR2004  what came is seen between two
        told = f"{len(cycles)} of {len(found)} recorded cycles have seen the queue and the collector"
        raise BadTrace(f"{path}: {told}; which jobs came is seen between two (condor_elastic replay looks at one)")
    if not found[-1].settings.fleets:
        raise BadTrace(f"{path}: the last cycle knew no fleet: a simulation needs one in ELASTIC_FLEET_NAMES")
    watch = Watch(cycles[0])
    for seen in cycles[1:]:
        watch.look(seen)
    jobs = watch.jobs()
    if not jobs:
        raise BadTrace(f"{path}: no job ran on a worker of ours in these {len(cycles)} cycles")
    return Recording(jobs, found[-1].settings)


def _load(file: Path) -> Recorded:
    try:
        return load(str(file))
    except ValueError as error:
        raise BadTrace(f"{file}: {error}") from None


class Watch:
    """From cycle to cycle: what waits, what has begun on each worker, and what has ended there."""

    def __init__(self, seen: Snapshot) -> None:
        """Take what waits and runs in the first cycle as just come."""
        self.begin = self.now = seen.now
        self.idle: Counter[Shape] = _idle(seen)
        self.came: defaultdict[Shape, deque[int]] = defaultdict(deque)
        for shape, count in self.idle.items():
            self.came[shape].extend([seen.now] * count)
        self.startds = _startds(seen)
        self.running: defaultdict[str, deque[tuple[int, int, Shape]]] = defaultdict(deque)
        self.begun: dict[str, int] = {}
        self.made: list[Job] = []
        for startd in self.startds.values():
            self.begun[startd.vm] = startd.starts
            self.running[startd.vm].extend([(seen.now, seen.now, _share(startd))] * startd.claimed)

    def look(self, seen: Snapshot) -> None:
        """Compare a cycle with the one before: growth of what waits and what has begun is what came."""
        idle, startds, middle = _idle(seen), _startds(seen), (self.now + seen.now) // 2
        begun = {vm: self._begun(startd) for vm, startd in startds.items()}
        shapes = self._shapes(sum(begun.values()), idle)
        taken = Counter(shapes)
        for shape in {*idle, *self.idle, *taken}:
            self._arrive(shape, idle[shape] - self.idle[shape] + taken[shape], taken[shape], seen.now, middle)
        for vm, startd in startds.items():
            for _ in range(begun[vm]):
                shape = shapes.pop(0) if shapes else _share(startd)
                came = self.came[shape].popleft() if self.came[shape] else middle
                self.running[vm].append((came, max(came, middle), shape))
            self._end(vm, len(self.running[vm]) - startd.claimed, middle)
        for vm in self.startds.keys() - startds.keys():
            self._end(vm, len(self.running[vm]), middle)
        self.idle, self.startds, self.now = idle, startds, seen.now

    def jobs(self) -> list[Job]:
        """Give the jobs that began; who still runs in the last cycle has run until then."""
        for vm, running in self.running.items():
            self._end(vm, len(running), self.now)
        return sorted(self.made)

    def _begun(self, startd: Startd) -> int:
        """Tell how many jobs have begun on a worker, by its own count, or by what it runs where that count lags."""
        known = self.begun.get(startd.vm, 0)
        if startd.starts < (self.startds[startd.vm].starts if startd.vm in self.startds else 0):
            known = 0  # it was started anew
        begun = max(0, startd.starts - known, startd.claimed - len(self.running[startd.vm]))
        self.begun[startd.vm] = known + begun
        return begun

    def _shapes(self, begun: int, idle: Groups) -> list[Shape]:
        """Tell what those asked for that began: what waits no more first, then what most of the others ask for."""
        gone = [shape for shape, count in self.idle.items() for _ in range(max(0, count - idle.get(shape, 0)))]
        known = [shape for shape, _ in (Counter(idle) + self.idle).most_common(1)]
        return [*gone, *known * begun][:begun]

    def _arrive(self, shape: Shape, count: int, begun: int, now: int, middle: int) -> None:
        """Let so many come: those that no cycle saw wait between the two, the others when the second saw them."""
        unseen = max(0, min(count, begun - self.idle[shape]))
        self.came[shape].extend([middle] * unseen + [now] * (count - unseen))
        for _ in range(min(-count, len(self.came[shape]))):
            self.came[shape].popleft()  # removed, or run by others

    def _end(self, vm: str, count: int, when: int) -> None:
        for _ in range(count):
            came, began, shape = self.running[vm].popleft()
            self.made.append(Job(came - self.begin, max(1, when - began), max(1, shape.cpus), shape.memory))


def _share(startd: Startd) -> Shape:
    """Give what one job of a worker has on average: its ad does not tell them apart."""
    count = max(1, startd.claimed)
    return Shape(
        max(1, (startd.whole.cpus - startd.free.cpus) // count), (startd.whole.memory - startd.free.memory) // count
    )


def _idle(seen: Snapshot) -> Counter[Shape]:
    groups: tuple[JobGroup, ...] = () if isinstance(seen.idle, Unknown) else seen.idle
    counted: Counter[Shape] = Counter()
    for group in groups:
        counted[group.shape] += group.count
    return counted


def _startds(seen: Snapshot) -> Mapping[str, Startd]:
    return {} if isinstance(seen.startds, Unknown) else {startd.vm: startd for startd in seen.startds}


def _is_whole(seen: Snapshot) -> bool:
    return not isinstance(seen.idle, Unknown) and not isinstance(seen.startds, Unknown) and not seen.silent
