"""The clairvoyant bound: what nobody can do better who lets no job wait, had he known all jobs beforehand.

Jobs are taken as if they could move from VM to VM, so that at every moment as few VMs do as have the cores.  Each VM is
ready at the second in which it is needed, ends at once when it is not, and stays where the next need comes sooner than
another would have booted.  Levels (the first VM, the second ...) can be decided one by one: a sum of VMs that are there
and of launches is the sum over the levels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.model import Shape
from condor_elastic.simulate.job import Job

HOUR = 3600
Span = tuple[int, int]


def fitting(jobs: Iterable[Job], fleets: Sequence[FleetKnobs]) -> list[Job]:
    """Leave out the jobs for which no fleet has a machine."""

    @cache
    def fits(cpus: int, memory: int) -> bool:
        return any(fleet.template.holds(Shape(cpus, memory)) for fleet in fleets)

    return [job for job in jobs if fits(job.cpus, job.memory)]


def clairvoyant(jobs: Iterable[Job], fleets: Sequence[FleetKnobs], boot: int) -> list[Span]:
    """Give when VMs would run if each job began as it came; of several fleets all are as the largest machine."""
    cores = max((fleet.template.cpus for fleet in fleets), default=1)
    return lives(((job.submit, job.submit + job.run, job.cpus) for job in fitting(jobs, fleets)), cores, boot)


def lives(busy: Iterable[tuple[int, int, int]], cores: int, boot: int) -> list[Span]:
    """Give from when till when each VM must run, its boot included; busy is begin, end and cores of each job."""
    spans: list[Span] = []
    ready: list[int] = []  # since when each level has a VM
    left: list[int] = []  # when a level was needed last
    before = 0
    for when, needed in _needs(busy, cores):
        for level in range(needed, before):
            left[level] = when
        for level in range(before, needed):
            if level == len(ready):
                ready.append(when)
                left.append(when)
            elif when - left[level] > boot:
                spans.append((ready[level] - boot, left[level]))
                ready[level] = when
        before = needed
    return spans + [(since - boot, end) for since, end in zip(ready, left, strict=True)]


def hours(spans: Iterable[Span], window: Span | None = None) -> float:
    """Add up VM-hours, of the window only if one is given."""
    first, last = window or (-(10**12), 10**12)
    return sum(max(0, min(end, last) - max(begin, first)) for begin, end in spans) / HOUR


def _needs(busy: Iterable[tuple[int, int, int]], cores: int) -> list[tuple[int, int]]:
    """Give at each time at which it changes how many VMs have the cores that are used from then on."""
    change: dict[int, int] = {}
    for begin, end, cpus in busy:
        change[begin] = change.get(begin, 0) + cpus
        change[end] = change.get(end, 0) - cpus
    used, needs = 0, [(0, 0)]
    for when in sorted(change):
        used += change[when]
        needed = -(-used // cores)
        if needed != needs[-1][1]:
            needs.append((when, needed))
    return needs[1:]
