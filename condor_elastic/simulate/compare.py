"""Policies side by side: the same jobs, the same clouds, the same seeds; medians over the seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from statistics import median

from condor_elastic.decide.policies import Evaluate
from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.table import Settings
from condor_elastic.simulate.cloud import Cloud
from condor_elastic.simulate.course import Course
from condor_elastic.simulate.job import Job
from condor_elastic.simulate.ours import ours
from condor_elastic.simulate.peers import PEERS, peer
from condor_elastic.simulate.run import Policy, Run
from condor_elastic.simulate.score import Score, least, score

OURS = "ours"
BOUND = "bound"
POLICIES = (OURS, *PEERS, "annex", BOUND)
FOR_EVER = 10**9
STEADY = 86400
"""Seconds at the beginning that are not the steady state, if the workload is longer than twice that."""


@dataclass(frozen=True)
class World:
    """What all policies of a comparison have: the pool's knobs, the cloud of each of its fleets, the course."""

    settings: Settings
    cloud: Cloud
    course: Course
    evaluate: Evaluate


def compare(
    world: World, policies: Iterable[str], workload: Callable[[int], Sequence[Job]], seeds: Iterable[int]
) -> Iterator[tuple[str, int, Score]]:
    """Run each policy with each seed, and judge it; workload gives the jobs of a seed."""
    for name, seed, run in runs(world, policies, workload, seeds):
        yield name, seed, run if isinstance(run, Score) else score(run.go())


def runs(
    world: World, policies: Iterable[str], workload: Callable[[int], Sequence[Job]], seeds: Iterable[int]
) -> Iterator[tuple[str, int, Run | Score]]:
    """Give the runs, not begun, so that somebody may look on.

    Peers know the first fleet only, and their VMs take jobs for ever: no formula of theirs looks at a VM's age.
    The bound is no run: it is what a clairvoyant would need at least (simulate/bound.py).
    """
    for seed in seeds:
        jobs = workload(seed)
        course = replace(world.course, seed=seed, window=world.course.window or window_of(jobs))
        for name in policies:
            fleets = world.settings.fleets if name == OURS else (_ageless(world.settings.fleets[0]),)
            clouds = {fleet.name: world.cloud for fleet in fleets}
            if name == BOUND:
                yield name, seed, least(jobs, world.settings.fleets, clouds, course.window)
                continue
            own = replace(course, age=world.settings.pool.demand_min_age) if name == OURS else course
            yield name, seed, Run(jobs, fleets, clouds, _policy(name, world, fleets, jobs), own)


def medians(scores: Sequence[Score]) -> Score:
    """Give the median of each figure."""
    return Score(**{field.name: median(getattr(one, field.name) for one in scores) for field in fields(Score)})


def window_of(jobs: Sequence[Job]) -> tuple[int, int] | None:
    """Give the steady part of a workload; None of one that is short."""
    last = jobs[-1].submit if jobs else 0
    return (STEADY, last) if last > 2 * STEADY else None


def _ageless(fleet: FleetKnobs) -> FleetKnobs:
    return replace(fleet, lifetime=0, token_lifetime=FOR_EVER)


def _policy(name: str, world: World, fleets: Sequence[FleetKnobs], jobs: Sequence[Job]) -> Policy:
    return ours(world.settings, world.evaluate) if name == OURS else peer(name, fleets[0], jobs)
